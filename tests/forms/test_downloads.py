"""Lists as files: what is downloaded is what the list shows, to whom it may be shown; long lists as jobs."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select, update

from kartoteka.forms import downloads
from kartoteka.metadata.definitions import Identity
from kartoteka.metadata.fieldtypes.money import Money
from kartoteka.platform import jobs, tables
from kartoteka.platform.actors import SYSTEM
from kartoteka.platform.configuration import load_stack
from kartoteka.platform.exports import EXPORT, FORGET
from kartoteka.platform.plans import make_plan
from kartoteka.platform.publishing import publish
from kartoteka.platform.records import update_record
from kartoteka.platform.worker import Lane, Worker
from kartoteka.reports import exports
from kartoteka.reports.workbooks import Workbooks
from tests.application import Application, Browser, unchanged

ADMIN, SELLER = "admin@test.example", "seller@test.example"


@pytest.fixture
def filled(world: Application) -> Application:
    """Give clients, some of them the seller's."""
    for number in range(7):
        world.create(
            "client",
            name=f"Client {number}",
            inn=f"00{number:010d}"[-12:],
            city=("North", "=SUM(A1)")[number % 2],
            credit=Money(Decimal(number), "EUR"),
            met_at=datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC),
            rank=-number,
            owner=world.people[SELLER if number < 3 else ADMIN],
        )
    return world


def rows_of(content: bytes) -> list[tuple[Any, ...]]:
    return list(openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True))  # type: ignore[union-attr]


def lines_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def work(world: Application) -> int:
    """Do all jobs that are due; return how many there were."""
    worker, done = Worker(world.runtime), 0
    while worker.step(Lane((EXPORT, FORGET))):
        done += 1
    return done


def test_a_list_is_downloaded_as_it_is_shown(filled: Application) -> None:
    browser = filled.browser(ADMIN)
    answer = browser.get("/client.xlsx?f.city=North&sort=-name")
    assert answer.headers["content-disposition"].startswith('attachment; filename="')
    assert int(answer.headers["content-length"]) == len(answer.content)
    rows = rows_of(answer.content)
    assert [row[0] for row in rows[1:]] == ["Client 6", "Client 4", "Client 2", "Client 0"]
    shown = browser.get("/client.csv?f.city=North&sort=-name")
    assert lines_of(shown.content)[1][0] == "Client 6"


def test_more_than_a_page_is_downloaded(filled: Application) -> None:
    for number in range(60):
        filled.create("client", name=f"More {number}")
    browser = filled.browser(ADMIN)
    assert len(lines_of(browser.get("/client.csv").content)) == 68
    assert len(rows_of(browser.get("/client.xlsx?after=nonsense").content)) == 68


def test_only_what_one_may_see_is_downloaded(filled: Application) -> None:
    """T1: others' records and hidden fields change nothing in the file."""
    seller = filled.browser(SELLER)

    def everything() -> list[Any]:
        answers = [seller.get(f"/client.{form}{query}") for form in ("xlsx", "csv") for query in ("", "?q=Client")]
        return [rows_of(a.content) if a.content[:2] == b"PK" else a.content for a in answers]

    before = everything()
    assert len(before[0]) == 4
    with filled.runtime.writing() as unit:
        for record_id in range(4, 8):
            update_record(unit, SYSTEM, "client", record_id, {"name": "Changed"})
        update_record(unit, SYSTEM, "client", 1, {"credit": Money(Decimal(99), "EUR")})
    assert everything() == before
    for query in ("f.credit=5", "sort=credit", "where=credit > 1", "where=no_such > 1"):
        assert seller.get(f"/client.xlsx?{query}").status_code == 400


def test_what_is_not_there_is_not_found(filled: Application) -> None:
    browser = filled.browser(ADMIN)
    for url in ("/client.pdf", "/no_such.xlsx", "/favicon.ico"):
        assert browser.get(url).status_code == 404
    assert filled.browser("reader@test.example").get("/visit.csv").status_code == 404


def forbid_export(world: Application, role: str) -> None:
    with world.runtime.reading() as unit:
        stack = load_stack(unit.connection)
        tree = {**unit.model.catalog.trees[Identity("role", "", role)], "export": False}
        stack = stack.with_local({**unit.model.catalog.trees, Identity("role", "", role): tree})
        plan = make_plan(unit.connection, unit.model, stack)
    publish(world.runtime.database, plan, actor="test")


def test_a_role_may_be_kept_from_downloading(filled: Application) -> None:
    forbid_export(filled, "seller")
    seller = filled.browser(SELLER)
    for url in ("/client.xlsx", "/client.csv", "/-/reports/by_month.xlsx"):
        unchanged(filled, lambda url=url: seller.get(url))  # type: ignore[misc]
    assert "/client.xlsx" not in seller.get("/client").text
    assert filled.browser(ADMIN).get("/client.xlsx").status_code == 200


@pytest.fixture
def long(filled: Application, monkeypatch: pytest.MonkeyPatch) -> Application:
    """Take two rows for many."""
    monkeypatch.setattr(downloads, "MOST_AT_ONCE", 2)
    return filled


def ask(browser: Browser, url: str = "/client.xlsx") -> str:
    answer = browser.get(url)
    assert answer.status_code == 303
    return str(answer.headers["location"])


