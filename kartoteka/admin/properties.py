"""What can be set of a definition: read off the structs, so that a new option needs no word here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import msgspec
from msgspec import inspect

from kartoteka.metadata.fieldtypes.base import FieldType
from kartoteka.metadata.trees import TYPES

Kind = Literal["text", "number", "boolean", "choice", "words", "label", "expression", "choices", "special"]
EXPRESSIONS = frozenset({"title", "default", "expression", "filter", "condition"})
"""Properties that are written in the expression language."""
LONG = frozenset({"help", "description"})
"""Labels that are sentences."""


@dataclass(frozen=True, slots=True)
class Property:
    """A property of a definition, or an option of a field type.

    `special` is chosen from what the catalog has, in a way that goes by the name: a card type, an icon, a colour.
    """

    name: str
    kind: Kind
    default: Any = None
    required: bool = False
    values: tuple[str, ...] = ()
    whole: bool = False
    longest: int | None = None


SPECIAL = frozenset({"target", "icon", "colour", "owner", "entity", "type"})


@cache
def properties_of(part: type[msgspec.Struct]) -> dict[str, Property]:
    """Return the properties of a struct by name; what has parts of its own is left to editors of its own."""
    info = inspect.type_info(part)
    assert isinstance(info, inspect.StructType)
    return {found.name: found for field in info.fields for found in _property(field)}


def options_of(type_name: str) -> dict[str, Property]:
    """Return the options of a field type."""
    cls: type[FieldType] = TYPES[type_name]
    return properties_of(cls)


def _property(field: inspect.Field) -> Iterator[Property]:
    default = None if field.default is msgspec.NODEFAULT else field.default
    if field.name in SPECIAL:
        yield Property(field.name, "special", default, field.required)
        return
    for found in _unwrapped(field.type):
        kind = _kind(field.name, found)
        if kind is not None:
            values = tuple(str(value) for value in found.values) if isinstance(found, inspect.LiteralType) else ()
            longest = getattr(found, "max_length", None)
            whole = isinstance(found, inspect.IntType)
            yield Property(field.name, kind, default, field.required, values, whole, longest)
            return


def _unwrapped(found: inspect.Type) -> Iterator[inspect.Type]:
    """Yield what a value may be, without the notes round it and without nothing."""
    if isinstance(found, inspect.Metadata):
        yield from _unwrapped(found.type)
    elif isinstance(found, inspect.UnionType):
        parts = [part for each in found.types for part in _unwrapped(each)]
        yield from sorted(parts, key=lambda part: not isinstance(part, inspect.DictType))
    elif not isinstance(found, inspect.NoneType):
        yield found


def _kind(name: str, found: inspect.Type) -> Kind | None:
    if isinstance(found, inspect.StrType):
        return "expression" if name in EXPRESSIONS else "text"
    if isinstance(found, inspect.VarTupleType):
        return _kind_of_several(next(_unwrapped(found.item_type), None))
    return _PLAIN.get(type(found))


_PLAIN: dict[type[inspect.Type], Kind] = {
    inspect.DictType: "label",
    inspect.BoolType: "boolean",
    inspect.IntType: "number",
    inspect.DecimalType: "number",
    inspect.LiteralType: "choice",
}


def _kind_of_several(item: inspect.Type | None) -> Kind | None:
    if isinstance(item, inspect.StructType):
        return "choices" if item.cls.__name__ == "Option" else None
    return "words" if isinstance(item, inspect.StrType) else None
