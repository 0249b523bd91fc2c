"""Three-way merge of a reference row: what the package said, what it says now, what the record holds.

Field by field: what only the package changed is taken over, what the client changed stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Merged:
    """What becomes of a row's record: the fields that are written, and those in which the client's value stays."""

    written: Values
    kept: tuple[str, ...] = ()


def merge_row(old: Values | None, new: Values, mine: Values) -> Merged:
    """Return the merge of a row by field.

    A field that the package did not speak of before was empty. Where `old` is None nobody knows what the package said:
    only what is empty is filled.
    """
    written: dict[str, Any] = {}
    kept: list[str] = []
    for key, theirs in new.items():
        was = old.get(key) if old is not None else None
        if theirs == mine.get(key) or (old is not None and theirs == was):
            continue
        if mine.get(key) == was:
            written[key] = theirs
        else:
            kept.append(key)
    return Merged(written, tuple(kept))
