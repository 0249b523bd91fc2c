"""A plan as a workbook: what a consultant sends to the client before an upgrade."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from kartoteka.cli.terminal import Terminal
from kartoteka.metadata.trees import Tree
from kartoteka.platform.web.errors import N_
from kartoteka.reports.workbooks import write_tables

Part = tuple[str, Sequence[str], list[tuple[Any, ...]]]
"""A part of a plan: title, columns, rows."""


def write_workbook(terminal: Terminal, tree: Tree, path: Path) -> None:
    """Write what a plan's JSON data tell, a sheet for each part; the changes come first, also where there are none."""
    first, *others = plan_tables(tree)
    tables = [first, *(each for each in others if each[2])]
    said = [(terminal.say(title), [terminal.say(name) for name in columns], rows) for title, columns, rows in tables]
    with path.open("wb") as file:
        write_tables(path.stem, said, file)


def plan_tables(tree: Tree) -> Iterator[Part]:
    """Yield what a plan's JSON data tell as tables: changes, values, collisions, rows of packages."""
    changes = [
        (each["risk"], each["message"], _lines(each["effects"]), _lines(each["problems"])) for each in tree["changes"]
    ]
    yield N_("Changes"), (N_("Risk"), N_("Change"), N_("What it means"), N_("What forbids it")), changes
    values = [
        (_field_of(each["change"]), sample["verdict"], sample["count"], sample["shown"], sample["becomes"] or "")
        for each in tree["changes"]
        for sample in each.get("values", {}).get("samples", ())
    ]
    yield N_("Values"), (N_("Field"), N_("Verdict"), N_("Cards"), N_("Now"), N_("After")), values
    sides = ("package", "definition", "property", "decision", "was", "package_says", "yours", "message")
    collisions = [tuple(_cell(each.get(name)) for name in sides) for each in tree["collisions"]]
    place = N_("Package"), N_("Definition"), N_("Property"), N_("Decision")
    columns = *place, N_("Was"), N_("The package's"), N_("Yours"), N_("What becomes of it")
    yield N_("Collisions"), columns, collisions
    rows = [(each["risk"], each["message"]) for each in tree["rows"]]
    yield N_("Rows"), (N_("Risk"), N_("Rows of the package")), rows


def _lines(items: list[Tree]) -> str:
    return "\n".join(each["message"] for each in items)


def _field_of(change: Tree) -> str:
    return f"{change.get('entity', '')}.{change.get('after', {}).get('key', '')}"


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
