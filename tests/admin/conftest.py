"""The small sample, running, with administrators who configure it and people who may not."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kartoteka.metadata.packages import read_package
from tests.application import Application, Browser, running

SMALL = Path(__file__).parent.parent / "samples" / "small"
ADMIN, OTHER_ADMIN, SELLER = "admin@test.example", "second@test.example", "seller@test.example"


def studio_world(folder: Path, database_url: str) -> Iterator[Application]:
    """Run the small sample with two administrators and a seller, and some clients."""
    with running(folder, database_url, read_package(SMALL)) as application:
        application.add_person(ADMIN, "administrator", name="Ada Admin")
        application.add_person(OTHER_ADMIN, "administrator", name="Second Admin")
        seller = application.add_person(SELLER, "seller", name="Sam Seller")
        for number, city in enumerate(("North", "North", "South"), 1):
            application.create("client", name=f"Client {number}", city=city, owner=seller)
        yield application


@pytest.fixture
def world(tmp_path: Path, sqlite_url: str) -> Iterator[Application]:
    """Run it on SQLite."""
    yield from studio_world(tmp_path / "workspace", sqlite_url)


@pytest.fixture
def both(tmp_path: Path, database_url: str) -> Iterator[Application]:
    """Run it on either database."""
    yield from studio_world(tmp_path / "workspace", database_url)


@pytest.fixture
def admin(world: Application) -> Browser:
    """Give a browser in which an administrator is logged in."""
    return world.browser(ADMIN)
