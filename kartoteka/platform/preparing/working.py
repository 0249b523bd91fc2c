"""Working: the works of a preparation done, a batch at a time, and brought up to date with what people write meanwhile.

Every write of a record leaves an entry in the history, so the history tells what is to be done once more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

import msgspec
from sqlalchemy import Connection, func, insert, select

from kartoteka.metadata.changes import Change, ChangeType
from kartoteka.platform import tables
from kartoteka.platform.configuration import raise_revision
from kartoteka.platform.conversions.filling import Filler, Task, filler_of
from kartoteka.platform.database import Database
from kartoteka.platform.operations import index_row, make_index, unmake_index
from kartoteka.platform.placement import ready_key
from kartoteka.platform.preparing.works import Convert, Index, Sort, Work, Works
from kartoteka.platform.sort_keys import SortKeys
from kartoteka.platform.steps import CreateIndex, marked_ready
from kartoteka.platform.units import Unit

MOST_CAUGHT_UP = 500
"""Entries of the history that are gone through while everybody waits."""
_history = tables.history.c


def newest_entry(connection: Connection) -> int:
    """Return the number of the history's last entry."""
    return int(connection.execute(select(func.max(_history.id))).scalar() or 0)


def filled_further(unit: Unit, changes: Sequence[Change], work: Convert | Sort) -> Work:
    """Fill the next batch; return the work as it stands then.

    Raises Refused where values fail and nobody has said that they may.
    """
    filler = _filler(unit, changes, work)
    assert work.last is not None
    last = filler.step(work.last) if filler else None
    return msgspec.structs.replace(_with_made(work, filler), last=last)


def _with_made(work: Convert | Sort, filler: Filler | SortKeys | None) -> Convert | Sort:
    if isinstance(work, Convert) and isinstance(filler, Filler) and filler.made:
        return msgspec.structs.replace(work, made=[*work.made, *filler.made])
    return work


def _filler(unit: Unit, changes: Sequence[Change], work: Convert | Sort) -> Filler | SortKeys | None:
    if isinstance(work, Sort):
        return SortKeys(unit.connection, work.source, work.target)
    change = changes[work.change]
    assert isinstance(change, ChangeType)
    found = filler_of(unit, Task(change, work.entity, ready_key(work.target), work.source))
    assert found is None or isinstance(found, Filler)
    return found


def make_ready(database: Database, work: Index) -> Index:
    """Make an index: on PostgreSQL beside writers, on SQLite they wait for it.

    Raises IntegrityError where values repeat that may not.
    """
    step = CreateIndex(work.entity, work.spec, work.name)
    if database.is_sqlite:
        with database.write() as connection:
            unmake_index(connection, work.name)
            make_index(connection, step, work.table, work.columns)
            _register(connection, work)
        return msgspec.structs.replace(work, last=None)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        unmake_index(connection, work.name, beside_writers=True)  # a broken one is left by a kill
        make_index(connection, step, work.table, work.columns, beside_writers=True)
    with database.write() as connection:
        _register(connection, work)
    return msgspec.structs.replace(work, last=None)


def _register(connection: Connection, work: Index) -> None:
    """Let every process know of the index: it refuses values that are there already from now on."""
    marked = CreateIndex(work.entity, marked_ready(work.spec), work.name)
    connection.execute(insert(tables.entity_index), index_row(marked))
    if work.spec.unique:
        raise_revision(connection)


def caught_up(
    unit: Unit, changes: Sequence[Change], works: Works, mark: int, most: int
) -> tuple[list[Work], int, bool]:
    """Do once more what was written since an entry of the history; return works, the last entry, and if that was all.

    Nobody else may be writing: an entry that is not committed yet would be passed over.
    """
    since = select(_history.id, _history.entity, _history.record_id).where(_history.id > mark).order_by(_history.id)
    rows = unit.connection.execute(since.limit(most)).all()
    written: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        written[row.entity].add(row.record_id)
    done = [_refilled(unit, changes, work, written[work.entity]) for work in works]
    return done, (rows[-1].id if rows else mark), len(rows) < most


def _refilled(unit: Unit, changes: Sequence[Change], work: Work, ids: Collection[int]) -> Work:
    filler = None if isinstance(work, Index) or not ids else _filler(unit, changes, work)
    if filler is None or isinstance(work, Index):
        return work
    filler.refill(ids)
    return _with_made(work, filler)
