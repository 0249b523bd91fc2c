"""Commands for the configuration: check, plan, apply, explain, export."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from kartoteka.cli.applying import apply
from kartoteka.cli.explaining import explain
from kartoteka.cli.options import AsJson, DecisionFile, Output, PackageName, SaveDecisions, Undecided
from kartoteka.cli.package_tests import WithTests, show_comparison
from kartoteka.cli.plan_text import plan_tree, show_plan
from kartoteka.cli.plan_workbook import write_workbook
from kartoteka.cli.planning import flag, upgrade_by, values_decided
from kartoteka.cli.remote import (
    PLAN_SUFFIX,
    Remote,
    Token,
    Url,
    decisions_in,
    packed,
    problems_in,
    show_remote_plan,
)
from kartoteka.cli.shipped import package_path, stack_below
from kartoteka.cli.terminal import Terminal, terminal_of
from kartoteka.metadata.collisions import Decisions
from kartoteka.metadata.decision_files import write_decisions
from kartoteka.metadata.exports import write_layer, write_stack
from kartoteka.metadata.problems import Problem, Refused
from kartoteka.metadata.row_values import Refs
from kartoteka.metadata.stack import Stack
from kartoteka.metadata.upgrades import applied_over
from kartoteka.platform.configuration import load_stack, with_rows
from kartoteka.platform.package_rows.planning import problems_of_rows, refs_here
from kartoteka.platform.plans import Plan
from kartoteka.platform.saved_plans import saved_plan
from kartoteka.platform.upgrades import plan_upgrade
from kartoteka.trials.comparing import Comparison, compared_by, comparison_tree


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
        tree = remote.plans(body, undecided=undecided, tests=flag(tests), save=flag(save is not None))
        if save_decisions:
            save_decisions.write_bytes(decisions_in(tree))
        if save:
            save.write_text(_json(tree.pop("saved")), encoding="utf-8")
        if xlsx:
            write_workbook(terminal, tree, xlsx)
        _show_remote(terminal, tree, as_json, output)
        return
    with terminal.runtime() as runtime, runtime.reading() as unit:
        upgrade = upgrade_by(unit, package, decisions, undecided)
        if save_decisions:
            save_decisions.write_bytes(write_decisions(upgrade.collisions))
        found = plan_upgrade(unit.connection, unit.model, upgrade, values_decided(decisions))
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
