"""Assignment: values that code has made as their types keep them, rounded and folded.

What forms, imports and formulas give is so already; what a program gives need not be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from kartoteka.metadata.definitions import Field
from kartoteka.metadata.fieldtypes.base import FieldType, InvalidValue
from kartoteka.metadata.problems import Refused
from kartoteka.platform.columnwise import Column

Values = Mapping[str, Any]
Assigned = Callable[[Any], Any]
Assigning = Sequence[tuple[str, Assigned]]
"""Fields by key, and what makes of a value what their type keeps."""


def assigning(fields: Iterable[Field]) -> Assigning:
    """Return the fields whose types do anything to a value."""
    return tuple((e.key, e.type.assigned) for e in fields if type(e.type).assigned is not FieldType.assigned)


def assigned(values: Values, types: Assigning) -> Values:
    """Return a record's values as their types keep them. Raises Refused for one that can't be."""
    kept = {key: _kept(key, keep, value) for key, keep in types if (value := values.get(key)) is not None}
    return {**values, **kept} if kept else values


def all_assigned(batch: Sequence[Values], columns: dict[str, Column], types: Assigning) -> Sequence[Values]:
    """Return the values of many records likewise; of equal ones it is worked out once.

    `columns` are those of the batch and are changed with it; without them each record is looked at by itself.
    """
    if not columns:
        return [assigned(values, types) for values in batch]
    changed: dict[str, Sequence[Any]] = {}
    for key, keep in types:
        if key in columns:
            kept = columns[key].map(partial(_kept, key, keep))
            if any(new is not old for new, old in zip(kept.distinct, columns[key].distinct, strict=True)):
                columns[key], changed[key] = kept, kept.values
    if not changed:
        return batch
    rows = zip(*changed.values(), strict=True)
    return [
        {**values, **{key: value for key, value in zip(changed, row, strict=True) if value is not None}}
        for values, row in zip(batch, rows, strict=True)
    ]


def _kept(key: str, keep: Assigned, value: Any) -> Any:
    try:
        return keep(value)
    except InvalidValue as wrong:
        raise Refused([wrong.problem.at(field=key)]) from wrong
