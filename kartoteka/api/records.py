"""Records: lists, single ones, and everything that is written. The work is done by the reader and the writer."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from kartoteka.api.answers import give
from kartoteka.api.bodies import etag, read_json, version_of
from kartoteka.api.calls import Call
from kartoteka.api.questions import columns_of, counted, entity_of, list_query
from kartoteka.api.values import change_trees, read_item, row_trees
from kartoteka.metadata.definitions import Entity
from kartoteka.metadata.problems import BadRequest, NotFound, Problem, Refused
from kartoteka.platform import history, records
from kartoteka.platform.plain import moment
from kartoteka.platform.query import Query, fetch, get
from kartoteka.platform.units import Unit
from kartoteka.platform.web.visits import number_in

MOST_NEW = 1000
"""Records that one call may make."""


def list_records(unit: Unit, call: Call) -> Response:
    """Answer a page of records, with the cursors of the pages beside it."""
    entity = entity_of(unit, call)
    query = list_query(unit, call, entity)
    page = fetch(unit, call.actor, query)
    trees = row_trees(unit, entity, page.rows, query.columns)
    answer: dict[str, Any] = {"records": list(trees), "before": page.before, "after": page.after}
    number = counted(unit, call, query)
    if number is not None:
        answer |= {"count": number.number, "count_is_exact": number.exact}
    return give(answer)


def read_record(unit: Unit, call: Call) -> Response:
    """Answer one record."""
    entity = entity_of(unit, call)
    return _shown(unit, call, entity, _record_id(call))


def _shown(unit: Unit, call: Call, entity: Entity, record_id: int, status: int = 200) -> Response:
    columns = columns_of(unit, call, entity)
    row = get(unit, call.actor, Query(entity.key, columns, trash=call.flag("trash")), record_id)
    [tree] = row_trees(unit, entity, [row], columns)
    return give(tree, status, etag(row.version))


def _record_id(call: Call) -> int:
    text = str(call.path["id"])
    number = number_in(text)
    if number is None:
        raise NotFound("record.not_found", entity=str(call.path["entity"])[:60], id=text[:40])
    return number


def make_records(unit: Unit, call: Call) -> Response:
    """Make the record that the body describes, or a list of them: all or none."""
    entity = entity_of(unit, call)
    data = read_json(call.request, call.body)
    several = isinstance(data, list)
    if several and len(data) > MOST_NEW:
        raise BadRequest(Problem("body.too_many", {"max": MOST_NEW, "count": len(data)}))
    ids = _make(unit, call, entity, data if several else [data], several=several)
    if several:
        return give({"ids": ids}, 201)
    response = _made(unit, call, entity, ids[0])
    response.headers["Location"] = f"/-/api/v1/records/{entity.key}/{ids[0]}"
    return response


def _make(unit: Unit, call: Call, entity: Entity, data: list[Any], *, several: bool) -> list[int]:
    pointers = [f"/{place}" if several else "" for place in range(len(data))]
    items = [
        read_item(unit, call.actor, entity.key, each, pointer) for each, pointer in zip(data, pointers, strict=True)
    ]
    made = records.create_each(unit, call.actor, entity.key, [item.values for item in items])
    found = [
        problem
        for item, result in zip(items, made, strict=True)
        for problem in item.all_problems(() if isinstance(result, int) else result)
    ]
    if found:
        raise Refused(found)
    return [result for result in made if isinstance(result, int)]


def _made(unit: Unit, call: Call, entity: Entity, record_id: int) -> Response:
    """Answer a new record; only its id to somebody who may make such records and not read this one."""
    try:
        return _shown(unit, call, entity, record_id, 201)
    except NotFound:
        return give({"id": record_id, "version": 1}, 201, etag(1))


def change_record(unit: Unit, call: Call) -> Response:
    """Write the fields that the body names; what it doesn't name stays."""
    entity = entity_of(unit, call)
    data = read_json(call.request, call.body)
    version = version_of(call.request, data)
    item = read_item(unit, call.actor, entity.key, data)
    record_id = _record_id(call)
    try:
        records.update_record(unit, call.actor, entity.key, record_id, item.values, version, item.problems)
    except Refused as refused:
        raise Refused(item.placed(refused.problems)) from refused
    return _shown(unit, call, entity, record_id)


def remove_record(unit: Unit, call: Call) -> Response:
    """Put a record into the trash."""
    entity = entity_of(unit, call)
    records.delete(unit, call.actor, entity.key, _record_id(call), version_of(call.request))
    return Response(status_code=204)


def restore_record(unit: Unit, call: Call) -> Response:
    """Take a record out of the trash."""
    entity = entity_of(unit, call)
    record_id = _record_id(call)
    records.restore(unit, call.actor, entity.key, record_id)
    return _shown(unit, call, entity, record_id)


def record_history(unit: Unit, call: Call) -> Response:
    """Answer who changed what in a record, the oldest change first; in fields that the actor may see."""
    entity = entity_of(unit, call)
    record_id = _record_id(call)
    get(unit, call.actor, Query(entity.key, titles=False, trash=call.flag("trash")), record_id)
    since = call.number("since", 0, 2**31, least=0)
    entries = history.of_record(unit.connection, entity.key, record_id, since)
    found: list[dict[str, Any]] = []
    for entry in entries:
        changes = change_trees(unit, call.actor, entity.key, entry.changes)
        if changes or entry.action != "update":
            head = {"version": entry.version, "at": moment(entry.at), "user": entry.user_id, "action": entry.action}
            found.append({**head, "changes": changes})
    return give({"entries": found})
