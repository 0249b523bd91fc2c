"""Time of day, and date with time."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta
from typing import Any, ClassVar

from sqlalchemy import Time as SqlTime

from kartoteka.metadata.columns import ColumnSpec, Moment
from kartoteka.metadata.expressions.kinds import DATETIME, TIME, Kind
from kartoteka.metadata.fieldtypes.base import RANGE_OPERATORS, ExcelKind, FieldType, InvalidValue
from kartoteka.metadata.fieldtypes.dates import read_date
from kartoteka.metadata.locales import Locale

YEARS = range(2, 9999)
"""The years in which a moment may lie: a day more or less, in another zone, is still a date."""


class Time(FieldType, frozen=True):
    """A time of day, to the second, on whatever clock hangs there."""

    name: ClassVar[str] = "time"
    icon: ClassVar[str] = "clock"
    widget: ClassVar[str] = "time"
    cell: ClassVar[str] = "date"
    excel_kind: ClassVar[ExcelKind] = "time"
    operators: ClassVar[tuple[str, ...]] = RANGE_OPERATORS

    @property
    def kind(self) -> Kind:
        """Time."""
        return TIME

    def columns(self) -> tuple[ColumnSpec, ...]:
        """One column."""
        return (ColumnSpec("", SqlTime()),)

    def parse(self, text: str, locale: Locale) -> time:
        """Read 9:30, 09:30:15, 9.30, 9:30 pm."""
        return read_time(text)

    def edit(self, value: time, locale: Locale) -> list[str]:
        """What a time input holds."""
        return [value.isoformat("seconds" if value.second else "minutes")]

    def cuts(self, text: str, value: time, locale: Locale) -> bool:
        """A fraction of a second."""
        return _has_fraction(text)

    def load(self, data: Any) -> time:
        """Take an ISO 8601 string."""
        if not isinstance(data, str) or not _ISO_TIME.fullmatch(data):
            raise InvalidValue("time.not_a_time", text=str(data)[:40])
        return read_time(data)

    def dump(self, value: time) -> str:
        """ISO 8601."""
        return value.isoformat("seconds")

    @property
    def data_schema(self) -> dict[str, Any]:
        """A string such as 09:30 or 09:30:15."""
        return {"type": "string", "pattern": r"^[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?$"}

    def display(self, value: time | None, locale: Locale) -> str:
        """Hours and minutes, seconds where there are any."""
        return "" if value is None else locale.time(value)

    @property
    def number_format(self) -> str:
        """Hours and minutes."""
        return "hh:mm"

    def example(self, number: int) -> time:
        """Quarters of hours."""
        return time(number % 24, number % 4 * 15)


class DateTime(FieldType, frozen=True):
    """A moment, to the second: written and read on the clock of whoever looks.

    A clock time that a night in spring leaves out is refused; of one that a night in autumn has twice, the first is
    meant, unless it is written with its offset. Fractions of a second are cut off.
    """

    name: ClassVar[str] = "datetime"
    icon: ClassVar[str] = "calendar-time"
    widget: ClassVar[str] = "datetime"
    cell: ClassVar[str] = "date"
    excel_kind: ClassVar[ExcelKind] = "datetime"
    operators: ClassVar[tuple[str, ...]] = RANGE_OPERATORS

    @property
    def kind(self) -> Kind:
        """Date and time."""
        return DATETIME

    def columns(self) -> tuple[ColumnSpec, ...]:
        """One column."""
        return (ColumnSpec("", Moment()),)

    def store(self, value: datetime) -> tuple[datetime]:
        """Whole seconds, also of a moment that no form has read (NOW() as a default)."""
        return (value.replace(microsecond=0),)

    def parse(self, text: str, locale: Locale) -> datetime:
        """Read 2026-01-31T15:30, 31.01.2026 15:30 on the reader's clock; with Z or an offset, on that clock.

        A date alone is its midnight, as it is in a worksheet.
        """
        found = _MOMENT.fullmatch(text.strip())
        if not found:
            raise InvalidValue("datetime.not_a_moment", text=text[:40])
        day = read_date(found["day"], locale)
        wall = datetime.combine(day, read_time(found["time"]) if found["time"] else time())
        return _in_range(wall, found["offset"] or "", locale)

    def edit(self, value: datetime, locale: Locale) -> list[str]:
        """What a date-time input holds."""
        wall = locale.local(value)
        return [wall.isoformat(timespec="seconds" if wall.second else "minutes")]

    def said(self, value: datetime, locale: Locale) -> str:
        """The reader's clock, in ISO order."""
        return self.edit(value, locale)[0].replace("T", " ")

    def cuts(self, text: str, value: datetime, locale: Locale) -> bool:
        """A fraction of a second."""
        found = _MOMENT.fullmatch(text.strip())
        return bool(found and found["time"] and _has_fraction(found["time"]))

    def load(self, data: Any) -> datetime:
        """Take an ISO 8601 string with Z or an offset."""
        if not isinstance(data, str) or not _ISO_MOMENT.fullmatch(data):
            raise InvalidValue("datetime.not_iso", text=str(data)[:40])
        return self.parse(data, Locale())

    def dump(self, value: datetime) -> str:
        """ISO 8601 in UTC."""
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"

    @property
    def data_schema(self) -> dict[str, Any]:
        """A string such as 2026-11-30T09:30:00Z."""
        return {"type": "string", "format": "date-time"}

    def display(self, value: datetime | None, locale: Locale) -> str:
        """The language's form, on the reader's clock."""
        return "" if value is None else locale.datetime(value)

    def excel(self, value: datetime, locale: Locale) -> datetime:
        """The reader's clock: a worksheet knows no zones."""
        return locale.local(value)

    @property
    def number_format(self) -> str:
        """ISO order is understood in every language of Excel."""
        return "yyyy-mm-dd hh:mm"

    def example(self, number: int) -> datetime:
        """Working hours of 2026 and on."""
        return datetime(2026, 1, 1, 8 + number % 9, 30, tzinfo=UTC) + timedelta(days=number % 1000)


