"""Summaries: the compiler's other half. Groups of records and what they add up to, for one actor.

Records and fields are those of a query: what the actor may not see can neither be grouped by nor added up. One
statement gives the innermost groups; everything above is put together of them, so that all levels agree.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, select

from kartoteka.metadata.columns import total
from kartoteka.metadata.definitions import Group, Measure, Sort
from kartoteka.metadata.expressions import Node
from kartoteka.metadata.expressions.kinds import MEASURED
from kartoteka.metadata.fieldtypes.base import FieldType
from kartoteka.metadata.fieldtypes.moments import DateTime
from kartoteka.metadata.fieldtypes.money import Money, MoneyAmount
from kartoteka.metadata.fieldtypes.text import text_sort_key
from kartoteka.metadata.paths import Resolved
from kartoteka.metadata.problems import BadRequest, Problem
from kartoteka.platform.actors import Actor
from kartoteka.platform.periods import period_start
from kartoteka.platform.query import Compiled, Query
from kartoteka.platform.tallies import Figure, Part, Tally, merged
from kartoteka.platform.units import Unit

MOST_GROUPS = 10_000
"""Innermost groups that a summary gives at most."""
ADDABLE = frozenset({"sum", "average"})
EXTREMES = frozenset({"minimum", "maximum"})
_NEEDS = {"count": ("count",), "sum": ("sum",), "average": ("sum", "count"), "minimum": ("low",), "maximum": ("high",)}
_ATOMS: Mapping[str, Callable[[ColumnElement[Any]], ColumnElement[Any]]] = {
    "count": func.count,
    "sum": total,
    "low": lambda element: func.min(element, type_=element.type),
    "high": lambda element: func.max(element, type_=element.type),
}

Key = tuple[Any, ...]
"""What a group is known by: the value of each level, as its field type has it; None where it is empty."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What to add up. `sort` names groups by their field and measures by their key; else groups come in their order."""

    entity: str
    groups: tuple[Group, ...] = ()
    measures: tuple[Measure, ...] = ()
    where: tuple[str | Node, ...] = ()
    sort: tuple[Sort, ...] = ()
    limit: int = MOST_GROUPS


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """An innermost group: its key, the titles of what its links lead to, and its tallies by measure."""

    key: Key
    titles: tuple[str | None, ...]
    tallies: Mapping[str, Tally]


@dataclass(frozen=True, slots=True)
class Summed:
    """What a summary gave. `total` is over all records, also where `rows` had to end before the last group."""

    rows: tuple[SummaryRow, ...]
    figures: Mapping[str, Figure]
    total: Mapping[str, Tally]
    levels: tuple[Resolved, ...]
    is_whole: bool = True

    def value(self, measure: str, tallies: Mapping[str, Tally]) -> Any:
        """Return a measure's value out of a group's tallies, or of several groups' put together."""
        return self.figures[measure].of(tallies.get(measure))


@dataclass(frozen=True, slots=True)
class _Level:
    """A level of groups: what it is grouped by in SQL, and how the value comes back."""

    found: Resolved
    elements: tuple[ColumnElement[Any], ...]
    restore: Callable[[tuple[Any, ...]], Any]
    title: ColumnElement[Any] | None = None


def summarise(unit: Unit, actor: Actor, summary: Summary) -> Summed:
    """Add up. Raises BadRequest for what makes no sense to this actor, NotFound for an entity not to be read."""
    compiled = Compiled(unit, actor, Query(summary.entity, where=summary.where, titles=False))
    levels = [_level(compiled, each) for each in summary.groups]
    measured = {each.key: _measured(compiled, each) for each in summary.measures}
    figures = {key: Figure(each.measure, each.type) for key, each in measured.items()}
    statement, read = _statement(compiled, levels, measured)
    found = unit.connection.execute(statement.limit(summary.limit + 1)).all()
    is_whole = len(found) <= summary.limit
    rows = _merged_rows(read(row) for row in found[: summary.limit])
    whole = merged(row.tallies for row in rows) if is_whole else summarise(unit, actor, _ungrouped(summary)).total
    resolved = tuple(level.found for level in levels)
    summed = Summed(tuple(rows), figures, whole, resolved, is_whole)
    return replace(summed, rows=tuple(_ordered(summed, summary)))


