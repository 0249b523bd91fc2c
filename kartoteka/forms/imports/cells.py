"""Cells: what stands in a cell as a value of the column's field. Nothing is coerced: what does not fit is a problem.

A text is read as a person's typing is. Numbers, dates, times and booleans of a workbook must meet a field of their
kind; a whole number may also stand in a text (codes and phone numbers are often typed as numbers).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from types import NoneType
from typing import Any

from kartoteka.forms.imports.tables import Cell, Share, cell_text
from kartoteka.metadata.definitions import Field
from kartoteka.metadata.expressions.kinds import DATE, DATETIME, LIST
from kartoteka.metadata.fieldtypes.base import FieldType, InvalidValue
from kartoteka.metadata.locales import Locale

Convert = Callable[[Cell], Any]
"""Returns a field's value for a cell, None for an empty one. Raises InvalidValue."""

KEPT = 2_000
"""Texts of a column whose values are kept; values are never changed."""
_TEXTS = frozenset({str, NoneType})

EXACT_NUMBER = 10**15
"""From here on a spreadsheet has lost digits."""

_RELATIVE = re.compile(r"([+-]?\d{1,6})d(?: ([01]\d|2[0-3]):([0-5]\d))?", re.ASCII)


class CellReader:
    """Reads the cells of a column, batch by batch. Most columns have few different texts: their values are kept."""

    def __init__(self, convert: Convert) -> None:
        self._convert = convert
        self._known: dict[Cell, Any] = {}

    def read(self, cells: Sequence[Cell]) -> list[Any]:
        """Return each cell's value, or the problem of one that could not be read."""
        if not _TEXTS.issuperset(map(type, cells)):
            return [self._value(cell) for cell in cells]
        new = set(cells) - self._known.keys()
        if len(self._known) + len(new) > KEPT:
            self._known, new = {}, set(cells)
        self._known.update({cell: self._value(cell) for cell in new})
        known = self._known
        return [known[cell] for cell in cells]

    def _value(self, cell: Cell) -> Any:
        try:
            return self._convert(cell)
        except InvalidValue as refused:
            return refused.problem


def converter(field: Field, locale: Locale, *, separator: str | None = None, now: datetime | None = None) -> Convert:
    """Return what reads the cells of a field's column.

    `separator` parts the items of a list besides what people use. With `now`, dates may be written relative to it:
    `-3d`, `+2d 10:00`.
    """
    kind = field.type.kind
    read = _text_reader(field.type, locale)
    if separator and kind == LIST:
        read = _list_reader(field.type, locale, separator)
    if now is not None and kind in (DATE, DATETIME):
        read = _relative_reader(field.type, read, locale, now)

    def convert(cell: Cell) -> Any:
        if type(cell) is str:
            return read(cell)
        return None if cell is None else _typed(field.type, cell, locale)

    return convert


def link_text(cell: Cell) -> str | None:
    """Return what a cell says of the record that a link leads to. Raises InvalidValue for what is no name."""
    if cell is not None and not isinstance(cell, str | int):
        raise InvalidValue("cell.kind", kind=type(cell).__name__.lower())
    return cell_text(cell).strip() or None


def _text_reader(field_type: FieldType, locale: Locale) -> Callable[[str], Any]:
    parse = field_type.parse_all
    return lambda text: parse([text], locale)


def _list_reader(field_type: FieldType, locale: Locale, separator: str) -> Callable[[str], Any]:
    return lambda text: field_type.parse_all(text.split(separator), locale)


def _relative_reader(
    field_type: FieldType, read: Callable[[str], Any], locale: Locale, now: datetime
) -> Callable[[str], Any]:
    def relative(text: str) -> Any:
        found = _RELATIVE.fullmatch(text.strip())
        if not found:
            return read(text)
        day = locale.today(now) + timedelta(days=int(found[1]))
        if field_type.kind == DATE and not found[2]:
            return field_type.load(day.isoformat())
        return field_type.parse(f"{day.isoformat()} {found[2] or '00'}:{found[3] or '00'}", locale)

    return relative


def _typed(field_type: FieldType, cell: Cell, locale: Locale) -> Any:
    for kind, read in _READERS:
        if isinstance(cell, kind):
            return read(field_type, cell, locale)
    raise InvalidValue("cell.error")


def _boolean(field_type: FieldType, cell: bool, locale: Locale) -> bool:
    if field_type.excel_kind != "boolean":
        raise InvalidValue("cell.boolean")
    return cell


def _number(field_type: FieldType, cell: int | float, locale: Locale) -> Any:
    if field_type.excel_kind in ("integer", "decimal"):
        return field_type.load(cell)
    if field_type.excel_kind in ("date", "datetime", "time", "duration") or field_type.kind == LIST:
        raise InvalidValue("cell.number", number=str(cell))
    if isinstance(cell, float) or abs(cell) >= EXACT_NUMBER:
        raise InvalidValue("cell.inexact_number", number=str(cell))
    return field_type.parse_all([str(cell)], locale)


def _share(field_type: FieldType, cell: Share, locale: Locale) -> Any:
    """A percentage keeps its sign: field types that know percentages take it, others refuse it."""
    if "%" in field_type.number_format:
        return field_type.load(format(cell.percent, "f"))
    if field_type.excel_kind == "decimal":
        return field_type.load(format(cell.percent.scaleb(-2), "f"))
    raise InvalidValue("cell.percent", percent=format(cell.percent, "f"))


def _moment(field_type: FieldType, cell: datetime, locale: Locale) -> Any:
    if field_type.excel_kind == "datetime":
        return field_type.parse(_nearest_second(cell).isoformat(), locale)
    if field_type.excel_kind == "date" and cell.time() == time():
        return field_type.load(cell.date().isoformat())
    raise InvalidValue("cell.moment", moment=cell.isoformat(" ", "minutes"))


def _day(field_type: FieldType, cell: date, locale: Locale) -> Any:
    if field_type.excel_kind == "date":
        return field_type.load(cell.isoformat())
    if field_type.excel_kind == "datetime":
        return field_type.parse(cell.isoformat(), locale)
    raise InvalidValue("cell.date", date=cell.isoformat())


def _time_of_day(field_type: FieldType, cell: time, locale: Locale) -> Any:
    return _length(field_type, timedelta(hours=cell.hour, minutes=cell.minute, seconds=cell.second), locale)


def _length(field_type: FieldType, cell: timedelta, locale: Locale) -> Any:
    """Read a time of day or a length of time: a spreadsheet keeps both alike."""
    minutes, seconds = divmod(round(cell.total_seconds()), 60)
    if field_type.excel_kind == "duration":
        return field_type.load(minutes * 60 + seconds)
    if field_type.excel_kind == "time" and 0 <= minutes < 24 * 60:
        return field_type.load(time(minutes // 60, minutes % 60, seconds).isoformat())
    raise InvalidValue("cell.time", time=str(cell))


def _nearest_second(moment: datetime) -> datetime:
    """A spreadsheet's fractions of days miss the second by some microseconds."""
    return (moment + timedelta(microseconds=500_000)).replace(microsecond=0)


_READERS: tuple[tuple[Any, Callable[[FieldType, Any, Locale], Any]], ...] = (
    (bool, _boolean),
    ((int, float), _number),
    (Share, _share),
    (datetime, _moment),
    (date, _day),
    (time, _time_of_day),
    (timedelta, _length),
)
"""By kind of cell. True is a number to Python, and a date-time a date: the order matters."""
