"""Functions that choose and test."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kartoteka.metadata.expressions.arithmetic import compare, is_empty
from kartoteka.metadata.expressions.kinds import BOOLEAN, LIST, NUMBER, Kind, common, record
from kartoteka.metadata.expressions.signatures import Function, Param, fixed, many

_CONDITION = Param("condition", (BOOLEAN,))
_VALUE = Param("value")


def _pairs(count: int) -> Sequence[Param] | None:
    default = [_VALUE] if count % 2 else []
    return [*[_CONDITION, _VALUE] * (count // 2), *default] if count >= 2 else None


def _cases(count: int) -> Sequence[Param] | None:
    default = [_VALUE] if count % 2 == 0 else []
    cases = [Param("case"), _VALUE] * ((count - 1) // 2)
    return [Param("value", handling="settled"), *cases, *default] if count >= 3 else None


def _branches(kinds: Sequence[Kind]) -> Kind | None:
    default = kinds[-1:] if len(kinds) % 2 else ()
    return common([*kinds[1::2], *default])


def _case_results(kinds: Sequence[Kind]) -> Kind | None:
    default = kinds[-1:] if len(kinds) % 2 == 0 else ()
    tested = common([kinds[0], *kinds[1:-1:2]])
    return common([*kinds[2::2], *default]) if tested else None


def _if(condition: Any, then: Any, otherwise: Any = None) -> Any:
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


def _coalesce(*values: Any) -> Any:
    return next((value for value in values if not is_empty(value)), None)


FUNCTIONS = (
    Function(
        "IF",
        "condition, value [, otherwise]",
        "The value if the condition holds, else the other one (or nothing).",
        fixed(_CONDITION, _VALUE, _VALUE, optional=1),
        lambda kinds: common(kinds[1:]),
        _if,
        takes_nulls=True,
    ),
    Function(
        "IFS",
        "condition, value, condition, value ... [, otherwise]",
        "The value behind the first condition that holds.",
        _pairs,
        _branches,
        _ifs,
        takes_nulls=True,
    ),
    Function(
        "SWITCH",
        "value, case, result, case, result ... [, otherwise]",
        "The result behind the first case that the value equals; an empty value equals none.",
        _cases,
        _case_results,
        _switch,
        takes_nulls=True,
    ),
    Function(
        "COALESCE",
        "value, value ...",
        "The first value that is not empty.",
        many(_VALUE),
        common,
        _coalesce,
        takes_nulls=True,
    ),
    Function(
        "IS_EMPTY",
        "value",
        "TRUE if there is no value, an empty text or an empty list.",
        fixed(_VALUE),
        BOOLEAN,
        is_empty,
        takes_nulls=True,
    ),
    Function(
        "COUNT",
        "list",
        "How many items a list field holds.",
        fixed(Param("list", (LIST,))),
        NUMBER,
        lambda items: len(items or ()),
        takes_nulls=True,
    ),
    Function(
        "ME",
        "",
        "The person who is looking: `owner = ME()`. Nobody, where the system itself is at work.",
        fixed(),
        record("user"),
        lambda context: context.me,
        needs_context=True,
    ),
)
