"""SQLite: VACUUM INTO takes one state of the database while others write; its own backup puts one in, or nothing.

VACUUM INTO rather than a copy of the pages: what was purged or erased lies in free pages still, and must not travel.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

import msgspec
from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import NullPool

from kartoteka.metadata.problems import Problem, Refused
from kartoteka.platform import tables
from kartoteka.platform.backups.archive import CHUNK, DATABASE
from kartoteka.platform.backups.manifest import TableCount
from kartoteka.platform.database import BUSY_SECONDS, Database


def file_of(database: Database) -> Path:
    """Return where the database lies."""
    return Path(str(database.url.database))


def take(database: Database, copy: Path) -> None:
    """Write one state of the database into a new file, without what must not come back: sessions."""
    with closing(sqlite3.connect(file_of(database), timeout=BUSY_SECONDS)) as live:
        live.execute("VACUUM INTO ?", (str(copy),))
    with closing(sqlite3.connect(copy, isolation_level=None)) as taken:
        taken.execute("PRAGMA secure_delete = ON")
        for table in (tables.session, tables.throttle):
            taken.execute(f"DELETE FROM {table.name}")  # noqa: S608 - names of ours


def count_tables(file: Path) -> dict[str, TableCount]:
    """Return rows and digest of every table."""
    with closing(sqlite3.connect(file)) as database:
        database.text_factory = bytes
        names = database.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
        return {name.decode(): _count(database, name.decode()) for (name,) in names if not name.startswith(b"sqlite_")}


def _count(database: sqlite3.Connection, table: str) -> TableCount:
    keys = [f'"{row[1].decode()}"' for row in database.execute(f'PRAGMA table_info("{table}")') if row[5]]
    encode, digest, rows = msgspec.msgpack.Encoder().encode, hashlib.sha256(), 0
    for row in database.execute(f'SELECT * FROM "{table}" ORDER BY {", ".join(keys) or "rowid"}'):  # noqa: S608
        digest.update(encode(row))
        rows += 1
    return TableCount(rows, digest.hexdigest())


def refuse_if_damaged(file: Path, expected: Mapping[str, TableCount]) -> None:
    """Raise Refused where the file is no sound database, or holds other rows than were counted."""
    try:
        with closing(sqlite3.connect(file)) as database:
            database.execute("PRAGMA trusted_schema = OFF")
            sound = database.execute("PRAGMA integrity_check(1)").fetchone() == ("ok",)
        same = sound and count_tables(file) == dict(expected)
    except sqlite3.DatabaseError:
        same = False
    if not same:
        raise Refused([Problem("backup.damaged", {"name": DATABASE})])


@contextmanager
def opened(file: Path) -> Iterator[Connection]:
    """Give a connection to a copy that nobody else has open, in a transaction."""
    engine = create_engine(f"sqlite:///{file}", poolclass=NullPool)
    with engine.connect() as connection, connection.begin():
        yield connection


def put_in(copy: Path, database: Database) -> None:
    """Put a copy in the database's place, as one transaction: whoever reads sees the old state or the new one."""
    with (
        closing(sqlite3.connect(copy)) as source,
        closing(sqlite3.connect(file_of(database), timeout=BUSY_SECONDS)) as live,
    ):
        source.backup(live)


def chunks_of(file: Path) -> Iterator[bytes]:
    """Yield a file's content."""
    with file.open("rb") as source:
        while chunk := source.read(CHUNK):
            yield chunk
