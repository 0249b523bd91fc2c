"""Functions that make dates and times and tell their parts. Out of the years 1 to 9999 the result is nothing.

A moment (date and time) is read on the clock of the person who looks; see `clocks`.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from kartoteka.metadata.expressions.arithmetic import whole
from kartoteka.metadata.expressions.kinds import BOOLEAN, DATE, DATETIME, NUMBER, TEXT, TIME, Kind
from kartoteka.metadata.expressions.signatures import (
    CLOCK,
    DAY_OR_MOMENT,
    ExcelTerms,
    Function,
    Param,
    Phrases,
    Shape,
    Written,
    day,
    fixed,
    number,
)
from kartoteka.metadata.expressions.sql_fragments import MADE_DATE, VALID_DATE
from kartoteka.metadata.expressions.tree import Node

_HOUR, _MINUTE = number("hour", "whole"), number("minute", "whole")
_ON_CLOCK = "{0} BETWEEN 0 AND 23 AND {1} BETWEEN 0 AND 59"
_WEEK_YEAR = "DATE(YEAR({0}-WEEKDAY({0}-1)+4),1,3)"


def _date(first: Any, month: int | None = None, day_of_month: int | None = None) -> date | None:
    if isinstance(first, datetime):
        return first.date()
    try:
        if isinstance(first, str):
            return date.fromisoformat(first) if len(first) == 10 and first[4] == first[7] == "-" else None
        return date(whole(first), month or 0, day_of_month or 0)
    except (ValueError, OverflowError):
        return None


def _date_params(count: int) -> list[Param] | None:
    if count == 1:
        return [Param("text", (TEXT, DATETIME))]
    parts = [number("year", "whole"), number("month", "whole"), number("day", "whole")]
    return parts if count == 3 else None


def _time(hour: int, minute: int) -> time | None:
    return time(hour, minute) if 0 <= hour <= 23 and 0 <= minute <= 59 else None


def _excel_date(terms: ExcelTerms, given: Sequence[Node]) -> str:
    if len(given) != 3:
        raise terms.impossible(given[0], "function")
    parts = [terms.value(part) for part in given]
    return f'IF(COUNT({",".join(parts)})<3,"",IFERROR(DATE({",".join(parts)}),""))'


def _sql_part(sqlite: str, postgresql: str) -> Phrases:
    return f"CAST(strftime('{sqlite}', {{0}}) AS REAL)", f"CAST(extract({postgresql} FROM {{0}}) AS NUMERIC)"


def _part(name: str, description: str, gives: int, python: Callable[[Any], int], sql: Phrases, excel: str) -> Function:
    """Return a function that tells a part of a day as a number; `gives` that of 31 January 2026."""
    return Function(
        name=name,
        shape=fixed(DAY_OR_MOMENT),
        result=NUMBER,
        description=description,
        example=(f"{name}(DATE(2026, 1, 31))", str(gives)),
        python=lambda value: Decimal(python(value)),
        sql=sql,
        excel=excel,
    )


def _on_clock(name: str, description: str, gives: int, sql: Phrases) -> Function:
    """Return a function that tells a part of the time; `gives` that of half past nine."""
    return Function(
        name=name,
        shape=fixed(CLOCK),
        result=NUMBER,
        description=description,
        example=(f"{name}(TIME(9, 30))", str(gives)),
        python=lambda value: Decimal(getattr(value, name.lower())),
        sql=sql,
        excel=f"{name}({{0}})",
    )


def _now(name: str, description: str, kind: Kind, example: str) -> Function:
    return Function(
        name=name,
        shape=fixed(),
        result=kind,
        description=description,
        example=(example, "TRUE"),
        python=lambda context: getattr(context, name.lower()),
        excel=f"{name}()",
        needs_context=True,
    )


FUNCTIONS = (
    _now("TODAY", "Today's date.", DATE, "TODAY() + 1 > TODAY()"),
    _now("NOW", "This moment: date and time.", DATETIME, "DATE(NOW()) = TODAY()"),
    Function(
        name="DATE",
        shape=Shape("year, month, day", _date_params),
        result=DATE,
        description=(
            'A date; also `DATE("2026-01-31")`, and `DATE(moment)` for the day of a moment. '
            "Nothing if no such day exists."
        ),
        example=("DATE(2026, 2, 30)", "NULL"),
        python=_date,
        sql={
            "number": (
                f"CASE WHEN {{0}} BETWEEN 1 AND 9999 AND date({MADE_DATE}, '+0 days') = {MADE_DATE} "
                f"THEN {MADE_DATE} END",
                VALID_DATE,
            ),
            "text": (
                "CASE WHEN {0} GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]' AND {0} >= '0001' "
                "AND date({0}, '+0 days') = {0} THEN {0} END",
                "CASE WHEN {0} ~ '^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}$' THEN "
                + VALID_DATE.replace("{2}", "CAST(substr({0}, 9, 2) AS INTEGER)")
                .replace("{1}", "CAST(substr({0}, 6, 2) AS INTEGER)")
                .replace("{0} BETWEEN 1 AND", "CAST(substr({0}, 1, 4) AS INTEGER) BETWEEN 1 AND")
                .replace("make_date({0}", "make_date(CAST(substr({0}, 1, 4) AS INTEGER)")
                + " END",
            ),
            "datetime": ("substr({0}, 1, 10)", "CAST({0} AS DATE)"),
        },
        excel=Written(_excel_date),
    ),
    Function(
        name="TIME",
        shape=fixed(_HOUR, _MINUTE.or_else(Decimal(0))),
        result=TIME,
        description="A time of the day; nothing if the clock has no such time.",
        example=("TIME(9, 30)", '"09:30"'),
        python=_time,
        sql=(
            f"CASE WHEN {_ON_CLOCK} THEN printf('%02d:%02d:00.000000', {{0}}, {{1}}) END",
            f"CASE WHEN {_ON_CLOCK} THEN make_time({{0}}, {{1}}, 0) END",
        ),
        excel='IF(AND({0}>=0,{0}<24,{1}>=0,{1}<60),TIME({0},{1},0),"")',
    ),
    Function(
        name="DATETIME",
        shape=fixed(day(), Param("time", (TIME,))),
        result=DATETIME,
        description="The moment of a date at a time of the day.",
        example=("DATETIME(DATE(2026, 1, 31), TIME(9, 30))", '"2026-01-31 09:30"'),
        python=datetime.combine,
        sql=("({0} || ' ' || {1})", "({0} + {1})"),
        excel="({0})+({1})",
    ),
    _part("YEAR", "The year.", 2026, lambda value: int(value.year), _sql_part("%Y", "year"), "YEAR({0})"),
    _part("MONTH", "The month, 1 to 12.", 1, lambda value: int(value.month), _sql_part("%m", "month"), "MONTH({0})"),
    _part(
        "DAY", "The day of the month, 1 to 31.", 31, lambda value: int(value.day), _sql_part("%d", "day"), "DAY({0})"
    ),
    _part(
        "QUARTER",
        "The quarter, 1 to 4.",
        1,
        lambda value: (value.month + 2) // 3,
        ("((CAST(strftime('%m', {0}) AS INTEGER) + 2) / 3 + 0.0)", "CAST(extract(quarter FROM {0}) AS NUMERIC)"),
        "INT((MONTH({0})+2)/3)",
    ),
    _part(
        "WEEKDAY",
        "The day of the week: Monday is 1, Sunday 7.",
        6,
        lambda value: int(value.isoweekday()),
        (
            "((CAST(strftime('%w', {0}) AS INTEGER) + 6) % 7 + 1.0)",
            "CAST(extract(isodow FROM {0}) AS NUMERIC)",
        ),
        "WEEKDAY({0},2)",
    ),
    _part(
        "WEEK",
        "The week of the year as ISO 8601 counts.",
        5,
        lambda value: int(value.isocalendar().week),
        (
            # The ISO week of a day is that of its Thursday.
            "((CAST(strftime('%j', {0}, '-3 days', 'weekday 4') AS INTEGER) - 1) / 7 + 1.0)",
            "CAST(extract(week FROM {0}) AS NUMERIC)",
        ),
        f"INT(({{0}}-{_WEEK_YEAR}+WEEKDAY({_WEEK_YEAR})+5)/7)",
    ),
    _part(
        "DAY_OF_YEAR",
        "The day of the year, 1 to 366.",
        31,
        lambda value: int(value.timetuple().tm_yday),
        _sql_part("%j", "doy"),
        "INT({0})-DATE(YEAR({0}),1,1)+1",
    ),
    _part(
        "DAYS_IN_MONTH",
        "How many days the month has.",
        31,
        lambda value: monthrange(value.year, value.month)[1],
        (
            "coalesce(CAST(strftime('%d', {0}, 'start of month', '+1 month', '-1 day') AS REAL), "
            "31.0 + 0 * julianday({0}))",
            "CAST(extract(day FROM date_trunc('month', {0}) + INTERVAL '1 month' - INTERVAL '1 day') AS NUMERIC)",
        ),
        "DAY(EOMONTH({0},0))",
    ),
    Function(
        name="IS_WEEKEND",
        shape=fixed(DAY_OR_MOMENT),
        result=BOOLEAN,
        description="TRUE on Saturdays and Sundays.",
        example=("IS_WEEKEND(DATE(2026, 1, 31))", "TRUE"),
        python=lambda value: value.isoweekday() > 5,
        sql=("(strftime('%w', {0}) IN ('0', '6'))", "(extract(isodow FROM {0}) > 5)"),
        excel="WEEKDAY({0},2)>5",
    ),
    _on_clock("HOUR", "The hour, 0 to 23.", 9, _sql_part("%H", "hour")),
    _on_clock("MINUTE", "The minute, 0 to 59.", 30, _sql_part("%M", "minute")),
    _on_clock(
        "SECOND",
        "The second, 0 to 59.",
        0,
        (_sql_part("%S", "second")[0], "CAST(floor(extract(second FROM {0})) AS NUMERIC)"),
    ),
)
