"""Automatic numbers: the next one of each field that counts its records."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import update

from kartoteka.platform import tables
from kartoteka.platform.database import insert_absent
from kartoteka.platform.units import Unit

_sequence = tables.sequence


def number_records(unit: Unit, entity: str, batch: Sequence[dict[str, Any]]) -> list[str]:
    """Give the records the next values of the entity's numbered fields, except those that have one already.

    Returns the fields in which there are new ones.
    """
    given: list[str] = []
    for field in unit.model.catalog.fields(entity).values():
        numbered = getattr(field.type, "numbered", None)
        if numbered is None:
            continue
        bare = [values for values in batch if values.get(field.key) is None]
        if bare:
            given.append(field.key)
            start = field.type.start  # type: ignore[attr-defined]
            first = _take(unit, entity, field.key, start, len(bare))
            for number, values in enumerate(bare, first):
                values[field.key] = numbered(number)
    return given


def _take(unit: Unit, entity: str, field: str, start: int, count: int) -> int:
    """Count on; a gap is left where the transaction does not happen, a number is never given twice."""
    here = (_sequence.c.entity == entity) & (_sequence.c.field == field)
    counted = update(_sequence).where(here).values(next=_sequence.c.next + count).returning(_sequence.c.next)
    after = unit.connection.execute(counted).scalar_one_or_none()
    if after is None:
        insert_absent(unit.connection, _sequence, {"entity": entity, "field": field, "next": start})
        after = unit.connection.execute(counted).scalar_one()
    return int(after) - count
