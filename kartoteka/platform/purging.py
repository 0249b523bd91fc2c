"""Purging: destroying for good what was taken out of use. Never part of a publish; the journal tells of it.

First the data are marked in one short transaction: nothing brings them back from then on. Then values are emptied, or
records deleted, in batches that let others write between them. What is interrupted goes on when a worker starts.

Columns are not dropped: PostgreSQL counts dropped ones for ever, and SQLite would write the whole table anew. They are
empty afterwards, and free for another field of the same type of column.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Text, cast, delete, func, inspect, or_, select, update
from sqlalchemy import column as named_column
from sqlalchemy import table as named_table

from kartoteka.metadata.changes import Change, PurgeEntity, PurgeField
from kartoteka.metadata.problems import Conflict, NotFound, Problem, Refused
from kartoteka.platform import history, tables
from kartoteka.platform.configuration import load_model, load_stack, raise_revision
from kartoteka.platform.database import Database
from kartoteka.platform.journal import Entry, write_entry
from kartoteka.platform.operations import drop_table
from kartoteka.platform.placement import FREE
from kartoteka.platform.preparing.store import refuse_meanwhile
from kartoteka.platform.retired import Retired, all_retired
from kartoteka.platform.runtime import Runtime

BATCH = 2_000
"""Ids that one transaction looks at."""
_places, _tables, _history, _former = tables.placement, tables.entity_table, tables.history, tables.former_key


def find_retired(connection: Connection, key: str, revision: int | None = None) -> Retired:
    """Return what `client.city` or `client` names, the last of that name to be retired unless a revision is given.

    Raises NotFound, and Conflict for what is in use.
    """
    model = load_model(connection)
    entity, _, field = key.partition(".")
    named = [e for e in all_retired(connection) if e.key == key and revision in (None, e.revision)]
    if named:
        return named[0]
    if model.catalog.field(entity, field) if field else entity in model.catalog.entities:
        raise Conflict("purge.in_use", name=key)
    raise NotFound("purge.unknown", name=key)


def purge(database: Database, each: Retired, typed: str, *, actor: str, why: str = "") -> Entry:
    """Destroy what was retired. `typed` is its key once more, by a person's hand.

    Raises Refused where that is another one, NotFound where it is gone or in use again.
    """
    if typed.strip() != each.key:
        raise Refused([Problem("purge.not_typed", {"name": each.key}, field="typed", pointer="/typed")])
    started = time.monotonic()
    with database.publish() as connection:
        if each not in all_retired(connection):
            raise NotFound("purge.unknown", name=each.key)
        refuse_meanwhile(connection)
        model, stack = load_model(connection), load_stack(connection)
        _mark(connection, each)
        raise_revision(connection)
        row: dict[str, Any] = {"at": datetime.now(UTC), "actor": actor, "why": why, "undoes": None}
        row |= {"revision": model.revision + 1, "hash_before": model.catalog.hash, "hash_after": model.catalog.hash}
        row |= {"changes": (_change(each),), "milliseconds": int((time.monotonic() - started) * 1000)}
        entry = write_entry(connection, stack, stack, row)
    finish(database)
    return entry


def _change(each: Retired) -> Change:
    if each.field:
        return PurgeField(entity=each.entity, field={**each.tree, "key": each.field}, revision=each.revision)
    return PurgeEntity(tree=each.tree, revision=each.revision)


def _mark(connection: Connection, each: Retired) -> None:
    """Give the data a name that nothing finds but `finish`."""
    marked = FREE + each.name
    if each.field:
        here = (_places.c.entity == each.entity) & (_places.c.field == each.name)
        connection.execute(update(_places).where(here).values(field=marked))
        return
    for rows in _of_entity():
        connection.execute(update(rows).where(rows.c.entity == each.name).values(entity=marked))


def _of_entity() -> tuple[Any, ...]:
    system = (tables.history, tables.former_key, tables.reference, tables.sequence, tables.recent)
    return (_places, _tables, tables.entity_index, *system)


def finish(database: Database) -> None:
    """Destroy whatever is marked, in batches. May be interrupted and begun again at any time."""
    with database.read() as connection:
        of = _places.c
        fields = select(of.entity, of.field).distinct().where(of.field.startswith(FREE), of.field != FREE)
        wanted = connection.execute(fields.where(~of.entity.startswith(FREE))).all()
        entities = sorted(set(connection.execute(select(_tables.c.entity)).scalars()))
    for entity, field in wanted:
        _finish_field(database, entity, field)
    for entity in entities:
        if entity.startswith(FREE):
            _finish_entity(database, entity)


def finish_purges(runtime: Runtime) -> None:
    """Go on with what was interrupted."""
    finish(runtime.database)


# --- fields -----------------------------------------------------------------------------------------------


def _finish_field(database: Database, entity: str, field: str) -> None:
    here = (_places.c.entity == entity) & (_places.c.field == field)
    with database.read() as connection:
        places = connection.execute(select(_places.c.table, _places.c.column).where(here)).all()
    for table in {place.table for place in places}:
        _empty(database, table, [place.column for place in places if place.table == table])
    _forget(database, entity, field.removeprefix(FREE))
    with database.publish() as connection:
        connection.execute(update(_places).where(here).values(field=FREE, role=""))


def _empty(database: Database, table: str, columns: list[str]) -> None:
    named = named_table(table, named_column("id"), *(named_column(column) for column in columns))
    filled = or_(*(named.c[column].is_not(None) for column in columns))
    for first, last in _batches(database, named):
        with database.write() as connection:
            here = named.c.id.between(first, last) & filled
            connection.execute(update(named).where(here).values(dict.fromkeys(columns)))


def _batches(database: Database, table: Any) -> Iterator[tuple[int, int]]:
    """Yield ranges of ids, so that nobody who writes waits for long."""
    with database.read() as connection:
        lowest, highest = connection.execute(select(func.min(table.c.id), func.max(table.c.id))).one()
    for first in range(lowest, highest + 1, BATCH) if lowest is not None else ():
        yield first, first + BATCH - 1


def _forget(database: Database, entity: str, name: str) -> None:
    """Erase a field's values from the history of records; that there was a change stays, and the chain holds."""
    with database.read() as connection:
        former = select(_former.c.key).distinct().where(_former.c.entity == entity, _former.c.name == name)
        keys = connection.execute(former).scalars().all()
    if not keys:
        return
    said = or_(*(cast(_history.c.changes, Text).contains(f'"{key}"', autoescape=True) for key in keys))
    for first, last in _batches(database, _history):
        with database.write() as connection:
            here = (_history.c.entity == entity) & _history.c.id.between(first, last) & said
            history.erase(connection, entity, name, connection.execute(select(_history).where(here)).all())


# --- card types -------------------------------------------------------------------------------------------


def _finish_entity(database: Database, entity: str) -> None:
    with database.read() as connection:
        names = connection.execute(select(_tables.c.name).where(_tables.c.entity == entity)).scalars().all()
        known = inspect(connection).get_table_names()
    for name in names:
        if name in known:
            _delete(database, named_table(name, named_column("id")))
            with database.publish() as connection:
                drop_table(connection, name)
    with database.publish() as connection:
        for rows in _of_entity():
            connection.execute(delete(rows).where(rows.c.entity == entity))


def _delete(database: Database, table: Any) -> None:
    for first, last in _batches(database, table):
        with database.write() as connection:
            connection.execute(delete(table).where(table.c.id.between(first, last)))
