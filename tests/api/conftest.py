"""The small sample, running, and a program for anybody in it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.programs import Program
from tests.application import Application
from tests.forms.conftest import small_world


@pytest.fixture
def world(tmp_path: Path, database_url: str) -> Iterator[Application]:
    """Run the small sample on either database."""
    yield from small_world(tmp_path / "workspace", database_url)


@pytest.fixture(scope="module")
def lite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    """Run the small sample on SQLite, once for all tests of a module that change nothing in it."""
    folder = tmp_path_factory.mktemp("lite")
    yield from small_world(folder / "workspace", f"sqlite:///{folder / 'kartoteka.sqlite'}")


@pytest.fixture
def admin(world: Application) -> Program:
    """An administrator's program."""
    return Program(world, "admin@test.example")


@pytest.fixture
def seller(world: Application) -> Program:
    """A seller's program: own clients; credit and risk hidden, rank read only."""
    return Program(world, "seller@test.example")
