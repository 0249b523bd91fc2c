"""Many new records at once: the same rules as for one, with one query where one record after the other needs many.

Only `records` writes through here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kartoteka.metadata.definitions import Field
from kartoteka.metadata.expressions import compile_python, parse
from kartoteka.metadata.fieldtypes.base import FieldType
from kartoteka.metadata.fieldtypes.links import FILE
from kartoteka.metadata.problems import Problem
from kartoteka.platform.access import Rights
from kartoteka.platform.actors import Actor
from kartoteka.platform.columnwise import Column, columns_of
from kartoteka.platform.lookups import ids_by_unique, linkable_ids
from kartoteka.platform.rules import file_problems, missing, plain, settled
from kartoteka.platform.units import Unit

Values = Mapping[str, Any]
Check = Callable[[Any], Iterable[Problem]]


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


def check_new(
    unit: Unit, actor: Actor, entity: str, batch: Sequence[Values], known: Sequence[Problem] = (), gaps: bool = False
) -> list[NewRecord]:
    """Return the records with everything that is wrong with them. `known` was found while the values were read.

    `gaps`: required fields may be empty.
    """
    fields = unit.model.catalog.fields(entity)
    rights = unit.model.access.rights(actor, entity)
    writable = frozenset(key for key, each in fields.items() if rights.edits(key) and not each.type.computed)
    settle = _defaults(unit, actor, fields)
    required = [] if gaps else [each for each in fields.values() if each.required]
    checks = [(e.key, e.type.check) for e in fields.values() if type(e.type).check is not FieldType.check]
    found: list[NewRecord] = []
    for values in batch:
        record = NewRecord({key: value for key, value in values.items() if value is not None})
        settle(record.values, values)
        record.broken |= {problem.field for problem in known}
        if not values.keys() <= writable:
            for problem in unwritable(fields, rights, values):
                record.add(problem)
        for problem in missing(required, record.values):
            if problem.field not in record.broken:
                record.add(problem)
        found.append(record)
    columns = columns_of([record.values for record in found])
    for key, check in checks:
        if key in columns:
            _check_values(found, key, check, columns[key])
    _check_links(unit, actor, fields, batch, found)
    _check_unique(unit, entity, fields, found)
    return found


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


def _check_values(batch: Sequence[NewRecord], key: str, check: Check, column: Column) -> None:
    """Note what is wrong with the records' values of one field."""
    found = column.map(lambda value: [problem.at(field=key) for problem in check(value)])
    if any(found.distinct):
        for record, problems in zip(batch, found.values, strict=True):
            if problems and key not in record.broken:
                for problem in problems:
                    record.add(problem)


def _defaults(unit: Unit, actor: Actor, fields: Mapping[str, Field]) -> Callable[[dict[str, Any], Values], None]:
    """Return what adds the defaults of fields that nobody gave a value for: each formula is compiled once."""
    context = actor.context(unit.now)
    formulas = [(each, compile_python(parse(each.default))) for each in fields.values() if each.default is not None]

    def settle(values: dict[str, Any], given: Values) -> None:
        for each, formula in formulas:
            if each.key not in given:
                value = settled(each.type, formula(lambda path: _given(given, path), context))
                if value is not None:
                    values[each.key] = value

    return settle


def _given(given: Values, path: Sequence[str]) -> Any:
    return plain(given.get(path[0])) if len(path) == 1 else None


def _check_links(
    unit: Unit, actor: Actor, fields: Mapping[str, Field], given: Sequence[Values], batch: Sequence[NewRecord]
) -> None:
    """Note the links that lead to no live record that the actor may see; asks once for each card type linked to.

    Only links that the actor gave: a default may name somebody whom the actor can't look up, himself for instance.
    """
    links = [(each.key, each.type.links_to) for each in fields.values() if each.type.links_to is not None]
    wanted: dict[str, set[int]] = defaultdict(set)
    for key, target in links:
        wanted[target] |= {values[key] for values in given if values.get(key) is not None}
    readable = {target: linkable_ids(unit, actor, target, ids) for target, ids in wanted.items()}
    for record, values in zip(batch, given, strict=True):
        for key, target in links:
            value = values.get(key)
            if value is None or key in record.broken:
                continue
            if value not in readable[target]:
                record.add(Problem("link.not_found", {"id": value, "entity": target}, field=key))
            elif target == FILE:
                for problem in file_problems(unit, fields[key], value):
                    record.add(problem)


def _check_unique(unit: Unit, entity: str, fields: Mapping[str, Field], batch: Sequence[NewRecord]) -> None:
    """Note the unique values that another live record has, or a good record earlier in the batch."""
    taken: dict[str, set[Any]] = {}
    unique = [each for each in fields.values() if each.unique and each.type.columns()]
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
