"""Simple conditions stay so simple that the database can use an index, and values are always bound."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, Dialect, create_engine, make_url, select

from kartoteka.metadata.expressions import Context, compile_condition, compile_sql, parse
from tests.metadata.expressions.card import CONTEXT, DEALS, folded, resolve

SQLITE = make_url("sqlite://").get_dialect()()
POSTGRESQL = make_url("postgresql+psycopg://").get_dialect()()


def condition(text: str) -> str:
    """Return the condition as PostgreSQL gets it, without the types of the parameters."""
    compiled = compile_condition(parse(text), resolve, CONTEXT, folded).compile(dialect=POSTGRESQL)
    return re.sub(r'\)s::[A-Z]+( WITHOUT TIME ZONE| COLLATE "C")?', ")s", str(compiled)).replace(f"{DEALS.name}.", "")


@pytest.mark.parametrize(
    ("text", "sql"),
    [
        ('stage = "won"', "stage = %(stage_1)s"),
        ("closing_date < TODAY() + 7", "closing_date < %(closing_date_1)s"),
        ("created_at >= TODAY()", "created_at >= %(created_at_1)s"),
        ("amount > 1000 AND owner = ME()", "amount > %(amount_1)s AND owner = %(owner_1)s"),
        ('stage IN ("a", "b")', "stage IN (__[POSTCOMPILE_stage_1])"),
        ("active", "active"),
        ("parent = NULL", "parent IS NULL"),
        ('name CONTAINS "50%"', "name_folded LIKE %(name_folded_1)s ESCAPE '/'"),
        ("NOT active", "NOT (coalesce(active, false))"),
        ("1 = 2 OR active", "active"),
    ],
)
def test_conditions(text: str, sql: str) -> None:
    assert condition(text) == sql


@pytest.mark.parametrize(
    "text",
    ['stage = "won"', "pieces = 7", "amount > 5000", "closing_date = TODAY()", "owner = ME() AND active"],
)
def test_sqlite_searches_the_index(text: str) -> None:
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        DEALS.create(connection)
        for name in ("stage", "pieces", "amount", "closing_date", "owner"):
            connection.exec_driver_sql(f"CREATE INDEX by_{name} ON {DEALS.name} ({name})")
        assert "SEARCH" in _plan(connection, text)
        assert "SCAN" in _plan(connection, f"NOT ({text})")


def _plan(connection: Connection, text: str) -> str:
    statement = select(DEALS.c.id).where(compile_condition(parse(text), resolve, CONTEXT, folded))
    sql = str(statement.compile(connection, compile_kwargs={"literal_binds": True}))
    return " ".join(str(row[3]) for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}"))


@pytest.mark.parametrize("dialect", [SQLITE, POSTGRESQL])
def test_nothing_of_the_text_gets_into_the_statement(dialect: Dialect) -> None:
    hostile = "x'); DROP TABLE users; --%s :p {0}"
    for text in (
        f'name = "{hostile}"',
        f'name & "{hostile}"',
        f'name CONTAINS "{hostile}"',
        f'REPLACE(name, "{hostile}", city)',
    ):
        sql = str(compile_sql(parse(text), resolve, CONTEXT, folded).compile(dialect=dialect))
        assert "DROP" not in sql


def test_deep_nesting_grows_only_in_proportion() -> None:
    sizes = []
    for depth in (10, 20, 40):
        text = "MOD(" * depth + "amount / 7" + ", 3.5)" * depth
        value = compile_sql(parse(text), resolve, CONTEXT)
        sizes.append([len(str(value.compile(dialect=d))) for d in (SQLITE, POSTGRESQL)])
    for small, large in zip(sizes[0], sizes[2], strict=True):
        assert large < 5 * small


def test_a_context_knows_its_clock() -> None:
    with pytest.raises(ValueError, match="aware"):
        Context(CONTEXT.today, datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None))
