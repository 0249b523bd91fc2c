"""The documentation tells of every function, and only of what is there."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path as FilePath
from typing import Any

import pytest
from sqlalchemy import ColumnElement, Connection, select

from kartoteka.metadata.expressions import FUNCTIONS, Node, Path, check, compile_sql, parse, unparse
from kartoteka.metadata.expressions.arithmetic import LARGEST_EXPONENT, as_text
from kartoteka.metadata.expressions.kinds import NOTHING
from kartoteka.metadata.expressions.parsing import DEEPEST, LONGEST, MOST_DIGITS, MOST_NODES, PLACES
from kartoteka.metadata.expressions.reference import main, renewed
from kartoteka.metadata.expressions.signatures import Function
from kartoteka.metadata.expressions.sql_phrases import PHRASES
from kartoteka.metadata.expressions.sql_values import constant
from kartoteka.metadata.expressions.tree import Literal, Name, rewritten
from kartoteka.platform.web.sentences.expressions import EXPRESSIONS
from tests.metadata.expressions.card import CONTEXT, DEALS, Deal, by_python, fill, relate, resolve, with_parts

PAGE = FilePath(__file__).parents[3] / "docs" / "expressions.md"


def test_the_page_is_current(tmp_path: FilePath) -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert renewed(text) == text
    stale = tmp_path / "page.md"
    stale.write_text(text.replace("| `ABS(", "| `OLD("), encoding="utf-8")
    main(stale)
    assert stale.read_text(encoding="utf-8") == text


def test_every_code_is_on_the_page() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert set(re.findall(r"`(expression\.\w+)`", text)) == set(EXPRESSIONS)


def test_the_limits_on_the_page_are_those_in_force() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for limit in (LONGEST, MOST_NODES, DEEPEST, MOST_DIGITS, PLACES, LARGEST_EXPONENT):
        assert re.search(rf"\b{limit:,} ", text), limit


def test_a_page_without_markers_is_refused() -> None:
    with pytest.raises(ValueError, match="markers"):
        renewed("# Formulas")


def test_the_examples_on_the_page_are_expressions() -> None:
    prose = PAGE.read_text(encoding="utf-8").partition("## Grammar")[0]
    lines = [line for block in re.findall(r"```\n(.*?)```", prose, re.DOTALL) for line in block.splitlines()]
    assert len(lines) > 5
    for line in lines:
        assert parse(unparse(parse(line))) == parse(line)


def test_enough_functions_and_each_described() -> None:
    assert len(FUNCTIONS) >= 80
    assert all(function.description.endswith(".") for function in FUNCTIONS.values())


def test_phrases_are_for_both_databases() -> None:
    assert all(sqlite and postgresql for sqlite, postgresql in PHRASES.values())


@pytest.mark.parametrize("function", FUNCTIONS.values(), ids=FUNCTIONS)
def test_the_example_gives_what_it_says(connection: Connection, function: Function) -> None:
    """In Python, and by the database: there every constant of the example is a column."""
    example, given = function.example
    assert check(parse(example), Deal()) != NOTHING
    expected = told(by_python(given, EXAMPLE))
    assert told(by_python(example, EXAMPLE)) == expected
    fill(connection, [EXAMPLE, *PARTS])
    node, constants = as_columns(parse(example))
    value = compile_sql(node, lambda path: constants.get(path, resolve(("tags",))), CONTEXT, relate=relate)
    assert told(connection.execute(select(value).where(DEALS.c.id == 0)).scalar_one()) == expected


_WON: dict[Path, Any] = {("parent",): 0, ("stage",): "won"}
EXAMPLE, *PARTS = with_parts(
    [
        {("tags",): ("vip", "north")},
        {**_WON, ("amount",): Decimal("250.25"), ("closing_date",): date(2026, 3, 31)},
        {**_WON, ("amount",): Decimal(50), ("closing_date",): date(2026, 1, 31)},
        {("parent",): 0, ("stage",): "lost", ("amount",): Decimal(50)},
    ]
)
"""The record that the examples are about, and three that are related to it."""


def told(value: Any) -> str:
    """Return a value as the language writes it, moments as the clock shows them."""
    if isinstance(value, datetime):
        value = value.astimezone(CONTEXT.now.tzinfo).replace(tzinfo=None)
    return as_text(bool(value) if isinstance(value, bool) else value)


def as_columns(node: Node) -> tuple[Node, dict[Path, ColumnElement[Any]]]:
    """Return the expression with a field in place of each constant, and the columns of these fields."""
    constants: dict[Path, ColumnElement[Any]] = {}

    def change(part: Node) -> Node:
        if not isinstance(part, Literal) or part.value is None:
            return part
        path = (f"constant{len(constants)}",)
        constants[path] = constant(part.value)
        return Name(path)

    return rewritten(node, change), constants
