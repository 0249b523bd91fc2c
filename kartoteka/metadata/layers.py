"""Layers: what each package and the client itself say of a definition, merged by key and property.

A layer's tree holds only what it adds or changes. In a list of keyed items, `removed` takes an item out and `after`
names the item that it follows (null: it comes first); an item without `after` keeps its place or goes to the end.
A property set to null falls back to its default. Everything else, an expression or a list of plain values, is
replaced as a whole. `difference` is the inverse of `merged`: merged(base, difference(base, wanted)) == wanted.
"""

from __future__ import annotations

from typing import Any

Tree = dict[str, Any]

ITEM_NAMES = ("key", "field", "entity")
"""The property by which an item of a list is known: the first of these that it has."""


def item_name(item: Any) -> str | None:
    """Return the key of an item of a keyed list; None for anything else."""
    if not isinstance(item, dict):
        return None
    found = next((item[name] for name in ITEM_NAMES if name in item), None)
    return found if isinstance(found, str) else None


def is_keyed(items: Any) -> bool:
    """Tell whether this is a list of items that are known by their keys, each item by another one.

    (A report may group by one field twice, by year and by month: such a list is replaced as a whole.)
    """
    if not isinstance(items, list) or not items:
        return False
    names = [item_name(item) for item in items]
    return None not in names and len(set(names)) == len(names)


def merged(base: Tree, overlay: Tree) -> Tree:
    """Return `base` with what `overlay` says laid over it."""
    result = dict(base)
    for name, value in overlay.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = _merged_value(base.get(name), value) if isinstance(value, dict | list) else value
    return result


def _merged_value(base: Any, value: Any) -> Any:
    if is_keyed(value) and (base is None or base == [] or is_keyed(base)):
        return _merged_items(base or [], value)
    if isinstance(base, dict) and isinstance(value, dict):
        return merged(base, value)
    return value


def _merged_items(base: list[Tree], overlay: list[Tree]) -> list[Tree]:
    if not base and not any("removed" in item or "after" in item for item in overlay):
        return [merged({}, item) for item in overlay]  # most lists stand in one layer only: a server starts faster
    items = {item_name(item): item for item in base}
    order = [item_name(item) for item in base]
    for change in overlay:
        name = item_name(change)
        if change.get("removed"):
            items.pop(name, None)
            order = [other for other in order if other != name]
            continue
        known = name in items
        items[name] = merged(items.get(name, {}), _without_marks(change))
        if "after" in change:
            order = _moved(order, name, change["after"])
        elif not known:
            order.append(name)
    return [items[name] for name in order]


def _moved(order: list[str | None], name: str | None, after: str | None) -> list[str | None]:
    rest = [other for other in order if other != name]
    if after is None:
        return [name, *rest]
    place = rest.index(after) + 1 if after in rest else len(rest)
    return [*rest[:place], name, *rest[place:]]


def _without_marks(item: Tree) -> Tree:
    return {name: value for name, value in item.items() if name not in ("after", "removed")}


def difference(base: Tree, wanted: Tree) -> Tree:
    """Return the smallest overlay that makes `wanted` out of `base`; empty when they are equal."""
    overlay: Tree = {name: None for name in base if name not in wanted}
    for name, value in wanted.items():
        if name not in base:
            overlay[name] = value
        elif base[name] != value:
            overlay[name] = _value_difference(base[name], value)
    return overlay


def _value_difference(base: Any, wanted: Any) -> Any:
    if isinstance(base, dict) and isinstance(wanted, dict) and wanted:
        return difference(base, wanted)
    if is_keyed(base) and is_keyed(wanted):
        return _item_differences(base, wanted)
    if is_keyed(base) and wanted == []:
        return [{**_name_of(item), "removed": True} for item in base]
    return wanted


def _item_differences(base: list[Tree], wanted: list[Tree]) -> list[Tree]:
    old = {item_name(item): item for item in base}
    new = {item_name(item) for item in wanted}
    changes = [{**_name_of(item), "removed": True} for item in base if item_name(item) not in new]
    order = [item_name(item) for item in base if item_name(item) in new]
    for place, item in enumerate(wanted):
        name = item_name(item)
        change = difference(old[name], item) if name in old else dict(item)
        if name not in old or order[place : place + 1] != [name]:
            before = item_name(wanted[place - 1]) if place else None
            if name in old or place != len(order):
                change["after"] = before
            order = _moved(order, name, before)
        if change:
            changes.append({**_name_of(item), **change})
    return changes


def _name_of(item: Tree) -> Tree:
    name = next(name for name in ITEM_NAMES if name in item)
    return {name: item[name]}
