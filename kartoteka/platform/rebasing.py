"""Rebasing: a change that was made for an older catalog, as it has to be made on the one in force now."""

from __future__ import annotations

from typing import Any

import msgspec

from kartoteka.metadata.catalog import Catalog
from kartoteka.metadata.changes import (
    AddEntity,
    AddField,
    Change,
    ChangeEntity,
    ChangeField,
    OrderFields,
    PutDefinition,
    RemoveDefinition,
    RenameEntity,
    RenameField,
    RetireEntity,
    RetireField,
)
from kartoteka.metadata.definitions import Identity
from kartoteka.metadata.layers import difference, is_keyed, item_name, merged
from kartoteka.metadata.trees import Tree, write


class Collision(Exception):
    """Somebody else has changed the same thing in another way."""


def landed(catalog: Catalog, change: Change) -> Change | None:
    """Return the change as it is to be made on `catalog`; None where that has been done. Raises Collision."""
    match change:
        case AddEntity():
            return _added(change, _entity(catalog, change.tree["key"]), change.tree)
        case RetireEntity():
            return _removed(change, _entity(catalog, change.tree["key"]), change.tree)
        case ChangeEntity():
            after = _both(change.before, change.after, _head(catalog, change.before["key"]))
            return msgspec.structs.replace(change, after=after)
        case RenameEntity():
            return _renamed(change, change.entity in catalog.entities, change.to in catalog.entities)
        case PutDefinition() | RemoveDefinition():
            return _definition(catalog, change)
    return _in_entity(catalog, change)


def _in_entity(catalog: Catalog, change: Change) -> Change | None:
    entity: str = getattr(change, "entity", "")
    if entity not in catalog.entities:
        raise Collision
    match change:
        case AddField():
            return _added(change, _field(catalog, entity, change.field["key"]), change.field)
        case RetireField():
            return _removed(change, _field(catalog, entity, change.field["key"]), change.field)
        case RenameField():
            fields = catalog.fields(entity)
            return _renamed(change, change.key in fields, change.to in fields)
        case ChangeField():
            now = _field(catalog, entity, change.before["key"])
            return msgspec.structs.replace(change, after=_both(change.before, change.after, now))
        case OrderFields():
            return _ordered(catalog, change)
    raise Collision


def _entity(catalog: Catalog, key: str) -> Tree | None:
    return catalog.trees.get(Identity("entity", "", key))


def _head(catalog: Catalog, key: str) -> Tree | None:
    """Return an entity's tree without its fields, which change by themselves."""
    tree = _entity(catalog, key)
    return {name: value for name, value in tree.items() if name != "fields"} if tree else None


def _field(catalog: Catalog, entity: str, key: str) -> Tree | None:
    field = catalog.field(entity, key)
    return write(field) if field else None


def _added(change: Change, now: Tree | None, tree: Tree) -> Change | None:
    if now is None:
        return change
    if now == tree:
        return None
    raise Collision


def _removed(change: Change, now: Tree | None, tree: Tree) -> Change | None:
    if now is None:
        return None
    if now == tree:
        return change
    raise Collision


def _renamed(change: Change, old_is_there: bool, new_is_there: bool) -> Change | None:
    if old_is_there == new_is_there:
        raise Collision
    return change if old_is_there else None


def _definition(catalog: Catalog, change: PutDefinition | RemoveDefinition) -> Change | None:
    now = catalog.trees.get(change.identity)
    if isinstance(change, RemoveDefinition):
        return _removed(change, now, change.before)
    if change.before is None:
        return _added(change, now, change.after)
    return msgspec.structs.replace(change, before=now, after=_both(change.before, change.after, now))


def _ordered(catalog: Catalog, change: OrderFields) -> Change | None:
    """Fields that came or went meanwhile are in nobody's way; another order of the same ones is."""
    now = [key for key in catalog.fields(change.entity) if key in change.before]
    for known in (change.after, change.before):
        if now == [key for key in known if key in now]:
            return change if known is change.before else None
    raise Collision


def _both(before: Tree, after: Tree, now: Tree | None) -> Tree:
    """Return `now` with what led from `before` to `after`. Raises Collision where others changed the same."""
    if now is None:
        raise Collision
    mine, theirs = difference(before, after), difference(before, now)
    if _collide(mine, theirs):
        raise Collision
    return merged(now, mine)


def _collide(mine: Any, theirs: Any) -> bool:
    """Tell whether two overlays of one tree say different things of the same property."""
    if isinstance(mine, dict) and isinstance(theirs, dict):
        if mine.get("removed") or theirs.get("removed"):
            return mine != theirs
        return any(_collide(mine[name], theirs[name]) for name in mine.keys() & theirs.keys())
    if is_keyed(mine) and is_keyed(theirs):
        known = {item_name(item): item for item in theirs}
        return any(_collide(item, known[item_name(item)]) for item in mine if item_name(item) in known)
    return bool(mine != theirs)
