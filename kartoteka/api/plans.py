"""Plans: what a package would change, and publishing it. The same package as the command line takes, over HTTP."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from starlette.responses import Response

from kartoteka.api.answers import Rejected, give, message_tree
from kartoteka.api.bodies import media_type, read_json
from kartoteka.api.calls import Call
from kartoteka.api.publishing import publishing_tree
from kartoteka.metadata.catalog import Catalog
from kartoteka.metadata.conversions import NO_DECISIONS, Decisions
from kartoteka.metadata.decision_files import decisions_from_tree, value_decisions_from_tree
from kartoteka.metadata.package_tests import PackageTest
from kartoteka.metadata.packages import DECISIONS_FILE
from kartoteka.metadata.problems import BadRequest, Message, Problem, Refused
from kartoteka.metadata.upgrades import Upgrade, applied_over, uninstalled
from kartoteka.platform import plan_trees
from kartoteka.platform.configuration import load_stack
from kartoteka.platform.journal import Entry
from kartoteka.platform.plans import Plan
from kartoteka.platform.preparing import store
from kartoteka.platform.preparing.publications import Begun, publish_or_begin
from kartoteka.platform.publishing import refuse_if_stale
from kartoteka.platform.saved_plans import PLAN_TYPE, plan_again, read_saved_plan, saved_plan
from kartoteka.platform.units import Unit
from kartoteka.platform.upgrades import OTHERWISE, decisions_here, plan_upgrade
from kartoteka.trials.comparing import compared_by, comparison_tree

ZIP_TYPES = ("application/zip", "application/x-zip-compressed", "application/octet-stream")
SHORTEST_HASH = 12


def plan_or_publish(call: Call) -> Response:
    """Answer what the package of the body would change, or what would without one that is there.

    With `apply` it is published, where nothing changed meanwhile.
    """
    is_applied, expected = expectation(call)
    with call.runtime.reading() as unit:
        if expected:
            refuse_if_stale(unit.connection, unit.model, expected)
        plan, tests = _planned(unit, call)
        compared = compared_by(unit.connection, plan, tests) if call.flag("tests") else None
    answer = plan_tree(call, plan)
    answer["tests"] = comparison_tree(compared, lambda item: _said(call, item, plan.catalog))
    if call.flag("save"):
        answer["saved"] = saved_plan(plan)
    return carried_out(call, plan, answer) if is_applied else give(answer)


def _planned(unit: Unit, call: Call) -> tuple[Plan, Mapping[str, PackageTest]]:
    """Return the plan of the body's package with its tests, or the one that the body is."""
    if media_type(call.request) == PLAN_TYPE:
        saved = read_saved_plan(call.body, "plan.json")
        return plan_again(unit.connection, unit.model, saved), {}
    upgrade = _upgrade(unit, call)
    return plan_upgrade(unit.connection, unit.model, upgrade, _values(call)), upgrade.tests


def carried_out(call: Call, plan: Plan, answer: dict[str, Any], undoes: int | None = None) -> Response:
    """Publish the plan and answer with what came of it; with how far it is where it takes long. Raises Refused."""
    if plan.problems:
        raise Refused(plan.problems)
    done = publish_or_begin(call.runtime.database, plan, actor=call.actor.name, why=reason(call), undoes=undoes)
    if isinstance(done, Begun):
        with call.runtime.reading() as unit:
            return give({**answer, "publishing": publishing_tree(call, store.get(unit.connection, done.id))}, 202)
    answer["published"] = _published_tree(done) if done else None
    return give(answer)


def expectation(call: Call) -> tuple[bool, str]:
    """Return whether the plan is to be carried out, and the hash that it is for. Raises BadRequest for too short a one.

    Looked at, a plan needs none.
    """
    is_applied, expected = call.flag("apply"), call.query.get("expect", "").lower()
    if is_applied and len(expected) < SHORTEST_HASH:
        raise BadRequest(Problem("plan.no_expectation", {"min": SHORTEST_HASH}))
    return is_applied, expected


def reason(call: Call) -> str:
    """Return what the journal is to tell of why."""
    return call.query.get("why", "")[:500]


def _upgrade(unit: Unit, call: Call) -> Upgrade:
    """Return the layers with the package of the body, or without the one that is to be uninstalled."""
    stack, key = load_stack(unit.connection), call.query.get("uninstall", "")
    undecided = call.one_of("undecided", ("stop", "keep", "take") if key else ("keep", "take", "stop"))
    if key:
        given = decisions_from_tree(read_json(call.request, call.body), DECISIONS_FILE) if call.body else {}
        return uninstalled(stack, key, decisions_here(unit.connection, given, OTHERWISE[undecided]))
    with _package_file(call) as file:
        return applied_over(stack, file, decisions_here(unit.connection, {}, OTHERWISE[undecided]))


def _values(call: Call) -> Decisions:
    """Return what the body says of values that can't stay as they are, as `decisions.json` beside the definitions."""
    if media_type(call.request) != "application/json" or not call.body:
        return NO_DECISIONS
    tree = read_json(call.request, call.body)
    said = tree if call.query.get("uninstall") else tree.get(DECISIONS_FILE) if isinstance(tree, dict) else None
    return NO_DECISIONS if said is None else value_decisions_from_tree(said, DECISIONS_FILE)


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
    return plan_trees.plan_tree(plan, lambda each: _said(call, each, plan.catalog))


def _said(call: Call, message: Message | Problem, catalog: Catalog) -> str:
    return str(message_tree(message, call.language, call.runtime, catalog)["message"])


def _published_tree(entry: Entry) -> dict[str, Any]:
    return {"number": entry.number, "hash": entry.hash_after, "milliseconds": entry.milliseconds}
