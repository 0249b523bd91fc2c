"""Writes docs/metadata.md, the reference of definitions, out of the schemas: `python -m tools.reference`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kartoteka.metadata.definitions import KINDS
from kartoteka.metadata.fieldtypes import FIELD_TYPES
from kartoteka.metadata.schemas import MANIFEST, TESTS, schema

PAGE = Path(__file__).resolve().parent.parent / "docs" / "metadata.md"
HEAD = """# Metadata reference

Made from the code by `python -m tools.reference`; do not edit by hand.

Every definition is one JSON file. Its JSON Schema is published by a running server at `/-/schemas/`, so that an
editor completes and checks while one types. Keys match `[a-z][a-z0-9_]{0,59}`. A label is a text, or texts by language:
`{"en": "Client", "ru": "Клиент"}`.
In lists of `columns`, `items`, `sort`, `groups`, `quick`, `header` and `facts` the bare name of a field may stand for
`{"field": "name"}`.
"""


def page() -> str:
    """Return the whole page."""
    parts = [HEAD, *_document("`kartoteka.json`: the manifest", schema(MANIFEST))]
    for kind in KINDS:
        place = f"{kind.folder}/" + ("ENTITY/" if kind.of_entity else "") + "KEY.json"
        parts += _document(f"`{place}`: {kind.word}", schema(kind.word))
    parts += _document("`tests/NAME.json`: what the package proves of itself", schema(TESTS))
    parts += _field_types()
    return "\n".join(parts).rstrip() + "\n"


def _document(title: str, tree: dict[str, Any]) -> Iterator[str]:
    yield f"## {title}\n\n{tree.get('description', '')}\n"
    yield from _table(tree)
    for name, part in tree["$defs"].items():
        if name != tree["title"] and part.get("properties") and name not in _TYPE_NAMES:
            yield f"### {_words(name)}\n\n{part.get('description', '')}\n"
            yield from _table(part)


_TYPE_NAMES = frozenset(cls.__name__ for cls in FIELD_TYPES)


def _field_types() -> Iterator[str]:
    yield "## Field types\n\nThe options of a type stand beside the field's other properties.\n"
    branches = schema("entity")["$defs"]["Field"]["allOf"]
    options = {branch["if"]["properties"]["type"]["const"]: branch["then"] for branch in branches}
    for cls in FIELD_TYPES:
        yield f"### `{cls.name}`\n\n{(cls.__doc__ or '').strip().partition(chr(10))[0]}\n"
        yield from _table(options[cls.name])


def _table(part: dict[str, Any]) -> Iterator[str]:
    properties = {name: value for name, value in part.get("properties", {}).items() if name != "$schema"}
    if not properties:
        return
    needed = set(part.get("required", ()))
    rows = [f"| `{n}`{' *' if n in needed else ''} | {_kind(v)} | {_description(v)} |" for n, v in properties.items()]
    yield "| property | value | |\n|---|---|---|\n" + "\n".join(rows) + "\n"


def _description(value: dict[str, Any]) -> str:
    inner = (each["description"] for each in value.get("anyOf", ()) if "description" in each)
    return str(value.get("description") or next(inner, "")).replace("|", "\\|")


def _kind(value: dict[str, Any]) -> str:
    """Return in a few words what may stand there."""
    if "$ref" in value:
        return _words(value["$ref"].rsplit("/", 1)[-1])
    if "enum" in value:
        return ", ".join(f"`{each}`" for each in value["enum"] if each is not None)
    if "const" in value:
        return f"`{value['const']}`"
    if "anyOf" in value:
        return " or ".join(dict.fromkeys(_kind(v) for v in value["anyOf"] if v.get("type") != "null"))
    if value.get("type") == "array":
        return f"list of {_kind(value.get('items', {}))}"
    kinds = value.get("type", "any")
    return " or ".join(kinds) if isinstance(kinds, list) else str(kinds)


def _words(name: str) -> str:
    return "".join(f" {letter.lower()}" if letter.isupper() and place else letter for place, letter in enumerate(name))


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
