"""What is measured, what it may take, and what came out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Unit = Literal["ms", "s", "MB", "/s", "x"]
Side = Literal["at most", "at least"]


@dataclass(frozen=True, slots=True)
class Budget:
    """A bound for one figure of a work: "at most" or "at least"."""

    figure: str
    bound: float
    unit: Unit
    side: Side = "at most"

    def met(self, value: float) -> bool:
        """Tell whether a value keeps to it."""
        return value <= self.bound if self.side == "at most" else value >= self.bound

    def __str__(self) -> str:
        sign = "<=" if self.side == "at most" else ">="
        return f"{self.figure} {sign} {self.bound:g} {self.unit}"


@dataclass(frozen=True, slots=True)
class Result:
    """The figures of one work on one database."""

    work: str
    database: str
    records: int
    figures: dict[str, float]
    budgets: tuple[Budget, ...] = ()
    note: str = ""

    @property
    def missed(self) -> list[Budget]:
        """The budgets that were not kept."""
        return [each for each in self.budgets if not each.met(self.figures[each.figure])]
