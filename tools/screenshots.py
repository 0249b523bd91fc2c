"""Photographs the demo for the README and the docs: `python -m tools.screenshots` writes docs/pictures.

A demo is made in a temporary folder and served; Chromium goes through its main screens.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Browser, sync_playwright

PICTURES = Path(__file__).resolve().parent.parent / "docs" / "pictures"
PORT = 8741
BASE = f"http://127.0.0.1:{PORT}"
SIZES = {"wide": (1440, 900), "phone": (390, 844)}
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--font-render-hinting=none"]


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture: its name, the page, who looks, on what."""

    name: str
    page: str
    who: str = "anna@demo.example"
    size: str = "wide"
    dark: bool = False
    language: str = "en"


SHOTS = (
    Shot("list", "/company"),
    Shot("card", "/company/13"),
    Shot("today", "/", dark=True),
    Shot("form", "/company/13/edit", who="ivan@demo.example", language="ru"),
    Shot("report", "/-/reports/pipeline", who="marek@demo.example"),
    Shot("studio", "/-/admin/", who="admin@demo.example"),
    Shot("phone-card", "/company/13", size="phone"),
    Shot("phone-today", "/", who="ivan@demo.example", size="phone", dark=True, language="ru"),
)


def main() -> None:
    """Make the demo, serve it, take the pictures."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "kartoteka", "demo", folder + "/demo", "--port", str(PORT), "--no-browser"]
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        try:
            _wait()
            with sync_playwright() as playwright:
                executable = shutil.which("chromium")
                browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
                for shot in SHOTS:
                    _take(browser, shot)
                browser.close()
        finally:
            server.terminate()
            server.wait()


def _wait(seconds: int = 180) -> None:
    for _ in range(seconds * 2):
        try:
            with urlopen(f"{BASE}/-/readyz"):  # noqa: S310 - our own address
                return
        except (URLError, ConnectionError):
            time.sleep(0.5)
    raise TimeoutError(f"no answer after {seconds} s")


def _take(browser: Browser, shot: Shot) -> None:
    width, height = SIZES[shot.size]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if shot.dark else "light",
        locale=shot.language,
        device_scale_factor=1,
    )
    page = context.new_page()
    page.goto(f"{BASE}/-/login")
    page.fill("[name=email]", shot.who)
    page.fill("[name=password]", "kartoteka")
    page.press("[name=password]", "Enter")
    page.wait_for_url(f"{BASE}/")
    page.goto(BASE + shot.page)
    page.wait_for_load_state("networkidle")
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"{shot.name}.png")
    context.close()


if __name__ == "__main__":
    main()
