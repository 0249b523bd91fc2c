"""The sheet of a report that shows groups alone: a row for each innermost group, live totals over them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from kartoteka.metadata.labels import label_in
from kartoteka.platform.tallies import Figure, Part
from kartoteka.reports.figures import (
    branch_label,
    currencies_of,
    figure_cell,
    figure_column,
    group_labels,
    measure_label,
)
from kartoteka.reports.layout import TOTALS, Layout, chart_of
from kartoteka.reports.questions import Answer, Branch
from kartoteka.reports.reader import Reader
from kartoteka.reports.workbook import Column, GroupStart, GroupTotal, Row, RowEvent, Sheet


def summed_sheet(answer: Answer, reader: Reader) -> Sheet:
    """Return the sheet; averages are put together of hidden sums and counts, so that their totals live too."""
    measured = _measured_columns(answer, reader)
    label = group_labels(answer, reader) or answer.entity.names(reader.language)
    layout = Layout((Column(label), *(column for column, _ in measured)), _places(answer, measured))
    cells = [cell for _, cell in measured]
    levels = len(answer.report.groups)
    name = label_in(answer.report.label, reader.language, answer.entity.names(reader.language))
    rows = list(_summed_rows(answer, reader, answer.whole, cells))
    chart = chart_of(answer, reader, layout)
    return Sheet(name, layout.columns, rows, groups=max(levels - 1, 0), totals=levels > 0, chart=chart)


BranchCell = Callable[[Branch], Any]


def _summed_rows(answer: Answer, reader: Reader, branch: Branch, cells: Sequence[BranchCell]) -> Iterator[RowEvent]:
    if not answer.report.groups:
        yield _summed_row(reader.say("Total"), branch, cells)
    for inner in branch.branches:
        label = branch_label(answer, inner, reader)
        if not inner.branches:
            yield _summed_row(label, inner, cells)
            continue
        yield GroupStart(label)
        yield from _summed_rows(answer, reader, inner, cells)
        yield GroupTotal(label)


def _summed_row(label: str, branch: Branch, cells: Sequence[BranchCell]) -> Row:
    return [label, *(cell(branch) for cell in cells)]


@dataclass(frozen=True, slots=True)
class _Measured:
    """A measure in one currency, in the cells of groups."""

    answer: Answer
    reader: Reader
    figure: Figure
    currency: str

    def value(self, branch: Branch) -> Any:
        """Return what the measure gives for a group."""
        value = self.answer.summed.value(self.figure.measure.key, branch.tallies)
        return figure_cell(self.figure, value, self.currency, self.reader.locale)

    def sum(self, branch: Branch) -> Any:
        """Return the sum of which an average is made, as a cell of the same type."""
        part = self._part(branch)
        if self.figure.type is None or self.figure.is_money:
            return part.sum
        whole = getattr(self.figure.type, "scale", None) is None
        return self.figure.type.excel(int(part.sum) if whole else part.sum, self.reader.locale)

    def count(self, branch: Branch) -> int:
        """Return of how many values an average is made."""
        return self._part(branch).count

    def _part(self, branch: Branch) -> Part:
        tally = branch.tallies.get(self.figure.measure.key)
        return tally.parts.get(self.currency, Part()) if tally else Part()


def _measured_columns(answer: Answer, reader: Reader) -> list[tuple[Column, BranchCell]]:
    """Return the columns of measures; those that only averages need come last, and are hidden."""
    seen: list[tuple[Column, BranchCell]] = []
    hidden: list[tuple[Column, BranchCell]] = []
    averages: list[int] = []
    for key, figure in answer.summed.figures.items():
        label = measure_label(answer, figure.measure, reader)
        currencies = currencies_of(figure, answer.summed.total.get(key))
        for currency in currencies:
            column = figure_column(figure, label, currency, several=len(currencies) > 1)
            measured = _Measured(answer, reader, figure, currency)
            if figure.measure.function == "average":
                averages.append(len(seen))
                hidden.append((replace(column, total="sum", hidden=True), measured.sum))
                hidden.append((Column(column.title, "integer", total="sum", hidden=True), measured.count))
            elif figure.measure.function == "count":
                column = replace(column, total="sum")
            else:
                column = replace(column, total=TOTALS[figure.measure.function])
            seen.append((column, measured.value))
    for number, place in enumerate(averages):
        first = 1 + len(seen) + 2 * number  # behind the labels and what is seen
        seen[place] = (replace(seen[place][0], quotient=(first, first + 1)), seen[place][1])
    return seen + hidden


def _places(answer: Answer, measured: Sequence[tuple[Column, BranchCell]]) -> dict[str, int]:
    """Return where each measure stands, of money the usual currency."""
    places, place = {}, 1
    for key, figure in answer.summed.figures.items():
        places[key] = place
        place += len(currencies_of(figure, answer.summed.total.get(key)))
    return places