def test_a_long_list_is_made_by_a_job(long: Application) -> None:
    browser = long.browser(ADMIN)
    page = ask(browser, "/client.xlsx?f.city=North&sort=name")
    waiting = browser.get(page)
    assert 'http-equiv="refresh"' in waiting.text
    assert 'hx-trigger="every 1s"' in browser.get(page, headers={"hx-request": "true"}).text
    assert browser.get(f"{page}/file").status_code == 404
    assert work(long) == 1
    done = browser.get(page)
    assert f"{page}/file" in done.text
    assert "refresh" not in done.text
    rows = rows_of(browser.get(f"{page}/file").content)
    assert [row[0] for row in rows[1:]] == ["Client 0", "Client 2", "Client 4", "Client 6"]


def test_only_who_asked_gets_the_file(long: Application) -> None:
    page = ask(long.browser(ADMIN))
    work(long)
    other = long.browser(SELLER)
    assert other.get(page).status_code == 404
    assert other.get(f"{page}/file").status_code == 404
    assert long.browser().get(f"{page}/file").status_code == 303
    for number in ("0", "999", "x", "-1", "9" * 30):
        assert other.get(f"/-/jobs/{number}").status_code == 404


def test_rights_are_those_of_the_moment_when_the_file_is_made(long: Application) -> None:
    page = ask(long.browser(SELLER))
    with long.runtime.writing() as unit:
        update_record(unit, SYSTEM, "client", 1, {"owner": long.people[ADMIN]})
    work(long)
    rows = rows_of(long.browser(SELLER).get(f"{page}/file").content)
    assert [row[0] for row in rows[1:]] == ["Client 1", "Client 2"]


def test_rights_that_are_withdrawn_close_what_was_made(long: Application) -> None:
    browser = long.browser(SELLER)
    made = ask(browser)
    work(long)
    assert browser.get(f"{made}/file").status_code == 200
    unmade = ask(browser)
    with long.runtime.writing() as unit:
        update_record(unit, SYSTEM, "user", long.people[SELLER], {"roles": ("reader",)})
    browser = long.browser(SELLER)
    assert browser.get(f"{made}/file").status_code == 403
    work(long)  # it asks for columns that the person may not see any more
    assert browser.get(f"{unmade}/file").status_code == 404
    assert "fails again" in browser.get(unmade).text
    with long.runtime.writing() as unit:
        update_record(unit, SYSTEM, "user", long.people[SELLER], {"active": False})
    with long.runtime.writing() as unit:
        job = jobs.enqueue(unit.connection, EXPORT, [payload(long)], unit.now, user_id=long.people[SELLER])
    work(long)
    with long.runtime.reading() as unit:
        assert jobs.get(unit.connection, job).status == "failed"


def payload(world: Application) -> dict[str, Any]:
    with world.runtime.reading() as unit:
        rows = unit.connection.execute(select(tables.job.c.payload).where(tables.job.c.kind == EXPORT)).scalars()
        return dict(rows.first() or {})


def test_a_file_is_forgotten_after_a_day(long: Application) -> None:
    browser = long.browser(ADMIN)
    page = ask(browser)
    work(long)
    folder = Path(long.runtime.files) / "exports"
    assert [path.suffix for path in folder.iterdir()] == [".xlsx"]
    with long.runtime.database.write() as connection:
        earlier = datetime.now(UTC) - timedelta(seconds=1)
        connection.execute(update(tables.job).where(tables.job.c.kind == FORGET).values(due_at=earlier))
    assert work(long) == 1
    assert list(folder.iterdir()) == []
    assert browser.get(page).status_code == 404


def test_back_leads_to_the_list_as_it_was(long: Application) -> None:
    browser = long.browser(ADMIN)
    text = browser.get(ask(browser, "/client.xlsx?f.city=North&sort=-name")).text
    assert 'href="/client?f.city=North&amp;sort=-name"' in text


def test_a_download_that_waits_is_cancelled_by_who_asked(long: Application) -> None:
    browser, other = long.browser(ADMIN), long.browser(SELLER)
    page = ask(browser)
    browser.get(page)
    unchanged(long, lambda: other.post(f"{page}/cancel"))
    assert browser.post(f"{page}/cancel").status_code == 303
    shown = browser.get(page).text
    assert "Cancelled." in shown
    assert "refresh" not in shown
    assert work(long) == 0
    assert browser.get(f"{page}/file").status_code == 404


def meddled(world: Application, monkeypatch: pytest.MonkeyPatch, meddle: Callable[[], Any]) -> None:
    """Let something happen while the file is being made, between two looks of the one who makes it."""
    whole = Workbooks.write

    def write(self: Workbooks, *given: Any) -> int:
        meddle()
        given[-1](1, 2)
        return whole(self, *given)

    monkeypatch.setattr(exports, "PROGRESS_SECONDS", 0)
    monkeypatch.setattr(Workbooks, "write", write)
    work(world)


def test_a_download_under_way_is_cancelled(long: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = long.browser(ADMIN)
    page = ask(browser)
    browser.get(page)
    meddled(long, monkeypatch, lambda: browser.post(f"{page}/cancel"))
    assert "Cancelled." in browser.get(page).text
    assert list((long.runtime.files / "exports").iterdir()) == []


@pytest.mark.parametrize("changed", [{"roles": ("reader",)}, {"active": False}])
def test_a_download_under_way_ends_with_the_rights(
    changed: dict[str, Any], long: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = ask(long.browser(SELLER))

    def withdraw() -> None:
        with long.runtime.writing() as unit:
            update_record(unit, SYSTEM, "user", long.people[SELLER], changed)

    meddled(long, monkeypatch, withdraw)
    with long.runtime.reading() as unit:
        assert jobs.get(unit.connection, int(page.rpartition("/")[2])).status == "failed"
    assert list((long.runtime.files / "exports").iterdir()) == []
