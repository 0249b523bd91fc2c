"""The error file: the rows that were not taken, to be mended and imported again.

It repeats each row as it stood and adds two columns for people, `#row` and `#problem`; an import passes over columns
whose title begins with #.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from typing import BinaryIO

from kartoteka.forms.imports.results import FailedRow, RowProblem
from kartoteka.forms.imports.tables import cell_text

NOTES = ("#row", "#problem")

Say = Callable[[RowProblem], str]
"""Makes the sentence of a problem in the reader's language."""


class ErrorFile:
    """Writes failed rows as CSV (UTF-8 with a mark, so that Excel knows it); leaving its block finishes the file.

    `add` is what `import_rows` wants as `on_failed`. The binary file stays open.
    """

    def __init__(self, file: BinaryIO, header: Sequence[str], say: Say | None = None) -> None:
        self.count = 0
        self._say = say or describe
        self._text = io.TextIOWrapper(file, "utf-8-sig", errors="replace", newline="", write_through=False)
        self._kept = [place for place, title in enumerate(header) if title not in NOTES]
        self._writer = csv.writer(self._text, lineterminator="\r\n")
        self._writer.writerow([*(header[place] for place in self._kept), *NOTES])

    def __enter__(self) -> ErrorFile:
        return self

    def __exit__(self, *error: object) -> None:
        self._text.detach()

    def add(self, row: FailedRow) -> None:
        """Write a row and why it failed."""
        self.count += 1
        cells = [cell_text(row.cells[place]) if place < len(row.cells) else "" for place in self._kept]
        self._writer.writerow([*cells, row.number, " | ".join(self._say(problem) for problem in row.problems)])


def describe(problem: RowProblem) -> str:
    """Return a problem for those who read no sentences: column, code and parameters."""
    details = ", ".join(f"{name}={value}" for name, value in problem.problem.params.items())
    code = f"{problem.problem.code} ({details})" if details else problem.problem.code
    return f"{problem.column}: {code}" if problem.column else code
