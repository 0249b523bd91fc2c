"""A publish over big tables as programs see it: how far it is, and calling it off."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from kartoteka.api.answers import give, problem_tree
from kartoteka.api.calls import Call
from kartoteka.platform.preparing import publications, store
from kartoteka.platform.preparing.store import Preparation
from kartoteka.platform.units import Unit
from kartoteka.platform.web.visits import read_number


def show_publishing(unit: Unit, call: Call) -> Response:
    """Answer how far a publish is, or how it ended."""
    return give(publishing_tree(call, store.get(unit.connection, _number(call))))


def call_off_publishing(call: Call) -> Response:
    """Call a publish off, and answer how it stands. Raises Conflict where it is over."""
    return give(publishing_tree(call, publications.call_off(call.runtime.database, _number(call))))


def publishing_tree(call: Call, found: Preparation) -> dict[str, Any]:
    """Return a publish that takes long as JSON data."""
    done, total = publications.progress_of(found)
    return {
        "id": found.id,
        "status": found.status,
        "actor": found.actor,
        "started_at": found.started_at.isoformat(),
        "done": done,
        "total": total,
        "problems": [problem_tree(each, call.language, call.runtime) for each in found.problems],
        "entry": found.entry,
    }


def _number(call: Call) -> int:
    return read_number(str(call.path["id"]), "preparation.unknown")
