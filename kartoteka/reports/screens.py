"""A report's table on screen: groups, records and totals in one set of columns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from kartoteka.metadata.definitions import Measure
from kartoteka.metadata.labels import label_in
from kartoteka.metadata.paths import Resolved, resolve
from kartoteka.platform.query import Row
from kartoteka.platform.web.cells import cell_kind, make_cell
from kartoteka.platform.web.contexts import Cell
from kartoteka.reports.contexts import ReportColumn, ReportRow
from kartoteka.reports.drill import drill_url
from kartoteka.reports.figures import branch_label, field_label, group_labels, measure_label, shown
from kartoteka.reports.questions import Answer, Branch
from kartoteka.reports.reader import Reader

MOST_RECORDS = 500
"""Single records on a page; the downloads have them all."""


@dataclass(frozen=True, slots=True)
class ShownColumn:
    """A column: of records it shows the field at `path`, of groups and in the total what `measure` gives."""

    label: str
    kind: str
    path: str = ""
    found: Resolved | None = None
    measure: str = ""


def shown_columns(answer: Answer, reader: Reader) -> list[ShownColumn]:
    """Return the columns. The first one names the groups, so it never shows a measure."""
    columns: list[ShownColumn] = []
    for each in answer.report.columns:
        found = resolve(answer.unit.model.catalog, answer.entity.key, each.field.split("."))
        assert found is not None
        label = label_in(each.label, reader.language) or field_label(answer, each.field, reader)
        columns.append(ShownColumn(label, cell_kind(found), each.field, found))
    for measure in answer.report.measures:
        place = next((n for n, c in enumerate(columns) if c.path == measure.field and not c.measure), None)
        if place is not None and measure.function != "count":
            columns[place] = replace(columns[place], measure=measure.key)
        elif not is_beside_label(answer, measure):
            columns.append(ShownColumn(measure_label(answer, measure, reader), "number", measure=measure.key))
    if not columns or columns[0].measure:
        name = group_labels(answer, reader) or answer.entity.name(reader.language)
        columns.insert(0, ShownColumn(name, "text"))
    return columns


def is_beside_label(answer: Answer, measure: Measure) -> bool:
    """Tell whether a measure stands beside the group's name: how many records are listed under it."""
    return bool(answer.report.columns) and measure.function == "count" and measure.field is None


class Table:
    """Makes the rows; `left_out` tells how many records did not fit on the page."""

    def __init__(self, answer: Answer, reader: Reader) -> None:
        self.answer, self.reader = answer, reader
        self.columns = shown_columns(answer, reader)
        self.rows = tuple(self._rows())
        self.left_out = max(0, answer.count - self._records_shown)

    _records_shown = 0

    @property
    def heads(self) -> tuple[ReportColumn, ...]:
        """The columns as the template takes them."""
        return tuple(ReportColumn(column.label, column.kind) for column in self.columns)

    def _rows(self) -> Iterator[ReportRow]:
        whole = self.answer.whole
        if not self.answer.report.groups:
            yield from self._records(whole)
        for branch in whole.branches:
            yield from self._branch(branch, 0)
        if self.answer.report.measures:
            yield ReportRow(self._cells(self.reader.say("Total"), whole), "total")

    def _branch(self, branch: Branch, depth: int) -> Iterator[ReportRow]:
        label = "\N{EM SPACE}" * depth + branch_label(self.answer, branch, self.reader)
        level = "group" if branch.branches or self.answer.report.columns else "row"
        yield ReportRow(self._cells(label, branch), level, drill_url(self.answer, branch))
        for inner in branch.branches:
            yield from self._branch(inner, depth + 1)
        if not branch.branches:
            yield from self._records(branch)

    def _cells(self, label: str, branch: Branch) -> tuple[Cell, ...]:
        counts = [
            self._shown(each.key, branch) for each in self.answer.report.measures if is_beside_label(self.answer, each)
        ]
        return (
            Cell("text", " · ".join([label, *counts])),
            *(self._figure(column, branch) for column in self.columns[1:]),
        )

    def _figure(self, column: ShownColumn, branch: Branch) -> Cell:
        return Cell("number", self._shown(column.measure, branch)) if column.measure else Cell("text")

    def _shown(self, measure: str, branch: Branch) -> str:
        value = self.answer.summed.value(measure, branch.tallies)
        return shown(self.answer.summed.figures[measure], value, self.reader.locale)

    def _records(self, branch: Branch) -> Iterator[ReportRow]:
        room = MOST_RECORDS - self._records_shown
        if not self.answer.report.columns or room <= 0:
            return
        records = self.answer.records
        for stored in self.answer.stored_rows(branch.key, room):
            self._records_shown += 1
            yield self._record(records.row(stored))

    def _record(self, row: Row) -> ReportRow:
        url = f"/{self.answer.entity.key}/{row.id}"
        cells = [self._field(column, row) for column in self.columns]
        first = cells[0].text or row.title
        return ReportRow((Cell("text", first), *cells[1:]), "row", url)

    def _field(self, column: ShownColumn, row: Row) -> Cell:
        if column.found is None:
            return Cell("text")
        return make_cell(column.found, row.values[column.path], row.titles.get(column.path), self.reader.locale)
