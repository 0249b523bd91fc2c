"""Every version of every entity of the Common Data Model as a package, and what a client might make of one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from random import Random
from typing import Any

from kartoteka.metadata.definitions import Identity, Manifest
from kartoteka.metadata.packages import Package
from tests.real.cdm import entity_tree, key_of

Tree = dict[str, Any]
Trees = dict[Identity, Tree]


def chains_of(file: Path) -> dict[str, list[Package]]:
    """Return the versions of each entity in each layer, the oldest first; those that say the same but once."""
    layers: Mapping[str, Mapping[str, Any]] = json.loads(file.read_text(encoding="utf-8"))
    chains = {name: list(_chain(name.rpartition("/")[2], versions)) for name, versions in layers.items()}
    return {name: chain for name, chain in chains.items() if len(chain) > 1}


def _chain(name: str, versions: Mapping[str, Any]) -> Iterator[Package]:
    before: Tree = {}
    number = 0
    for version in sorted(versions, key=lambda each: [int(part) for part in each.split(".")]):
        tree = entity_tree(name, versions[version]["attributes"])
        if tree != before:
            number += 1
            yield _package(tree, number)
        before = tree


def _package(tree: Tree, number: int) -> Package:
    """Return one version: the entity, a plain one for each that it links to, and a list of its first fields."""
    key: str = tree["key"]
    trees: Trees = {Identity("entity", "", key): tree}
    for target in {field["target"] for field in tree["fields"] if field["type"] == "link"} - {key, "user"}:
        name = {"key": "name", "type": "text"}
        trees[Identity("entity", "", target)] = {"key": target, "fields": [name]}
    columns = [{"field": field["key"]} for field in tree["fields"][:6]]
    trees[Identity("list", key, "all")] = {"entity": key, "key": "all", "columns": columns}
    return Package(Manifest(format=1, key="cdm", version=f"{number}.0.0"), trees)


def entity_of(name: str) -> Identity:
    """Return the entity that a chain is about."""
    return Identity("entity", "", key_of(name.rpartition("/")[2]))


def customised(trees: Mapping[Identity, Tree], entity: Identity, seed: str) -> Trees:
    """Return the definitions as a client left them: fields added, labels and requirements changed, layouts made."""
    random = Random(seed)
    tree = {**trees[entity], "fields": [_customised(field, random) for field in trees[entity]["fields"]]}
    for number, kind in enumerate(("text", "integer", "date", "boolean")):
        field = {"key": f"x_own_{number}", "type": kind, "label": f"Own {number}"}
        tree["fields"].insert(random.randrange(len(tree["fields"])), field)
    keys = [field["key"] for field in tree["fields"]]
    some = [{"field": key} for key in random.sample(keys, min(12, len(keys)))]
    sections = [{"key": "own", "items": some[:6]}, {"key": "more", "items": some[6:]}]
    key = entity.key
    return {
        **trees,
        entity: tree,
        Identity("list", key, "x_mine"): {"entity": key, "key": "x_mine", "label": "Mine", "columns": some},
        Identity("form", key, "x_main"): {"entity": key, "key": "x_main", "tabs": [{"key": "a", "sections": sections}]},
        Identity("card", key, "x_main"): {"entity": key, "key": "x_main", "facts": some[:8]},
    }


def _customised(field: Tree, random: Random) -> Tree:
    drawn = random.random()
    if drawn < 0.3:
        return {**field, "label": f"My {field['key']}"}
    if drawn < 0.4:
        return {**field, "required": True}
    if drawn < 0.5:
        return {**field, "help": "Ask Maria."}
    return field
