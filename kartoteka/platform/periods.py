"""Periods: the day, week, month, quarter or year in which a date or a moment lies, as SQL.

A moment lies in the period that the reader's wall clock shows, with the offset that was in force at that moment.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement

from kartoteka.metadata.columns import Moment
from kartoteka.metadata.expressions.clocks import clock_of
from kartoteka.metadata.expressions.sql_functions import Phrase
from kartoteka.metadata.expressions.sql_values import CLOCK_TYPE, DATE_TYPE, on_wall

Period = Literal["day", "week", "month", "quarter", "year"]

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
        day = Phrase("DATE.datetime", on_wall(element, clock_of(now.astimezone(zone))), type_=DATE_TYPE)
    elif isinstance(element.type, type(CLOCK_TYPE)):  # a formula's moment is on the reader's clock already
        day = Phrase("DATE.datetime", element, type_=DATE_TYPE)
    return Phrase(_STARTS[by], day, type_=DATE_TYPE) if by in _STARTS else day
