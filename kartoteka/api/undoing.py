"""The journal over HTTP, and undo of what stands in it: looked at first, then carried out for what was looked at."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from kartoteka.api.answers import give, message_tree
from kartoteka.api.bodies import read_json
from kartoteka.api.calls import Call
from kartoteka.api.plans import carried_out, expectation, plan_tree
from kartoteka.metadata.merging import BOTH, Choice
from kartoteka.metadata.problems import BadRequest, Conflict, Message, Problem
from kartoteka.platform.collisions import Choices, Disputed
from kartoteka.platform.journal import entries, entry_tree
from kartoteka.platform.publishing import refuse_if_stale
from kartoteka.platform.undoing import Undo, prepare_undo, refuse_undecided
from kartoteka.platform.units import Unit
from kartoteka.platform.web.visits import read_number

MOST_ENTRIES = 100
DEFAULT_ENTRIES = 20
LARGEST_NUMBER = 10**18 - 1


def list_journal(unit: Unit, call: Call) -> Response:
    """Answer what was published, the newest first."""
    before = call.number("before", 0, LARGEST_NUMBER, least=0) or None
    found = entries(unit.connection, call.number("limit", DEFAULT_ENTRIES, MOST_ENTRIES), before)

    def say(message: Message) -> str:
        return str(message_tree(message, call.language, call.runtime, unit.model.catalog)["message"])

    return give({"entries": [entry_tree(each, say) for each in found]})


def plan_or_undo(call: Call) -> Response:
    """Answer what taking a publish back would change, and what collides with later ones; with `apply` do it."""
    is_applied, expected = expectation(call)
    number, choices = _number(call), _choices(call)
    with call.runtime.reading() as unit:
        if expected:
            refuse_if_stale(unit.connection, unit.model, expected)
        found = _prepared(unit, call, number, choices)
        plan = found.plan(unit.connection, unit.model)
        collisions = [_collision_tree(unit, call, each, choices) for each in found.disputed]
    answer = {**plan_tree(call, plan), "undoes": number, "collisions": collisions}
    if not is_applied:
        return give(answer)
    refuse_undecided(found)
    if plan.before == plan.stack:
        raise Conflict("undo.nothing", number=number)
    return carried_out(call, plan, answer, undoes=number)


def _number(call: Call) -> int:
    """Return the number in the path. Raises NotFound where it can be nobody's."""
    return read_number(str(call.path["id"]), "journal.unknown")


def _prepared(unit: Unit, call: Call, number: int, choices: dict[str, Choice]) -> Undo:
    """Return what it takes; `undecided` decides what the body does not, and stands in `choices` afterwards."""
    said = call.one_of("undecided", ("stop", *BOTH))
    general = next((each for each in BOTH if each == said), None)
    found = prepare_undo(unit.connection, unit.model, number, choices)
    if general and found.undecided:
        choices |= dict.fromkeys((each.collision.name for each in found.undecided), general)
        found = prepare_undo(unit.connection, unit.model, number, choices)
    unknown = sorted(choices.keys() - {each.collision.name for each in found.disputed})
    if unknown:
        raise BadRequest(Problem("body.unknown_property", {"name": unknown[0][:200]}, pointer="/choices"))
    return found


def _choices(call: Call) -> dict[str, Choice]:
    """Return what the body says of collisions, by their names. Raises BadRequest."""
    tree = read_json(call.request, call.body) if call.body else {}
    said = tree.get("choices", {}) if isinstance(tree, dict) and tree.keys() <= {"choices"} else None
    if not isinstance(said, dict) or not all(each in BOTH for each in said.values()):
        raise BadRequest(Problem("body.shape", {"wanted": '{"choices": {"NAME": "keep", "NAME": "take"}}'}))
    return dict(said)


def _collision_tree(unit: Unit, call: Call, each: Disputed, choices: Choices) -> dict[str, Any]:
    """Return a property that was published again since, with both sides and what becomes of it."""

    def say(message: Message) -> str:
        return str(message_tree(message, call.language, call.runtime, unit.model.catalog)["message"])

    clash = each.collision.clash
    return {
        "name": each.collision.name,
        "message": f"{say(each.describe())}: {say(each.what())}. {say(each.sides())}",
        "now": clash.mine,
        "taken_back": clash.theirs,
        "number": each.by.number if each.by else None,
        "actor": each.by.actor if each.by else None,
        "choices": clash.choices,
        "decision": choices.get(each.collision.name),
    }
