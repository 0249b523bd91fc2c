"""The small sample, running, with one person of each role."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kartoteka.metadata.packages import read_package
from tests.application import Application, running

SMALL = Path(__file__).parent.parent / "samples" / "small"


def small_world(folder: Path, database_url: str) -> Iterator[Application]:
    """Run the small sample with four people."""
    with running(folder, database_url, read_package(SMALL)) as application:
        application.add_person("admin@test.example", "administrator", name="Ada Admin")
        application.add_person("seller@test.example", "seller", name="Sam Seller")
        application.add_person("other@test.example", "seller", name="Olga Other")
        application.add_person("reader@test.example", "reader", name="Rita Reader")
        yield application


@pytest.fixture
def world(tmp_path: Path, database_url: str) -> Iterator[Application]:
    """Run the small sample on either database."""
    yield from small_world(tmp_path / "workspace", database_url)
