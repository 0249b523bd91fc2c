"""The command `explain`: which layer set which property, who and when."""

from __future__ import annotations

import json
import sys
from typing import Annotated

import typer

from kartoteka.cli.terminal import Terminal, terminal_of
from kartoteka.metadata.stack import LOCAL
from kartoteka.platform.explaining import Explained, explained_trees, target_of
from kartoteka.platform.explaining import explain as explained


def explain(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="client, client.inn, or a file: lists/client/active")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show which layer set which property, who and when."""
    terminal = terminal_of(context)
    with terminal.runtime() as runtime, runtime.reading() as unit:
        found = explained(unit.connection, target_of(unit.model.catalog, name))
    if as_json:
        sys.stdout.write(json.dumps(explained_trees(found), ensure_ascii=False, indent=2) + "\n")
        return
    for each in found:
        value = json.dumps(each.source.value, ensure_ascii=False)
        terminal.tell(f"{'.'.join(each.path):<28} {value:<40} {_whose(terminal, each)}")


def _whose(terminal: Terminal, each: Explained) -> str:
    source, published = each.source, each.published
    layer = terminal.say("Yours") if source.layer == LOCAL else f"{source.layer} {source.version}"
    if published is None:
        return layer
    at = terminal.locale.datetime(published.at)
    return f"{layer:<20} {published.actor}  {at} UTC  {terminal.say('No. {number:plain}', number=published.number)}"
