"""The program `kartoteka`: its groups of commands, its own options, and how failures are told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy.exc import OperationalError
from typer.core import TyperGroup

from kartoteka import __version__
from kartoteka.cli import backup, configuration, data, doctor, history, packages, people, publishing, purging, workspace
from kartoteka.cli.terminal import Terminal, open_terminal
from kartoteka.metadata.locales import LANGUAGES
from kartoteka.metadata.problems import BadRequest, Conflict, Forbidden, Message, NotFound, Refused

WORKSPACE_OPTION = "--workspace"
FAILURES = (Refused, BadRequest, Forbidden, NotFound, Conflict, OperationalError)


class Program(TyperGroup):
    """Takes `--workspace` wherever it stands, and tells what a person can mend without a traceback."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse the arguments."""
        return super().parse_args(ctx, hoisted(args))

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except FAILURES as error:
            tell_failure(ctx.obj, error)
            raise typer.Exit(1) from error


def hoisted(args: list[str]) -> list[str]:
    """Return the arguments with `--workspace DIR` in front, where the program itself takes it."""
    front: list[str] = []
    rest: list[str] = []
    remaining = iter(args)
    for argument in remaining:
        if argument == "--":
            return [*front, *rest, argument, *remaining]
        if argument == WORKSPACE_OPTION:
            front += [argument, *([value] if (value := next(remaining, None)) is not None else [])]
        elif argument.startswith(f"{WORKSPACE_OPTION}="):
            front.append(argument)
        else:
            rest.append(argument)
    return [*front, *rest]


def tell_failure(terminal: Terminal, error: Exception) -> None:
    """Print what went wrong, one problem a line."""
    if isinstance(error, OperationalError):
        terminal.warn(terminal.say("The database does not answer: {reason}", reason=str(error.orig).strip()), "red")
        return
    problems = error.problems if isinstance(error, Refused) else (error.problem,)  # type: ignore[attr-defined]
    for problem in problems:
        terminal.warn(terminal.problem_line(problem), "red")
    details = error.details if isinstance(error, Conflict) else None
    for each in details or ():
        if isinstance(each, Message):
            terminal.warn(f"  {terminal.sentence(each)}")


program = typer.Typer(
    cls=Program,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Kartoteka: a low-code CRM, configured by JSON on a live system.",
    epilog="Every command works on the current folder, or on --workspace DIR.",
)


def show_version(wanted: bool) -> None:
    """Print the version and end."""
    if wanted:
        typer.echo(f"kartoteka {__version__}")
        raise typer.Exit


@program.callback()
def begin(
    context: typer.Context,
    workspace: Annotated[
        Path, typer.Option(WORKSPACE_OPTION, metavar="DIR", envvar="KARTOTEKA_WORKSPACE", help="The workspace folder.")
    ] = Path(),
    language: Annotated[str, typer.Option(metavar="|".join(LANGUAGES), help="Language of the output.")] = "",
    show: Annotated[
        bool, typer.Option("--version", callback=show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Open the terminal for the command that follows."""
    if language and language not in LANGUAGES:
        raise typer.BadParameter(f"choose from {', '.join(LANGUAGES)}", param_hint="--language")
    context.obj = open_terminal(workspace, language)


COMMANDS: tuple[tuple[str, tuple[Callable[..., None], ...]], ...] = (
    ("The system", workspace.COMMANDS + backup.COMMANDS + doctor.COMMANDS),
    ("Configuration", configuration.COMMANDS + history.COMMANDS + publishing.COMMANDS + purging.COMMANDS),
    ("Data", data.COMMANDS),
)
for panel, functions in COMMANDS:
    for function in functions:
        program.command(rich_help_panel=panel)(function)
program.add_typer(packages.package, name="package", rich_help_panel="Configuration")
program.add_typer(data.data, name="data", rich_help_panel="Data")
program.add_typer(people.user, name="user", rich_help_panel="People and programs")
program.add_typer(people.token, name="token", rich_help_panel="People and programs")


def main() -> None:
    """Run the program."""
    program(prog_name="kartoteka")
