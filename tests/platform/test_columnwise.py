"""A column works equal values out once, and never takes one value for another that only compares equal."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from kartoteka.platform.columnwise import Column, columns_of


def test_equal_values_are_worked_out_once() -> None:
    asked: list[str] = []

    def upper(text: str) -> str:
        asked.append(text)
        return text.upper()

    column = Column.of(["a", "b", None, "a"] * 10)
    assert list(column.map(upper).values) == ["A", "B", None, "A"] * 10
    assert sorted(asked) == ["a", "b"]


@pytest.mark.parametrize(
    "values",
    [
        [1, True, 1.0, Decimal(1)] * 5,
        [0.0, -0.0] * 10,
        [["a"], ["a"]] * 10,
        [{"a": 1}] * 20,
        ["a"],
        [],
        [None] * 20,
        [f"text {number}" for number in range(20)],
    ],
    ids=lambda values: repr(values)[:20],
)
def test_every_value_stays_itself(values: list[Any]) -> None:
    assert [repr(value) for value in Column.of(values).values] == [repr(value) for value in values]


@pytest.mark.parametrize("values", [["a", "b", None, "a"] * 10, [f"text {number}" for number in range(40)]])
def test_a_column_may_be_of_some_of_the_records(values: list[Any]) -> None:
    column = Column.of(values)
    assert list(column.at([39, 2, 0]).values) == [values[39], values[2], values[0]]
    assert not column.is_empty
    assert Column.of([None] * 20).is_empty


def test_the_columns_of_rows_have_what_each_row_has() -> None:
    columns = columns_of([{"a": 1, "b": 2}, {"b": 3}, {}])
    assert {key: list(column.values) for key, column in columns.items()} == {"a": [1, None, None], "b": [2, 3, None]}
    assert columns_of([]) == {}
    assert columns_of([{}, {}]) == {}
