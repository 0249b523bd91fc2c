"""The tests of a package on a terminal: run by themselves, and compared before and after in a plan."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from typing import Annotated, Any

import typer

from kartoteka.cli.shipped import package_path, stack_below
from kartoteka.cli.terminal import Terminal, terminal_of
from kartoteka.metadata.catalog import Catalog
from kartoteka.metadata.collisions import Decisions
from kartoteka.metadata.labels import label_in
from kartoteka.metadata.problems import Message, Problem, Refused
from kartoteka.metadata.stack import Stack
from kartoteka.metadata.upgrades import applied_over
from kartoteka.platform.configuration import load_stack, with_rows
from kartoteka.trials.comparing import Comparison, verdict_tree
from kartoteka.trials.running import Verdict, run_tests

WithTests = Annotated[
    bool, typer.Option("--tests/--no-tests", help="Try the package's tests, before and after, in a copy.")
]


def try_tests(
    context: typer.Context,
    package: Annotated[str, typer.Argument(metavar="PACKAGE", help="A folder or zip, or a package that we ship.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Run a package's tests in a temporary workspace; in a workspace over a copy of its configuration."""
    terminal = terminal_of(context)
    path = package_path(package)
    upgrade = applied_over(_stack_in_force(terminal) or stack_below(path), path, Decisions(otherwise="keep"))
    if not upgrade.tests:
        raise Refused([Problem("test.none", {"folder": "tests"})])
    catalog = upgrade.stack.catalog()
    verdicts = run_tests(upgrade.stack, upgrade.tests)
    failed = [each for each in verdicts if not each.is_passed]
    if as_json:
        trees = [verdict_tree(each, lambda item: terminal.sentence(item, catalog)) for each in verdicts]
        sys.stdout.write(json.dumps(trees, ensure_ascii=False, indent=2) + "\n")
    else:
        for line in _lines(terminal, failed, catalog):
            terminal.tell(line)
        passed = Message("test.passed", {"passed": len(verdicts) - len(failed), "count": len(verdicts)})
        terminal.tell(terminal.sentence(passed), "red" if failed else "green")
    if failed:
        raise typer.Exit(1)


def _stack_in_force(terminal: Terminal) -> Stack | None:
    if not terminal.is_workspace:
        return None
    with terminal.runtime() as runtime, runtime.reading() as unit:
        return with_rows(unit.connection, load_stack(unit.connection))


def _lines(terminal: Terminal, verdicts: Iterable[Verdict], catalog: Catalog) -> Iterator[str]:
    """Yield a line for each problem: file, pointer, code, message; before them what was tested, where it has a name."""
    for each in verdicts:
        label = label_in(each.label, terminal.language, "")
        if label:
            yield f"# {label}"
        for problem in each.problems:
            said = terminal.sentence(problem, catalog)
            place = f" {problem.field}" if problem.field else ""
            yield f"{each.file} {each.pointer}{place} {problem.code}: {said}"


def show_comparison(terminal: Terminal, found: Comparison, catalog: Catalog) -> None:
    """Print what becomes of a package's tests."""
    for message, verdicts in found.told():
        style = "bold red" if message.code == "test.broken" else "yellow" if verdicts else ""
        terminal.tell(f"   {terminal.sentence(message)}", style)
        for line in _lines(terminal, verdicts, catalog):
            terminal.tell(f"     {line}")


def show_remote_comparison(terminal: Terminal, tree: Any) -> None:
    """Print what another workspace has found out."""
    for message in tree["messages"]:
        terminal.tell(f"   {message}")
    for each in (*tree["broken"], *tree["failed"]):
        for problem in each["problems"]:
            terminal.tell(f"     {each['file']} {each['pointer']} {problem['code']}: {problem['message']}")