def _ungrouped(summary: Summary) -> Summary:
    return replace(summary, groups=(), sort=())


def leaf_ids(unit: Unit, actor: Actor, summary: Summary, sort: tuple[Sort, ...]) -> dict[Key, array[int]]:
    """Return the ids of the records of each innermost group, in the order that is asked for."""
    compiled = Compiled(unit, actor, Query(summary.entity, where=summary.where, sort=sort, titles=False))
    levels = [_level(compiled, each) for each in summary.groups]
    elements = [element for level in levels for element in level.elements]
    statement = select(compiled.source.main.c.id, *(e.label(f"g{n}") for n, e in enumerate(elements)))
    statement = statement.select_from(compiled.source.joined()).where(compiled.condition)
    statement = statement.order_by(*compiled.ordering())
    found: dict[Key, array[int]] = {}
    for record_id, *stored in unit.connection.execute(statement, execution_options={"yield_per": 2000}):
        found.setdefault(_key(levels, stored), array("q")).append(record_id)
    return found


def _level(compiled: Compiled, group: Group) -> _Level:
    found = compiled.resolve(group.field)
    source = compiled.source_of(found)
    if group.by != "value" and found.kind.name not in ("date", "datetime"):
        raise BadRequest(Problem("report.not_a_date", {"name": group.field, "by": group.by}))
    if found.links_to in compiled.unit.model.catalog.entities:
        # By the record that the actor may read, not by the id: what is out of reach is one empty group.
        return _Level(found, (source.follow(found.key).main.c.id,), _first, source.linked_title(found.key))
    if found.field is not None and not found.field.type.sortable:
        raise BadRequest(Problem("report.not_groupable", {"name": group.field}))
    if group.by != "value":
        element = source.element((found.key,))
        zone = compiled.actor.locale.zone
        return _Level(found, (period_start(element, group.by, zone, compiled.unit.now),), _first)
    if found.field is None or not found.field.type.columns():
        restore = found.field.type.restore if found.field else _first
        return _Level(found, (source.element((found.key,)),), restore)
    columns = [source.column(found.field, spec.role) for spec in found.field.type.columns()]
    return _Level(found, tuple(column for column in columns if column is not None), found.field.type.restore)


def _first(stored: tuple[Any, ...]) -> Any:
    return stored[0]


@dataclass(frozen=True, slots=True)
class _Measured:
    """A measure in SQL: what it counts or adds up, and in which currency."""

    measure: Measure
    type: FieldType | None
    element: ColumnElement[Any]
    currency: ColumnElement[Any] | None = None


def _measured(compiled: Compiled, measure: Measure) -> _Measured:
    if measure.field is None:
        return _Measured(measure, None, literal(1))
    found = compiled.resolve(measure.field)
    kind = found.kind.name
    if measure.function in ADDABLE and kind != "number":
        raise BadRequest(Problem("report.not_a_number", {"name": measure.field}))
    if measure.function in EXTREMES and kind not in MEASURED:
        raise BadRequest(Problem("report.not_comparable", {"name": measure.field}))
    source = compiled.source_of(found)
    element = source.element((found.key,))
    if measure.function == "count" or found.field is None:
        return _Measured(measure, DateTime() if kind == "datetime" and measure.function != "count" else None, element)
    shown: FieldType = getattr(found.field.type, "shown_as", found.field.type)
    if not isinstance(shown, MoneyAmount):
        return _Measured(measure, shown, element)
    return _Measured(measure, shown, element, func.coalesce(source.column(found.field, "currency"), shown.currency))


Read = Callable[[Sequence[Any]], SummaryRow]


def _statement(
    compiled: Compiled, levels: Sequence[_Level], measured: Mapping[str, _Measured]
) -> tuple[Select[Any], Read]:
    """Return the statement, and what makes a row out of what it gives.

    It is in two steps: PostgreSQL takes an expression with parameters for another one when it comes again.
    """
    keys = [element for level in levels for element in level.elements]
    titles = [level.title for level in levels if level.title is not None]
    currencies = [each.currency for each in measured.values() if each.currency is not None]
    inner = _labelled([*keys, *currencies, *titles, *(each.element for each in measured.values())])
    base = select(*inner).select_from(compiled.source.joined()).where(compiled.condition).subquery()
    columns = list(base.c)
    by = columns[: len(keys) + len(currencies)]
    named = columns[len(by) : len(by) + len(titles)]
    values = columns[len(by) + len(titles) :]
    atoms = [
        _ATOMS[atom](value) for value, each in zip(values, measured.values(), strict=True) for atom in _needs(each)
    ]
    outer = select(*_labelled([*by, *(func.max(each) for each in named), *atoms])).group_by(*by).order_by(*by)
    # Without groups a statement would count one group of nothing; without measures it needs a column.
    outer = outer if by or atoms else select(literal(0)).where(literal(0) == 1)
    return outer, lambda row: _read(row, levels, measured)


