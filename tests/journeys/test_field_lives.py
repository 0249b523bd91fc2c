"""A field gets another name, makes room for another one, comes back, and is deleted for good."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.application import Application
from tests.conftest import OpenPage
from tests.journeys.conftest import LogIn

ADMIN = "admin@test.example"
DEAL = "/-/admin/entity/deal"


def publish_draft(page: Page, address: str, *, confirm: bool = False) -> None:
    """Publish what the review shows."""
    page.goto(f"{address}/-/admin/draft")
    if confirm:
        page.locator("input[name='confirm'][type='checkbox']").check()
    page.locator("form[action$='/draft/publish'] button[type='submit']").first.click()
    expect(page.locator("#toasts")).to_contain_text("Published")


def test_the_lives_of_a_field(open_page: OpenPage, address: str, log_in: LogIn, sales: Application) -> None:
    deal = sales.create("deal", name="Roof", company=sales.create("company", name="Tiler"), probability=50)
    page, other = log_in(open_page(), ADMIN), log_in(open_page(), ADMIN)
    other.goto(f"{address}/deal/{deal}/edit")
    expect(other.locator("#f-probability")).to_have_value("50")

    page.goto(f"{address}{DEAL}/field/probability")
    page.get_by_role("link", name="Another name").click()
    expect(page.locator(".uses")).to_contain_text("Card type “Deal”")
    page.fill("#f-key", "chance")
    page.locator("button[data-action='save']").click()
    expect(page.locator(".draft-bar b")).to_have_text("1 unpublished change")
    publish_draft(page, address)

    other.fill("#f-probability", "70")
    other.locator("[data-action=save]").first.click()
    other.wait_for_url(re.compile(rf"/deal/{deal}$"))
    page.goto(f"{address}/deal?f.probability=70")
    expect(page.locator("main")).to_contain_text("Roof")
    page.goto(f"{address}/deal/{deal}/edit")
    expect(page.locator("#f-x_chance")).to_have_value("70")

    page.goto(f"{address}{DEAL}/new-field?type=percent")
    page.fill("[name='label__en']", "Odds")
    page.locator("button[data-action='save']").click()
    expect(page.locator("#toasts")).to_contain_text("Added for everybody: Odds")
    page.goto(f"{address}{DEAL}/field/x_chance/retire")
    page.select_option("#f-instead", "x_odds")
    page.locator("button[data-action='save']").click()
    publish_draft(page, address, confirm=True)

    page.goto(f"{address}/-/admin/retired")
    expect(page.locator(".retired li")).to_contain_text("1 value")
    page.get_by_role("link", name="Restore").click()
    page.locator("button[data-action='save']").click()
    expect(page.locator("#toasts")).to_contain_text("In use again: Probability")
    page.goto(f"{address}/deal/{deal}/edit")
    expect(page.locator("#f-x_chance")).to_have_value("70")

    page.goto(f"{address}{DEAL}/field/x_chance/retire")
    page.locator("button[data-action='save']").click()
    publish_draft(page, address, confirm=True)
    page.goto(f"{address}/-/admin/retired")
    page.get_by_role("link", name="Delete for good").click()
    page.fill("#f-typed", "deal.x_chance")
    page.locator("button[data-action='save']").click()
    expect(page.locator("main")).to_contain_text("Nothing is retired.")
