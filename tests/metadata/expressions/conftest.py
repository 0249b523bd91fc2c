"""A table of deals on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from sqlalchemy import Connection, create_engine

from tests.metadata.expressions.card import DEALS
from tests.services import own_schema


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def connection(request: pytest.FixtureRequest) -> Iterator[Connection]:
    """A connection to a database, or a schema, of this worker's own that holds a table of deals."""
    with ExitStack() as opened:
        url = "sqlite://"
        if request.param == "postgresql":
            url = opened.enter_context(own_schema(request.getfixturevalue("postgresql_database")))
        engine = create_engine(url, isolation_level="AUTOCOMMIT")
        opened.callback(engine.dispose)
        connection = opened.enter_context(engine.connect())
        DEALS.create(connection)
        yield connection
