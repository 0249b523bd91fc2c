"""An office with the small package, people of each role, and a worker that is called by hand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from kartoteka.metadata.definitions import FieldRight, Role
from kartoteka.metadata.packages import read_package
from kartoteka.platform.actors import SYSTEM, Actor
from kartoteka.platform.configuration import load_stack
from kartoteka.platform.plans import make_plan
from kartoteka.platform.publishing import publish
from kartoteka.platform.records import update_record
from kartoteka.platform.worker import Worker
from kartoteka.search.finder import Finder, finder_of
from kartoteka.search.finding import Answer
from tests.application import Application, running

SMALL = Path(__file__).parent.parent / "samples" / "small"
SELLER, READER, KEEPER, BOSS = "seller@x.test", "reader@x.test", "keeper@x.test", "boss@x.test"
PEOPLE = {SELLER: "seller", READER: "reader", KEEPER: "keeper", BOSS: "administrator"}


@dataclass
class Office:
    """An application, and short ways to feed its index and to ask it."""

    application: Application

    @property
    def finder(self) -> Finder:
        """The search under test."""
        return finder_of(self.application.runtime)

    def work(self) -> None:
        """Do all jobs that are due, as a worker would."""
        worker = Worker(self.application.runtime)
        while any(worker.step(lane) for lane in worker.lanes()):
            pass

    def create(self, entity: str, **values: Any) -> int:
        """Make a record as the system."""
        return self.application.create(entity, **values)

    def update(self, entity: str, record_id: int, **values: Any) -> None:
        """Change a record as the system."""
        with self.application.runtime.writing() as unit:
            update_record(unit, SYSTEM, entity, record_id, values)

    def ask(self, who: str, text: str, *entities: str, **options: Any) -> Answer:
        """Search as a person; among clients and deals unless told otherwise."""
        actor = self.application.actor(who)
        with self.application.runtime.reading() as unit:
            return self.finder.search(unit, actor, text, entities or ("client", "deal", "visit"), **options)

    def find(self, who: str, text: str, *entities: str) -> set[tuple[str, int]]:
        """What a person finds."""
        return {(found.entity, found.record_id) for found in self.ask(who, text, *entities, limit=100).found}

    def change_role(self, key: str, entity: str, **rights: str) -> None:
        """Publish other field rights of a role."""
        with self.application.runtime.reading() as unit:
            role = unit.model.catalog.roles[key]
            catalog = unit.model.catalog.with_definitions(_with_rights(role, entity, rights))
            stack = load_stack(unit.connection)
            plan = make_plan(unit.connection, unit.model, stack.with_local(catalog.trees))
        assert publish(self.application.runtime.database, plan, actor="test")

    def actor(self, who: str) -> Actor:
        """A person."""
        return self.application.actor(who)


def _with_rights(role: Role, entity: str, rights: dict[str, str]) -> Role:
    changed = []
    for right in role.entities:
        fields = {each.field: each for each in right.fields}
        fields |= {key: FieldRight(field=key, right=value) for key, value in rights.items()}  # type: ignore[arg-type]
        changed.append(replace(right, fields=tuple(fields.values())) if right.entity == entity else right)
    return replace(role, entities=tuple(changed))


@contextmanager
def open_office(folder: Path, database_url: str, engine: str) -> Iterator[Office]:
    """Open an office in a folder, on a database, with an engine."""
    with running(folder, database_url, read_package(SMALL), search_engine=engine) as application:
        for email, role in PEOPLE.items():
            application.add_person(email, role)
        office = Office(application)
        office.work()
        yield office
