"""Functions that choose and test."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from kartoteka.metadata.expressions.arithmetic import comparable, compare, is_empty
from kartoteka.metadata.expressions.kinds import BOOLEAN, DATE, DATETIME, NUMBER, TIME, record
from kartoteka.metadata.expressions.signatures import (
    Built,
    ExcelTerms,
    Function,
    Param,
    Shape,
    Written,
    every,
    fixed,
    many,
    number,
)
from kartoteka.metadata.expressions.tree import Call, Literal, Node

_CONDITION = Param("condition", (BOOLEAN,))
_TRUTH = Param("condition", (BOOLEAN,), "settled")
_VALUE = Param("value")
_MEASURED = (NUMBER, DATE, DATETIME, TIME)


def _pairs(count: int) -> Sequence[Param] | None:
    default = [_VALUE] if count % 2 else []
    return [*[_CONDITION, _VALUE] * (count // 2), *default] if count >= 2 else None


def _cases(count: int) -> Sequence[Param] | None:
    default = [_VALUE] if count % 2 == 0 else []
    cases = [Param("case", handling="compared"), _VALUE] * ((count - 1) // 2)
    return [Param("value", handling="compared"), *cases, *default] if count >= 3 else None


def _last(given: Sequence[Any], left_over: int) -> Sequence[Any]:
    """Return the value behind all pairs, where there is one."""
    return given[-1:] if len(given) % 2 == left_over else ()


def _behind_first(given: Sequence[Any]) -> Sequence[Any]:
    return given[1:]


def _if(condition: Any, then: Any, otherwise: Any) -> Any:
    return then if condition else otherwise


def _ifs(*parts: Any) -> Any:
    for condition, value in zip(parts[::2], parts[1::2], strict=False):
        if condition:
            return value
    return parts[-1] if len(parts) % 2 else None


def _switch(subject: Any, *parts: Any) -> Any:
    for case, value in zip(parts[::2], parts[1::2], strict=False):
        if compare("=", subject, case):
            return value
    return parts[-1] if len(parts) % 2 else None


def _choose(place: int | None, *values: Any) -> Any:
    return values[place - 1] if place is not None and 1 <= place <= len(values) else None


def _between(value: Any, low: Any, high: Any) -> bool:
    if value is None or low is None or high is None:
        return False
    value, low = comparable(value, low)
    return bool(low <= value <= comparable(high, high)[0])


def _sql_ifs(parts: Sequence[str]) -> str:
    cases = " ".join(f"WHEN {a} THEN {b}" for a, b in zip(parts[::2], parts[1::2], strict=False))
    return f"CASE {cases}{_sql_else(parts, 1)} END"


def _sql_switch(parts: Sequence[str]) -> str:
    cases = " ".join(f"WHEN {a} THEN {b}" for a, b in zip(parts[1::2], parts[2::2], strict=False))
    return f"CASE {parts[0]} {cases}{_sql_else(parts, 0)} END"


def _sql_else(parts: Sequence[str], left_over: int) -> str:
    return "".join(f" ELSE {part}" for part in _last(parts, left_over))


def _sql_choose(parts: Sequence[str]) -> str:
    return f"CASE {parts[0]} {' '.join(f'WHEN {n} THEN {part}' for n, part in enumerate(parts[1:], 1))} END"


def _sql_coalesce(parts: Sequence[str]) -> str:
    return f"coalesce({', '.join(parts)})" if len(parts) > 1 else parts[0]


def _same(sql: Callable[[Sequence[str]], str]) -> tuple[Callable[[Sequence[str]], str], Callable[[Sequence[str]], str]]:
    return sql, sql


def _excel_if(terms: ExcelTerms, given: Sequence[Node]) -> str:
    condition, then, otherwise = given
    return f"IF({terms.truth(condition)},{terms.whole(then)},{terms.whole(otherwise)})"


def _excel_ifs(terms: ExcelTerms, given: Sequence[Node]) -> str:
    condition, then, *rest = given
    otherwise = rest[0] if len(rest) == 1 else Call("IFS", tuple(rest)) if rest else Literal(None)
    return terms.value(Call("IF", (condition, then, otherwise)))


def _excel_switch(terms: ExcelTerms, given: Sequence[Node]) -> str:
    subject, case, then, *rest = given
    otherwise = '""'
    if len(rest) == 1:
        otherwise = terms.whole(rest[0])
    elif rest:
        otherwise = terms.value(Call("SWITCH", (subject, *rest)))
    return f"IF({terms.compared('=', subject, case)},{terms.whole(then)},{otherwise})"


def _excel_choose(terms: ExcelTerms, given: Sequence[Node]) -> str:
    place, *values = given
    index = terms.value(place)
    chosen = f"CHOOSE(TRUNC({index}),{','.join(terms.whole(value) for value in values)})"
    return f'IF(COUNT({index})=0,"",IFERROR({chosen},""))'


def _excel_coalesce(terms: ExcelTerms, given: Sequence[Node]) -> str:
    first, *rest = given
    value = terms.value(first)
    return f'IF({value}<>"",{value},{terms.value(Call("COALESCE", tuple(rest))) if rest else chr(34) * 2})'


FUNCTIONS = (
    Function(
        name="IF",
        shape=fixed(_CONDITION, _VALUE, Param("otherwise").or_else(None)),
        result=_behind_first,
        description="The value if the condition holds, else the other one (or nothing).",
        example=('IF(2 > 1, "more", "less")', '"more"'),
        python=_if,
        sql=_same(_sql_ifs),
        excel=Written(_excel_if),
        takes_nulls=True,
    ),
    Function(
        name="IFS",
        shape=Shape("condition, value, condition, value ... [, otherwise]", _pairs),
        result=lambda given: [*given[1::2], *_last(given, 1)],
        description="The value behind the first condition that holds.",
        example=('IFS(1 > 2, "less", 2 > 1, "more")', '"more"'),
        python=_ifs,
        sql=_same(_sql_ifs),
        excel=Written(_excel_ifs),
        takes_nulls=True,
    ),
    Function(
        name="SWITCH",
        shape=Shape("value, case, result, case, result ... [, otherwise]", _cases),
        result=lambda given: [*given[2::2], *_last(given, 0)],
        alike=lambda given: [given[0], *given[1:-1:2]],
        description="The result behind the first case that the value equals; an empty value equals none.",
        example=('SWITCH(2, 1, "one", 2, "two", "many")', '"two"'),
        python=_switch,
        sql=_same(_sql_switch),
        excel=Written(_excel_switch),
        takes_nulls=True,
    ),
    Function(
        name="CHOOSE",
        shape=many(_VALUE, (number("place", "whole"),)),
        result=_behind_first,
        description="The value at a place: the first one for 1, the second for 2; nothing where there is none.",
        example=('CHOOSE(2, "low", "middle", "high")', '"middle"'),
        python=_choose,
        sql=_same(_sql_choose),
        excel=Written(_excel_choose),
        takes_nulls=True,
    ),
    Function(
        name="COALESCE",
        shape=many(_VALUE),
        result=every,
        description="The first value that is not empty.",
        example=('COALESCE(NULL, "", "here")', '"here"'),
        python=lambda *values: next((value for value in values if not is_empty(value)), None),
        sql=_same(_sql_coalesce),
        excel=Written(_excel_coalesce),
        takes_nulls=True,
        skips_nulls=True,
    ),
    Function(
        name="NULL_IF",
        shape=fixed(Param("value", handling="compared"), Param("other", handling="compared")),
        result=lambda given: given[:1],
        alike=every,
        description="Nothing if the value equals the other one, else the value.",
        example=("NULL_IF(0, 0)", "NULL"),
        python=lambda value, other: None if compare("=", value, other) else value,
        sql=("nullif({0}, {1})", "nullif({0}, {1})"),
        excel=Written(lambda terms, given: f'IF({terms.compared("=", *given)},"",{terms.whole(given[0])})'),
        takes_nulls=True,
    ),
    Function(
        name="BETWEEN",
        shape=fixed(*(Param(name, _MEASURED, "settled") for name in ("value", "low", "high"))),
        result=BOOLEAN,
        alike=every,
        description="TRUE if a number, date or time lies between two others or is one of them; FALSE if one is empty.",
        example=("BETWEEN(5, 1, 10)", "TRUE"),
        python=_between,
        sql=("coalesce({0} BETWEEN {1} AND {2}, 0)", "coalesce({0} BETWEEN {1} AND {2}, false)"),
        excel=("IF(COUNT({0},{1},{2})<3,FALSE,AND(ROUND(N({0})-N({1}),10)>=0,ROUND(N({2})-N({0}),10)>=0))"),
        takes_nulls=True,
    ),
    Function(
        name="XOR",
        shape=fixed(_TRUTH, _TRUTH),
        result=BOOLEAN,
        description="TRUE if exactly one of two conditions holds.",
        example=("XOR(2 > 1, 3 > 1)", "FALSE"),
        python=lambda first, second: first is not second,
        sql=("({0} <> {1})", "({0} <> {1})"),
        excel="({0})<>({1})",
    ),
    Function(
        name="IS_EMPTY",
        shape=fixed(_VALUE),
        result=BOOLEAN,
        description="TRUE if there is no value, an empty text or an empty list.",
        example=('IS_EMPTY("")', "TRUE"),
        python=is_empty,
        sql=Built(lambda terms, given: terms.empty(given[0])),
        excel=Written(lambda terms, given: f'({terms.value(given[0])}="")'),
        takes_nulls=True,
    ),
    Function(
        name="ME",
        shape=fixed(),
        result=record("user"),
        description="The person who is looking: `owner = ME()`. Nobody, where the system itself is at work.",
        example=("ME() = ME()", "TRUE"),
        python=lambda context: context.me,
        needs_context=True,
    ),
)
