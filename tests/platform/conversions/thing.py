"""A card type with one field whose type changes, and short words for what tests do to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kartoteka.metadata.conversions import Decision, Decisions
from kartoteka.metadata.definitions import Identity
from kartoteka.metadata.trees import Tree
from kartoteka.platform.journal import Entry
from kartoteka.platform.plans import Plan
from tests.platform.workspace import Workspace, edited

THING = Identity("entity", "", "thing")


def begin(workspace: Workspace, field: Tree, values: Iterable[Any]) -> list[int]:
    """Make the card type with a field `it`, and a card for each value; return their ids."""
    fields = [{"key": "name", "type": "text"}, {"key": "it", **field}]
    workspace.put({**workspace.trees(), THING: {"key": "thing", "title": "name", "fields": fields}})
    return [workspace.create("thing", name=f"No {n}", it=value) for n, value in enumerate(values)]


def plan(workspace: Workspace, field: Tree, **decision: Any) -> Plan:
    """Return the plan that makes another field of `it`: as `decision` says, if it says anything."""
    trees = workspace.trees()
    kept = [each for each in trees[THING]["fields"] if each["key"] != "it"]
    changed = {**trees, THING: {**trees[THING], "fields": [*kept, {"key": "it", **field}]}}
    return workspace.plan(changed, decided(decision))


def decided(decision: Mapping[str, Any]) -> Decisions:
    """Return the decision about the field."""
    return Decisions(by_field={"thing.it": Decision(**decision)} if decision else {})


def change(workspace: Workspace, field: Tree, **decision: Any) -> Entry:
    """Publish that plan."""
    entry = workspace.publish(plan(workspace, field, **decision))
    assert entry is not None
    return entry


def values(workspace: Workspace, ids: Iterable[int]) -> list[Any]:
    """Return the values of the cards."""
    return [workspace.get("thing", each, "it").values["it"] for each in ids]


def counts(found: Plan) -> dict[str, int]:
    """Return how many values there are by what becomes of them."""
    [line] = [each for each in found.lines if each.values is not None]
    assert line.values is not None
    assert line.values.census is not None
    return {verdict: count for verdict, count in line.values.census.counts.items() if count}


__all__ = ["THING", "begin", "change", "counts", "decided", "edited", "plan", "values"]
