"""Scheduled backups: when they are due, that they go on after a failure, and which are kept."""

from __future__ import annotations

import json
import os
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from kartoteka.metadata.problems import NotFound
from kartoteka.platform import tables
from kartoteka.platform.backups import schedule
from kartoteka.platform.backups.archive import UNFINISHED
from kartoteka.platform.backups.schedule import BACKUP_JOB, find_stored, last_good, name_at, stored
from kartoteka.platform.backups.timetable import Timetable, next_due
from kartoteka.platform.worker import Worker
from tests.application import Application

NOW = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "hours", "at", "due"),
    [
        ("UTC", 24, 2, "2026-03-29T02:00"),
        ("UTC", 6, 2, "2026-03-28T14:00"),
        ("Europe/Warsaw", 24, 2, "2026-03-29T01:00"),  # the night in which two o'clock is skipped
        ("Europe/Moscow", 24, 2, "2026-03-28T23:00"),
    ],
)
def test_when_the_next_is_due(zone: str, hours: int, at: int, due: str) -> None:
    found = next_due(NOW, Timetable(hours, at, 7), zone)
    assert f"{found:%Y-%m-%dT%H:%M}" == due
    assert next_due(found, Timetable(hours, at, 7), zone) > found


def open_jobs(world: Application) -> list[tuple[str, str | None]]:
    of = tables.job.c
    with world.runtime.database.read() as connection:
        rows = connection.execute(select(of.status, of.error).where(of.kind == BACKUP_JOB).order_by(of.id)).all()
    return [(row[0], row[1]) for row in rows]


def make_due(world: Application) -> None:
    past = datetime.now(UTC) - timedelta(minutes=1)
    with world.runtime.database.write() as connection:
        due = update(tables.job).where(tables.job.c.kind == BACKUP_JOB, tables.job.c.status == "waiting")
        connection.execute(due.values(due_at=past))


def step(world: Application) -> None:
    worker = Worker(world.runtime)
    lane = next(each for each in worker.lanes() if BACKUP_JOB in each.kinds)
    assert worker.step(lane)


def test_a_worker_makes_them_one_after_another(world: Application) -> None:
    schedule.plan_at_start(world.runtime)
    schedule.plan_at_start(world.runtime)
    assert open_jobs(world) == [("waiting", None)], "several workers plan one"
    folder = world.runtime.settings.backups
    make_due(world)
    step(world)
    assert len(list(stored(folder))) == 1
    assert open_jobs(world) == [("waiting", None)], "the next one"
    assert folder.stat().st_mode & 0o077 == 0


def test_one_that_fails_is_seen_tried_again_and_made_good(world: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError("disk full")

    schedule.plan_at_start(world.runtime)
    make_due(world)
    with monkeypatch.context() as broken:
        broken.setattr(schedule, "make_backup", fail)
        step(world)
    with world.runtime.reading() as unit:
        (failed,) = schedule.failures(unit)
    assert "disk full" in (failed.error or "")
    assert [status for status, _ in open_jobs(world)] == ["waiting", "waiting"], "again soon, and the next one"
    with world.runtime.database.write() as connection:
        connection.execute(update(tables.job).where(tables.job.c.id == failed.id).values(status="failed"))
    make_due(world)
    step(world)
    with world.runtime.reading() as unit:
        assert schedule.failures(unit) == []


def test_none_are_planned_where_none_are_wanted(world: Application) -> None:
    schedule.plan_at_start(world.runtime)
    off = world.runtime.settings.model_copy(update={"backup_hours": 0})
    object.__setattr__(world.runtime, "settings", off)
    schedule.plan_at_start(world.runtime)
    assert open_jobs(world) == []


def archive(folder: Path, moment: datetime, world: Application) -> Path:
    """Make an archive that has nothing but a manifest: enough to be counted."""
    path = folder / name_at(moment)
    manifest = {"format": 1, "platform": "0", "schema_version": 1, "database": "sqlite", "revision": 1, "hash": ""}
    manifest |= {"tables": {}, "files": 0, "file_bytes": 0, "made_at": moment.isoformat()}
    with zipfile.ZipFile(path, "w") as target:
        target.writestr("manifest.json", json.dumps(manifest))
    return path


def test_the_newest_are_kept_and_only_ours_removed(world: Application, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    folder.mkdir()
    made = [archive(folder, NOW + timedelta(days=day), world) for day in range(6)]
    damaged = folder / name_at(NOW + timedelta(days=9))
    damaged.write_text("damaged")
    (folder / "by-hand.zip").write_text("mine")
    schedule.keep_newest(folder, 3)
    assert sorted(folder.iterdir()) == sorted([*made[3:], damaged, folder / "by-hand.zip"])
    good = last_good(folder)
    assert good is not None
    assert good.path == made[-1], "the damaged one does not count"
    assert find_stored(folder, made[-1].name) == made[-1]
    for name in ("by-hand.zip", "../kept/" + made[-1].name, name_at(NOW)):
        with pytest.raises(NotFound):
            find_stored(folder, name)


def test_what_a_dead_one_left_is_removed_in_time(world: Application) -> None:
    folder = world.runtime.settings.backups
    left = folder / f"{UNFINISHED}x"
    left.mkdir(parents=True)
    (left / "archive").write_text("half")
    schedule.plan_at_start(world.runtime)
    make_due(world)
    step(world)
    assert left.exists(), "somebody may be at it"
    os.utime(left, (0, 0))
    make_due(world)
    step(world)
    assert not left.exists()
