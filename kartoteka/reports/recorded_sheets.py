"""The sheet of a report that shows its records: groups of rows, and under each what its rows add up to, live."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from kartoteka.metadata.definitions import Measure
from kartoteka.metadata.fieldtypes.base import FieldType
from kartoteka.metadata.labels import label_in
from kartoteka.reports.columns import row_reader, sheet_columns
from kartoteka.reports.figures import branch_label, currencies_of, figure_column, group_labels, measure_label
from kartoteka.reports.layout import TOTALS, Layout, chart_of
from kartoteka.reports.questions import Answer, Branch
from kartoteka.reports.reader import Reader
from kartoteka.reports.workbook import Column, GroupStart, GroupTotal, RowEvent, Sheet

Make = Callable[[Sequence[Any], Sequence[Any]], Any]
"""Makes an added cell of a record out of its stored row and its cells."""


def recorded_sheet(answer: Answer, reader: Reader) -> Sheet:
    """Return the sheet; its rows are read while it is written."""
    layout = _layout(answer, reader)
    groups = len(answer.report.groups)
    totals = any(column.has_total for column in layout.columns)
    if (groups or totals) and layout.columns[0].has_total:
        layout = _with_label_column(layout, group_labels(answer, reader))
    name = label_in(answer.report.label, reader.language, answer.entity.names(reader.language))
    rows = _recorded_rows(answer, reader, layout)
    return Sheet(name, layout.columns, rows, groups=groups, totals=totals, chart=chart_of(answer, reader, layout))


def _with_label_column(layout: Layout, title: str) -> Layout:
    places = {key: place + 1 for key, place in layout.places.items()}
    return Layout((Column(title), *layout.columns), places, lambda stored: [None, *layout.row(stored)])


def _recorded_rows(answer: Answer, reader: Reader, layout: Layout) -> Iterator[RowEvent]:
    if not answer.report.groups:
        yield from map(layout.row, answer.stored_rows(()))
        return
    for branch in answer.whole.branches:
        yield from _branch_rows(answer, reader, layout, branch)


def _branch_rows(answer: Answer, reader: Reader, layout: Layout, branch: Branch) -> Iterator[RowEvent]:
    label = branch_label(answer, branch, reader)
    yield GroupStart(label)
    for inner in branch.branches:
        yield from _branch_rows(answer, reader, layout, inner)
    if not branch.branches:
        yield from map(layout.row, answer.stored_rows(branch.key))
    yield GroupTotal(label)


def _layout(answer: Answer, reader: Reader) -> Layout:
    """Return the columns of the single records: a measure is the total of its field's column, or gets its own."""
    labels = {each.field: label_in(each.label, reader.language) for each in answer.report.columns}
    typed = list(sheet_columns(answer.records, reader, labels))
    shown = [each.field for each in answer.report.columns]
    columns, places, added = typed[: len(shown)], {}, []
    for measure in answer.report.measures:
        place = shown.index(measure.field) if measure.field in shown else -1
        currencies = currencies_of(answer.summed.figures[measure.key], answer.summed.total.get(measure.key))
        if place >= 0 and not columns[place].has_total and measure.function in TOTALS and len(currencies) == 1:
            columns[place] = replace(columns[place], total=TOTALS[measure.function])
            places[measure.key] = place
            continue
        places[measure.key] = len(columns)
        for column, make in _added(answer, reader, measure, typed, currencies):
            columns.append(column)
            added.append(make)
    read = row_reader(answer.records, reader.locale)

    def row(stored: Sequence[Any]) -> list[Any]:
        cells = read(stored)
        return cells[: len(shown)] + [make(stored, cells) for make in added]

    return Layout(tuple(columns), places, row)


def _added(
    answer: Answer, reader: Reader, measure: Measure, typed: Sequence[Column], currencies: Sequence[str]
) -> Iterator[tuple[Column, Make]]:
    """Yield the columns that a measure needs of its own, whose totals are what it gives."""
    label = measure_label(answer, measure, reader)
    if measure.field is None:
        yield Column(label, "integer", total="sum"), _one
        return
    place = next(n for n, each in enumerate(answer.records.columns) if each.path == measure.field)
    if measure.function == "count":
        yield Column(label, "integer", total="sum"), _one_if_filled(place)
        return
    total = TOTALS[measure.function]
    if len(currencies) == 1:
        yield replace(typed[place], title=label, total=total), _same(place)
        return
    figure, start = answer.summed.figures[measure.key], answer.records.columns[place].start
    for currency in currencies:
        column = figure_column(figure, label, currency, several=True)
        yield replace(column, total=total), _in_currency(figure.type, start, currency)


def _one(stored: Sequence[Any], cells: Sequence[Any]) -> int:
    return 1


def _one_if_filled(place: int) -> Make:
    def make(stored: Sequence[Any], cells: Sequence[Any]) -> int | None:
        return None if cells[place] is None else 1

    return make


def _same(place: int) -> Make:
    def make(stored: Sequence[Any], cells: Sequence[Any]) -> Any:
        return cells[place]

    return make


def _in_currency(money: FieldType | None, start: int, currency: str) -> Make:
    """Return what makes a cell of amounts in one currency; a stored amount without one is in the usual one."""
    usual = getattr(money, "currency", "")

    def make(stored: Sequence[Any], cells: Sequence[Any]) -> Any:
        return stored[start] if (stored[start + 1] or usual) == currency else None

    return make
