"""The run of an import: rows in batches, each a transaction, through the one writer and its rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from kartoteka.forms.imports.batch import Batch, BatchOutcome
from kartoteka.forms.imports.columns import match_columns
from kartoteka.forms.imports.links import Links
from kartoteka.forms.imports.matching import Matcher
from kartoteka.forms.imports.results import ImportResult, OnFailed, OnProgress
from kartoteka.forms.imports.rows import ImportRow, RowReader
from kartoteka.forms.imports.tables import SourceRow, Table
from kartoteka.metadata.expressions.kinds import ANY
from kartoteka.metadata.problems import Forbidden, NotFound, Problem, Refused
from kartoteka.metadata.stack import LOCAL
from kartoteka.platform.actors import Actor
from kartoteka.platform.lookups import known_refs
from kartoteka.platform.units import Unit

BATCH = 1_000
"""Rows of one transaction."""

OpenUnit = Callable[[], AbstractContextManager[Unit]]
"""Opens a unit of work that writes: `runtime.writing`."""


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """What is asked of an import.

    Records are found by the `id` or `ref` column where there is one, and by the fields in `key`; what is found is
    updated where it differs. `keep_known` leaves records of known refs alone. An empty cell empties its field; a
    field without a column stays as it is, and gets its default in a new record.
    """

    key: tuple[str, ...] = ()
    dry_run: bool = False
    all_or_nothing: bool = False
    ignore_unknown: bool = False
    """Pass over columns that are no fields, instead of refusing the file."""
    keep_known: bool = False
    package: str = LOCAL
    """Whose refs the `ref` column holds."""
    separator: str | None = None
    """What parts the items of a list, besides what people use."""
    relative_to: datetime | None = None
    """With it, dates may be written relative to that moment: -3d, +2d 10:00."""


def import_rows(
    open_unit: OpenUnit,
    actor: Actor,
    entity: str,
    table: Table,
    options: ImportOptions = ImportOptions(),
    *,
    on_progress: OnProgress | None = None,
    on_failed: OnFailed | None = None,
) -> ImportResult:
    """Bring the rows of a table in as records, as far as they are right; return what became of them.

    Rows that are not right go to `on_failed`, each with all its problems, and leave no trace. Raises Refused when
    the table's columns or the key make no sense, NotFound and Forbidden as every write does.
    """
    run = _Run(open_unit, actor, entity, table, options, on_failed)
    return run.whole(on_progress) if options.dry_run or options.all_or_nothing else run.by_batches(on_progress)


class _TakenBack(Exception):
    """Leaves a transaction without keeping anything."""


@dataclass
class _Run:
    """An import under way."""

    open_unit: OpenUnit
    actor: Actor
    entity: str
    table: Table
    options: ImportOptions
    on_failed: OnFailed | None
    result: ImportResult = field(default_factory=ImportResult)
    waiting: list[ImportRow] = field(default_factory=list)
    """Rows that link to records of the same card type which are not there yet: perhaps further down."""

    def __post_init__(self) -> None:
        self._links = Links(self.actor, self.options.package)
        self._revision = -1
        with self.open_unit() as unit:
            self._prepare(unit)

    def _prepare(self, unit: Unit) -> None:
        """Match the columns against the configuration in force; done again when that changes meanwhile."""
        if unit.model.revision == self._revision:
            return
        _check_rights(unit, self.actor, self.entity)
        options = self.options
        columns = match_columns(unit, self.actor, self.entity, self.table.header, ignore_unknown=options.ignore_unknown)
        self._reader = RowReader(columns, self.actor.locale, separator=options.separator, now=options.relative_to)
        fields = tuple(each.field.key for each in columns if each.role == "field" and each.field)
        key = tuple(each for each in options.key if each not in ("id", "ref"))
        _check_key(unit, self.entity, key, fields)
        self._matcher = Matcher(self.actor, self.entity, key, fields, options.package)
        self._revision = unit.model.revision

    def by_batches(self, on_progress: OnProgress | None) -> ImportResult:
        """Commit batch by batch."""
        self._all(self.open_unit, on_progress)
        return self.result

    def whole(self, on_progress: OnProgress | None) -> ImportResult:
        """Do everything in one transaction, and keep it only if it shall be kept."""
        try:
            with self.open_unit() as unit:
                self._all(lambda: _within(unit), on_progress)
                if self.options.dry_run or self.result.failed:
                    raise _TakenBack
        except _TakenBack:
            if not self.options.dry_run:
                self.result.withhold()
        return self.result

    def _all(self, open_unit: OpenUnit, on_progress: OnProgress | None) -> None:
        rows = iter(self.table.rows)
        while batch := list(islice(rows, BATCH)):
            new = self._unknown(open_unit, batch) if self.options.keep_known else batch
            self._write(open_unit, self._read(new))
            if on_progress:
                on_progress(self.result)
        self._write_waiting(open_unit)
        if on_progress:
            on_progress(self.result)

    def _unknown(self, open_unit: OpenUnit, rows: Sequence[SourceRow]) -> Sequence[SourceRow]:
        """Pass over rows whose refs were loaded before."""
        refs = [self._reader.ref(row) for row in rows]
        with open_unit() as unit:
            known = known_refs(unit, self.entity, filter(None, refs), self.options.package)
        self.result.unchanged += sum(ref in known for ref in refs)
        return [row for row, ref in zip(rows, refs, strict=True) if ref not in known]

    def _read(self, rows: Sequence[SourceRow]) -> list[ImportRow]:
        return self._reader.read(rows, len(self.table.header))

    def _write(self, open_unit: OpenUnit, rows: Sequence[ImportRow]) -> None:
        """Write rows in one transaction; what somebody else's write at the same moment spoils is tried in halves."""
        if not rows:
            return
        try:
            with open_unit() as unit:
                if unit.model.revision != self._revision:
                    self._prepare(unit)
                    rows = self._read([row.source for row in rows])
                batch = Batch(unit, self.entity, self._reader, self._matcher, self._links)
                outcome = batch.write(rows)
        except Refused as refused:
            if len(rows) > 1:
                middle = len(rows) // 2
                self._write(open_unit, self._read([row.source for row in rows[:middle]]))
                self._write(open_unit, self._read([row.source for row in rows[middle:]]))
                return
            rows[0].problems += refused.problems
            outcome = BatchOutcome(failed=[rows[0]])
        self._count(outcome)

    def _count(self, outcome: BatchOutcome) -> None:
        """Only what is committed counts."""
        self.result.created += outcome.created
        self.result.updated += outcome.updated
        self.result.unchanged += outcome.unchanged
        self.waiting += outcome.waiting
        for row in outcome.failed:
            failed = self._reader.failed(row)
            self.result.note_failed(failed)
            if self.on_failed:
                self.on_failed(failed)

    def _write_waiting(self, open_unit: OpenUnit) -> None:
        """Try rows again that waited for others, as long as that helps; in the end their links lead nowhere."""
        while self.waiting:
            rows, self.waiting = self.waiting, []
            for start in range(0, len(rows), BATCH):
                self._write(open_unit, self._read([row.source for row in rows[start : start + BATCH]]))
            if len(self.waiting) == len(rows):
                break
        lost, self.waiting = self.waiting, []
        for row in lost:
            row.problems += row.unresolved
        self._count(BatchOutcome(failed=lost))


def _check_rights(unit: Unit, actor: Actor, entity: str) -> None:
    """Refuse an actor who could write no row at all; what may not even be read does not exist."""
    rights = unit.model.access.rights(actor, entity)
    if not rights.create and not rights.may("edit"):
        if rights.may("read"):
            raise Forbidden("access.no_create", entity=entity)
        raise NotFound("query.unknown_entity", name=entity)


def _check_key(unit: Unit, entity: str, key: tuple[str, ...], fields: tuple[str, ...]) -> None:
    """Refuse key fields that no column fills, or whose values can't be looked for."""
    known = unit.model.catalog.fields(entity)
    problems = [Problem("import.no_key_column", {"name": name}) for name in key if name not in fields]
    types = {name: known[name].type for name in key if name in fields}
    problems += [
        Problem("import.unusable_key", {"name": name})
        for name, each in types.items()
        if len(each.columns()) != 1 or each.kind == ANY
    ]
    if problems:
        raise Refused(problems)


@contextmanager
def _within(unit: Unit) -> Iterator[Unit]:
    """Open a part of a transaction that can be taken back alone."""
    with unit.connection.begin_nested():
        yield unit
