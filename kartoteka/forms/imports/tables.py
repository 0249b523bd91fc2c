"""Tables: what every kind of file is read into."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal

MOST_COLUMNS = 2_000
MOST_ROWS = 2_000_000


@dataclass(frozen=True, slots=True)
class BrokenCell:
    """A worksheet cell with an error instead of a value (#REF!, #DIV/0!)."""


@dataclass(frozen=True, slots=True)
class Share:
    """A number that a worksheet shows as a percentage: 12.5 for 12.5 %."""

    percent: Decimal


Cell = str | int | float | bool | date | time | timedelta | Share | BrokenCell | None
"""A text of a CSV file or a typed value of a workbook (a date may be a date-time, always naive); None is empty."""


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A row as it stands in the file. The first row of the file, with the titles, has number 1."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The titles of a file's columns, and its rows one after the other; rows of empty cells are left out."""

    header: tuple[str, ...]
    rows: Iterator[SourceRow]


def is_empty(cell: Cell) -> bool:
    """Tell whether there is nothing in a cell but space."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def cell_text(cell: Cell) -> str:
    """Return a cell as a CSV file holds it, so that it is read as the same value again."""
    if isinstance(cell, str):
        return cell
    if cell is None or isinstance(cell, BrokenCell):
        return "" if cell is None else "#ERROR"
    if isinstance(cell, Share):
        return f"{cell.percent:f}%"
    if isinstance(cell, timedelta):
        minutes, seconds = divmod(round(cell.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02d}:{seconds:02d}"
    return cell.isoformat() if isinstance(cell, date | time) else str(cell).lower()
