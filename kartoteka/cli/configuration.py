"""Commands for the configuration: check, plan, apply, undo, journal, export."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from kartoteka.cli.explaining import explain
from kartoteka.cli.package_tests import WithTests, show_comparison
from kartoteka.cli.plan_text import plan_tree, show_plan
from kartoteka.cli.plan_workbook import write_workbook
from kartoteka.cli.publishing import see_through, tell_ended
from kartoteka.cli.remote import (
    PLAN_SUFFIX,
    Body,
    Remote,
    Token,
    Url,
    decisions_in,
    packed,
    problems_in,
    show_remote_plan,
    wait_for,
)
from kartoteka.cli.shipped import package_path, stack_below
from kartoteka.cli.terminal import Terminal, is_interactive, person_here, terminal_of
from kartoteka.metadata import conversions
from kartoteka.metadata.collisions import Decisions
from kartoteka.metadata.decision_files import read_decisions, read_value_decisions, write_decisions
from kartoteka.metadata.exports import write_layer, write_stack
from kartoteka.metadata.package_tests import PackageTest
from kartoteka.metadata.problems import Problem, Refused
from kartoteka.metadata.row_values import Refs
from kartoteka.metadata.stack import Stack
from kartoteka.metadata.upgrades import Upgrade, applied_over
from kartoteka.platform.configuration import load_stack, with_rows
from kartoteka.platform.package_rows.planning import problems_of_rows, refs_here
from kartoteka.platform.plans import Plan
from kartoteka.platform.preparing.publications import Begun, publish_or_begin
from kartoteka.platform.publishing import refuse_if_stale
from kartoteka.platform.runtime import Runtime
from kartoteka.platform.saved_plans import SavedPlan, plan_again, read_saved_plan, saved_plan
from kartoteka.platform.units import Unit
from kartoteka.platform.upgrades import OTHERWISE, UndecidedWord, decisions_here, plan_upgrade
from kartoteka.trials.comparing import Comparison, compared_by, comparison_tree

SHORTEST_EXPECTATION = 6

PackageName = Annotated[str, typer.Argument(metavar="PACKAGE", help="A folder or zip, or a package that we ship.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do it without asking.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Output = Annotated[Path | None, typer.Option("-o", "--output", metavar="FILE", help="Write JSON to a file.")]
DecisionFile = Annotated[
    Path | None,
    typer.Option(
        "--decisions",
        metavar="FILE",
        exists=True,
        dir_okay=False,
        help="What is decided where the package meets your own changes.",
    ),
]
SaveDecisions = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Write all of that to a file, to edit and use elsewhere.")
]
Undecided = Annotated[
    UndecidedWord,
    typer.Option(help="Where nothing is decided: keep the client's, take the package's, or stop."),
]
Why = Annotated[str, typer.Option(metavar="TEXT", help="Why, for the journal.")]


def check(context: typer.Context, package: PackageName) -> None:
    """Print every problem of a package, one a line: file, pointer, code, message."""
    terminal = terminal_of(context)
    path = package_path(package)
    try:
        before, refs = _in_force(terminal) or (stack_below(path), {})
        upgrade = applied_over(before, path, Decisions())
        catalog = upgrade.stack.catalog()
        if wrong := list(problems_of_rows(before, upgrade.stack, catalog, refs)):
            raise Refused(wrong)
    except Refused as refused:
        for problem in refused.problems:
            terminal.tell(terminal.problem_line(problem))
        raise typer.Exit(1) from refused
    counts = {"entities": len(catalog.entities), "definitions": len(catalog.definitions)}
    terminal.warn(
        terminal.say(
            "No problems: {entities} {entities:card type|card types}, {definitions} "
            "{definitions:definition|definitions} in all.",
            **counts,
        ),
        "green",
    )


def _in_force(terminal: Terminal) -> tuple[Stack, Refs] | None:
    """Return the layers of the workspace and the refs of what packages brought; None where there is no workspace."""
    if not terminal.is_workspace:
        return None
    with terminal.runtime() as runtime, runtime.reading() as unit:
        return load_stack(unit.connection), refs_here(unit.connection)


def plan(
    context: typer.Context,
    package: PackageName,
    *,
    as_json: AsJson = False,
    output: Output = None,
    decisions: DecisionFile = None,
    undecided: Undecided = "keep",
    save_decisions: SaveDecisions = None,
    save: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Keep the plan in a .json file: `apply FILE` does exactly that.")
    ] = None,
    xlsx: Annotated[Path | None, typer.Option(metavar="FILE", help="Write what changes as a workbook too.")] = None,
    tests: WithTests = True,
    url: Url = "",
    token: Token = "",
) -> None:
    """Show what applying a package would change, and whom it touches."""
    terminal = terminal_of(context)
    if save is not None and save.suffix != PLAN_SUFFIX:
        raise typer.BadParameter(f"the name must end in {PLAN_SUFFIX}", param_hint="--save")
    if url:
        remote = Remote(url, token, terminal.language)
        body = packed(package_path(package), decisions)
        tree = remote.plans(body, undecided=undecided, tests=_flag(tests), save=_flag(save is not None))
        if save_decisions:
            save_decisions.write_bytes(decisions_in(tree))
        if save:
            save.write_text(_json(tree.pop("saved")), encoding="utf-8")
        if xlsx:
            write_workbook(terminal, tree, xlsx)
        _show_remote(terminal, tree, as_json, output)
        return
    with terminal.runtime() as runtime, runtime.reading() as unit:
        upgrade = _upgrade(unit, package, decisions, undecided)
        if save_decisions:
            save_decisions.write_bytes(write_decisions(upgrade.collisions))
        found = plan_upgrade(unit.connection, unit.model, upgrade, _values(decisions))
        compared = compared_by(unit.connection, found, upgrade.tests) if tests else None
    _show(terminal, found, compared, as_json, output)
    if xlsx:
        write_workbook(terminal, plan_tree(terminal, found), xlsx)
    if save:
        save.write_text(_json(saved_plan(found)), encoding="utf-8")
    if found.problems:
        raise typer.Exit(1)


def _show_remote(terminal: Terminal, tree: dict[str, Any], as_json: bool, output: Path | None) -> None:
    if output:
        output.write_text(_json(tree), encoding="utf-8")
    if as_json:
        sys.stdout.write(_json(tree))
    elif not output:
        show_remote_plan(terminal, tree)
    if problems_in(tree):
        raise typer.Exit(1)


def _upgrade(unit: Unit, package: str, file: Path | None, undecided: str) -> Upgrade:
    given = read_decisions(file.read_bytes(), file.name) if file else {}
    decisions = decisions_here(unit.connection, given, OTHERWISE[undecided])
    return applied_over(load_stack(unit.connection), package_path(package), decisions)


def _values(file: Path | None) -> conversions.Decisions:
    """Return what the file of decisions says of values that can't stay as they are."""
    return read_value_decisions(file.read_bytes(), file.name) if file else conversions.NO_DECISIONS


