"""An administrator changes a text field to a choice and to a number: sees counts, decides, publishes, undoes."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.admin.pages import send
from tests.application import Application
from tests.journeys.conftest import LogIn

ADMIN = "admin@test.example"
SIZES = ("12", "40", "about 5", "n/a", "n/a", "007")


def prepare(sales: Application, label: str) -> list[int]:
    """Give companies a text field, and a company for each of its values."""
    send(sales.browser(ADMIN), "/-/admin/entity/company/new-field?type=text", label__en=label, do="publish")
    key = f"x_{label.lower()}"
    return [sales.create("company", name=f"{label} {n}", **{key: text}) for n, text in enumerate(SIZES)]


def change_type(page: Page, address: str, key: str, wanted: str) -> None:
    """Choose another type at the field, keep it, and look at what will change."""
    page.goto(f"{address}/-/admin/entity/company/field/{key}")
    page.select_option("[name=type]", wanted)
    expect(page.locator(".draft-bar b")).to_have_text("1 unpublished change")
    page.goto(f"{address}/-/admin/draft")


def publish(page: Page, *, confirm: bool) -> None:
    if confirm:
        page.locator("label", has_text="I have seen what goes out of sight.").click()
    page.locator(".plan-foot button", has_text="Publish").click()
    expect(page.locator("#toasts")).to_contain_text("Published")


def test_a_text_becomes_a_choice_of_the_values_that_are_there(
    page: Page, address: str, log_in: LogIn, sales: Application
) -> None:
    companies = prepare(sales, "Kindred")
    log_in(page, ADMIN)
    change_type(page, address, "x_kindred", "choice")
    expect(page.locator(".change")).to_contain_text("6 values are converted whole.")
    publish(page, confirm=False)
    page.goto(f"{address}/company/{companies[3]}/edit?all=1")
    expect(page.locator("[data-field=x_kindred]")).to_contain_text("n/a")
    page.goto(f"{address}/-/admin/journal")
    page.locator("a", has_text="Undo").first.click()
    page.locator(".plan-foot button", has_text="Undo").click()
    expect(page.locator("#toasts")).to_contain_text("Taken back")
    page.goto(f"{address}/company/{companies[3]}/edit?all=1")
    expect(page.locator("#f-x_kindred")).to_have_value("n/a")


def test_a_text_becomes_a_number_as_a_person_decides(
    page: Page, address: str, log_in: LogIn, sales: Application
) -> None:
    companies = prepare(sales, "Staff")
    log_in(page, ADMIN)
    change_type(page, address, "x_staff", "integer")
    expect(page.locator(".change").first).to_contain_text("3 values can't be converted.")
    expect(page.locator(".plan-foot button", has_text="Publish")).to_be_disabled()
    page.get_by_label("New value: about 5").fill("5")
    page.get_by_label("Values that can't be converted").select_option("empty")
    page.locator("label", has_text="They may lose something").click()
    page.locator("button", has_text="Keep this decision").click()
    expect(page.locator(".change").first).to_contain_text("2 values can't be converted and are left empty.")
    expect(page.locator(".change").first).to_contain_text("1 value becomes what was said.")
    publish(page, confirm=True)
    page.goto(f"{address}/company/{companies[2]}/edit?all=1")
    expect(page.locator("#f-x_staff")).to_have_value("5")
    page.fill("#f-x_staff", "6")
    page.click("[data-action=save]")
    page.wait_for_url(re.compile(rf"/company/{companies[2]}$"))
    page.goto(f"{address}/-/admin/journal")
    page.locator("a", has_text="Undo").first.click()
    expect(page.locator(".change").first).to_contain_text("5 values come back as they were.")
    expect(page.locator(".change").first).to_contain_text("1 value was edited since")
    page.locator(".plan-foot button", has_text="Undo").click()
    expect(page.locator("#toasts")).to_contain_text("Taken back")
    for company, text in ((companies[2], "6"), (companies[3], "n/a"), (companies[5], "007")):
        page.goto(f"{address}/company/{company}/edit?all=1")
        expect(page.locator("#f-x_staff")).to_have_value(text)
