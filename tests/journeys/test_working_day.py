"""A salesperson's day: with the keyboard, with mistakes, on a phone."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.application import Application
from tests.conftest import OpenPage
from tests.journeys.conftest import LogIn

SALES = "sales@test.example"


def test_a_company_is_made_with_the_keyboard_alone(page: Page, address: str, log_in: LogIn) -> None:
    log_in(page, SALES)
    page.goto(f"{address}/company/new")
    page.locator("#f-name").focus()
    page.keyboard.type("Клавиатура и Ко")
    page.keyboard.press("Control+s")
    page.wait_for_url(re.compile(r"/company/\d+$"))
    expect(page.locator("h1")).to_contain_text("Клавиатура и Ко")
    expect(page.locator("#toasts")).to_contain_text("Saved")


def test_a_mistake_is_shown_in_place_with_everything_kept(page: Page, address: str, log_in: LogIn) -> None:
    log_in(page, SALES)
    page.goto(f"{address}/company/new?all=1")
    page.fill("#f-inn", "12")
    page.fill("#f-short_name", "Kept")
    page.click("[data-action=save]")
    expect(page.locator(".field.wrong [id='f-name'], .field.wrong [id='f-inn']").first).to_be_visible()
    expect(page.locator("#f-short_name")).to_have_value("Kept")
    assert page.url.endswith("/company/new?all=1")
    page.click("a[href='#f-inn']")
    expect(page.locator("#f-inn")).to_be_focused()


def test_a_link_is_picked_by_typing(page: Page, address: str, log_in: LogIn, sales: Application) -> None:
    me = sales.people[SALES]
    sales.create("company", name="Alpha Bakery", owner=me)
    sales.create("company", name="Alpha Mills", owner=me)
    log_in(page, SALES)
    page.goto(f"{address}/contact/new")
    page.fill("#f-last_name", "Baker")
    page.click("#f-company")
    page.keyboard.type("alpha m", delay=20)
    page.locator("[role=option]", has_text="Alpha Mills").wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+s")
    page.wait_for_url(re.compile(r"/contact/\d+$"))
    expect(page.locator("#main")).to_contain_text("Alpha Mills")


def test_a_list_is_sorted_without_a_new_page_and_back_leads_back(
    page: Page, address: str, log_in: LogIn, sales: Application
) -> None:
    for name in ("Zeta", "Beta", "Eta"):
        sales.create("product", name=name, sku=f"S-{name}", active=True)
    log_in(page, SALES)
    page.goto(f"{address}/product?list=all")
    page.evaluate("window.kept = true")
    page.locator("th a", has_text="Name").first.click()
    page.wait_for_url(re.compile("sort="))
    assert page.evaluate("window.kept") is True
    page.go_back()
    page.wait_for_url(re.compile(r"list=all$"))


def test_deleting_offers_undo(page: Page, address: str, log_in: LogIn, sales: Application) -> None:
    company = sales.create("company", name="Deleted by mistake", owner=sales.people["admin@test.example"])
    log_in(page, "admin@test.example")
    page.goto(f"{address}/company/{company}")
    page.locator(".card-head summary").click()
    page.locator(f"form[action='/company/{company}/delete'] button").first.click()
    expect(page.locator("#toasts")).to_contain_text("Deleted")
    page.locator("#toasts button", has_text="Undo").click()
    page.wait_for_url(re.compile(rf"/company/{company}$"))


def test_what_happened_is_written_down_on_a_phone(
    open_page: OpenPage, address: str, log_in: LogIn, sales: Application
) -> None:
    company = sales.create("company", name="On the road", owner=sales.people[SALES])
    page = log_in(open_page("phone"), SALES)
    page.goto(f"{address}/company/{company}")
    page.locator("#composer textarea").tap()
    page.keyboard.type("Talked at the gate.")
    page.locator("#composer button[type=submit]").tap()
    expect(page.locator("#timeline")).to_contain_text("Talked at the gate.")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_everything_essential_works_without_scripts(open_page: OpenPage, address: str, log_in: LogIn) -> None:
    page = log_in(open_page(java_script_enabled=False), SALES)
    page.goto(f"{address}/company/new")
    page.click("[data-action=save]")
    expect(page.locator(".field.wrong").first).to_be_visible()
    page.fill("#f-name", "Plain HTML")
    page.click("[data-action=save]")
    page.wait_for_url(re.compile(r"/company/\d+$"))
    page.goto(f"{address}/company?list=all&q=")
    expect(page.locator("#main")).to_contain_text("Plain HTML")
