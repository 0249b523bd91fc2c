"""Bringing back what was retired: its definition, its data, the rights to it; on request its places in layouts."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from kartoteka.metadata.changes import (
    AddEntity,
    AddField,
    Change,
    PutDefinition,
    RemoveDefinition,
    RetireField,
)
from kartoteka.metadata.definitions import Identity
from kartoteka.metadata.diff import diff
from kartoteka.metadata.layers import difference, is_keyed, item_name, merged
from kartoteka.metadata.problems import Problem, Refused
from kartoteka.metadata.trees import Tree, as_stored
from kartoteka.platform.configuration import load_stack
from kartoteka.platform.journal import entry_of
from kartoteka.platform.plans import Plan, make_plan
from kartoteka.platform.retired import Retired
from kartoteka.platform.units import Unit

Trees = dict[Identity, Tree]


def restore_plan(unit: Unit, each: Retired, *, places: bool) -> Plan:
    """Return the plan that brings a field or a card type back. Raises Refused where its name is taken meanwhile.

    What roles could not do with it they can't do with it afterwards either. With `places` it returns to the lists,
    forms, cards and menus from which retiring took it, as far as they are there.
    """
    trees: Trees = deepcopy(dict(unit.model.catalog.trees))
    _put_back(trees, each)
    for change in entry_of(unit.connection, each.number).changes:
        _undo_around(trees, each, change, places=places)
    stack = load_stack(unit.connection).with_local({identity: as_stored(tree) for identity, tree in trees.items()})
    changes = tuple(_with_data(change, each) for change in diff(unit.model.catalog, stack.catalog()))
    return make_plan(unit.connection, unit.model, stack, changes)


def _put_back(trees: Trees, each: Retired) -> None:
    home = Identity("entity", "", each.entity)
    taken = home in trees if not each.field else any(f["key"] == each.field for f in trees[home].get("fields", ()))
    if taken:
        raise Refused([Problem("restore.taken", {"name": each.key})])
    if each.field:
        trees[home]["fields"] = [*trees[home].get("fields", ()), {**each.tree, "key": each.field}]
    else:
        trees[home] = dict(each.tree)


def _undo_around(trees: Trees, each: Retired, change: Change, *, places: bool) -> None:
    """Take back what the same publish did elsewhere because of it, one change at a time."""
    match change:
        case RemoveDefinition() if change.identity not in trees:
            own = not each.field and change.identity.entity == each.entity
            if own or (places and change.identity.kind != "role"):
                trees[change.identity] = dict(change.before)
        case RetireField() if not each.field and change.field.get("target") == each.entity:
            home = trees.get(Identity("entity", "", change.entity), {})
            if all(f["key"] != change.field["key"] for f in home.get("fields", ())):
                home.setdefault("fields", []).append(dict(change.field))
        case PutDefinition() if change.identity in trees and (places or change.identity.kind == "role"):
            lost = difference(change.after, change.before or {})
            about = next(_about(each, lost), None)
            if about is not None:
                trees[change.identity] = merged(trees[change.identity], about)


def _about(each: Retired, overlay: Tree) -> Iterator[Tree]:
    """Yield what of an overlay brings back the places of one thing, if there is any."""
    found: Tree = {}
    for name, value in overlay.items():
        items = [kept for item in value for kept in _item(each, item)] if is_keyed(value) else []
        if items:
            found[name] = items
    if found:
        yield found


def _item(each: Retired, item: Tree) -> Iterator[Tree]:
    name = item_name(item) or ""
    if item.get("removed"):
        return
    if _is_meant(each, item, name):
        yield item
        return
    for inner in _about(each, {key: value for key, value in item.items() if isinstance(value, list)}):
        yield {key: value for key, value in item.items() if key in ("key", "field", "entity") and value == name} | inner


def _is_meant(each: Retired, item: dict[str, Any], name: str) -> bool:
    if each.field:
        return "field" in item and each.field in name.split(".")
    return item.get("entity") == each.entity


def _with_data(change: Change, each: Retired) -> Change:
    """What comes back was only set aside."""
    match change:
        case AddField():
            own = each.field == change.field["key"] and each.entity == change.entity
            revision = each.revision if own or not each.field else None
            return change.restored(revision)
        case AddEntity():
            return change.restored(each.revision)
    return change
