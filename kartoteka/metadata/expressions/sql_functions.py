"""Phrases of `sql_phrases` as elements of SQLAlchemy, and how they are written for each database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BindParameter, ColumnClause, Function, ScalarSelect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from kartoteka.metadata.expressions.signatures import Phrasing
from kartoteka.metadata.expressions.sql_phrases import PHRASES

_SHORT = 48
"""An argument of at most so many characters is simply repeated."""
_DEEP = 10
"""An argument whose parentheses nest deeper is computed in a step of its own on SQLite."""


class Apart(FunctionElement[Any]):
    """A scalar subquery over other tables: the steps of phrases around it are not mixed with those within."""

    inherit_cache = True

    def __init__(self, subquery: ScalarSelect[Any]) -> None:
        self.type = subquery.type
        super().__init__(subquery)


@compiles(Apart)
def _apart(element: Apart, compiler: SQLCompiler, **kw: Any) -> str:
    kw.pop("expression_steps", None)
    return str(compiler.process(element.clauses, **kw))


class Phrase(Function[Any]):
    """One of PHRASES with its arguments; each database has its own words for it."""

    inherit_cache = True


@compiles(Phrase, "postgresql")
def _on_postgresql(element: Phrase, compiler: SQLCompiler, **kw: Any) -> str:
    phrasing, arguments = PHRASES[element.name][1], _arguments(element, compiler, kw)
    often = _used_often(phrasing, arguments)
    if not often:
        return f"({_filled_in(phrasing, arguments, compiler)})"
    once = ", ".join(f"{arguments[number]} AS a{number}" for number in often)
    inside = [f"_s.a{number}" if number in often else argument for number, argument in enumerate(arguments)]
    # OFFSET keeps the planner from putting the argument back in several times.
    return f"(SELECT {_filled_in(phrasing, inside, compiler)} FROM (SELECT {once} OFFSET 0) AS _s)"


@compiles(Phrase, "sqlite")
def _on_sqlite(element: Phrase, compiler: SQLCompiler, **kw: Any) -> str:
    # SQLite's parser has a stack of 100 entries, some six nested functions. So what nests deeper, and what is used more
    # than once, is computed in steps: one WITH clause at the outermost phrase, each step using those before it.
    steps: list[str] | None = kw.get("expression_steps")
    if steps is not None:
        return _in_steps(element, compiler, kw, steps)
    steps = []
    phrase = _in_steps(element, compiler, {**kw, "expression_steps": steps}, steps)
    if not steps:
        return phrase
    clause = ", ".join(f"_s{number}(v) AS (SELECT {step})" for number, step in enumerate(steps))
    return f"(WITH {clause} SELECT {phrase})"


def _in_steps(element: Phrase, compiler: SQLCompiler, kw: dict[str, Any], steps: list[str]) -> str:
    phrasing, arguments = PHRASES[element.name][0], _arguments(element, compiler, kw)
    often = _used_often(phrasing, arguments)
    sources: list[str] = []
    for number, argument in enumerate(arguments):
        if number in often or _nesting(argument) > _DEEP:
            sources.append(f"_s{len(steps)}")
            arguments[number] = f"{sources[-1]}.v"
            steps.append(argument)
    phrase = _filled_in(phrasing, arguments, compiler)
    # Each step is read once and has no FROM of its own: otherwise SQLite would write it out again and again.
    return f"(SELECT {phrase} FROM {', '.join(sources)})" if sources else f"({phrase})"


def _arguments(element: Phrase, compiler: SQLCompiler, kw: dict[str, Any]) -> list[str]:
    return [_argument(clause, compiler, kw) for clause in element.clauses]


def _argument(clause: Any, compiler: SQLCompiler, kw: dict[str, Any]) -> str:
    rendered = str(compiler.process(clause, **kw))
    return rendered if isinstance(clause, Function | BindParameter | ColumnClause) else f"({rendered})"


def _used_often(phrasing: Phrasing, arguments: Sequence[str]) -> list[int]:
    if not isinstance(phrasing, str):
        return []
    return [n for n, argument in enumerate(arguments) if len(argument) > _SHORT and phrasing.count(f"{{{n}}}") > 1]


def _filled_in(phrasing: Phrasing, arguments: Sequence[str], compiler: SQLCompiler) -> str:
    if not isinstance(phrasing, str):
        return phrasing(arguments)
    escaped: str = compiler.escape_literal_column(phrasing)  # type: ignore[no-untyped-call]
    return escaped.format(*arguments)


def _nesting(text: str) -> int:
    deepest = level = 0
    for sign in text:
        level += (sign == "(") - (sign == ")")
        deepest = max(deepest, level)
    return deepest
