"""T4: whatever is done to fields, in whatever order, nothing of a retired one survives where it could be seen.

A machine adds, fills, grants, lists, filters, renames, retires, restores and purges fields, and a model of a few
dictionaries says what has to be there: values, rights, columns, filters, indexes. A new field of an old key inherits
nothing of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from kartoteka.admin.uses import take_out_field
from kartoteka.metadata.catalog import Catalog
from kartoteka.metadata.changes import RenameField
from kartoteka.metadata.definitions import Identity
from kartoteka.metadata.problems import Refused
from kartoteka.metadata.trees import Tree, read_definition
from kartoteka.platform import tables
from kartoteka.platform.actors import Actor
from kartoteka.platform.configuration import load_stack
from kartoteka.platform.plans import make_plan
from kartoteka.platform.publishing import publish
from kartoteka.platform.purging import purge
from kartoteka.platform.restoring import restore_plan
from kartoteka.platform.retired import all_retired, count_of
from tests import services
from tests.platform.workspace import BASE, Workspace

CARD, ALL, ROLE = Identity("entity", "", "card"), Identity("list", "card", "all"), Identity("role", "", "clerk")
KEYS = ("one", "two")
TYPES = ("text", "integer")
ROWS = (1, 2, 3)
NEW: Callable[[], int] = count(1).__next__
FRESH: list[Callable[[], Any]] = []
"""How the test that runs now gets an empty database: state machines take no fixtures."""


@dataclass(frozen=True)
class Life:
    """What the model knows of one field: never of the key, which others may have had."""

    type: str
    values: dict[int, Any] = field(default_factory=dict)
    right: str = ""
    formerly: tuple[str, ...] = ()


class Fields(RuleBasedStateMachine):
    """Does things to the fields of one card type, and to a model of them."""

    @initialize()
    def begin(self) -> None:
        self.resources = FRESH[0]()
        self.workspace: Workspace = self.resources.__enter__()
        name: Tree = {"key": "name", "type": "text"}
        self.workspace.put({
            **self.workspace.trees(),
            CARD: {"key": "card", "fields": [name], "title": "name"},
            ALL: {"entity": "card", "key": "all", "columns": [{"field": "name"}]},
            ROLE: {"key": "clerk", "entities": [{"entity": "card", "read": "all", "other_fields": "read"}]},
        })  # fmt: skip
        for number in ROWS:
            self.workspace.create("card", name=f"Card {number}")
        self.live: dict[str, Life] = {}
        self.kept: dict[tuple[str, int], Life] = {}
        self.listed: list[str] = []
        self.filtered: str | None = None

    def teardown(self) -> None:
        if hasattr(self, "resources"):
            self.resources.__exit__(None, None, None)

    def edited(self, edit: Callable[[dict[Identity, Tree]], None]) -> None:
        trees = deepcopy(self.workspace.trees())
        edit(trees)
        self.workspace.put(trees)

    def names_taken(self) -> set[str]:
        return {name for key, life in self.live.items() for name in (key, *life.formerly)}

    # --- what is done

    @rule(key=st.sampled_from(KEYS), type_name=st.sampled_from(TYPES))
    def add(self, key: str, type_name: str) -> None:
        def edit(trees: dict[Identity, Tree]) -> None:
            trees[CARD]["fields"].append({"key": key, "type": type_name})

        if key in self.names_taken():
            before = self.workspace.digest()
            with pytest.raises(Refused, match=r"field\.duplicate"):
                self.edited(edit)
            assert self.workspace.digest() == before
            return
        self.edited(edit)
        self.live[key] = Life(type_name)
        self.write(key, ROWS[0])

    @precondition(lambda self: self.live)
    @rule(data=st.data(), row=st.sampled_from(ROWS))
    def fill(self, data: st.DataObject, row: int) -> None:
        self.write(data.draw(st.sampled_from(sorted(self.live))), row)

    def write(self, key: str, row: int) -> None:
        value: Any = NEW() if self.live[key].type == "integer" else f"v{NEW()}"
        self.workspace.update("card", row, **{key: value})
        self.live[key].values[row] = value

    @precondition(lambda self: self.live)
    @rule(data=st.data())
    def hide(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(sorted(self.live)))
        if not self.live[key].right:

            def edit(trees: dict[Identity, Tree]) -> None:
                trees[ROLE]["entities"][0].setdefault("fields", []).append({"field": key, "right": "hide"})

            self.edited(edit)
            self.live[key] = replace(self.live[key], right="hide")

    @precondition(lambda self: bool(set(self.live) - set(self.listed)))
    @rule(data=st.data())
    def show(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(sorted(set(self.live) - set(self.listed))))
        self.edited(lambda trees: trees[ALL]["columns"].append({"field": key}))
        self.listed.append(key)

    @precondition(lambda self: self.live and self.filtered is None)
    @rule(data=st.data())
    def filter(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(sorted(self.live)))
        mine = {"entity": "card", "key": "mine", "columns": [{"field": "name"}], "filter": f"NOT IS_EMPTY({key})"}
        self.edited(lambda trees: trees.update({Identity("list", "card", "mine"): mine}))
        self.filtered = key

    @precondition(lambda self: self.live)
    @rule(data=st.data(), to=st.sampled_from(KEYS))
    def rename(self, data: st.DataObject, to: str) -> None:
        key = data.draw(st.sampled_from(sorted(self.live)))
        life = self.live[key]
        if to in self.names_taken() - set(life.formerly) or to == key:
            return
        formerly = (*(name for name in life.formerly if name != to), key)
        with self.workspace.reading() as unit:
            change = RenameField(entity="card", key=key, to=to, formerly=formerly, was=life.formerly)
            wanted = change.applied_to(unit.model.catalog)
        entry = self.workspace.put(wanted.trees)
        assert [type(each) for each in entry.changes] == [RenameField]
        del self.live[key]
        self.live[to] = replace(life, formerly=formerly)
        self.listed = [to if each == key else each for each in self.listed]
        self.filtered = to if self.filtered == key else self.filtered

    @precondition(lambda self: self.live)
    @rule(data=st.data(), again=st.sampled_from([None, *TYPES]))
    def retire(self, data: st.DataObject, again: str | None) -> None:
        key = data.draw(st.sampled_from(sorted(self.live)))
        self.take_out(key)
        if again:
            self.edited(lambda trees: trees[CARD]["fields"].append({"key": key, "type": again}))
            self.live[key] = Life(again)

    def take_out(self, key: str) -> None:
        def edit(trees: dict[Identity, Tree]) -> None:
            take_out_field(trees, Catalog({i: read_definition(i, tree) for i, tree in trees.items()}), "card", key)

        self.edited(edit)
        with self.workspace.reading() as unit:
            self.kept[key, unit.model.revision] = self.live.pop(key)
        self.listed = [each for each in self.listed if each != key]
        self.filtered = None if self.filtered == key else self.filtered

    @precondition(lambda self: self.kept)
    @rule(data=st.data())
    def restore(self, data: st.DataObject) -> None:
        key, revision = data.draw(st.sampled_from(sorted(self.kept)))
        life = self.kept[key, revision]
        with self.workspace.reading() as unit:
            each = next(e for e in all_retired(unit.connection) if (e.field, e.revision) == (key, revision))
            if {key, *life.formerly} & self.names_taken():
                with pytest.raises(Refused, match=r"restore\.taken|field\.duplicate"):
                    restore_plan(unit, each, places=False)
                return
            plan = restore_plan(unit, each, places=False)
        assert publish(self.workspace.database, plan, actor="tester")
        self.live[key] = self.kept.pop((key, revision))

    @precondition(lambda self: self.kept)
    @rule(data=st.data())
    def purge(self, data: st.DataObject) -> None:
        key, revision = data.draw(st.sampled_from(sorted(self.kept)))
        with self.workspace.reading() as unit:
            each = next(e for e in all_retired(unit.connection) if (e.field, e.revision) == (key, revision))
        purge(self.workspace.database, each, f"card.{key}", actor="tester")
        gone = self.kept.pop((key, revision)).values.values()
        with self.workspace.database.read() as connection:
            said = repr(connection.execute(select(tables.history.c.changes)).all())
        assert not any(re.search(rf"\b{value}\b", said) for value in gone if isinstance(value, str))

    # --- what holds

    @invariant()
    def values_are_those_of_the_fields_themselves(self) -> None:
        if not hasattr(self, "live"):
            return
        for row in ROWS:
            found = self.workspace.get("card", row).values
            expected = {key: life.values.get(row) for key, life in self.live.items()}
            assert found == {"name": f"Card {row}", **expected}
            for life in self.live.values():
                for old in life.formerly:
                    assert self.workspace.get("card", row, old).values == {old: life.values.get(row)}

    @invariant()
    def rights_columns_and_filters_are_those_of_the_fields_themselves(self) -> None:
        if not hasattr(self, "live"):
            return
        clerk = Actor(7, "Clerk", ("clerk",))
        with self.workspace.reading() as unit:
            catalog, rights = unit.model.catalog, unit.model.access.rights(clerk, "card")
            named = {each.field: each.right for each in catalog.roles["clerk"].entities[0].fields}
            assert make_plan(unit.connection, unit.model, load_stack(unit.connection)).changes == ()
        assert named == {key: life.right for key, life in self.live.items() if life.right}
        assert {key for key in self.live if rights.sees(key)} == {key for key in self.live if not self.live[key].right}
        lists = {each.key: each for each in catalog.lists("card")}
        assert [column.field for column in lists["all"].columns] == ["name", *self.listed]
        assert ("mine" in lists) == (self.filtered is not None)
        if self.filtered:
            assert lists["mine"].filter == f"NOT IS_EMPTY({self.filtered})"

    @invariant()
    def nothing_of_retired_fields_is_indexed_and_their_data_are_kept(self) -> None:
        if not hasattr(self, "live"):
            return
        of = tables.entity_index.c
        with self.workspace.database.read() as connection:
            indexed = set(connection.execute(select(of.field).where(of.entity == "card")).scalars())
            assert indexed <= {"name", *self.live}
            kept = {(e.field, e.revision): count_of(connection, e) for e in all_retired(connection)}
        assert kept == {name: len(life.values) for name, life in self.kept.items()}


@contextmanager
def _open(url: str) -> Iterator[Workspace]:
    found = Workspace(url, packages=(BASE,))
    yield found
    found.close()


MACHINE = settings(
    max_examples=6, stateful_step_count=14, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True
)


def test_on_sqlite(tmp_path: Any) -> None:
    FRESH[:] = [lambda: _open(f"sqlite:///{tmp_path / f'{NEW()}.sqlite'}")]
    run_state_machine_as_test(Fields, settings=MACHINE)


def test_on_postgresql(postgresql_database: str) -> None:
    @contextmanager
    def fresh() -> Iterator[Workspace]:
        with services.own_schema(postgresql_database) as url, _open(url) as workspace:
            yield workspace

    FRESH[:] = [fresh]
    run_state_machine_as_test(Fields, settings=MACHINE)
