"""Questions: a report as its definition asks it, narrowed down by its address, answered for one actor."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from typing import Any

import msgspec

from kartoteka.metadata.definitions import Entity, Report, Sort
from kartoteka.metadata.expressions import names, parse
from kartoteka.metadata.fieldtypes.base import InvalidValue
from kartoteka.metadata.filters import shorthand
from kartoteka.metadata.problems import BadRequest, NotFound, Problem
from kartoteka.platform.actors import Actor
from kartoteka.platform.query import Compiled, Query
from kartoteka.platform.streams import compiled_all, stored_rows
from kartoteka.platform.summary import Key, Summary, SummaryRow, Summed, leaf_ids, summarise
from kartoteka.platform.tallies import Tally, merged
from kartoteka.platform.units import Unit
from kartoteka.reports.periods import PRESETS, period_condition

FILTER = "f."
CREATED = "created_at"
"""The date of last resort: every record has it."""
Parameters = Sequence[tuple[str, str]]
"""Names and texts as they stand in an address."""


@dataclass(frozen=True, slots=True)
class Branch:
    """A group with the groups inside it; the whole report is the branch with an empty key."""

    key: Key
    title: str | None
    tallies: Mapping[str, Tally]
    branches: tuple[Branch, ...] = ()


@dataclass(frozen=True)
class Answer:
    """What a report found: its groups as a tree, and its records on request."""

    unit: Unit
    actor: Actor
    report: Report
    entity: Entity
    summary: Summary
    summed: Summed
    period_field: str
    parameters: Parameters = field(default=())

    @cached_property
    def whole(self) -> Branch:
        """The tree of groups."""
        return Branch((), None, self.summed.total, tuple(_branches(self.summed.rows, 0, len(self.report.groups))))

    @cached_property
    def records(self) -> Compiled:
        """The single records' columns: those of the report, then what its measures need besides."""
        shown = tuple(column.field for column in self.report.columns)
        besides = (each.field for each in self.report.measures if each.field and each.field not in shown)
        columns = shown + tuple(dict.fromkeys(besides))
        query = Query(self.entity.key, columns, self.summary.where, limit=None)
        return compiled_all(self.unit, self.actor, query)

    @cached_property
    def ids(self) -> Mapping[Key, array[int]]:
        """The ids of the records of each innermost group, in order."""
        grouped = {group.field for group in self.report.groups}
        sort = tuple(each for each in self.report.sort if each.field not in grouped)
        return leaf_ids(self.unit, self.actor, self.summary, sort)

    def stored_rows(self, key: Key, most: int | None = None) -> Iterator[Sequence[Any]]:
        """Yield the records of an innermost group as `records` has compiled them, at most so many."""
        return stored_rows(self.records, self.ids.get(key, array("q"))[:most])

    @property
    def count(self) -> int:
        """How many records are shown singly."""
        return sum(len(ids) for ids in self.ids.values()) if self.report.columns else 0

    @property
    def period(self) -> str:
        """The preset period that was asked for; empty for none."""
        return dict(self.parameters).get("period", "")


def answer(unit: Unit, actor: Actor, key: str, parameters: Parameters = ()) -> Answer:
    """Run a report. Raises NotFound where there is none for this actor, BadRequest for a question without sense."""
    found = unit.model.catalog.report_named(key)
    report = usable(unit, actor, found) if found else None
    if report is None:
        raise NotFound("report.unknown", name=key)
    period_field = _period_field(unit, actor, report)
    where = _filter(report) + tuple(_conditions(unit, actor, report.entity, period_field, parameters))
    summary = Summary(report.entity, report.groups, report.measures, where, tuple(_group_sort(report)))
    summed = summarise(unit, actor, summary)
    entity = unit.model.catalog.entities[report.entity]
    return Answer(unit, actor, report, entity, summary, summed, period_field, tuple(parameters))


def usable_reports(unit: Unit, actor: Actor) -> Iterator[Report]:
    """Yield the reports that make sense to the actor, as the actor sees them."""
    for each in unit.model.catalog.reports.values():
        found = usable(unit, actor, each)
        if found is not None:
            yield found


