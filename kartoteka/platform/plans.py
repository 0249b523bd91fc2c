"""Plans: the ordered changes that a publish would make, with what each means for the data that is there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, Connection, func, select

from kartoteka.metadata.catalog import Catalog
from kartoteka.metadata.changes import (
    AddField,
    Change,
    ChangeField,
    ChangeType,
    RestoreField,
    RetireEntity,
    RetireField,
    Risk,
)
from kartoteka.metadata.collisions import Collision, Spot
from kartoteka.metadata.conversions import NO_DECISIONS, Decisions
from kartoteka.metadata.definitions import Field
from kartoteka.metadata.diff import diff
from kartoteka.metadata.formulas import Place
from kartoteka.metadata.merging import Choice
from kartoteka.metadata.problems import Message, Problem
from kartoteka.metadata.stack import Stack
from kartoteka.metadata.trees import read_field
from kartoteka.platform.configuration import Model, load_stack
from kartoteka.platform.conversions.census import Names
from kartoteka.platform.conversions.planning import Values, as_decided, languages_of, values_of
from kartoteka.platform.disclosing import brings_about, new_disclosures
from kartoteka.platform.forecasts import forecast
from kartoteka.platform.package_rows.lines import RowsLine
from kartoteka.platform.placement import is_set_aside, set_aside_key
from kartoteka.platform.renaming import Rename, named_before, renames_in
from kartoteka.platform.storage import EntityTables
from kartoteka.platform.units import Unit

MOST_DISTINCT = 10_000
"""Distinct values that are looked at to count how many no longer fit."""


@dataclass(frozen=True, slots=True)
class PlannedChange:
    """A change, what it means for the data, and what forbids it."""

    change: Change
    effects: tuple[Message, ...] = ()
    obstacles: tuple[Problem, ...] = ()
    """What forbids it, whatever anybody says."""
    questions: tuple[Problem, ...] = ()
    """What forbids it until a person has decided what becomes of some values."""
    values: Values | None = None
    """What becomes of the values, where they are converted."""

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything that forbids it as it is."""
        return self.obstacles + self.questions

    @property
    def risk(self) -> Risk:
        """The change's risk; nothing is lost where there is nothing, nothing is harmless that touches data."""
        if self.values is not None:
            return "loss" if self.values.losing else "care"
        if self.effects:
            return "care" if self.change.risk == "harmless" else self.change.risk
        return "care" if self.change.risk == "loss" else self.change.risk


