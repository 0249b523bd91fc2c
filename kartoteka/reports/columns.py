"""Records as rows of a sheet: typed, on the reader's clock, links by their titles, choices by their labels."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from operator import itemgetter
from typing import Any

from kartoteka.metadata.fieldtypes.base import FieldType
from kartoteka.metadata.fieldtypes.moments import DateTime
from kartoteka.metadata.fieldtypes.numbers import Integer
from kartoteka.metadata.locales import Locale
from kartoteka.platform import columnwise
from kartoteka.platform.query import Compiled, CompiledColumn
from kartoteka.platform.web.naming import path_label
from kartoteka.reports.reader import Reader
from kartoteka.reports.workbook import Block, Column

Convert = Callable[[Any], Any]
ReadRow = Callable[[Sequence[Any]], list[Any]]
"""Makes the cells of a row out of what the statement gave."""
ReadBlock = Callable[[Sequence[columnwise.Column]], Block]
"""Makes a block of cells out of the columns that the statement gave."""

MOST_REMEMBERED = 5_000
"""Converted values of a column with options that are kept: several options make many combinations."""


def sheet_columns(compiled: Compiled, reader: Reader, labels: Mapping[str, str]) -> tuple[Column, ...]:
    """Return the typed columns of a sheet for a compiled query; `labels` are the list's own, by path."""
    return tuple(sheet_column(compiled, column, reader, labels) for column in compiled.columns)


def sheet_column(compiled: Compiled, column: CompiledColumn, reader: Reader, labels: Mapping[str, str]) -> Column:
    """Return the typed column of a sheet for one of a query's."""
    catalog, entity = compiled.unit.model.catalog, compiled.query.entity
    title = labels.get(column.path) or path_label(catalog, entity, column.path, reader.language, reader.say)
    shown = shown_type(column)
    if column.title is not None or shown is None:
        return Column(title)
    return Column(title, shown.excel_kind, shown.number_format or None)


def shown_type(column: CompiledColumn) -> FieldType | None:
    """Return the type of a column's values; None for links by the system, which are shown by their titles."""
    if column.type is not None:
        return column.type
    if column.title is not None:
        return None
    return Integer() if column.path.rpartition(".")[2] == "id" else DateTime()


def row_reader(compiled: Compiled, locale: Locale) -> ReadRow:
    """Return what makes cells out of a stored row. Values that need nothing are passed on in one go."""
    places = [column.start if column.title is None else column.title for column in compiled.columns]
    converts = [(place, each) for place, column in enumerate(compiled.columns) if (each := _convert(column, locale))]
    wide = [
        (place, column) for place, column in enumerate(compiled.columns) if column.title is None and column.width > 1
    ]
    pick = itemgetter(*places) if len(places) > 1 else lambda row: (row[places[0]],) if places else ()

    def read(row: Sequence[Any]) -> list[Any]:
        cells = list(pick(row))
        for place, column in wide:
            if cells[place] is not None:
                cells[place] = row[column.start : column.start + column.width]
        for place, convert in converts:
            value = cells[place]
            if value is not None:
                cells[place] = convert(value)
        return cells

    return read


def block_reader(compiled: Compiled, locale: Locale) -> ReadBlock:
    """Return what makes a block out of stored columns; each different value of a column is converted once."""
    converts = [(column, _convert(column, locale)) for column in compiled.columns]

    def read(stored: Sequence[columnwise.Column]) -> Block:
        columns = ((_stored_column(column, stored), convert) for column, convert in converts)
        return Block(tuple(each if convert is None else each.map(convert) for each, convert in columns))

    return read


def _stored_column(column: CompiledColumn, stored: Sequence[columnwise.Column]) -> columnwise.Column:
    if column.title is not None or column.width == 1:
        return stored[column.start if column.title is None else column.title]
    parts = zip(*(each.values for each in stored[column.start : column.start + column.width]), strict=True)
    return columnwise.Column.of([None if each[0] is None else each for each in parts])


def _convert(column: CompiledColumn, locale: Locale) -> Convert | None:
    """Return what makes a cell's value out of what is stored; None where that is the value itself."""
    shown = shown_type(column)
    if column.title is not None or shown is None:
        return str
    kind = type(shown)
    if kind.restore is FieldType.restore and kind.excel is FieldType.excel:
        return None
    if column.width > 1:
        return partial(_of_several, shown, locale)
    if kind.restore is FieldType.restore and not hasattr(shown, "choices"):
        return partial(shown.excel, locale=locale)
    single = partial(_of_one, shown, locale)
    return _remembered(single) if hasattr(shown, "choices") else single


def _of_one(shown: FieldType, locale: Locale, stored: Any) -> Any:
    value = shown.restore((stored,))
    return None if value is None else shown.excel(value, locale)


def _of_several(shown: FieldType, locale: Locale, stored: Sequence[Any]) -> Any:
    value = shown.restore(tuple(stored))
    return None if value is None else shown.excel(value, locale)


def _remembered(convert: Convert) -> Convert:
    """Look labels up once: a column with options has few values and many cells."""
    known: dict[Any, Any] = {}

    def remembered(stored: Any) -> Any:
        if stored not in known:
            if len(known) >= MOST_REMEMBERED:
                known.clear()
            known[stored] = convert(stored)
        return known[stored]

    return remembered
