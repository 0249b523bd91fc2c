"""Preparations: publishes that are being made ready, as rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import msgspec
from sqlalchemy import Connection, insert, select, update

from kartoteka.metadata.changes import changes_from_trees, changes_to_trees
from kartoteka.metadata.collisions import Spot
from kartoteka.metadata.merging import Choice
from kartoteka.metadata.problems import Conflict, NotFound, Problem
from kartoteka.metadata.trees import Tree
from kartoteka.platform import tables
from kartoteka.platform.configuration import load_stack
from kartoteka.platform.journal import layers_to_tree, with_layers
from kartoteka.platform.plans import Plan, PlannedChange
from kartoteka.platform.preparing.works import Work, Works

Status = Literal["preparing", "clearing", "published", "cancelled", "refused"]
"""`clearing`: it was called off or can't be, and what was made ready is being taken away."""
OPEN: tuple[Status, ...] = ("preparing", "clearing")
_preparation = tables.preparation
_of = tables.preparation.c


@dataclass(frozen=True, slots=True)
class Preparation:
    """A publish that is being made ready, or was."""

    id: int
    status: Status
    job_id: int
    started_at: datetime
    actor: str
    why: str
    undoes: int | None
    draft_id: int | None
    base_hash: str
    plan: Tree
    works: Works
    mark: int
    """The entry of the records' history up to which the works know what was written."""
    problems: tuple[Problem, ...]
    """Why it could not be."""
    entry: int | None
    """Its number in the journal, once it is published."""

    @property
    def is_open(self) -> bool:
        """True until all of it is over."""
        return self.status in OPEN


def plan_to_tree(plan: Plan) -> Tree:
    """Return what a plan does as JSON data."""
    decided = [[*spot, choice] for spot, choice in plan.decided]
    after = layers_to_tree(plan.before, plan.stack)[1]
    return {"changes": changes_to_trees(plan.changes), "layers": after, "decided": decided}


def stored_plan(connection: Connection, found: Preparation) -> Plan:
    """Return the plan of a preparation; nothing else was published since it began."""
    before = load_stack(connection)
    stack = with_layers(before, found.plan["layers"])
    lines = tuple(PlannedChange(change) for change in changes_from_trees(found.plan["changes"]))
    return Plan(found.base_hash, before, stack.catalog(), stack, lines, decided=decided_in(found.plan["decided"]))


def decided_in(rows: Iterable[tuple[str, str, str, Choice]]) -> tuple[tuple[Spot, Choice], ...]:
    """Return what was decided of an upgrade's collisions, out of a plan's JSON data."""
    return tuple(((package, definition, name), choice) for package, definition, name, choice in rows)


def add(connection: Connection, row: Mapping[str, Any], works: Works) -> int:
    """Write a new preparation; returns its id."""
    stored = {**row, "status": "preparing", "works": msgspec.to_builtins(works), "problems": []}
    key = connection.execute(insert(_preparation), stored).inserted_primary_key
    assert key is not None
    return int(key[0])


def note(connection: Connection, preparation_id: int, **values: Any) -> None:
    """Write down what has become of it."""
    if "works" in values:
        values["works"] = msgspec.to_builtins(values["works"])
    if "problems" in values:
        values["problems"] = [[each.code, dict(each.params), each.field] for each in values["problems"]]
    connection.execute(update(_preparation).where(_of.id == preparation_id).values(values))


def get(connection: Connection, preparation_id: int) -> Preparation:
    """Return a preparation. Raises NotFound."""
    row = connection.execute(select(_preparation).where(_of.id == preparation_id)).one_or_none()
    if row is None:
        raise NotFound("preparation.unknown")
    return _read(row._mapping)


def open_one(connection: Connection) -> Preparation | None:
    """Return the publish that is being made ready; there is one at a time."""
    row = connection.execute(select(_preparation).where(_of.status.in_(OPEN))).one_or_none()
    return None if row is None else _read(row._mapping)


def refuse_meanwhile(connection: Connection) -> None:
    """Raise Conflict while a publish is being made ready."""
    found = open_one(connection)
    if found is not None:
        raise Conflict("plan.under_way", actor=found.actor, id=found.id)


def _read(row: Mapping[Any, Any]) -> Preparation:
    named = {name: row[name] for name in Preparation.__slots__}
    named["works"] = msgspec.convert(row["works"], list[Work])
    named["problems"] = tuple(Problem(code, params, field=field) for code, params, field in row["problems"])
    return Preparation(**named)
