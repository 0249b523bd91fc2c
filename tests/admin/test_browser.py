"""In a browser: a newcomer adds a field, publishes it and finds it on the form; a list is dragged into order."""

import pytest
from playwright.sync_api import Page, expect

from tests.admin.conftest import ADMIN
from tests.application import PASSWORD, Application
from tests.serving import served


def log_in(page: Page, address: str) -> None:
    """Log in as an administrator."""
    page.goto(f"{address}/-/login")
    page.get_by_label("E-mail").fill(ADMIN)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("Password").press("Enter")
    page.wait_for_url(f"{address}/")


def test_a_field_is_added_published_and_stands_on_the_form(world: Application, page: Page) -> None:
    with served(world) as address:
        log_in(page, address)
        page.get_by_role("link", name="Studio").click()
        page.get_by_role("link", name="Clients 15 fields").click()
        page.locator("[data-action='add-field']").click()
        page.get_by_role("link", name="Choice One of a list").click()
        page.locator("[name='label__en']").fill("Loyalty")
        page.locator("[name='new_choice']").fill("Bronze\nSilver\nGold")
        page.locator("button[data-action='save']").click()
        expect(page.locator("#toasts")).to_contain_text("Added for everybody: Loyalty")
        page.locator("[data-action='open-form']").click()
        expect(page.get_by_label("Loyalty", exact=True)).to_be_visible()
        expect(page.locator("main")).to_contain_text("Silver")


def test_a_change_is_seen_in_the_preview_and_published(world: Application, page: Page) -> None:
    with served(world) as address:
        log_in(page, address)
        page.goto(f"{address}/-/admin/entity/client/field/inn")
        page.locator("#properties [name='label__en']").fill("Tax number")
        page.keyboard.press("Tab")
        expect(page.locator("#preview [data-field='inn'] .name")).to_have_text("Tax number")
        expect(page.locator(".draft-bar b")).to_have_text("1 unpublished change")
        page.locator(".draft-bar button.b-primary").click()
        expect(page.locator("#toasts")).to_contain_text("Published: 1 change")


@pytest.mark.parametrize("handle", ["grip", "button"])
def test_columns_are_put_into_order(world: Application, page: Page, handle: str) -> None:
    with served(world) as address:
        log_in(page, address)
        page.goto(f"{address}/-/admin/entity/client/list/all")
        lines = page.locator("ol[data-name='columns'] li")
        if handle == "grip":
            lines.nth(1).locator(".grip").drag_to(lines.nth(0).locator(".grip"))
        else:
            lines.nth(1).get_by_role("button", name="Up: City").click()
        expect(page.locator("#preview th").first).to_have_text("City")


def test_a_condition_is_checked_while_it_is_typed(world: Application, page: Page) -> None:
    with served(world) as address:
        log_in(page, address)
        page.goto(f"{address}/-/admin/entity/client/list/all")
        page.locator("textarea[name='filter']").press_sequentially("rank > citi")
        expect(page.locator(".verdict mark")).to_have_text("citi")


def test_a_word_is_chosen_with_the_keys(world: Application, page: Page) -> None:
    with served(world) as address:
        log_in(page, address)
        page.goto(f"{address}/-/admin/entity/client/list/all")
        area = page.locator("textarea[name='filter']")
        area.fill("")
        area.press_sequentially("COUNT_OF(deal.cl")
        expect(page.locator(".options [aria-selected='true'] code")).to_have_text("deal.client")
        area.press("Tab")
        area.press_sequentially(', stage = "w')
        expect(page.locator(".options [aria-selected='true'] code")).to_have_text('won"')
        area.press("Enter")
        area.press_sequentially(") < 1")
        expect(area).to_have_value('COUNT_OF(deal.client, stage = "won") < 1')
        expect(page.locator(".trials dd").first).to_have_text("Yes")
