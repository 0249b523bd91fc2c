"""The sales package, served to a browser, with a salesperson and an administrator."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from kartoteka.metadata.packages import read_package
from tests.application import PASSWORD, SHIPPED, Application, running
from tests.serving import served

expect.set_options(timeout=20_000)  # two cores, all of them busy with tests

LogIn = Callable[[Page, str], Page]


@pytest.fixture(scope="module")
def sales(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    """Run the sales package on SQLite."""
    with running(tmp_path_factory.mktemp("sales"), "", read_package(SHIPPED / "sales")) as application:
        application.add_person("admin@test.example", "administrator", name="Ada Admin")
        application.add_person("sales@test.example", "salesperson", name="Sam Sales")
        yield application


@pytest.fixture(scope="module")
def address(sales: Application) -> Iterator[str]:
    """Give the address at which it is served."""
    with served(sales) as url:
        yield url


@pytest.fixture
def log_in(address: str) -> LogIn:
    """Give a function that logs a person in; pages that a script breaks on fail the test."""

    def enter(page: Page, email: str) -> Page:
        page.on("pageerror", _fail)
        page.goto(f"{address}/-/login")
        page.fill("[name=email]", email)
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url(f"{address}/")
        return page

    return enter


def _fail(error: Exception) -> None:
    raise AssertionError(f"a script broke: {error}")
