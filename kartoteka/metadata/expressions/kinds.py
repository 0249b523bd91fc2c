"""The kinds of value that an expression works with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of value; `entity` is set for a link to a record of that entity."""

    name: str
    entity: str = ""

    def __str__(self) -> str:
        return f"{self.name} ({self.entity})" if self.entity else self.name


TEXT = Kind("text")
NUMBER = Kind("number")
BOOLEAN = Kind("boolean")
DATE = Kind("date")
TIME = Kind("time")
DATETIME = Kind("datetime")
LIST = Kind("list")
"""Several texts: a multi-choice, tags."""
NOTHING = Kind("nothing")
"""The kind of NULL: fits everywhere."""
ANY = Kind("any")
"""JSON and the like: can only be tested for emptiness."""

ORDERED = frozenset({"text", "number", "date", "time", "datetime"})
MEASURED = ORDERED - {"text"}
"""Kinds of value that have a smallest and a largest one worth telling."""


def record(entity: str) -> Kind:
    """Return the kind of a link to a record of `entity`; `record("user")` for people."""
    return Kind("record", entity)


def fits(kind: Kind, wanted: Kind) -> bool:
    """Tell whether a value of `kind` may stand where `wanted` is expected."""
    if NOTHING in {kind, wanted} or kind == wanted:
        return True
    return kind.name == wanted.name == "record" and not (kind.entity and wanted.entity)


def common(kinds: Iterable[Kind]) -> Kind | None:
    """Return the one kind that all of `kinds` fit, or None."""
    found = NOTHING
    for kind in kinds:
        if not fits(kind, found):
            return None
        if found == NOTHING or not found.entity:
            found = found if kind == NOTHING else kind
    return found
