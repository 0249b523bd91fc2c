"""The terminal: which workspace a command works on, and how it speaks to the person in front of it."""

from __future__ import annotations

import getpass
import os
import socket
import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.text import Text
from sqlalchemy import make_url, select
from sqlalchemy.exc import OperationalError

from kartoteka.app import make_runtime
from kartoteka.metadata.catalog import Catalog
from kartoteka.metadata.locales import LANGUAGES, Locale
from kartoteka.metadata.problems import Message, Problem, Refused
from kartoteka.platform.database import Database
from kartoteka.platform.runtime import Runtime
from kartoteka.platform.settings import FILE, Settings, load_settings
from kartoteka.platform.web.environment import load_translations
from kartoteka.platform.web.sentences import sentence
from kartoteka.platform.web.sentences.gaps import Reader, fill


@dataclass(frozen=True)
class Terminal:
    """Speaks one language and knows the workspace. Results go to standard output, everything else beside it."""

    folder: Path
    language: str
    gettext: Callable[[str], str]

    def say(self, text: str, **params: Any) -> str:
        """Return one of our own texts in the person's language, its gaps filled."""
        return fill(text, params, Reader(self.language, self.gettext))

    def tell(self, text: str = "", style: str = "") -> None:
        """Print a line of the result."""
        Console(highlight=False).print(Text(text, style), soft_wrap=True)

    def warn(self, text: str, style: str = "") -> None:
        """Print a line that is no part of the result."""
        Console(stderr=True, highlight=False).print(Text(text, style), soft_wrap=True)

    def sentence(self, item: Problem | Message, catalog: Catalog | None = None) -> str:
        """Return what a problem or a message says."""
        return sentence(item, self.language, self.gettext, catalog)

    def problem_line(self, problem: Problem) -> str:
        """Return a problem as one line: file, pointer, code, message."""
        pointer = problem.pointer if problem.pointer is not None else (problem.field or "")
        place = [problem.file or "", pointer or ("/" if problem.file else "")]
        line = " ".join(part for part in (*place, f"{problem.code}:", self.sentence(problem)) if part)
        return " ".join(line.split())

    @property
    def locale(self) -> Locale:
        """How the person reads numbers and dates."""
        return Locale(self.language)

    @property
    def is_workspace(self) -> bool:
        """True where the folder holds a finished workspace."""
        return (self.folder / FILE).is_file()

    def settings(self, overrides: Mapping[str, Any] | None = None) -> Settings:
        """Return the workspace's settings. Raises Refused where there is none, or where they can't be read."""
        if not self.is_workspace:
            raise Refused([Problem("workspace.none", {"path": str(self.folder)})])
        return read_settings(self.folder, overrides or {})

    @contextmanager
    def runtime(self, overrides: Mapping[str, Any] | None = None) -> Iterator[Runtime]:
        """Open the workspace. Raises Refused."""
        with opened(self.settings(overrides)) as runtime:
            yield runtime


@contextmanager
def opened(settings: Settings) -> Iterator[Runtime]:
    """Open the runtime of these settings. Raises Refused where the database does not answer."""
    try:
        runtime = make_runtime(settings)
    except OperationalError as error:
        raise Refused([unreachable(settings, error)]) from error
    try:
        yield runtime
    finally:
        runtime.database.close()


@contextmanager
def connected(settings: Settings) -> Iterator[Database]:
    """Open the bare database of these settings, whatever is in it. Raises Refused where it does not answer."""
    database = Database(settings.url)
    try:
        with database.read() as connection:
            connection.execute(select(1))
        yield database
    except OperationalError as error:
        raise Refused([unreachable(settings, error)]) from error
    finally:
        database.close()


def unreachable(settings: Settings, error: OperationalError) -> Problem:
    """Return the problem of a database that does not answer; its password stays unsaid."""
    url = make_url(settings.url).render_as_string(hide_password=True)
    reason = str(error.orig).strip().splitlines() or [""]
    return Problem("database.unreachable", {"url": url, "reason": reason[0]})


def read_settings(folder: Path, overrides: Mapping[str, Any]) -> Settings:
    """Return the settings of a folder. Raises Refused with what can't be read."""
    try:
        return load_settings(folder, **overrides)
    except tomllib.TOMLDecodeError as error:
        raise Refused([Problem("settings.not_toml", {"reason": str(error)}, file=FILE, pointer="")]) from error
    except ValidationError as error:
        found = [
            Problem("settings.wrong", {"name": str(each["loc"][0]), "reason": each["msg"]}, file=FILE, pointer="")
            for each in error.errors()
        ]
        raise Refused(found) from error


def open_terminal(folder: Path, language: str) -> Terminal:
    """Return the terminal for a workspace folder; without a language the environment's."""
    chosen = language or language_of(os.environ)
    return Terminal(folder.resolve(), chosen, load_translations(chosen).gettext)


def language_of(environment: Mapping[str, str]) -> str:
    """Return the language that the environment asks for, English where we don't have it."""
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        language = environment.get(name, "")[:2].lower()
        if language:
            return language if language in LANGUAGES else "en"
    return "en"


def terminal_of(context: typer.Context) -> Terminal:
    """Return the terminal that the program opened for this command."""
    found = context.find_object(Terminal)
    assert found is not None
    return found


def person_here() -> str:
    """Return who types the commands, as the journal names them."""
    try:
        return f"{getpass.getuser()}@{socket.gethostname()}"
    except (OSError, KeyError):  # a container may run us as a user without a name
        return f"{os.getuid() if hasattr(os, 'getuid') else ''}@{socket.gethostname()}"


def is_interactive() -> bool:
    """Tell whether there is somebody to ask."""
    return sys.stdin is not None and sys.stdin.isatty()
