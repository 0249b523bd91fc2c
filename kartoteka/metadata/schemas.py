"""JSON Schemas (draft 2020-12) of the definitions, generated from the structures that read them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import msgspec
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match
from jsonschema.validators import extend

from kartoteka.metadata.definitions import KINDS, Field, Manifest
from kartoteka.metadata.fieldtypes import FIELD_TYPES
from kartoteka.metadata.layers import ITEM_NAMES
from kartoteka.metadata.package_tests import PackageTest
from kartoteka.metadata.problems import Problem
from kartoteka.metadata.trees import SHORTHANDS, Tree

DIALECT = "https://json-schema.org/draft/2020-12/schema"
ADDRESS = "https://kartoteka.dev/schemas/1"
MANIFEST = "kartoteka"
TESTS = "tests"
"""The files of a package in which it proves itself."""
DECIMAL_PATTERN = r"^-?[0-9]{1,18}(\.[0-9]{1,18})?$"
ITEM_MARKS: Tree = {
    "after": {"type": ["string", "null"], "description": "Key of the item that it follows; null: it comes first."},
    "removed": {"const": True, "description": "Takes out what an earlier layer put in."},
}
"""What a layer may say of an item of a keyed list besides its own properties."""


@cache
def schema(word: str) -> Tree:
    """Return the schema of complete definitions of that kind (`entity` ...; `kartoteka`: the manifest; `tests`)."""
    return _document(word, partial=False)


@cache
def partial_schema(word: str) -> Tree:
    """Return the schema of what a layer adds to a definition of an earlier one."""
    return _document(word, partial=True)


def all_schemas() -> dict[str, Tree]:
    """Return every schema by its name, as published."""
    return {word: schema(word) for word in (MANIFEST, *(kind.word for kind in KINDS), TESTS)}


def _pattern(validator: Any, pattern: str, text: Any, _schema: Tree) -> Iterator[ValidationError]:
    """Check a pattern as JSON Schema means it: Python's `$` would let a line end follow."""
    strict = pattern.removesuffix("$") + r"\Z" if pattern.endswith("$") else pattern
    if isinstance(text, str) and not re.search(strict, text):
        yield ValidationError(f"{text!r} does not match {pattern!r}")


_Validator = extend(Draft202012Validator, {"pattern": _pattern})  # type: ignore[no-untyped-call]


@cache
def _validator(word: str, partial: bool) -> Any:
    return _Validator(partial_schema(word) if partial else schema(word))


def problems(word: str, tree: Any, *, partial: bool = False) -> Iterator[Problem]:
    """Yield everything that is wrong with the shape of a tree, each with its pointer."""
    for error in _validator(word, partial).iter_errors(tree):
        yield from _problems(best_match([error]))


def _problems(error: ValidationError) -> Iterator[Problem]:
    pointer = _pointer(*error.absolute_path)
    if error.validator in ("additionalProperties", "unevaluatedProperties"):
        for name in _unknown_properties(error):
            yield Problem("schema.unknown_property", {"property": name}, pointer=pointer + _pointer(name))
    elif error.validator == "required":
        missing = [name for name in _listed(error.validator_value) if name not in _listed(error.instance)]
        yield Problem("schema.missing_property", {"properties": missing, "detail": error.message}, pointer=pointer)
    else:
        params = {"limit": _told(error.validator_value), "value": _told(error.instance)}
        yield Problem(f"schema.{error.validator}", {**params, "detail": error.message[:500]}, pointer=pointer)


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | dict) else []


def _told(value: Any) -> Any:
    """Return a value that a sentence can hold, or None."""
    values = value if isinstance(value, list) else [value]
    return value if all(isinstance(each, str | int | float) for each in values) else None


def _pointer(*parts: str | int) -> str:
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in parts)


def _unknown_properties(error: ValidationError) -> list[str]:
    """Return what may not stand in the object. An option of a wrong kind is told as that, not as unknown as well."""
    shape: Any = error.schema
    found: Any = error.instance
    known = set(shape.get("properties", ()))
    for branch in shape.get("allOf", ()):
        wanted = branch["if"]["properties"]["type"]["const"] if "if" in branch else None
        if wanted is None or wanted == found.get("type"):
            known.update(branch.get("then", branch).get("properties", ()))
    return [name for name in found if name not in known]