_TIME = re.compile(
    r"(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?(?:[.,](\d{1,9}))?\s*([ap])?\.?(?:m\.?)?", re.ASCII | re.IGNORECASE
)
_ISO_TIME = re.compile(r"\d\d:\d\d(:\d\d(\.\d{1,9})?)?", re.ASCII)
_MOMENT = re.compile(
    r"(?P<day>[\d./\-]{8,10})(?:(?:T|,?\s+)(?P<time>\d[\d:.,]*(?:\s*[ap]\.?m\.?)?)\s*(?P<offset>Z|[+\-]\d\d:?\d\d)?)?",
    re.ASCII | re.IGNORECASE,
)
_ISO_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)", re.ASCII)


def read_time(text: str) -> time:
    """Read a time of day; cuts off fractions of a second. Raises InvalidValue."""
    found = _TIME.fullmatch(text.strip())
    if not found:
        raise InvalidValue("time.not_a_time", text=text[:40])
    hour, minute, second = (int(part or 0) for part in found.groups()[:3])
    half = (found[5] or "").casefold()
    if half and not 1 <= hour <= 12:
        raise InvalidValue("time.not_a_time", text=text[:40])
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        return time(hour, minute, second)
    except ValueError:
        raise InvalidValue("time.not_a_time", text=text[:40]) from None


def _has_fraction(text: str) -> bool:
    """Tell whether a time of day is written with a fraction of a second."""
    found = _TIME.fullmatch(text.strip())
    return bool(found and (found[4] or "").strip("0"))


def _in_range(wall: datetime, offset: str, locale: Locale) -> datetime:
    if wall.year not in YEARS:
        raise InvalidValue("datetime.out_of_range", first=YEARS.start, last=YEARS.stop - 1)
    if offset:
        return _with_offset(wall, offset)
    moment = locale.moment(wall)
    if locale.local(moment) != wall:
        raise InvalidValue("datetime.skipped_by_clock", text=wall.isoformat(" ", "minutes"), zone=locale.time_zone)
    return moment


def _with_offset(wall: datetime, offset: str) -> datetime:
    if offset in "Zz":
        return wall.replace(tzinfo=UTC)
    hours, minutes = int(offset[1:3]), int(offset[-2:])
    if hours > 23 or minutes > 59:
        raise InvalidValue("datetime.not_a_moment", text=offset)
    ahead = timedelta(hours=hours, minutes=minutes)
    return (wall - ahead if offset[0] == "+" else wall + ahead).replace(tzinfo=UTC)
