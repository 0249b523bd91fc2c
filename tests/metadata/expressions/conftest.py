"""A table of deals on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, create_engine

from tests.metadata.expressions.card import DEALS


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def connection(request: pytest.FixtureRequest) -> Iterator[Connection]:
    """A connection to a database of this worker's own that holds a table of deals."""
    url = "sqlite://" if request.param == "sqlite" else request.getfixturevalue("postgresql_database")
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        DEALS.create(connection)
        yield connection
        DEALS.drop(connection)
    engine.dispose()
