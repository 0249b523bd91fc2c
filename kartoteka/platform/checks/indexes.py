"""PostgreSQL's tables and indexes, page by page, by its extension amcheck; SQLite looks at its own by itself."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from kartoteka.platform.checks.findings import Finding, judged
from kartoteka.platform.runtime import Runtime

MOST_NAMED = 20
_HOME: Final = """
SELECT quote_ident(n.nspname) FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
WHERE e.extname = 'amcheck'
"""
_AVAILABLE: Final = "SELECT 1 FROM pg_available_extensions WHERE name = 'amcheck'"
_ALLOWED: Final = "SELECT has_function_privilege(:name, 'execute')"
_INDEXES: Final = """
SELECT i.indexrelid, quote_ident(c.relname) FROM pg_index i
JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am a ON a.oid = c.relam
WHERE c.relnamespace = current_schema()::regnamespace AND a.amname = 'btree' AND c.relkind = 'i' AND i.indisvalid
ORDER BY c.relname
"""
_TABLES: Final = """
SELECT oid, relname FROM pg_class
WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' ORDER BY relname
"""


def check_pages(runtime: Runtime) -> Iterator[Finding]:
    """Read every table and index whole; say so where the extension that can do that is not there or not allowed."""
    if runtime.database.is_sqlite:
        return
    with runtime.database.read() as connection:
        home = connection.execute(text(_HOME)).scalar()
        if home is None:
            if connection.execute(text(_AVAILABLE)).scalar():
                yield Finding("amcheck_absent", "note")
            else:
                yield Finding("amcheck_unknown", "note")
            return
        functions = [f"{home}.bt_index_check(regclass,boolean)", *_of_tables(connection, home)]
        refused = [each for each in functions if not connection.execute(text(_ALLOWED), {"name": each}).scalar()]
        if refused:
            yield Finding("amcheck_refused", "note", {"names": refused})
            return
        indexes = dict(_damaged_indexes(connection, home))
        tables = list(_damaged_tables(connection, home)) if len(functions) > 1 else []
    params = {"names": list(indexes)[:MOST_NAMED], "details": [*indexes.values()][:MOST_NAMED]}
    repair = partial(_reindex, tuple(indexes))
    yield judged(bool(indexes), "index_pages", "index_pages_damaged", params, repair)
    if tables:
        yield Finding("table_pages_damaged", "wrong", {"details": tables[:MOST_NAMED]})


def _of_tables(connection: Connection, home: str) -> list[str]:
    """Return the function that looks at tables, which PostgreSQL has from version 14."""
    name = f"{home}.verify_heapam(regclass,boolean,boolean,text,bigint,bigint)"
    return [name] if connection.execute(text("SELECT to_regprocedure(:name)"), {"name": name}).scalar() else []


def _damaged_indexes(connection: Connection, home: str) -> Iterator[tuple[str, str]]:
    check = text(f"SELECT {home}.bt_index_check(CAST(:oid AS oid), true)")
    for oid, name in connection.execute(text(_INDEXES)).all():
        try:
            with connection.begin_nested():
                connection.execute(check, {"oid": oid})
        except DBAPIError as error:
            yield name, _said(error)


def _damaged_tables(connection: Connection, home: str) -> Iterator[str]:
    check = text(f"SELECT blkno, msg FROM {home}.verify_heapam(CAST(:oid AS oid)) LIMIT 1")  # noqa: S608 - a quoted name
    for oid, name in connection.execute(text(_TABLES)).all():
        try:
            with connection.begin_nested():
                yield from (f"{name}, block {block}: {said}" for block, said in connection.execute(check, {"oid": oid}))
        except DBAPIError as error:
            yield f"{name}: {_said(error)}"


def _said(error: DBAPIError) -> str:
    return str(error.orig).partition("\n")[0][:200]


def _reindex(names: tuple[str, ...], runtime: Runtime) -> None:
    for name in names:
        with runtime.database.publish() as connection:
            connection.execute(text(f"REINDEX INDEX {name}"))
