"""Commands for what was published: the journal, and undo of any publish."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Annotated, Any

import typer

from kartoteka.cli.applying import apply_plan
from kartoteka.cli.options import AsJson, Output, Why, Yes
from kartoteka.cli.terminal import Terminal, terminal_of
from kartoteka.metadata.catalog import Catalog
from kartoteka.metadata.merging import Choice
from kartoteka.metadata.problems import Conflict, Refused
from kartoteka.platform.collisions import Disputed
from kartoteka.platform.journal import Entry, entries, entry_tree
from kartoteka.platform.plans import Plan
from kartoteka.platform.undoing import Undo, prepare_undo
from kartoteka.platform.units import Unit

MOST_CHANGES = 5
CHOICES: tuple[Choice, ...] = ("keep", "take")


def undo(
    context: typer.Context,
    number: Annotated[
        int | None, typer.Argument(metavar="N", help="Number in the journal; the newest without.")
    ] = None,
    choose: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=keep|take", help="Keep a newer value, or take it back too; all=… for every one."),
    ] = None,
    yes: Yes = False,
    why: Why = "",
) -> None:
    """Take a publish back, whatever came after it: show what changes, ask, do it."""
    terminal = terminal_of(context)
    choices = _choices(choose or [])
    with terminal.runtime() as runtime:
        with runtime.reading() as unit:
            found = prepare_undo(unit.connection, unit.model, number, choices)
            if found.undecided and "all" in choices:
                names = (each.collision.name for each in found.undecided)
                found = prepare_undo(
                    unit.connection, unit.model, number, dict.fromkeys(names, choices["all"]) | choices
                )
            if found.undecided:
                _show_collisions(terminal, found, unit.model.catalog)
                raise typer.Exit(1)
            plan = _plan_of(terminal, unit, found)
        apply_plan(terminal, runtime, plan, yes, why, undoes=found.entry.number)


def _choices(given: Iterable[str]) -> dict[str, Choice]:
    found: dict[str, Choice] = {}
    for text in given:
        name, _, said = text.rpartition("=")
        chosen = next((each for each in CHOICES if each == said), None)
        if not name or chosen is None:
            raise typer.BadParameter("give NAME=keep or NAME=take", param_hint="--choose")
        found[name] = chosen
    return found


def _show_collisions(terminal: Terminal, found: Undo, catalog: Catalog) -> None:
    """Print what others have changed again since, by name, with both sides."""
    head = "No. {number:plain} can't be taken back at once: others have changed the same again since."
    terminal.warn(terminal.say(head, number=found.entry.number), "red")
    for each in found.undecided:
        terminal.tell(_told(terminal, each, catalog))
        terminal.tell(f"     {terminal.sentence(each.sides(), catalog)}")
        terminal.tell(f"     --choose {each.collision.name}=keep", "dim")
    terminal.warn(terminal.say("Say of each whether the newer value stays (keep) or is taken back too (take)."))


def _told(terminal: Terminal, each: Disputed, catalog: Catalog) -> str:
    return f"   x {terminal.sentence(each.describe(), catalog)}: {terminal.sentence(each.what(), catalog)}"


def _plan_of(terminal: Terminal, unit: Unit, found: Undo) -> Plan:
    """Return the plan. Raises Refused where others use what would go, after telling who; Conflict for an empty one."""
    try:
        plan = found.plan(unit.connection, unit.model)
        if plan.before == plan.stack:
            raise Conflict("undo.nothing", number=found.entry.number)
        return plan
    except Refused as refused:
        for entry in found.builds_on(refused):
            told = "No. {number:plain} ({who}) builds on it. Please undo that first, or change it."
            terminal.warn(terminal.say(told, number=entry.number, who=entry.actor))
        raise


def journal(
    context: typer.Context,
    number: Annotated[int, typer.Option("-n", min=1, help="How many publishes to show.")] = 20,
    as_json: AsJson = False,
    output: Output = None,
) -> None:
    """Show what was published, the newest first: who, when, why, how long it took, and what is undone."""
    terminal = terminal_of(context)
    with terminal.runtime() as runtime, runtime.reading() as unit:
        found, catalog = entries(unit.connection, number), unit.model.catalog
    if output or as_json:
        _write([entry_tree(entry, terminal.sentence) for entry in found], output, as_json)
        return
    for entry in found:
        show_entry(terminal, entry, catalog)


def _write(tree: Any, output: Path | None, as_json: bool) -> None:
    text = json.dumps(tree, ensure_ascii=False, indent=2) + "\n"
    if output:
        output.write_text(text, encoding="utf-8")
    if as_json:
        sys.stdout.write(text)


def show_entry(terminal: Terminal, entry: Entry, catalog: Catalog) -> None:
    """Print a publish: a line, and its first changes below it. `catalog` is the one in force, for labels."""
    at = terminal.locale.datetime(entry.at)
    undoes = terminal.say("takes back No. {number:plain}", number=entry.undoes) if entry.undoes else ""
    undone = terminal.say("taken back by No. {number:plain}", number=entry.undone_by) if entry.undone_by else ""
    took = terminal.say("{milliseconds} ms", milliseconds=entry.milliseconds)
    about = [f"{entry.number:>4}", f"{at} UTC", entry.actor, entry.why, undoes, undone, took]
    terminal.tell("  ".join(part for part in about if part), "dim" if undone else "bold")
    shown = entry.changes[:MOST_CHANGES]
    for change in shown:
        terminal.tell(f"      {terminal.sentence(change.describe(), catalog)}", "dim" if undone else "")
    if len(entry.changes) > len(shown):
        more = len(entry.changes) - len(shown)
        terminal.tell(f"      {terminal.say('and {count} more', count=more)}", "dim")


COMMANDS: tuple[Callable[..., None], ...] = (undo, journal)
