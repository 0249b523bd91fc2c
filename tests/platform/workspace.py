"""A database with the base package and the small one of `tests/samples`, and short words for what tests do to it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import MetaData, select

import kartoteka
from kartoteka.metadata import conversions
from kartoteka.metadata.definitions import Identity, Sort
from kartoteka.metadata.packages import Package, read_package
from kartoteka.metadata.problems import Refused
from kartoteka.metadata.trees import Tree, normal
from kartoteka.platform import configuration, records, undoing
from kartoteka.platform.actors import SYSTEM, Actor
from kartoteka.platform.collisions import Choices
from kartoteka.platform.database import Database
from kartoteka.platform.journal import Entry, entry_of
from kartoteka.platform.plans import Plan, make_plan
from kartoteka.platform.preparing import publications, store
from kartoteka.platform.preparing.store import Preparation
from kartoteka.platform.query import Page, Query, Row, fetch, get
from kartoteka.platform.units import Unit, reading, writing

SMALL = Path(__file__).parent.parent / "samples" / "small"
BASE = Path(kartoteka.__file__).parent / "packages" / "base"
LOGS = {"kt_throttle", "kt_session"}


@cache
def package(path: Path) -> Package:
    """Read a package once; it is frozen."""
    return read_package(path)


class Workspace:
    """A database in use. Every method is a transaction of its own."""

    def __init__(self, url: str, *, packages: tuple[Path, ...] = (BASE, SMALL)) -> None:
        self.database = Database(url, pool_size=3)
        configuration.create_tables(self.database)
        self.models = configuration.Models()
        for path in packages:
            self.apply(package(path))

    # --- configuration

    @contextmanager
    def reading(self) -> Iterator[Unit]:
        with reading(self.database, self.models) as unit:
            yield unit

    @contextmanager
    def writing(self) -> Iterator[Unit]:
        with writing(self.database, self.models) as unit:
            yield unit

    def trees(self) -> dict[Identity, Tree]:
        with self.reading() as unit:
            return dict(unit.model.catalog.trees)

    @property
    def hash(self) -> str:
        with self.reading() as unit:
            return unit.model.catalog.hash

    def plan(self, trees: Mapping[Identity, Tree], decisions: conversions.Decisions = conversions.NO_DECISIONS) -> Plan:
        """Plan to put exactly these definitions in force, by the local layer."""
        with self.reading() as unit:
            wanted = {identity: normal(tree) for identity, tree in trees.items()}
            stack = configuration.load_stack(unit.connection).with_local(wanted)
            return make_plan(unit.connection, unit.model, stack, decisions=decisions)

    def plan_package(self, new: Package) -> Plan:
        with self.reading() as unit:
            stack = configuration.load_stack(unit.connection).with_package(new)
            return make_plan(unit.connection, unit.model, stack)

    def publish(self, plan: Plan, undoes: int | None = None) -> Entry | None:
        """Publish, also what is made ready before."""
        begun = publications.publish_or_begin(self.database, plan, actor="tester", undoes=undoes)
        return self.finish(begun.id) if isinstance(begun, publications.Begun) else begun

    def finish(self, number: int) -> Entry:
        """Carry a publish on to its end. Raises Refused where that is another one."""
        ended = publications.carry_on(self.database, self.models, self.preparation(number), lambda _: True)
        if ended.entry is None:
            raise Refused(ended.problems)
        with self.reading() as unit:
            return entry_of(unit.connection, ended.entry)

    def preparation(self, number: int) -> Preparation:
        with self.reading() as unit:
            return store.get(unit.connection, number)

    def apply(self, new: Package) -> Entry | None:
        return self.publish(self.plan_package(new))

    def put(self, trees: Mapping[Identity, Tree]) -> Entry:
        entry = self.publish(self.plan(trees))
        assert entry is not None
        return entry

    def edit(self, entity: str, **fields: Tree | None) -> Entry:
        """Add, change (the properties given) or take out (None) fields of an entity."""
        return self.put(edited(self.trees(), entity, **fields))

    def undo(self, number: int | None = None, choices: Choices | None = None) -> Entry:
        with self.reading() as unit:
            undone, plan = undoing.undo_plan(unit.connection, unit.model, number, choices)
        entry = self.publish(plan, undone)
        assert entry is not None
        return entry

    def plan_undo(self, number: int) -> Plan:
        with self.reading() as unit:
            return undoing.undo_plan(unit.connection, unit.model, number)[1]

    def columns(self, entity: str) -> int:
        """Return how many columns the entity's tables have."""
        with self.reading() as unit:
            return sum(unit.model.placement.entities[entity].sizes)

    # --- records

    def create(self, entity: str, actor: Actor = SYSTEM, **values: Any) -> int:
        with self.writing() as unit:
            return records.create(unit, actor, entity, values)

    def update(
        self, entity: str, record_id: int, actor: Actor = SYSTEM, version: int | None = None, **values: Any
    ) -> Any:
        with self.writing() as unit:
            return records.update_record(unit, actor, entity, record_id, values, version)

    def delete(self, entity: str, record_id: int, actor: Actor = SYSTEM) -> None:
        with self.writing() as unit:
            records.delete(unit, actor, entity, record_id)

    def restore(self, entity: str, record_id: int, actor: Actor = SYSTEM) -> None:
        with self.writing() as unit:
            records.restore(unit, actor, entity, record_id)

    def get(self, entity: str, record_id: int, *columns: str, actor: Actor = SYSTEM) -> Row:
        with self.reading() as unit:
            return get(unit, actor, Query(entity, columns or tuple(unit.model.catalog.fields(entity))), record_id)

    def fetch(self, actor: Actor, query: Query) -> Page:
        with self.reading() as unit:
            return fetch(unit, actor, query)

    def sorted_by(self, entity: str, field: str) -> list[int]:
        """Return the ids in the order of a field."""
        return [row.id for row in self.fetch(SYSTEM, Query(entity, sort=(Sort(field=field),))).rows]

    def person(self, name: str, *roles: str) -> Actor:
        """Make a user and return the actor that it is."""
        user = self.create("user", name=name, email=f"{name.lower()}@example.org", roles=roles or None)
        return Actor(user, name, roles)

    # --- digests

    def digest(self, *, besides: frozenset[str] = frozenset(LOGS)) -> str:
        """Return a digest of all rows of all tables, and of which tables and columns there are."""
        found = hashlib.sha256()
        known = MetaData()
        with self.database.read() as connection:
            known.reflect(connection)
            for table in sorted(known.tables.values(), key=lambda each: each.name):
                if table.name not in besides:
                    found.update(f"{table.name} {[column.name for column in table.columns]}".encode())
                    rows = connection.execute(select(table)).all()
                    found.update("\n".join(sorted(map(repr, rows))).encode())
        return found.hexdigest()

    def data(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return all values of all live records, by entity, as the system reads them."""
        with self.reading() as unit:
            found = {}
            for entity in sorted(unit.model.catalog.entities):
                columns = tuple(sorted(unit.model.catalog.fields(entity)))
                page = fetch(unit, SYSTEM, Query(entity, columns, limit=None, titles=False))
                found[entity] = [(row.id, *row.values.items()) for row in page.rows]
            return found

    def close(self) -> None:
        self.database.close()


def edited(trees: dict[Identity, Tree], entity: str, **fields: Tree | None) -> dict[Identity, Tree]:
    """Return the definitions with fields of an entity added, changed or, where None is given, taken out."""
    identity = Identity("entity", "", entity)
    tree = trees[identity]
    old = {field["key"]: field for field in tree["fields"]}
    kept = [old[key] | (fields.get(key) or {}) for key in old if fields.get(key, {}) is not None]
    added = [{"key": key, **field} for key, field in fields.items() if key not in old and field is not None]
    return {**trees, identity: {**tree, "fields": kept + added}}
