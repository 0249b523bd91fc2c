"""One value as the XML of one cell.

Every column gets a writer of its own, a closure over what never changes in it, since a long sheet calls
these functions millions of times. A writer takes the value and returns the `<c>` element from behind its reference,
so that equal values of a column have equal texts; "" for a value that leaves the cell empty. `cell` puts them together.
"""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, TypeAlias

from kartoteka.reports.workbook import Column, Formula

CellWriter: TypeAlias = Callable[[Any], str]

TEXT_LIMIT = 32_767
"""UTF-16 units that Excel holds in a cell."""
CUT_MARK = "…"

_EXACT_DIGITS = 15
# Excel believes in a 29 February 1900: its serials agree with everybody else's only from March on.
_EPOCH = date(1899, 12, 30).toordinal()
_FIRST_SERIAL = date(1900, 3, 1).toordinal() - _EPOCH
_DAY = timedelta(days=1)

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# What Excel reads as an escape (_x000D_) must itself be escaped to stay as it was typed.
_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_SUSPECT = re.compile("[&<>]|_x|^ | $")


def clean(text: str) -> str:
    """The text without the characters that XML can't hold, cut to what a cell holds."""
    text = _FORBIDDEN.sub("", text)
    if len(text) * 2 <= TEXT_LIMIT:
        return text
    units = text.encode("utf-16-le")
    if len(units) <= TEXT_LIMIT * 2:
        return text
    return units[: (TEXT_LIMIT - 1) * 2].decode("utf-16-le", "ignore") + CUT_MARK


def escape(text: str) -> str:
    """Clean text as the content of an XML element that Excel reads back unchanged."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")
    return _LOOKS_ESCAPED.sub("_x005F_", text)


def serial(value: object) -> float | int | None:
    """A moment or a length of time as Excel counts it, in days; None where Excel can't.

    Date-times and times must be naive, already in the reader's zone: ValueError otherwise.
    """
    if isinstance(value, datetime | time) and value.tzinfo is not None:
        raise ValueError("a date-time in a workbook must be naive")
    if isinstance(value, date):
        days = value.toordinal() - _EPOCH
        if days < _FIRST_SERIAL:
            return None
        return days + _fraction(value) if isinstance(value, datetime) else days
    if isinstance(value, time):
        return _fraction(value)
    return value / _DAY if isinstance(value, timedelta) else None


def _fraction(moment: time | datetime) -> float:
    seconds = moment.hour * 3600 + moment.minute * 60 + moment.second
    return (seconds + moment.microsecond / 1_000_000) / 86_400


def number(value: object) -> Decimal | None:
    """The number that Excel's totals take a cell's value for; None for what they pass over."""
    if isinstance(value, Formula):
        value = value.value
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        value = serial(value)
    if value is None:
        return None
    exact = value if isinstance(value, Decimal) else Decimal(repr(value))
    return exact if exact.is_finite() else None


def cell_writer(column: Column, style: int) -> CellWriter:
    """The writer of this column's cells in the style of that index."""
    text = _text_writer(style)
    if column.kind in ("text", "link"):
        return text
    if column.kind in ("integer", "decimal"):
        return _number_writer(style, text, exact=column.total is None)
    if column.kind == "boolean":
        return _boolean_writer(style, text)
    return _time_writer(style, text)


def cell(name: str, written: str) -> str:
    """The cell of that name ("B7") with what its writer gave, or nothing."""
    return f'<c r="{name}{written}' if written else ""


def empty_cell(name: str, style: int) -> str:
    """A cell that has only its looks."""
    return f'<c r="{name}" s="{style}"/>'


def _text_writer(style: int) -> CellWriter:
    end = "</t></is></c>"
    plain = f'" s="{style}" t="inlineStr"><is><t>'
    spaced = f'" s="{style}" t="inlineStr"><is><t xml:space="preserve">'
    formula = _formula_writer(style)
    suspect = _SUSPECT.search

    def write(value: Any) -> str:
        if type(value) is not str:
            if type(value) is Formula:
                return formula(value)
            value = _as_text(value)
        if value.isprintable() and len(value) < 9999 and not suspect(value):
            return f"{plain}{value}{end}" if value else ""
        value = clean(value)
        return f"{spaced}{escape(value)}{end}" if value else ""

    return write


def _as_text(value: Any) -> str:
    return value.isoformat(" ") if isinstance(value, datetime) else str(value)


def _number_writer(style: int, other: CellWriter, *, exact: bool) -> CellWriter:
    start, end = f'" s="{style}"><v>', "</v></c>"

    def write(value: Any) -> str:
        kind = type(value)
        if kind is not int and kind is not Decimal and kind is not float:
            return other(value)
        digits = str(value)
        odd = len(digits) > _EXACT_DIGITS or "E" in digits or "N" in digits or "n" in digits
        if odd and (not _is_number(value) or (exact and not _survives(value))):
            return other(digits)
        return f"{start}{digits}{end}"

    return write


def _is_number(value: int | float | Decimal) -> bool:
    """Whether it is within the range of Excel's floating point numbers."""
    exact = Decimal(value)
    return exact.is_finite() and exact.adjusted() < 308


def _survives(value: int | float | Decimal) -> bool:
    """Whether Excel's 15 digits hold the value. A float is what Excel holds anyway."""
    if isinstance(value, float):
        return True
    digits = "".join(map(str, Decimal(value).as_tuple().digits))
    return len(digits.strip("0")) <= _EXACT_DIGITS


def _boolean_writer(style: int, other: CellWriter) -> CellWriter:
    start = f'" s="{style}" t="b"><v>'

    def write(value: Any) -> str:
        if value is True or value is False:
            return f"{start}{value:d}</v></c>"
        return other(value)

    return write


def _time_writer(style: int, other: CellWriter) -> CellWriter:
    start, end = f'" s="{style}"><v>', "</v></c>"

    def write(value: Any) -> str:
        # Dates are the bulk of what comes here, and the general way takes three times as long.
        if type(value) is date:
            days = value.toordinal() - _EPOCH
            if days >= _FIRST_SERIAL:
                return f"{start}{days}{end}"
        moment = serial(value)
        return other(value) if moment is None else f"{start}{moment!r}{end}"

    return write


def _formula_writer(style: int) -> CellWriter:
    start = f'" s="{style}"><f>'

    def write(formula: Any) -> str:
        known = "" if formula.value is None else f"<v>{formula.value}</v>"
        return f"{start}{escape(formula.text)}</f>{known}</c>"

    return write
