"""Returning: old values come back where a change of type is undone, and what people wrote since is kept.

A value counts as edited where it is not what the publish made of the old one. It is converted back where that can be;
where it can't, the old value is there again, and the history knows the edit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

from sqlalchemy import func, select

from kartoteka.metadata.changes import ChangeType
from kartoteka.metadata.conversions import Outcome, conversion
from kartoteka.metadata.trees import read_field
from kartoteka.platform.conversions.census import PAGE, Names
from kartoteka.platform.conversions.held import Held, Rows, held
from kartoteka.platform.conversions.records import LinkedRecords
from kartoteka.platform.placement import EntityPlacement, set_aside_key
from kartoteka.platform.units import Unit

Verdict = Literal["restored", "converted", "lost"]


@dataclass(frozen=True, slots=True)
class Return:
    """What taking a change of type back does: values as they were, edits converted back, edits that can't be."""

    restored: int = 0
    converted: int = 0
    lost: int = 0


def count_return(unit: Unit, change: ChangeType, names: Names) -> Return | None:
    """Count what an undo does; None where the old values are not to be had any more."""
    pairs = returning(unit, change, names)
    if pairs is None:
        return None
    found = Return()
    for verdict, count in pairs:
        found = replace(found, **{verdict: getattr(found, verdict) + count})
    return found


def returning(unit: Unit, change: ChangeType, names: Names) -> Iterator[tuple[Verdict, int]] | None:
    """Yield what becomes of values, with how often, in pairs of the one set aside and the one of now."""
    placement = unit.model.placement.entities.get(names.entity)
    parts = shadow_parts(placement, names.field, change) if placement else None
    if placement is None or parts is None:
        return None
    old, now = parts
    return _returned(unit, Reconciler(unit, change), Rows(placement, old, now), old, now)


def _returned(unit: Unit, reconciler: Reconciler, rows: Rows, old: Held, now: Held) -> Iterator[tuple[Verdict, int]]:
    first, second = rows.columns(old), rows.columns(now)
    query = select(*first, *second, func.count()).select_from(rows.joined())
    query = query.where(first[0].is_not(None) | second[0].is_not(None)).group_by(*first, *second)
    result = unit.connection.execute(query, execution_options={"yield_per": PAGE})
    for row in result:
        pair = old.value(tuple(row[: len(first)])), now.value(tuple(row[len(first) : -1]))
        yield reconciler.verdict(*pair)[0], row[-1]


def shadow_parts(placement: EntityPlacement, field_key: str, change: ChangeType) -> tuple[Held, Held] | None:
    """Return where the values that were set aside lie, and those of now."""
    if change.shadow is None or change.shadow.revision is None:
        return None
    before, after = read_field(change.before), read_field(change.after)
    old = held(placement, set_aside_key(change.shadow.key, change.shadow.revision), after.type)
    now = held(placement, field_key, before.type)
    return (old, now) if old and now else None


class Reconciler:
    """Tells what an undo makes of a value, from the one that was set aside and the one of now."""

    def __init__(self, unit: Unit, change: ChangeType) -> None:
        assert change.shadow is not None
        before, after = read_field(change.before), read_field(change.after)
        records = LinkedRecords(unit)
        shadow = change.shadow
        self._there = conversion(after, before, shadow.decision, shadow.languages, records)
        self._back = conversion(before, after, change.decision, change.languages, records)
        self._given: dict[Any, Any] = {}

    def verdict(self, old: Any, now: Any) -> tuple[Verdict, Any]:
        """Return `restored`, `converted` or `lost`, and the value that there will be."""
        if now == self._expected(old):
            return "restored", old
        if now is None:
            return "converted", None
        outcome = self._back.outcome(now) if self._back else Outcome("failed")
        return ("lost", old) if outcome.verdict in ("failed", "made") else ("converted", outcome.value)

    def _expected(self, old: Any) -> Any:
        """Return what the publish made of an old value."""
        if old is None or self._there is None:
            return None
        return self._there.outcome(old).value
