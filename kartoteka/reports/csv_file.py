"""Writing rows as CSV, streamed.

Values are written in ISO form. Text that a spreadsheet would take for a formula gets an apostrophe in front
(https://owasp.org/www-community/attacks/CSV_Injection); numbers, dates and booleans are ours and stay bare.
A file for machines is written `faithful`: nothing is added, and every value reads back exactly.

Quotes stand where RFC 4180 asks for them. They are set here and not by `csv.writer`, which looks at every letter of
every cell: of a block's column each different value is written once, and then only put together.
"""

import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, BinaryIO, Literal, TypeAlias

from kartoteka.platform import columnwise
from kartoteka.reports.workbook import Block, Column, Kind, Row

_Format: TypeAlias = Callable[[Any], Any]
_Write: TypeAlias = Callable[[Any], str]
"""Returns a value, which is not None, as it stands in the file."""

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
    quoted = _quoting(dialect.delimiter)
    title = _keep if dialect.faithful else guard
    writes = [_writing(value_format(column.kind, dialect), quoted) for column in columns]
    try:
        text.write(_line([quoted(title(column.title)) for column in columns], dialect))
        count = told = 0
        for row in rows:
            if isinstance(row, Block):
                text.writelines(_lines(row, writes, dialect))
                count += len(row)
            else:
                cells = zip(writes, row, strict=True)
                text.write(_line(["" if value is None else write(value) for write, value in cells], dialect))
                count += 1
            if progress is not None and count - told >= _BATCH:
                told = count
                progress(count)
    finally:
        text.detach()


def _lines(block: Block, writes: Sequence[_Write], dialect: Dialect) -> Iterator[str]:
    """The lines of a block; each different value of a column is written once."""
    columns = [_written(column.map(write)).values for write, column in zip(writes, block.columns, strict=True)]
    return (_line(cells, dialect) for cells in zip(*columns, strict=True))


def _written(column: columnwise.Column) -> columnwise.Column:
    """The column with nothing written where there is no value."""
    return columnwise.Column([text or "" for text in column.distinct], column.places)


def _line(cells: Sequence[str], dialect: Dialect) -> str:
    """The line of a row. A single empty cell is quoted: an empty line is no row."""
    return (dialect.delimiter.join(cells) or '""') + "\r\n"


def _quoting(delimiter: str) -> Callable[[str], str]:
    """What puts a text into quotes where it would be taken for more than one cell."""
    needs_quotes = re.compile(f'[{delimiter}"\r\n]').search

    def quoted(text: str) -> str:
        return '"' + text.replace('"', '""') + '"' if needs_quotes(text) else text

    return quoted


def _writing(form: _Format, quoted: Callable[[str], str]) -> _Write:
    return lambda value: quoted(str(form(value)))


def guard(value: Any) -> Any:
    """The value, with an apostrophe in front where it is text that a spreadsheet would run."""
    if isinstance(value, str) and value and not value[0].isalnum():
        # Leading spaces don't stop a spreadsheet.
        bare = value.lstrip()
        if value[0] in _TRIGGERS or (bare and bare[0] in _TRIGGERS):
            return "'" + value
    return value


def value_format(kind: Kind, dialect: Dialect) -> _Format:
    """What turns a value of that kind into one whose text is written."""
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
