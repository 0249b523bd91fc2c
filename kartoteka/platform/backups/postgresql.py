"""PostgreSQL: every table by COPY out of one snapshot, and back in one transaction. No pg_dump is needed.

Each table is copied in a short transaction of its own that shares the snapshot: a publish that changes one waits for
that table only, never for the whole backup. The archive holds no SQL: tables are described as data.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import msgspec
import psycopg
from psycopg import sql
from sqlalchemy import Connection

from kartoteka.metadata.problems import Problem, Refused
from kartoteka.platform import tables
from kartoteka.platform.backups.archive import CHUNK, SCHEMA, Archive, ArchiveWriter
from kartoteka.platform.backups.manifest import TableCount
from kartoteka.platform.database import Database

Driver = psycopg.Connection[tuple[Any, ...]]
EMPTIED: Final = frozenset({tables.session.name, tables.throttle.name})
"""Tables whose rows must not come back."""
_OURS: Final = r"^(kt|e)_[a-z0-9_]{1,60}$"
_TYPE: Final = re.compile(r"[a-z][a-z ]*(\(\d+(,\d+)?\))?[a-z ]*(\[\])?")
_COLLATION: Final = re.compile(r"[\w.-]*")
_CONSTRAINT: Final = re.compile(r'CONSTRAINT [\w"]+ (PRIMARY KEY|UNIQUE) \([\w", ]+\)')
_INDEX: Final = re.compile(
    r'CREATE (UNIQUE )?INDEX [\w"]+ ON [\w"]+ USING [a-z]+ \([\w", .:()#]+\)( INCLUDE \([\w", ]+\))?'
    r'( WHERE [\w", .:()#=<>]+)?'
)


class Counter(msgspec.Struct, frozen=True):
    """The serial of a column: its last value, and whether that was given out already."""

    last: int
    used: bool


class ColumnNote(msgspec.Struct, frozen=True):
    """A column as it is to be made again."""

    name: str
    type: str
    collation: str = ""
    required: bool = False
    counter: Counter | None = None


class TableNote(msgspec.Struct, frozen=True):
    """A table as it is to be made again."""

    name: str
    columns: tuple[ColumnNote, ...]
    keys: tuple[str, ...]
    constraints: tuple[str, ...]
    indexes: tuple[str, ...]


@contextmanager
def snapshot(database: Database) -> Iterator[tuple[Connection, str]]:
    """Hold one state of the database; gives a connection that sees it, and the name by which others see it too."""
    with database.read() as connection:
        name = connection.exec_driver_sql("SELECT pg_export_snapshot()").scalar_one()
        yield connection, str(name)


def take(database: Database, connection: Connection, name: str, writer: ArchiveWriter) -> dict[str, TableCount]:
    """Write all tables of a snapshot into an archive; returns what they hold."""
    notes = describe(driver_of(connection))
    writer.add(SCHEMA, [msgspec.json.encode(notes)])
    counts = {}
    with psycopg.connect(_address(database)) as reader:
        reader.isolation_level, reader.read_only = psycopg.IsolationLevel.REPEATABLE_READ, True
        for note in notes:
            with reader.transaction():
                reader.execute(sql.SQL("SET TRANSACTION SNAPSHOT {}").format(sql.Literal(name)))
                lines = Lines(_rows(reader, note) if note.name not in EMPTIED else ())
                digest, _ = writer.add(f"tables/{note.name}.copy", lines)
            counts[note.name] = TableCount(lines.count, digest)
    return counts


def _address(database: Database) -> str:
    return database.url.set(drivername="postgresql").render_as_string(hide_password=False)


def driver_of(connection: Connection) -> Driver:
    """Return psycopg's connection."""
    found = connection.connection.driver_connection
    assert isinstance(found, psycopg.Connection)
    return found


class Lines:
    """Chunks of COPY's text, gathered, and how many rows they were: a row is a line."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks, self.count = chunks, 0

    def __iter__(self) -> Iterator[bytes]:
        gathered = bytearray()
        for chunk in self._chunks:
            self.count += bytes(chunk).count(b"\n")
            gathered += chunk
            if len(gathered) >= CHUNK:
                yield bytes(gathered)
                gathered.clear()
        if gathered:
            yield bytes(gathered)


def _rows(driver: Driver, note: TableNote) -> Iterator[bytes]:
    """Yield the rows in the order of their keys, written alike whatever the session's settings are."""
    for setting in ("TimeZone = 'UTC'", "DateStyle = 'ISO'", "bytea_output = 'hex'", "extra_float_digits = 1"):
        driver.execute(f"SET LOCAL {setting}".encode())
    query = sql.SQL("COPY (SELECT {} FROM {} ORDER BY {}) TO STDOUT (ENCODING 'UTF8')").format(
        _names(column.name for column in note.columns), sql.Identifier(note.name), _names(note.keys)
    )
    with driver.cursor() as cursor, cursor.copy(query) as copy:
        for data in copy:
            yield bytes(data)


def _names(names: Iterable[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, names))


# --- what tables there are --------------------------------------------------------------------------------

