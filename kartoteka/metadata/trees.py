"""Definitions as JSON trees: reading, writing, canonical form.

In JSON a field's options stand beside its other properties (`{"key": "inn", "type": "text", "max_length": 12}`), and
a list item that only names a field may be the bare name. Here is the one place that knows both.
"""

from __future__ import annotations

from typing import Any, cast

import msgspec

from kartoteka.metadata.definitions import KIND_BY_WORD, Definition, Entity, Field, Identity, Manifest, Part
from kartoteka.metadata.fieldtypes import FIELD_TYPES

Tree = dict[str, Any]
"""A JSON object."""

TYPES = {cls.name: cls for cls in FIELD_TYPES}
FIELD_PROPERTIES = frozenset(Field.__struct_fields__)
SHORTHANDS = frozenset({"columns", "items", "sort", "groups", "quick", "header", "facts"})
"""Lists whose items may be written as the bare name of a field."""


def read_definition(identity: Identity, tree: Tree) -> Definition:
    """Build the definition from a complete, schema-checked tree in normal form."""
    kind = KIND_BY_WORD[identity.kind]
    if kind.type is not Entity:
        return msgspec.convert(tree, kind.type)
    head = msgspec.convert({**tree, "fields": []}, Entity)
    return msgspec.structs.replace(head, fields=tuple(read_field(field) for field in tree.get("fields", ())))


def read_field(tree: Tree) -> Field:
    """Build a field from a complete, schema-checked tree."""
    head = {name: value for name, value in tree.items() if name in FIELD_PROPERTIES and name != "type"}
    options = {name: value for name, value in tree.items() if name not in FIELD_PROPERTIES}
    field_type = msgspec.convert(options, TYPES[tree["type"]])
    return msgspec.structs.replace(msgspec.convert({**head, "type": {}}, Field), type=field_type)


def read_manifest(tree: Tree) -> Manifest:
    """Build a manifest from a schema-checked tree."""
    return msgspec.convert(tree, Manifest)


def write(part: Part) -> Tree:
    """Return the tree of a definition or a piece of one, in normal form: defaults are left out."""
    if isinstance(part, Field):
        return _write_field(part)
    tree = as_stored(part)
    if isinstance(part, Entity):
        fields = [_write_field(field) for field in part.fields]
        tree = {name: fields if name == "fields" else value for name, value in tree.items()}
    return tree


def _write_field(field: Field) -> Tree:
    tree = as_stored(field)
    options = tree.pop("type")
    return {"key": tree.pop("key"), "type": field.type.name, **tree, **options}


def as_stored(part: Part | Tree) -> Tree:
    """Return a tree as it comes back from the database.

    msgspec tells defaults by identity: a constant of this code that happens to be the default itself would be left out
    now, and not any more once it was stored.
    """
    return cast("Tree", msgspec.json.decode(msgspec.json.encode(part)))


def normal(tree: Any) -> Any:
    """Return a tree with every shorthand written out: what layers merge and differences compare."""
    if isinstance(tree, list):
        return [normal(item) for item in tree]
    if not isinstance(tree, dict):
        return tree
    return {name: normal(_written_out(name, value)) for name, value in tree.items()}


def _written_out(name: str, value: Any) -> Any:
    if name not in SHORTHANDS or not isinstance(value, list):
        return value
    return [{"field": item} if isinstance(item, str) else item for item in value]


def shortened(tree: Any) -> Any:
    """Return a tree with shorthands where they say the same: the inverse of `normal`, for files."""
    if isinstance(tree, list):
        return [shortened(item) for item in tree]
    if not isinstance(tree, dict):
        return tree
    short = {name: shortened(value) for name, value in tree.items()}
    for name in SHORTHANDS & short.keys():
        if isinstance(short[name], list):
            short[name] = [item["field"] if list(item) == ["field"] else item for item in short[name]]
    return short


def encode(tree: Any) -> bytes:
    """Return a tree as the bytes of a file: stable order, one property a line, a newline at the end."""
    return msgspec.json.format(msgspec.json.encode(tree), indent=2) + b"\n"


def canonical(tree: Any) -> bytes:
    """Return the bytes over which hashes are taken."""
    return msgspec.json.encode(tree, order="sorted")
