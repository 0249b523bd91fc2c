"""The command that publishes a package, here or elsewhere, and how any plan is shown, asked about and carried out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import typer

from kartoteka.cli.options import DecisionFile, PackageName, Undecided, Why, Yes
from kartoteka.cli.package_tests import WithTests, show_comparison
from kartoteka.cli.plan_text import show_plan
from kartoteka.cli.planning import flag, planned
from kartoteka.cli.publishing import see_through, tell_ended
from kartoteka.cli.remote import Body, Remote, Token, Url, packed, problems_in, show_remote_plan, wait_for
from kartoteka.cli.shipped import package_path
from kartoteka.cli.terminal import Terminal, is_interactive, person_here, terminal_of
from kartoteka.metadata.problems import Refused
from kartoteka.platform.configuration import load_stack
from kartoteka.platform.plans import Plan
from kartoteka.platform.preparing.publications import Begun, publish_or_begin
from kartoteka.platform.publishing import refuse_if_stale
from kartoteka.platform.runtime import Runtime
from kartoteka.trials.comparing import compared_by

SHORTEST_EXPECTATION = 6


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
        asked = {"undecided": undecided, "tests": flag(tests)}
        _apply_remotely(terminal, Remote(url, token, terminal.language), body, expect, yes, why, asked)
        return
    with terminal.runtime() as runtime:
        with runtime.reading() as unit:
            refuse_if_stale(unit.connection, unit.model, expect.lower())
            found, own_tests = planned(unit, package, decisions, undecided)
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
