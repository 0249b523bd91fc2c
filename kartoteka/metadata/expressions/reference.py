"""Writes the table of functions in docs/expressions.md: `python -m kartoteka.metadata.expressions.reference`."""

from __future__ import annotations

import sys
from pathlib import Path

from kartoteka.metadata.expressions.functions import GROUPS

BEGIN = "<!-- functions: begin (made by python -m kartoteka.metadata.expressions.reference) -->"
END = "<!-- functions: end -->"


def table() -> str:
    """Return the functions as Markdown, a table for each group."""
    parts = []
    for group, functions in GROUPS.items():
        rows = [f"| `{function.name}({function.usage})` | {function.description} |" for function in functions]
        parts.append("\n".join([f"### {group}", "", "| function | what it gives |", "|---|---|", *rows]))
    return "\n\n".join(parts)


def renewed(text: str) -> str:
    """Return the page with its table made anew. Raises ValueError when the markers are missing."""
    before, _, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not end:
        raise ValueError("the page has no markers for the table of functions")
    return f"{before}{BEGIN}\n\n{table()}\n\n{END}{after}"


def main(page: Path) -> None:
    """Rewrite the page if its table is not current."""
    text = page.read_text(encoding="utf-8")
    if (new := renewed(text)) != text:
        page.write_text(new, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("docs/expressions.md"))