def usable(unit: Unit, actor: Actor, report: Report) -> Report | None:
    """Return a report without the columns and measures that the actor may not see.

    None where nothing is left, or where it counts or groups by what the actor may not see.
    """
    groups = tuple(group.field for group in report.groups)
    try:
        compiled = Compiled(unit, actor, Query(report.entity, groups, _filter(report), titles=False))
    except (BadRequest, NotFound):
        return None
    measures = tuple(each for each in report.measures if each.field is None or _is_visible(compiled, each.field))
    columns = tuple(each for each in report.columns if _is_visible(compiled, each.field))
    if not measures and not columns:
        return None
    sort = tuple(each for each in report.sort if _is_visible(compiled, each.field))
    chart = report.chart if report.chart and report.chart.measure in {each.key for each in measures} else None
    return msgspec.structs.replace(report, measures=measures, columns=columns, sort=sort, chart=chart)


def _filter(report: Report) -> tuple[str, ...]:
    return (report.filter,) if report.filter else ()


def _is_visible(compiled: Compiled, path: str) -> bool:
    try:
        compiled.resolve(path)
    except BadRequest:
        return False
    return True


def _period_field(unit: Unit, actor: Actor, report: Report) -> str:
    """Return the date by which periods are chosen: one grouped by, else one of the filter, else the creation."""
    compiled = Compiled(unit, actor, Query(report.entity, titles=False))
    paths = [group.field for group in report.groups]
    paths += sorted(".".join(path) for path in names(parse(report.filter))) if report.filter else []
    dated = (path for path in paths if compiled.resolve(path).kind.name in ("date", "datetime"))
    return next(dated, CREATED)


def _conditions(
    unit: Unit, actor: Actor, entity: str, period_field: str, parameters: Iterable[tuple[str, str]]
) -> Iterator[str]:
    compiled = Compiled(unit, actor, Query(entity, titles=False))
    for name, text in parameters:
        if not text.strip():
            continue
        if name == "where":
            yield text
        elif name == "period":
            if text not in PRESETS:
                raise BadRequest(Problem("report.unknown_period", {"name": text}, field="period"))
            yield period_condition(period_field, text)
        elif name.startswith(FILTER):
            yield _short(compiled, name.removeprefix(FILTER), text, actor)


def _short(compiled: Compiled, path: str, text: str, actor: Actor) -> str:
    found = compiled.resolve(path)
    if found.field is None:
        raise BadRequest(Problem("query.unknown_field", {"name": path, "entity": compiled.query.entity}))
    try:
        return shorthand(path, found.field.type, text, actor.locale)
    except InvalidValue as error:
        raise BadRequest(Problem(error.problem.code, error.problem.params, field=path)) from error


def _group_sort(report: Report) -> Iterator[Sort]:
    """Yield how groups are ordered: by their own field, or by the measure of a field where no records are shown."""
    grouped = {group.field for group in report.groups}
    for each in report.sort:
        measure = next((m for m in report.measures if m.field == each.field), None)
        if each.field in grouped:
            yield each
        elif measure is not None and not report.columns:
            yield Sort(field=measure.key, descending=each.descending)


def _branches(rows: Sequence[SummaryRow], depth: int, levels: int) -> Iterator[Branch]:
    if depth == levels:
        return
    if depth == levels - 1:
        yield from (Branch(row.key, row.titles[depth], row.tallies) for row in rows)
        return
    # Innermost groups that a measure orders may come in any order: gather each outer one where it first appears.
    first = {value: place for place, value in reversed(list(enumerate(row.key[depth] for row in rows)))}
    gathered = sorted(rows, key=lambda row: first[row.key[depth]])
    for value, each in groupby(gathered, key=lambda row: row.key[depth]):
        inner = tuple(each)
        whole = merged(row.tallies for row in inner)
        key = (*inner[0].key[:depth], value)
        yield Branch(key, inner[0].titles[depth], whole, tuple(_branches(inner, depth + 1, levels)))
