"""Filling: new columns get their values from those that were set aside, in batches by id that can be resumed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import Row

from kartoteka.metadata.changes import Change, ChangeType, RenameEntity, RenameField
from kartoteka.metadata.conversions import Conversion
from kartoteka.metadata.problems import Problem, Refused
from kartoteka.metadata.trees import read_field
from kartoteka.platform import history, jobs
from kartoteka.platform.conversions.census import converter_of, learn
from kartoteka.platform.conversions.held import Held, Rows, Stored, held
from kartoteka.platform.conversions.records import LinkedRecords
from kartoteka.platform.conversions.returning import Reconciler
from kartoteka.platform.journal import published_at
from kartoteka.platform.placement import set_aside_key
from kartoteka.platform.records import INDEX_JOB
from kartoteka.platform.units import Unit

BATCH = 2000
"""Records that are filled at once."""
SLOWEST_CLOCK = timedelta(hours=1)
"""By how much the clocks of processes may differ."""
MOST_KEPT = 50_000
"""Distinct values whose new ones are remembered."""


@dataclass(frozen=True, slots=True)
class Task:
    """A change of type whose columns are to be filled: under which names placement keeps them by now."""

    change: ChangeType
    entity: str
    field: str
    source: str
    """The key under which the columns of before were set aside."""


def tasks_of(changes: Iterable[Change], revision: int) -> Iterator[Task]:
    """Return what a publish at that revision has to fill, under the names that things have after all its changes."""
    found: list[Task] = []
    for change in changes:
        if isinstance(change, ChangeType):
            key = change.after["key"]
            found.append(Task(change, change.entity, key, set_aside_key(key, revision)))
        elif isinstance(change, RenameField):
            found = [
                replace(each, field=change.to) if (each.entity, each.field) == (change.entity, change.key) else each
                for each in found
            ]
        elif isinstance(change, RenameEntity):
            found = [replace(each, entity=change.to) if each.entity == change.entity else each for each in found]
    return iter(found)


def fill(unit: Unit, task: Task) -> None:
    """Fill the new columns. Raises Refused where values fail and nobody has said that they may."""
    filler = filler_of(unit, task)
    if isinstance(filler, Returner):
        filler.take_back()
        return
    last: int | None = 0
    while filler is not None and last is not None:
        last = filler.step(last)


def filler_of(unit: Unit, task: Task) -> Filler | Returner | None:
    """Return what fills; None where there is nothing to fill from, or no way from the one type to the other."""
    placement = unit.model.placement.entities[task.entity]
    before, after = read_field(task.change.before), read_field(task.change.after)
    source, target = held(placement, task.source, before.type), held(placement, task.field, after.type)
    converter = converter_of(unit, task.change)
    if source is None or target is None:
        return None
    rows = Rows(placement, source, target)
    if task.change.shadow is not None and task.change.shadow.revision is not None:
        return Returner(unit, task, rows, source, target)
    return Filler(unit, task.change, converter, rows, source, target) if converter else None


class Filler:
    """Converts values into new columns."""

    def __init__(
        self, unit: Unit, change: ChangeType, converter: Conversion, rows: Rows, source: Held, target: Held
    ) -> None:
        self.unit, self.key, self.converter, self.rows = unit, change.after["key"], converter, rows
        self.source, self.target = source, target
        self._known: dict[Stored, Any] = {}

    def step(self, last: int) -> int | None:
        """Fill the records after that id; return the last one's, None when all is done."""
        found = self.unit.connection.execute(self.rows.page(last, BATCH, self.source)).all()
        if not found:
            return None
        values = self._values(found)
        filled = {record_id: value for record_id, value in values.items() if value is not None}
        self.rows.write(self.unit.connection, self.target, filled)
        return int(found[-1].id)

    def refill(self, ids: Collection[int]) -> None:
        """Fill these records anew: their values are others by now, or there are none any more."""
        found = self.unit.connection.execute(self.rows.of(ids, self.source)).all()
        self.rows.write(self.unit.connection, self.target, self._values(found))

    @property
    def made(self) -> list[int]:
        """The records that were made for links to lead to."""
        records = self.converter.languages.records
        return records.made if isinstance(records, LinkedRecords) else []

    def _values(self, found: Sequence[Row[Any]]) -> dict[int, Any]:
        stored: dict[int, Stored] = {row[0]: tuple(row[1:]) for row in found}
        self._learn({each for each in stored.values() if each[0] is not None})
        return {record_id: self._known.get(each) for record_id, each in stored.items()}

    def _learn(self, stored: set[Stored]) -> None:
        if len(self._known) > MOST_KEPT:
            self._known.clear()
        new = [each for each in stored if each not in self._known]
        values = {each: self.source.value(each) for each in new}
        learn(self.converter, values.values())
        self._known |= {each: self._converted(value) for each, value in values.items()}

    def _converted(self, value: Any) -> Any:
        decision = self.converter.decision
        outcome = self.converter.outcome(value)
        if outcome.verdict == "made":
            records = self.converter.languages.records
            assert isinstance(records, LinkedRecords)
            return records.make(self.converter.after.links_to or "", self.converter.shown(value))
        if outcome.verdict == "failed" and decision.failures == "stop":
            assert outcome.problem is not None
            raise Refused([outcome.problem.at(field=self.key)])
        if outcome.verdict == "lossy" and not decision.lossy:
            raise Refused([Problem("plan.values_lossy", {"count": 1}, field=self.key)])
        return outcome.value


class Returner:
    """Keeps edits when old values come back: what was changed since is converted back where that can be.

    The history tells which records these are.
    """

    def __init__(self, unit: Unit, task: Task, rows: Rows, now: Held, old: Held) -> None:
        self.unit, self.task, self.rows, self.now, self.old = unit, task, rows, now, old
        self._reconciler = Reconciler(unit, task.change)

    def take_back(self) -> None:
        """Look at every record that was written since."""
        shadow = self.task.change.shadow
        assert shadow is not None
        assert shadow.revision is not None
        since = published_at(self.unit.connection, shadow.revision)
        ids = history.written_since(self.unit.connection, self.task.entity, since and since - SLOWEST_CLOCK)
        for start in range(0, len(ids), BATCH):
            self._look(ids[start : start + BATCH])

    def _look(self, ids: Sequence[int]) -> None:
        width = len(self.old.places)
        kept: dict[int, Any] = {}
        for row in self.unit.connection.execute(self.rows.of(ids, self.old, self.now)):
            old, now = self.old.value(tuple(row[1 : 1 + width])), self.now.value(tuple(row[1 + width :]))
            verdict, value = self._reconciler.verdict(old, now)
            if verdict == "converted":
                kept[row[0]] = value
        self.rows.write(self.unit.connection, self.old, kept)
        if kept:  # the search index may know the old values still
            payload = {"entity": self.task.entity, "ids": list(kept)}
            jobs.enqueue(self.unit.connection, INDEX_JOB, [payload], self.unit.now)
