"""A running application for tests: a workspace with packages, people who log in, and what the database holds."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from sqlalchemy import MetaData, insert, select
from starlette.testclient import TestClient

import kartoteka
from kartoteka.app import make_app, make_runtime
from kartoteka.metadata.packages import Package, read_package
from kartoteka.platform import tables
from kartoteka.platform.actors import SYSTEM, Actor
from kartoteka.platform.configuration import load_stack
from kartoteka.platform.people import actor_of
from kartoteka.platform.plans import make_plan
from kartoteka.platform.publishing import publish
from kartoteka.platform.records import create
from kartoteka.platform.runtime import Runtime
from kartoteka.platform.settings import load_settings
from kartoteka.platform.web.login import DOOR_COOKIE

SHIPPED = Path(kartoteka.__file__).parent / "packages"
PASSWORD = "a good password"
VOLATILE = frozenset({"kt_session", "kt_throttle", "kt_recent"})
"""Tables that a refused request may touch: logging in, throttling, what was opened."""
NOTED = frozenset({("kt_token", "used_at")})
"""Columns that it may touch."""
_TOKEN = re.compile(r'name="csrf"\s+value="([^"]+)"')


@cache
def hashed_password() -> str:
    """Return the hash of PASSWORD: hashing is slow by design, so tests do it once."""
    return PasswordHasher().hash(PASSWORD)


class Application:
    """A runtime with its ASGI app. `browser()` gives a client with cookies of its own."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self.app = make_app(runtime)
        self.people: dict[str, int] = {}

    def apply(self, package: Package) -> None:
        """Publish a package."""
        with self.runtime.reading() as unit:
            stack = load_stack(unit.connection).with_package(package)
            plan = make_plan(unit.connection, unit.model, stack)
        publish(self.runtime.database, plan, actor="test")

    def add_person(self, email: str, *roles: str, name: str = "", language: str = "en") -> int:
        """Make a person who may log in with PASSWORD."""
        values = {"name": name or email.partition("@")[0].title(), "email": email, "roles": roles, "active": True}
        with self.runtime.writing() as unit:
            person = create(unit, SYSTEM, "user", {**values, "language": language, "time_zone": "UTC"})
            row = {"user_id": person, "password": hashed_password(), "changed_at": unit.now}
            unit.connection.execute(insert(tables.credential), row)
        self.people[email] = person
        return person

    def actor(self, email: str) -> Actor:
        """Return the actor that a person is."""
        with self.runtime.reading() as unit:
            actor = actor_of(unit, self.people[email], self.runtime.settings)
        assert actor is not None
        return actor

    def create(self, entity: str, **values: Any) -> int:
        """Make a record as the system."""
        with self.runtime.writing() as unit:
            return create(unit, SYSTEM, entity, values)

    def browser(self, email: str = "") -> Browser:
        """Return a client, logged in as a person or as a stranger."""
        browser = Browser(self)
        if email:
            browser.log_in(email)
        return browser

    def digest(self) -> str:
        """Return a digest of all that the database holds, but for what a refused request may touch."""
        found = MetaData()
        result = hashlib.sha256()
        with self.runtime.database.read() as connection:
            found.reflect(connection)
            for table in sorted(found.tables.values(), key=lambda each: each.name):
                if table.name not in VOLATILE and not table.name.startswith("sqlite_"):
                    kept = [column for column in table.columns if (table.name, column.name) not in NOTED]
                    rows = sorted(repr(tuple(row)) for row in connection.execute(select(*kept)))
                    result.update(repr([table.name, rows]).encode())
        return result.hexdigest()


class Browser:
    """A client with cookies that brings back the token of the pages it was shown."""

    def __init__(self, application: Application) -> None:
        self.client = TestClient(application.app, base_url="http://testserver", follow_redirects=False)
        self.token = ""

    def log_in(self, email: str, password: str = PASSWORD) -> Any:
        """Log in through the login page."""
        self.client.get("/-/login")
        door = self.client.cookies[DOOR_COOKIE]
        answer = self.client.post("/-/login", data={"email": email, "password": password, "csrf": door, "next": "/"})
        self.get("/")
        return answer

    def get(self, url: str, **kwargs: Any) -> Any:
        """Get a page and remember its token."""
        answer = self.client.get(url, **kwargs)
        found = _TOKEN.search(answer.text)
        if found:
            self.token = found.group(1)
        return answer

    def post(self, url: str, data: dict[str, Any] | None = None, **kwargs: Any) -> Any:
        """Post a form with the token."""
        return self.client.post(url, data={"csrf": self.token, **(data or {})}, **kwargs)


@contextmanager
def running(folder: Path, database_url: str = "", *packages: Package, **settings: Any) -> Iterator[Application]:
    """Run an application in a new workspace, with the base package and others."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "data").mkdir(exist_ok=True)
    runtime = make_runtime(load_settings(folder, database_url=database_url, **settings))
    application = Application(runtime)
    try:
        application.apply(read_package(SHIPPED / "base"))
        for package in packages:
            application.apply(package)
        yield application
    finally:
        runtime.database.close()


def unchanged(application: Application, act: Callable[[], Any]) -> Any:
    """Do something that must be refused, and hold that the database is as it was."""
    before = application.digest()
    answer = act()
    assert answer.status_code >= 400, answer.text[:500]
    assert application.digest() == before
    return answer
