"""Streams: all records of a query, in its order, in memory that grows by eight bytes a record.

The ids come first, in order; then the records by their ids, some hundreds at a time, with one prepared statement. So
an order without an index costs one sort, not one a page, and everything is of one moment: the unit's transaction.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import CursorResult, Select, bindparam, select

from kartoteka.platform.actors import Actor
from kartoteka.platform.columnwise import Column
from kartoteka.platform.query import Compiled, Query, Row
from kartoteka.platform.units import Unit

BATCH = 1_000


def stream(unit: Unit, actor: Actor, query: Query, batch: int = BATCH) -> Iterator[Row]:
    """Yield all records of the query. Raises BadRequest and NotFound as `fetch` does, before the first one."""
    compiled = compiled_all(unit, actor, query)
    return (compiled.row(found) for found in stored_rows(compiled, ordered_ids(unit, actor, query), batch))


def compiled_all(unit: Unit, actor: Actor, query: Query) -> Compiled:
    """Return a query compiled for `stored_rows`, which bring their own order."""
    return Compiled(unit, actor, replace(query, sort=(), limit=None, after=None, before=None))


def ordered_ids(unit: Unit, actor: Actor, query: Query) -> array[int]:
    """Return the ids of all records of the query, in its order, up to its limit."""
    compiled = Compiled(unit, actor, replace(query, columns=(), titles=False))
    statement = select(compiled.source.main.c.id).select_from(compiled.source.joined()).where(compiled.condition)
    statement = statement.order_by(*compiled.ordering()).limit(query.limit)
    options = {"yield_per": 10_000}
    return array("q", unit.connection.execute(statement, execution_options=options).scalars())


def stored_rows(compiled: Compiled, ids: Sequence[int], batch: int = BATCH) -> Iterator[Sequence[Any]]:
    """Yield what the compiled columns hold for records that the actor may read, in the order of `ids`."""
    for result, wanted in _batches(compiled, ids, batch):
        yield from _in_order(result.all(), wanted)


def stored_columns(compiled: Compiled, ids: Sequence[int], batch: int = BATCH) -> Iterator[list[Column]]:
    """Yield the same column by column, at least one row at a time: of equal values one is made into Python's."""
    for result, wanted in _batches(compiled, ids, batch):
        cursor: Any = result.cursor
        reads = _readers(compiled, cursor.description)
        found = _in_order(cursor.fetchall(), wanted)
        result.close()
        if found:
            columns = zip(reads, map(Column.of, zip(*found, strict=True)), strict=True)
            yield [column if read is None else column.map(read) for read, column in columns]


def _batches(compiled: Compiled, ids: Sequence[int], batch: int) -> Iterator[tuple[CursorResult[Any], Sequence[int]]]:
    key = compiled.source.main.c.id
    statement: Select[Any] = compiled.select().where(key.in_(bindparam("wanted", expanding=True)))
    for start in range(0, len(ids), batch):
        wanted = list(ids[start : start + batch])
        yield compiled.unit.connection.execute(statement, {"wanted": wanted}), wanted


def _in_order(rows: Sequence[Sequence[Any]], wanted: Sequence[int]) -> list[Sequence[Any]]:
    found = {row[0]: row for row in rows}
    return [found[each] for each in wanted if each in found]


def _readers(compiled: Compiled, description: Sequence[Any]) -> list[Callable[[Any], Any] | None]:
    """Return for each column what makes a Python value of what the driver gives; None where that is one."""
    dialect = compiled.unit.connection.dialect
    types = (element.type.dialect_impl(dialect) for element in compiled.selected)
    return [each.result_processor(dialect, about[1]) for each, about in zip(types, description, strict=True)]
