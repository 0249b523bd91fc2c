"""Workspaces on both databases."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.platform.workspace import Workspace


@pytest.fixture
def workspace(database_url: str) -> Iterator[Workspace]:
    """Give a database with the base and the small package; once on SQLite, once on PostgreSQL."""
    found = Workspace(database_url)
    yield found
    found.close()
