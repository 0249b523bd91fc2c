"""Three-way merge of trees: what a package said, what it says now, and what the client made of it.

What only one side changed is taken over; what both changed alike is no question. Where they differ somebody is asked,
property by property: a label in one language, the width of one column, the place of a list's items. An item that one
side took out and the other one changed, or that both put in, is asked for as a whole, and so is the type of a field
with its options, which make no sense apart. None stands for what is not there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from kartoteka.metadata.layers import ITEM_NAMES, Tree, is_keyed, item_name
from kartoteka.metadata.trees import FIELD_PROPERTIES

Path = tuple[str, ...]
"""Names of properties, and keys of list items, from the definition inwards."""
Choice = Literal["keep", "take"]
"""Keep what the client has, or take what the package says."""
BOTH: tuple[Choice, ...] = ("keep", "take")
ORDER = "after"
"""Stands at the end of a path for the order of a list's items."""


@dataclass(frozen=True, slots=True)
class Clash:
    """Both sides changed the same thing: how it was, what the package says now, what the client has."""

    path: Path
    kind: str
    old: Any
    theirs: Any
    mine: Any
    choices: tuple[Choice, ...] = BOTH
    needs: tuple[str, ...] = ()
    """What it can't do without, where that is what the sides disagree about."""


Ask = Callable[[Clash], Choice]


def merge_item(ask: Ask, path: Path, old: Tree | None, theirs: Tree | None, mine: Tree | None) -> Tree | None:
    """Return what becomes of a definition, or of an item of a list; None where it is gone."""
    if mine in (old, theirs) or theirs == old:
        return mine if theirs == old else theirs
    if theirs is not None and theirs.get("locked"):
        return _item_chosen(ask, Clash(path, "locked", old, theirs, mine, ("take",)))
    if old is not None and theirs is not None and mine is not None:
        return _merge_typed(ask, path, old, theirs, mine)
    kind = "removed" if theirs is None else "removed_here" if mine is None else "added"
    return _item_chosen(ask, Clash(path, kind, old, theirs, mine))


def _item_chosen(ask: Ask, clash: Clash) -> Tree | None:
    chosen: Tree | None = clash.mine if ask(clash) == "keep" else clash.theirs
    return chosen


def _merge_typed(ask: Ask, path: Path, old: Tree, theirs: Tree, mine: Tree) -> Tree:
    """Merge two items; the options of a field go with its type where somebody changed that."""
    sides = (old, theirs, mine)
    if old.get("type") == theirs.get("type") == mine.get("type"):
        return _merge_tree(ask, path, *sides)
    chosen: Tree = _merge_atom(ask, (*path, "type"), *map(type_of, sides))
    rest = ({name: value for name, value in side.items() if name not in type_of(side)} for side in sides)
    return {**_merge_tree(ask, path, *rest), **chosen}


def type_of(field: Tree) -> Tree:
    """Return the type of a field with its options."""
    return {name: value for name, value in field.items() if name == "type" or name not in FIELD_PROPERTIES}


def _merge_atom(ask: Ask, path: Path, old: Any, theirs: Any, mine: Any) -> Any:
    if mine in (old, theirs):
        return theirs
    if theirs == old:
        return mine
    return mine if ask(Clash(path, "changed", old, theirs, mine)) == "keep" else theirs


def _merge_tree(ask: Ask, path: Path, old: Tree, theirs: Tree, mine: Tree) -> Tree:
    names = dict.fromkeys((*theirs, *mine))
    values = {name: _merge_value(ask, (*path, name), old.get(name), theirs.get(name), mine.get(name)) for name in names}
    return {name: value for name, value in values.items() if value is not None}


def _merge_value(ask: Ask, path: Path, old: Any, theirs: Any, mine: Any) -> Any:
    if theirs != old and mine not in (old, theirs):
        if _are_items(old, theirs, mine):
            return _merge_items(ask, path, old or [], theirs or [], mine or []) or None
        if isinstance(theirs, dict) and isinstance(mine, dict) and isinstance(old, dict | None):
            return _merge_tree(ask, path, old or {}, theirs, mine)
    return _merge_atom(ask, path, old, theirs, mine)


def _are_items(*sides: Any) -> bool:
    """Tell whether all sides are lists of keyed items; an empty list, or none, is one of any kind."""
    return any(is_keyed(side) for side in sides) and all(side in (None, []) or is_keyed(side) for side in sides)


def _merge_items(ask: Ask, path: Path, old: list[Tree], theirs: list[Tree], mine: list[Tree]) -> list[Tree]:
    names = _new_names(old, theirs)
    before, ours = _by_name(old, names), _by_name(mine, names)
    after = _by_name(theirs, {})
    kept: dict[str, Tree] = {}
    for name in dict.fromkeys((*after, *ours)):
        item = merge_item(ask, (*path, name), before.get(name), after.get(name), ours.get(name))
        if item is not None:
            kept[name] = item
    order = _order(ask, path, list(before), list(after), list(ours))
    return [kept[name] for name in order if name in kept]


def _new_names(old: list[Tree], theirs: list[Tree]) -> dict[str, str]:
    """Tell by `formerly` which old items live on under a new key."""
    before, after = ({item_name(item) for item in items} for items in (old, theirs))
    found: dict[str, str] = {}
    for item in theirs:
        name = item_name(item)
        former = next((each for each in item.get("formerly", ()) if each in before and each not in after), None)
        if former and name and name not in before:
            found[former] = name
    return found


def _by_name(items: list[Tree], renamed: dict[str, str]) -> dict[str, Tree]:
    found: dict[str, Tree] = {}
    for item in items:
        name = item_name(item) or ""
        key = next(each for each in ITEM_NAMES if each in item)
        found[renamed.get(name, name)] = {**item, key: renamed[name]} if name in renamed else item
    return found


def _order(ask: Ask, path: Path, old: list[str], theirs: list[str], mine: list[str]) -> list[str]:
    """Return the names of both sides in order: as the client put them if only the client did, else as the package."""
    common = {*old} & {*theirs} & {*mine}
    was, now, here = ([name for name in side if name in common] for side in (old, theirs, mine))
    if here in (was, now):
        return _woven(theirs, mine)
    keeps = now == was or ask(Clash((*path, ORDER), "order", old, theirs, mine)) == "keep"
    return _woven(mine, theirs) if keeps else _woven(theirs, mine)


def _woven(first: Sequence[str], second: Sequence[str]) -> list[str]:
    """Return `first` with what only `second` has put behind what stands before it there; its last ones come last."""
    result = list(first)
    last = max((place for place, name in enumerate(second) if name in first), default=-1)
    for place, name in enumerate(second):
        if name not in first:
            before = second[place - 1] if place else None
            at = len(result) if place > last else result.index(before) + 1 if before is not None else 0
            result.insert(at, name)
    return result
