"""Rows: a record's values into the tables that hold them. Only `records` calls this."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import Table, bindparam, insert, update

from kartoteka.metadata.definitions import Field
from kartoteka.metadata.fieldtypes.base import FieldType
from kartoteka.metadata.fieldtypes.text import text_sort_key
from kartoteka.metadata.needs import SORT
from kartoteka.metadata.problems import Conflict
from kartoteka.platform.actors import Actor
from kartoteka.platform.bulk_insert import insert_many, take_ids
from kartoteka.platform.columnwise import Column, columns_of
from kartoteka.platform.storage import EntityTables
from kartoteka.platform.units import Unit

UNCHANGED: Any = object()


def insert_rows(
    unit: Unit,
    actor: Actor,
    entity: str,
    batch: Sequence[Mapping[str, Any]],
    columns: Mapping[str, Column] | None = None,
) -> list[int]:
    """Insert records and return their ids in order; companion rows only where they hold something.

    `columns` are those of the batch, where they are known already.
    """
    tables = unit.model.storage.of(entity)
    head = {"version": 1, "created_at": unit.now, "created_by": actor.user_id}
    head |= {"changed_at": unit.now, "changed_by": actor.user_id}
    if len(batch) == 1:
        return [_insert_one(unit, tables, head, _placed(unit, entity, tables, batch[0]))]
    ids = take_ids(unit.connection, tables.main, len(batch))
    placed = _placed_columns(unit, entity, tables, columns_of(batch) if columns is None else columns)
    shared = {name: Column([value], [0] * len(batch)) for name, value in head.items()}
    insert_many(unit.connection, tables.main, {"id": Column(ids), **shared, **placed[0]})
    for table, own in zip(tables.tables[1:], placed[1:], strict=True):
        if own:
            _insert_companions(unit, table, ids, own)
    return ids


def _insert_companions(unit: Unit, table: Table, ids: Sequence[int], columns: Mapping[str, Column]) -> None:
    rows = zip(*(column.values for column in columns.values()), strict=True)
    filled = [(record_id, *row) for record_id, row in zip(ids, rows, strict=True) if row.count(None) < len(row)]
    if filled:
        parts = map(Column, zip(*filled, strict=True))
        insert_many(unit.connection, table, dict(zip(("id", *columns), parts, strict=True)))


def _insert_one(
    unit: Unit, tables: EntityTables, head: Mapping[str, Any], parts: Mapping[str, Mapping[str, Any]]
) -> int:
    row = {**head, **parts.get(tables.main.name, {})}
    key = unit.connection.execute(insert(tables.main), row).inserted_primary_key
    assert key is not None
    for table in tables.tables[1:]:
        if table.name in parts:
            unit.connection.execute(insert(table), {"id": key[0], **parts[table.name]})
    return int(key[0])


def _placed_columns(
    unit: Unit, entity: str, tables: EntityTables, columns: Mapping[str, Column]
) -> list[dict[str, Column]]:
    """Return the tables' columns that the fields' columns fill, by table."""
    fields = unit.model.catalog.fields(entity)
    found: list[dict[str, Column]] = [{} for _ in tables.tables]
    for key, values in columns.items():
        for (ordinal, name), column in _filled(fields[key], tables, values):
            found[ordinal][name] = column
    return found


def _filled(field: Field, tables: EntityTables, values: Column) -> Iterator[tuple[tuple[int, str], Column]]:
    """Yield where a field's columns are, and what the records have in them."""
    roles = [spec.role for spec in field.type.columns()]
    columns = [values]
    if type(field.type).store is not FieldType.store:
        stored = values.map(field.type.store)
        columns = [stored.map(itemgetter(place)) for place in range(len(roles))]
    if (field.key, SORT) in tables.columns:
        roles.append(SORT)
        columns.append(columns[0].map(lambda value: text_sort_key(str(value))))
    return zip((_place(field.key, role, tables) for role in roles), columns, strict=True)


def _place(key: str, role: str, tables: EntityTables) -> tuple[int, str]:
    column = tables.columns[key, role]
    return tables.tables.index(column.table), column.name


def update_row(
    unit: Unit,
    actor: Actor,
    entity: str,
    record_id: int,
    version: int,
    values: Mapping[str, Any],
    deleted_at: datetime | None = UNCHANGED,
) -> None:
    """Write the given fields and raise the version. Raises Conflict when somebody was faster."""
    tables = unit.model.storage.of(entity)
    placed = _placed(unit, entity, tables, values)
    row = {"version": version + 1, "changed_at": unit.now, "changed_by": actor.user_id}
    trash = {} if deleted_at is UNCHANGED else {"deleted_at": deleted_at}
    main = tables.main
    here = update(main).where(main.c.id == bindparam("row_id"), main.c.version == bindparam("row_version"))
    parameters = {"row_id": record_id, "row_version": version}
    columns = row | trash | placed.get(main.name, {})
    statement = here.values({name: bindparam(name, type_=main.c[name].type) for name in columns})
    if unit.connection.execute(statement, parameters | columns).rowcount != 1:
        raise Conflict("record.changed", entity=entity, id=record_id)
    for table in tables.tables[1:]:
        _update_companion(unit, table, record_id, trash | placed.get(table.name, {}), only_known=not placed)


def _update_companion(
    unit: Unit, table: Table, record_id: int, columns: Mapping[str, Any], *, only_known: bool
) -> None:
    if not columns:
        return
    changed = update(table).where(table.c.id == record_id).values(columns)
    if unit.connection.execute(changed).rowcount == 0 and not only_known:
        unit.connection.execute(insert(table), {"id": record_id, **columns})


def _placed(unit: Unit, entity: str, tables: EntityTables, values: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the columns to be written, by table name."""
    found: dict[str, dict[str, Any]] = {}
    fields = unit.model.catalog.fields(entity)
    for key, value in values.items():
        for role, stored in _stored(fields[key], value, (key, SORT) in tables.columns):
            column = tables.columns[key, role]
            found.setdefault(column.table.name, {})[column.name] = stored
    return found


def _stored(field: Field, value: Any, sorted_by_key: bool) -> list[tuple[str, Any]]:
    specs = field.type.columns()
    stored = field.type.store(value) if value is not None else (None,) * len(specs)
    pairs = [(spec.role, each) for spec, each in zip(specs, stored, strict=True)]
    if sorted_by_key:
        pairs.append((SORT, None if value is None else text_sort_key(str(stored[0]))))
    return pairs
