"""Writes the tables and the grammar in docs/expressions.md: `python -m kartoteka.metadata.expressions.reference`."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from kartoteka.metadata.expressions.functions import GROUPS
from kartoteka.metadata.expressions.grammar import GRAMMAR
from kartoteka.metadata.expressions.signatures import Function

BEGIN = "<!-- {}: begin (made by python -m kartoteka.metadata.expressions.reference) -->"
END = "<!-- {}: end -->"


def table() -> str:
    """Return the functions as Markdown, a table for each group."""
    return "\n\n".join(f"### {group}\n\n{_HEAD}\n{_rows(functions)}" for group, functions in GROUPS.items())


_HEAD = "| function | what it gives | for example | in Excel |\n|---|---|---|---|"


def _rows(functions: Iterable[Function]) -> str:
    return "\n".join(
        f"| `{each.usage}` | {each.description} | `{each.example[0]}` → `{each.example[1]}` | {_in_excel(each)} |"
        for each in functions
    )


def _in_excel(function: Function) -> str:
    return "formula" if function.excel or function.expands else "value"


def grammar() -> str:
    """Return the grammar as Markdown."""
    return f"```\n{GRAMMAR.strip()}\n```"


def renewed(text: str) -> str:
    """Return the page with its tables made anew. Raises ValueError when the markers are missing."""
    for name, made in (("functions", table()), ("grammar", grammar())):
        before, begin, rest = text.partition(BEGIN.format(name))
        _, end, after = rest.partition(END.format(name))
        if not end:
            raise ValueError(f"the page has no markers for its {name}")
        text = f"{before}{begin}\n\n{made}\n\n{end}{after}"
    return text


def main(page: Path) -> None:
    """Rewrite the page if its table is not current."""
    text = page.read_text(encoding="utf-8")
    if (new := renewed(text)) != text:
        page.write_text(new, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("docs/expressions.md"))
