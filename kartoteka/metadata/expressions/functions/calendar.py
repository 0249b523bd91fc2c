"""Functions that move dates and count between them. Out of the years 1 to 9999 the result is nothing."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

from kartoteka.metadata.expressions.arithmetic import add_days
from kartoteka.metadata.expressions.kinds import DATE, DATETIME, NUMBER
from kartoteka.metadata.expressions.signatures import Function, Param, Phrases, day, fixed, number
from kartoteka.metadata.expressions.tree import Binary, Call, Literal, Node

_LATER, _EARLIER = day("later"), day("earlier")
_MOMENT = Param("moment", (DATETIME,))
_MOMENTS = Param("later", (DATE, DATETIME)), Param("earlier", (DATE, DATETIME))
_WORKDAYS_TO = 2_608_614
"""Workdays before the last one of the year 9999."""


def add_months(start: date, months: int) -> date | None:
    """Return the same day so many months later, or the last day of a shorter month."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        return None
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def _end_of_month(value: date) -> date:
    return value.replace(day=monthrange(value.year, value.month)[1])


def _first_of_quarter(value: date) -> date:
    return date(value.year, value.month - (value.month - 1) % 3, 1)


def _months(later: date, earlier: date) -> Decimal:
    months = (later.year - earlier.year) * 12 + later.month - earlier.month
    if later > earlier and later.day < earlier.day:
        months -= 1
    if later < earlier and later.day > earlier.day:
        months += 1
    return Decimal(months)


def _days_of_our_era(value: date) -> int:
    """Return the days since 1 January of the year 1, which was a Monday."""
    return value.toordinal() - 1


def _workdays_before(days: int) -> int:
    return days // 7 * 5 + min(days % 7, 5)


def _workdays(later: date, earlier: date) -> Decimal:
    return Decimal(_workdays_before(_days_of_our_era(later)) - _workdays_before(_days_of_our_era(earlier)))


