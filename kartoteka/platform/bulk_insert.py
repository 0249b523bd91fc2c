"""Rows into one table as fast as the driver takes them: many by COPY on PostgreSQL, by executemany on SQLite.

A statement and what makes of values what the driver takes are worked out once for each set of columns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Insert, Table, insert, text
from sqlalchemy.exc import IntegrityError

from kartoteka.platform.columnwise import Column
from kartoteka.platform.kept import Kept

MOST_KEPT = 50
"""Statements that are kept with a table: each set of columns has its own."""


def take_ids(connection: Connection, table: Table, count: int) -> list[int]:
    """Return ids for so many new rows of a table with a serial id, in rising order; nobody else gets them."""
    if connection.dialect.name == "sqlite":
        # Nobody else writes meanwhile (BEGIN IMMEDIATE), and an inserted id moves SQLite's own counter on.
        last = text("SELECT seq FROM sqlite_sequence WHERE name = :name")
        known = connection.execute(last, {"name": table.name}).scalar_one_or_none() or 0
        return list(range(known + 1, known + 1 + count))
    name = connection.dialect.identifier_preparer.format_table(table)
    series = text("SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :count)")
    return sorted(connection.execute(series, {"name": name, "count": count}).scalars())


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A statement for some columns of a table, and how the driver is given their values."""

    sql: str
    order: Sequence[str] | None
    """The columns in the order of the statement's parameters; None where these have names."""
    binds: Mapping[str, Callable[[Any], Any] | None]
    """By column what makes of a value what the driver takes, None where it takes it as it is."""


def insert_one(connection: Connection, table: Table, row: Mapping[str, Any]) -> int:
    """Insert a row of Python values into a table with a serial id, and return the id. Raises IntegrityError."""
    prepared = _prepared(connection, table, tuple(row), returning=True)
    values = {name: value if (bind := prepared.binds[name]) is None else bind(value) for name, value in row.items()}
    parameters = values if prepared.order is None else tuple(values[name] for name in prepared.order)
    return int(connection.exec_driver_sql(prepared.sql, parameters).scalar_one())


def insert_many(
    connection: Connection,
    table: Table,
    columns: Mapping[str, Column],
    ready: frozenset[str] = frozenset(),
) -> None:
    """Insert rows given as columns of equal length (by far the fastest way to prepare them).

    Columns in `ready` hold what the driver takes, others Python values. Raises IntegrityError, as one insert does.
    """
    prepared = _prepared(connection, table, tuple(columns))
    values = {
        name: (column if name in ready or (bind := prepared.binds[name]) is None else column.map(bind)).values
        for name, column in columns.items()
    }
    if prepared.order is not None:
        rows = list(zip(*(values[name] for name in prepared.order), strict=True))
        if rows:
            connection.exec_driver_sql(prepared.sql, rows[0] if len(rows) == 1 else rows)
    else:
        _copy(connection, table, tuple(values), zip(*values.values(), strict=True))


def _prepared(connection: Connection, table: Table, names: tuple[str, ...], *, returning: bool = False) -> _Prepared:
    """Return what inserts these columns. It is kept with its table."""
    kept: Kept[_Prepared] = table.info.setdefault("inserts", Kept(MOST_KEPT))
    key = (connection.dialect.name, returning, names)
    found = kept.get(key)
    if found is None:
        statement: Insert = insert(table).returning(table.c.id) if returning else insert(table)
        compiled = statement.compile(dialect=connection.dialect, column_keys=list(names))
        found = _Prepared(str(compiled), compiled.positiontup, {name: _bind(connection, table, name) for name in names})
        kept.put(key, found)
    return found


def _bind(connection: Connection, table: Table, name: str) -> Callable[[Any], Any] | None:
    return table.c[name].type.dialect_impl(connection.dialect).bind_processor(connection.dialect)


def _copy(connection: Connection, table: Table, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    preparer = connection.dialect.identifier_preparer
    columns = ", ".join(preparer.quote(name) for name in names)
    statement = f"COPY {preparer.format_table(table)} ({columns}) FROM STDIN"
    driver: Any = connection.connection.driver_connection
    refusal = connection.dialect.loaded_dbapi.IntegrityError  # psycopg's; on SQLite it need not even be loaded
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
    except refusal as error:
        raise IntegrityError(statement, None, error) from error
