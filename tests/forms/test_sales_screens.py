"""The screens of the sales package: things to do, timelines, 150 fields."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kartoteka.metadata.packages import read_package
from kartoteka.platform.actors import SYSTEM
from kartoteka.platform.query import Query, fetch
from kartoteka.platform.units import Unit
from tests.application import SHIPPED, Application, running

SALES = "sales@test.example"


@pytest.fixture(scope="module")
def sales(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    """Run the sales package on SQLite with a salesperson and an administrator."""
    folder: Path = tmp_path_factory.mktemp("sales")
    with running(folder, "", read_package(SHIPPED / "sales")) as application:
        application.add_person("admin@test.example", "administrator", name="Ada Admin")
        application.add_person(SALES, "salesperson", name="Sam Sales")
        yield application


def activities(unit: Unit, company: int) -> list[tuple[str, bool]]:
    """Return the activities about a company: subject and whether they are done."""
    page = fetch(unit, SYSTEM, Query("activity", ("subject", "done"), (f"company = {company}",)))
    return sorted((str(row.values["subject"]), bool(row.values["done"])) for row in page.rows)


def test_what_happened_and_the_next_step_are_written_down_in_one_go(sales: Application) -> None:
    me = sales.people[SALES]
    company = sales.create("company", name="Talked to", owner=me)
    browser = sales.browser(SALES)
    browser.get(f"/company/{company}")
    said = {
        "kind": "call",
        "text": "Called about the offer.\nThey like it.",
        "next": "Send it",
        "next_date": "2030-01-31",
    }
    assert browser.post(f"/company/{company}/-/note", said).status_code == 303
    with sales.runtime.reading() as unit:
        assert activities(unit, company) == [("Called about the offer.", True), ("Send it", False)]
    card = html.unescape(browser.get(f"/company/{company}").text)
    assert "They like it." in card
    done = re.search(r'action="(/activity/\d+/-/done[^"]*)"', card)
    assert done
    assert browser.post(done.group(1)).status_code == 303
    with sales.runtime.reading() as unit:
        assert ("Send it", True) in activities(unit, company)


def test_today_sorts_what_is_to_be_done_by_day(sales: Application) -> None:
    me = sales.people[SALES]
    noon = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)
    for subject, days in (("Yesterdays call", -1), ("Todays meeting", 0), ("Later task", 3), ("Far task", 30)):
        sales.create("activity", subject=subject, kind="task", due=noon + timedelta(days=days), owner=me, done=False)
    sales.create("activity", subject="Done already", kind="task", due=noon, owner=me, done=True)
    page = sales.browser(SALES).get("/").text
    places = [
        page.find(subject) for subject in ("Overdue", "Yesterdays call", "Due today", "Todays meeting", "Later task")
    ]
    assert places == sorted(places)
    assert -1 not in places
    assert "Far task" not in page
    assert "Done already" not in page


def test_a_company_form_has_all_its_fields_and_the_short_one_at_most_twelve(sales: Application) -> None:
    browser = sales.browser("admin@test.example")
    short = browser.get("/company/new").text
    full = browser.get("/company/new?all=1").text
    count = re.compile(r'data-field="([a-z0-9_]+)"')
    assert 1 <= len(set(count.findall(short))) <= 12
    assert len(set(count.findall(full))) >= 150


def test_every_menu_entry_opens_in_every_language_on_any_role(sales: Application) -> None:
    for email in ("admin@test.example", SALES):
        browser = sales.browser(email)
        page = browser.get("/").text
        links = set(re.findall(r'<a class="entry[^"]*"\s+href="(/[a-z_]+)"', page))
        assert len(links) >= 5
        for link in links:
            assert browser.get(link).status_code == 200, link
            for view in set(re.findall(rf'href="({link}\?list=[a-z_]+)"', browser.get(link).text)):
                assert browser.get(view).status_code == 200, view
