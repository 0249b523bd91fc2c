"""The database: connections with the transactions that both SQLite and PostgreSQL keep honestly."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from threading import Lock
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, Table, create_engine, event, make_url, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import OperationalError

STATEMENT_CACHE = 5000
"""Statements that SQLAlchemy keeps compiled: every entity and list has its own."""
BUSY_SECONDS = 15
"""How long a writer waits for another one on SQLite."""
TABLE_LOCK_SECONDS = 2
"""How long a publish waits for a table on PostgreSQL: everybody else waits behind it, so it had better try again."""
PUBLISH_LOCK = 0x6B61_7274
"""PostgreSQL's advisory lock: shared by writers, exclusive for a publisher."""


class Database:
    """Opens read and write transactions. Nothing below commits; leaving the block does."""

    def __init__(self, url: str, *, pool_size: int = 20) -> None:
        self.url = make_url(url)
        if self.url.drivername == "postgresql":
            self.url = self.url.set(drivername="postgresql+psycopg")
        self._turn: AbstractContextManager[Any] = Lock() if self.url.get_backend_name() == "sqlite" else nullcontext()
        """SQLite lets one writer in and leaves the others to chance; ours queue, and wake up at once."""
        self.engine = _engine(self.url.render_as_string(hide_password=False), pool_size)

    @property
    def is_sqlite(self) -> bool:
        """True on SQLite."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Open a transaction that sees one state of the database and changes nothing."""
        with self.engine.connect() as connection:
            options: dict[str, Any] = {"postgresql_readonly": True, "isolation_level": "REPEATABLE READ"}
            yield connection if self.is_sqlite else connection.execution_options(**options)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Open a transaction that writes records; a publish can't happen meanwhile."""
        with self._turn, self._begin() as connection:
            if not self.is_sqlite:
                connection.execute(text("SELECT pg_advisory_xact_lock_shared(:key)"), {"key": PUBLISH_LOCK})
            yield connection

    @contextmanager
    def publish(self) -> Iterator[Connection]:
        """Open a transaction that changes tables and configuration; no writer is under way meanwhile."""
        with self._turn, self._begin() as connection:
            if not self.is_sqlite:
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": PUBLISH_LOCK})
                connection.execute(text(f"SET LOCAL lock_timeout = '{TABLE_LOCK_SECONDS}s'"))
            yield connection

    @contextmanager
    def _begin(self) -> Iterator[Connection]:
        with self.engine.connect().execution_options(kartoteka_write=True) as connection, connection.begin():
            yield connection

    def close(self) -> None:
        """Close all pooled connections."""
        self.engine.dispose()


def is_lock_timeout(error: OperationalError) -> bool:
    """Tell whether a statement gave up waiting for a table."""
    return getattr(error.orig, "sqlstate", None) == "55P03"


def _engine(url: str, pool_size: int) -> Engine:
    options: dict[str, Any] = {
        "query_cache_size": STATEMENT_CACHE,
        "json_serializer": lambda value: msgspec.json.encode(value).decode(),
        "json_deserializer": msgspec.json.decode,
        "pool_size": pool_size,
        "max_overflow": pool_size,
    }
    if url.startswith("sqlite"):
        engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False}, **options)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    return create_engine(url, pool_pre_ping=True, **options)


def _prepare_sqlite(connection: Any, record: Any) -> None:
    """Take transactions into our own hands: the driver's handling would not roll back DDL."""
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "temp_store=MEMORY", "cache_size=-65536"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("kartoteka_write", False)
    driver: Any = connection.connection.driver_connection
    driver.execute("BEGIN IMMEDIATE" if writes else "BEGIN")


def insert_absent(connection: Connection, table: Table, row: dict[str, Any]) -> None:
    """Insert a row unless one of its key is there, whoever else does the same at this moment."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    connection.execute(dialect.insert(table).on_conflict_do_nothing(), row)
