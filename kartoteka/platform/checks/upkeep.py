"""What keeps a workspace going: jobs, backups, room on the disk, the clock, who may look into the folder."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import func, select

from kartoteka.platform import tables
from kartoteka.platform.backups.schedule import failures, last_good, stored
from kartoteka.platform.backups.timetable import timetable_of
from kartoteka.platform.backups.verifying import verdicts
from kartoteka.platform.checks.findings import Finding, judged
from kartoteka.platform.runtime import Runtime

LEAST_FREE = 500_000_000
"""Bytes on the disk below which a backup or a long download may fail."""
STUCK = timedelta(hours=1)
SLACK = timedelta(hours=3)
"""How much later than planned a backup may be."""
CLOCK_SLACK = timedelta(minutes=5)


def check_folder(runtime: Runtime) -> Iterator[Finding]:
    """Look whether the folder can be written, has room, and is nobody else's to read."""
    folder = runtime.settings.workspace.resolve()
    path = {"path": str(folder)}
    yield judged(not os.access(folder, os.W_OK), "folder", "folder_not_writable", path)
    free = shutil.disk_usage(folder).free
    yield judged(free < LEAST_FREE, "disk", "disk_full", {"free": free, "least": LEAST_FREE})
    if os.name == "posix" and folder.stat().st_mode & 0o007:
        yield Finding("folder_open", "note", path)


def check_clock(runtime: Runtime) -> Iterator[Finding]:
    """Look whether the time zone is one, and the clock is not behind what has been written already."""
    name = runtime.settings.time_zone
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        yield Finding("time_zone_unknown", "wrong", {"name": name})
    with runtime.reading() as unit:
        newest = unit.connection.execute(select(func.max(tables.history.c.at))).scalar()
        now = unit.now
    behind = newest is not None and newest > now + CLOCK_SLACK
    yield judged(behind, "clock", "clock_behind", {"now": f"{now:%Y-%m-%d %H:%M} UTC", "zone": name})


def check_jobs(runtime: Runtime) -> Iterator[Finding]:
    """Look for jobs that were given up, or that nobody does."""
    of = tables.job.c
    now = datetime.now(UTC)
    with runtime.reading() as unit:

        def count(*where: object) -> int:
            return int(unit.connection.execute(select(func.count()).where(*where)).scalar_one())  # type: ignore[arg-type]

        kinds = select(of.kind).where(of.status == "failed").distinct().order_by(of.kind)
        failed = {"count": count(of.status == "failed"), "kinds": list(unit.connection.execute(kinds).scalars())}
        waiting = count(of.status == "waiting", of.due_at < now - STUCK)
        waiting += count(of.status == "running", of.leased_until < now - STUCK)
    yield judged(bool(failed["count"]), "jobs", "jobs_failed", failed)
    if waiting:
        yield Finding("jobs_stuck", "wrong", {"count": waiting})


def check_backups(runtime: Runtime) -> Iterator[Finding]:
    """Say when the last good backup was made, and whether it is late or the last one failed."""
    settings = runtime.settings
    with runtime.reading() as unit:
        failed, hours = failures(unit), timetable_of(unit.connection, settings).hours
        known = verdicts(unit.connection)
    there = [each.path.name for each in stored(settings.backups)]
    damaged = [name for name in there if name in known and known[name].at and known[name].problem]
    if damaged:
        yield Finding("backup_damaged", "wrong", {"names": damaged})
    if failed:
        yield Finding("backup_failed", "wrong", {"reason": (failed[0].error or "")[:300]})
    found = last_good(settings.backups)
    if found is None or found.manifest is None:
        yield Finding("no_backup", "note", {"path": str(settings.backups)})
        return
    made = found.manifest.made_at
    late = bool(hours) and made < datetime.now(UTC) - timedelta(hours=hours) - SLACK
    params = {"when": f"{made:%Y-%m-%d %H:%M} UTC", "path": found.path.name}
    yield judged(late, "backup", "backup_late", params)
