"""Plans as files: made and looked at once, carried out later exactly so, or not at all.

A saved plan holds what every layer says before and after it, and what was decided. It is made for one configuration.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import msgspec
from msgspec import Struct
from sqlalchemy import Connection

from kartoteka.metadata.changes import changes_from_trees
from kartoteka.metadata.definitions import FORMAT
from kartoteka.metadata.merging import Choice
from kartoteka.metadata.problems import Conflict, Problem, Refused
from kartoteka.metadata.row_files import RowSet
from kartoteka.metadata.stack import Stack
from kartoteka.metadata.trees import Tree
from kartoteka.platform.configuration import Model, load_stack
from kartoteka.platform.journal import layers_to_tree, with_layers
from kartoteka.platform.package_rows.planning import with_row_lines
from kartoteka.platform.plans import Plan, make_plan
from kartoteka.platform.preparing.store import decided_in, plan_to_tree
from kartoteka.platform.publishing import refuse_if_stale, refuse_loss

PLAN_TYPE: Final = "application/vnd.kartoteka.plan+json"
"""Media type of a saved plan."""


class SavedPlan(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A plan as its file has it."""

    format: int
    plan: str
    """Hash of the configuration after it."""
    base: str
    """Hash of the one that it is made for."""
    before: dict[str, Any]
    layers: dict[str, Any]
    """What the layers that differ said, and are to say."""
    rows: dict[str, dict[str, dict[str, str]]]
    """Rows of packages, by digest."""
    changes: list[dict[str, Any]]
    decided: list[tuple[str, str, str, Choice]]
    losing: list[int]
    """How many values each change loses, as it was shown."""


def saved_plan(plan: Plan) -> Tree:
    """Return a plan as the JSON data of its file. Raises Refused for one that can't be carried out."""
    if plan.problems:
        raise Refused(plan.problems)
    sets = [rows for layer in plan.stack.packages for rows in layer.rows.values() if rows.rows is not None]
    tree: Tree = {"format": FORMAT, "plan": plan.catalog.hash, "base": plan.base, **plan_to_tree(plan)}
    tree |= {"before": layers_to_tree(plan.before, plan.stack)[0], "losing": list(plan.losing)}
    return {**tree, "rows": {each.digest: each.rows for each in sets}}


def read_saved_plan(data: bytes, name: str) -> SavedPlan:
    """Return what a file of a plan says. Raises Refused where it is none, or somebody has written in it."""
    try:
        found = msgspec.json.decode(data, type=SavedPlan)
        changes_from_trees(found.changes)
    except (msgspec.DecodeError, msgspec.ValidationError, KeyError, TypeError, ValueError) as error:
        raise Refused([Problem("plan_file.shape", {"reason": str(error)[:200]}, file=name)]) from error
    if found.format > FORMAT or any(RowSet.of(rows).digest != digest for digest, rows in found.rows.items()):
        raise Refused([Problem("plan_file.shape", {"reason": "format, rows"}, file=name)])
    return found


def plan_again(connection: Connection, model: Model, saved: SavedPlan) -> Plan:
    """Return the plan for what is in force now. Raises Conflict where that is not what the plan was made for."""
    refuse_if_stale(connection, model, saved.base)
    now = load_stack(connection)
    stack = _with_rows(with_layers(now, saved.layers), saved)
    old, new = layers_to_tree(now, stack)
    if msgspec.to_builtins(old) != saved.before or msgspec.to_builtins(new) != saved.layers:
        raise Conflict("plan.stale", [], expected=saved.base, found=model.catalog.hash)
    changes = changes_from_trees(saved.changes)
    plan = make_plan(connection, model, stack, changes)
    if plan.catalog.hash != saved.plan or len(saved.losing) != len(changes):
        raise Conflict("plan.stale", [], expected=saved.plan, found=plan.catalog.hash)
    refuse_loss(plan, saved.losing)
    return replace(with_row_lines(connection, model, plan), decided=decided_in(saved.decided))


def _with_rows(stack: Stack, saved: SavedPlan) -> Stack:
    """Return the layers with the rows that the file brings."""
    packages = (
        replace(layer, rows={entity: _filled(each, saved) for entity, each in layer.rows.items()})
        for layer in stack.packages
    )
    return replace(stack, packages=tuple(packages))


def _filled(rows: RowSet, saved: SavedPlan) -> RowSet:
    return RowSet(rows.digest, saved.rows.get(rows.digest, rows.rows))
