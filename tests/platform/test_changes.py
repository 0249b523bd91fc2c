"""Every change in five steps: it describes itself, changes the catalog, is published, keeps the data, and is undone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, get_args

import pytest

from kartoteka.metadata.catalog import Catalog
from kartoteka.metadata.changes import (
    AddEntity,
    AddField,
    AnyChange,
    Change,
    ChangeEntity,
    ChangeField,
    ChangeType,
    OrderFields,
    Purge,
    PurgeEntity,
    PurgeField,
    PutDefinition,
    RemoveDefinition,
    RenameDefinition,
    RenameEntity,
    RenameField,
    RestoreEntity,
    RestoreField,
    RetireEntity,
    RetireField,
    changes_from_trees,
    changes_to_trees,
)
from kartoteka.metadata.definitions import Identity
from kartoteka.metadata.problems import Conflict
from kartoteka.metadata.trees import Tree
from kartoteka.platform.configuration import load_stack
from kartoteka.platform.journal import Entry
from kartoteka.platform.plans import make_plan
from kartoteka.platform.purging import find_retired, purge
from kartoteka.platform.web.sentences.changes import CHANGES
from tests.platform.workspace import BASE, Workspace

CARD, ALL = Identity("entity", "", "card"), Identity("list", "card", "all")
NAME: Tree = {"key": "name", "type": "text"}
SIZE: Tree = {"key": "size", "type": "integer"}
NOTE: Tree = {"key": "note", "type": "text", "label": "Note"}
PLAIN: Tree = {"key": "card", "fields": [NAME, SIZE, NOTE], "title": "name"}
SPARE: Tree = {"key": "spare", "fields": [NAME], "title": "name"}
LIST: Tree = {"entity": "card", "key": "all", "columns": [{"field": "name"}, {"field": "size"}]}
ROW: dict[str, Any] = {"name": "First", "size": 3, "note": "12"}


def _head(tree: Tree) -> Tree:
    return {name: value for name, value in tree.items() if name != "fields"}


@dataclass(frozen=True)
class Case:
    """A change, what has to be published before it, and what the first card holds after it; None: nothing can."""

    change: Change
    after: dict[str, Any] | None
    entity: str = "card"
    before: Change | None = None


ALL_OF_IT = dict(ROW)
WITHOUT_NOTE = {"name": "First", "size": 3}
RETIRED = RetireField(entity="card", field=NOTE, place=2)
CASES: dict[type[Change], Case] = {
    AddEntity: Case(AddEntity(tree={**SPARE, "key": "fresh"}), ALL_OF_IT),
    RestoreEntity: Case(RestoreEntity(tree=SPARE), {"name": "Spare"}, "spare", before=RetireEntity(tree=SPARE)),
    RetireEntity: Case(RetireEntity(tree=SPARE), None, "spare"),
    ChangeEntity: Case(
        ChangeEntity(before=_head(PLAIN), after={**_head(PLAIN), "icon": "user"}), ALL_OF_IT
    ),
    RenameEntity: Case(RenameEntity(entity="card", to="paper", formerly=("card",), was=()), ALL_OF_IT, "paper"),
    AddField: Case(AddField(entity="card", field={"key": "more", "type": "date"}), {**ROW, "more": None}),
    RestoreField: Case(RestoreField(entity="card", field=NOTE, place=2), ALL_OF_IT, before=RETIRED),
    RetireField: Case(RETIRED, WITHOUT_NOTE),
    RenameField: Case(
        RenameField(entity="card", key="size", to="height", formerly=("size",), was=()),
        {"name": "First", "height": 3, "note": "12"},
    ),
    ChangeField: Case(ChangeField(entity="card", before=NOTE, after={**NOTE, "label": "Remark"}), ALL_OF_IT),
    ChangeType: Case(
        ChangeType(entity="card", before=NOTE, after={**NOTE, "type": "integer"}), {**ROW, "note": 12}
    ),
    OrderFields: Case(
        OrderFields(entity="card", before=("name", "size", "note"), after=("note", "name", "size")), ALL_OF_IT
    ),
    PutDefinition: Case(
        PutDefinition(identity=ALL, before=LIST, after={**LIST, "columns": [{"field": "note"}]}), ALL_OF_IT
    ),
    RemoveDefinition: Case(RemoveDefinition(identity=ALL, before=LIST), ALL_OF_IT),
    RenameDefinition: Case(RenameDefinition(identity=ALL, to="every", formerly=("all",)), ALL_OF_IT),
    PurgeField: Case(PurgeField(entity="card", field=NOTE, revision=0), WITHOUT_NOTE, before=RETIRED),
    PurgeEntity: Case(PurgeEntity(tree=SPARE, revision=0), None, "spare", before=RetireEntity(tree=SPARE)),
}  # fmt: skip


@pytest.fixture
def workspace(database_url: str) -> Iterator[Workspace]:
    """Give two kinds of card with one card each."""
    found = Workspace(database_url, packages=(BASE,))
    found.put({**found.trees(), CARD: PLAIN, Identity("entity", "", "spare"): SPARE, ALL: LIST})
    found.create("card", **ROW)
    found.create("spare", name="Spare")
    yield found
    found.close()


def catalog_of(workspace: Workspace) -> Catalog:
    """Return the catalog in force."""
    with workspace.reading() as unit:
        return unit.model.catalog


def carry_out(workspace: Workspace, change: Change) -> Entry:
    """Publish one change, or purge."""
    if isinstance(change, Purge):
        key = f"card.{NOTE['key']}" if isinstance(change, PurgeField) else "spare"
        with workspace.reading() as unit:
            found = find_retired(unit.connection, key)
        return purge(workspace.database, found, key, actor="tester")
    with workspace.reading() as unit:
        stack = load_stack(unit.connection).with_local(change.applied_to(unit.model.catalog).trees)
        plan = make_plan(unit.connection, unit.model, stack, (change,))
    entry = workspace.publish(plan)
    assert entry is not None
    return entry


def test_every_change_has_its_five_steps() -> None:
    assert set(CASES) == set(get_args(AnyChange))


@pytest.mark.parametrize("kind", CASES, ids=lambda kind: kind.__name__)
def test_describe(kind: type[Change]) -> None:
    change = CASES[kind].change
    assert type(change) is kind
    assert change.describe().code in CHANGES
    assert changes_from_trees(changes_to_trees([change])) == (change,)


@pytest.mark.parametrize("kind", CASES, ids=lambda kind: kind.__name__)
def test_catalog_forward_data_inverse(workspace: Workspace, kind: type[Change]) -> None:
    case = CASES[kind]
    if case.before:
        carry_out(workspace, case.before)
    old, data = catalog_of(workspace), workspace.data()
    wanted = case.change.applied_to(old)
    assert (wanted.hash == old.hash) == isinstance(case.change, Purge)
    entry = carry_out(workspace, case.change)
    assert catalog_of(workspace).hash == wanted.hash == entry.hash_after
    assert [type(change) for change in entry.changes] == [kind]
    _check_data(workspace, case)
    if isinstance(case.change, Purge):
        with pytest.raises(Conflict, match=r"undo\.purged"):
            workspace.undo(entry.number)
        return
    assert case.change.inverse().applied_to(wanted).hash == old.hash
    workspace.undo(entry.number)
    assert (catalog_of(workspace).hash, workspace.data()) == (old.hash, data)


def _check_data(workspace: Workspace, case: Case) -> None:
    if case.after is None:
        assert case.entity not in catalog_of(workspace).entities
    else:
        read: Callable[..., Any] = workspace.get
        assert read(case.entity, 1, *case.after).values == case.after
