"""A workspace to be measured: on one of the databases, with the packages, a salesperson and the records."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import make_url, text

import kartoteka
from bench import dataset
from kartoteka.app import make_runtime
from kartoteka.metadata.packages import Package, read_package
from kartoteka.platform.actors import SYSTEM, Actor
from kartoteka.platform.configuration import load_stack
from kartoteka.platform.people import actor_of, open_session
from kartoteka.platform.plans import Plan, make_plan
from kartoteka.platform.publishing import publish
from kartoteka.platform.records import create
from kartoteka.platform.runtime import Runtime
from kartoteka.platform.settings import FILE, load_settings
from tests import services


@dataclass
class Workspace:
    """A filled workspace: `secret` opens the salesperson's session, `records` are there, 1 to that number."""

    database: str
    folder: Path
    url: str
    runtime: Runtime
    records: int
    owner: int
    secret: str = ""
    seed_rate: float = 0.0

    def actor(self) -> Actor:
        """Return the salesperson."""
        with self.runtime.reading() as unit:
            actor = actor_of(unit, self.owner, self.runtime.settings)
        assert actor is not None
        return actor


@contextmanager
def opened(database: str, records: int) -> Iterator[Workspace]:
    """Make a workspace on "sqlite", "postgresql" or a database of that URL, and fill it."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kartoteka-bench-")))
        (folder / "data").mkdir()
        (folder / FILE).touch()
        url = stack.enter_context(_database(database))
        runtime = make_runtime(load_settings(folder, database_url=url, worker=False))
        stack.callback(runtime.database.close)
        apply(runtime, read_package(Path(kartoteka.__file__).parent / "packages" / "base"))
        apply(runtime, dataset.package())
        with runtime.writing() as unit:
            person = {"name": "Olga Sell", "email": "olga@example.org", "roles": ("seller",), "active": True}
            owner = create(unit, SYSTEM, "user", person)
            secret = open_session(unit, owner, runtime.settings)
        rate = dataset.fill(runtime, records, owner)
        _settle(runtime)
        name = make_url(runtime.settings.url).get_backend_name()
        yield Workspace(name, folder, url, runtime, records, owner, secret, rate)


@contextmanager
def _database(database: str) -> Iterator[str]:
    if database == "sqlite":
        yield ""
    elif database == "postgresql":
        server = services.open_postgres()
        if server is None:
            raise SystemExit("no PostgreSQL here: name one in KARTOTEKA_TEST_POSTGRES_URL")
        try:
            with services.own_database(server.url) as url:
                yield url
        finally:
            server.stop()
    else:
        yield database


def apply(runtime: Runtime, package: Package) -> None:
    """Publish a package."""
    publish(runtime.database, plan_of(runtime, package), actor="bench")


def plan_of(runtime: Runtime, package: Package) -> Plan:
    """Return the plan that puts a package in force."""
    with runtime.reading() as unit:
        return make_plan(unit.connection, unit.model, load_stack(unit.connection).with_package(package))


def _settle(runtime: Runtime) -> None:
    """Let the database know its tables' sizes, as it does by itself after a while."""
    with runtime.database.write() as connection:
        connection.execute(text("ANALYZE"))


def durability(runtime: Runtime) -> str:
    """Return how safely this database commits: figures of writes mean nothing without it."""
    with runtime.database.read() as connection:
        if runtime.database.is_sqlite:
            return f"synchronous={connection.execute(text('PRAGMA synchronous')).scalar_one()}"
        return f"fsync={connection.execute(text('SHOW fsync')).scalar_one()}"
