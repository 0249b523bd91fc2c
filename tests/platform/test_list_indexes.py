"""A list that shows one value of a field is read in its order by an index, whatever becomes of its fields."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

from kartoteka.metadata.definitions import Identity, Sort
from kartoteka.platform.actors import SYSTEM
from kartoteka.platform.query import Compiled, Query
from tests.platform.workspace import Workspace, edited

OPEN = Identity("list", "deal", "open")
QUERY = Query("deal", ("subject",), ('stage = "open"',), (Sort(field="amount", descending=True),))


def _indexes(workspace: Workspace) -> set[tuple[str, str]]:
    with workspace.reading() as unit:
        return {(spec.within, spec.field) for spec in unit.model.placement.entities["deal"].indexes if spec.within}


def _plan(workspace: Workspace, query: Query) -> str:
    with workspace.reading() as unit:
        statement = Compiled(unit, SYSTEM, query).first_page()
        literal = statement.compile(unit.connection, compile_kwargs={"literal_binds": True})
        explain = "EXPLAIN QUERY PLAN" if workspace.database.is_sqlite else "EXPLAIN"
        return "\n".join(str(tuple(row)) for row in unit.connection.execute(text(f"{explain} {literal}")))


def test_the_list_has_its_order_within_the_value_that_it_shows(workspace: Workspace) -> None:
    assert _indexes(workspace) == {("stage", "amount")}
    if workspace.database.is_sqlite:
        assert "TEMP B-TREE" not in _plan(workspace, QUERY)


def test_the_index_goes_with_its_fields(workspace: Workspace) -> None:
    renamed: dict[str, Any] = {"key": "step", "formerly": ["stage"]}
    trees = edited(workspace.trees(), "deal", stage=renamed)
    for identity, tree in list(trees.items()):
        trees[identity] = _replaced(tree, "stage", "step") if identity.kind != "entity" else tree
    entity = Identity("entity", "", "deal")
    trees[entity] = {**trees[entity], "pipeline": {**trees[entity]["pipeline"], "stage": "step"}}
    workspace.put(trees)
    assert _indexes(workspace) == {("step", "amount")}


def test_the_index_goes_when_the_list_shows_everything(workspace: Workspace) -> None:
    trees = workspace.trees()
    workspace.put({**trees, OPEN: {key: each for key, each in trees[OPEN].items() if key != "filter"}})
    assert _indexes(workspace) == set()
    workspace.undo()
    assert _indexes(workspace) == {("stage", "amount")}


def _replaced(tree: Any, old: str, new: str) -> Any:
    if isinstance(tree, dict):
        return {key: _replaced(each, old, new) for key, each in tree.items()}
    if isinstance(tree, list):
        return [_replaced(each, old, new) for each in tree]
    return tree.replace(old, new) if isinstance(tree, str) else tree
