"""How the two databases work out values and operators; the phrases of functions stand with the functions.

Each entry is a phrase for SQLite and one for PostgreSQL, with the arguments as {0}, {1} ... An argument that a phrase
uses more than once is computed once, in a subselect or a WITH, so that nested functions don't grow exponentially.
`+ 0 * {1}` keeps NULL where PostgreSQL's least and greatest pass it over.
Kinds on SQLite: numbers are REAL (15 digits), dates and times the ISO texts that SQLAlchemy stores. Everything is
total, because one bad row must not fail a query: PostgreSQL's errors (division by zero, no such date, out of range)
are all guarded to NULL. The range guards stand in nested CASEs: only CASE fixes the order of evaluation.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kartoteka.metadata.expressions.functions import FUNCTIONS
from kartoteka.metadata.expressions.signatures import Aggregate, Built, Function, Phrases
from kartoteka.metadata.expressions.sql_fragments import SETTLED, in_any_letters, settled

_LONG = 48
"""An argument of more characters is not repeated."""
_DAYS_SQLITE = "date({0}, {1} || ' days')"
_LATER_SQLITE = (
    "strftime('%Y-%m-%d %H:%M:%S', substr({0}, 1, 19), "
    f"CAST(round({settled('{1} * 86400')}) AS INTEGER) || ' seconds') || substr({{0}}, 20)"
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


def _sqlite_exact(arguments: Sequence[str]) -> str:
    """A calculation in whole numbers, divided at its end; see `sql_exact`."""
    places, units, _ = arguments[0].split("|")
    return f"({units.format(*arguments[1:])} / {10 ** int(places)}.0)"


def _postgresql_exact(arguments: Sequence[str]) -> str:
    """The same in NUMERICs."""
    number = arguments[0].split("|")[2]
    return number.format(*(f"CAST({argument} AS NUMERIC)" for argument in arguments[1:]))


_OPERATORS: dict[str, Phrases] = {
    # values as expressions handle them
    "number": ("CAST({0} AS REAL)", "CAST({0} AS NUMERIC)"),
    "settled": (SETTLED, "round({0}, 10)"),
    "whole": (
        f"CAST(max(min({SETTLED}, 4000000), -4000000) AS INTEGER)",
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
    "exact": (_sqlite_exact, _postgresql_exact),
    "same": ("{0}", "{0}"),
    "midnight": ("({0} || ' 00:00:00.000000')", "CAST({0} AS TIMESTAMP)"),
    "by_code_point": ("{0}", '({0} COLLATE "C")'),
    # operators
    "+": ("({0} + {1})", "({0} + {1})"),
    "-": ("({0} - {1})", "({0} - {1})"),
    "*": ("({0} * {1})", "({0} * {1})"),
    "/": (
        f"CASE WHEN {settled('{1}')} <> 0 THEN {{0}} / {{1}} END",
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
    "lowered": in_any_letters("lower"),
}


def _of(function: Function) -> Iterator[tuple[str, Phrases]]:
    """Yield the phrases of a function: under its name, or its name and a kind of argument."""
    match function.sql:
        case None | Built() | Aggregate():
            return
        case (sqlite, postgresql):
            yield function.name, (sqlite, postgresql)
        case by_kind:
            yield from ((f"{function.name}.{kind}", phrases) for kind, phrases in by_kind.items())


PHRASES: dict[str, Phrases] = _OPERATORS | dict(pair for each in FUNCTIONS.values() for pair in _of(each))
