# ruff: noqa: S608, ISC004 - SQL text is what this module is for; nothing of it comes from outside
"""How the two databases work out operators and functions: the only raw SQL text of the expression language.

Each entry is a phrase for SQLite and one for PostgreSQL, with the arguments as {0}, {1} ... An argument that a phrase
uses more than once is computed once, in a subselect or a WITH, so that nested functions don't grow exponentially.
`+ 0 * {1}` keeps NULL where PostgreSQL's least and greatest pass it over.
Kinds on SQLite: numbers are REAL (15 digits), dates and times the ISO texts that SQLAlchemy stores. Everything is
total, because one bad row must not fail a query: PostgreSQL's errors (division by zero, no such date, out of range)
are all guarded to NULL. The range guards stand in nested CASEs: only CASE fixes the order of evaluation.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

Phrasing = str | Callable[[Sequence[str]], str]

_LONG = 48
"""An argument of more characters is not repeated."""
_SMALL = "абвгдежзийклмнопрстуфхцчшщъыьэюяёąćęłńóśźż"
_BIG = "АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯЁĄĆĘŁŃÓŚŹŻ"


def _letter_by_letter(function: str, old: str, new: str) -> str:
    # SQLite's upper() and lower() know ASCII alone. In steps, since its parser nests no deeper than some 20 calls.
    steps = [f"_l0(v) AS (SELECT {function}({{0}}))"]
    pairs = list(zip(old, new, strict=True))
    for number, start in enumerate(range(0, len(pairs), 8), 1):
        phrase = "v"
        for before, after in pairs[start : start + 8]:
            phrase = f"replace({phrase}, '{before}', '{after}')"
        steps.append(f"_l{number}(v) AS (SELECT {phrase} FROM _l{number - 1})")
    return f"(WITH {', '.join(steps)} SELECT v FROM _l{len(steps) - 1})"


def _ifs(parts: Sequence[str]) -> str:
    cases = " ".join(f"WHEN {a} THEN {b}" for a, b in zip(parts[::2], parts[1::2], strict=False))
    return f"CASE {cases}{_default(parts, len(parts) % 2 == 1)} END"


def _switch(parts: Sequence[str]) -> str:
    cases = " ".join(f"WHEN {a} THEN {b}" for a, b in zip(parts[1::2], parts[2::2], strict=False))
    return f"CASE {parts[0]} {cases}{_default(parts, len(parts) % 2 == 0)} END"


def _default(parts: Sequence[str], given: bool) -> str:
    return f" ELSE {parts[-1]}" if given else ""


def _coalesce(parts: Sequence[str]) -> str:
    return f"coalesce({', '.join(parts)})" if len(parts) > 1 else parts[0]


def _aggregate(function: str) -> Callable[[Sequence[str]], str]:
    def phrase(parts: Sequence[str]) -> str:
        rows = " UNION ALL ".join(f"SELECT {part} AS v" for part in parts)
        return f"(SELECT {function}(v) FROM ({rows}) AS _r)"

    return phrase


def _listed(function: str) -> Callable[[Sequence[str]], str]:
    return lambda parts: f"{function}({', '.join(parts)})"


def _total(parts: Sequence[str]) -> str:
    return "(" + " + ".join(f"coalesce({part}, 0)" for part in parts) + ")"


def _joined(parts: Sequence[str]) -> str:
    return "(" + " || ".join(parts) + ")"


def _edge(sqlite: str, postgresql: str) -> tuple[str, str]:
    return f"date({{0}}, {sqlite})", f"CAST({postgresql} AS DATE)"


def _part(sqlite: str, postgresql: str) -> tuple[str, str]:
    return f"CAST(strftime('{sqlite}', {{0}}) AS REAL)", f"CAST(extract({postgresql} FROM {{0}}) AS NUMERIC)"


def _months(count: str) -> tuple[str, str]:
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


_SETTLED = "CAST(CAST(round({0}, 10) AS TEXT) AS REAL)"
_TENS = "CAST('1e' || min(-({1}), 10) AS REAL)"
_FLOOR = "(CAST({0} AS INTEGER) - ({0} < CAST({0} AS INTEGER)) + 0.0)"
_QUOTIENT_FLOOR = (
    "(SELECT CAST(q AS INTEGER) - (q < CAST(q AS INTEGER)) FROM "
    "(SELECT CAST(CAST(round({0} / {1}, 10) AS TEXT) AS REAL) AS q))"
)
_POWER = (
    "CASE WHEN {1} <> {whole} OR abs({1}) > 1000 THEN NULL "
    "WHEN {0} = 0 THEN CASE WHEN {1} > 0 THEN 0.0 WHEN {1} = 0 THEN 1.0 END "
    "WHEN {1} * ln(abs({0})) > 69.07755278982137 THEN NULL ELSE power({0}, {1}) END"
)
_SIGNLESS = "(substr(trim({0}, ' '), 1 + (substr(trim({0}, ' '), 1, 1) IN ('+', '-'))))"
_POINT = f"(instr({_SIGNLESS} || '.', '.'))"
_VALID_DATE = (
    "CASE WHEN {0} BETWEEN 1 AND 9999 AND {1} BETWEEN 1 AND 12 AND {2} BETWEEN 1 AND 31 THEN "
    "CASE WHEN {2} <= extract(day FROM make_date({0}, {1}, 1) + INTERVAL '1 month' - INTERVAL '1 day') "
    "THEN make_date({0}, {1}, {2}) END END"
)
_MADE = "printf('%04d-%02d-%02d', {0}, {1}, {2})"
_DAYS_SQLITE = "date({0}, {1} || ' days')"
_LATER_SQLITE = (
    "strftime('%Y-%m-%d %H:%M:%S', substr({0}, 1, 19), "
    "CAST(round(" + _SETTLED.replace("{0}", "{1} * 86400") + ") AS INTEGER) || ' seconds') || substr({0}, 20)"
)
_SECONDS = "round(round({1} * 86400, 10))"


def _in_force(arguments: Sequence[str]) -> str:
    """The seconds in force at a moment; the second argument lists them: `3600|2026-03-29 01:00:00.000000=7200|...`."""
    moment, listed = arguments
    first, *later = listed.split("|")
    when = "v" if len(moment) > _LONG else moment
    parted = (each.partition("=") for each in reversed(later))
    changes = " ".join(f"WHEN {when} >= '{since}' THEN {seconds}" for since, _, seconds in parted)
    chosen = f"CASE {changes} ELSE {first} END"
    return chosen if when == moment else f"(SELECT {chosen} FROM (SELECT {moment} AS v) AS _c)"


PHRASES: dict[str, tuple[Phrasing, Phrasing]] = {
    # values as expressions handle them
    "number": ("CAST({0} AS REAL)", "CAST({0} AS NUMERIC)"),
    "settled": (_SETTLED, "round({0}, 10)"),
    "whole": (
        f"CAST(max(min({_SETTLED}, 4000000), -4000000) AS INTEGER)",
        "CAST(CASE WHEN abs({0}) < 4000000 THEN trunc(round({0}, 10)) ELSE sign({0}) * 4000000 END AS INTEGER)",
    ),
    "truth": ("coalesce({0}, 0)", "coalesce({0}, false)"),
    "filled": ("nullif({0}, '')", "nullif({0}, '')"),
    "text": ("coalesce({0}, '')", "coalesce({0}, '')"),
    "shifted": (
        "strftime('%Y-%m-%d %H:%M:%S', substr({0}, 1, 19), {1} || ' seconds') || substr({0}, 20)",
        "({0} + {1} * INTERVAL '1 second')",
    ),
    "in_force": (_in_force, _in_force),
    "same": ("{0}", "{0}"),
    "midnight": ("({0} || ' 00:00:00.000000')", "CAST({0} AS TIMESTAMP)"),
    "by_code_point": ("{0}", '({0} COLLATE "C")'),
    # operators
    "+": ("({0} + {1})", "({0} + {1})"),
    "-": ("({0} - {1})", "({0} - {1})"),
    "*": ("({0} * {1})", "({0} * {1})"),
    "/": (
        "CASE WHEN " + _SETTLED.replace("{0}", "{1}") + " <> 0 THEN {0} / {1} END",
        "CASE WHEN round({1}, 10) <> 0 THEN round({0}, 25) / {1} END",
    ),
    "later_day": (
        f"CASE WHEN {_DAYS_SQLITE} >= '0001-01-01' THEN {_DAYS_SQLITE} END",
        "CASE WHEN {0} - DATE '0001-01-01' + {1} BETWEEN 0 AND 3652058 THEN {0} + {1} END",
    ),
    "later_moment": (
        f"CASE WHEN abs({{1}}) < 4000000 THEN CASE WHEN {_LATER_SQLITE} >= '0001' THEN {_LATER_SQLITE} END END",
        f"CASE WHEN extract(epoch FROM {{0}}) + {_SECONDS} BETWEEN -62135596800 AND 253402300799.999999 "
        f"THEN {{0}} + CAST({_SECONDS} AS DOUBLE PRECISION) * INTERVAL '1 second' END",
    ),
    "days_between": ("(julianday({0}) - julianday({1}))", "CAST({0} - {1} AS NUMERIC)"),
    "moments_between": (
        "((strftime('%s', substr({0}, 1, 19)) - strftime('%s', substr({1}, 1, 19))) / 86400.0)",
        "(extract(epoch FROM date_trunc('second', {0}) - date_trunc('second', {1})) / 86400.0)",
    ),
    "has": ("instr({0}, char(31) || {1} || char(31)) > 0", "strpos({0}, chr(31) || {1} || chr(31)) > 0"),
    # logic
    "IF": (_ifs, _ifs),
    "IFS": (_ifs, _ifs),
    "SWITCH": (_switch, _switch),
    "COALESCE": (_coalesce, _coalesce),
    "COUNT": (
        "(max(length({0}) - length(replace({0}, char(31), '')) - 1, 0) + 0.0)",
        "CAST(greatest(length({0}) - length(replace({0}, chr(31), '')) - 1, 0) AS NUMERIC)",
    ),
    # numbers
    "ABS": ("abs({0})", "abs({0})"),
    "ROUND": (
        # The factor lifts halves that REAL holds a little too low (2.675) over the line.
        "CASE WHEN {1} >= 0 THEN round({0} * 1.000000000000001, min({1}, 10)) "
        f"ELSE round({{0}} * 1.000000000000001 / {_TENS}) * {_TENS} END",
        "round({0}, greatest(least({1}, 10), -10) + 0 * {1})",
    ),
    "FLOOR": (_FLOOR, "floor({0})"),
    "CEILING": ("(CAST({0} AS INTEGER) + ({0} > CAST({0} AS INTEGER)) + 0.0)", "ceil({0})"),
    "INT": ("(CAST({0} AS INTEGER) + 0.0)", "trunc({0})"),
    "SIGN": ("(({0} > 0) - ({0} < 0) + 0.0)", "sign({0})"),
    "MOD": (
        f"CASE WHEN {{1}} <> 0 THEN {{0}} - {{1}} * {_QUOTIENT_FLOOR} END",
        "CASE WHEN {1} <> 0 THEN {0} - {1} * floor(round(round({0}, 25) / {1}, 10)) END",
    ),
    "POWER": (_POWER.replace("{whole}", "CAST({1} AS INTEGER)"), _POWER.replace("{whole}", "trunc({1})")),
    "SQRT": ("CASE WHEN {0} >= 0 THEN sqrt({0}) END", "CASE WHEN {0} >= 0 THEN sqrt({0}) END"),
    "MIN": (_aggregate("min"), _listed("least")),
    "MAX": (_aggregate("max"), _listed("greatest")),
    "SUM": (_total, _total),
    "AVERAGE": (_aggregate("avg"), _aggregate("avg")),
    # texts
    "LEN": ("(length({0}) + 0.0)", "CAST(length({0}) AS NUMERIC)"),
    "LEFT": ("substr({0}, 1, max({1}, 0))", "substr({0}, 1, greatest({1}, 0) + 0 * {1})"),
    "RIGHT": (
        "CASE WHEN {1} > 0 THEN substr({0}, -({1})) ELSE '' END",
        "CASE WHEN {1} > 0 THEN right({0}, {1}) ELSE '' END",
    ),
    "MID": (
        "substr({0}, max({1}, 1), max({2}, 0))",
        "substr({0}, greatest({1}, 1) + 0 * {1}, greatest({2}, 0) + 0 * {2})",
    ),
    "UPPER": (_letter_by_letter("upper", _SMALL, _BIG), f"translate(upper({{0}}), '{_SMALL}', '{_BIG}')"),
    "LOWER": (_letter_by_letter("lower", _BIG, _SMALL), f"translate(lower({{0}}), '{_BIG}', '{_SMALL}')"),
    "TRIM": (
        "trim(replace(replace(replace({0}, ' ', char(1) || char(2)), char(2) || char(1), ''), "
        "char(1) || char(2), ' '), ' ')",
        "btrim(regexp_replace({0}, ' +', ' ', 'g'), ' ')",
    ),
    "CONCAT": (_joined, _joined),
    "REPLACE": ("replace({0}, {1}, {2})", "replace({0}, {1}, {2})"),
    "CONTAINS": ("({1} <> '' AND instr({0}, {1}) > 0)", "({1} <> '' AND strpos({0}, {1}) > 0)"),
    "STARTS_WITH": (
        "({1} <> '' AND substr({0}, 1, length({1})) = {1})",
        "({1} <> '' AND left({0}, length({1})) = {1})",
    ),
    "ENDS_WITH": (
        "({1} <> '' AND substr({0}, -length({1})) = {1})",
        "({1} <> '' AND right({0}, length({1})) = {1})",
    ),
    "FIND": (
        "CASE WHEN {0} <> '' THEN nullif(instr({1}, {0}), 0) + 0.0 END",
        "CASE WHEN {0} <> '' THEN CAST(nullif(strpos({1}, {0}), 0) AS NUMERIC) END",
    ),
    "VALUE": (
        f"CASE WHEN {_SIGNLESS} NOT GLOB '*[^0-9.]*' AND {_SIGNLESS} NOT GLOB '*.*.*' "
        f"AND {_SIGNLESS} GLOB '*[0-9]' AND {_POINT} BETWEEN 2 AND 19 AND length({_SIGNLESS}) - {_POINT} <= 10 "
        "THEN CAST(trim({0}, ' ') AS REAL) END",
        "CASE WHEN btrim({0}, ' ') ~ '^[+-]?[0-9]{{1,18}}([.][0-9]{{1,10}})?$' "
        "THEN CAST(btrim({0}, ' ') AS NUMERIC) END",
    ),
    "TEXT.number": (
        "CASE WHEN abs({0}) >= 0.001 AND abs({0}) < 1e15 THEN rtrim(rtrim(CAST(" + _SETTLED + " AS TEXT), '0'), '.') "
        "WHEN {0} IS NOT NULL THEN rtrim(rtrim(printf('%.10f', " + _SETTLED + " + 0.0), '0'), '.') END",
        "CAST(trim_scale(round({0}, 10)) AS TEXT)",
    ),
    "TEXT.date": ("{0}", "to_char({0}, 'YYYY-MM-DD')"),
    "TEXT.datetime": ("substr({0}, 1, 16)", "to_char({0}, 'YYYY-MM-DD HH24:MI')"),
    "TEXT.time": ("substr({0}, 1, 5)", "to_char({0}, 'HH24:MI')"),
    "TEXT.text": ("{0}", "{0}"),
    # dates
    "DATE.number": (
        f"CASE WHEN {{0}} BETWEEN 1 AND 9999 AND date({_MADE}, '+0 days') = {_MADE} THEN {_MADE} END",
        _VALID_DATE,
    ),
    "DATE.text": (
        "CASE WHEN {0} GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]' AND {0} >= '0001' "
        "AND date({0}, '+0 days') = {0} THEN {0} END",
        "CASE WHEN {0} ~ '^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}$' THEN "
        + _VALID_DATE.replace("{2}", "CAST(substr({0}, 9, 2) AS INTEGER)")
        .replace("{1}", "CAST(substr({0}, 6, 2) AS INTEGER)")
        .replace("{0} BETWEEN 1 AND", "CAST(substr({0}, 1, 4) AS INTEGER) BETWEEN 1 AND")
        .replace("make_date({0}", "make_date(CAST(substr({0}, 1, 4) AS INTEGER)")
        + " END",
    ),
    "DATE.datetime": ("substr({0}, 1, 10)", "CAST({0} AS DATE)"),
    "YEAR": _part("%Y", "year"),
    "MONTH": _part("%m", "month"),
    "DAY": _part("%d", "day"),
    "QUARTER": (
        "((CAST(strftime('%m', {0}) AS INTEGER) + 2) / 3 + 0.0)",
        "CAST(extract(quarter FROM {0}) AS NUMERIC)",
    ),
    "WEEKDAY": (
        "((CAST(strftime('%w', {0}) AS INTEGER) + 6) % 7 + 1.0)",
        "CAST(extract(isodow FROM {0}) AS NUMERIC)",
    ),
    "WEEK": (
        # The ISO week of a day is that of its Thursday.
        "((CAST(strftime('%j', {0}, '-3 days', 'weekday 4') AS INTEGER) - 1) / 7 + 1.0)",
        "CAST(extract(week FROM {0}) AS NUMERIC)",
    ),
    "DAYS_IN_MONTH": (
        "coalesce(CAST(strftime('%d', {0}, 'start of month', '+1 month', '-1 day') AS REAL), "
        "31.0 + 0 * julianday({0}))",
        "CAST(extract(day FROM date_trunc('month', {0}) + INTERVAL '1 month' - INTERVAL '1 day') AS NUMERIC)",
    ),
    "HOUR": ("CAST(strftime('%H', {0}) AS REAL)", "CAST(extract(hour FROM {0}) AS NUMERIC)"),
    "MINUTE": ("CAST(strftime('%M', {0}) AS REAL)", "CAST(extract(minute FROM {0}) AS NUMERIC)"),
    "ADD_MONTHS": _months("{1}"),
    "ADD_YEARS": _months("12 * {1}"),
    "START_OF_WEEK": _edge("'-6 days', 'weekday 1'", "date_trunc('week', {0})"),
    "START_OF_MONTH": _edge("'start of month'", "date_trunc('month', {0})"),
    "END_OF_MONTH": (
        "CASE WHEN {0} >= '9999-12' THEN '9999-12-31' ELSE date({0}, 'start of month', '+1 month', '-1 day') END",
        "CAST(date_trunc('month', {0}) + INTERVAL '1 month' - INTERVAL '1 day' AS DATE)",
    ),
    "START_OF_QUARTER": _edge(
        "'start of month', '-' || ((CAST(strftime('%m', {0}) AS INTEGER) - 1) % 3) || ' months'",
        "date_trunc('quarter', {0})",
    ),
    "START_OF_YEAR": _edge("'start of year'", "date_trunc('year', {0})"),
    "END_OF_YEAR": (
        "(substr({0}, 1, 4) || '-12-31')",
        "CAST(date_trunc('year', {0}) + INTERVAL '1 year' - INTERVAL '1 day' AS DATE)",
    ),
}
