"""Whatever the expression and the values: one answer in Python, SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from kartoteka.metadata.expressions import Node, Path, check, parse, unparse
from kartoteka.metadata.expressions.kinds import BOOLEAN, DATE, DATETIME, NUMBER, TEXT
from tests.metadata.expressions.card import Deal, by_python, by_sql, chosen, fill, same, with_parts
from tests.metadata.expressions.generated import expressions, records

ANY_KIND = st.sampled_from([NUMBER, TEXT, BOOLEAN, BOOLEAN, DATE, DATETIME]).flatmap(expressions)
SLOW = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)


def agree(found: Any, expected: Any) -> bool:
    """As `same`, to the 15 digits of SQLite less what a subtraction eats."""
    if isinstance(expected, Decimal) and isinstance(found, Decimal):
        return abs(found - expected) <= max(abs(expected), Decimal(1)) * Decimal("1e-6")
    return same(found, expected)


@given(ANY_KIND)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_is_printed_parses_to_the_same(node: Node) -> None:
    text = unparse(node)
    assert parse(text) == node
    check(parse(text), Deal())


@given(ANY_KIND, st.lists(records(), min_size=1, max_size=3))
@SLOW
def test_values_agree(connection: Connection, node: Node, rows: list[Mapping[Path, Any]]) -> None:
    text = unparse(node)
    fill(connection, rows)
    expected = [by_python(text, row) for row in with_parts(rows)]
    found = by_sql(connection, text)
    assert all(map(agree, found, expected)), (text, found, expected)


@given(expressions(BOOLEAN), st.lists(records(), min_size=1, max_size=3))
@SLOW
def test_conditions_agree(connection: Connection, node: Node, rows: list[Mapping[Path, Any]]) -> None:
    text = unparse(node)
    fill(connection, rows)
    expected = [number for number, row in enumerate(with_parts(rows)) if by_python(text, row)]
    assert chosen(connection, text) == expected, text
