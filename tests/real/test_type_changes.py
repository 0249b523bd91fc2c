"""Changes of types and options that others published from version to version: no silent loss, undo exact."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from kartoteka.metadata.conversions import read_decisions
from kartoteka.metadata.definitions import Identity
from kartoteka.metadata.trees import Tree, read_field
from tests.platform.conftest import workspace  # noqa: F401 - a fixture
from tests.platform.workspace import Workspace
from tests.real.cdm import entity_tree

THING = Identity("entity", "", "thing")
Change = tuple[str, Tree, Tree]
OPTIONS = {"type", "choices", "target", "max_length", "scale"}


@pytest.fixture(scope="module")
def changes(real: Path) -> list[Change]:
    """Each field that is another one in the next version: under a key of its own, as it was and as it is."""
    layers = json.loads((real / "cdm_versions_core8.json").read_text(encoding="utf-8"))
    found: dict[str, Change] = {}
    for layer, versions in layers.items():
        for before, after in pairwise(versions.values()):
            for old, new in _differing(layer, before["attributes"], after["attributes"]):
                text = json.dumps([old, new], sort_keys=True)
                found.setdefault(text, (f"f{len(found)}", old, new))
    return list(found.values())


def _differing(layer: str, before: Any, after: Any) -> Iterator[tuple[Tree, Tree]]:
    name = layer.rpartition("/")[2]
    old, new = ({f["key"]: f for f in entity_tree(name, each)["fields"]} for each in (before, after))
    for key in old.keys() & new.keys():
        pair = [{name: side[key][name] for name in OPTIONS & side[key].keys()} for side in (old, new)]
        if pair[0] != pair[1] and "link" not in (pair[0]["type"], pair[1]["type"]):
            yield pair[0], pair[1]


def thing(fields: dict[str, Tree]) -> Tree:
    own = [{"key": key, **tree} for key, tree in fields.items()]
    return {"key": "thing", "title": "name", "fields": [{"key": "name", "type": "text"}, *own]}


def test_there_are_many(changes: list[Change]) -> None:
    assert len(changes) >= 10


def test_no_silent_loss_and_an_exact_undo(workspace: Workspace, changes: list[Change]) -> None:  # noqa: F811
    before = {key: old for key, old, _ in changes}
    after = {key: new for key, _, new in changes}
    workspace.put({**workspace.trees(), THING: thing(before)})
    types = {key: read_field({"key": key, **old}).type for key, old in before.items()}
    widest = max(len(old.get("choices", "x")) for old in before.values())
    ids = [
        workspace.create("thing", name=str(n), **{key: each.example(n) for key, each in types.items()})
        for n in range(widest)
    ]
    known, data = workspace.hash, workspace.data()
    strict = workspace.plan({**workspace.trees(), THING: thing(after)})
    moving = [line for line in strict.lines if line.values is not None]
    assert moving
    said = {f"thing.{key}": {"failures": "empty", "lossy": True} for key in after}
    plan = workspace.plan({**workspace.trees(), THING: thing(after)}, read_decisions(said))
    assert not plan.problems
    told = {line.values.change.after["key"]: line.values.census for line in plan.lines if line.values}
    entry = workspace.publish(plan)
    assert entry is not None
    for key, census in told.items():
        assert census is not None
        held = [workspace.get("thing", each, key).values[key] for each in ids]
        assert sum(value is not None for value in held) == census.total - census.counts["failed"]
    for key in before.keys() - told.keys():
        held = [workspace.get("thing", each, key).values[key] for each in ids]
        assert held == [types[key].example(number) for number in range(widest)]
    workspace.undo(entry.number)
    assert (workspace.hash, workspace.data()) == (known, data)
