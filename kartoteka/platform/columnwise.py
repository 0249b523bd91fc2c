"""Columns: the values of a field in many records. They repeat themselves, and equal ones are worked out only once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import NoneType
from typing import Any

from msgspec import Struct

FEW = 8
"""So few values are not worth looking for equal ones."""
_UNLIKE = frozenset({float, dict, list})
"""Types of which equal values may differ (0.0 and -0.0), or can't be looked up."""


class Column(Struct, frozen=True):
    """Values, None where there is none. Where they repeat themselves `places` tells which of the `distinct` each is."""

    distinct: Sequence[Any]
    places: Sequence[int] | None = None

    @classmethod
    def of(cls, values: Sequence[Any]) -> Column:
        """Return the column of these values."""
        if not _may_repeat(values):
            return cls(values)
        distinct = list(dict.fromkeys(values))
        if len(distinct) * 2 > len(values):
            return cls(values)
        place_of = {value: place for place, value in enumerate(distinct)}
        return cls(distinct, [place_of[value] for value in values])

    def map(self, function: Callable[[Any], Any]) -> Column:
        """Return the column of the function's results; None stays None."""
        return Column([None if value is None else function(value) for value in self.distinct], self.places)

    def at(self, places: Sequence[int]) -> Column:
        """Return the column of the values at these places."""
        if self.places is None:
            return Column([self.distinct[each] for each in places])
        return Column(self.distinct, [self.places[each] for each in places])

    @property
    def is_empty(self) -> bool:
        """True where there is no value at all."""
        return all(value is None for value in self.distinct)

    def __len__(self) -> int:
        """How many values."""
        return len(self.distinct if self.places is None else self.places)

    @property
    def values(self) -> Sequence[Any]:
        """The values themselves."""
        return self.distinct if self.places is None else list(map(self.distinct.__getitem__, self.places))


def columns_of(rows: Sequence[Mapping[str, Any]]) -> dict[str, Column]:
    """Return the columns of all keys that the rows have."""
    keys = list({key: None for row in rows for key in row})
    return dict(zip(keys, map(Column.of, zip(*[map(row.get, keys) for row in rows], strict=True)), strict=True))


def _may_repeat(values: Sequence[Any]) -> bool:
    """Tell whether it is worth looking for equal values, and whether equal ones are the same (unlike 1 and True)."""
    if len(values) < FEW:
        return False
    types = set(map(type, values)) - {NoneType}
    return len(types) == 1 and types.isdisjoint(_UNLIKE)
