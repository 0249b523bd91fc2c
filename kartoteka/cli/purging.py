"""Commands for what was taken out of use: what there is, and destroying some of it for good."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from kartoteka.cli.options import Why
from kartoteka.cli.terminal import is_interactive, person_here, terminal_of
from kartoteka.metadata.labels import label_in
from kartoteka.platform.purging import find_retired
from kartoteka.platform.purging import purge as destroy
from kartoteka.platform.retired import all_retired, count_of


def retired(context: typer.Context) -> None:
    """Show the fields and card types that were taken out of use, with how much of their data is kept."""
    terminal = terminal_of(context)
    with terminal.runtime() as runtime, runtime.reading() as unit:
        for each in all_retired(unit.connection):
            params = {"key": each.key, "revision": each.revision, "count": count_of(unit.connection, each)}
            params |= {"label": label_in(each.tree.get("label"), terminal.language, each.key), "actor": each.actor}
            params["date"] = terminal.locale.date(each.at.date())
            terminal.tell(
                terminal.say("{key} (“{label}”), by {actor}, {date}, revision {revision:plain}: {count} kept", **params)
            )


def purge(
    context: typer.Context,
    key: Annotated[str, typer.Argument(metavar="KEY", help="A retired field, company.old_field, or card type.")],
    revision: Annotated[
        int | None, typer.Option(metavar="N", help="Of several of that key, the one retired in this revision.")
    ] = None,
    typed: Annotated[str, typer.Option(metavar="KEY", help="The key once more, instead of being asked for it.")] = "",
    why: Why = "",
) -> None:
    """Destroy the data of a retired field or card type for good. Nothing brings them back."""
    terminal = terminal_of(context)
    with terminal.runtime() as runtime:
        with runtime.reading() as unit:
            found = find_retired(unit.connection, key, revision)
            count = count_of(unit.connection, found)
        text = (
            terminal.say("{count} {count:value is|values are} about to be deleted for good.", count=count)
            if found.field
            else terminal.say("{count} {count:card is|cards are} about to be deleted for good.", count=count)
        )
        terminal.warn(text, "red")
        if not typed and is_interactive():
            typed = typer.prompt(terminal.say("Type “{key}” to go on", key=found.key))
        entry = destroy(runtime.database, found, typed, actor=person_here(), why=why)
        terminal.tell(terminal.say("Deleted for good; the journal has it as No. {number:plain}.", number=entry.number))


COMMANDS: tuple[Callable[..., None], ...] = (retired, purge)