def _document(word: str, *, partial: bool) -> Tree:
    root = _ROOTS.get(word) or next(kind.type for kind in KINDS if kind.word == word)
    _, parts = msgspec.json.schema_components([root, *FIELD_TYPES], ref_template="#/$defs/{name}")
    definitions = {name: _numbers_too(part) for name, part in sorted(parts.items())}
    if "Field" in definitions:
        definitions["Field"] = _field_schema(definitions)
    for name, part in definitions.items():
        definitions[name] = _finished(part, partial=partial and word not in _ROOTS, root=name == root.__name__)
    used = definitions[root.__name__]
    reachable = {name: definitions[name] for name in _reachable(used, definitions)}
    address = f"{ADDRESS}/{'partial/' if partial else ''}{word}.json"
    return {"$schema": DIALECT, "$id": address, "title": word, **used, "$defs": reachable}


_ROOTS: dict[str, type] = {MANIFEST: Manifest, TESTS: PackageTest}
"""What is no kind of definition: no layer adds to it."""


def _field_schema(parts: dict[str, Tree]) -> Tree:
    """A field: its own properties, and beside them the options of the type that it names."""
    field = parts["Field"]
    names = {"enum": [cls.name for cls in FIELD_TYPES], "description": "What kind of value it holds."}
    own = {name: names if name == "type" else value for name, value in field["properties"].items()}
    branches = [
        {
            "if": {"properties": {"type": {"const": cls.name}}, "required": ["type"]},
            "then": {"properties": parts[cls.__name__].get("properties", {}), "required": _needed(parts, cls)},
        }
        for cls in FIELD_TYPES
    ]
    return {
        "type": "object",
        "description": _first_line(Field.__doc__),
        "properties": own,
        "required": ["key", "type"],
        "allOf": branches,
        "unevaluatedProperties": False,
    }


def _needed(parts: dict[str, Tree], cls: type) -> list[str]:
    return list(parts[cls.__name__].get("required", ()))


def _finished(part: Tree, *, partial: bool, root: bool) -> Tree:
    """Allow shorthands and an editor's `$schema`; in a layer's partial definition, require nothing but the keys."""
    part = {name: value for name, value in part.items() if name != "title"}
    if "properties" not in part:
        return part
    if "description" in part:
        part["description"] = _first_line(part["description"])
    properties = {name: _property(name, value) for name, value in part["properties"].items()}
    if root:
        properties["$schema"] = {"type": "string", "description": "Address of this schema, for editors."}
        if partial:
            properties["removed"] = ITEM_MARKS["removed"]
    elif partial and not properties.keys().isdisjoint(ITEM_NAMES):
        properties.update(ITEM_MARKS)
    part["properties"] = properties
    if partial:
        part = _relaxed(part)
    return part


def _relaxed(part: Tree) -> Tree:
    names = next(([name] for name in ITEM_NAMES if name in part["properties"]), [])
    kept = [name for name in part.get("required", ()) if name in names]
    properties = {name: value if name in kept else _or_null(value) for name, value in part["properties"].items()}
    return {**part, "required": kept, "properties": properties, "allOf": _relaxed_branches(part)}


def _relaxed_branches(part: Tree) -> list[Tree]:
    """Without its type a field's options can't be told apart: any option of any type may stand there."""
    branches = part.get("allOf", [])
    if not branches:
        return [{}]
    options: Tree = {}
    for branch in branches:
        options.update(dict.fromkeys(branch["then"]["properties"], True))
    return [{"properties": options}]


def _or_null(value: Tree) -> Tree:
    if isinstance(value.get("type"), str) and "enum" not in value:
        return {**value, "type": [value["type"], "null"]}
    return {"anyOf": [value, {"type": "null"}]}


def _property(name: str, value: Tree) -> Tree:
    value = {key: item for key, item in value.items() if key != "default"}
    if name in SHORTHANDS and "items" in value:
        return {**value, "items": {"anyOf": [{"type": "string"}, value["items"]]}}
    return value


def _numbers_too(value: Any) -> Any:
    """A decimal may be written as a number, not only as a string."""
    if isinstance(value, list):
        return [_numbers_too(item) for item in value]
    if not isinstance(value, dict):
        return value
    if value.get("format") == "decimal":
        plain = {name: item for name, item in value.items() if name != "format"}
        return {**plain, "type": ["number", "string"], "pattern": DECIMAL_PATTERN}
    return {name: _numbers_too(item) for name, item in value.items()}


def _reachable(part: Any, definitions: dict[str, Tree], seen: set[str] | None = None) -> list[str]:
    found: set[str] = seen if seen is not None else set()
    for name in _references(part):
        if name not in found:
            found.add(name)
            _reachable(definitions[name], definitions, found)
    return sorted(found)


def _references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if "$ref" in part:
            yield part["$ref"].rsplit("/", 1)[-1]
        for value in part.values():
            yield from _references(value)
    elif isinstance(part, list):
        for value in part:
            yield from _references(value)


def _first_line(text: str | None) -> str:
    return (text or "").strip().partition("\n")[0]
