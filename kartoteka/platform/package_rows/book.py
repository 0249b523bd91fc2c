"""The book of refs: which records packages brought, and what those hold today.

A plan looks at records before the publish, under the names that card types and fields have now.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import insert, select, update

from kartoteka.metadata.definitions import Field
from kartoteka.platform import tables
from kartoteka.platform.actors import SYSTEM
from kartoteka.platform.lookups import ids_by_unique
from kartoteka.platform.query import Query, fetch
from kartoteka.platform.renaming import Rename, named_before
from kartoteka.platform.units import Unit

CHUNK = 500
MOST_USES = 1_000
"""Cards that link to a record and are looked at to tell whether others use it."""
_of = tables.reference.c


@dataclass(frozen=True, slots=True)
class Reference:
    """A record that came with a package. `version` is the one that the package wrote last; None: it only adopted it."""

    record_id: int
    version: int | None


@dataclass(frozen=True, slots=True)
class Record:
    """What a record holds today, by the fields' keys to be."""

    version: int
    is_live: bool
    values: Mapping[str, Any]


@dataclass(slots=True)
class Book:
    """Looks up refs and records in one unit of work."""

    unit: Unit
    renames: Sequence[Rename] = ()
    """What the publish calls otherwise."""
    _references: dict[str, dict[tuple[str, str], Reference]] = field(default_factory=dict)
    _live: dict[str, set[int]] = field(default_factory=dict)

    def entity(self, key: str) -> str:
        """Return what a card type is called today."""
        return named_before(key, "", self.renames)[0]

    def field(self, entity: str, key: str) -> Field | None:
        """Return a field as it is today, or None where it is about to come."""
        return self.unit.model.catalog.field(*named_before(entity, key, self.renames))

    def references(self, entity: str) -> Mapping[tuple[str, str], Reference]:
        """Return the records that came with packages, by package and ref."""
        return self._own_references(entity)

    def _own_references(self, entity: str) -> dict[tuple[str, str], Reference]:
        if entity not in self._references:
            rows = select(_of.package, _of.ref, _of.record_id, _of.version).where(_of.entity == self.entity(entity))
            found = self.unit.connection.execute(rows.order_by(_of.package, _of.ref))
            self._references[entity] = {(p, ref): Reference(number, version) for p, ref, number, version in found}
        return self._references[entity]

    def note(self, package: str, entity: str, ref: str, record_id: int, version: int | None) -> None:
        """Write down that a record came with a package, or which version of it the package has written."""
        known = self._own_references(entity)
        if (package, ref) in known:
            here = (_of.package == package) & (_of.entity == entity) & (_of.ref == ref)
            changed = update(tables.reference).where(here).values(record_id=record_id, version=version)
            self.unit.connection.execute(changed)
        else:
            row = {"package": package, "entity": entity, "ref": ref, "record_id": record_id, "version": version}
            self.unit.connection.execute(insert(tables.reference), row)
        known[package, ref] = Reference(record_id, version)

    def linked(self, package: str, entity: str, ref: str) -> int | None:
        """Return the record that a link by ref means: of the same package, else of any other."""
        known = self.references(entity)
        own = known.get((package, ref))
        found = own or next((each for (_, name), each in known.items() if name == ref), None)
        return found.record_id if found else None

    def ref_of(self, entity: str, record_id: int) -> str:
        """Return what a link in a file would call a record; one that came with no package by its number."""
        found = (ref for (_, ref), each in self.references(entity).items() if each.record_id == record_id)
        return next(found, f"#{record_id}")

    def is_live(self, entity: str, record_id: int) -> bool:
        """Tell whether a record is there and not in the trash."""
        if entity not in self._live:
            ids = [each.record_id for each in self.references(entity).values()]
            self._live[entity] = {row.id for row in self._rows(entity, (), ids, trash=False)}
        if record_id not in self._live[entity] and self._rows(entity, (), [record_id], trash=False):
            self._live[entity].add(record_id)
        return record_id in self._live[entity]

    def records(self, entity: str, ids: Sequence[int], fields: Iterable[str]) -> dict[int, Record]:
        """Return records, those in the trash too, with these fields; one that is about to come is empty."""
        known = {key: field.key for key in fields if (field := self.field(entity, key)) is not None}
        found: dict[int, Record] = {}
        for trash in (False, True):
            for row in self._rows(entity, tuple(dict.fromkeys(known.values())), ids, trash=trash):
                values = {key: row.values[now] for key, now in known.items()}
                found[row.id] = Record(row.version, not trash, values)
        return found

    def _rows(self, entity: str, columns: tuple[str, ...], ids: Sequence[int], *, trash: bool) -> list[Any]:
        name, found = self.entity(entity), list[Any]()
        if name not in self.unit.model.catalog.entities:
            return []
        for start in range(0, len(ids), CHUNK):
            chunk = tuple(ids[start : start + CHUNK])
            query = Query(name, columns, ids=chunk, limit=None, trash=trash, titles=False)
            found += fetch(self.unit, SYSTEM, query).rows
        return found

    def by_unique(self, entity: str, key: str, values: Iterable[Any]) -> dict[Any, int]:
        """Return the live records that have these values in a unique field, whoever brought them."""
        known = self.field(entity, key)
        name = self.entity(entity)
        if known is None or not known.unique or name not in self.unit.model.catalog.entities:
            return {}
        stored = {known.type.store(value)[0]: value for value in values}
        found = ids_by_unique(self.unit, name, known, stored)
        return {stored[each]: record_id for each, record_id in found.items()}

    def users_of(self, entity: str, record_id: int) -> Iterator[tuple[str, int]]:
        """Yield the live records that link to this one, by card type and id."""
        name = self.entity(entity)
        for each in self.unit.model.catalog.entities.values():
            for linking in each.fields:
                if linking.type.links_to == name and linking.type.columns():
                    where = (f"{linking.key} = {record_id}",)
                    query = Query(each.key, where=where, limit=MOST_USES, titles=False)
                    yield from ((each.key, row.id) for row in fetch(self.unit, SYSTEM, query).rows)