@dataclass(frozen=True, slots=True)
class Plan:
    """What publishing `stack` over the configuration of hash `base` would do."""

    base: str
    before: Stack
    catalog: Catalog
    stack: Stack
    lines: tuple[PlannedChange, ...]
    collisions: tuple[Collision, ...] = ()
    """What an upgrade met of the client's own, and how that was decided."""
    decided: tuple[tuple[Spot, Choice], ...] = ()
    """What somebody has decided of that now: to be remembered."""
    rows: tuple[RowsLine, ...] = ()
    """What becomes of the rows that packages bring."""
    forecast: tuple[Message, ...] = ()
    """What people will notice where it takes long."""

    @property
    def changes(self) -> tuple[Change, ...]:
        """The changes alone."""
        return tuple(line.change for line in self.lines)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What forbids the publish."""
        return tuple(problem for line in self.lines for problem in line.problems)

    @property
    def obstacles(self) -> tuple[Problem, ...]:
        """What forbids the publish, whatever anybody decides."""
        return tuple(problem for line in self.lines for problem in line.obstacles)

    @property
    def losing(self) -> tuple[int, ...]:
        """How many values each change loses."""
        return tuple(line.values.losing if line.values else 0 for line in self.lines)

    def loses_more_than(self, shown: Sequence[int]) -> bool:
        """Tell whether more values would be lost than an earlier plan of the same changes has shown."""
        return any(now > then for now, then in zip(self.losing, shown, strict=True))

    @property
    def is_harmless(self) -> bool:
        """True when it may be published in one click."""
        return all(line.risk == "harmless" for line in self.lines)


def make_plan(
    connection: Connection,
    model: Model,
    stack: Stack,
    changes: tuple[Change, ...] | None = None,
    decisions: Decisions = NO_DECISIONS,
) -> Plan:
    """Return the plan that puts `stack` in force. Raises Refused when its definitions don't fit together.

    `changes` may be given where they say more than a comparison can: a restored field, for instance. `decisions` say
    what becomes of values that can't stay as they are.
    """
    catalog = stack.catalog()
    found = diff(model.catalog, catalog) if changes is None else changes
    unit = Unit(connection, model, datetime.now(UTC))
    prepared = tuple(as_decided(change, decisions, languages_of(stack)) for change in found)
    lines = tuple(_planned(unit, prepared, catalog))
    plan = Plan(model.catalog.hash, load_stack(connection), catalog, stack, lines)
    return replace(plan, forecast=forecast(connection, model, catalog, plan.changes))


def _planned(unit: Unit, changes: tuple[Change, ...], catalog: Catalog) -> list[PlannedChange]:
    looker = _Looker(unit.connection, unit.model)
    lines = list(_looked_at(unit, looker, changes))
    for each in new_disclosures(unit.model.catalog, catalog, looker.name_now) if lines else ():
        place = next((number for number, change in enumerate(changes) if brings_about(change, each)), 0)
        lines[place] = replace(lines[place], effects=(*lines[place].effects, each.describe(catalog)))
    return lines


def _looked_at(unit: Unit, looker: _Looker, changes: tuple[Change, ...]) -> Iterator[PlannedChange]:
    for change in changes:
        looker.renames.extend(renames_in([change]))
        if isinstance(change, ChangeType):
            yield _converted(unit, looker, change)
        else:
            yield PlannedChange(change, tuple(looker.effects(change)), tuple(looker.problems(change)))


def _converted(unit: Unit, looker: _Looker, change: ChangeType) -> PlannedChange:
    """Look at what the change does to every value; where none has to move it is a change of options alone."""
    values = values_of(unit, change, Names(*looker.name_now((change.entity, change.after["key"]))))
    if values.stay:
        plain = ChangeField(entity=change.entity, before=change.before, after=change.after)
        return PlannedChange(plain, tuple(looker.effects(plain)), tuple(looker.problems(plain)))
    effects = (*values.effects(), *looker.effects(change))
    return PlannedChange(change, effects, tuple(values.obstacles()), tuple(values.questions()), values)


@dataclass(frozen=True, slots=True)
class _Looker:
    """Counts in the real data what a change touches; the data lie under the names that they have now."""

    connection: Connection
    model: Model
    renames: list[Rename] = dataclass_field(default_factory=list)
    """Those of the changes so far."""

    def name_now(self, place: Place) -> Place:
        """Return the names that a field, and its card type, have now."""
        return named_before(*place, self.renames)

    def _entity_now(self, entity: str) -> str:
        return named_before(entity, "", self.renames)[0]

    def effects(self, change: Change) -> Iterator[Message]:
        match change:
            case RetireEntity():
                yield from _some("effect.records_out_of_sight", self._records(change.tree["key"]))
            case RetireField():
                yield from _some("effect.values_out_of_sight", self._filled(change.entity, change.field["key"]))
            case RestoreField():
                field = read_field(change.field)
                kept = self._set_aside(change.entity)
                if field.type.columns() and not _is_kept(kept, field.key, change.revision):
                    yield Message("effect.starts_empty")
            case AddField() if change.field.get("required"):
                yield from _some("effect.records_to_complete", self._records(change.entity))
            case ChangeField():
                yield from self._field_effects(change)

    def _set_aside(self, entity: str) -> set[str]:
        """Return the names under which the placement keeps retired fields."""
        known = self.model.placement.entities.get(self._entity_now(entity))
        return {key for key, _ in known.columns if is_set_aside(key)} if known else set()

    def _field_effects(self, change: ChangeField) -> Iterator[Message]:
        before, after = read_field(change.before), read_field(change.after)
        if after.required and not before.required:
            empty = self._records(change.entity) - self._filled(change.entity, after.key, live=True)
            yield from _some("effect.records_to_complete", empty)
        if not isinstance(change, ChangeType) and not after.type.holds(before.type):
            yield from _some("effect.values_do_not_fit", self._misfits(change.entity, before, after))

    def problems(self, change: Change) -> Iterator[Problem]:
        match change:
            case ChangeField() if change.after.get("unique") and not change.before.get("unique"):
                repeated = self._repeated(change.entity, change.after["key"])
                if repeated:
                    yield Problem("plan.not_unique", {"count": repeated}, field=change.after["key"])

    def _tables(self, entity: str) -> EntityTables | None:
        known = self._entity_now(entity)
        return self.model.storage.of(known) if known in self.model.catalog.entities else None

    def _column(self, entity: str, field: str, role: str = "") -> Column[object] | None:
        tables = self._tables(entity)
        return tables.columns.get((self.name_now((entity, field))[1], role)) if tables else None

    def _records(self, entity: str) -> int:
        tables = self._tables(entity)
        if tables is None:
            return 0
        counted = select(func.count()).select_from(tables.main).where(tables.main.c.deleted_at.is_(None))
        return int(self.connection.execute(counted).scalar_one())

    def _filled(self, entity: str, field: str, *, live: bool = False) -> int:
        """Count the values, those of records in the trash included unless only live ones matter."""
        column = self._column(entity, field)
        if column is None:
            return 0
        counted = select(func.count(column))
        if live:
            counted = counted.where(column.table.c.deleted_at.is_(None))
        return int(self.connection.execute(counted).scalar_one())

    def _repeated(self, entity: str, field: str) -> int:
        column = self._column(entity, field)
        if column is None:
            return 0
        groups = select(column).where(column.is_not(None), column.table.c.deleted_at.is_(None))
        groups = groups.group_by(column).having(func.count() > 1)
        return int(self.connection.execute(select(func.count()).select_from(groups.subquery())).scalar_one())

    def _misfits(self, entity: str, before: Field, after: Field) -> int:
        """Count the values that the new options would not accept; capped at the first distinct values."""
        found = [self._column(entity, after.key, spec.role) for spec in before.type.columns()]
        columns = [column for column in found if column is not None]
        if not columns:
            return 0
        values = select(*columns, func.count()).where(columns[0].is_not(None)).group_by(*columns).limit(MOST_DISTINCT)
        rows: list[Any] = list(self.connection.execute(values))
        misfit = [any(after.type.check(after.type.restore(tuple(row[:-1])))) for row in rows]
        return sum(row[-1] for row, wrong in zip(rows, misfit, strict=True) if wrong)


def _is_kept(names: set[str], key: str, revision: int | None) -> bool:
    """Tell whether the data that a revision set aside, or any, are still there."""
    if revision is not None:
        return set_aside_key(key, revision) in names
    return any(name.startswith(set_aside_key(key, 0)[:-1]) for name in names)


def _some(code: str, count: int) -> Iterator[Message]:
    if count:
        yield Message(code, {"count": count})
