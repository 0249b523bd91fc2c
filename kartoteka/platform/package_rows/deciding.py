"""What becomes of each row: made, adopted, updated, back from the trash or left there; and what stays as it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from kartoteka.metadata.catalog import Catalog
from kartoteka.metadata.definitions import Field
from kartoteka.metadata.fieldtypes.base import InvalidValue
from kartoteka.metadata.row_files import Texts
from kartoteka.metadata.row_merging import Values, merge_row
from kartoteka.metadata.row_values import value_of
from kartoteka.platform.package_rows.book import Book, Record, Reference
from kartoteka.platform.package_rows.tasks import Task, TaskSet

Fate = Literal["new", "adopted", "merged", "restored", "in_trash", "gone", "taken_back"]


@dataclass(frozen=True, slots=True)
class Unlike:
    """Stands for a value that nothing is equal to: one that can't be read, or a link to a record that is not there."""

    text: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of one row and its record."""

    task: Task
    fate: Fate
    reference: Reference | None = None
    record: Record | None = None
    written: Values = field(default_factory=dict)
    kept: tuple[str, ...] = ()
    """Fields in which the client's value stays, though the package says another one."""


@dataclass(slots=True)
class Decider:
    """Decides about rows. `undoing`: what they lack now is taken back where nobody has touched it since."""

    catalog: Catalog
    book: Book
    undoing: bool = False

    def decide(self, found: TaskSet, tasks: Iterable[Task] | None = None) -> list[Decision]:
        """Return what becomes of these rows of a set, by default of all."""
        tasks = list(found.tasks if tasks is None else tasks)
        known = self.book.references(found.entity)
        refs = {task.ref: known[found.package, task.ref] for task in tasks if (found.package, task.ref) in known}
        refs |= self._adoptable(found, [task for task in tasks if task.new is not None and task.ref not in refs])
        fields = {key for task in tasks for texts in (task.old, task.new) for key in texts or ()}
        ids = sorted({each.record_id for each in refs.values()})
        records = self.book.records(found.entity, ids, sorted(fields))
        return [self._decided(found, task, refs.get(task.ref), records) for task in tasks]

    def _decided(
        self, found: TaskSet, task: Task, reference: Reference | None, records: Mapping[int, Record]
    ) -> Decision:
        record = records.get(reference.record_id) if reference else None
        if reference is None or record is None:
            return Decision(task, "gone" if task.new is None else "new")
        untouched = reference.version == record.version
        if task.new is None:
            back = self.undoing and untouched and record.is_live
            return Decision(task, "taken_back" if back else "gone", reference, record)
        if not record.is_live and not untouched:
            return Decision(task, "in_trash", reference, record)
        new = {**dict.fromkeys(task.old or (), ""), **task.new} if self.undoing else task.new
        theirs = self.values(found, new)
        old = self._old(found, task, theirs, reference, record)
        merged = merge_row(old, theirs, record.values)
        is_known = (found.package, task.ref) in self.book.references(found.entity)
        fate: Fate = "adopted" if not is_known else "merged" if record.is_live else "restored"
        return Decision(task, fate, reference, record, merged.written, merged.kept)

    def _old(self, found: TaskSet, task: Task, new: Values, reference: Reference, record: Record) -> Values | None:
        """Return what the package said before, None of a record that it did not make.

        Where it made the record and has not spoken of it since, that counts which nobody has touched.
        """
        if task.old is not None:
            return self.values(found, task.old)
        if reference.version is None:
            return None
        return record.values if reference.version == record.version else dict.fromkeys(new, Unlike())

    def values(self, found: TaskSet, texts: Texts) -> dict[str, Any]:
        """Return a row's values as records hold them today."""
        fields = self.catalog.fields(found.entity)
        return {key: self._value(found, fields[key], text) for key, text in texts.items() if key in fields}

    def _value(self, found: TaskSet, to_be: Field, text: str) -> Any:
        today = self.book.field(found.entity, to_be.key) or to_be
        try:
            value = value_of(today, text)
        except InvalidValue:
            return Unlike(text)
        if value is None or not today.type.links_to:
            return value
        linked = self.book.linked(found.package, str(to_be.type.links_to), str(value))
        return Unlike(text) if linked is None else linked

    def _adoptable(self, found: TaskSet, tasks: Sequence[Task]) -> dict[str, Reference]:
        """Return the client's own records that have the unique values of new rows: they become the package's."""
        taken = {each.record_id for (package, _), each in self.book.references(found.entity).items()
                 if package == found.package}  # fmt: skip
        candidates: dict[str, set[int]] = defaultdict(set)
        for each in self.catalog.fields(found.entity).values():
            if each.unique and each.type.columns() and not each.type.links_to:
                values = {task.ref: self._value(found, each, (task.new or {}).get(each.key, "")) for task in tasks}
                usable = {ref: v for ref, v in values.items() if v is not None and not isinstance(v, Unlike)}
                ids = self.book.by_unique(found.entity, each.key, usable.values())
                for ref, value in usable.items():
                    candidates[ref] |= {ids[value]} if value in ids else set()
        sure = {ref: next(iter(ids)) for ref, ids in candidates.items() if len(ids) == 1}
        return {ref: Reference(record_id, None) for ref, record_id in sure.items() if record_id not in taken}


def without_used(book: Book, decisions: Mapping[tuple[str, str], list[Decision]]) -> dict[tuple[str, str], set[int]]:
    """Return the records that may be taken back, by package and card type: those to which nothing else links."""
    found = {place: {e.reference.record_id for e in each if e.fate == "taken_back" and e.reference}
             for place, each in decisions.items()}  # fmt: skip
    while used := list(_used(book, found)):
        for place, record_id in used:
            found[place].discard(record_id)
    return found


def _used(book: Book, found: Mapping[tuple[str, str], set[int]]) -> Iterator[tuple[tuple[str, str], int]]:
    going: dict[str, set[int]] = defaultdict(set)
    for (_, entity), ids in found.items():
        going[book.entity(entity)] |= ids
    for (package, entity), ids in found.items():
        for record_id in ids:
            if any(by not in going[name] for name, by in book.users_of(entity, record_id)):
                yield (package, entity), record_id
