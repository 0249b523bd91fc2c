"""Many new records at once: the same rules as for one, with one query where one record after the other needs many.

Only `records` writes through here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from kartoteka.metadata.definitions import Field
from kartoteka.metadata.expressions import Context, compile_python, parse
from kartoteka.metadata.fieldtypes.base import FieldType
from kartoteka.metadata.fieldtypes.links import FILE
from kartoteka.metadata.problems import Problem
from kartoteka.platform.access import Rights
from kartoteka.platform.actors import Actor
from kartoteka.platform.assignment import Assigning, all_assigned, assigning
from kartoteka.platform.columnwise import FEW, Column, columns_of
from kartoteka.platform.lookups import ids_by_unique, linkable_ids
from kartoteka.platform.rules import file_problems, missing, plain, settled
from kartoteka.platform.units import Unit

Values = Mapping[str, Any]
Check = Callable[[Any], Iterable[Problem]]
Formula = Callable[[Any, Context], Any]


@dataclass(slots=True)
class NewRecord:
    """A record to be made: its values, defaults included and nothing empty, and what is wrong with it."""

    values: dict[str, Any]
    problems: list[Problem] = field(default_factory=list)
    broken: set[str | None] = field(default_factory=set)
    """Fields with a problem: their values are not looked at any further."""

    def add(self, problem: Problem) -> None:
        """Note a problem."""
        self.problems.append(problem)
        self.broken.add(problem.field)


class Checked(NamedTuple):
    """New records with everything that is wrong with them."""

    records: list[NewRecord]
    columns: dict[str, Column]
    """What is in their fields, column by column; none of it where there are only a few records."""

    def sound(self) -> tuple[list[dict[str, Any]], dict[str, Column]]:
        """Return the values of those that have no problem, row by row and column by column."""
        places = [place for place, record in enumerate(self.records) if not record.problems]
        rows = [self.records[place].values for place in places]
        if len(rows) == len(self.records):
            return rows, self.columns
        return rows, {key: column.at(places) for key, column in self.columns.items()}


def check_new(
    unit: Unit, actor: Actor, entity: str, batch: Sequence[Values], known: Sequence[Problem] = (), gaps: bool = False
) -> Checked:
    """Check records to be made, values by the keys of today. `known` was found while the values were read.

    `gaps`: required fields may be empty. Raises Refused for a value that its type can't keep.
    """
    fields = unit.model.catalog.fields(entity)
    rights = unit.model.access.rights(actor, entity)
    rules = unit.model.once(("new records", entity, actor.standing), lambda: _rules(fields.values(), rights))
    columns = columns_of(batch) if len(batch) >= FEW else {}
    batch = all_assigned(batch, columns, rules.assigned)
    found = [_new_record(values, rules, actor.context(unit.now), known) for values in batch]
    for record, values in zip(found, batch, strict=True):
        if not values.keys() <= rules.writable:
            for problem in unwritable(fields, rights, values):
                record.add(problem)
        for problem in missing(() if gaps else rules.required, record.values):
            if problem.field not in record.broken:
                record.add(problem)
    columns = _kept_columns(columns, found, rules)
    _check_values(found, columns, rules.checks)
    _check_links(unit, actor, rules.links, batch, found)
    _check_unique(unit, entity, rules.unique, found)
    return Checked(found, columns)


def _new_record(values: Values, rules: _Rules, context: Context, known: Sequence[Problem]) -> NewRecord:
    record = NewRecord({key: value for key, value in values.items() if value is not None})
    _settle(record.values, values, rules.defaults, context)
    record.broken |= {problem.field for problem in known}
    return record


def _kept_columns(columns: Mapping[str, Column], batch: Sequence[NewRecord], rules: _Rules) -> dict[str, Column]:
    """Return the columns that are written: those that the actor may write, and those of defaults."""
    if not columns:
        return {}
    settled = {each.key for each, _ in rules.defaults}
    kept = {key: column for key, column in columns.items() if key in rules.writable and key not in settled}
    kept |= {key: Column.of([record.values.get(key) for record in batch]) for key in settled}
    return {key: column for key, column in kept.items() if not column.is_empty}


@dataclass(frozen=True, slots=True)
class _Rules:
    """What new records of an entity must meet: the same for all actors of one standing."""

    writable: frozenset[str]
    assigned: Assigning
    defaults: tuple[tuple[Field, Formula], ...]
    required: tuple[Field, ...]
    checks: tuple[tuple[str, Check], ...]
    links: tuple[tuple[Field, str], ...]
    unique: tuple[Field, ...]


def _rules(fields: Collection[Field], rights: Rights) -> _Rules:
    return _Rules(
        writable=frozenset(each.key for each in fields if rights.edits(each.key) and not each.type.computed),
        assigned=assigning(fields),
        defaults=tuple((each, compile_python(parse(each.default))) for each in fields if each.default is not None),
        required=tuple(each for each in fields if each.required),
        checks=tuple((e.key, e.type.check) for e in fields if type(e.type).check is not FieldType.check),
        links=tuple((each, each.type.links_to) for each in fields if each.type.links_to is not None),
        unique=tuple(each for each in fields if each.unique and each.type.columns()),
    )


def unwritable(fields: Mapping[str, Field], rights: Rights, values: Values) -> list[Problem]:
    """Refuse names that are no fields, or none that this actor may write: hidden and unknown look alike."""
    found: list[Problem] = []
    for key in values:
        known = fields.get(key)
        if known is None or not rights.sees(key):
            found.append(Problem("field.unknown", {"name": key}, field=key))
        elif known.type.computed or not rights.edits(key):
            found.append(Problem("field.read_only", {"name": key}, field=key))
    return found


def _check_values(
    batch: Sequence[NewRecord], columns: Mapping[str, Column], checks: Iterable[tuple[str, Check]]
) -> None:
    """Note what is wrong with values by themselves."""
    for key, check in checks:
        if key in columns:
            _check_column(batch, key, check, columns[key])
        elif not columns:
            for record in batch:
                if key in record.values:
                    _add_all(record, key, check(record.values[key]))


def _check_column(batch: Sequence[NewRecord], key: str, check: Check, column: Column) -> None:
    """Note what is wrong with the values of one field; of equal ones it is found out once."""
    found = column.map(lambda value: list(check(value)))
    if any(found.distinct):
        for record, problems in zip(batch, found.values, strict=True):
            _add_all(record, key, problems or ())


def _add_all(record: NewRecord, key: str, problems: Iterable[Problem]) -> None:
    if key not in record.broken:
        for problem in problems:
            record.add(problem.at(field=key))


def _settle(values: dict[str, Any], given: Values, defaults: Iterable[tuple[Field, Formula]], context: Context) -> None:
    """Add the defaults of fields that nobody gave a value for."""
    for each, formula in defaults:
        if each.key not in given:
            value = settled(each.type, formula(lambda path: _given(given, path), context))
            if value is not None:
                values[each.key] = value


def _given(given: Values, path: Sequence[str]) -> Any:
    return plain(given.get(path[0])) if len(path) == 1 else None


def _check_links(
    unit: Unit,
    actor: Actor,
    links: Iterable[tuple[Field, str]],
    given: Sequence[Values],
    batch: Sequence[NewRecord],
) -> None:
    """Note the links that lead to no live record that the actor may see; asks once for each card type linked to.

    Only links that the actor gave: a default may name somebody whom the actor can't look up, himself for instance.
    """
    wanted: dict[str, set[int]] = defaultdict(set)
    for each, target in links:
        wanted[target] |= {values[each.key] for values in given if values.get(each.key) is not None}
    readable = {target: linkable_ids(unit, actor, target, ids) for target, ids in wanted.items()}
    for record, values in zip(batch, given, strict=True):
        for each, target in links:
            value = values.get(each.key)
            if value is None or each.key in record.broken:
                continue
            if value not in readable[target]:
                record.add(Problem("link.not_found", {"id": value, "entity": target}, field=each.key))
            elif target == FILE:
                for problem in file_problems(unit, each, value):
                    record.add(problem)


def _check_unique(unit: Unit, entity: str, unique: Iterable[Field], batch: Sequence[NewRecord]) -> None:
    """Note the unique values that another live record has, or a good record earlier in the batch."""
    taken: dict[str, set[Any]] = {}
    for each in unique:
        stored = [each.type.store(r.values[each.key])[0] for r in batch if _is_sound(r, each.key)]
        taken[each.key] = set(ids_by_unique(unit, entity, each, stored))
    for record in batch:
        values = {e.key: e.type.store(record.values[e.key])[0] for e in unique if _is_sound(record, e.key)}
        for key, value in values.items():
            if value in taken[key]:
                record.add(Problem("not_unique", {"value": str(record.values[key])[:100]}, field=key))
        if not record.problems:
            for key, value in values.items():
                taken[key].add(value)


def _is_sound(record: NewRecord, key: str) -> bool:
    return key in record.values and key not in record.broken
