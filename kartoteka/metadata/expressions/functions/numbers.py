"""Functions that calculate. Those that round are in `rounding`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from kartoteka.metadata.expressions.arithmetic import CONTEXT, comparable, power
from kartoteka.metadata.expressions.kinds import DATE, DATETIME, NUMBER
from kartoteka.metadata.expressions.signatures import Function, Param, every, fixed, many, number
from kartoteka.metadata.expressions.tree import Binary, Literal, Node

_ORDERED = Param("value", (NUMBER, DATE, DATETIME))
_PLAIN = number(handling="plain")
_POWER = (
    "CASE WHEN {1} <> {whole} OR abs({1}) > 1000 THEN NULL "
    "WHEN {0} = 0 THEN CASE WHEN {1} > 0 THEN 0.0 WHEN {1} = 0 THEN 1.0 END "
    "WHEN {1} * ln(abs({0})) > 69.07755278982137 THEN NULL ELSE power({0}, {1}) END"
)


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


def _percent(part: Node, whole: Node) -> Node:
    return Binary("/", Binary("*", part, Literal(Decimal(100))), whole)


def _sql_over_rows(function: str) -> Callable[[Sequence[str]], str]:
    def phrase(parts: Sequence[str]) -> str:
        rows = " UNION ALL ".join(f"SELECT {part} AS v" for part in parts)
        return f"(SELECT {function}(v) FROM ({rows}) AS _r)"

    return phrase


def _sql_listed(function: str) -> Callable[[Sequence[str]], str]:
    return lambda parts: f"{function}({', '.join(parts)})"


def _sql_total(parts: Sequence[str]) -> str:
    return "(" + " + ".join(f"coalesce({part}, 0)" for part in parts) + ")"


def _excel_total(given: Sequence[str]) -> str:
    # Not SUM, which fails on the empty text of another formula.
    return "+".join(f"N({part})" for part in given)


def _excel_average(given: Sequence[str]) -> str:
    counted = f"COUNT({','.join(given)})"
    return f'IF({counted}=0,"",({_excel_total(given)})/{counted})'


def _excel_extreme(function: str, never: str) -> Callable[[Sequence[str]], str]:
    def excel(given: Sequence[str]) -> str:
        # What holds no number counts as the last to be chosen.
        values = ",".join(f"IF(COUNT({part})=0,{never},{part})" for part in given)
        return f'IF(COUNT({",".join(given)})=0,"",{function}({values}))'

    return excel


FUNCTIONS = (
    Function(
        name="ABS",
        shape=fixed(_PLAIN),
        result=NUMBER,
        description="The number without its sign.",
        example=("ABS(-7.5)", "7.5"),
        python=CONTEXT.abs,
        sql=("abs({0})", "abs({0})"),
        excel="ABS({0})",
    ),
    Function(
        name="SIGN",
        shape=fixed(number()),
        result=NUMBER,
        description="-1, 0 or 1.",
        example=("SIGN(-7.5)", "-1"),
        python=lambda value: Decimal((value > 0) - (value < 0)),
        sql=("(({0} > 0) - ({0} < 0) + 0.0)", "sign({0})"),
        excel="SIGN({0})",
    ),
    Function(
        name="POWER",
        shape=fixed(_PLAIN, number("exponent")),
        result=NUMBER,
        description="The number to a whole power; the same as `number ^ exponent`.",
        example=("POWER(2, 10)", "1024"),
        python=lambda base, exponent: power(Decimal(base), exponent),
        sql=(_POWER.replace("{whole}", "CAST({1} AS INTEGER)"), _POWER.replace("{whole}", "trunc({1})")),
        excel='IF(INT({1})=({1}),({0})^({1}),"")',
    ),
    Function(
        name="SQRT",
        shape=fixed(number()),
        result=NUMBER,
        description="The square root; nothing for a negative number.",
        example=("SQRT(6.25)", "2.5"),
        python=lambda value: value.sqrt(CONTEXT) if value >= 0 else None,
        sql=("CASE WHEN {0} >= 0 THEN sqrt({0}) END", "CASE WHEN {0} >= 0 THEN sqrt({0}) END"),
        excel="SQRT({0})",
    ),
    Function(
        name="PERCENT",
        shape=fixed(number("part"), number("whole")),
        result=NUMBER,
        description="How many per cent the part is of the whole; nothing if the whole is 0.",
        example=("PERCENT(3, 12)", "25"),
        expands=_percent,
    ),
    Function(
        name="CLAMP",
        shape=fixed(number(), number("low"), number("high")),
        result=NUMBER,
        description="The number, but never below the low bound and never above the high one.",
        example=("CLAMP(120, 0, 100)", "100"),
        python=lambda value, low, high: min(max(value, low), high),
        sql=("min(max({0}, {1}), {2})", "(least(greatest({0}, {1}), {2}) + 0 * ({0} + {1} + {2}))"),
        excel="MIN(MAX({0},{1}),{2})",
    ),
    Function(
        name="MIN",
        shape=many(_ORDERED),
        result=every,
        description="The least of several numbers or dates; empty ones are passed over.",
        example=("MIN(3, 1, NULL, 2)", "1"),
        python=_extreme(min),
        sql=(_sql_over_rows("min"), _sql_listed("least")),
        excel=_excel_extreme("MIN", "9.99E+307"),
        takes_nulls=True,
        skips_nulls=True,
    ),
    Function(
        name="MAX",
        shape=many(_ORDERED),
        result=every,
        description="The greatest of several numbers or dates; empty ones are passed over.",
        example=("MAX(3, 1, NULL, 2)", "3"),
        python=_extreme(max),
        sql=(_sql_over_rows("max"), _sql_listed("greatest")),
        excel=_excel_extreme("MAX", "-9.99E+307"),
        takes_nulls=True,
        skips_nulls=True,
    ),
    Function(
        name="SUM",
        shape=many(_PLAIN),
        result=NUMBER,
        description="The sum of several numbers; empty ones count as 0.",
        example=("SUM(1.5, NULL, 2)", "3.5"),
        python=_sum,
        sql=(_sql_total, _sql_total),
        excel=_excel_total,
        takes_nulls=True,
        skips_nulls=True,
    ),
    Function(
        name="AVERAGE",
        shape=many(_PLAIN),
        result=NUMBER,
        description="The mean of several numbers; empty ones are passed over.",
        example=("AVERAGE(1, NULL, 2)", "1.5"),
        python=_average,
        sql=(_sql_over_rows("avg"), _sql_over_rows("avg")),
        excel=_excel_average,
        takes_nulls=True,
        skips_nulls=True,
    ),
)
