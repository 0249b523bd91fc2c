"""Rows: a record's values into the tables that hold them. Only `records` calls this."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import Table, Update, bindparam, insert, update

from kartoteka.metadata.definitions import Field
from kartoteka.metadata.fieldtypes.base import FieldType
from kartoteka.metadata.fieldtypes.text import text_sort_key
from kartoteka.metadata.needs import SORT
from kartoteka.metadata.problems import Conflict
from kartoteka.platform.actors import Actor
from kartoteka.platform.bulk_insert import insert_many, insert_one, take_ids
from kartoteka.platform.columnwise import Column, columns_of
from kartoteka.platform.storage import EntityTables
from kartoteka.platform.units import Unit

UNCHANGED: Any = object()
Places = tuple[tuple[tuple[str, str], ...], tuple[str, str] | None, Callable[[Any], tuple[Any, ...]]]


def insert_rows(
    unit: Unit,
    actor: Actor,
    entity: str,
    batch: Sequence[Mapping[str, Any]],
    columns: Mapping[str, Column] | None = None,
) -> list[int]:
    """Insert records and return their ids in order; companion rows only where they hold something.

    `columns` are those of a batch of several, where they are known already.
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
    record_id = insert_one(unit.connection, tables.main, {**head, **parts.get(tables.main.name, {})})
    for table in tables.tables[1:]:
        if table.name in parts:
            unit.connection.execute(insert(table), {"id": record_id, **parts[table.name]})
    return record_id


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
    parameters = {"row_id": record_id, "row_version": version}
    columns = row | trash | placed.get(tables.main.name, {})
    if unit.connection.execute(_update(unit, tables.main, tuple(columns)), parameters | columns).rowcount != 1:
        raise Conflict("record.changed", entity=entity, id=record_id)
    for table in tables.tables[1:]:
        _update_companion(unit, table, record_id, trash | placed.get(table.name, {}), only_known=not placed)


def _update(unit: Unit, main: Table, names: tuple[str, ...]) -> Update:
    """Return the statement that writes these columns of one version of a record; it is kept with the model."""
    kept = unit.model.queries
    statement: Update | None = kept.get(("update", main.name, names))
    if statement is None:
        here = update(main).where(main.c.id == bindparam("row_id"), main.c.version == bindparam("row_version"))
        statement = here.values({name: bindparam(name, type_=main.c[name].type) for name in names})
        kept.put(("update", main.name, names), statement)
    return statement


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
    found: dict[str, dict[str, Any]] = defaultdict(dict)
    places = unit.model.once(("places", entity), lambda: _places(unit.model.catalog.fields(entity).values(), tables))
    for key, value in values.items():
        columns, sort, store = places[key]
        stored = (None,) * len(columns) if value is None else store(value)
        for (table, name), each in zip(columns, stored, strict=True):
            found[table][name] = each
        if sort is not None:
            table, name = sort
            found[table][name] = None if value is None else text_sort_key(str(stored[0]))
    return found


def _places(fields: Iterable[Field], tables: EntityTables) -> dict[str, Places]:
    """Return where each field's value goes: its columns, the one of sort keys, and what makes of it what they hold."""
    names = {place: (column.table.name, column.name) for place, column in tables.columns.items()}
    return {
        each.key: (
            tuple(names[each.key, spec.role] for spec in each.type.columns()),
            names.get((each.key, SORT)),
            each.type.store,
        )
        for each in fields
    }
