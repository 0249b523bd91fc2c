"""The rows of a block as XML, made column by column: what equal values have in common is made once."""

from collections.abc import Iterator, Sequence
from itertools import groupby, zip_longest
from typing import TypeAlias

from kartoteka.platform import columnwise
from kartoteka.reports.cells import CellWriter
from kartoteka.reports.workbook import Block

_Written: TypeAlias = tuple[str, columnwise.Column]
"""A column's letter, and its cells as their writer gave them."""


def block_rows(block: Block, letters: Sequence[str], writers: Sequence[CellWriter], first: int) -> Iterator[str]:
    """The cells of each row, the number of the first one given."""
    numbers = [str(number) for number in range(first, first + len(block))]
    written = [
        (letter, column.map(write)) for letter, write, column in zip(letters, writers, block.columns, strict=True)
    ]
    texts: list[list[str]] = []
    for is_full, columns in groupby(written, key=lambda each: all(each[1].distinct)):
        if is_full:
            texts.append(_side_by_side(list(columns), numbers))
        else:
            texts += (_one_below_the_other(each, numbers) for each in columns)
    return map("".join, zip(*texts, strict=True))


def _side_by_side(columns: Sequence[_Written], numbers: Sequence[str]) -> list[str]:
    """The cells of columns that have one in every row, row by row.

    What stands from the row's number in one cell up to the number in the next is the same for equal values, so the
    number alone is put between.
    """
    letters = [letter for letter, _ in columns]
    parts: list[Sequence[str]] = [[f'<c r="{letters[0]}'] * len(numbers)]
    for (_, column), following in zip_longest(columns, letters[1:]):
        start = f'<c r="{following}' if following else ""
        parts.append(columnwise.Column([each + start for each in column.distinct], column.places).values)
    return list(map(str.join, numbers, zip(*parts, strict=True)))


def _one_below_the_other(written: _Written, numbers: Sequence[str]) -> list[str]:
    """The cells of one column, nothing where there is no value."""
    start, column = f'<c r="{written[0]}', written[1]
    return [f"{start}{number}{each}" if each else "" for number, each in zip(numbers, column.values, strict=True)]
