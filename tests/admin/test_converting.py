"""Types change in the studio: what becomes of the values is shown, decided, mended in a workbook, and taken back."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from kartoteka.platform.actors import SYSTEM
from kartoteka.platform.query import Query, fetch
from tests.admin.conftest import ADMIN
from tests.admin.pages import document, follow, publish, send, texts
from tests.application import Application, Browser, unchanged

DRAFT = "/-/admin/draft"
NEW = "/-/admin/entity/client/new-field"
SIZE = "/-/admin/entity/client/field/x_size"
TEXTS = ("12", "12", "007", "about 5", "n/a", "=1+1")


@pytest.fixture
def sized(both: Application) -> tuple[Application, Browser]:
    """Clients with sizes that somebody kept as text."""
    browser = both.browser(ADMIN)
    send(browser, f"{NEW}?type=text", label__en="Size", do="publish")
    for number, text in enumerate(TEXTS):
        both.create("client", name=f"Sized {number}", x_size=text)
    return both, browser


def sizes(world: Application) -> list[Any]:
    """Return the values of the field by card."""
    with world.runtime.reading() as unit:
        rows = fetch(unit, SYSTEM, Query("client", ("x_size",), limit=None)).rows
        return [row.values["x_size"] for row in sorted(rows, key=lambda row: row.id)][3:]


def decide(browser: Browser, **more: Any) -> Any:
    return browser.post(f"{DRAFT}/decide", {"name": "client.x_size", **more})


def test_what_becomes_of_values_is_shown_decided_and_taken_back(sized: tuple[Application, Browser]) -> None:
    world, browser = sized
    answer = follow(browser, send(browser, SIZE, type="integer"))
    assert answer.status_code == 200
    page = browser.get(DRAFT)
    [said] = [each for each in texts(page, "//p[contains(@class,'figures')]") if "converted" in each]
    assert "2 values are converted whole." in said
    assert "3 values can't be converted." in said
    assert "1 value would lose something." in said
    assert texts(page, "//table[contains(@class,'samples')]//input[@name='old']/@value") == ["=1+1", "about 5", "n/a"]
    refused = unchanged(world, lambda: publish(browser, confirm="1"))
    assert refused.status_code == 422
    answer = decide(
        browser, failures__client__x_size="empty", lossy__client__x_size="1", old=["=1+1", "about 5"], new=["", "5"]
    )
    page = follow(browser, answer)
    assert "1 value becomes what was said." in page.text
    assert document(page).xpath("//input[@name='new']/@value")[-1] == "5"
    assert follow(browser, publish(browser, confirm="1")).status_code == 200
    assert sizes(world) == [12, 12, 7, 5, None, None]
    entry = browser.get("/-/admin/journal")
    undo = document(entry).xpath("//main//a[contains(., 'Undo')]/@href")[0]
    page = browser.get(undo)
    assert "6 values come back as they were." in page.text
    expected = document(page).xpath("//input[@name='expected']/@value")[0]
    assert browser.post(undo, {"expected": expected}).status_code == 303
    assert sizes(world) == list(TEXTS)


def test_failures_are_mended_in_a_workbook(sized: tuple[Application, Browser]) -> None:
    world, browser = sized
    send(browser, SIZE, type="integer")
    file = browser.get(f"{DRAFT}/values/client/x_size")
    assert file.status_code == 200
    book = load_workbook(BytesIO(file.content))
    sheet = book.active
    assert sheet is not None
    rows = {row[0].value: row for row in sheet.iter_rows()}
    assert set(rows) == {"Old value", *TEXTS} - {"12"}
    for old, new in (("about 5", 5), ("n/a", "0"), ("=1+1", "2"), ("007", "7")):
        rows[old][5].value = new
        rows[old][5].number_format = "General"
    target = BytesIO()
    book.save(target)
    answer = browser.post(
        f"{DRAFT}/mend", {"name": "client.x_size"}, files={"workbook": ("mended.xlsx", target.getvalue())}
    )
    assert answer.status_code == 303, answer.text[:500]
    assert "4 values become what was said." in browser.get(DRAFT).text
    publish(browser)
    assert sizes(world) == [12, 12, 7, 5, 0, 2]


def test_another_workbook_is_refused(sized: tuple[Application, Browser]) -> None:
    world, browser = sized
    send(browser, SIZE, type="integer")
    for name, content in (("x.csv", b"a,b\n1,2\n"), ("x.xlsx", b"PK\x03\x04 no zip")):
        answer = unchanged(
            world,
            lambda name=name, content=content: browser.post(  # type: ignore[misc]
                f"{DRAFT}/mend", {"name": "client.x_size"}, files={"workbook": (name, content)}
            ),
        )
        assert answer.status_code == 422
    assert unchanged(world, lambda: decide(browser, name="client.nothing")).status_code == 404


def test_a_choice_begins_with_the_values_that_are_there(sized: tuple[Application, Browser]) -> None:
    world, browser = sized
    send(browser, SIZE, type="choice")
    page = browser.get(SIZE)
    labels = [each.get("value") for each in document(page).xpath("//input[starts-with(@name,'choice_label__')]")]
    assert labels[0] == "12"
    assert set(labels) == set(TEXTS)
    assert "6 values are converted whole." in browser.get(DRAFT).text
    publish(browser)
    assert len(set(sizes(world))) == 5


def test_a_pair_that_makes_no_sense_is_told_at_the_field(both: Application) -> None:
    browser = both.browser(ADMIN)
    send(browser, f"{NEW}?type=boolean", label__en="Size", do="publish")
    both.create("client", name="Sized", x_size=True)
    answer = unchanged(both, lambda: send(browser, SIZE, type="date"))
    assert answer.status_code == 422
    assert "go by way of a text" in answer.text


def test_an_undo_that_would_lose_an_edit_is_looked_at_first(sized: tuple[Application, Browser]) -> None:
    world, browser = sized
    send(browser, f"{NEW}?type=text", label__en="Code", max_length="4", do="publish")
    code = SIZE.replace("x_size", "x_code")
    client = world.create("client", name="Coded", x_code="12")
    send(browser, code, type="integer")
    page = follow(browser, publish(browser))
    undo = document(page).xpath("//*[@id='toasts']//form/@action")[0]
    browser.post(f"/client/{client}/edit", {"rendered": "x_code", "x_code": "123456"})
    page = follow(browser, browser.post(undo))
    assert "1 value was edited since and can" in page.text
    expected = document(page).xpath("//input[@name='expected']/@value")[0]
    assert unchanged(world, lambda: browser.post(undo, {"expected": expected})).status_code == 422
    assert browser.post(undo, {"expected": expected, "confirm": "1"}).status_code == 303


def test_the_timeline_tells_old_values_as_they_were(sized: tuple[Application, Browser]) -> None:
    world, browser = sized
    client = world.create("client", name="Told", x_size="12")
    browser.post(f"/client/{client}/edit", {"rendered": "x_size", "x_size": "around 13"})
    browser.post(f"/client/{client}/edit", {"rendered": "x_size", "x_size": "14"})
    send(browser, SIZE, type="integer")
    decide(browser, failures__client__x_size="empty", lossy__client__x_size="1")
    publish(browser, confirm="1")
    browser.post(f"/client/{client}/edit", {"rendered": "x_size", "x_size": "1500"})
    page = browser.get(f"/client/{client}")
    told = " ".join(texts(page, "//*[@id='timeline']"))
    assert "around 13" in told
    assert "1,500" in told
