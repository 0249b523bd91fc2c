"""Periods: the day, week, month, quarter or year in which a date or a moment lies, as SQL.

A moment lies in the period that the reader's wall clock shows, with the offset that was in force at that moment.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, case, literal

from kartoteka.metadata.columns import Moment
from kartoteka.metadata.expressions.sql_functions import Phrase
from kartoteka.metadata.expressions.sql_values import CLOCK_TYPE, DATE_TYPE, WHOLE_TYPE

Period = Literal["day", "week", "month", "quarter", "year"]

YEARS_BACK, YEARS_AHEAD = 25, 5
"""The years round now whose changes of the clock are known to the database; beyond them the nearest offset counts."""
_STARTS = {
    "week": "START_OF_WEEK",
    "month": "START_OF_MONTH",
    "quarter": "START_OF_QUARTER",
    "year": "START_OF_YEAR",
}


def period_start(element: ColumnElement[Any], by: Period, zone: ZoneInfo, now: datetime) -> ColumnElement[Any]:
    """Return the first day of the period in which a date or a moment lies; weeks begin on Monday."""
    day = element
    if isinstance(element.type, Moment):
        wall = Phrase("shifted", element, _offset(element, zone, now), type_=CLOCK_TYPE)
        day = Phrase("DATE.datetime", wall, type_=DATE_TYPE)
    elif isinstance(element.type, type(CLOCK_TYPE)):  # a formula's moment is on the reader's clock already
        day = Phrase("DATE.datetime", element, type_=DATE_TYPE)
    return Phrase(_STARTS[by], day, type_=DATE_TYPE) if by in _STARTS else day


def _offset(moment: ColumnElement[Any], zone: ZoneInfo, now: datetime) -> ColumnElement[int]:
    """Return the seconds between UTC and the wall clock at a moment; the newest come first, as most records do."""
    first, *later = offsets(zone, now.year - YEARS_BACK, now.year + YEARS_AHEAD)
    oldest = literal(first[1], WHOLE_TYPE)
    if not later:
        return oldest
    return case(*((moment >= since, literal(seconds, WHOLE_TYPE)) for since, seconds in reversed(later)), else_=oldest)


@lru_cache(maxsize=512)
def offsets(zone: ZoneInfo, first_year: int, last_year: int) -> tuple[tuple[datetime, int], ...]:
    """Return since when which offset in seconds is in force, from the beginning of one year to the end of another."""
    here = datetime(first_year, 1, 1, tzinfo=UTC)
    end = datetime(last_year + 1, 1, 1, tzinfo=UTC)
    found = [(here, _seconds(here, zone))]
    while here < end:
        following = here + timedelta(days=7)
        if _seconds(following, zone) != found[-1][1]:
            since = _change_between(here, following, zone)
            found.append((since, _seconds(since, zone)))
        here = following
    return tuple(found)


def _change_between(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """Return the second at which the offset changes."""
    old = _seconds(before, zone)
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        before, after = (middle, after) if _seconds(middle, zone) == old else (before, middle)
    return after


def _seconds(moment: datetime, zone: ZoneInfo) -> int:
    offset = moment.astimezone(zone).utcoffset()
    assert offset is not None
    return int(offset.total_seconds())
