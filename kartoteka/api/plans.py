"""Plans: what a package would change, and publishing it. The same package as the command line takes, over HTTP."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from starlette.responses import Response

from kartoteka.api.answers import Rejected, give, message_tree, problem_tree
from kartoteka.api.bodies import media_type, read_json
from kartoteka.api.calls import Call
from kartoteka.metadata.catalog import Catalog
from kartoteka.metadata.changes import changes_to_trees
from kartoteka.metadata.exports import applied
from kartoteka.metadata.problems import BadRequest, Problem, Refused
from kartoteka.platform.configuration import load_stack
from kartoteka.platform.journal import Entry
from kartoteka.platform.plans import Plan, PlannedChange, make_plan
from kartoteka.platform.publishing import publish, refuse_if_stale

ZIP_TYPES = ("application/zip", "application/x-zip-compressed", "application/octet-stream")
SHORTEST_HASH = 12
MOST_ENTRIES = 1000


def plan_or_publish(call: Call) -> Response:
    """Answer what the package of the body would change; with `apply` publish it, where nothing changed meanwhile."""
    is_applied, expected = call.flag("apply"), call.query.get("expect", "").lower()
    if is_applied and len(expected) < SHORTEST_HASH:
        raise BadRequest(Problem("plan.no_expectation", {"min": SHORTEST_HASH}))
    with _package_file(call) as file, call.runtime.reading() as unit:
        if expected:
            refuse_if_stale(unit.connection, unit.model, expected, MOST_ENTRIES)
        plan = make_plan(unit.connection, unit.model, applied(load_stack(unit.connection), file))
    answer = plan_tree(call, plan)
    if is_applied:
        if plan.problems:
            raise Refused(plan.problems)
        entry = publish(call.runtime.database, plan, actor=call.actor.name, why=call.query.get("why", "")[:500])
        answer["published"] = _entry_tree(entry) if entry else None
    return give(answer)


@contextmanager
def _package_file(call: Call) -> Iterator[Path]:
    """Give the package of the body as a zip in a folder that is gone afterwards."""
    with TemporaryDirectory(prefix="kartoteka-") as folder:
        file = Path(folder) / "package.zip"
        if media_type(call.request) in ZIP_TYPES:
            file.write_bytes(call.body)
        elif media_type(call.request) == "application/json":
            _write_zip(file, read_json(call.request, call.body))
        else:
            raise Rejected(415, Problem("body.media_type", {"known": ["application/zip", "application/json"]}))
        yield file


def _write_zip(file: Path, data: Any) -> None:
    """Write definitions that were sent as JSON, `{"entities/client.json": {...}}`, as the package they make."""
    if not isinstance(data, dict) or not all(isinstance(tree, dict) for tree in data.values()):
        raise BadRequest(Problem("body.shape", {"wanted": '{"kartoteka.json": {…}, "entities/client.json": {…}}'}))
    if "" in data:
        raise BadRequest(Problem("body.unknown_property", {"name": ""}))
    with zipfile.ZipFile(file, "w") as archive:
        for name, tree in data.items():
            archive.writestr(name, json.dumps(tree, ensure_ascii=False))


def plan_tree(call: Call, plan: Plan) -> dict[str, Any]:
    """Return a plan as JSON data."""
    return {
        "base": plan.base,
        "hash": plan.catalog.hash,
        "harmless": plan.is_harmless,
        "changes": [_change_tree(call, line, plan.catalog) for line in plan.lines],
    }


def _change_tree(call: Call, line: PlannedChange, catalog: Catalog) -> dict[str, Any]:
    reader = (call.language, call.runtime, catalog)
    return {
        "risk": line.risk,
        "message": message_tree(line.change.describe(), *reader)["message"],
        "effects": [message_tree(each, *reader) for each in line.effects],
        "problems": [problem_tree(each, *reader) for each in line.problems],
        "change": changes_to_trees((line.change,))[0],
    }


def _entry_tree(entry: Entry) -> dict[str, Any]:
    return {"number": entry.number, "hash": entry.hash_after, "milliseconds": entry.milliseconds}
