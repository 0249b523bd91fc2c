"""Restoring: the database and files of a backup into a new or an existing workspace, wholly or not at all."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, delete, inspect, select, update

from kartoteka.metadata.problems import Problem, Refused
from kartoteka.platform import tables
from kartoteka.platform.backups import sqlite
from kartoteka.platform.backups.archive import DATABASE, Archive, reading
from kartoteka.platform.backups.manifest import Manifest
from kartoteka.platform.backups.schedule import BACKUP_JOB, VERIFY_JOB
from kartoteka.platform.configuration import bring_up_to_date, load_model
from kartoteka.platform.database import Database
from kartoteka.platform.exports import EXPORT, FORGET
from kartoteka.platform.files import path_of
from kartoteka.platform.jobs import OPEN, enqueue
from kartoteka.platform.publishing import REINDEX_JOB
from kartoteka.platform.records import INDEX_JOB

STAGED: Final = ".kartoteka-restore-"
"""How the folder begins in which a backup is looked at before anything is touched."""
OVER: Final = (INDEX_JOB, REINDEX_JOB, BACKUP_JOB, VERIFY_JOB, EXPORT, FORGET)
"""Kinds of jobs that mean nothing after a restore: the index is built anew, files that were made are gone."""
REASON: Final = "restored from a backup"


def verify_backup(path: Path) -> Manifest:
    """Read the whole of a backup and return what it holds. Raises Refused where it could not be restored."""
    with reading(path) as archive:
        archive.verify()
        if archive.manifest.database == "sqlite":
            with tempfile.TemporaryDirectory(prefix=STAGED) as folder:
                _staged(archive, Path(folder))
        else:
            from kartoteka.platform.backups import postgresql  # noqa: PLC0415 - see `making`

            postgresql.notes_of(archive)
        return archive.manifest


def is_empty(database: Database) -> bool:
    """Tell whether nothing was ever published here."""
    return _revision(database) == 0


def restore_into(archive: Archive, database: Database, folder: Path, *, keep_tokens: bool = False) -> None:
    """Put database and files of a backup into a workspace, in place of what is there.

    Everything is looked at first, and the database changes in one transaction: what is refused, or dies on the way,
    leaves it as it was. Sessions end; tokens too, unless `keep_tokens`. Raises Refused.
    """
    if (archive.manifest.database == "sqlite") != database.is_sqlite:
        raise Refused([Problem("restore.other_database", {"name": archive.manifest.database})])
    archive.verify()
    with _putting_in(archive, database, folder, keep_tokens) as put_in, _files(archive, folder / "files"):
        put_in()
    shutil.rmtree(folder / "index", ignore_errors=True)


@contextmanager
def _putting_in(archive: Archive, database: Database, folder: Path, keep_tokens: bool) -> Iterator[Callable[[], None]]:
    """Give the act that replaces the database, once all of it is known to be right."""
    if database.is_sqlite:
        now = _revision(database)
        with tempfile.TemporaryDirectory(prefix=STAGED, dir=folder) as temporary:
            staged = _staged(archive, Path(temporary))
            with sqlite.opened(staged) as connection:
                _settle(connection, now, keep_tokens)
            yield lambda: sqlite.put_in(staged, database)
        return
    from kartoteka.platform.backups import postgresql  # noqa: PLC0415

    now = _revision(database)
    with database.publish() as connection:
        postgresql.remove_all(postgresql.driver_of(connection))
        postgresql.put_in(postgresql.driver_of(connection), archive)
        _settle(connection, now, keep_tokens)
        yield lambda: None


def _staged(archive: Archive, folder: Path) -> Path:
    """Return the archive's SQLite database, unpacked and found sound."""
    staged = folder / DATABASE
    with staged.open("xb") as target:
        for chunk in archive.read(DATABASE):
            target.write(chunk)
    sqlite.refuse_if_damaged(staged, archive.manifest.tables)
    return staged


def _revision(database: Database) -> int:
    """Return the revision that is in force now, 0 where there is none."""
    with database.read() as connection:
        if not inspect(connection).has_table(tables.state.name):
            return 0
        return int(connection.execute(select(tables.state.c.revision)).scalar_one())


def _settle(connection: Connection, revision_before: int, keep_tokens: bool) -> None:
    """Make what was put back fit for use: tables as this code wants them, no door that was locked meanwhile open."""
    bring_up_to_date(connection)
    try:
        load_model(connection)
    except (Refused, ValueError, KeyError, TypeError) as error:
        raise Refused([Problem("restore.unreadable", {"reason": str(error)[:200]})]) from error
    for table in (tables.session, tables.throttle, *(() if keep_tokens else (tables.token,))):
        connection.execute(delete(table))
    _end_jobs(connection)
    of = tables.state.c
    if revision_before:  # every process keeps the model of a revision: this one must be new to all of them
        found = connection.execute(select(of.revision)).scalar_one()
        connection.execute(update(tables.state).values(revision=max(found, revision_before) + 1))


def _end_jobs(connection: Connection) -> None:
    """What was to reach others may have reached them since: it is not done twice, but listed."""
    of, now = tables.job.c, datetime.now(UTC)
    connection.execute(delete(tables.job).where(of.kind.in_(OVER)))
    ended = update(tables.job).where(of.status.in_(OPEN))
    connection.execute(ended.values(status="cancelled", error=REASON, leased_until=None))
    enqueue(connection, REINDEX_JOB, [{}], now)


@contextmanager
def _files(archive: Archive, folder: Path) -> Iterator[None]:
    """Put the archive's files beside those that are there; they are taken out again where the restore fails."""
    added: list[Path] = []
    try:
        for name in archive.files:
            digest = name.rpartition("/")[2]
            path = path_of(folder, digest)
            if not path.exists() or _digest(path) != digest:
                added.append(path)
                _unpack(archive, name, path)
        yield
    except BaseException:
        for path in added:
            path.unlink(missing_ok=True)
        raise


def _unpack(archive: Archive, name: str, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part")
    try:
        with unfinished.open("wb") as target:
            for chunk in archive.read(name):
                target.write(chunk)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _digest(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
