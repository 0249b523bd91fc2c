"""Renames across layers: what one layer calls otherwise (`formerly`), the others may still name as it was.

Layers are brought to the names of now before they are merged. So a client's own layer may rename a package's field by
two words, and the package's next version, which knows nothing of it, still changes that field; and a package may
rename a field that clients have customised.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from kartoteka.metadata.definitions import Identity
from kartoteka.metadata.layers import merged
from kartoteka.metadata.problems import Problem
from kartoteka.metadata.references import FieldKey, Names, rewritten
from kartoteka.metadata.trees import Tree, read_field

Definitions = Mapping[Identity, Tree]
"""What one layer says."""
RENAMED_KINDS = ("entity", "list", "report")
"""Definitions whose keys stand in addresses."""


def with_names_of_now(layers: Sequence[Definitions]) -> list[Definitions]:
    """Return the layers, the lowest first, with one name for each thing: the one that the topmost layer gives it."""
    if not any(_has_renames(identity, tree) for layer in layers for identity, tree in layer.items()):
        return list(layers)
    names = _names(layers)
    whole: dict[Identity, Tree] = {}
    for layer in layers:
        for identity, tree in layer.items():
            whole[identity] = merged(whole.get(identity, {}), tree)
    return [
        {names.identity(each): rewritten(names, each, tree, whole[each]) for each, tree in layer.items()}
        for layer in layers
    ]


def clashes(definitions: Definitions) -> Iterator[Problem]:
    """Yield the earlier names that something else has now: what is meant by them could not be told any more."""
    for identity, tree in sorted(definitions.items()):
        if identity.kind == "entity":
            fields = {field["key"] for field in tree.get("fields", ())}
            for place, field in enumerate(tree.get("fields", ())):
                yield from _taken(identity, field, fields, f"/fields/{place}", "field.duplicate")
        if identity.kind in RENAMED_KINDS and tree.get("formerly"):
            beside = {each.key for each in definitions if each._replace(key="") == identity._replace(key="")}
            yield from _taken(identity, tree, beside, "", f"{identity.kind}.duplicate")


def _taken(identity: Identity, tree: Tree, keys: set[str], root: str, code: str) -> Iterator[Problem]:
    for place, old in enumerate(tree.get("formerly", ())):
        if old in keys:
            yield Problem(code, {"name": old}, None, identity.path, f"{root}/formerly/{place}")


def _has_renames(identity: Identity, tree: Tree) -> bool:
    if tree.get("formerly"):
        return True
    return identity.kind == "entity" and any(field.get("formerly") for field in tree.get("fields") or ())


class _Chain:
    """Which name stands for each: earlier names of one thing, as several layers know them, lead to the topmost one."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}

    def add(self, items: Sequence[Tree]) -> None:
        """Note what the next layer below says; a name that it has for something else besides stays that thing's own."""
        above = dict(self.names)
        live = {item["key"] for item in items if not item.get("removed")}
        for item in items:
            names = (item["key"], *(name for name in item.get("formerly") or () if name not in live))
            if item.get("formerly"):
                now = next((above[name] for name in names if name in above), item["key"])
                self.names |= {name: now for name in names if name != now and name not in self.names}


def _names(layers: Sequence[Definitions]) -> Names:
    entities = _Chain()
    for layer in reversed(layers):
        entities.add([tree for identity, tree in layer.items() if identity.kind == "entity"])
    first = Names(entities=entities.names)
    fields = _fields(layers, first)
    return Names(entities.names, fields, _definitions(layers, first), _links(layers, Names(entities.names, fields)))


def _fields(layers: Sequence[Definitions], names: Names) -> dict[FieldKey, str]:
    chains: dict[str, _Chain] = {}
    for layer in reversed(layers):
        for identity, tree in layer.items():
            if identity.kind == "entity":
                chains.setdefault(names.entity(identity.key), _Chain()).add(tree.get("fields") or ())
    return {(entity, old): new for entity, chain in chains.items() for old, new in chain.names.items()}


def _definitions(layers: Sequence[Definitions], names: Names) -> dict[Identity, str]:
    chains: dict[Identity, _Chain] = {}
    for layer in reversed(layers):
        beside: dict[Identity, list[Tree]] = {}
        for identity, tree in layer.items():
            if identity.kind in RENAMED_KINDS[1:]:
                beside.setdefault(names.identity(identity)._replace(key=""), []).append({**tree, "key": identity.key})
        for home, items in beside.items():
            chains.setdefault(home, _Chain()).add(items)
    return {home._replace(key=old): new for home, chain in chains.items() for old, new in chain.names.items()}


def _links(layers: Sequence[Definitions], names: Names) -> dict[FieldKey, str]:
    """Return where the links lead, by the names of now."""
    whole: dict[Identity, Tree] = {}
    for layer in layers:
        for identity, tree in layer.items():
            if identity.kind == "entity" and not tree.get("removed"):
                now = names.identity(identity)
                whole[now] = merged(whole.get(now, {}), rewritten(names, identity, tree, tree))
    found: dict[FieldKey, str] = {}
    for identity, tree in whole.items():
        for field in tree.get("fields") or ():
            target = _target(field)
            if target:
                found[identity.key, field["key"]] = target
    return found


def _target(field: Tree) -> str | None:
    """Return where a field leads; None for one that is no link, or whose type nobody has said."""
    try:
        return read_field(field).type.links_to
    except (msgspec.ValidationError, KeyError, TypeError):
        return None
