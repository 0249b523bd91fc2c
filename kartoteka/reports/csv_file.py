"""Writing rows as CSV, streamed.

Values are written in ISO form. Text that a spreadsheet would take for a formula gets an apostrophe in front
(https://owasp.org/www-community/attacks/CSV_Injection); numbers, dates and booleans are ours and stay bare.
A file for machines is written `faithful`: nothing is added, and every value reads back exactly.
"""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, BinaryIO, Literal, TypeAlias

from kartoteka.reports.workbook import Block, Column, Kind, Row

_Format: TypeAlias = Callable[[Any], Any]

# The full-width forms count as operators in East Asian editions of Excel.
_TRIGGERS = frozenset("=+-@\t\r＝＋－＠")
_BATCH = 1000


@dataclass(frozen=True, slots=True)
class Dialect:
    """How the file is written.

    `byte_order_mark` lets Excel know UTF-8. `decimal_mark` "," suits the delimiter ";" in countries that
    write 1,5. `faithful` is for round trips between programs: no guard against formulas, the decimal mark is
    a point, date-times have their T and durations are ISO 8601 (PT26H30M).
    """

    delimiter: Literal[",", ";", "\t"] = ","
    byte_order_mark: bool = True
    decimal_mark: Literal[".", ","] = "."
    faithful: bool = False

    def __post_init__(self) -> None:
        if self.decimal_mark == self.delimiter:
            raise ValueError("the decimal mark can't be the delimiter too")


_DEFAULT = Dialect()


def write_csv(
    columns: Sequence[Column],
    rows: Iterable[Row | Block],
    file: BinaryIO,
    dialect: Dialect = _DEFAULT,
    progress: Callable[[int], None] | None = None,
) -> None:
    """Write a header and the rows to `file`, which stays open.

    `progress` is called now and then with the rows written so far. Raises ValueError for a row of the wrong
    length.
    """
    encoding = "utf-8-sig" if dialect.byte_order_mark else "utf-8"
    # What can't be encoded (half of a surrogate pair) is replaced: it is no text.
    text = io.TextIOWrapper(file, encoding, errors="replace", newline="", write_through=False)
    try:
        writer = csv.writer(text, delimiter=dialect.delimiter, lineterminator="\r\n")
        header = _keep if dialect.faithful else guard
        writer.writerow([header(column.title) for column in columns])
        formats = [value_format(column.kind, dialect) for column in columns]
        count = told = 0
        for row in rows:
            if isinstance(row, Block):
                cells = [column.map(form).values for form, column in zip(formats, row.columns, strict=True)]
                writer.writerows(zip(*cells, strict=True))
                count += len(row)
            else:
                writer.writerow([form(value) for form, value in zip(formats, row, strict=True)])
                count += 1
            if progress is not None and count - told >= _BATCH:
                told = count
                progress(count)
    finally:
        text.detach()


def guard(value: Any) -> Any:
    """The value, with an apostrophe in front where it is text that a spreadsheet would run."""
    if isinstance(value, str) and value and not value[0].isalnum():
        # Leading spaces don't stop a spreadsheet.
        bare = value.lstrip()
        if value[0] in _TRIGGERS or (bare and bare[0] in _TRIGGERS):
            return "'" + value
    return value


def value_format(kind: Kind, dialect: Dialect) -> _Format:
    """What turns a value of that kind into what csv.writer takes."""
    if kind in ("integer", "decimal"):
        return _faithful_number if dialect.faithful else _number_format(dialect.decimal_mark)
    if kind == "boolean":
        return _boolean if dialect.faithful else lambda value: guard(_boolean(value))
    forms = _FAITHFUL_FORMS if dialect.faithful else _FORMS
    return forms.get(kind, _keep if dialect.faithful else guard)


def _keep(value: Any) -> Any:
    return value


def _faithful_number(value: Any) -> Any:
    if type(value) is not Decimal:
        return value
    digits = str(value)
    return format(value, "f") if "E" in digits else digits


def _number_format(mark: str) -> _Format:
    def form(value: Any) -> Any:
        if type(value) is str:
            return guard(value)
        number = _faithful_number(value)
        return str(number).replace(".", mark) if mark != "." and number is not None else number

    return form


def _boolean(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value


def _iso_datetime(separator: str) -> _Format:
    def form(value: Any) -> Any:
        return value.isoformat(separator) if isinstance(value, datetime) else guard(value)

    return form


def _clock_duration(value: Any) -> Any:
    """Hours, minutes and seconds (26:30:00), which spreadsheets take for a length of time."""
    if not isinstance(value, timedelta):
        return guard(value)
    sign = "-" if value < timedelta(0) else ""
    seconds, micro = divmod(abs(value) // timedelta(microseconds=1), 1_000_000)
    fraction = f".{micro:06}" if micro else ""
    return f"{sign}{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}{fraction}"


def _iso_duration(value: Any) -> Any:
    """ISO 8601 without days, since a duration's day is not a calendar's: PT26H30M."""
    if not isinstance(value, timedelta):
        return value
    sign = "-" if value < timedelta(0) else ""
    seconds, micro = divmod(abs(value) // timedelta(microseconds=1), 1_000_000)
    hours, minutes, seconds = seconds // 3600, seconds // 60 % 60, seconds % 60
    tail = f"{seconds}.{micro:06}".rstrip("0") + "S" if micro else f"{seconds}S" if seconds else ""
    text = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "") + tail
    return f"{sign}PT{text or '0S'}"


_FORMS: dict[Kind, _Format] = {"datetime": _iso_datetime(" "), "duration": _clock_duration}
_FAITHFUL_FORMS: dict[Kind, _Format] = {
    "datetime": lambda value: value.isoformat("T") if isinstance(value, datetime) else value,
    "duration": _iso_duration,
}
