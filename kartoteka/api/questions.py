"""What a list's address asks for, as a Query: the same parameters as on screen, and strict about each of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from kartoteka.api.answers import Rejected
from kartoteka.api.calls import Call
from kartoteka.metadata.definitions import Entity, Sort
from kartoteka.metadata.fieldtypes.base import InvalidValue
from kartoteka.metadata.filters import shorthand
from kartoteka.metadata.problems import BadRequest, NotFound, Problem
from kartoteka.platform.query import COUNT_CAP, Compiled, Query, count
from kartoteka.platform.runtime import SearchIndex
from kartoteka.platform.units import Unit

FILTER = "f."
ROWS = 50
MOST_ROWS = 500
MOST_SORTS = 4
MOST_FOUND = 500
"""Hits of a search within a list."""


@dataclass(frozen=True, slots=True)
class Counted:
    """How many records there are; where `exact` is false there are more than that."""

    number: int
    exact: bool


def entity_of(unit: Unit, call: Call) -> Entity:
    """Return the entity that the path names, by its key or an earlier one. Raises NotFound."""
    name = str(call.path["entity"])
    entity = unit.model.catalog.entity_named(name)
    if entity is None or entity not in known_entities(unit, call):
        raise NotFound("query.unknown_entity", name=name[:60])
    return entity


def known_entities(unit: Unit, call: Call) -> list[Entity]:
    """Return the entities of which the actor may read or make records; of the others nothing is said."""
    access = unit.model.access
    entities = unit.model.catalog.entities.values()
    return [e for e in entities if access.may_browse(call.actor, e.key) or access.rights(call.actor, e.key).create]


def columns_of(unit: Unit, call: Call, entity: Entity) -> tuple[str, ...]:
    """Return the fields that are asked for; all that the actor may see where none are named."""
    asked = call.query.get("fields")
    if asked is not None:
        return tuple(dict.fromkeys(_names(asked)))
    rights = unit.model.access.rights(call.actor, entity.key)
    return tuple(field.key for field in entity.fields if rights.sees(field.key))


def list_query(unit: Unit, call: Call, entity: Entity) -> Query:
    """Return what the address asks for. Raises BadRequest for what makes no sense to this actor."""
    after, before = call.query.get("after") or None, call.query.get("before") or None
    if after and before:
        raise BadRequest(Problem("request.one_direction"))
    query = Query(
        entity.key,
        columns_of(unit, call, entity),
        conditions(unit, call, entity),
        _sort(call.query.get("sort", "")),
        call.number("limit", ROWS, MOST_ROWS),
        after,
        before,
        trash=call.flag("trash"),
    )
    text = call.query.get("q", "").strip()
    return replace(query, ids=_found(unit, call, entity, text)) if text else query


def conditions(unit: Unit, call: Call, entity: Entity) -> tuple[str, ...]:
    """Return what narrows the records down: `where`, as often as it is said, and `f.<field>`."""
    return tuple(_conditions(unit, call, entity))


def _conditions(unit: Unit, call: Call, entity: Entity) -> Iterator[str]:
    yield from (text for text in call.query.getlist("where") if text.strip())
    for name, text in call.query.items():
        if name.startswith(FILTER) and text.strip():
            yield _shorthand(unit, call, entity, name.removeprefix(FILTER), text)


def _shorthand(unit: Unit, call: Call, entity: Entity, path: str, text: str) -> str:
    found = Compiled(unit, call.actor, Query(entity.key, titles=False)).resolve(path)
    if found.field is None:
        raise BadRequest(Problem("query.unknown_field", {"name": path, "entity": entity.key}))
    try:
        return shorthand(path, found.field.type, text, call.locale)
    except InvalidValue as error:
        raise BadRequest(Problem(error.problem.code, error.problem.params, field=path)) from error


def _found(unit: Unit, call: Call, entity: Entity, text: str) -> tuple[int, ...]:
    return tuple(index_of(call).find(unit, call.actor, text, entity.key, MOST_FOUND))


def index_of(call: Call) -> SearchIndex:
    """Return the search index. Raises Rejected where this process has none."""
    if call.runtime.index is None:
        raise Rejected(503, Problem("search.none"))
    return call.runtime.index


def counted(unit: Unit, call: Call, query: Query) -> Counted | None:
    """Return how many records there are in all, as exactly as was asked for; None where nobody asked."""
    wanted = call.one_of("count", ("", "capped", "exact"))
    if not wanted:
        return None
    number = count(unit, call.actor, query, COUNT_CAP if wanted == "capped" else None)
    is_exact = wanted == "exact" or number <= COUNT_CAP
    return Counted(number if is_exact else COUNT_CAP, is_exact)


def _sort(text: str) -> tuple[Sort, ...]:
    names = _names(text)
    if len(names) > MOST_SORTS:
        raise BadRequest(Problem("request.too_many_sorts", {"max": MOST_SORTS}))
    return tuple(Sort(field=name.removeprefix("-"), descending=name.startswith("-")) for name in names)


def _names(text: str) -> list[str]:
    return [name for part in text.split(",") if (name := part.strip())]
