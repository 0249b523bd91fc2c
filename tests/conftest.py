"""Fixtures for everybody: both databases, a browser, LibreOffice, real input.

What this machine lacks skips the tests that need it, and is listed loudly at the end of the run.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest
import structlog
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests import services

NOT_AVAILABLE = "NOT AVAILABLE: "
SERVER = pytest.StashKey[services.Server | None]()
SIZES = {"desktop": (1440, 900), "phone": (390, 844)}
# No sandbox, since tests may run as root in a container; no traffic but ours.
BROWSER_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)

OpenPage = Callable[..., Page]


def skip_without(what: str) -> NoReturn:
    """Skip the test; the summary counts it under what was missing."""
    pytest.skip(NOT_AVAILABLE + what)


def pytest_configure(config: pytest.Config) -> None:
    """Log failures plainly: the pretty traceback prints every local variable, half a minute for each failed job."""
    plain = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*structlog.get_config()["processors"][:-1], plain])


# --- databases --------------------------------------------------------------------------------------------


def pytest_sessionstart(session: pytest.Session) -> None:
    """Find or start PostgreSQL once; xdist's workers inherit its address through the environment."""
    if hasattr(session.config, "workerinput"):
        return
    server = services.open_postgres()
    session.config.stash[SERVER] = server
    if server:
        os.environ[services.POSTGRES_VARIABLE] = server.url


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop PostgreSQL if this run started it."""
    server = config.stash.get(SERVER, None)
    if server:
        server.stop()


@pytest.fixture(scope="session")
def postgresql_database() -> Iterator[str]:
    """Give the URL of a PostgreSQL database of this worker's own."""
    server_url = services.find_running_postgres()
    if not server_url:
        skip_without("PostgreSQL")
    with services.own_database(server_url) as url:
        yield url


@pytest.fixture
def postgresql_url(postgresql_database: str) -> Iterator[str]:
    """Give a URL that leads to an empty schema of this test's own."""
    with services.own_schema(postgresql_database) as url:
        yield url


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """Give the URL of an SQLite file of this test's own, which does not exist yet."""
    return f"sqlite:///{tmp_path / 'kartoteka.sqlite'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Give the URL of an empty database; a test that asks for it runs once on each kind."""
    return str(request.getfixturevalue(f"{request.param}_url"))


# --- browser ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def chromium() -> Path:
    """Give the path of Chromium's program."""
    return services.find_chromium() or skip_without("Chromium")


@pytest.fixture(scope="session")
def browser(chromium: Path) -> Iterator[Browser]:
    """Give this worker's running, headless Chromium."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=BROWSER_ARGUMENTS)
        yield running
        running.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """Give a function that opens a page with cookies of its own: `open_page("phone", color_scheme="dark")`.

    Sizes are "desktop" (1440 x 900) and "phone" (390 x 844, touch); options go to Playwright's new_context.
    """
    contexts: list[BrowserContext] = []

    def open_one(size: str = "desktop", **options: Any) -> Page:
        width, height = SIZES[size]
        phone = {"is_mobile": True, "has_touch": True} if size == "phone" else {}
        defaults: dict[str, Any] = {
            "viewport": {"width": width, "height": height},
            "locale": "en-GB",
            **phone,
        }
        contexts.append(browser.new_context(**(defaults | options)))
        return contexts[-1].new_page()

    yield open_one
    for context in contexts:
        context.close()


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """Give a desktop page."""
    return open_page()


# --- programs and files -----------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def libreoffice() -> Path:
    """Give the path of LibreOffice's program."""
    return services.find_libreoffice() or skip_without("LibreOffice")


@pytest.fixture(scope="session")
def real() -> Path:
    """Give the folder of real input that nobody here wrote."""
    return services.find_real() or skip_without("real input")


# --- what was not available -------------------------------------------------------------------------------


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """List loudly what was missing, with the number of tests that it cost."""
    missing: Counter[str] = Counter()
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if NOT_AVAILABLE in reason:
            missing[reason.partition(NOT_AVAILABLE)[2]] += 1
    for what, count in sorted(missing.items()):
        terminalreporter.write_sep("!", f"{NOT_AVAILABLE}{what} ({count} tests skipped)", red=True, bold=True)
