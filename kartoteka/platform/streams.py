"""Streams: all records of a query, in its order, in memory that grows by eight bytes a record.

The ids come first, in order; then the records by their ids, some hundreds at a time, with one prepared statement. So
an order without an index costs one sort, not one a page, and everything is of one moment: the unit's transaction.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import bindparam, select

from kartoteka.platform.actors import Actor
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
    for rows in stored_batches(compiled, ids, batch):
        yield from rows


def stored_batches(compiled: Compiled, ids: Sequence[int], batch: int = BATCH) -> Iterator[list[Sequence[Any]]]:
    """Yield the same some hundred rows at a time."""
    key = compiled.source.main.c.id
    statement = compiled.select().where(key.in_(bindparam("wanted", expanding=True)))
    for start in range(0, len(ids), batch):
        wanted = list(ids[start : start + batch])
        found = {row[0]: row for row in compiled.unit.connection.execute(statement, {"wanted": wanted}).all()}
        yield [found[each] for each in wanted if each in found]
