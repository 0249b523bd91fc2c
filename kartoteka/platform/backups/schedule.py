"""Scheduled backups: a job that leaves its successor behind, a folder of archives, and how many of them are kept."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import structlog
from sqlalchemy import Connection, delete, or_, select, update

from kartoteka.metadata.problems import NotFound, Refused
from kartoteka.platform import jobs, tables
from kartoteka.platform.backups.archive import forget_unfinished, reading
from kartoteka.platform.backups.making import make_backup
from kartoteka.platform.backups.manifest import Manifest
from kartoteka.platform.backups.timetable import Timetable, next_due, set_timetable, timetable_of
from kartoteka.platform.jobs import Job
from kartoteka.platform.runtime import Runtime
from kartoteka.platform.settings import Settings
from kartoteka.platform.units import Unit

BACKUP_JOB: Final = "backup"
VERIFY_JOB: Final = "verify_backup"
ABANDONED_SECONDS: Final = 24 * 3600
"""What has been unfinished for so long, nobody is at any more."""
_NAME: Final = re.compile(r"kartoteka-\d{8}-\d{6}\.zip")
_log = structlog.get_logger()
_of = tables.job.c


@dataclass(frozen=True, slots=True)
class StoredBackup:
    """A backup in the folder; `manifest` is None where the file can't be read."""

    path: Path
    size: int
    manifest: Manifest | None


def name_at(moment: datetime) -> str:
    """Return the name of a backup that is made at a moment."""
    return f"kartoteka-{moment.astimezone(UTC):%Y%m%d-%H%M%S}.zip"


def stored(folder: Path) -> Iterator[StoredBackup]:
    """Yield the backups of a folder, the newest first."""
    for path in _archives(folder):
        yield StoredBackup(path, path.stat().st_size, _manifest(path))


def _archives(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted((path for path in folder.iterdir() if _NAME.fullmatch(path.name)), reverse=True)


def _manifest(path: Path) -> Manifest | None:
    try:
        with reading(path) as archive:
            return archive.manifest
    except Refused:
        return None


def last_good(folder: Path) -> StoredBackup | None:
    """Return the newest backup that can be read, None where there is none."""
    return next((each for each in stored(folder) if each.manifest is not None), None)


def find_stored(folder: Path, name: str) -> Path:
    """Return where a backup of that name lies. Raises NotFound."""
    path = folder / name
    if not _NAME.fullmatch(name) or not path.is_file():
        raise NotFound("backup.unknown", name=name[:100])
    return path


def keep_newest(folder: Path, count: int) -> None:
    """Remove older backups; those that can't be read don't count."""
    good = 0
    for each in stored(folder):
        good += each.manifest is not None
        if good > count:
            each.path.unlink(missing_ok=True)


# --- jobs -------------------------------------------------------------------------------------------------


def plan_at_start(runtime: Runtime) -> None:
    """See to it, now that a worker starts, that a backup is due when the timetable says so."""
    with runtime.database.write() as connection:
        plan_next(connection, runtime.settings)


def plan_next(connection: Connection, settings: Settings) -> None:
    """Have the next backup wait for its hour, as the timetable says now."""
    timetable, now = timetable_of(connection, settings), datetime.now(UTC)
    waiting = (_of.kind == BACKUP_JOB) & (_of.status == "waiting") & (_of.user_id.is_(None))
    if not timetable.hours:
        connection.execute(delete(tables.job).where(waiting))
        return
    due = next_due(now, timetable, settings.time_zone)
    connection.execute(update(tables.job).where(waiting, _of.due_at > due).values(due_at=due))
    if connection.execute(select(_of.id).where(waiting).limit(1)).first() is None:
        jobs.enqueue(connection, BACKUP_JOB, [{}], now, due_at=due)


def change_timetable(unit: Unit, settings: Settings, timetable: Timetable) -> None:
    """Make backups at other times, or keep another number of them, from now on."""
    set_timetable(unit, settings, timetable)
    unwanted = (_of.kind == BACKUP_JOB) & (_of.status == "waiting") & (_of.user_id.is_(None)) & _of.error.is_(None)
    unit.connection.execute(delete(tables.job).where(unwanted))
    plan_next(unit.connection, settings)


def ask_for_backup(unit: Unit, user_id: int) -> None:
    """Have a backup made soon, unless somebody waits for one already."""
    open_ones = (_of.kind == BACKUP_JOB) & _of.status.in_(jobs.OPEN) & (_of.user_id.is_not(None))
    if unit.connection.execute(select(_of.id).where(open_ones).limit(1)).first() is None:
        jobs.enqueue(unit.connection, BACKUP_JOB, [{}], unit.now, user_id=user_id)


def do_backup(runtime: Runtime, job: Job) -> Mapping[str, Any] | None:
    """Make a backup in the folder and remove old ones: the handler of BACKUP_JOB.

    The next one is planned first, so that one that fails does not end the series.
    """
    if job.user_id is None:
        plan_at_start(runtime)
    folder = runtime.settings.backups
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    forget_unfinished(folder, time.time() - ABANDONED_SECONDS)
    path = folder / name_at(datetime.now(UTC))
    manifest = make_backup(runtime, path)
    if manifest.lost:
        _log.error("files are missing or damaged, and so they are in the backup", count=len(manifest.lost))
    with runtime.database.write() as connection:
        keep_newest(folder, timetable_of(connection, runtime.settings).keep)
        # what failed before is made good
        connection.execute(delete(tables.job).where(_of.kind == BACKUP_JOB, _of.status == "failed"))
    return None


def under_way(connection: Connection) -> Job | None:
    """Return the backup that is being made, or that somebody waits for; None where there is none."""
    wanted = or_(_of.status == "running", (_of.status == "waiting") & _of.user_id.is_not(None))
    found = select(_of.id).where(_of.kind == BACKUP_JOB, wanted).order_by(_of.status, _of.id)
    number = connection.execute(found.limit(1)).scalar()
    return None if number is None else jobs.get(connection, number)


def failures(unit: Unit) -> list[Job]:
    """Return the backups that failed and that nothing has made good since, the newest first."""
    found = select(_of.id).where(_of.kind == BACKUP_JOB, _of.error.is_not(None), _of.status != "running")
    return [
        jobs.get(unit.connection, each) for each in unit.connection.execute(found.order_by(_of.id.desc())).scalars()
    ]
