"""Values: from the JSON of a body to what records are written with, and from rows back to JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from kartoteka.metadata.definitions import Entity, Field
from kartoteka.metadata.fieldtypes.base import InvalidValue
from kartoteka.metadata.paths import Resolved, resolve
from kartoteka.metadata.problems import BadRequest, Problem
from kartoteka.platform.actors import Actor
from kartoteka.platform.plain import moment
from kartoteka.platform.query import Row
from kartoteka.platform.units import Unit

LINK_PARTS = frozenset({"id", "title"})
"""What a link is read as; its id alone can be written too."""


@dataclass(slots=True)
class Item:
    """A record as it was sent: values by field key, what is wrong with some, and under which name each was sent."""

    pointer: str
    values: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)

    def placed(self, problems: Iterable[Problem]) -> list[Problem]:
        """Return problems with where in the body they lie."""
        return [problem.at(pointer=self._pointer(problem.field)) for problem in problems]

    def all_problems(self, found: Iterable[Problem]) -> list[Problem]:
        """Return what was wrong already, and what the records say of the other fields."""
        broken = {problem.field for problem in self.problems}
        return self.placed([*self.problems, *(each for each in found if each.field not in broken)])

    def _pointer(self, key: str | None) -> str:
        if key is None:
            return self.pointer
        name = self.names.get(key, key)
        return f"{self.pointer}/values/{name.replace('~', '~0').replace('/', '~1')}"


def read_item(unit: Unit, actor: Actor, entity: str, data: Any, pointer: str = "") -> Item:
    """Read `{"values": {...}}`. Raises BadRequest for another shape; what is wrong with values the item tells."""
    sent = data.get("values") if isinstance(data, dict) else None
    if not isinstance(sent, dict):
        raise BadRequest(Problem("body.shape", {"wanted": '{"values": {…}}'}, pointer=pointer))
    for name in data.keys() - {"values", "version"}:
        raise BadRequest(Problem("body.unknown_property", {"name": name[:60]}, pointer=pointer))
    item = Item(pointer)
    rights = unit.model.access.rights(actor, entity)
    for name, value in sent.items():
        known = unit.model.catalog.field_named(entity, name)
        if known is None or not rights.sees(known.key):
            item.values[name] = None  # the records refuse the name; a value could only tell what it is compared with
            item.names[name] = name
        elif known.key in item.values:
            item.problems.append(Problem("body.repeated_name", {"name": name}, field=known.key))
        else:
            item.names[known.key] = name
            _read(item, known, value, writable=rights.edits(known.key) and not known.type.computed)
    return item


def _read(item: Item, known: Field, value: Any, *, writable: bool) -> None:
    try:
        item.values[known.key] = None if value is None else known.type.load(_plain(known, value))
    except InvalidValue as wrong:
        readonly = Problem("field.read_only", {"name": known.key})
        item.problems.append(replace(wrong.problem if writable else readonly, field=known.key))


def _plain(known: Field, value: Any) -> Any:
    """Return a link's id where the link was sent as it was read."""
    is_link = known.type.links_to is not None and isinstance(value, dict)
    return value["id"] if is_link and "id" in value and value.keys() <= LINK_PARTS else value


Writer = Callable[[Any, str | None], Any]


def row_trees(unit: Unit, entity: Entity, rows: Iterable[Row], columns: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Yield rows as JSON data, values under the names by which they were asked for."""
    writers = {path: _writer(resolve(unit.model.catalog, entity.key, path.split("."))) for path in columns}
    for row in rows:
        yield {
            "id": row.id,
            "version": row.version,
            "title": row.title,
            "values": {
                path: None if row.values[path] is None else write(row.values[path], row.titles.get(path))
                for path, write in writers.items()
            },
        }


def _writer(found: Resolved | None) -> Writer:
    assert found is not None
    if found.links_to is not None:
        return lambda value, title: {"id": value, "title": title}
    if found.field is not None:
        dump = found.field.type.dump
        return lambda value, _: dump(value)
    return lambda value, _: moment(value) if isinstance(value, datetime) else value


def change_trees(unit: Unit, actor: Actor, entity: str, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the changes of a history entry in fields that the actor may see, under the fields' keys of today."""
    rights = unit.model.access.rights(actor, entity)
    found: dict[str, Any] = {}
    for name, (old, new) in changes.items():
        known = unit.model.catalog.field_named(entity, name)
        if known is not None and rights.sees(known.key):
            found[known.key] = {"old": old, "new": new}
    return found
