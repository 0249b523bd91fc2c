"""A block, which is written column by column, gives what its rows give one by one."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import product
from typing import Any

import pytest

from kartoteka.platform import columnwise
from kartoteka.reports.csv_file import Dialect, write_csv
from kartoteka.reports.workbook import Block, Column, Kind, Sheet
from tests.reports.written import book_bytes, part

ROWS = 30
VALUES: dict[Kind, list[Any]] = {
    "text": ["plain", "", " spaced ", 'a "quote"', "a,comma;", "two\nlines", "two\r\nlines", "=1+1", "<&>", "_x000D_"],
    "integer": [1, -5, 10**17, 0],
    "decimal": [Decimal("1.50"), Decimal("1E+3"), Decimal("-0.5")],
    "boolean": [True, False],
    "date": [date(2026, 1, 31), date(988, 7, 28)],
}
FULL, GAPS, EMPTY = "full", "gaps", "empty"


def values(kind: Kind, filled: str) -> list[Any]:
    """Return a column's values: some in every row, in some rows, or in none."""
    found = VALUES[kind] if filled == FULL else [*VALUES[kind], None] if filled == GAPS else [None]
    return [found[number % len(found)] for number in range(ROWS)]


def block_of(columns: Sequence[Sequence[Any]]) -> Block:
    return Block(tuple(columnwise.Column.of(each) for each in columns))


@pytest.mark.parametrize("filled", list(product((FULL, GAPS, EMPTY), repeat=3)), ids="-".join)
def test_a_sheet_is_the_same_whether_columns_are_full_or_not(filled: tuple[str, str, str]) -> None:
    kinds: list[Kind] = ["text", "integer", "date"]
    columns = [values(kind, each) for kind, each in zip(kinds, filled, strict=True)]
    titles = tuple(Column(kind, kind, width=10) for kind in kinds)
    by_rows = Sheet("Data", titles, list(zip(*columns, strict=True)))
    by_blocks = Sheet("Data", titles, [block_of(columns)])
    assert part(book_bytes(by_blocks)) == part(book_bytes(by_rows))


@pytest.mark.parametrize("dialect", [Dialect(), Dialect(";", decimal_mark=","), Dialect(faithful=True)])
@pytest.mark.parametrize("kinds", [*((kind,) for kind in VALUES), tuple(VALUES)], ids="-".join)
@pytest.mark.parametrize("filled", [FULL, GAPS, EMPTY])
def test_a_csv_file_is_the_same(dialect: Dialect, kinds: tuple[Kind, ...], filled: str) -> None:
    columns = [values(kind, filled) for kind in kinds]
    titles = [Column(kind, kind) for kind in kinds]
    written = []
    for rows in (zip(*columns, strict=True), [block_of(columns)]):
        file = io.BytesIO()
        write_csv(titles, rows, file, dialect)
        written.append(file.getvalue())
    assert written[0] == written[1]