def _add_workdays(start: date, count: int) -> date | None:
    if not count:
        return start
    days = _days_of_our_era(start)
    place = _workdays_before(days + 1) + count - 1 if count > 0 else _workdays_before(days) + count
    return date(1, 1, 1) + timedelta(days=place // 5 * 7 + place % 5) if 0 <= place <= _WORKDAYS_TO else None


def _sql_workdays_before(days: str, least: str) -> str:
    return f"({days} / 7 * 5 + {least}({days} % 7, 5))"


def _sql_add_workdays(days: str, least: str, date_at: str) -> str:
    forwards = _sql_workdays_before(f"({days} + 1)", least)
    place = f"(CASE WHEN {{1}} > 0 THEN {forwards} - 1 ELSE {_sql_workdays_before(days, least)} END + {{1}})"
    moved = date_at.replace("{days}", f"({place} / 5 * 7 + {place} % 5)")
    return f"CASE WHEN {{1}} = 0 THEN {{0}} WHEN {place} BETWEEN 0 AND {_WORKDAYS_TO} THEN {moved} END"


_ERA = "CAST(julianday({0}) - 1721425.5 AS INTEGER)", "({0} - DATE '0001-01-01')"
_SQL_WORKDAYS: Phrases = (
    f"({_sql_workdays_before(_ERA[0], 'min')} - {_sql_workdays_before(_ERA[0].replace('{0}', '{1}'), 'min')} + 0.0)",
    f"CAST({_sql_workdays_before(_ERA[1], 'least')} "
    f"- {_sql_workdays_before(_ERA[1].replace('{0}', '{1}'), 'least')} AS NUMERIC)",
)
_SQL_ADD_WORKDAYS: Phrases = (
    _sql_add_workdays(_ERA[0], "min", "date('0001-01-01', {days} || ' days')"),
    _sql_add_workdays(_ERA[1], "least", "(DATE '0001-01-01' + {days})"),
)


def _sql_months(year: str, month: str, day_of: str) -> str:
    def part(words: str, place: int) -> str:
        return words.replace("{}", f"{{{place}}}")

    months = f"({part(year, 0)} - {part(year, 1)}) * 12 + {part(month, 0)} - {part(month, 1)}"
    short = f"CASE WHEN {{0}} > {{1}} AND {part(day_of, 0)} < {part(day_of, 1)} THEN 1 ELSE 0 END"
    over = f"CASE WHEN {{0}} < {{1}} AND {part(day_of, 0)} > {part(day_of, 1)} THEN 1 ELSE 0 END"
    return f"({months} - {short} + {over})"


_SQL_MONTHS: Phrases = (
    "(" + _sql_months("substr({}, 1, 4)", "substr({}, 6, 2)", "substr({}, 9, 2)") + " + 0.0)",
    "CAST(" + _sql_months("extract(year FROM {})", "extract(month FROM {})", "extract(day FROM {})") + " AS NUMERIC)",
)


def _sql_add_months(count: str) -> Phrases:
    moved = f"date({{0}}, ({count}) || ' months')"
    last = f"date({{0}}, 'start of month', ({count} + 1) || ' months', '-1 day')"
    # SQLite runs over into the next month where the day is missing; the earlier of the two dates is meant.
    # In December 9999 the month behind does not exist.
    sqlite = f"min({moved}, coalesce({last}, '9999-12-31'))"
    month = f"(extract(year FROM {{0}}) * 12 + extract(month FROM {{0}}) - 1 + {count})"
    return (
        f"CASE WHEN {sqlite} >= '0001-01-01' THEN {sqlite} END",
        f"CASE WHEN {month} BETWEEN 12 AND 119999 THEN CAST({{0}} + ({count}) * INTERVAL '1 month' AS DATE) END",
    )


def _sql_edge(sqlite: str, postgresql: str) -> Phrases:
    return f"date({{0}}, {sqlite})", f"CAST({postgresql} AS DATE)"


def _edge(
    name: str, description: str, gives: str, python: Callable[[date], date | None], sql: Phrases, excel: str
) -> Function:
    """Return a function that moves a date to an edge; `gives` that of 11 February 2026, a Wednesday."""
    return Function(
        name=name,
        shape=fixed(day()),
        result=DATE,
        description=description,
        example=(f"{name}(DATE(2026, 2, 11))", f'DATE("{gives}")'),
        python=python,
        sql=sql,
        excel=excel,
    )


def _number(value: int) -> Literal:
    return Literal(Decimal(value))


def _elapsed(a_day: int) -> Callable[[Node, Node], Node]:
    """Return what says how many of the units a day has so many of lie between two moments."""
    return lambda later, earlier: Call("ROUND", (Binary("*", Binary("-", later, earlier), _number(a_day)), _number(6)))


def _moved_by(a_day: int) -> Callable[[Node, Node], Node]:
    return lambda moment, count: Binary("+", moment, Binary("/", count, _number(a_day)))


def _years(later: Node, earlier: Node) -> Node:
    return Call("INT", (Binary("/", Call("MONTHS", (later, earlier)), _number(12)),))


def _add_weeks(start: Node, weeks: Node) -> Node:
    return Binary("+", start, Binary("*", Call("INT", (weeks,)), _number(7)))


_EXCEL_WORKDAYS = "(5*INT(({0}-2)/7)+MIN(5,MOD({0}-2,7)))"

FUNCTIONS = (
    Function(
        name="DAYS",
        shape=fixed(_LATER, _EARLIER),
        result=NUMBER,
        description="How many days lie between two dates; negative if the first is the earlier one.",
        example=("DAYS(DATE(2026, 3, 1), DATE(2026, 2, 1))", "28"),
        expands=lambda later, earlier: Binary("-", later, earlier),
    ),
    Function(
        name="WORKDAYS",
        shape=fixed(_LATER, _EARLIER),
        result=NUMBER,
        description="How many days from Monday to Friday lie between, the earlier date included, the later one not.",
        example=("WORKDAYS(DATE(2026, 2, 9), DATE(2026, 2, 2))", "5"),
        python=_workdays,
        sql=_SQL_WORKDAYS,
        excel=f"{_EXCEL_WORKDAYS}-{_EXCEL_WORKDAYS.replace('{0}', '{1}')}",
    ),
    Function(
        name="MONTHS",
        shape=fixed(_LATER, _EARLIER),
        result=NUMBER,
        description="How many full months lie between two dates; negative if the first is the earlier one.",
        example=("MONTHS(DATE(2026, 3, 14), DATE(2026, 1, 15))", "1"),
        python=_months,
        sql=_SQL_MONTHS,
        excel=(
            "(YEAR({0})-YEAR({1}))*12+MONTH({0})-MONTH({1})-IF(AND({0}>{1},DAY({0})<DAY({1})),1,0)"
            "+IF(AND({0}<{1},DAY({0})>DAY({1})),1,0)"
        ),
    ),
    Function(
        name="YEARS",
        shape=fixed(_LATER, _EARLIER),
        result=NUMBER,
        description="How many full years lie between two dates: `YEARS(TODAY(), birthday)` is an age.",
        example=("YEARS(DATE(2026, 2, 10), DATE(1990, 2, 11))", "35"),
        expands=_years,
    ),
    Function(
        name="HOURS",
        shape=fixed(*_MOMENTS),
        result=NUMBER,
        description="How many hours, and parts of them, lie between two moments.",
        example=("HOURS(DATE(2026, 2, 12), DATE(2026, 2, 11))", "24"),
        expands=_elapsed(24),
    ),
    Function(
        name="MINUTES",
        shape=fixed(*_MOMENTS),
        result=NUMBER,
        description="How many minutes, and parts of them, lie between two moments.",
        example=("MINUTES(DATETIME(DATE(2026, 2, 11), TIME(0, 30)), DATE(2026, 2, 11))", "30"),
        expands=_elapsed(24 * 60),
    ),
    Function(
        name="ADD_DAYS",
        shape=fixed(day(), number("days", "whole")),
        result=DATE,
        description="The date so many days later; the same as `date + days`.",
        example=("ADD_DAYS(DATE(2026, 2, 27), 2)", 'DATE("2026-03-01")'),
        expands=lambda start, days: Binary("+", start, days),
    ),
    Function(
        name="ADD_WORKDAYS",
        shape=fixed(day(), number("days", "whole")),
        result=DATE,
        description="The date so many days from Monday to Friday later, or earlier.",
        example=("ADD_WORKDAYS(DATE(2026, 2, 6), 1)", 'DATE("2026-02-09")'),
        python=_add_workdays,
        sql=_SQL_ADD_WORKDAYS,
        excel="WORKDAY({0},{1})",
    ),
    Function(
        name="ADD_WEEKS",
        shape=fixed(day(), number("weeks", "whole")),
        result=DATE,
        description="The same day of the week so many weeks later.",
        example=("ADD_WEEKS(DATE(2026, 2, 11), 2)", 'DATE("2026-02-25")'),
        expands=_add_weeks,
    ),
    Function(
        name="ADD_MONTHS",
        shape=fixed(day(), number("months", "whole")),
        result=DATE,
        description="The same day so many months later, or the last day of a shorter month.",
        example=("ADD_MONTHS(DATE(2026, 1, 31), 1)", 'DATE("2026-02-28")'),
        python=add_months,
        sql=_sql_add_months("{1}"),
        excel="EDATE({0},{1})",
    ),
    Function(
        name="ADD_YEARS",
        shape=fixed(day(), number("years", "whole")),
        result=DATE,
        description="The same day so many years later; 29 February becomes the 28th.",
        example=("ADD_YEARS(DATE(2024, 2, 29), 1)", 'DATE("2025-02-28")'),
        python=lambda start, years: add_months(start, 12 * years),
        sql=_sql_add_months("12 * {1}"),
        excel="EDATE({0},12*TRUNC({1}))",
    ),
    Function(
        name="ADD_HOURS",
        shape=fixed(_MOMENT, number("hours", "plain")),
        result=DATETIME,
        description="The moment so many hours later on the clock; the same as `moment + hours / 24`.",
        example=("ADD_HOURS(DATETIME(DATE(2026, 2, 11), TIME(23)), 2)", '"2026-02-12 01:00"'),
        expands=_moved_by(24),
    ),
    Function(
        name="ADD_MINUTES",
        shape=fixed(_MOMENT, number("minutes", "plain")),
        result=DATETIME,
        description="The moment so many minutes later on the clock.",
        example=("ADD_MINUTES(DATETIME(DATE(2026, 2, 11), TIME(9, 30)), 45)", '"2026-02-11 10:15"'),
        expands=_moved_by(24 * 60),
    ),
    _edge(
        "START_OF_WEEK",
        "The Monday of the date's week.",
        "2026-02-09",
        lambda value: add_days(value, -value.weekday()),
        _sql_edge("'-6 days', 'weekday 1'", "date_trunc('week', {0})"),
        "({0})-WEEKDAY({0},2)+1",
    ),
    _edge(
        "END_OF_WEEK",
        "The Sunday of the date's week.",
        "2026-02-15",
        lambda value: add_days(value, 6 - value.weekday()),
        (
            "date({0}, 'weekday 0')",
            "CASE WHEN {0} < DATE '9999-12-27' THEN CAST(date_trunc('week', {0}) + INTERVAL '6 days' AS DATE) END",
        ),
        "({0})-WEEKDAY({0},2)+7",
    ),
    _edge(
        "START_OF_MONTH",
        "The first day of the date's month.",
        "2026-02-01",
        lambda value: value.replace(day=1),
        _sql_edge("'start of month'", "date_trunc('month', {0})"),
        "({0})-DAY({0})+1",
    ),
    _edge(
        "END_OF_MONTH",
        "The last day of the date's month.",
        "2026-02-28",
        _end_of_month,
        (
            "CASE WHEN {0} >= '9999-12' THEN '9999-12-31' ELSE date({0}, 'start of month', '+1 month', '-1 day') END",
            "CAST(date_trunc('month', {0}) + INTERVAL '1 month' - INTERVAL '1 day' AS DATE)",
        ),
        "EOMONTH({0},0)",
    ),
    _edge(
        "START_OF_QUARTER",
        "The first day of the date's quarter.",
        "2026-01-01",
        _first_of_quarter,
        _sql_edge(
            "'start of month', '-' || ((CAST(strftime('%m', {0}) AS INTEGER) - 1) % 3) || ' months'",
            "date_trunc('quarter', {0})",
        ),
        "DATE(YEAR({0}),3*INT((MONTH({0})+2)/3)-2,1)",
    ),
    _edge(
        "END_OF_QUARTER",
        "The last day of the date's quarter.",
        "2026-03-31",
        lambda value: _end_of_month(value.replace(month=_first_of_quarter(value).month + 2, day=1)),
        (
            "CASE WHEN {0} >= '9999-10' THEN '9999-12-31' ELSE date({0}, 'start of month', "
            "'-' || ((CAST(strftime('%m', {0}) AS INTEGER) - 1) % 3) || ' months', '+3 months', '-1 day') END",
            "CAST(date_trunc('quarter', {0}) + INTERVAL '3 months' - INTERVAL '1 day' AS DATE)",
        ),
        "DATE(YEAR({0}),3*INT((MONTH({0})+2)/3)+1,1)-1",
    ),
    _edge(
        "START_OF_YEAR",
        "1 January of the date's year.",
        "2026-01-01",
        lambda value: value.replace(month=1, day=1),
        _sql_edge("'start of year'", "date_trunc('year', {0})"),
        "DATE(YEAR({0}),1,1)",
    ),
    _edge(
        "END_OF_YEAR",
        "31 December of the date's year.",
        "2026-12-31",
        lambda value: value.replace(month=12, day=31),
        (
            "(substr({0}, 1, 4) || '-12-31')",
            "CAST(date_trunc('year', {0}) + INTERVAL '1 year' - INTERVAL '1 day' AS DATE)",
        ),
        "DATE(YEAR({0}),12,31)",
    ),
)
