"""Duration."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, ClassVar

from sqlalchemy import BigInteger

from kartoteka.metadata.columns import ColumnSpec
from kartoteka.metadata.expressions.kinds import NUMBER, Kind
from kartoteka.metadata.fieldtypes.base import RANGE_OPERATORS, ExcelKind, FieldType, InvalidValue
from kartoteka.metadata.locales import Locale
from kartoteka.metadata.problems import Problem

LONGEST = 100 * 366 * 24 * 3600
"""A hundred years, in seconds."""


class Duration(FieldType, frozen=True):
    """How long something takes: whole seconds, written in hours and minutes."""

    name: ClassVar[str] = "duration"
    icon: ClassVar[str] = "hourglass"
    widget: ClassVar[str] = "duration"
    cell: ClassVar[str] = "number"
    excel_kind: ClassVar[ExcelKind] = "duration"
    operators: ClassVar[tuple[str, ...]] = RANGE_OPERATORS

    @property
    def kind(self) -> Kind:
        """Number: seconds."""
        return NUMBER

    def columns(self) -> tuple[ColumnSpec, ...]:
        """One 64-bit column of seconds."""
        return (ColumnSpec("", BigInteger()),)

    def parse(self, text: str, locale: Locale) -> int:
        """Read 1:30, 1:30:15, 90 min, 1 h 30 m, 1,5 ч, 2 godz.; a number without a unit is refused."""
        seconds = _with_colons(text.strip()) if ":" in text else _rounded(_with_units(text.strip(), locale))
        if seconds > LONGEST:
            raise InvalidValue("duration.too_long", hours=LONGEST // 3600)
        return seconds

    def edit(self, value: int, locale: Locale) -> list[str]:
        """Hours, minutes and, where there are any, seconds."""
        return [self.display(value, locale)]

    def cuts(self, text: str, value: int, locale: Locale) -> bool:
        """A fraction of a second."""
        return ":" not in text and _with_units(text.strip(), locale) != value

    def load(self, data: Any) -> int:
        """Take a JSON integer: seconds."""
        if isinstance(data, bool) or not isinstance(data, int) or not 0 <= data <= LONGEST:
            raise InvalidValue("duration.not_seconds")
        return data

    @property
    def data_schema(self) -> dict[str, Any]:
        """An integer: seconds."""
        return {"type": "integer", "minimum": 0, "maximum": LONGEST}

    def check(self, value: int) -> Iterator[Problem]:
        """Refuse what is negative or too long, as a default's formula may make it."""
        if not 0 <= value <= LONGEST:
            yield Problem("duration.too_long", {"hours": LONGEST // 3600})

    def display(self, value: int | None, locale: Locale) -> str:
        """1:30 is an hour and a half."""
        if value is None:
            return ""
        minutes, seconds = divmod(value, 60)
        shown = f"{minutes // 60}:{minutes % 60:02d}"
        return f"{shown}:{seconds:02d}" if seconds else shown

    def excel(self, value: int, locale: Locale) -> timedelta:
        """A length of time."""
        return timedelta(seconds=value)

    @property
    def number_format(self) -> str:
        """Hours beyond 24, and minutes."""
        return "[h]:mm"

    def example(self, number: int) -> int:
        """Quarters of hours."""
        return (number % 1000 + 1) * 900


_COLONS = re.compile(r"(\d{1,7}):([0-5]?\d)(?::([0-5]\d))?", re.ASCII)
_PART = re.compile(r"\s*([0-9][0-9.,]{0,14})\s*([^\W\d_]+)\.?\s*")
_UNITS = {
    3600: {"h", "hr", "hrs", "hour", "hours", "ч", "час", "часа", "часов", "g", "godz", "godzina", "godziny", "godzin"},
    60: {
        *("m", "min", "mins", "minute", "minutes"),
        *("м", "мин", "минута", "минуту", "минуты", "минут"),
        *("minuta", "minutę", "minuty", "minut"),
    },
    1: {
        *("s", "sec", "secs", "second", "seconds"),
        *("с", "сек", "секунда", "секунду", "секунды", "секунд"),
        *("sek", "sekunda", "sekundę", "sekundy", "sekund"),
    },
}
"""Units in all languages at once: no word means one unit here and another there. Days are left out: 24 hours or 8?"""
_SECONDS = {word: seconds for seconds, words in _UNITS.items() for word in words}


def _with_colons(text: str) -> int:
    found = _COLONS.fullmatch(text)
    if not found:
        raise InvalidValue("duration.not_a_duration", text=text[:40])
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return hours * 3600 + minutes * 60 + seconds


def _rounded(seconds: Decimal) -> int:
    return int(seconds.quantize(Decimal(1), rounding=ROUND_HALF_EVEN))


def _with_units(text: str, locale: Locale) -> Decimal:
    total, last, rest = Decimal(0), LONGEST, text
    while rest:
        found = _PART.match(rest)
        unit = _SECONDS.get(found[2].casefold(), 0) if found else 0
        if not found or not unit or unit >= last:
            raise InvalidValue("duration.no_unit" if rest.isdecimal() else "duration.not_a_duration", text=text[:40])
        total += _count(found[1], text, locale) * unit
        rest, last = rest[found.end() :], unit
    return total


def _count(digits: str, text: str, locale: Locale) -> Decimal:
    try:
        return locale.parse_number(digits)
    except ValueError:
        raise InvalidValue("duration.not_a_duration", text=text[:40]) from None
