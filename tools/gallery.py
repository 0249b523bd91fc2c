"""Renders every page of the face with plausible data, for the eye: `python -m tools.gallery [--shots]`.

The pages are written to a folder (by default one for temporary files). With --shots a small server with the product's
Content-Security-Policy serves them to Chromium, which photographs each in light and dark, wide and on a phone, and
any violation of the policy or error of a script is printed.
"""

from __future__ import annotations

import argparse
import functools
import http.server
import io
import shutil
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from playwright.sync_api import ConsoleMessage, Error, sync_playwright

from kartoteka.platform.web.pieces import HELPERS
from tools import gallery_pages

ROOT = Path(__file__).resolve().parent.parent / "kartoteka"
STATIC = ROOT / "platform/web/static"
LOCALES = ROOT / "platform/web/locale"
ROOMS = ("platform/web", "forms", "admin", "reports", "search")
LANGUAGES = ("en", "ru")
SIZES = {"wide": (1440, 900), "phone": (390, 844)}
POLICY = "default-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self'"


def make_environment(language: str) -> Environment:
    """Return the templates of all rooms, speaking one language."""
    environment = Environment(
        loader=FileSystemLoader([ROOT / room / "templates" for room in ROOMS]),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.install_gettext_translations(read_words(language), newstyle=True)  # type: ignore[attr-defined]
    environment.globals.update(HELPERS, static=lambda name: f"/static/{name}")
    return environment


def read_words(language: str) -> NullTranslations:
    """Return the translations of a language; English is what the templates themselves say."""
    source = LOCALES / language / "LC_MESSAGES/messages.po"
    if not source.is_file():
        return NullTranslations()
    compiled = io.BytesIO()
    with source.open(encoding="utf-8") as words:
        write_mo(compiled, read_po(words, locale=language))
    compiled.seek(0)
    return Translations(compiled)


def write_pages(folder: Path) -> list[str]:
    """Write every example page in every language; return their names."""
    folder.mkdir(parents=True, exist_ok=True)
    names = []
    for language in LANGUAGES:
        environment = make_environment(language)
        for name, (template, context) in gallery_pages.make_pages(language).items():
            page = environment.get_template(template).render(context)
            (folder / f"{name}.{language}.html").write_text(page, encoding="utf-8")
            names.append(f"{name}.{language}")
    if not (folder / "static").exists():
        (folder / "static").symlink_to(STATIC)
    return names


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves the gallery as the product would, with its policy."""

    def end_headers(self) -> None:
        """Add the policy to every answer."""
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        """Say nothing of each request."""


def report(message: ConsoleMessage) -> None:
    """Print what the browser complains of: a violated policy, a missing file."""
    if message.type == "error":
        print(message.location, message.text)


def report_error(error: Error) -> None:
    """Print what a script has stumbled over."""
    print(error)


def photograph(folder: Path, names: list[str], chosen: Callable[[str], bool]) -> None:
    """Photograph the pages whose shot's name is `chosen` into `folder`/shots."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    shots = folder / "shots"
    shots.mkdir(exist_ok=True)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"))
        for size, (width, height) in SIZES.items():
            for theme in ("light", "dark"):
                context = browser.new_context(
                    viewport={"width": width, "height": height}, color_scheme=theme, has_touch=size == "phone"
                )
                page = context.new_page()
                page.on("console", report)
                page.on("pageerror", report_error)
                for name in filter(lambda name: chosen(f"{name}.{size}.{theme}"), names):
                    page.goto(f"http://127.0.0.1:{server.server_port}/{name}.html")
                    page.screenshot(path=shots / f"{name}.{size}.{theme}.png")
                context.close()
        browser.close()
    server.shutdown()


def main() -> None:
    """Write the pages and, if asked, photograph them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "kartoteka-gallery")
    parser.add_argument("--shots", nargs="*", metavar="PART", help="only shots whose names hold one of these")
    options = parser.parse_args()
    names = write_pages(options.folder)
    if options.shots is not None:
        parts = options.shots or [""]
        photograph(options.folder, names, lambda shot: any(part in shot for part in parts))
    print(options.folder)


if __name__ == "__main__":
    main()
