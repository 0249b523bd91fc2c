"""Column widths, in characters, from the first rows of a sheet."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any

from kartoteka.reports.workbook import Block, Column, Formula, GroupStart, GroupTotal, Row, RowEvent

SAMPLE = 200
"""How many rows are looked at."""

_NARROWEST, _WIDEST = 6.0, 60.0
_PADDING = 2
_WIDEST_TITLE = 24


def first_events(events: Iterator[RowEvent]) -> list[RowEvent]:
    """The first events, up to a sample of rows."""
    found: list[RowEvent] = []
    for event in events:
        found.append(event)
        if isinstance(event, Block) or len(found) == SAMPLE:
            break
    return found


def column_widths(columns: Sequence[Column], sample: Sequence[RowEvent]) -> list[float]:
    """A width for each column: its own, or enough for its title and the sampled values."""
    rows = [row for event in sample for row in _rows(event)]
    sampled = zip(*rows, strict=True) if rows else [()] * len(columns)
    return [
        column.width if column.width is not None else _measured(column, values)
        for column, values in zip(columns, sampled, strict=True)
    ]


def _rows(event: RowEvent) -> Iterable[Row]:
    if isinstance(event, Block):
        return islice(event.rows(), SAMPLE)
    return () if isinstance(event, GroupStart | GroupTotal) else (event,)


def _measured(column: Column, values: Sequence[Any]) -> float:
    # The header wraps, so a long title over short values costs a second line and not width.
    title = min(len(column.title), _WIDEST_TITLE) + _PADDING + 2
    longest = max((_length(value) for value in values), default=0) + _PADDING
    # A total outgrows its items.
    spare = 3 if column.total in ("sum", "count") else 0
    return float(max(_NARROWEST, min(_WIDEST, max(title, longest + spare))))


def _length(value: Any) -> int:  # noqa: PLR0911 - one line a type
    if value is None:
        return 0
    if isinstance(value, str):
        return max(map(len, value.splitlines()), default=0)
    if isinstance(value, bool):
        return 5
    if isinstance(value, int | float | Decimal):
        digits = len(f"{value:.2f}" if not isinstance(value, int) else str(value))
        return digits + digits // 3
    if isinstance(value, datetime):
        return 16
    if isinstance(value, date | time | timedelta):
        return 10
    return 12 if isinstance(value, Formula) else len(str(value))
