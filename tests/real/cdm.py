"""Entities of the Common Data Model as a package: every attribute a field, every unknown target a small card type."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from kartoteka.metadata.definitions import Identity, Manifest
from kartoteka.metadata.keys import RESERVED_FIELDS, RESERVED_WORDS
from kartoteka.metadata.packages import Package

ENTITIES = ("Account", "Contact", "Lead", "Opportunity")
VERSION = "0.7"
_TEXTS = """
    string name addressLine city stateOrProvince county country postalCode firstName middleName lastName
    fullName tickerSymbol governmentId guid
"""
TEXTS = frozenset(_TEXTS.split())
LINKS = frozenset({"lookup", "listLookupCorrelated"})


def read_package_of(file: Path) -> Package:
    """Return the four entities, each in its widest layer of that version, as a package."""
    layers: Mapping[str, Mapping[str, Any]] = json.loads(file.read_text(encoding="utf-8"))
    trees: dict[Identity, dict[str, Any]] = {}
    for name in ENTITIES:
        widest = max(_versions(layers, name), key=lambda found: len(found["attributes"]))
        trees[Identity("entity", "", key_of(name))] = entity_tree(name, widest["attributes"])
    known = {identity.key for identity in trees}
    targets = {field["target"] for tree in trees.values() for field in tree["fields"] if field["type"] == "link"}
    for target in sorted(targets - known - {"user"}):
        title = {"key": "name", "type": "text", "required": True}
        trees[Identity("entity", "", target)] = {"key": target, "fields": [title]}
    return Package(Manifest(format=1, key="cdm", version="0.7.0"), trees)


def _versions(layers: Mapping[str, Mapping[str, Any]], name: str) -> Iterator[Mapping[str, Any]]:
    for layer, versions in layers.items():
        if layer.endswith(f"/{name}") and VERSION in versions:
            yield versions[VERSION]


def entity_tree(name: str, attributes: list[Mapping[str, Any]]) -> dict[str, Any]:
    """Return an entity's definition."""
    fields: dict[str, dict[str, Any]] = {}
    for attribute in attributes:
        if attribute["type"] in ("entityId", "listLookupMultiple"):
            continue
        key = free_key(key_of(attribute["name"] or _target(attribute)), fields)
        fields[key] = {"key": key, **_labels(attribute), **_typed(attribute)}
    return {"key": key_of(name), "label": name, "fields": list(fields.values())}


def _labels(attribute: Mapping[str, Any]) -> dict[str, Any]:
    found = {"label": attribute.get("label"), "help": attribute.get("description")}
    return {name: text for name, text in found.items() if text}


def _typed(attribute: Mapping[str, Any]) -> dict[str, Any]:
    """Return the field type that an attribute's type is."""
    kind = attribute["type"]
    if kind in TEXTS:
        length = int(attribute.get("maximumLength") or 255)
        return {"type": "long_text"} if length > 4000 else {"type": "text", "max_length": length}
    if kind == "listLookup" and attribute.get("options"):
        return {"type": "choice", "choices": list(_options(attribute["options"]))}
    if kind in LINKS:
        return {"type": "link", "target": _target(attribute)}
    plain = {
        "boolean": "boolean",
        "dateTime": "datetime",
        "currency": "money",
        "baseCurrency": "money",
        "integer": "integer",
        "bigInteger": "integer",
        "timezone": "integer",
        "listLookup": "integer",
        "decimal": "decimal",
        "double": "decimal",
        "latitude": "decimal",
        "longitude": "decimal",
        "phone": "phone",
        "email": "email",
        "url": "url",
        "image": "image",
    }
    return {"type": plain[kind]} | ({"scale": 5} if plain[kind] == "decimal" else {})


def _target(attribute: Mapping[str, Any]) -> str:
    """Return the entity that a lookup leads to, the first of several."""
    target = attribute.get("target") or "thing"
    return key_of(target[0] if isinstance(target, list) else target)


def _options(options: list[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    taken: set[str] = set()
    for number, option in enumerate(options):
        label = str(option.get("label") or number)
        key = re.sub(r"[^a-z0-9]+", "_", label.lower()).strip("_")[:50] or "option"
        key = key if key[0].isalpha() else f"o_{key}"
        while key in taken:
            key += "_2"
        taken.add(key)
        yield {"key": key, "label": label}


def key_of(name: str) -> str:
    """Return a key out of camel case."""
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()
    return re.sub(r"[^a-z0-9_]", "_", snake)[:50]


def free_key(key: str, taken: Mapping[str, Any]) -> str:
    """Return a key that no field has and that is not reserved."""
    base = f"{key}_field" if key in RESERVED_FIELDS | RESERVED_WORDS else key
    number, free = 1, base
    while free in taken:
        number += 1
        free = f"{base}_{number}"
    return free
