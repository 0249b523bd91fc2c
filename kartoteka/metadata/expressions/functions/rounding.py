"""Functions that round, and those that divide with a remainder."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_UP, ROUND_UP, Decimal

from kartoteka.metadata.expressions.arithmetic import CONTEXT, rounded, settled, without_fraction
from kartoteka.metadata.expressions.kinds import NUMBER
from kartoteka.metadata.expressions.signatures import Function, fixed, number
from kartoteka.metadata.expressions.sql_fragments import QUOTIENT
from kartoteka.metadata.expressions.sql_fragments import settled as settled_sql

_PLACES = number("places", "whole").or_else(Decimal(0))
_TENS = "CAST('1e' || min(-({1}), 10) AS REAL)"
_TEN_TO = "CAST('1e' || max(min({1}, 10), -10) AS REAL)", "power(10.0, greatest(least({1}, 10), -10) + 0 * {1})"
_SIGN = "(({0} > 0) - ({0} < 0))"
_UNITS = settled_sql(f"abs({{0}}) * {_TEN_TO[0]}")
_QUOTIENT_FLOOR = f"(SELECT CAST(q AS INTEGER) - (q < CAST(q AS INTEGER)) FROM (SELECT {QUOTIENT[0]} AS q))"


def _quotient(dividend: Decimal, divisor: Decimal) -> Decimal | None:
    return settled(CONTEXT.divide(dividend, divisor)) if divisor else None


def _mod(dividend: Decimal, divisor: Decimal) -> Decimal | None:
    quotient = _quotient(dividend, divisor)
    if quotient is None:
        return None
    return CONTEXT.subtract(dividend, CONTEXT.multiply(divisor, quotient.to_integral_value(ROUND_FLOOR)))


def _whole_quotient(dividend: Decimal, divisor: Decimal) -> Decimal | None:
    quotient = _quotient(dividend, divisor)
    return None if quotient is None else without_fraction(quotient)


def _to_step(number: Decimal, step: Decimal) -> Decimal | None:
    quotient = _quotient(number, step)
    return None if quotient is None else CONTEXT.multiply(quotient.to_integral_value(ROUND_HALF_UP), step)


FUNCTIONS = (
    Function(
        name="ROUND",
        shape=fixed(number(), _PLACES),
        result=NUMBER,
        description="Rounded to so many decimal places (0), halves away from zero; -3 rounds to thousands.",
        example=("ROUND(2.675, 2)", "2.68"),
        python=rounded,
        sql=(
            # The factor lifts halves that REAL holds a little too low (2.675) over the line.
            "CASE WHEN {1} >= 0 THEN round({0} * 1.000000000000001, min({1}, 10)) "
            f"ELSE round({{0}} * 1.000000000000001 / {_TENS}) * {_TENS} END",
            "round({0}, greatest(least({1}, 10), -10) + 0 * {1})",
        ),
        excel="ROUND({0},MAX(-10,MIN(10,{1})))",
    ),
    Function(
        name="ROUND_UP",
        shape=fixed(number(), _PLACES),
        result=NUMBER,
        description="Rounded away from zero, to so many decimal places (0).",
        example=("ROUND_UP(2.301, 2)", "2.31"),
        python=lambda value, places: rounded(value, places, ROUND_UP),
        sql=(
            f"{_SIGN} * ceil({_UNITS}) / {_TEN_TO[0]}",
            f"sign({{0}}) * ceil(abs({{0}}) * {_TEN_TO[1]}) / {_TEN_TO[1]}",
        ),
        excel="ROUNDUP({0},MAX(-10,MIN(10,{1})))",
    ),
    Function(
        name="ROUND_DOWN",
        shape=fixed(number(), _PLACES),
        result=NUMBER,
        description="Rounded towards zero, to so many decimal places (0).",
        example=("ROUND_DOWN(2.309, 2)", "2.3"),
        python=lambda value, places: rounded(value, places, ROUND_DOWN),
        sql=(
            f"{_SIGN} * CAST({_UNITS} AS INTEGER) / {_TEN_TO[0]}",
            "trunc({0}, greatest(least({1}, 10), -10) + 0 * {1})",
        ),
        excel="ROUNDDOWN({0},MAX(-10,MIN(10,{1})))",
    ),
    Function(
        name="ROUND_TO",
        shape=fixed(number(), number("step")),
        result=NUMBER,
        description="The nearest multiple of a step, halves away from zero; nothing if the step is 0.",
        example=("ROUND_TO(12.37, 0.05)", "12.35"),
        python=_to_step,
        sql=(
            f"CASE WHEN {{1}} <> 0 THEN round({QUOTIENT[0]}) * {{1}} END",
            f"CASE WHEN {{1}} <> 0 THEN round({QUOTIENT[1]}) * {{1}} END",
        ),
        excel="ROUND(ROUND(({0})/({1}),10),0)*({1})",
    ),
    Function(
        name="FLOOR",
        shape=fixed(number()),
        result=NUMBER,
        description="The whole number below, or the number itself.",
        example=("FLOOR(-1.5)", "-2"),
        python=lambda value: value.to_integral_value(ROUND_FLOOR),
        sql=("(CAST({0} AS INTEGER) - ({0} < CAST({0} AS INTEGER)) + 0.0)", "floor({0})"),
        excel="INT({0})",
    ),
    Function(
        name="CEILING",
        shape=fixed(number()),
        result=NUMBER,
        description="The whole number above, or the number itself.",
        example=("CEILING(1.2)", "2"),
        python=lambda value: value.to_integral_value(ROUND_CEILING),
        sql=("(CAST({0} AS INTEGER) + ({0} > CAST({0} AS INTEGER)) + 0.0)", "ceil({0})"),
        excel="-INT(-({0}))",
    ),
    Function(
        name="INT",
        shape=fixed(number()),
        result=NUMBER,
        description="The number without its fraction: towards zero.",
        example=("INT(-1.5)", "-1"),
        python=without_fraction,
        sql=("(CAST({0} AS INTEGER) + 0.0)", "trunc({0})"),
        excel="TRUNC({0})",
    ),
    Function(
        name="QUOTIENT",
        shape=fixed(number(), number("divisor")),
        result=NUMBER,
        description="How often the divisor goes into the number, without the fraction; nothing for a divisor of 0.",
        example=("QUOTIENT(17, 5)", "3"),
        python=_whole_quotient,
        sql=(
            f"CASE WHEN {{1}} <> 0 THEN CAST({QUOTIENT[0]} AS INTEGER) + 0.0 END",
            f"CASE WHEN {{1}} <> 0 THEN trunc({QUOTIENT[1]}) END",
        ),
        excel="TRUNC(ROUND(({0})/({1}),10))",
    ),
    Function(
        name="MOD",
        shape=fixed(number(), number("divisor")),
        result=NUMBER,
        description="What is left over by a division; has the sign of the divisor.",
        example=("MOD(-7, 3)", "2"),
        python=_mod,
        sql=(
            f"CASE WHEN {{1}} <> 0 THEN {{0}} - {{1}} * {_QUOTIENT_FLOOR} END",
            f"CASE WHEN {{1}} <> 0 THEN {{0}} - {{1}} * floor({QUOTIENT[1]}) END",
        ),
        excel="MOD({0},{1})",
    ),
)
