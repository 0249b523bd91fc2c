"""The indexer: brings what was saved into the index, and builds the index where it is missing, broken or outdated."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final
from uuid import uuid4

import structlog

from kartoteka.metadata.definitions import Sort
from kartoteka.metadata.expressions import Node
from kartoteka.metadata.expressions.tree import Call, Name, Unary, logic
from kartoteka.platform import jobs
from kartoteka.platform.actors import SYSTEM
from kartoteka.platform.database import Database
from kartoteka.platform.jobs import Job
from kartoteka.platform.publishing import REINDEX_JOB
from kartoteka.platform.query import Query, count, fetch
from kartoteka.platform.records import INDEX_JOB
from kartoteka.platform.runtime import BatchHandler, Runtime
from kartoteka.platform.units import Unit
from kartoteka.search.engine import Document, IndexDamagedError, RecordKey
from kartoteka.search.feeding import columns_of, document, documents, missing
from kartoteka.search.index import STARTED, Index
from kartoteka.search.schemes import Scheme, Searched, extended, fit, new_scheme

BATCH: Final = 2_000
"""Records that are taken in at once while an index is built."""
_STEP_ASIDE_SECONDS: Final = 0.2
_log = structlog.get_logger()

Note = Callable[[int, int], bool]
"""Is told how many records are done and how many there are; False stops the work."""


def handlers(index: Index) -> dict[str, BatchHandler]:
    """Return the kinds of jobs that this room does."""
    return {
        INDEX_JOB: BatchHandler(lambda runtime, taken: index_records(runtime, index, taken)),
        REINDEX_JOB: BatchHandler(lambda runtime, taken: _build_for(runtime, index, taken)),
    }


# --- what was saved ---------------------------------------------------------------------------------------


def index_records(runtime: Runtime, index: Index, taken: Sequence[Job]) -> None:
    """Bring the records of these jobs into the index: those in the trash or gone are taken out of it.

    An entity that has no index yet is left to its building, which is asked for. A broken index is given up and
    built anew.
    """
    wanted: dict[str, dict[int, None]] = defaultdict(dict)
    for job in taken:
        wanted[job.payload["entity"]] |= dict.fromkeys(job.payload["ids"])
    try:
        with index.lock(), runtime.reading() as unit:
            index.start()
            lost = _feed(unit, index, wanted, max(job.id for job in taken))
    except IndexDamagedError as error:
        _log.warning("search index is broken and will be built anew", reason=repr(error))
        with index.lock():
            index.clear()
        lost = True
    if lost:
        ask_for_building(runtime.database)


def _feed(unit: Unit, index: Index, wanted: dict[str, dict[int, None]], sequence: int) -> bool:
    """Take the records in; True when the index of one of the entities is yet to be built."""
    schemes = index.schemes.all()
    found: list[Document] = []
    gone: list[RecordKey] = []
    for entity in wanted.keys() & schemes.keys() & unit.model.catalog.entities.keys():
        alive = list(documents(unit, entity, schemes[entity], wanted[entity], sequence))
        gone += missing(entity, wanted[entity], alive)
        found += alive
    index.engine.replace(found)
    index.engine.remove(gone, sequence)
    return bool((wanted.keys() & unit.model.catalog.entities.keys()) - schemes.keys())


# --- building ---------------------------------------------------------------------------------------------


def check_at_start(runtime: Runtime) -> None:
    """Let the index be looked at, and mended, now that a worker starts."""
    with runtime.database.write() as connection:
        jobs.enqueue(connection, REINDEX_JOB, [{"check": True}], datetime.now(UTC))


def ask_for_building(database: Database, *, check: bool = False) -> None:
    """Write the job that builds what is missing, unless one is waiting already. `check`: look for damage before."""
    with database.read() as connection:
        if jobs.has_waiting(connection, REINDEX_JOB):
            return
    with database.write() as connection:
        jobs.enqueue(connection, REINDEX_JOB, [{"check": check}], datetime.now(UTC))


def reindex(runtime: Runtime, index: Index, note: Note) -> None:
    """Forget the whole index and build it anew, newest records first. `note` is told the progress."""
    with index.lock():
        index.clear()
        with runtime.database.write() as connection:
            jobs.withdraw(connection, INDEX_JOB)  # whoever builds from here on reads what they were about
    build(runtime, index, note)


def _build_for(runtime: Runtime, index: Index, taken: Sequence[Job]) -> None:
    """Do jobs of building: one building does for all of them."""

    def note(done: int, total: int) -> bool:
        with runtime.database.write() as connection:
            progress = {"done": done, "total": total}
            return jobs.report_progress(connection, taken[0].id, progress, datetime.now(UTC))

    if any(job.payload.get("check") for job in taken):
        mend(runtime, index)
    try:
        build(runtime, index, note)
    except IndexDamagedError:
        with index.lock():
            index.clear()
        raise


def mend(runtime: Runtime, index: Index) -> None:
    """Give up an index that can't be read back, and let jobs that failed be tried again."""
    with index.lock():
        if not index.engine.healthy():
            _log.warning("search index is damaged and will be built anew")
            index.clear()
    with runtime.database.write() as connection:
        jobs.retry_failed(connection, INDEX_JOB, datetime.now(UTC))


