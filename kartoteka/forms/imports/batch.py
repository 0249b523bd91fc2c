"""A batch: rows of one transaction, their links found and their records matched, made or updated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import insert

from kartoteka.forms.imports.links import Links
from kartoteka.forms.imports.matching import Matcher
from kartoteka.forms.imports.rows import ImportRow, RowReader
from kartoteka.metadata.problems import Conflict, Forbidden, NotFound, Problem, Refused
from kartoteka.platform import records, tables
from kartoteka.platform.query import Row
from kartoteka.platform.units import Unit


@dataclass(slots=True)
class BatchOutcome:
    """What became of the rows of a batch."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    failed: list[ImportRow] = field(default_factory=list)
    waiting: list[ImportRow] = field(default_factory=list)
    """Rows with a link to a record of the same card type that is not there yet."""


@dataclass(slots=True)
class Batch:
    """Writes rows in one unit of work."""

    unit: Unit
    entity: str
    reader: RowReader
    matcher: Matcher
    links: Links
    outcome: BatchOutcome = field(default_factory=BatchOutcome)

    def write(self, rows: Sequence[ImportRow]) -> BatchOutcome:
        """Write the rows in waves: what links to a row of the same batch follows after it.

        Raises Refused when somebody else took a unique value at the same moment.
        """
        left = list(rows)
        while left:
            later = self._wave(left)
            if len(later) == len(left):
                break
            left = later
        else:
            return self.outcome
        self.outcome.waiting = left
        return self.outcome

    def _wave(self, rows: Sequence[ImportRow]) -> list[ImportRow]:
        """Write what can be written; return what has to come after it."""
        self._find_links(rows)
        later = [row for row in rows if row.unresolved and not row.problems]
        ready = self._sound(row for row in rows if row.problems or not row.unresolved)
        found = list(zip(ready, self.matcher.find(self.unit, ready), strict=True))
        self._sound(ready)
        first, repeated = self._first_of_each((row, record) for row, record in found if not row.problems)
        self._update([(row, record) for row, record in first if record is not None])
        self._create([row for row, record in first if record is None])
        return [*later, *repeated]

    def _sound(self, rows: Iterable[ImportRow]) -> list[ImportRow]:
        """Return rows without problems; the others have failed."""
        sound: list[ImportRow] = []
        for row in rows:
            (self.outcome.failed if row.problems else sound).append(row)
        return sound

    def _find_links(self, rows: Sequence[ImportRow]) -> None:
        """Put ids in the place of what the cells of links say; a link to a row further down is left unresolved."""
        for row in rows:
            row.unresolved = []
        for key, column in self.reader.links.items():
            assert column.field is not None
            meanings = self.links.find(self.unit, column, (row.links[key] for row in rows if key in row.links))
            own = column.field.type.links_to == self.entity
            for row in rows:
                if key in row.links:
                    meaning = meanings[row.links[key]]
                    if isinstance(meaning, int):
                        row.values[key] = meaning
                    else:
                        may_come = own and meaning.code == "link.unknown_title"
                        (row.unresolved if may_come else row.problems).append(meaning.at(field=key))

    def _first_of_each(
        self, rows: Iterable[tuple[ImportRow, Row | None]]
    ) -> tuple[list[tuple[ImportRow, Row | None]], list[ImportRow]]:
        """Part the first row about each record from those that come after it."""
        seen: set[Any] = set()
        first: list[tuple[ImportRow, Row | None]] = []
        repeated: list[ImportRow] = []
        for row, record in rows:
            identity = ("id", record.id) if record else self.matcher.identity(row)
            if identity is not None and identity in seen:
                repeated.append(row)
            else:
                seen.add(identity)
                first.append((row, record))
        return first, repeated

    def _update(self, rows: Sequence[tuple[ImportRow, Row]]) -> None:
        """Write what differs."""
        for row, record in rows:
            changed = {key: value for key, value in row.values.items() if value != record.values[key]}
            if not changed:
                self.outcome.unchanged += 1
                continue
            problems = self._update_one(record, changed)
            if problems:
                row.problems += problems
                self.outcome.failed.append(row)
            else:
                self.outcome.updated += 1

    def _update_one(self, record: Row, changed: Mapping[str, Any]) -> Sequence[Problem]:
        """Update a record, or leave no trace; return what was wrong."""
        try:
            with self.unit.connection.begin_nested():
                records.update_record(self.unit, self.matcher.actor, self.entity, record.id, changed, record.version)
        except Refused as refused:
            return refused.problems
        except (Conflict, Forbidden, NotFound) as refused:
            return (refused.problem,)
        return ()

    def _create(self, rows: Sequence[ImportRow]) -> None:
        """Make the records and note their refs."""
        if not rows:
            return
        made = records.create_each(self.unit, self.matcher.actor, self.entity, [row.values for row in rows])
        refs: list[dict[str, Any]] = []
        for row, outcome in zip(rows, made, strict=True):
            if not isinstance(outcome, int):
                row.problems += outcome
                self.outcome.failed.append(row)
                continue
            self.outcome.created += 1
            if row.ref:
                refs.append({"ref": row.ref, "record_id": outcome})
        if refs:
            here = {"package": self.matcher.package, "entity": self.entity}
            self.unit.connection.execute(insert(tables.reference), [here | ref for ref in refs])
