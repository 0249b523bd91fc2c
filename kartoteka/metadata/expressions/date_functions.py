"""Functions on dates and times. Out of the years 1 to 9999 the result is nothing.

A moment (date and time) is read on the clock of the person who looks; see `clock`.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from kartoteka.metadata.expressions.arithmetic import add_days, days_between, whole
from kartoteka.metadata.expressions.kinds import DATE, DATETIME, NUMBER, TEXT, Kind
from kartoteka.metadata.expressions.signatures import (
    CLOCK,
    DAY_OR_MOMENT,
    Function,
    Param,
    day,
    fixed,
    number,
)


def _date(first: Any, month: int | None = None, day_of_month: int | None = None) -> date | None:
    if isinstance(first, datetime):
        return first.date()
    try:
        if isinstance(first, str):
            return date.fromisoformat(first) if len(first) == 10 and first[4] == first[7] == "-" else None
        return date(whole(first), month or 0, day_of_month or 0)
    except (ValueError, OverflowError):
        return None


def _date_shape(count: int) -> list[Param] | None:
    if count == 1:
        return [Param("text", (TEXT, DATETIME))]
    parts = [number("year", "whole"), number("month", "whole"), number("day", "whole")]
    return parts if count == 3 else None


def add_months(start: date, months: int) -> date | None:
    """Return the same day so many months later, or the last day of a shorter month."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        return None
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def _end_of_month(value: date) -> date:
    return value.replace(day=monthrange(value.year, value.month)[1])


def _start_of_quarter(value: date) -> date:
    return date(value.year, value.month - (value.month - 1) % 3, 1)


def _part(
    name: str, description: str, python: Callable[[Any], int], excel: str, param: Param = DAY_OR_MOMENT
) -> Function:
    return Function(name, param.name, description, fixed(param), NUMBER, lambda value: Decimal(python(value)), excel)


def _moved(name: str, what: str, description: str, python: Callable[[date, int], Any], excel: str) -> Function:
    shape = fixed(day(), number(what, "whole"))
    return Function(name, f"date, {what}", description, shape, DATE, python, excel)


def _edge(name: str, description: str, python: Callable[[date], date], excel: str) -> Function:
    return Function(name, "date", description, fixed(day()), DATE, python, excel)


def _now(name: str, description: str, kind: Kind, python: Callable[..., Any]) -> Function:
    return Function(name, "", description, fixed(), kind, python, f"{name}()", needs_context=True)


_WEEK_YEAR = "DATE(YEAR({0}-WEEKDAY({0}-1)+4),1,3)"

FUNCTIONS = (
    _now("TODAY", "Today's date.", DATE, lambda context: context.today),
    _now("NOW", "This moment: date and time.", DATETIME, lambda context: context.now),
    Function(
        "DATE",
        "year, month, day",
        'A date; also `DATE("2026-01-31")`, and `DATE(moment)` for the day of a moment. Nothing if no such day exists.',
        _date_shape,
        DATE,
        _date,
        "DATE({*})",
    ),
    _part("YEAR", "The year.", lambda value: int(value.year), "YEAR({0})"),
    _part("MONTH", "The month, 1 to 12.", lambda value: int(value.month), "MONTH({0})"),
    _part("DAY", "The day of the month, 1 to 31.", lambda value: int(value.day), "DAY({0})"),
    _part("QUARTER", "The quarter, 1 to 4.", lambda value: (value.month + 2) // 3, "INT((MONTH({0})+2)/3)"),
    _part(
        "WEEKDAY",
        "The day of the week: Monday is 1, Sunday 7.",
        lambda value: int(value.isoweekday()),
        "WEEKDAY({0},2)",
    ),
    _part(
        "WEEK",
        "The week of the year as ISO 8601 counts.",
        lambda value: int(value.isocalendar().week),
        f"INT(({{0}}-{_WEEK_YEAR}+WEEKDAY({_WEEK_YEAR})+5)/7)",
    ),
    _part(
        "DAYS_IN_MONTH",
        "How many days the month has.",
        lambda value: monthrange(value.year, value.month)[1],
        "DAY(EOMONTH({0},0))",
    ),
    _part("HOUR", "The hour, 0 to 23.", lambda value: int(value.hour), "HOUR({0})", CLOCK),
    _part("MINUTE", "The minute, 0 to 59.", lambda value: int(value.minute), "MINUTE({0})", CLOCK),
    Function(
        "DAYS",
        "later, earlier",
        "How many days lie between two dates; negative if the first is the earlier one.",
        fixed(day("later"), day("earlier")),
        NUMBER,
        days_between,
        "({0})-({1})",
    ),
    _moved(
        "ADD_DAYS",
        "days",
        "The date so many days later; the same as `date + days`.",
        add_days,
        "({0})+TRUNC({1})",
    ),
    _moved(
        "ADD_MONTHS",
        "months",
        "The same day so many months later, or the last day of a shorter month.",
        add_months,
        "EDATE({0},{1})",
    ),
    _moved(
        "ADD_YEARS",
        "years",
        "The same day so many years later; 29 February becomes the 28th.",
        lambda start, years: add_months(start, 12 * years),
        "EDATE({0},12*TRUNC({1}))",
    ),
    _edge(
        "START_OF_MONTH",
        "The first day of the date's month.",
        lambda value: value.replace(day=1),
        "({0})-DAY({0})+1",
    ),
    _edge("END_OF_MONTH", "The last day of the date's month.", _end_of_month, "EOMONTH({0},0)"),
    _edge(
        "START_OF_QUARTER",
        "The first day of the date's quarter.",
        _start_of_quarter,
        "DATE(YEAR({0}),3*INT((MONTH({0})+2)/3)-2,1)",
    ),
    _edge(
        "START_OF_YEAR",
        "1 January of the date's year.",
        lambda value: value.replace(month=1, day=1),
        "DATE(YEAR({0}),1,1)",
    ),
    _edge(
        "END_OF_YEAR",
        "31 December of the date's year.",
        lambda value: value.replace(month=12, day=31),
        "DATE(YEAR({0}),12,31)",
    ),
)
