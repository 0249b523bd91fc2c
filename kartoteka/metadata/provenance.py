"""Provenance: which layer set which property of a definition."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from kartoteka.metadata.definitions import Identity
from kartoteka.metadata.layers import ITEM_NAMES, is_keyed, item_name
from kartoteka.metadata.stack import Layer, Stack

Path = tuple[str, ...]
"""Names of properties, and keys of list items, from the definition inwards."""


@dataclass(frozen=True, slots=True)
class Source:
    """A property's value, and the layer and version that set it."""

    path: Path
    value: Any
    layer: str
    version: str


def sources(stack: Stack, identity: Identity, within: Path = ()) -> list[Source]:
    """Return where each property of a definition comes from; `within` narrows it to what begins with that path."""
    found: dict[Path, Source] = {}
    stems: set[Path] = set()
    for layer in stack.with_names_of_now():
        tree = layer.definitions.get(identity)
        for path, value in said(tree) if tree is not None else ():
            _lay_over(found, stems, layer, path, value)
    return [source for path, source in found.items() if path[: len(within)] == within]


def _lay_over(found: dict[Path, Source], stems: set[Path], layer: Layer, path: Path, value: Any) -> None:
    """Let the layer's word count. None takes a property out, and a whole item where it stands for one.

    `stems` are the beginnings of all paths so far: only where one of them is meant anew has everything to be looked at.
    """
    if path in found and path[-1] in ITEM_NAMES:
        return  # a layer names the item that it changes; the name is from whoever put the item in
    above = [path[:length] for length in range(1, len(path))]
    if value is None or path in stems or any(stem in found for stem in above):
        for known in [known for known in found if known == path or is_below(known, path) or is_below(path, known)]:
            del found[known]
    if value is not None:
        found[path] = Source(path, value, layer.key, layer.version)
        stems.update(above)


def is_below(path: Path, other: Path) -> bool:
    """Tell whether a path leads into what another one leads to."""
    return len(path) > len(other) and path[: len(other)] == other


def said(tree: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Yield what a layer says, property by property; a removed item as None."""
    if isinstance(tree, dict) and tree.get("removed"):
        yield path, None
    elif isinstance(tree, dict) and tree:
        for name, value in tree.items():
            if name != "after":
                yield from said(value, (*path, name))
    elif is_keyed(tree):
        for item in tree:
            yield from said(item, (*path, item_name(item) or ""))
    else:
        yield path, tree