def _planned(
    unit: Unit, package: str, decisions: Path | None, undecided: str
) -> tuple[Plan, Mapping[str, PackageTest]]:
    """Return the plan of a package with its tests, or one that was saved."""
    if Path(package).suffix == PLAN_SUFFIX:
        return plan_again(unit.connection, unit.model, _read_plan(Path(package))), {}
    upgrade = _upgrade(unit, package, decisions, undecided)
    return plan_upgrade(unit.connection, unit.model, upgrade, _values(decisions)), upgrade.tests


def _read_plan(path: Path) -> SavedPlan:
    try:
        return read_saved_plan(path.read_bytes(), path.name)
    except OSError as error:
        raise Refused([Problem("package.missing", {"path": str(path)})]) from error


def _flag(given: bool) -> str:
    return "1" if given else ""


def _show(terminal: Terminal, found: Plan, compared: Comparison | None, as_json: bool, output: Path | None) -> None:
    tree = plan_tree(terminal, found)
    tree["tests"] = comparison_tree(compared, lambda item: terminal.sentence(item, found.catalog))
    if output:
        output.write_text(_json(tree), encoding="utf-8")
    if as_json:
        sys.stdout.write(_json(tree))
    elif not output:
        show_plan(terminal, found)
        if compared:
            show_comparison(terminal, compared, found.catalog)


