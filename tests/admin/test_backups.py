"""Backups in the studio: made on request, listed, read whole, downloaded; their hours and their number."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select, update
from structlog.testing import capture_logs

from kartoteka.platform import tables
from kartoteka.platform.backups import schedule
from kartoteka.platform.backups.schedule import BACKUP_JOB, VERIFY_JOB, name_at, plan_at_start, stored
from kartoteka.platform.backups.timetable import Timetable, timetable_of
from kartoteka.platform.checks.upkeep import check_backups
from kartoteka.platform.worker import Worker
from tests.admin.conftest import ADMIN, SELLER
from tests.admin.pages import document, follow, send, texts
from tests.application import Application, Browser, unchanged

BACKUPS = "/-/admin/backups"
LINES = "//ol[contains(@class, 'retired')]/li"
SECTION = "//section[@id='backups']"


def work(world: Application, kind: str = BACKUP_JOB) -> None:
    """Do the jobs that are due."""
    worker = Worker(world.runtime)
    lane = next(each for each in worker.lanes() if kind in each.kinds)
    while worker.step(lane):
        pass


def back_up(world: Application, admin: Browser) -> Path:
    """Make a backup as an administrator does; return where it lies."""
    admin.get(BACKUPS)
    assert admin.post(BACKUPS).status_code == 303
    work(world)
    return next(stored(world.runtime.settings.backups)).path


def damage(path: Path) -> None:
    """Change what a byte of the biggest file in an archive is."""
    with zipfile.ZipFile(path) as archive:
        entry = max(archive.infolist(), key=lambda each: each.compress_size)
    content = bytearray(path.read_bytes())
    content[entry.header_offset + 60 + entry.compress_size // 2] ^= 0xFF
    path.write_bytes(bytes(content))


def test_one_is_made_on_request_and_the_page_looks_again_by_itself(both: Application) -> None:
    admin = both.browser(ADMIN)
    page = admin.get(BACKUPS)
    assert "There is no backup yet." in page.text
    assert document(page).xpath(f"{SECTION}/@hx-get") == []
    for _ in range(2):
        page = follow(admin, admin.post(BACKUPS))
    assert "A backup will be made in a moment." in page.text
    assert document(page).xpath(f"{SECTION}/@hx-get") == [BACKUPS]
    assert document(page).xpath("//noscript/meta[@http-equiv='refresh']")
    work(both)
    assert len(list(stored(both.runtime.settings.backups))) == 1, "asked for twice, made once"
    part = admin.get(BACKUPS, headers={"hx-request": "true"})
    assert "<h1" not in part.text
    assert document(part).xpath("@hx-get | //@hx-get") == []
    [line] = texts(part, LINES)
    with both.runtime.reading() as unit:
        assert unit.model.catalog.hash[:12] in line
    assert re.search(r"[\d.]+\sKB: \d+ rows and 0 files, configuration", line)
    assert "Last one:" in admin.get("/-/admin/").text


def test_it_is_read_whole_and_what_is_found_stays(both: Application) -> None:
    admin = both.browser(ADMIN)
    path = back_up(both, admin)
    url = f"{BACKUPS}/{path.name}/verify"
    assert document(admin.get(BACKUPS)).xpath("//form[contains(@action, '/verify')]/@action") == [url]
    page = follow(admin, admin.post(url))
    assert "It is being read" in page.text
    assert document(page).xpath(f"{SECTION}/@hx-get") == [BACKUPS]
    assert document(page).xpath("//form[contains(@action, '/verify')]") == []
    admin.post(url)
    work(both, VERIFY_JOB)
    assert "all of it is well" in texts(admin.get(BACKUPS), LINES)[0]
    damage(path)
    admin.post(url)
    work(both, VERIFY_JOB)
    [line] = texts(admin.get(BACKUPS), LINES)
    assert "all of it is well" not in line
    assert "damaged" in line
    assert "backup_damaged" in [finding.code for finding in check_backups(both.runtime)]
    path.unlink()
    assert "backup_damaged" not in [finding.code for finding in check_backups(both.runtime)]


def test_it_is_downloaded_by_administrators_alone_and_the_log_says_by_whom(world: Application, admin: Browser) -> None:
    path = back_up(world, admin)
    url = f"{BACKUPS}/{path.name}/file"
    seller = world.browser(SELLER)
    with capture_logs() as logged:
        answer = unchanged(world, lambda: seller.post(url))
        assert (answer.status_code, path.read_bytes() in answer.content) == (403, False)
        assert seller.get(url).status_code in (403, 405)
        assert admin.client.post(url).status_code == 403, "nobody else's page can make the browser fetch it"
        assert [each for each in logged if each["event"] == "backup downloaded"] == []
        answer = admin.post(url)
    assert answer.status_code == 200
    assert zipfile.ZipFile(io.BytesIO(answer.content)).testzip() is None
    assert answer.content == path.read_bytes()
    assert (answer.headers["content-disposition"][:10], answer.headers["cache-control"]) == ("attachment", "no-store")
    [entry] = [each for each in logged if each["event"] == "backup downloaded"]
    assert (entry["name"], entry["user"], entry["user_id"]) == (path.name, "Ada Admin", world.people[ADMIN])


@pytest.mark.parametrize("name", ["kartoteka.toml", "..%2Fkartoteka.toml", name_at(datetime(2026, 1, 1, tzinfo=UTC))])
def test_nothing_but_a_stored_backup_is_sent_or_read(world: Application, admin: Browser, name: str) -> None:
    path = back_up(world, admin)
    (path.parent / "kartoteka.toml").write_text("secret")
    for act in ("file", "verify"):
        answer = unchanged(world, lambda act=act: admin.post(f"{BACKUPS}/{name}/{act}"))  # type: ignore[misc]
        assert answer.status_code == 404
        assert "secret" not in answer.text


def test_one_that_failed_is_told(world: Application, admin: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError("disk full")

    admin.get(BACKUPS)
    admin.post(BACKUPS)
    with monkeypatch.context() as broken:
        broken.setattr(schedule, "make_backup", fail)
        work(world)
    assert "disk full" in texts(admin.get(BACKUPS), "//*[@role='alert']")[0]
    with world.runtime.database.write() as connection:
        connection.execute(update(tables.job).values(due_at=datetime.now(UTC)))
    work(world)
    assert texts(admin.get(BACKUPS), "//*[@role='alert']") == []


def due(world: Application) -> list[datetime]:
    """Return when backups are due that nobody has asked for."""
    of = tables.job.c
    with world.runtime.database.read() as connection:
        found = connection.execute(select(of.due_at).where(of.kind == BACKUP_JOB, of.user_id.is_(None)))
        return list(found.scalars())


def test_other_hours_and_another_number_hold_at_once_and_for_the_worker(both: Application) -> None:
    admin = both.browser(ADMIN)
    plan_at_start(both.runtime)
    page = admin.get(BACKUPS)
    assert "Every day at 2:00 (UTC); the newest 7 backups stay." in " ".join(page.text.split())
    assert send(admin, f"{BACKUPS}/schedule", hours="6", at="5", keep="1").status_code == 303
    page = admin.get(BACKUPS)
    assert "Every 6 hours, counted from 5:00 (UTC); the newest 1 backup stays." in " ".join(page.text.split())
    [moment] = due(both)
    assert moment.hour in (5, 11, 17, 23)
    assert texts(admin.get(f"{BACKUPS}/schedule"), "//option[@selected]") == ["Every 6 hours", "05:00"]
    first = back_up(both, admin)
    first.rename(first.with_name(name_at(datetime(2026, 1, 1, tzinfo=UTC))))
    newest = back_up(both, admin)
    assert [each.path for each in stored(first.parent)] == [newest], "one stays"
    send(admin, f"{BACKUPS}/schedule", hours="0")
    assert due(both) == []
    plan_at_start(both.runtime)
    assert due(both) == [], "a worker that starts knows it"
    assert "No backups are made by themselves." in admin.get(BACKUPS).text
    send(admin, f"{BACKUPS}/schedule", hours="24", at="2", keep="7")
    with both.runtime.reading() as unit:
        assert timetable_of(unit.connection, both.runtime.settings) == Timetable(24, 2, 7)
        assert unit.connection.execute(select(tables.setting)).all() == [], "what the operator says anyway is not kept"


def test_hours_that_are_none_are_refused(world: Application, admin: Browser) -> None:
    for sent, said in (
        ({"hours": "169"}, "168 or less"),
        ({"at": "24"}, "23 or less"),
        ({"keep": "0"}, "1 or more"),
        ({"keep": "many"}, "number"),
    ):
        answer = unchanged(world, lambda sent=sent: send(admin, f"{BACKUPS}/schedule", **sent))  # type: ignore[misc]
        assert answer.status_code == 422
        assert said in answer.text


def test_how_one_is_put_back_is_said(both: Application) -> None:
    admin = both.browser(ADMIN)
    path = back_up(both, admin)
    page = admin.get(BACKUPS)
    [command] = texts(page, "//pre")
    assert command.startswith(f"kartoteka restore {path.resolve()} --workspace NEW_FOLDER")
    assert ("--database-url" in command) == (not both.runtime.database.is_sqlite)
    assert f"--replace {both.runtime.settings.workspace.name}" in page.text
