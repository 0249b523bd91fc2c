"""Upgrades of packages in this workspace: planned with what was decided earlier, remembered once they are published."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, delete, insert, select

from kartoteka.metadata import conversions
from kartoteka.metadata.collisions import Collision, Decisions, Spot
from kartoteka.metadata.decision_files import decision_trees
from kartoteka.metadata.merging import Choice
from kartoteka.metadata.problems import Message, Problem, Refused
from kartoteka.metadata.trees import Tree
from kartoteka.metadata.upgrades import Upgrade
from kartoteka.platform import tables
from kartoteka.platform.configuration import Model
from kartoteka.platform.package_rows.planning import problems_of_rows, refs_here, with_row_lines
from kartoteka.platform.plans import Plan, make_plan

_of = tables.decision.c
UndecidedWord = Literal["keep", "take", "stop"]
OTHERWISE: Mapping[str, Choice | None] = {"keep": "keep", "take": "take", "stop": None}
"""By the word that people use for it: what goes for a collision that nobody has decided."""


def decisions_here(
    connection: Connection, given: Mapping[Spot, Choice], otherwise: Choice | None = "keep"
) -> Decisions:
    """Return what is decided about collisions: what is given, then what was decided here at earlier upgrades."""
    rows = connection.execute(select(_of.package, _of.definition, _of.property, _of.choice))
    remembered: dict[Spot, Choice] = {(row[0], row[1], row[2]): row[3] for row in rows}
    return Decisions(given, remembered, otherwise)


def plan_upgrade(
    connection: Connection, model: Model, upgrade: Upgrade, values: conversions.Decisions = conversions.NO_DECISIONS
) -> Plan:
    """Return the plan of an upgrade. Raises Refused where somebody has to decide first, or it does not fit together."""
    if upgrade.undecided:
        raise Refused(map(undecided_problem, upgrade.undecided))
    plan = make_plan(connection, model, upgrade.stack, decisions=values)
    wrong = tuple(problems_of_rows(plan.before, plan.stack, plan.catalog, refs_here(connection)))
    if wrong:
        raise Refused(wrong)
    return replace(
        with_row_lines(connection, model, plan), collisions=upgrade.collisions, decided=_decided_in(upgrade.collisions)
    )


def undecided_problem(collision: Collision) -> Problem:
    """Return what is to be said of a collision that nobody has decided."""
    params = {"property": ".".join(collision.clash.path), "choices": list(collision.clash.choices)}
    pointer = "".join(f"/{step}" for step in collision.clash.path)
    return Problem("upgrade.undecided", params, file=collision.identity.path, pointer=pointer)


def collision_message(collision: Collision) -> Message:
    """Return what has collided, as a sentence to be said."""
    return Message(f"upgrade.{collision.clash.kind}", {"needs": list(collision.clash.needs)})


def decision_message(collision: Collision) -> Message:
    """Return what becomes of a collision, as a sentence to be said."""
    if collision.choice is None:
        return Message("upgrade.nobody")
    return Message(f"upgrade.{collision.choice}{'_again' if collision.by == 'remembered' else ''}")


def collision_trees(collisions: Sequence[Collision], say: Callable[[Message], str]) -> list[Tree]:
    """Return collisions as JSON data, in the shape of a file of decisions and with what is to be said of each."""
    return [
        {**tree, "kind": each.clash.kind, "choices": each.clash.choices, "needs": each.clash.needs, "decided": each.by}
        | {"message": " ".join((say(collision_message(each)), say(decision_message(each))))}
        for tree, each in zip(decision_trees(collisions), collisions, strict=True)
    ]


def _decided_in(collisions: Iterable[Collision]) -> tuple[tuple[Spot, Choice], ...]:
    """Return what somebody has decided about collisions now."""
    return tuple((each.spot, each.choice) for each in collisions if each.by == "given" and each.choice is not None)


def remember(connection: Connection, decided: Iterable[tuple[Spot, Choice]], actor: str, at: datetime) -> None:
    """Write down what somebody has decided about collisions: the next upgrade of the package asks no more."""
    for spot, choice in decided:
        row = dict(zip(("package", "definition", "property"), spot, strict=True))
        here = [tables.decision.c[name] == value for name, value in row.items()]
        connection.execute(delete(tables.decision).where(*here))
        connection.execute(insert(tables.decision), {**row, "choice": choice, "actor": actor, "at": at})
