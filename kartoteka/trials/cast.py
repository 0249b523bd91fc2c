"""The records that a test file begins with, by ref, and the people among them who act."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import select

from kartoteka.forms.imports.cells import converter
from kartoteka.metadata.definitions import Field
from kartoteka.metadata.expressions.kinds import DATE, DATETIME
from kartoteka.metadata.fieldtypes.base import InvalidValue
from kartoteka.metadata.fieldtypes.links import USER
from kartoteka.metadata.package_tests import GivenRecord
from kartoteka.metadata.problems import NotFound, Problem, Refused
from kartoteka.metadata.row_values import NEUTRAL
from kartoteka.platform import records, tables
from kartoteka.platform.actors import SYSTEM, Actor
from kartoteka.platform.people import actor_of
from kartoteka.platform.settings import Settings
from kartoteka.platform.units import Unit

RELATIVE = ("+", "-")
"""How a date begins that is meant relative to today."""


@dataclass(slots=True)
class Cast:
    """Records by ref in one unit of work; reference data of packages are known by their refs too."""

    unit: Unit
    settings: Settings
    _ids: dict[str, tuple[str, int]] = field(default_factory=dict)

    def make(self, given: GivenRecord) -> None:
        """Make a record. Raises Refused with everything that is wrong with it."""
        values, problems = self.values(given.entity, given.values)
        if given.entity == USER:
            name = given.ref or "somebody"
            values = {"name": name.title(), "email": f"{name}@test.example", "active": True, **values}
        record_id = records.create(self.unit, SYSTEM, given.entity, values, problems)
        if given.ref:
            self._ids[given.ref] = (given.entity, record_id)

    def find(self, entity: str, ref: str) -> int:
        """Return the record of that ref. Raises Refused."""
        known = self._ids.get(ref)
        if known and known[0] == entity:
            return known[1]
        of = tables.reference.c
        rows = select(of.record_id).where(of.entity == entity, of.ref == ref)
        found: int | None = self.unit.connection.execute(rows.limit(1)).scalar()
        if found is None:
            raise Refused([Problem("test.unknown_ref", {"ref": ref, "entity": entity})])
        return found

    def ref_of(self, entity: str, record_id: int) -> str:
        """Return what the file calls a record; one that it does not know by its number."""
        own = next((ref for ref, place in self._ids.items() if place == (entity, record_id)), None)
        if own is not None:
            return own
        of = tables.reference.c
        rows = select(of.ref).where(of.entity == entity, of.record_id == record_id)
        return str(self.unit.connection.execute(rows.limit(1)).scalar() or f"#{record_id}")

    def actor(self, ref: str | None) -> Actor:
        """Return who acts: a person of the file, or the system. Raises Refused."""
        if ref is None:
            return SYSTEM
        found = actor_of(self.unit, self.find(USER, ref), self.settings)
        if found is None:
            raise Refused([Problem("test.nobody", {"ref": ref})])
        return replace(found, locale=NEUTRAL)

    def values(self, entity: str, given: Mapping[str, Any]) -> tuple[dict[str, Any], list[Problem]]:
        """Return values as records take them, and what is wrong with those that can't be read.

        A name that is no field is left to the writer, which refuses it. Raises NotFound for an unknown card type.
        """
        if entity not in self.unit.model.catalog.entities:
            raise NotFound("query.unknown_entity", name=entity)
        values: dict[str, Any] = {}
        problems: list[Problem] = []
        for name, data in given.items():
            known = self.unit.model.catalog.field_named(entity, name)
            try:
                values[name] = data if known is None else self.value(known, data)
            except InvalidValue as error:
                problems.append(error.problem.at(field=name))
        return values, problems

    def value(self, known: Field, data: Any) -> Any:
        """Return JSON data as a value of a field: a link by its ref, a date perhaps relative. Raises InvalidValue."""
        if data is None:
            return None
        if known.type.links_to and isinstance(data, str):
            return self.find(known.type.links_to, data)
        if known.type.kind in (DATE, DATETIME) and isinstance(data, str) and data.startswith(RELATIVE):
            return converter(known, NEUTRAL, now=self.unit.now)(data)
        return known.type.load(data)
