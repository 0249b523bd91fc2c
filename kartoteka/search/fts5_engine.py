"""SQLite FTS5, the embedded engine for large data: a database file of its own, one table per entity.

It gets the same tokens as every engine, joined by spaces, and a tokenizer that only splits at spaces: that
of SQLite called "ascii" leaves letters beyond ASCII alone. Order is by what costs nothing even for a word that
stands in every record: hits in the title first, then the newest record first.
"""

import logging
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from itertools import groupby
from pathlib import Path
from typing import Final

from kartoteka.search.analyser import Analyser, Reader
from kartoteka.search.engine import (
    EVERYBODY,
    Document,
    Hit,
    Hits,
    IndexBusyError,
    IndexDamagedError,
    RecordKey,
    SearchQuery,
    batches,
    class_code,
    found_words,
    merged,
    stored_tokens,
)
from kartoteka.search.fts5_query import expression
from kartoteka.search.index_files import FORMAT
from kartoteka.search.similar import SURE_LETTERS, closest
from kartoteka.search.terms import Term

logger = logging.getLogger(__name__)

_BATCH: Final = 2_000
_BATCH_CHARACTERS: Final = 8_000_000
_HITS: Final = 64
_BUSY_SECONDS: Final = 10.0
_TITLE_CODE: Final = "^"
_GAP: Final = "="
_SCHEMA: Final = """
CREATE TABLE state (signature TEXT NOT NULL, position INTEGER NOT NULL);
CREATE TABLE entity (key TEXT PRIMARY KEY, number INTEGER NOT NULL UNIQUE);
"""
_ENTITY_SCHEMA: Final = (
    """CREATE VIRTUAL TABLE text_{0}
    USING fts5(forms, extras, columnsize=0, tokenize="ascii tokenchars '~=^'")""",
    "CREATE VIRTUAL TABLE words_{0} USING fts5vocab(text_{0}, 'row')",
)


