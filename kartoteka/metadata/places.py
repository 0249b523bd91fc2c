"""Places in definitions: from the JSON Pointer of a problem to the item that it is about, and what can be taken out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from kartoteka.metadata.definitions import Identity
from kartoteka.metadata.layers import is_keyed, item_name
from kartoteka.metadata.merging import Path
from kartoteka.metadata.trees import Tree

EXPRESSIONS = frozenset({"filter", "condition", "title", "default", "expression"})
"""Properties that hold an expression."""
FIELD_CORE = frozenset({"key", "type", "target", "expression", "choices"})
"""Properties without which a field is none, or another one."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a problem is: the definition, the names and keys that lead there, and the card type spoken of there."""

    identity: Identity
    path: Path
    value: Any
    entity: str
    items: tuple[int, ...]
    """How many steps of the path lead to an item of a list."""

    @property
    def is_expression(self) -> bool:
        """True where an expression stands."""
        return bool(self.path) and self.path[-1] in EXPRESSIONS and isinstance(self.value, str)


def place_at(identity: Identity, tree: Tree, pointer: str) -> Place:
    """Return the place of a pointer into the tree; what leads nowhere ends where it is lost."""
    here: Any = tree
    entity = identity.key if identity.kind == "entity" else str(tree.get("entity", ""))
    path: list[str] = []
    items: list[int] = []
    for step in pointer.split("/")[1:]:
        below = _below(here, step)
        if below is None:
            break
        path.append(_name_in(here, step))
        items += [len(path)] if isinstance(here, list) else []
        here = below
        if isinstance(here, dict) and isinstance(here.get("entity"), str):
            entity = here["entity"]
    return Place(identity, tuple(path), here, entity, tuple(items))


def _below(here: Any, step: str) -> Any:
    if isinstance(here, dict):
        return here.get(step)
    known = isinstance(here, list) and step.isdigit() and int(step) < len(here)
    return here[int(step)] if known else None


def _name_in(here: Any, step: str) -> str:
    return (item_name(here[int(step)]) or step) if isinstance(here, list) and is_keyed(here) else step


def found_at(tree: Any, path: Path) -> Any:
    """Return what stands at a path, None where nothing does."""
    for name in path:
        if isinstance(tree, dict):
            tree = tree.get(name)
        elif isinstance(tree, list):
            tree = next((item for place, item in enumerate(tree) if name in (item_name(item), str(place))), None)
        else:
            return None
    return tree


def without(tree: Tree, path: Path) -> Tree:
    """Return a copy of the tree without what stands at the path; a list goes with its last item."""
    name, *rest = path
    if not rest or name not in tree:
        return {each: value for each, value in tree.items() if each != name}
    changed = {**tree, name: _shorter(tree[name], tuple(rest))}
    return {each: value for each, value in changed.items() if each != name or value not in ([], {})}


def _shorter(value: Any, path: Path) -> Any:
    if isinstance(value, dict):
        return without(value, path)
    if not isinstance(value, list):
        return value
    first, *rest = path
    kept: list[Any] = []
    for place, item in enumerate(value):
        if first not in (item_name(item), str(place)):
            kept.append(item)
        elif rest:
            kept.append(_shorter(item, tuple(rest)))
    return kept


def part_to_drop(place: Place) -> Path | None:
    """Return the path of the smallest part that can go with what stands there; () for the whole definition.

    None where nothing may: without a role's condition, or the field of its owner, somebody would see more.
    """
    identity, path = place.identity, place.path
    if path in (("filter",), ("entity",)):
        return ()
    if identity.kind == "role" and (len(path) == 2 or path[-1] == "condition"):
        return None
    if identity.kind == "entity" and path[:1] == ("fields",):
        return path[:2] if len(path) == 2 or path[2] in FIELD_CORE else path[:3]
    if not path or path == ("owner",):
        return None
    return path[: place.items[-1]] if place.items else path[:1]


def placed(tree: Tree, name: str) -> Iterator[Path]:
    """Yield where a form shows a field."""
    for tab in tree.get("tabs", ()):
        for section in tab.get("sections", ()):
            if any(item["field"] == name for item in section.get("items", ())):
                yield ("tabs", tab["key"], "sections", section["key"], "items", name)
