"""Plans and journal entries as people read them on a terminal, and as JSON."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from kartoteka.cli.terminal import Terminal
from kartoteka.metadata.changes import Risk
from kartoteka.metadata.trees import Tree
from kartoteka.platform import plan_trees
from kartoteka.platform.plans import Plan, PlannedChange
from kartoteka.platform.upgrades import collision_message, decision_message

SHORT_HASH = 12
MOST_SAMPLES = 8
MARKS: dict[Risk, tuple[str, str]] = {"harmless": ("  ", ""), "care": (" !", "yellow"), "loss": ("!!", "red")}
"""By risk: what stands before a change, and its colour."""


def show_plan(terminal: Terminal, plan: Plan) -> None:
    """Print what a plan would change, whom it touches and what forbids it."""
    for line in plan.lines:
        mark, style = MARKS[line.risk]
        terminal.tell(f"{mark} {terminal.sentence(line.change.describe(), plan.catalog)}", style)
        for effect in line.effects:
            terminal.tell(f"     {terminal.sentence(effect, plan.catalog)}", style)
        for shown in _samples(line):
            terminal.tell(f"       {shown}", "dim")
        for problem in line.problems:
            terminal.tell(f"   x {terminal.sentence(problem, plan.catalog)}", "bold red")
    for rows in plan.rows:
        mark, style = MARKS[rows.risk]
        said = [terminal.sentence(each, plan.catalog) for each in rows.sums()]
        terminal.tell(f"{mark} {terminal.sentence(rows.title(), plan.catalog)}: {' '.join(said)}", style)
        for each in rows.sides():
            terminal.tell(f"     {terminal.sentence(each, plan.catalog)}", style)
    if plan.collisions:
        _show_collisions(terminal, plan)
    terminal.tell(_sum(terminal, plan))
    for each in plan.forecast:
        terminal.tell(terminal.sentence(each, plan.catalog), "yellow")
    terminal.tell(terminal.say("Made for configuration {hash:code}.", hash=plan.base[:SHORT_HASH]), "dim")


def _show_collisions(terminal: Terminal, plan: Plan) -> None:
    count = len(plan.collisions)
    said = terminal.say(
        "The package meets your own changes in {count} {count:place|places}. What you decide with --decisions or "
        "--undecided counts; --save-decisions writes a file to edit.",
        count=count,
    )
    terminal.tell(said, "yellow")
    for each in plan.collisions:
        terminal.tell(f" ? {each.identity.path} {'.'.join(each.clash.path)}", "yellow")
        sides = [("Was: {value}", each.clash.old), ("The package's: {value}", each.clash.theirs)]
        for text, value in (*sides, ("Yours: {value}", each.clash.mine)):
            if value is not None:
                terminal.tell(f"     {terminal.say(text, value=_in_short(value))}")
        told = (collision_message(each), decision_message(each))
        terminal.tell(f"     {' '.join(terminal.sentence(message, plan.catalog) for message in told)}")


def _in_short(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _samples(line: PlannedChange) -> Iterator[str]:
    """Yield values that lose something or can't be converted, with how often they are there."""
    census = line.values.census if line.values else None
    if census is None:
        return
    for each in (*census.samples["lossy"], *census.samples["failed"])[:MOST_SAMPLES]:
        becomes = f" → “{each.becomes}”" if each.outcome.verdict == "lossy" else ""
        yield f"{each.count} × “{each.shown}”{becomes}"


def _sum(terminal: Terminal, plan: Plan) -> str:
    if not plan.lines and not plan.rows:
        return terminal.say("Nothing that people see changes.")
    risks = Counter([*(line.risk for line in plan.lines), *(rows.risk for rows in plan.rows)])
    parts = [terminal.say("{count} {count:change|changes}", count=len(plan.lines) + len(plan.rows))]
    if risks["care"]:
        parts.append(terminal.say("{count} to look at (!)", count=risks["care"]))
    if risks["loss"]:
        parts.append(terminal.say("{count} taking something out of sight (!!)", count=risks["loss"]))
    return ", ".join(parts) + "."


def plan_tree(terminal: Terminal, plan: Plan) -> Tree:
    """Return a plan as JSON data."""
    return plan_trees.plan_tree(plan, lambda each: terminal.sentence(each, plan.catalog))
