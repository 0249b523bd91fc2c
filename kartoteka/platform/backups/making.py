"""Making a backup: database and files of one moment, while people go on working."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import tomli_w
from sqlalchemy import Connection, select

from kartoteka.metadata.problems import Problem, Refused
from kartoteka.platform import tables
from kartoteka.platform.backups import sqlite
from kartoteka.platform.backups.archive import DATABASE, SETTINGS, ArchiveWriter, writing
from kartoteka.platform.backups.manifest import Manifest, TableCount, platform_version
from kartoteka.platform.database import Database
from kartoteka.platform.files import all_digests, path_of
from kartoteka.platform.runtime import Runtime
from kartoteka.platform.settings import FILE, readable_settings


def make_backup(runtime: Runtime, path: Path) -> Manifest:
    """Write a backup; returns what it holds. Raises Refused where there is a file of that name already.

    An uploaded file that is damaged or not on the disk any more is no reason to have no backup: the manifest names it
    as lost.
    """
    if path.exists():
        raise Refused([Problem("backup.exists", {"path": str(path)})])
    with writing(path) as (writer, folder):
        started = datetime.now(UTC)
        writer.add(SETTINGS, [_settings(runtime.settings.workspace)])
        with _database(runtime.database, writer, folder) as taken:
            return _finish(runtime, writer, taken, started)


@dataclass(frozen=True, slots=True)
class _Taken:
    """The database's part: what it holds, and a connection that sees its state."""

    tables: dict[str, TableCount]
    connection: Connection


@contextmanager
def _database(database: Database, writer: ArchiveWriter, folder: Path) -> Iterator[_Taken]:
    if database.is_sqlite:
        copy = folder / DATABASE
        sqlite.take(database, copy)
        writer.add(DATABASE, sqlite.chunks_of(copy))
        with sqlite.opened(copy) as connection:
            yield _Taken(sqlite.count_tables(copy), connection)
    else:
        from kartoteka.platform.backups import postgresql  # noqa: PLC0415 - SQLite has no need of its driver

        with postgresql.snapshot(database) as (connection, name):
            yield _Taken(postgresql.take(database, connection, name, writer), connection)


def _finish(runtime: Runtime, writer: ArchiveWriter, taken: _Taken, started: datetime) -> Manifest:
    state = taken.connection.execute(select(tables.state)).one()
    digests = all_digests(taken.connection)
    there = [digest for digest in digests if path_of(runtime.files, digest).is_file()]
    written = {digest: writer.add(*_file(runtime, digest), pack=False) for digest in there}
    return writer.finish(
        Manifest(
            platform=platform_version(),
            schema_version=state.schema_version,
            database="sqlite" if runtime.database.is_sqlite else "postgresql",
            made_at=started,
            revision=state.revision,
            hash=state.hash,
            tables=taken.tables,
            files=len(written),
            file_bytes=sum(size for _, size in written.values()),
            lost=tuple(each for each in digests if each not in written or written[each][0] != each),
        )
    )


def _file(runtime: Runtime, digest: str) -> tuple[str, Iterator[bytes]]:
    return f"files/{digest[:2]}/{digest}", sqlite.chunks_of(path_of(runtime.files, digest))


def _settings(workspace: Path) -> bytes:
    """Return what the workspace's file sets, without what must not lie about in backups."""
    file = workspace / FILE
    text = file.read_text(encoding="utf-8") if file.is_file() else ""
    return tomli_w.dumps(readable_settings(text)).encode()