def build(runtime: Runtime, index: Index, note: Note) -> None:
    """Make the index what the configuration of this moment wants; what is right already is left alone."""
    with index.lock(), runtime.reading() as unit:
        index.start()
        known = unit.model.catalog.entities.keys()
        for entity in index.schemes.all().keys() - known:
            index.schemes.forget(entity)
            index.engine.drop(entity)
        schemes = index.schemes.all()
        todo = [key for key in known if fit(schemes.get(key), index.searched(unit.model, key)) != "exact"]
        total = sum(count(unit, SYSTEM, Query(key), cap=None) for key in todo)
    done = 0
    for entity in todo:
        task = _begin(runtime, index, entity)
        while task is not None:
            task, taken = _next_batch(runtime, index, task)
            done += taken
            if not note(done, total):
                return
            _step_aside(runtime)


@dataclass(frozen=True, slots=True)
class _Task:
    """An entity's index being built: the scheme it follows, which records are fed, how far it is."""

    entity: str
    scheme: Scheme
    where: tuple[Node, ...] = ()
    after: str | None = None


def _begin(runtime: Runtime, index: Index, entity: str) -> _Task | None:
    """Note that an entity's index is being built; None when it is no longer wanted."""
    with index.lock(), runtime.reading() as unit:
        if entity not in unit.model.catalog.entities:
            return None
        wanted = index.searched(unit.model, entity)
        stored = index.schemes.all().get(entity)
        builder = uuid4().hex
        if stored is not None and fit(stored, wanted) == "extend":
            task = _Task(entity, extended(stored, wanted, builder), _filled(stored, wanted))
        else:
            # Before the old texts are gone nobody may look into them by the new scheme.
            index.schemes.forget(entity)
            index.engine.drop(entity)
            task = _Task(entity, new_scheme(wanted, builder))
        index.schemes.put(entity, task.scheme)
        return task


def _filled(stored: Scheme, wanted: Searched) -> tuple[Node, ...]:
    """The condition of records that have a value in any of the fields that came since."""
    fresh = [each for identity, each in wanted.fields.items() if identity not in stored.fields]
    empty = [Call("IS_EMPTY", (Name((each.key,)),)) for each in fresh if each.type.search != "none"]
    return (logic("OR", tuple(Unary("NOT", each) for each in empty)),) if empty else ()


def _next_batch(runtime: Runtime, index: Index, task: _Task) -> tuple[_Task | None, int]:
    """Feed the next records; returns what is left to do, None at the end, and how many were fed."""
    with index.lock(), runtime.reading() as unit:
        stored = index.schemes.all().get(task.entity)
        if stored is None or stored.builder != task.scheme.builder or task.entity not in unit.model.catalog.entities:
            return None, 0  # somebody else builds it by now, or it is gone
        wanted = index.searched(unit.model, task.entity)
        newest = (Sort(field="id", descending=True),)
        query = Query(task.entity, columns_of(wanted), task.where, newest, BATCH, task.after)
        page = fetch(unit, SYSTEM, query)
        index.engine.replace(document(row, wanted, task.scheme, STARTED) for row in page.rows)
        if page.after is None:
            index.schemes.put(task.entity, replace(task.scheme, complete=True))
            return None, len(page.rows)
    return replace(task, after=page.after), len(page.rows)


def _step_aside(runtime: Runtime) -> None:
    """Let saves that wait for the lock go first."""
    with runtime.database.read() as connection:
        if jobs.has_due(connection, (INDEX_JOB,), datetime.now(UTC)):
            time.sleep(_STEP_ASIDE_SECONDS)
