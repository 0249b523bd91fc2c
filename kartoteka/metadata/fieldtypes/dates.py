"""Date."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, ClassVar

from babel.dates import get_date_format
from sqlalchemy import Date as SqlDate

from kartoteka.metadata.columns import ColumnSpec
from kartoteka.metadata.expressions.kinds import DATE, Kind
from kartoteka.metadata.fieldtypes.base import RANGE_OPERATORS, ExcelKind, FieldType, InvalidValue
from kartoteka.metadata.locales import Locale


class Date(FieldType, frozen=True):
    """A calendar day."""

    name: ClassVar[str] = "date"
    icon: ClassVar[str] = "calendar"
    widget: ClassVar[str] = "date"
    cell: ClassVar[str] = "date"
    excel_kind: ClassVar[ExcelKind] = "date"
    operators: ClassVar[tuple[str, ...]] = RANGE_OPERATORS

    @property
    def kind(self) -> Kind:
        """Date."""
        return DATE

    def columns(self) -> tuple[ColumnSpec, ...]:
        """One date column."""
        return (ColumnSpec("", SqlDate()),)

    def parse(self, text: str, locale: Locale) -> date:
        """Read 2026-01-31, or the order of the language (31.01.2026); two-digit years are refused."""
        return read_date(text, locale)

    def edit(self, value: date, locale: Locale) -> list[str]:
        """What a date input holds."""
        return [value.isoformat()]

    def load(self, data: Any) -> date:
        """Take an ISO 8601 string."""
        if not isinstance(data, str) or not _ISO.fullmatch(data):
            raise InvalidValue("date.not_iso", text=str(data)[:40])
        return read_date(data, Locale())

    def dump(self, value: date) -> str:
        """ISO 8601."""
        return value.isoformat()

    @property
    def data_schema(self) -> dict[str, Any]:
        """A string such as 2026-11-30."""
        return {"type": "string", "format": "date"}

    def display(self, value: date | None, locale: Locale) -> str:
        """The language's medium form."""
        return "" if value is None else locale.date(value)

    @property
    def number_format(self) -> str:
        """ISO order is understood in every language of Excel."""
        return "yyyy-mm-dd"

    def example(self, number: int) -> date:
        """Days of 2026 and on."""
        return date(2026, 1, 1) + timedelta(days=number % 1000)

    def texts(self, value: date) -> Iterator[str]:
        """Nothing: dates are filtered, not searched."""
        return iter(())


_ISO = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_PARTS = re.compile(r"(\d{1,4})([./\-])(\d{1,2})\2(\d{1,4})", re.ASCII)


def read_date(text: str, locale: Locale) -> date:
    """Read a date in ISO order or in the order of the language. Raises InvalidValue."""
    found = _PARTS.fullmatch(text.strip())
    if not found:
        raise InvalidValue("date.not_a_date", text=text[:40])
    first, _, second, third = found.groups()
    if len(first) == 4:
        parts = (first, second, third)
    elif len(third) != 4:
        raise InvalidValue("date.short_year", text=text[:40])
    elif _month_first(locale.language) and "." not in text:
        parts = (third, first, second)
    else:
        parts = (third, second, first)
    try:
        return date(*(int(part) for part in parts))
    except ValueError:
        raise InvalidValue("date.not_a_date", text=text[:40]) from None


def _month_first(language: str) -> bool:
    pattern = get_date_format("short", locale=language).pattern
    return pattern.lower().index("m") < pattern.lower().index("d")
