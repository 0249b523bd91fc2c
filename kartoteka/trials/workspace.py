"""A temporary workspace: layers put in force on SQLite, in a folder that is gone afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from kartoteka.metadata.stack import Stack
from kartoteka.platform.configuration import Models, create_tables
from kartoteka.platform.database import Database
from kartoteka.platform.plans import make_plan
from kartoteka.platform.publishing import publish
from kartoteka.platform.settings import load_settings
from kartoteka.platform.units import Unit, reading, writing

WHO = "tests"


class _TakenBack(Exception):
    """Leaves a transaction without keeping anything."""


class Bench:
    """A workspace in which anything may be tried: nothing of it stays."""

    def __init__(self, folder: Path) -> None:
        self.database = Database(f"sqlite:///{folder / 'tests.db'}", pool_size=1)
        self.models = Models()
        self.settings = load_settings(folder)
        create_tables(self.database)

    def put(self, stack: Stack) -> None:
        """Put layers in force; their reference data are at hand. Raises Refused."""
        with reading(self.database, self.models) as unit:
            plan = make_plan(unit.connection, unit.model, stack)
        publish(self.database, plan, actor=WHO)

    @contextmanager
    def trying(self) -> Iterator[Unit]:
        """Open a unit that writes, and keep nothing of what is written."""
        try:
            with writing(self.database, self.models) as unit:
                yield unit
                raise _TakenBack
        except _TakenBack:
            pass


@contextmanager
def bench(stack: Stack) -> Iterator[Bench]:
    """Give a temporary workspace with these layers in force. Raises Refused where they don't fit together."""
    with TemporaryDirectory(prefix="kartoteka-tests-") as folder:
        found = Bench(Path(folder))
        try:
            found.put(stack)
            yield found
        finally:
            found.database.close()
