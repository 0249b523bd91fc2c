"""Workspaces that are saved, and others into which backups are put, on both databases."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from kartoteka.app import make_runtime
from kartoteka.metadata.packages import read_package
from kartoteka.platform import files
from kartoteka.platform.actors import SYSTEM
from kartoteka.platform.backups.archive import reading
from kartoteka.platform.backups.restoring import restore_into
from kartoteka.platform.database import Database
from kartoteka.platform.settings import load_settings
from tests import services
from tests.application import Application, running
from tests.platform.workspace import SMALL

NewDatabase = Callable[[], str]


@pytest.fixture
def world(tmp_path: Path, database_url: str) -> Iterator[Application]:
    """Run the small sample on either database."""
    with running(tmp_path / "world", database_url, read_package(SMALL)) as application:
        yield application


@pytest.fixture
def new_database(request: pytest.FixtureRequest, tmp_path: Path, database_url: str) -> Iterator[NewDatabase]:
    """Give a function that returns the URL of another empty database of the same kind."""
    with ExitStack() as opened:
        numbers = iter(range(1000))

        def make() -> str:
            if database_url.startswith("sqlite"):
                return f"sqlite:///{tmp_path / f'other-{next(numbers)}.sqlite'}"
            return opened.enter_context(services.own_schema(request.getfixturevalue("postgresql_database")))

        yield make


def add_file(application: Application, content: bytes, name: str = "letter.txt") -> int:
    """Keep a file and return its record's id."""
    with application.runtime.writing() as unit:
        return files.keep(unit, SYSTEM, application.runtime.files, name, "text/plain", io.BytesIO(content))


@contextmanager
def restored(path: Path, folder: Path, url: str, *, keep_tokens: bool = False) -> Iterator[Application]:
    """Put a backup into an empty database and folder, and run what comes out."""
    put_back(path, folder, url, keep_tokens=keep_tokens)
    with opened(folder, url) as application:
        yield application


def put_back(path: Path, folder: Path, url: str, *, keep_tokens: bool = False) -> None:
    """Put a backup into a database and folder."""
    folder.mkdir(parents=True, exist_ok=True)
    database = Database(url)
    try:
        with reading(path) as archive:
            restore_into(archive, database, folder, keep_tokens=keep_tokens)
    finally:
        database.close()


@contextmanager
def opened(folder: Path, url: str) -> Iterator[Application]:
    """Run a workspace that is there."""
    runtime = make_runtime(load_settings(folder, database_url=url))
    try:
        yield Application(runtime)
    finally:
        runtime.database.close()
