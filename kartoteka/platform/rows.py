"""Rows: a record's values into the tables that hold them. Only `records` calls this."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Table, bindparam, insert, update

from kartoteka.metadata.definitions import Field
from kartoteka.metadata.fieldtypes.base import FieldType
from kartoteka.metadata.fieldtypes.text import text_sort_key
from kartoteka.metadata.needs import SORT
from kartoteka.metadata.problems import Conflict
from kartoteka.platform.actors import Actor
from kartoteka.platform.bulk_insert import insert_many, take_ids
from kartoteka.platform.storage import EntityTables
from kartoteka.platform.units import Unit

UNCHANGED: Any = object()


def insert_rows(unit: Unit, actor: Actor, entity: str, batch: Sequence[Mapping[str, Any]]) -> list[int]:
    """Insert records and return their ids in order; companion rows only where they hold something."""
    tables = unit.model.storage.of(entity)
    head = {"version": 1, "created_at": unit.now, "created_by": actor.user_id}
    head |= {"changed_at": unit.now, "changed_by": actor.user_id}
    if len(batch) == 1:
        return [_insert_one(unit, tables, head, _placed(unit, entity, tables, batch[0]))]
    ids = take_ids(unit.connection, tables.main, len(batch))
    placed = _columns(unit, entity, tables, batch)
    shared = {name: [value] * len(batch) for name, value in head.items()}
    insert_many(unit.connection, tables.main, {"id": ids, **shared, **placed[0]})
    for table, columns in zip(tables.tables[1:], placed[1:], strict=True):
        filled = [place for place, row in enumerate(zip(*columns.values(), strict=True)) if row.count(None) < len(row)]
        parts = {name: [values[place] for place in filled] for name, values in columns.items()}
        insert_many(unit.connection, table, {"id": [ids[place] for place in filled], **parts})
    return ids


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


def _columns(
    unit: Unit, entity: str, tables: EntityTables, batch: Sequence[Mapping[str, Any]]
) -> list[dict[str, list[Any]]]:
    """Return, by table, the columns that the records fill, with an entry for each record."""
    fields = unit.model.catalog.fields(entity)
    found: list[dict[str, list[Any]]] = [{} for _ in tables.tables]
    for key in {key: None for values in batch for key in values}:
        for (ordinal, name), column in zip(*_filled(fields[key], tables, batch), strict=True):
            found[ordinal][name] = column
    return found


def _filled(
    field: Field, tables: EntityTables, batch: Sequence[Mapping[str, Any]]
) -> tuple[list[tuple[int, str]], list[list[Any]]]:
    """Return where a field's columns are, and what each record has in them."""
    roles = [spec.role for spec in field.type.columns()]
    values = [each.get(field.key) for each in batch]
    columns = [values]
    if type(field.type).store is not FieldType.store:
        empty, store = (None,) * len(roles), field.type.store
        stored = [empty if value is None else store(value) for value in values]
        columns = [list(column) for column in zip(*stored, strict=True)]
    if (field.key, SORT) in tables.columns:
        roles.append(SORT)
        columns.append([None if value is None else text_sort_key(str(value)) for value in columns[0]])
    return [_place(field.key, role, tables) for role in roles], columns


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
