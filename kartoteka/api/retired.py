"""What was taken out of use, over HTTP: what there is, and destroying some of it for good."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from kartoteka.api.answers import give
from kartoteka.api.bodies import read_json
from kartoteka.api.calls import Call
from kartoteka.api.plans import reason
from kartoteka.metadata.labels import label_in
from kartoteka.metadata.problems import BadRequest, Problem
from kartoteka.platform.purging import find_retired, purge
from kartoteka.platform.retired import Retired, all_retired, count_of
from kartoteka.platform.units import Unit

LARGEST_REVISION = 10**18 - 1


def list_retired(unit: Unit, call: Call) -> Response:
    """Answer everything that was taken out of use and is kept, the newest first."""
    return give({"retired": [_tree(unit, call, each) for each in all_retired(unit.connection)]})


def _tree(unit: Unit, call: Call, each: Retired) -> dict[str, Any]:
    return {
        "key": each.key,
        "revision": each.revision,
        "number": each.number,
        "label": label_in(each.tree.get("label"), call.language, each.key),
        "type": each.tree["type"] if each.field else None,
        "is_shadow": each.is_shadow,
        "at": each.at.isoformat(),
        "actor": each.actor,
        "count": count_of(unit.connection, each),
    }


def purge_retired(call: Call) -> Response:
    """Destroy the data of something retired for good. The body types its key once more."""
    typed = _typed(call)
    with call.runtime.reading() as unit:
        revision = call.number("revision", 0, LARGEST_REVISION, least=0) or None
        found = find_retired(unit.connection, str(call.path["key"]), revision)
        count = count_of(unit.connection, found)
    entry = purge(call.runtime.database, found, typed, actor=call.actor.name, why=reason(call))
    return give({"key": found.key, "revision": found.revision, "count": count, "number": entry.number})


def _typed(call: Call) -> str:
    tree = read_json(call.request, call.body) if call.body else None
    typed = tree.get("typed") if isinstance(tree, dict) and tree.keys() == {"typed"} else None
    if not isinstance(typed, str):
        raise BadRequest(Problem("body.shape", {"wanted": '{"typed": "client.old_field"}'}))
    return typed
