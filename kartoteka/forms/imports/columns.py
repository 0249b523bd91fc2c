"""Columns: which field each column of a table is for, by key, former key, or label in any language.

`owner.email` is the link `owner`, whose cells name the record that it leads to by its unique field `email`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from kartoteka.metadata.definitions import Field
from kartoteka.metadata.problems import Problem, Refused
from kartoteka.platform.actors import Actor
from kartoteka.platform.units import Unit

ID = "id"
REF = "ref"
NOTE = "#"
"""What the titles of columns begin with that are notes for people and never data."""

Role = Literal["field", "id", "ref", "note", "computed"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its place, its title, and what it is for.

    `field` is set for fields, the computed ones included; `by` where cells name linked records by a unique field.
    """

    place: int
    title: str
    role: Role
    field: Field | None = None
    by: Field | None = None


def match_columns(
    unit: Unit, actor: Actor, entity: str, header: Sequence[str], *, ignore_unknown: bool = False
) -> tuple[Column, ...]:
    """Return what each column is for; columns of values that nobody writes are kept apart.

    Raises Refused with every column that is unknown, means two fields, or comes twice.
    """
    names = _Names(unit, actor)
    problems: list[Problem] = []
    columns: list[Column] = []
    for place, title in enumerate(header):
        found = _column(place, title, entity, names)
        if isinstance(found, Column):
            columns.append(found)
        elif found.code != "import.unknown_column" or not ignore_unknown:
            problems.append(found)
    problems += _doubled(columns)
    if problems:
        raise Refused(problems)
    return tuple(columns)


class _Names:
    """Finds the fields that the actor may see by what people call them."""

    def __init__(self, unit: Unit, actor: Actor) -> None:
        self.unit, self.actor = unit, actor
        self._known: dict[str, Mapping[str, list[Field]]] = {}

    def find(self, entity: str, name: str) -> list[Field]:
        """Return the field of that name; several where their labels are alike."""
        if entity not in self._known:
            self._known[entity] = self._of(entity)
        return self._known[entity].get(_folded(name), [])

    def _of(self, entity: str) -> Mapping[str, list[Field]]:
        """Return fields by every name, keys before former keys before labels: a key is never another's label."""
        rights = self.unit.model.access.rights(self.actor, entity)
        fields = [field for field in self.unit.model.catalog.fields(entity).values() if rights.sees(field.key)]
        names: dict[str, list[Field]] = {}
        for words in (_keys, _former_keys, _labels):
            found: dict[str, list[Field]] = {}
            for field in fields:
                for word in {_folded(word) for word in words(field)}:
                    found.setdefault(word, []).append(field)
            names = {**found, **names}
        return names


def _column(place: int, title: str, entity: str, names: _Names) -> Column | Problem:
    name = title.strip()
    if not name or name.startswith(NOTE):
        return Column(place, title, "note")
    found = names.find(entity, name)
    if len(found) > 1:
        keys = [field.key for field in found]
        return Problem("import.ambiguous_column", {"title": name, "fields": keys, "column": place + 1})
    if found:
        return Column(place, title, "computed" if found[0].type.computed else "field", found[0])
    if name.casefold() in (ID, REF):
        return Column(place, title, "id" if name.casefold() == ID else "ref")
    return _link_column(place, title, entity, names) or Problem(
        "import.unknown_column", {"title": name[:100], "column": place + 1}
    )


def _link_column(place: int, title: str, entity: str, names: _Names) -> Column | None:
    """Return the column of a link whose cells hold a unique field of what it leads to."""
    link, _, by = title.strip().partition(".")
    links = [field for field in names.find(entity, link) if field.type.links_to]
    if len(links) != 1 or not by:
        return None
    target = links[0].type.links_to or ""
    unique = [field for field in names.find(target, by) if field.unique or field.type.always_unique]
    return Column(place, title, "field", links[0], unique[0]) if len(unique) == 1 else None


def _keys(field: Field) -> Iterator[str]:
    yield field.key


def _former_keys(field: Field) -> Iterator[str]:
    yield from field.formerly


def _labels(field: Field) -> Iterator[str]:
    if isinstance(field.label, dict):
        yield from field.label.values()
    else:
        yield field.title("en")


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _doubled(columns: Sequence[Column]) -> Iterator[Problem]:
    used = [column for column in columns if column.role != "note"]
    counts = Counter(column.field.key if column.field else column.role for column in used)
    for name, count in counts.items():
        if count > 1:
            yield Problem("import.doubled_column", {"name": name, "count": count})
