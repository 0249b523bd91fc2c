"""Search over all card types that the actor may read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from starlette.responses import Response

from kartoteka.api.answers import give
from kartoteka.api.calls import Call
from kartoteka.metadata.problems import BadRequest, NotFound, Problem
from kartoteka.platform.query import Query, fetch
from kartoteka.platform.units import Unit
from kartoteka.search.finder import finder_of
from kartoteka.search.finding import MOST_FOUND, Found
from kartoteka.search.terms import LONGEST_QUESTION

HITS = 20
MOST_HITS = 100


def search_records(unit: Unit, call: Call) -> Response:
    """Answer the records that a text finds, the best first."""
    text = call.query.get("q", "").strip()
    if len(text) > LONGEST_QUESTION:
        raise BadRequest(Problem("search.too_long", {"max": LONGEST_QUESTION}))
    limit, offset = call.number("limit", HITS, MOST_HITS), call.number("offset", 0, MOST_FOUND, least=0)
    finder = finder_of(call.runtime)
    answer = finder.search(unit, call.actor, text, _entities(unit, call), limit=limit, offset=offset)
    titles = _titles(unit, call, answer.found)
    hits = [
        {"entity": found.entity, "id": found.record_id, "title": titles[found]}
        for found in answer.found
        if found in titles
    ]
    return give({"hits": hits, "more": answer.more, "index_is_whole": not answer.by_sql})


def _entities(unit: Unit, call: Call) -> tuple[str, ...]:
    readable = tuple(each.key for each in unit.model.access.readable(call.actor))
    name = call.query.get("entity")
    if not name:
        return readable
    entity = unit.model.catalog.entity_named(name)
    if entity is None or entity.key not in readable:
        raise NotFound("query.unknown_entity", name=name[:60])
    return (entity.key,)


def _titles(unit: Unit, call: Call, found: Iterable[Found]) -> Mapping[Found, str]:
    """Return the titles of what was found; a query for each card type."""
    ids: dict[str, list[int]] = {}
    for each in found:
        ids.setdefault(each.entity, []).append(each.record_id)
    queries = (Query(key, ids=tuple(of_kind), limit=len(of_kind)) for key, of_kind in ids.items())
    return {Found(query.entity, row.id): row.title for query in queries for row in fetch(unit, call.actor, query).rows}
