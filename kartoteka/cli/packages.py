"""Commands for packages: build, test, uninstall."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kartoteka.cli.applying import apply_plan
from kartoteka.cli.options import DecisionFile, Why, Yes
from kartoteka.cli.package_tests import try_tests
from kartoteka.cli.shipped import package_path, stack_below
from kartoteka.cli.terminal import terminal_of
from kartoteka.metadata.decision_files import read_decisions
from kartoteka.metadata.exports import LOCAL_MANIFEST, applied
from kartoteka.metadata.packages import read_package, zip_package
from kartoteka.metadata.problems import Problem, Refused
from kartoteka.metadata.stack import LOCAL
from kartoteka.metadata.upgrades import uninstalled
from kartoteka.platform.configuration import load_stack
from kartoteka.platform.package_rows.planning import problems_of_rows
from kartoteka.platform.upgrades import OTHERWISE, UndecidedWord, decisions_here, plan_upgrade

package = typer.Typer(help="Packages: build, test, uninstall.", no_args_is_help=True)
package.command("test")(try_tests)


@package.command()
def build(
    context: typer.Context,
    folder: Annotated[str, typer.Argument(metavar="DIR", help="The package's folder.")],
    output: Annotated[Path | None, typer.Option("-o", "--output", metavar="FILE", help="The zip to write.")] = None,
) -> None:
    """Check a package and make the zip that is shipped; the same package always gives the same bytes."""
    terminal = terminal_of(context)
    path = package_path(folder)
    found = read_package(path)
    if found.manifest.key == LOCAL_MANIFEST.key:
        raise Refused([Problem("package.reserved_key", {"key": LOCAL}, file="kartoteka.json", pointer="/key")])
    below = stack_below(path)
    stack = applied(below, path)
    if wrong := list(problems_of_rows(below, stack, stack.catalog(), {})):
        raise Refused(wrong)
    file = output or Path(f"{found.manifest.key}-{found.manifest.version}.zip")
    zip_package(found, file)
    terminal.tell(str(file))


@package.command()
def uninstall(
    context: typer.Context,
    key: Annotated[str, typer.Argument(metavar="KEY", help="The package's key.")],
    yes: Yes = False,
    why: Why = "",
    decisions: DecisionFile = None,
    undecided: Annotated[
        UndecidedWord,
        typer.Option(help="What your own definitions need of it: keep it as yours, take those out, or stop."),
    ] = "stop",
) -> None:
    """Take a package out: its card types and fields are retired with their data, what it brought besides is gone."""
    terminal = terminal_of(context)
    given = read_decisions(decisions.read_bytes(), decisions.name) if decisions else {}
    with terminal.runtime() as runtime:
        with runtime.reading() as unit:
            decided = decisions_here(unit.connection, given, OTHERWISE[undecided])
            upgrade = uninstalled(load_stack(unit.connection), key, decided)
            found = plan_upgrade(unit.connection, unit.model, upgrade)
        apply_plan(terminal, runtime, found, yes, why or f"- {key}")
