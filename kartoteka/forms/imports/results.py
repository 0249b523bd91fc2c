"""Results: what became of the rows of a file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from kartoteka.forms.imports.tables import Cell
from kartoteka.metadata.problems import Problem

SAMPLE = 100
"""Problems that a result carries itself; all of them go to the error file."""


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong with a cell, or with the row as a whole (no column)."""

    row: int
    column: str
    value: str
    problem: Problem


@dataclass(frozen=True, slots=True)
class FailedRow:
    """A row that was not taken, as it stood in the file, with everything that is wrong with it."""

    number: int
    cells: tuple[Cell, ...]
    problems: tuple[RowProblem, ...]


OnFailed = Callable[[FailedRow], None]
OnProgress = Callable[["ImportResult"], None]


@dataclass(slots=True)
class ImportResult:
    """How many rows there were and what became of them.

    `total` is always the sum of the others. `withheld` are good rows that were not kept because others failed and
    all or nothing was asked for. After a dry run the figures say what would have become of the rows.
    """

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    withheld: int = 0
    failed: int = 0
    problems: list[RowProblem] = field(default_factory=list)
    """The first of them."""

    @property
    def total(self) -> int:
        """All rows that are done with."""
        return self.created + self.updated + self.unchanged + self.withheld + self.failed

    def note_failed(self, failed: FailedRow) -> None:
        """Count a failed row and keep its problems while there is room."""
        self.failed += 1
        self.problems += failed.problems[: SAMPLE - len(self.problems)]

    def withhold(self) -> None:
        """Say that nothing was kept."""
        self.withheld += self.created + self.updated + self.unchanged
        self.created = self.updated = self.unchanged = 0
