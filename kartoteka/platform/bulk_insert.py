"""Many rows into one table as fast as the driver takes them: COPY on PostgreSQL, a driver's executemany on SQLite."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, insert, text
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


def insert_many(
    connection: Connection,
    table: Table,
    columns: Mapping[str, Column],
    ready: frozenset[str] = frozenset(),
) -> None:
    """Insert rows given as columns of equal length (by far the fastest way to prepare them).

    Columns in `ready` hold what the driver takes, others Python values. Raises IntegrityError, as one insert does.
    """
    prepared = {
        name: (column if name in ready else _prepared(connection, table, name, column)).values
        for name, column in columns.items()
    }
    if connection.dialect.name == "sqlite":
        sql, order = _insert(connection, table, tuple(prepared))
        rows = list(zip(*(prepared[name] for name in order), strict=True))
        if rows:
            connection.exec_driver_sql(sql, rows[0] if len(rows) == 1 else rows)
    else:
        _copy(connection, table, tuple(prepared), zip(*prepared.values(), strict=True))


def _insert(connection: Connection, table: Table, names: tuple[str, ...]) -> tuple[str, Sequence[str]]:
    """Return the statement that inserts these columns, and their order in it. It is kept with its table."""
    kept: Kept[tuple[str, Sequence[str]]] = table.info.setdefault("inserts", Kept(MOST_KEPT))
    found = kept.get(names)
    if found is None:
        compiled = insert(table).compile(dialect=connection.dialect, column_keys=list(names))
        found = str(compiled), compiled.positiontup or ()
        kept.put(names, found)
    return found


def _prepared(connection: Connection, table: Table, name: str, column: Column) -> Column:
    """Return the values as the driver takes them."""
    implementation = table.c[name].type.dialect_impl(connection.dialect)
    process = implementation.bind_processor(connection.dialect)
    return column if process is None else column.map(process)


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
