"""Picking a linked record by typing: by the start of its title, with a second line that tells namesakes apart."""

from __future__ import annotations

from starlette.responses import HTMLResponse, Response

from kartoteka.metadata.definitions import Entity, Sort
from kartoteka.metadata.expressions import names, parse
from kartoteka.metadata.fieldtypes.base import InvalidValue
from kartoteka.metadata.paths import resolve
from kartoteka.metadata.problems import BadRequest, NotFound
from kartoteka.metadata.titles import title_expression
from kartoteka.platform.actors import Actor
from kartoteka.platform.query import Compiled, Query, Row, fetch
from kartoteka.platform.units import Unit
from kartoteka.platform.web.cells import make_cell
from kartoteka.platform.web.contexts import Option
from kartoteka.platform.web.shell import index_tab
from kartoteka.platform.web.visits import Visit

MOST_PICKS = 12


def show_picks(unit: Unit, visit: Visit) -> Response:
    """Answer what a person types into a link field."""
    entity = entity_of(unit, visit)
    rows = find(unit, visit.actor, entity, visit.request.query_params.get("q", ""))
    context = {
        "picks": tuple(
            Option(str(row.id), row.title, hint=second_line(unit, visit.actor, entity, row)) for row in rows
        ),
        "tab": index_tab(entity, visit.language),
        "create_label": "",
        "create_url": "",
    }
    return HTMLResponse(visit.runtime.templates.render("components/_pick_list.html", visit.language, context))


def entity_of(unit: Unit, visit: Visit) -> Entity:
    """Return the entity that the path names, by its key or an earlier one. Raises NotFound."""
    entity = unit.model.catalog.entity_named(str(visit.path["entity"]))
    if entity is None or not unit.model.access.may_browse(visit.actor, entity.key):
        raise NotFound("query.unknown_entity", name=str(visit.path["entity"]))
    return entity


def find(unit: Unit, actor: Actor, entity: Entity, text: str, limit: int = MOST_PICKS) -> tuple[Row, ...]:
    """Return the records whose title has the text in it, those that begin with it first."""
    columns = tuple(path for path in entity.subtitle if _is_visible(unit, actor, entity, path))
    names_of_title = [path for path in sorted(names(parse(title_expression(entity)))) if len(path) == 1]
    sort = tuple(Sort(field=path[0]) for path in names_of_title[:1])
    quoted = text.strip().replace('"', '""')[:200]
    if not quoted:
        return fetch(unit, actor, Query(entity.key, columns, sort=sort, limit=limit)).rows
    title = title_expression(entity)
    found: dict[int, Row] = {}
    for where in (f'({title}) STARTS WITH "{quoted}"', f'({title}) CONTAINS "{quoted}"'):
        if len(found) < limit:
            query = Query(entity.key, columns, where=(where,), sort=sort, limit=limit)
            found |= {row.id: row for row in fetch(unit, actor, query).rows if row.id not in found}
    return tuple(found.values())[:limit]


def find_by_text(unit: Unit, actor: Actor, target: str, text: str) -> int:
    """Return the one record whose title a person typed. Raises InvalidValue where there is none, or several."""
    entity = unit.model.catalog.entities[target]
    if not unit.model.access.rights(actor, target).may("read"):
        raise InvalidValue("link.unknown_title", text=text[:60])
    quoted = text.replace('"', '""')
    rows = fetch(unit, actor, Query(target, where=(f'({title_expression(entity)}) = "{quoted}"',), limit=2)).rows
    if not rows:
        rows = tuple(row for row in find(unit, actor, entity, text) if row.title.casefold() == text.casefold())
    if len(rows) != 1:
        raise InvalidValue("link.ambiguous" if rows else "link.unknown_title", text=text[:60])
    return rows[0].id


def second_line(unit: Unit, actor: Actor, entity: Entity, row: Row) -> str:
    """Return what tells a record from its namesakes."""
    parts: list[str] = []
    for path, value in row.values.items():
        found = resolve(unit.model.catalog, entity.key, path.split("."))
        if found is not None and value is not None:
            parts.append(make_cell(found, value, row.titles.get(path), actor.locale).text)
    return " · ".join(part for part in parts if part)


def _is_visible(unit: Unit, actor: Actor, entity: Entity, path: str) -> bool:
    """Tell whether the actor may see every field on the way."""
    found = resolve(unit.model.catalog, entity.key, path.split("."))
    if found is None:
        return False
    steps = [(step.entity, step.key) for step in found.steps] + [(found.entity, found.key)]
    fields = [(e, k) for e, k in steps if unit.model.catalog.field(e, k) is not None]
    return all(unit.model.access.rights(actor, e).sees(k) for e, k in fields)


def visible_paths(unit: Unit, actor: Actor, entity: Entity, paths: tuple[str, ...]) -> tuple[str, ...]:
    """Return the paths of which the actor may see every field."""
    return tuple(path for path in paths if _is_visible(unit, actor, entity, path))


def is_understood(unit: Unit, actor: Actor, query: Query) -> bool:
    """Tell whether a stored question makes sense to the actor: it may filter by what the actor may not see."""
    try:
        Compiled(unit, actor, query)
    except (BadRequest, NotFound):
        return False
    return True
