"""What a list's address asks for: the view, filters, order and page, as a Query."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import urlencode

import msgspec

from kartoteka.forms.picking import is_understood, visible_paths
from kartoteka.metadata.definitions import Entity, ListColumn, RecordList, Sort
from kartoteka.metadata.fieldtypes.base import InvalidValue
from kartoteka.metadata.filters import shorthand
from kartoteka.metadata.paths import path_of_now, resolve
from kartoteka.metadata.problems import BadRequest, NotFound, Problem
from kartoteka.platform.actors import Actor
from kartoteka.platform.query import Query
from kartoteka.platform.sources import unknown_field
from kartoteka.platform.units import Unit
from kartoteka.platform.web.visits import Visit

ROWS = 50
FILTER = "f."
MOST_FOUND = 500
"""Hits of a search within a list."""
FIRST_COLUMNS = 6
"""Columns of the list that an entity has when nobody has defined one."""


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter in the address: the parameter that says it, and the condition that it means."""

    name: str
    text: str
    condition: str


@dataclass(frozen=True, slots=True)
class Question:
    """What a list is asked: the view, what narrows it down, and the query that all of it makes."""

    entity: Entity
    view: RecordList
    views: tuple[RecordList, ...]
    filters: tuple[Filter, ...]
    sort: tuple[Sort, ...]
    text: str
    query: Query

    @property
    def whole_query(self) -> Query:
        """The query without pages: everything that the list holds."""
        return replace(self.query, limit=None, after=None, before=None)

    def url(self, **changes: str | None) -> str:
        """Return the list's address with some parameters changed, or taken out where they are None."""
        given = {"list": "" if self.view is self.views[0] else self.view.key, "q": self.text}
        given |= {each.name: each.text for each in self.filters}
        given["sort"] = "" if self.sort == self.view.sort else sort_text(self.sort)
        kept = {name: value for name, value in (given | changes).items() if value}
        return f"/{self.entity.key}" + (f"?{urlencode(kept)}" if kept else "")


def ask(unit: Unit, visit: Visit, entity: Entity) -> Question:
    """Read a list's address. Raises BadRequest for what makes no sense to this actor."""
    parameters = visit.request.query_params
    views = usable_lists(unit, visit.actor, entity)
    view = _view(views, parameters.get("list", ""))
    filters = tuple(_filters(unit, visit, entity))
    asked = parameters.get("sort", "")
    sort = _sort(unit, visit.actor, entity, asked) if asked else _visible_sort(unit, visit.actor, entity, view)
    where = ((view.filter,) if view.filter else ()) + tuple(each.condition for each in filters)
    text = parameters.get("q", "").strip()
    columns = tuple(column.field for column in view.columns)
    query = Query(entity.key, columns, where, sort, ROWS, parameters.get("after"), parameters.get("before"))
    return Question(entity, view, views, filters, sort, text, _searched(unit, visit, query, text))


def list_query(unit: Unit, actor: Actor, entity: str, name: str) -> Query:
    """Return all that a list shows to an actor. Raises NotFound where it makes no sense to the actor."""
    known = unit.model.catalog.entities.get(entity)
    if known is None or not unit.model.access.may_browse(actor, entity):
        raise NotFound("query.unknown_entity", name=entity)
    view = next((each for each in usable_lists(unit, actor, known) if name in (each.key, *each.formerly)), None)
    if view is None:
        raise NotFound("list.unknown", name=name, entity=entity)
    where = (view.filter,) if view.filter else ()
    columns = tuple(column.field for column in view.columns)
    return Query(entity, columns, where, _visible_sort(unit, actor, known, view), None)


def _view(views: tuple[RecordList, ...], name: str) -> RecordList:
    """Return the list of that key or, from an older address, of that earlier key; the first one otherwise."""
    exact = next((each for each in views if each.key == name), None)
    return exact or next((each for each in views if name in each.formerly), views[0])


def _searched(unit: Unit, visit: Visit, query: Query, text: str) -> Query:
    if not text or visit.runtime.index is None:
        return query
    ids = visit.runtime.index.find(unit, visit.actor, text, query.entity, MOST_FOUND)
    return replace(query, ids=tuple(ids))


def usable_lists(unit: Unit, actor: Actor, entity: Entity) -> tuple[RecordList, ...]:
    """Return the lists that make sense to the actor: hidden columns left out, hidden filters not offered."""
    key = ("usable lists", entity.key, actor.standing)
    return unit.model.once(key, lambda: _usable_lists(unit, actor, entity))


def _usable_lists(unit: Unit, actor: Actor, entity: Entity) -> tuple[RecordList, ...]:
    found: list[RecordList] = []
    for each in unit.model.catalog.lists(entity.key):
        if is_understood(unit, actor, Query(entity.key, where=(each.filter,) if each.filter else (), titles=False)):
            shown = set(visible_paths(unit, actor, entity, tuple(column.field for column in each.columns)))
            found.append(_with_columns(each, tuple(c for c in each.columns if c.field in shown)))
    return tuple(found) or (plain_list(unit, actor, entity),)


def _with_columns(each: RecordList, columns: tuple[ListColumn, ...]) -> RecordList:
    return each if columns == each.columns else msgspec.structs.replace(each, columns=columns)


def plain_list(unit: Unit, actor: Actor, entity: Entity) -> RecordList:
    """Return a list of everything, with the first fields that the actor may see."""
    rights = unit.model.access.rights(actor, entity.key)
    fields = [
        field for field in entity.fields if rights.sees(field.key) and field.type.name not in ("long_text", "json")
    ]
    columns = tuple(ListColumn(field=field.key) for field in fields[:FIRST_COLUMNS])
    return RecordList(entity=entity.key, key="all", columns=columns)


def _visible_sort(unit: Unit, actor: Actor, entity: Entity, view: RecordList) -> tuple[Sort, ...]:
    shown = set(visible_paths(unit, actor, entity, tuple(sort.field for sort in view.sort)))
    return tuple(sort for sort in view.sort if sort.field in shown)


def _filters(unit: Unit, visit: Visit, entity: Entity) -> Iterator[Filter]:
    for name, text in visit.request.query_params.multi_items():
        if name == "where" and text.strip():
            yield Filter(name, text, text)
        elif name.startswith(FILTER) and text.strip():
            yield Filter(name, text, _short(unit, visit, entity, name.removeprefix(FILTER), text))


def _short(unit: Unit, visit: Visit, entity: Entity, path: str, text: str) -> str:
    found = resolve(unit.model.catalog, entity.key, path.split("."))
    if found is None or found.field is None or not visible_paths(unit, visit.actor, entity, (path,)):
        raise unknown_field(entity.key, path)
    try:
        return shorthand(path, found.field.type, text, visit.actor.locale)
    except InvalidValue as error:
        raise BadRequest(Problem(error.problem.code, error.problem.params, field=path)) from error


def _sort(unit: Unit, actor: Actor, entity: Entity, text: str) -> tuple[Sort, ...]:
    """Read an order; earlier names become those of now, but for what the actor may not know of."""
    parts = [part.strip() for part in text.split(",") if part.strip("- ")][:4]
    asked = tuple(part.removeprefix("-") for part in parts)
    known = set(visible_paths(unit, actor, entity, asked))
    now = [path_of_now(unit.model.catalog, entity.key, path) if path in known else path for path in asked]
    return tuple(Sort(field=path, descending=part.startswith("-")) for path, part in zip(now, parts, strict=True))


def sort_text(sort: tuple[Sort, ...]) -> str:
    """Return an order as it stands in an address: `name,-amount`."""
    return ",".join(("-" if each.descending else "") + each.field for each in sort)
