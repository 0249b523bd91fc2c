"""Renames in the way of a merge: all sides are brought to the same names before they are compared."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import msgspec

from kartoteka.metadata.catalog import Catalog
from kartoteka.metadata.changes import Change, RenameDefinition, RenameEntity, RenameField
from kartoteka.metadata.definitions import Identity
from kartoteka.metadata.merging import Clash, Path
from kartoteka.platform.collisions import Choices, Collision

Rename = RenameEntity | RenameField | RenameDefinition


def renames_in(changes: Iterable[Change]) -> list[Rename]:
    """Return those of the changes that only call something otherwise."""
    return [change for change in changes if isinstance(change, RenameEntity | RenameField | RenameDefinition)]


def can_be_made(catalog: Catalog, rename: Rename) -> bool:
    """Tell whether there is something of the old name, and nothing of the new one."""
    match rename:
        case RenameEntity():
            return rename.entity in catalog.entities and rename.to not in catalog.entities
        case RenameField():
            fields = catalog.fields(rename.entity)
            return rename.key in fields and rename.to not in fields
    moved = rename.identity._replace(key=rename.to)
    return rename.identity in catalog.definitions and moved not in catalog.definitions


def with_renames(catalog: Catalog, renames: Iterable[Rename]) -> Catalog:
    """Return the catalog with those of the renames made that can be."""
    for rename in renames:
        catalog = rename.applied_to(catalog) if can_be_made(catalog, rename) else catalog
    return catalog


@dataclass(slots=True)
class Renamed:
    """The catalogs of a merge under common names; `done` are the renames that `mine` took to get there."""

    old: Catalog
    theirs: Catalog
    mine: Catalog
    done: list[Rename] = field(default_factory=list)
    collisions: list[Collision] = field(default_factory=list)


def under_common_names(
    sides: tuple[Catalog, Catalog, Catalog], wanted: Sequence[Rename], since: Sequence[Rename], choices: Choices
) -> Renamed:
    """Return `old`, `theirs` and `mine` under the same names.

    `wanted` are the renames by which theirs differs from old, `since` those by which mine does. What only one side
    renamed has its new name; what both did collides.
    """
    old, theirs, mine = sides
    found = Renamed(with_renames(old, since), with_renames(theirs, since), mine)
    for rename in wanted:
        now = _as_named_now(rename, since)
        if _key(now) != _key(rename) and can_be_made(found.mine, now):
            collision = _collision(rename, now)
            found.collisions.append(collision)
            if choices.get(collision.name) != "take":
                found.theirs = with_renames(found.theirs, [_kept(now, found.mine)])
                continue
        found.done.append(now)
        found.old, found.mine = with_renames(found.old, [now]), with_renames(found.mine, [now])
    return found


def named_before(entity: str, field: str, renames: Iterable[Rename]) -> tuple[str, str]:
    """Return the keys that a field and its card type had before these renames; with no `field`, a card type."""
    for each in reversed(tuple(renames)):
        match each:
            case RenameField() if (each.entity, each.to) == (entity, field):
                field = each.key
            case RenameEntity() if each.to == entity:
                entity = each.entity
    return entity, field


def named_now(entity: str, field: str, later: Iterable[Rename]) -> tuple[str, str]:
    """Return the keys that later renames gave to a field and its card type; with no `field`, to a card type."""
    for each in later:
        match each:
            case RenameEntity() if each.entity == entity:
                entity = each.to
            case RenameField() if (each.entity, each.key) == (entity, field):
                field = each.to
    return entity, field


def _as_named_now(rename: Rename, later: Sequence[Rename]) -> Rename:
    """Return the rename of the same thing by the name that later renames gave it."""
    replace = msgspec.structs.replace
    match rename:
        case RenameEntity():
            return replace(rename, entity=named_now(rename.entity, "", later)[0])
        case RenameField():
            entity, key = named_now(rename.entity, rename.key, later)
            return replace(rename, entity=entity, key=key)
    for each in later:
        match each:
            case RenameEntity() if each.entity == rename.identity.entity:
                rename = replace(rename, identity=rename.identity._replace(entity=each.to))
            case RenameDefinition() if each.identity == rename.identity:
                rename = replace(rename, identity=rename.identity._replace(key=each.to))
    return rename


def _key(rename: Rename) -> str:
    match rename:
        case RenameEntity():
            return rename.entity
        case RenameField():
            return rename.key
    return rename.identity.key


def _collision(undone: Rename, now: Rename) -> Collision:
    return Collision(_place(now)[0], Clash(_place(now)[1], "changed", _key(undone), undone.to, _key(now)))


def _place(rename: Rename) -> tuple[Identity, Path]:
    match rename:
        case RenameEntity():
            return Identity("entity", "", rename.entity), ("key",)
        case RenameField():
            return Identity("entity", "", rename.entity), ("fields", rename.key, "key")
    return rename.identity, ("key",)


def _kept(now: Rename, mine: Catalog) -> Rename:
    """Return what gives the earlier state the name that is kept."""
    replace = msgspec.structs.replace
    match now:
        case RenameEntity():
            return replace(now, entity=now.to, to=now.entity, formerly=mine.entities[now.entity].formerly)
        case RenameField():
            formerly = mine.fields(now.entity)[now.key].formerly
            return replace(now, key=now.to, to=now.key, formerly=formerly)
    identity = now.identity._replace(key=now.to)
    formerly = tuple(mine.trees[now.identity].get("formerly", ()))
    return replace(now, identity=identity, to=now.identity.key, formerly=formerly)
