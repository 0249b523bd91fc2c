"""Carries out steps with Alembic's operations, and keeps the placement in step: the only module that changes tables."""

from __future__ import annotations

from collections.abc import Iterable
from functools import singledispatchmethod

import msgspec
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import JSON, Column, Connection, TextClause, bindparam, insert, inspect, or_, select, text, update
from sqlalchemy import column as named_column
from sqlalchemy import table as named_table

from kartoteka.metadata.columns import exact_text
from kartoteka.metadata.fieldtypes.text import text_sort_key
from kartoteka.metadata.needs import SORT
from kartoteka.platform import former_keys, tables
from kartoteka.platform.placement import set_aside_key
from kartoteka.platform.steps import (
    AddColumn,
    CreateIndex,
    CreateTable,
    DropIndex,
    FillSortKeys,
    MoveEntity,
    MoveField,
    SetAside,
    Step,
    TakeBack,
)
from kartoteka.platform.storage import companion_columns, record_columns

FILL_BATCH = 2000

_places = tables.placement
_tables = tables.entity_table
_indexes = tables.entity_index


class StepRunner:
    """Carries out steps in the transaction of `connection`. `revision` marks what is set aside."""

    def __init__(self, connection: Connection, revision: int) -> None:
        self.connection = connection
        self.revision = revision
        self.operations = Operations(MigrationContext.configure(connection))

    def run(self, steps: Iterable[Step]) -> None:
        """Carry out the steps in order."""
        for step in steps:
            self.carry_out(step)

    @singledispatchmethod
    def carry_out(self, step: Step) -> None:
        """Carry out one step."""
        raise NotImplementedError(type(step).__name__)

    @carry_out.register
    def _create_table(self, step: CreateTable) -> None:
        own = record_columns() if step.ordinal == 0 else companion_columns()
        added = [Column(each.column, each.type) for each in step.columns]
        self.operations.create_table(step.name, *own, *added, sqlite_autoincrement=True)
        row = {"name": step.name, "entity": step.entity, "ordinal": step.ordinal}
        self.connection.execute(insert(_tables), {**row, "columns": len(own) + len(added)})
        if step.columns:
            self.connection.execute(insert(_places), [_place_row(each) for each in step.columns])

    @carry_out.register
    def _add_column(self, step: AddColumn) -> None:
        if step.is_there:
            here = (_places.c.table == step.table) & (_places.c.column == step.column)
            self.connection.execute(update(_places).where(here).values(_place_row(step)))
            return
        self.operations.add_column(step.table, Column(step.column, step.type))
        self.connection.execute(insert(_places), _place_row(step))
        counted = update(_tables).where(_tables.c.name == step.table).values(columns=_tables.c.columns + 1)
        self.connection.execute(counted)

    @carry_out.register
    def _move_field(self, step: MoveField) -> None:
        self._move_columns(step)
        former_keys.move(self.connection, step.entity, step.field, step.to)

    def _move_columns(self, step: MoveField) -> None:
        for rows in (_places, _indexes, tables.sequence):
            here = (rows.c.entity == step.entity) & (rows.c.field == step.field)
            self.connection.execute(update(rows).where(here).values(field=step.to))
        within = (_indexes.c.entity == step.entity) & (_indexes.c.within == step.field)
        self.connection.execute(update(_indexes).where(within).values(within=step.to))

    @carry_out.register
    def _move_entity(self, step: MoveEntity) -> None:
        system = (tables.history, tables.former_key, tables.reference, tables.sequence, tables.recent)
        for rows in (_places, _tables, _indexes, *system):
            self.connection.execute(update(rows).where(rows.c.entity == step.entity).values(entity=step.to))

    @carry_out.register
    def _set_aside(self, step: SetAside) -> None:
        if not step.field:
            self._move_entity(MoveEntity(step.entity, set_aside_key(step.entity, self.revision)))
            return
        self._drop_indexes(step.entity, step.field)
        aside = MoveField(step.entity, step.field, set_aside_key(step.field, self.revision))
        if step.lives_on:
            self._move_columns(aside)
        else:
            self._move_field(aside)

    def _drop_indexes(self, entity: str, field: str) -> None:
        """Drop what nobody looks through any more; it is made again should the field come back."""
        here = (_indexes.c.entity == entity) & or_(_indexes.c.field == field, _indexes.c.within == field)
        for row in self.connection.execute(select(_indexes).where(here)).all():
            self._drop(row.name)

    def _drop(self, name: str) -> None:
        self.operations.drop_index(name)
        self.connection.execute(_indexes.delete().where(_indexes.c.name == name))

    @carry_out.register
    def _take_back(self, step: TakeBack) -> None:
        of_entity = select(_places.c.field).where(_places.c.entity == step.entity)
        names = self.connection.execute(of_entity if step.field else select(_tables.c.entity)).scalars()
        found = _set_aside_name(step.kept_as or step.field or step.entity, names, step.revision)
        if found is None:
            return  # it has no columns, or they were purged: it starts empty
        if step.field:
            self._move_field(MoveField(step.entity, found, step.field))
        else:
            self._move_entity(MoveEntity(found, step.entity))

    @carry_out.register
    def _fill_sort_keys(self, step: FillSortKeys) -> None:
        """Go through the table by id in batches; every value gets its sort key."""
        table, source = self._place(step.entity, step.field, "")
        target_table, target = self._place(step.entity, step.field, SORT)
        rows = named_table(table, named_column("id"), named_column(source, exact_text()))
        keys = named_table(target_table, named_column("id"), named_column(target, exact_text()))
        fill = update(keys).where(keys.c.id == bindparam("row")).values({target: bindparam("key")})
        last = 0
        while True:
            page = select(rows.c.id, rows.c[source]).where(rows.c.id > last, rows.c[source].is_not(None))
            batch = self.connection.execute(page.order_by(rows.c.id).limit(FILL_BATCH)).all()
            if not batch:
                return
            self._ensure_rows(keys.name, [row.id for row in batch], table)
            self.connection.execute(fill, [{"row": row.id, "key": text_sort_key(row[1])} for row in batch])
            last = batch[-1].id

    def _ensure_rows(self, companion: str, ids: list[int], source: str) -> None:
        """Make the companion's rows for these records where the sort keys lie in another table than the values."""
        if companion == source:
            return
        keys = named_table(companion, named_column("id"), named_column("deleted_at"))
        known = set(self.connection.execute(select(keys.c.id).where(keys.c.id.in_(ids))).scalars())
        missing = [{"id": each} for each in ids if each not in known]
        if missing:
            self.connection.execute(insert(keys), missing)

    @carry_out.register
    def _create_index(self, step: CreateIndex) -> None:
        table, column = self._place(step.entity, step.spec.field, step.spec.role)
        first = text(f'"{column}" NULLS FIRST' if self._is_postgresql() else f'"{column}"')
        parts: list[str | TextClause] = [column] if step.spec.unique else [first, text("id")]
        if step.spec.within:
            home, whose = self._place(step.entity, step.spec.within, "")
            if home != table:
                return  # two tables have no index in common
            parts.insert(0, whose)
        live = named_column("deleted_at").is_(None)
        self.operations.create_index(
            step.name,
            table,
            parts,
            unique=step.spec.unique,
            sqlite_where=live,
            postgresql_where=live,
        )
        row = {"name": step.name, "entity": step.entity, "field": step.spec.field, "role": step.spec.role}
        row |= {"within": step.spec.within}
        self.connection.execute(insert(_indexes), {**row, "unique": step.spec.unique})

    @carry_out.register
    def _drop_index(self, step: DropIndex) -> None:
        self._drop(step.name)

    def _is_postgresql(self) -> bool:
        return self.connection.dialect.name == "postgresql"

    def _place(self, entity: str, field: str, role: str) -> tuple[str, str]:
        here = (_places.c.entity == entity) & (_places.c.field == field) & (_places.c.role == role)
        row = self.connection.execute(select(_places).where(here)).one()
        return row.table, row.column


