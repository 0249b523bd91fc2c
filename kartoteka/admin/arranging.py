"""Items in an order that a person changes: columns, facts, choices, entries of the menu.

A form brings back the keys in the order in which they stand on the page, so dragging needs no more than moving
elements. Without scripts buttons say what to do: `up:key`, `down:key`, `remove:key`; `add` names a new item.
"""

from __future__ import annotations

from collections.abc import Sequence

from kartoteka.metadata.layers import item_name
from kartoteka.metadata.trees import Tree
from kartoteka.platform.web.visits import Visit


def arranged(visit: Visit, name: str, known: Sequence[str]) -> list[str]:
    """Return the keys in the order that the form asks for; keys that it does not know stay at their end."""
    sent = [key for key in dict.fromkeys(visit.texts(name)) if key]
    order = [*sent, *(key for key in known if key not in sent)] if sent else list(known)
    deed, _, rest = visit.text("do").partition(":")
    group, _, key = rest.rpartition("/")
    if group in ("", name) and key in order:
        order = _done(order, deed, key)
    return order + [key for key in visit.texts(f"{name}__add") if key and key not in order]


def _done(order: list[str], deed: str, key: str) -> list[str]:
    place = order.index(key)
    rest = [other for other in order if other != key]
    if deed == "up":
        return [*rest[: max(place - 1, 0)], key, *rest[max(place - 1, 0) :]]
    if deed == "down":
        return [*rest[: place + 1], key, *rest[place + 1 :]]
    return rest if deed == "remove" else order


def items_of(tree: Tree, name: str) -> dict[str, Tree]:
    """Return the items of a keyed list of a tree by their keys."""
    return {item_name(item) or "": item for item in tree.get(name, ())}


def arrange_items(tree: Tree, name: str, visit: Visit, inputs: str, *, known_as: str = "field") -> None:
    """Put the items of a list of a tree into the order that was sent; new ones name only their field."""
    items = items_of(tree, name)
    order = arranged(visit, inputs, list(items))
    tree[name] = [items.get(key) or {known_as: key} for key in order]
    if not tree[name]:
        tree.pop(name)