def apply(
    context: typer.Context,
    package: PackageName,
    *,
    yes: Yes = False,
    expect: Annotated[
        str, typer.Option(metavar="HASH", help="Only if the configuration has this hash, or one that begins so.")
    ] = "",
    why: Why = "",
    decisions: DecisionFile = None,
    undecided: Undecided = "keep",
    tests: WithTests = True,
    url: Url = "",
    token: Token = "",
) -> None:
    """Apply a package, or a plan that was saved: show what changes, ask, do it."""
    if expect and len(expect) < SHORTEST_EXPECTATION:
        raise typer.BadParameter(f"give at least {SHORTEST_EXPECTATION} characters", param_hint="--expect")
    terminal = terminal_of(context)
    if url:
        body = packed(package_path(package), decisions)
        asked = {"undecided": undecided, "tests": _flag(tests)}
        _apply_remotely(terminal, Remote(url, token, terminal.language), body, expect, yes, why, asked)
        return
    with terminal.runtime() as runtime:
        with runtime.reading() as unit:
            refuse_if_stale(unit.connection, unit.model, expect.lower())
            found, own_tests = _planned(unit, package, decisions, undecided)
            same = not found.changes and found.stack == load_stack(unit.connection)
            compared = compared_by(unit.connection, found, own_tests) if tests else None
        if same:
            terminal.tell(terminal.say("Nothing to change."))
            return
        if compared:
            show_comparison(terminal, compared, found.catalog)
        apply_plan(terminal, runtime, found, yes, why)


def _apply_remotely(
    terminal: Terminal, remote: Remote, body: Body, expect: str, yes: bool, why: str, asked: Mapping[str, str]
) -> None:
    """Plan, show, ask, and publish exactly that over there."""
    tree = remote.plans(body, expect=expect, **asked)
    show_remote_plan(terminal, tree)
    if problems := problems_in(tree):
        raise Refused(problems)
    if not yes:
        _ask(terminal)
    answer = remote.plans(body, apply="1", expect=tree["base"], why=why, **{**asked, "tests": ""})
    if "publishing" in answer:
        tell_ended(terminal, wait_for(terminal, remote, answer["publishing"])["entry"])
        return
    done = answer["published"]
    if done is None:
        terminal.tell(terminal.say("Nothing to change."))
    else:
        _tell_published(terminal, done["number"], done["hash"], done["milliseconds"])


def _tell_published(terminal: Terminal, number: int, catalog_hash: str, milliseconds: int) -> None:
    params = {"number": number, "hash": catalog_hash[:12], "milliseconds": milliseconds}
    done = terminal.say(
        "Published as No. {number:plain} in {milliseconds} ms: configuration {hash:code}. "
        "“kartoteka undo {number:plain}” takes it back.",
        **params,
    )
    terminal.tell(done, "green")


def apply_plan(
    terminal: Terminal, runtime: Runtime, found: Plan, yes: bool, why: str, undoes: int | None = None
) -> None:
    """Ask unless told not to, publish, and say so. Raises Refused."""
    show_plan(terminal, found)
    if found.problems:
        raise Refused(found.problems)
    if not yes:
        _ask(terminal)
    done = publish_or_begin(runtime.database, found, actor=person_here(), why=why, undoes=undoes)
    entry = see_through(terminal, runtime, done.id) if isinstance(done, Begun) else done
    if entry is not None:
        _tell_published(terminal, entry.number, entry.hash_after, entry.milliseconds)


def _ask(terminal: Terminal) -> None:
    if not is_interactive():
        terminal.warn(terminal.say("Nobody is there to ask. With --yes it is done without asking."), "red")
        raise typer.Exit(1)
    if not typer.confirm(terminal.say("Publish this?")):
        terminal.warn(terminal.say("Nothing has been changed."))
        raise typer.Exit(1)


def export(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where to; an earlier export there is replaced.")],
    layer: Annotated[str, typer.Option(metavar="KEY", help="Only this layer: a package's key, or local.")] = "",
) -> None:
    """Write the definitions to files: each layer as a package in a folder of its own, or one layer alone."""
    terminal = terminal_of(context)
    with terminal.runtime() as runtime, runtime.reading() as unit:
        stack = with_rows(unit.connection, load_stack(unit.connection))
    if not layer:
        write_stack(stack, folder)
    else:
        found = next((each for each in stack if each.key == layer), None)
        if found is None:
            raise Refused([Problem("layer.unknown", {"key": layer, "known": [each.key for each in stack]})])
        write_layer(found, folder)
    terminal.warn(terminal.say("Written to {path:code}.", path=str(folder)), "green")


def _json(tree: Any) -> str:
    return json.dumps(tree, ensure_ascii=False, indent=2) + "\n"


COMMANDS: tuple[Callable[..., None], ...] = (check, plan, apply, explain, export)
