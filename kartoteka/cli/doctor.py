"""The command doctor: what is wrong with a workspace, what to do about it, and the repair of what is safe to repair."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from typing import Annotated, Any, Final

import typer
from sqlalchemy.exc import SQLAlchemyError

from kartoteka.cli.terminal import Terminal, terminal_of
from kartoteka.metadata.problems import Message
from kartoteka.platform.checks.contents import check_addresses, check_files, check_histories
from kartoteka.platform.checks.databases import check_configuration, check_database, check_placement
from kartoteka.platform.checks.findings import Finding
from kartoteka.platform.checks.indexes import check_pages
from kartoteka.platform.checks.upkeep import check_backups, check_clock, check_folder, check_jobs
from kartoteka.platform.runtime import Runtime
from kartoteka.search.checks import check_index

Check = Callable[[Runtime], Iterator[Finding]]
CHECKS: Final[tuple[Check, ...]] = (
    check_folder,
    check_clock,
    check_database,
    check_pages,
    check_configuration,
    check_placement,
    check_index,
    check_files,
    check_histories,
    check_addresses,
    check_jobs,
    check_backups,
)
MARKS: Final = {"well": ("ok ", ""), "note": ("-- ", "yellow"), "wrong": ("!! ", "red")}


def doctor(
    context: typer.Context,
    repair: Annotated[bool, typer.Option("--repair", help="Make indexes again that are missing or damaged.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Say what is wrong with the workspace, if anything, and what to do about it."""
    terminal = terminal_of(context)
    with terminal.runtime() as runtime:
        if repair:
            for finding in list(examine(runtime)):
                _repair(terminal, runtime, finding)
        found = []
        for finding in examine(runtime):
            found.append(finding)
            if not as_json:
                _tell(terminal, finding)
    if as_json:
        tree = [_tree(terminal, finding) for finding in found]
        sys.stdout.write(json.dumps(tree, ensure_ascii=False, indent=2) + "\n")
    if any(finding.state == "wrong" for finding in found):
        raise typer.Exit(1)


def examine(runtime: Runtime) -> Iterator[Finding]:
    """Yield what was found, the good things too; what can't be looked at is a finding itself."""
    for check in CHECKS:
        try:
            yield from check(runtime)
        except Exception as error:  # noqa: BLE001 - what is broken may break a check in any way; the others go on
            yield Finding("unreadable", "wrong", {"name": check.__name__[len("check_") :], "reason": _reason(error)})


def _repair(terminal: Terminal, runtime: Runtime, finding: Finding) -> None:
    if finding.repair is None or finding.state == "well":
        return
    try:
        finding.repair(runtime)
    except SQLAlchemyError as error:
        terminal.warn(terminal.sentence(Message("doctor.not_repaired", {"reason": _reason(error)})), "red")


def _reason(error: Exception) -> str:
    return f"{type(error).__name__} {getattr(error, 'orig', None) or error}".strip()[:200]


def _tell(terminal: Terminal, finding: Finding) -> None:
    mark, style = MARKS[finding.state]
    terminal.tell(f"{mark} {terminal.sentence(finding.message)}", style)
    if finding.advice:
        terminal.tell(f"     {terminal.sentence(finding.advice)}")


def _tree(terminal: Terminal, finding: Finding) -> dict[str, Any]:
    tree = {"code": finding.code, "state": finding.state, "text": terminal.sentence(finding.message)}
    if finding.advice:
        tree["advice"] = terminal.sentence(finding.advice)
    return {**tree, "params": finding.params, "repairable": finding.repair is not None and finding.state != "well"}


COMMANDS: tuple[Callable[..., None], ...] = (doctor,)