def drop_table(connection: Connection, name: str) -> None:
    """Drop the table of a card type that is purged."""
    Operations(MigrationContext.configure(connection)).drop_table(name)


def complete_system_tables(connection: Connection) -> None:
    """Add the tables, columns and indexes that older code did not know. The system's tables only ever grow."""
    tables.metadata.create_all(connection)
    looker, operations = inspect(connection), Operations(MigrationContext.configure(connection))
    for table in tables.metadata.sorted_tables:
        known = {column["name"] for column in looker.get_columns(table.name)}
        for column in table.columns:
            if column.name not in known:
                operations.add_column(table.name, _with_default(column))
        there = {index["name"] for index in looker.get_indexes(table.name)}
        for index in table.indexes:
            if index.name not in there:
                index.create(connection)


def _with_default(column: Column[object]) -> Column[object]:
    """Return a system table's column for rows that are there already: what new rows get by default they get too."""
    given = getattr(column.default, "arg", None)
    value = given(None) if callable(given) else given
    written = msgspec.json.encode(value).decode() if isinstance(column.type, JSON) else str(value)
    filled = None if value is None else written
    return Column(column.name, column.type, nullable=column.nullable, server_default=filled)


def _place_row(step: AddColumn) -> dict[str, str]:
    row = {"table": step.table, "column": step.column, "entity": step.entity, "field": step.field}
    return row | {"role": step.role, "type": repr(step.type)}


def _set_aside_name(key: str, names: Iterable[str], revision: int | None) -> str | None:
    """Return the name under which that revision, or the last one, set the key aside; None where none did."""
    revisions = {int(name.partition("#")[2]) for name in names if name.startswith(f"{key}#")}
    wanted = max(revisions, default=None) if revision is None else revision
    return set_aside_key(key, wanted) if wanted in revisions else None