_TABLES = """
SELECT c.oid, c.relname FROM pg_class c
WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND c.relname ~ %s ORDER BY c.relname
"""
_COLUMNS = """
SELECT a.attname, format_type(a.atttypid, a.atttypmod), CASE WHEN a.attcollation <> t.typcollation THEN l.collname END,
       a.attnotnull, pg_get_serial_sequence(quote_ident(c.relname), a.attname)
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_collation l ON l.oid = a.attcollation
WHERE a.attrelid = %s AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
"""
_KEYS = """
SELECT a.attname FROM pg_index i JOIN unnest(i.indkey) WITH ORDINALITY AS k(attnum, place) ON true
JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
WHERE i.indrelid = %s AND i.indisprimary ORDER BY k.place
"""
_CONSTRAINTS = """
SELECT format('CONSTRAINT %%I %%s', conname, pg_get_constraintdef(oid)) FROM pg_constraint
WHERE conrelid = %s AND contype IN ('p', 'u') ORDER BY conname
"""
_INDEXES = """
SELECT pg_get_indexdef(i.indexrelid, 0, true) FROM pg_index i WHERE i.indrelid = %s AND i.indisvalid
AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid) ORDER BY 1
"""


def describe(driver: Driver) -> list[TableNote]:
    """Return our tables, as the driver's transaction sees them."""
    return [_table(driver, oid, name) for oid, name in driver.execute(_TABLES, (_OURS,)).fetchall()]


def _table(driver: Driver, oid: int, name: str) -> TableNote:
    def texts(query: str) -> tuple[str, ...]:
        return tuple(str(row[0]) for row in driver.execute(query.encode(), (oid,)).fetchall())

    rows = driver.execute(_COLUMNS, (oid,)).fetchall()
    columns = tuple(ColumnNote(row[0], row[1], row[2] or "", row[3], _counter(driver, row[4])) for row in rows)
    return TableNote(name, columns, texts(_KEYS), texts(_CONSTRAINTS), texts(_INDEXES))


def _counter(driver: Driver, sequence: str | None) -> Counter | None:
    if sequence is None:
        return None
    row = driver.execute(f"SELECT last_value, is_called FROM {sequence}".encode()).fetchone()  # noqa: S608 - quoted
    return Counter(*row) if row else None


# --- putting them back ------------------------------------------------------------------------------------


def remove_all(driver: Driver) -> None:
    """Drop all of our tables."""
    for _, name in driver.execute(_TABLES, (_OURS,)).fetchall():
        driver.execute(sql.SQL("DROP TABLE {}").format(sql.Identifier(name)))


def put_in(driver: Driver, archive: Archive) -> None:
    """Make the archive's tables in the driver's transaction and fill them. Raises Refused where they differ."""
    for note in notes_of(archive):
        _make(driver, note)
        with driver.cursor() as cursor, cursor.copy(_copy_in(note)) as copy:
            for chunk in archive.read(f"tables/{note.name}.copy"):
                copy.write(chunk)
        _complete(driver, note)
        if count_table(driver, note) != archive.manifest.tables[note.name]:
            raise Refused([Problem("backup.damaged", {"name": note.name})])


def notes_of(archive: Archive) -> Sequence[TableNote]:
    """Return the tables of an archive. Raises Refused where they are none that we make."""
    try:
        notes = msgspec.json.decode(b"".join(archive.read(SCHEMA)), type=list[TableNote])
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise Refused([Problem("backup.damaged", {"name": SCHEMA})]) from error
    names = [note.name for note in notes]
    if sorted(names) != sorted(archive.manifest.tables) or not all(_is_ours(note) for note in notes):
        raise Refused([Problem("backup.damaged", {"name": SCHEMA})])
    return notes


def _is_ours(note: TableNote) -> bool:
    """Whoever forged an archive may say what he likes about rows, but runs no SQL here."""
    return (
        bool(re.match(_OURS, note.name))
        and all(_TYPE.fullmatch(c.type) and _COLLATION.fullmatch(c.collation) for c in note.columns)
        and all(_CONSTRAINT.fullmatch(text) for text in note.constraints)
        and all(_INDEX.fullmatch(text) for text in note.indexes)
    )


def _make(driver: Driver, note: TableNote) -> None:
    columns = sql.SQL(", ").join(_column(each) for each in note.columns)
    driver.execute(sql.SQL("CREATE TABLE {} ({})").format(sql.Identifier(note.name), columns))


def _column(column: ColumnNote) -> sql.Composed:
    serial = {"bigint": "bigserial", "integer": "serial"}.get(column.type) if column.counter else None
    parts: list[sql.Composable] = [sql.Identifier(column.name), sql.SQL(serial or column.type)]
    if column.collation:
        parts += [sql.SQL("COLLATE"), sql.Identifier(column.collation)]
    if column.required:
        parts.append(sql.SQL("NOT NULL"))
    return sql.SQL(" ").join(parts)


def _copy_in(note: TableNote) -> sql.Composed:
    names = _names(column.name for column in note.columns)
    return sql.SQL("COPY {} ({}) FROM STDIN (ENCODING 'UTF8')").format(sql.Identifier(note.name), names)


def _complete(driver: Driver, note: TableNote) -> None:
    """Make what is faster made over rows that are there: keys and indexes; then let serials go on where they were."""
    table = sql.Identifier(note.name)
    for text in note.constraints:
        driver.execute(sql.SQL("ALTER TABLE {} ADD {}").format(table, sql.SQL(text)))
    for text in note.indexes:
        driver.execute(text.encode())
    for column in note.columns:
        if column.counter:
            counter = (sql.Identifier(note.name).as_string(driver), column.name)
            moved = "SELECT setval(pg_get_serial_sequence(%s, %s), %s, %s)"
            driver.execute(moved, (*counter, column.counter.last, column.counter.used))
    driver.execute(sql.SQL("ANALYZE {}").format(table))


def count_table(driver: Driver, note: TableNote) -> TableCount:
    """Return rows and digest of a table as it is now."""
    digest, lines = hashlib.sha256(), Lines(_rows(driver, note))
    for chunk in lines:
        digest.update(chunk)
    return TableCount(lines.count, digest.hexdigest())
