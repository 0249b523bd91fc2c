"""Commands for a publish that takes long: see how far it is, wait for it, call it off."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Annotated

import typer

from kartoteka.cli.counting import Note, counting
from kartoteka.cli.terminal import Terminal, terminal_of
from kartoteka.metadata.problems import Refused
from kartoteka.platform.journal import Entry, entry_of
from kartoteka.platform.preparing import publications, store
from kartoteka.platform.preparing.store import Preparation
from kartoteka.platform.runtime import Runtime

LOOK_SECONDS = 0.5
"""How often is looked how far somebody else is with it."""


def publishing(
    context: typer.Context,
    cancel: Annotated[bool, typer.Option("--cancel", help="Call it off; nothing will have changed.")] = False,
) -> None:
    """Wait for a publish over big tables that is under way, or call it off."""
    terminal = terminal_of(context)
    with terminal.runtime() as runtime:
        with runtime.reading() as unit:
            found = store.open_one(unit.connection)
        if found is None:
            terminal.tell(terminal.say("No publish is under way."))
            return
        if cancel:
            publications.call_off(runtime.database, found.id)
        tell_ended(terminal, see_through(terminal, runtime, found.id).number)


def see_through(terminal: Terminal, runtime: Runtime, number: int) -> Entry:
    """Carry a publish on to its end, or wait for who does. Raises Refused where it can't be; exits if called off."""
    with counting(terminal.say("Records")) as note:
        found = _ended(runtime, number, note)
    if found.problems:
        raise Refused(found.problems)
    if found.entry is None:
        tell_ended(terminal, None)
        raise typer.Exit(1)
    with runtime.reading() as unit:
        return entry_of(unit.connection, found.entry)


def tell_ended(terminal: Terminal, entry: int | None) -> None:
    """Print how a publish ended: under which number of the journal, or called off."""
    if entry is None:
        terminal.warn(terminal.say("Cancelled. Nothing has been changed."))
    else:
        terminal.tell(terminal.say("Published as No. {number:plain}.", number=entry), "green")


def _ended(runtime: Runtime, number: int, note: Note) -> Preparation:
    while True:
        with runtime.reading() as unit:
            found = store.get(unit.connection, number)
        note(*publications.progress_of(found))
        if not found.is_open:
            return found
        if not publications.take_over(runtime, lambda now: note(*publications.progress_of(now))):
            time.sleep(LOOK_SECONDS)


COMMANDS: tuple[Callable[..., None], ...] = (publishing,)
