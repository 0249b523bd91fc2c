"""The unit of work: one transaction with the model that is in force in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection

from kartoteka.platform.configuration import Model, Models
from kartoteka.platform.database import Database


@dataclass(frozen=True, slots=True)
class Unit:
    """A transaction, the configuration in force in it, and its moment. Nothing below it commits."""

    connection: Connection
    model: Model
    now: datetime


@contextmanager
def reading(database: Database, models: Models) -> Iterator[Unit]:
    """Open a unit that only reads."""
    with database.read() as connection:
        yield Unit(connection, models.at(connection), datetime.now(UTC))


@contextmanager
def writing(database: Database, models: Models) -> Iterator[Unit]:
    """Open a unit that writes; it is committed when the block ends without an exception."""
    with database.write() as connection:
        yield Unit(connection, models.at(connection), datetime.now(UTC))
