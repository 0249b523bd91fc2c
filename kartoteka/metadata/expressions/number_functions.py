"""Functions that calculate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from kartoteka.metadata.expressions.arithmetic import (
    CONTEXT,
    comparable,
    power,
    rounded,
    settled,
    without_fraction,
)
from kartoteka.metadata.expressions.kinds import DATE, DATETIME, NUMBER, common
from kartoteka.metadata.expressions.signatures import ExcelText, Function, Param, Shape, fixed, many, number

_ORDERED = Param("value", (NUMBER, DATE, DATETIME))


def _extreme(choose: Callable[..., Any]) -> Callable[..., Any]:
    def extreme(*values: Any) -> Any:
        present = [value for value in values if value is not None]
        return choose(present, key=lambda value: comparable(value, value)[0]) if present else None

    return extreme


def _sum(*values: Any) -> Decimal:
    total = Decimal(0)
    for value in values:
        total = CONTEXT.add(total, value if value is not None else 0)
    return total


def _average(*values: Any) -> Decimal | None:
    present = [value for value in values if value is not None]
    return CONTEXT.divide(_sum(*present), Decimal(len(present))) if present else None


def _sum_of_cells(given: Sequence[str]) -> str:
    # Not SUM, which fails on the empty text of another formula.
    return "+".join(f"N({part})" for part in given)


def _extreme_of_cells(function: str, never: str) -> Callable[[Sequence[str]], str]:
    def excel(given: Sequence[str]) -> str:
        # What holds no number counts as the last to be chosen.
        values = ",".join(f"IF(COUNT({part})=0,{never},{part})" for part in given)
        return f'IF(COUNT({",".join(given)})=0,"",{function}({values}))'

    return excel


def _mod(dividend: Decimal, divisor: Decimal) -> Decimal | None:
    if not divisor:
        return None
    quotient = settled(CONTEXT.divide(dividend, divisor)).to_integral_value(ROUND_FLOOR)
    return CONTEXT.subtract(dividend, CONTEXT.multiply(divisor, quotient))


def _calculation(
    name: str, usage: str, description: str, shape: Shape, python: Callable[..., Any], excel: ExcelText
) -> Function:
    return Function(name, usage, description, shape, NUMBER, python, excel)


def _over_many(name: str, description: str, python: Callable[..., Any], excel: ExcelText) -> Function:
    return Function(
        name,
        "number, number ...",
        description,
        many(number(handling="plain")),
        NUMBER,
        python,
        excel,
        takes_nulls=True,
    )


FUNCTIONS = (
    _calculation(
        "ABS",
        "number",
        "The number without its sign.",
        fixed(number(handling="plain")),
        CONTEXT.abs,
        "ABS({0})",
    ),
    _calculation(
        "ROUND",
        "number [, places]",
        "Rounded to so many decimal places (0), halves away from zero; -3 rounds to thousands.",
        fixed(number(), number("places", "whole"), optional=1),
        lambda value, places=0: rounded(value, places),
        lambda given: f"ROUND({given[0]},{given[1] if len(given) > 1 else 0})",
    ),
    _calculation(
        "FLOOR",
        "number",
        "The whole number below, or the number itself.",
        fixed(number()),
        lambda value: value.to_integral_value(ROUND_FLOOR),
        "INT({0})",
    ),
    _calculation(
        "CEILING",
        "number",
        "The whole number above, or the number itself.",
        fixed(number()),
        lambda value: value.to_integral_value(ROUND_CEILING),
        "-INT(-({0}))",
    ),
    _calculation(
        "INT",
        "number",
        "The number without its fraction: towards zero, so INT(-1.5) is -1.",
        fixed(number()),
        without_fraction,
        "TRUNC({0})",
    ),
    _calculation(
        "SIGN",
        "number",
        "-1, 0 or 1.",
        fixed(number()),
        lambda value: Decimal((value > 0) - (value < 0)),
        "SIGN({0})",
    ),
    _calculation(
        "MOD",
        "number, divisor",
        "What is left over by a division; has the sign of the divisor.",
        fixed(number(), number("divisor")),
        _mod,
        "MOD({0},{1})",
    ),
    _calculation(
        "POWER",
        "number, exponent",
        "The number to a whole power; the same as `number ^ exponent`.",
        fixed(number(handling="plain"), number("exponent")),
        lambda base, exponent: power(Decimal(base), exponent),
        'IF(INT({1})=({1}),({0})^({1}),"")',
    ),
    _calculation(
        "SQRT",
        "number",
        "The square root; nothing for a negative number.",
        fixed(number()),
        lambda value: value.sqrt(CONTEXT) if value >= 0 else None,
        "SQRT({0})",
    ),
    Function(
        "MIN",
        "value, value ...",
        "The least of several numbers or dates; empty ones are passed over.",
        many(_ORDERED),
        common,
        _extreme(min),
        _extreme_of_cells("MIN", "9.99E+307"),
        takes_nulls=True,
    ),
    Function(
        "MAX",
        "value, value ...",
        "The greatest of several numbers or dates; empty ones are passed over.",
        many(_ORDERED),
        common,
        _extreme(max),
        _extreme_of_cells("MAX", "-9.99E+307"),
        takes_nulls=True,
    ),
    _over_many("SUM", "The sum of several numbers; empty ones count as 0.", _sum, _sum_of_cells),
    _over_many(
        "AVERAGE",
        "The mean of several numbers; empty ones are passed over.",
        _average,
        lambda given: f'IF(COUNT({",".join(given)})=0,"",({_sum_of_cells(given)})/COUNT({",".join(given)}))',
    ),
)
