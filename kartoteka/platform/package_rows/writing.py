"""Writing reference data: rows become records, through the one writer, in the transaction of the publish."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from kartoteka.metadata.problems import Problem, Refused
from kartoteka.metadata.row_files import Texts
from kartoteka.metadata.row_values import pointer_to
from kartoteka.metadata.stack import Stack
from kartoteka.platform import records
from kartoteka.platform.actors import SYSTEM
from kartoteka.platform.package_rows.book import Book
from kartoteka.platform.package_rows.deciding import Decider, Decision, Unlike, without_used
from kartoteka.platform.package_rows.tasks import Task, TaskSet, task_sets
from kartoteka.platform.units import Unit

BATCH = 1_000
"""Records that are made at once."""


def write_rows(unit: Unit, before: Stack, after: Stack, *, undoing: bool = False) -> None:
    """Bring the records in line with the rows of the packages. Raises Refused, naming file, row and field."""
    sets = list(task_sets(unit.connection, before, after, unit.model.catalog))
    if sets:
        _Writer(unit, Decider(unit.model.catalog, Book(unit), undoing)).write(sets)


@dataclass(slots=True)
class _Writer:
    unit: Unit
    decider: Decider
    _later: list[tuple[TaskSet, Task, tuple[str, ...]]] = field(default_factory=list)
    """Links of new records to records that come after them."""

    @property
    def _book(self) -> Book:
        return self.decider.book

    def write(self, sets: Sequence[TaskSet]) -> None:
        known = [(found, self._known(found)) for found in sets]
        self._make([(found, task) for found, tasks in known for task in found.tasks if task not in tasks])
        for found, task, keys in self._later:
            self._link(found, task, keys)
        decided = {(found.package, found.entity): self.decider.decide(found, tasks) for found, tasks in known}
        going = without_used(self._book, decided)
        for found, _ in known:
            place = found.package, found.entity
            for decision in reversed(decided[place]):
                with _at(found, decision.task):
                    self._carry_out(found, decision, going[place])

    def _known(self, found: TaskSet) -> list[Task]:
        """Return the rows whose records are there; what the client had already becomes the package's."""
        decisions = [each for each in self.decider.decide(found) if each.fate != "new"]
        for each in decisions:
            if each.fate == "adopted" and each.reference:
                self._book.note(found.package, found.entity, each.task.ref, each.reference.record_id, None)
        return [each.task for each in decisions]

    def _make(self, rows: list[tuple[TaskSet, Task]]) -> None:
        """Make records in waves: first those whose links lead somewhere; where links go round they are set later."""
        forced = False
        while rows:
            ready = [(found, task) for found, task in rows if forced or not self._dangling(found, task)]
            for found in dict.fromkeys(found.file for found, _ in ready):
                self._make_some([row for row in ready if row[0].file == found])
            made = {(found.file, found.package, task.ref) for found, task in ready}
            rows = [row for row in rows if (row[0].file, row[0].package, row[1].ref) not in made]
            forced = not ready

    def _dangling(self, found: TaskSet, task: Task) -> tuple[str, ...]:
        """Return the fields whose links lead to no record yet."""
        values = self.decider.values(found, task.new or {})
        return tuple(key for key, value in values.items() if isinstance(value, Unlike))

    def _make_some(self, rows: list[tuple[TaskSet, Task]]) -> None:
        left = iter(rows)
        while batch := list(islice(left, BATCH)):
            values = [self._writable(found, task.new or {}) for found, task in batch]
            missing = [self._dangling(found, task) for found, task in batch]
            made = records.create_each(self.unit, SYSTEM, batch[0][0].entity, values, gaps=True)
            for (found, task), outcome, keys in zip(batch, made, missing, strict=True):
                if not isinstance(outcome, int):
                    raise Refused(_placed(found, task, outcome))
                if keys:
                    self._later.append((found, task, keys))
                self._book.note(found.package, found.entity, task.ref, outcome, 1)

    def _writable(self, found: TaskSet, texts: Texts) -> dict[str, Any]:
        return self._usable(found, self.decider.values(found, texts))

    def _usable(self, found: TaskSet, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values but for links to records that are not there, or lie in the trash."""
        fields = self.decider.catalog.fields(found.entity)
        return {key: value for key, value in values.items() if self._is_usable(fields[key].type.links_to, value)}

    def _is_usable(self, target: str | None, value: Any) -> bool:
        if isinstance(value, Unlike):
            return False
        return value is None or target is None or self._book.is_live(target, value)

    def _link(self, found: TaskSet, task: Task, keys: tuple[str, ...]) -> None:
        """Set the links of a new record that had to wait."""
        values = {key: value for key, value in self._writable(found, task.new or {}).items() if key in keys}
        with _at(found, task):
            self._update(found, task, self._book.references(found.entity)[found.package, task.ref].record_id, values)

    def _carry_out(self, found: TaskSet, decision: Decision, going: set[int]) -> None:
        reference, record = decision.reference, decision.record
        if reference is None or record is None:
            return
        number, is_ours = reference.record_id, reference.version == record.version
        if decision.fate == "taken_back" and number in going:
            records.delete(self.unit, SYSTEM, found.entity, number)
            self._book.note(found.package, found.entity, decision.task.ref, number, record.version + 1)
        if decision.fate == "restored":
            records.restore(self.unit, SYSTEM, found.entity, number)
            self._book.note(found.package, found.entity, decision.task.ref, number, record.version + 1)
        if decision.fate in ("merged", "restored"):
            self._update(found, decision.task, number, self._usable(found, decision.written), is_ours=is_ours)

    def _update(
        self, found: TaskSet, task: Task, record_id: int, values: Mapping[str, Any], *, is_ours: bool = True
    ) -> None:
        """Write fields; the record counts as untouched afterwards if it was so before."""
        if values:
            updated = records.update_record(self.unit, SYSTEM, found.entity, record_id, values)
            if is_ours:
                self._book.note(found.package, found.entity, task.ref, record_id, updated.version)


@contextmanager
def _at(found: TaskSet, task: Task) -> Iterator[None]:
    """Say of what is refused in which row it stands."""
    try:
        yield
    except Refused as refused:
        raise Refused(_placed(found, task, refused.problems)) from refused


def _placed(found: TaskSet, task: Task, problems: Sequence[Problem]) -> list[Problem]:
    return [each.at(file=found.file, pointer=pointer_to(task.ref, each.field or "")) for each in problems]
