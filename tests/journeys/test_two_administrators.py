"""Two administrators: two drafts, a colleague's publish in between, a collision, an undo of the older publish."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.application import Application
from tests.conftest import OpenPage
from tests.journeys.conftest import LogIn

ADMIN, COLLEAGUE = "admin@test.example", "second@test.example"


def label(page: Page, address: str, field: str, text: str, unpublished: str) -> None:
    """Label a field of the companies in the studio and wait until it is in the draft."""
    page.goto(f"{address}/-/admin/entity/company/field/{field}")
    page.locator("#properties [name='label__en']").fill(text)
    page.keyboard.press("Tab")
    expect(page.locator(".draft-bar b")).to_have_text(unpublished)


def publish(page: Page, address: str, why: str) -> None:
    """Review the draft, say why, and publish."""
    page.goto(f"{address}/-/admin/draft")
    page.get_by_label("Why").fill(why)
    page.get_by_role("button", name="Publish").click()
    expect(page.locator("#toasts")).to_contain_text("Published")


def begin(page: Page, address: str, name: str) -> None:
    """Begin a draft of that name."""
    page.goto(f"{address}/-/admin/drafts")
    page.get_by_label("New draft").fill(name)
    page.locator("[data-action='new-draft']").click()
    expect(page.locator(".draft-line.is-open h2")).to_have_text(name)


def test_two_drafts_a_colleague_a_collision_and_an_undo(
    open_page: OpenPage, address: str, log_in: LogIn, sales: Application
) -> None:
    sales.add_person(COLLEAGUE, "administrator", name="Second Admin")
    mine, theirs = log_in(open_page(), ADMIN), log_in(open_page(), COLLEAGUE)
    begin(mine, address, "Autumn fair")
    label(mine, address, "name", "Exhibitor", "1 unpublished change")
    label(mine, address, "inn", "Tax code", "2 unpublished changes")
    begin(mine, address, "Call centre")
    label(mine, address, "phone", "Hotline", "1 unpublished change")

    label(theirs, address, "name", "Firm", "1 unpublished change")
    publish(theirs, address, "as the law calls it")

    publish(mine, address, "the call centre asked")
    mine.goto(f"{address}/-/admin/drafts")
    expect(mine.locator(".draft-line .risk-blocked")).to_contain_text("collides in 1 place")
    mine.locator("[data-action='open']").click()
    mine.goto(f"{address}/-/admin/draft")
    expect(mine.locator("fieldset")).to_contain_text("Second Admin")
    mine.get_by_label("Mine, from the draft").check()
    mine.locator("[data-action='decide']").click()
    expect(mine.locator("li.change")).to_have_count(2)
    publish(mine, address, "for the fair")

    theirs.goto(f"{address}/-/admin/journal")
    theirs.locator(".journal > li", has_text="as the law calls it").locator("p a").click()
    theirs.locator("[data-action='undo']").click()
    expect(theirs.locator("fieldset")).to_contain_text("Exhibitor")
    theirs.get_by_label("Leave it as it is now").check()
    theirs.locator("[data-action='decide']").click()
    expect(theirs.locator("main")).to_contain_text("is left to take back")

    theirs.goto(f"{address}/-/admin/journal")
    theirs.locator(".journal > li", has_text="the call centre asked").get_by_role("link", name="Undo").click()
    theirs.get_by_role("button", name="Undo").click()
    expect(theirs.locator("#toasts")).to_contain_text("Taken back")
    theirs.goto(f"{address}/-/admin/journal")
    expect(theirs.locator(".journal > li.is-undone")).to_contain_text("Hotline")
    with sales.runtime.reading() as unit:
        fields = unit.model.catalog.fields("company")
    assert [fields[key].title("en") for key in ("name", "inn")] == ["Exhibitor", "Tax code"]
    assert fields["phone"].title("en") != "Hotline"