def _labelled(elements: Sequence[ColumnElement[Any]]) -> list[ColumnElement[Any]]:
    return [element.label(f"s{number}") for number, element in enumerate(elements)]


def _needs(each: _Measured) -> tuple[str, ...]:
    return _NEEDS[each.measure.function]


def _read(row: Sequence[Any], levels: Sequence[_Level], measured: Mapping[str, _Measured]) -> SummaryRow:
    values = iter(row)
    key = _key(levels, [next(values) for level in levels for _ in level.elements])
    currencies = {name: next(values) for name, each in measured.items() if each.currency is not None}
    titles = tuple(next(values) if level.title is not None else None for level in levels)
    tallies: dict[str, Tally] = {}
    for name, each in measured.items():
        part = Part(**{atom: _plain(atom, next(values)) for atom in _needs(each)})
        tallies[name] = Tally({currencies.get(name) or "": part})
    return SummaryRow(key, titles, tallies)


def _plain(atom: str, value: Any) -> Any:
    """Return what a part holds; sums of whole numbers come as integers, decimals or floats."""
    if atom == "count":
        return int(value)
    if atom == "sum":
        return Decimal(repr(value)) if isinstance(value, float) else Decimal(value or 0)
    return value


def _key(levels: Sequence[_Level], stored: Sequence[Any]) -> Key:
    rest = iter(stored)
    parts = [tuple(next(rest) for _ in level.elements) for level in levels]
    return tuple(
        level.restore(part) if part[0] is not None else None for level, part in zip(levels, parts, strict=True)
    )


def _merged_rows(rows: Iterator[SummaryRow]) -> list[SummaryRow]:
    """Put rows of one group together: one for each currency, or values that differ only beyond their last place."""
    found: dict[Key, SummaryRow] = {}
    for row in rows:
        same = found.get(row.key)
        tallies = merged([same.tallies, row.tallies]) if same else row.tallies
        found[row.key] = replace(row, tallies=tallies)
    return list(found.values())


def _ordered(summed: Summed, summary: Summary) -> list[SummaryRow]:
    """Return the groups in order: as asked for, else as their values come, with what is empty at the end."""
    rows = list(summed.rows)
    asked = {sort.field: sort.descending for sort in summary.sort}
    for place in reversed(range(len(summary.groups))):
        filled = [row for row in rows if row.key[place] is not None]
        rank = partial(_rank, summed.levels[place], place)
        filled.sort(key=rank, reverse=asked.get(summary.groups[place].field, False))
        rows = filled + [row for row in rows if row.key[place] is None]
    for sort in reversed(summary.sort):
        if sort.field in summed.figures:
            rows.sort(key=partial(_size, summed, sort.field), reverse=sort.descending)
    return rows


def _rank(found: Resolved, place: int, row: SummaryRow) -> Any:
    """Return what a group that is not empty is ordered by: options as they are listed, texts as people order them."""
    value = row.key[place]
    options = getattr(found.field.type, "choices", ()) if found.field else ()
    if found.links_to:
        return text_sort_key(row.titles[place] or "")
    if options:
        keys = [option.key for option in options]
        return (keys.index(value) if value in keys else len(keys), value)
    if isinstance(value, str):
        return text_sort_key(value)
    return (value.currency, value.amount) if isinstance(value, Money) else value


def _size(summed: Summed, measure: str, row: SummaryRow) -> tuple[bool, Any]:
    """Return what a group is ordered by where a measure decides: of money the sum in the usual currency."""
    value = summed.value(measure, row.tallies)
    plain = (value[0].amount if value else None) if isinstance(value, tuple) else value
    return (plain is not None, plain or 0)