class Fts5Engine:
    """An index in one SQLite file, in a folder of its own."""

    def __init__(self, folder: Path, analyser: Analyser) -> None:
        self._folder = folder
        self._file = folder / "search.sqlite"
        self._analyser = analyser
        self._signature = f"fts5:{FORMAT}:{analyser.signature}"
        self._writing = threading.Lock()

    def replace(self, documents: Iterable[Document]) -> None:
        """Take in records; see `Engine.replace`."""
        with self._writer() as database:
            position = 0
            reader = self._analyser.reader()
            for batch in batches(documents, _BATCH, _BATCH_CHARACTERS):
                position = max(position, *(document.sequence for document in batch))
                with _transaction(database):
                    for entity, group in groupby(sorted(batch, key=_entity_of), key=_entity_of):
                        _write(database, _table(database, entity), group, reader)
            _move(database, position)

    def remove(self, keys: Iterable[RecordKey], sequence: int = 0) -> None:
        """Forget records; see `Engine.remove`."""
        with self._writer() as database, _transaction(database):
            tables = _tables(database)
            for key in keys:
                if key.entity in tables:
                    database.execute(f"DELETE FROM {tables[key.entity]} WHERE rowid = ?", (key.record_id,))  # noqa: S608
            _move(database, sequence)

    def drop(self, entity: str) -> None:
        """Take an entity's table away; see `Engine.drop`."""
        with self._writer() as database, _transaction(database):
            table = _tables(database).get(entity)
            if table:
                for name in (_words_of(table), table):
                    database.execute(f"DROP TABLE {name}")
                database.execute("DELETE FROM entity WHERE key = ?", (entity,))

    def search(self, query: SearchQuery) -> Hits:
        """The records that match; see `Engine.search`."""
        database = self._opened() if query.terms else None
        if database is None:
            return
        with ExitStack() as opened:
            opened.enter_context(closing(database))
            tables = self._tables_to_read(database)
            found = [
                opened.enter_context(closing(_hits(database, tables[entity], entity, classes, query.terms)))
                for entity, classes in query.scopes()
                if entity in tables
            ]
            yield from merged(found, query)

    def similar(self, query: SearchQuery, limit: int = 20) -> Iterator[str]:
        """Words like the one asked for; see `Engine.similar`."""
        word = query.terms[0].word if len(query.terms) == 1 else ""
        if word and self._position() is not None:
            try:
                with closing(self._connect()) as database:
                    near = closest(word, _vocabulary(database, query, word[:SURE_LETTERS]), limit)
            except sqlite3.DatabaseError as error:
                raise IndexDamagedError from error
            yield from found_words(self.search, query, near)

    def position(self) -> int:
        """How far the jobs were taken in; see `Engine.position`."""
        return self._position() or 0

    def clear(self) -> None:
        """Start anew; see `Engine.clear`."""
        with self._writing:
            self._start_anew()

    def healthy(self) -> bool:
        """Check the file's pages, then each index against its texts; see `Engine.healthy`."""
        if self._position() is None:
            return not (self._folder.exists() and any(self._folder.iterdir()))
        try:
            with closing(self._connect()) as database:
                for table in _tables(database).values():
                    database.execute(f"INSERT INTO {table}({table}) VALUES ('integrity-check')")  # noqa: S608
                return bool(database.execute("PRAGMA quick_check(1)").fetchone() == ("ok",))
        except sqlite3.DatabaseError as error:
            logger.warning("search index is damaged: %r", error)
            return False

    def close(self) -> None:
        """Nothing is held open between calls."""

    def _position(self) -> int | None:
        """The position, or None if there is no index that this engine can use."""
        database = self._opened()
        if database is None:
            return None
        with closing(database):
            return int(database.execute("SELECT position FROM state").fetchone()[0])

    def _opened(self) -> sqlite3.Connection | None:
        """The index's database, or None if there is none that this engine can use."""
        if not self._file.exists():
            return None
        database = self._connect()
        try:
            row = database.execute("SELECT signature FROM state").fetchone()
        except sqlite3.DatabaseError:
            row = None
        if row and row[0] == self._signature:
            return database
        database.close()
        return None

    def _connect(self) -> sqlite3.Connection:
        # A question may be read to its end by another thread than the one that asked, never by two at once.
        return sqlite3.connect(self._file, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)

    @contextmanager
    def _writer(self) -> Iterator[sqlite3.Connection]:
        with self._writing:
            if self._position() is None:
                self._start_anew()
            try:
                with closing(self._connect()) as database:
                    database.execute("PRAGMA synchronous = NORMAL")
                    yield database
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
                    raise IndexBusyError from error
                raise
            except sqlite3.DatabaseError as error:
                raise IndexDamagedError from error

    def _start_anew(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        for file in self._folder.iterdir():
            file.unlink()
        with closing(self._connect()) as database:
            database.execute("PRAGMA journal_mode = WAL")
            database.executescript(_SCHEMA)
            database.execute("INSERT INTO state VALUES (?, 0)", (self._signature,))

    def _tables_to_read(self, database: sqlite3.Connection) -> dict[str, str]:
        try:
            return _tables(database)
        except sqlite3.DatabaseError as error:
            raise IndexDamagedError from error


def _entity_of(document: Document) -> str:
    return document.entity


def _tables(database: sqlite3.Connection) -> dict[str, str]:
    return {key: f"text_{number}" for key, number in database.execute("SELECT key, number FROM entity")}


def _words_of(table: str) -> str:
    return table.replace("text_", "words_")


def _table(database: sqlite3.Connection, entity: str) -> str:
    """The table of an entity, made if there is none."""
    tables = _tables(database)
    if entity not in tables:
        (number,) = database.execute("SELECT coalesce(max(number), 0) + 1 FROM entity").fetchone()
        for statement in _ENTITY_SCHEMA:
            database.execute(statement.format(number))
        database.execute("INSERT INTO entity VALUES (?, ?)", (entity, number))
        return f"text_{number}"
    return tables[entity]


def _write(database: sqlite3.Connection, table: str, documents: Iterable[Document], reader: Reader) -> None:
    rows = [(document.record_id, *_columns(document, reader)) for document in documents]
    database.executemany(f"DELETE FROM {table} WHERE rowid = ?", [row[:1] for row in rows])  # noqa: S608
    database.executemany(f"INSERT INTO {table}(rowid, forms, extras) VALUES (?, ?, ?)", rows)  # noqa: S608


def _columns(document: Document, reader: Reader) -> tuple[str, str]:
    """The forms in order, with a token for each gap, and the extras, each once. Title tokens twice."""
    forms: list[str] = []
    titles: list[str] = []
    extras: dict[str, None] = {}
    expected = 0
    for token in stored_tokens(document, reader):
        in_title = _TITLE_CODE + token.text[1:] if token.title else ""
        if token.extra:
            extras |= dict.fromkeys((token.text, in_title) if in_title else (token.text,))
            continue
        if token.position > expected:
            forms.append(_GAP)
        forms.append(token.text)
        expected = token.position + 1
        if in_title:
            titles.append(in_title)
    return " ".join([*forms, _GAP, *titles]), " ".join(extras)


@contextmanager
def _transaction(database: sqlite3.Connection) -> Iterator[None]:
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        if database.in_transaction:
            database.execute("ROLLBACK")
        raise
    database.execute("COMMIT")


def _move(database: sqlite3.Connection, position: int) -> None:
    database.execute("UPDATE state SET position = max(position, ?)", (position,))


def _hits(
    database: sqlite3.Connection, table: str, entity: str, classes: tuple[str, ...], terms: tuple[Term, ...]
) -> Hits:
    """The hits in one entity, read from SQLite as they are asked for."""
    codes = [class_code(visibility) for visibility in classes]
    everywhere = expression(terms, codes)
    tiers = [(1.0, everywhere)]
    if EVERYBODY in classes:
        in_title = expression(terms, [_TITLE_CODE])
        tiers = [(2.0, in_title), (1.0, f"({everywhere}) NOT ({in_title})")]
    try:
        for score, asked in tiers:
            rows = database.execute(
                f"SELECT rowid FROM {table} WHERE {table} MATCH ? ORDER BY rowid DESC",  # noqa: S608
                (asked,),
            )
            while batch := [record_id for (record_id,) in rows.fetchmany(_HITS)]:
                for record_id in batch:
                    yield Hit(entity, record_id, score)
    except sqlite3.DatabaseError as error:
        raise IndexDamagedError(entity) from error


def _vocabulary(database: sqlite3.Connection, query: SearchQuery, start: str) -> Iterator[str]:
    tables = _tables(database)
    for entity, classes in query.scopes():
        if entity not in tables:
            continue
        words = _words_of(tables[entity])
        for code in map(class_code, classes):
            first = code + start
            found = database.execute(
                f"SELECT term FROM {words} WHERE term >= ? AND term < ?",  # noqa: S608
                (first, first + chr(0x10FFFF)),
            )
            yield from (term.removeprefix(code) for (term,) in found)
