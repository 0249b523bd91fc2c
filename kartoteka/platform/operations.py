"""Carries out steps with Alembic's operations, and keeps the placement in step: the only module that changes tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import singledispatchmethod
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import JSON, Column, Connection, TextClause, insert, inspect, or_, select, text, update
from sqlalchemy import column as named_column

from kartoteka.metadata.needs import SORT
from kartoteka.platform import former_keys, tables
from kartoteka.platform.placement import set_aside_key
from kartoteka.platform.sort_keys import SortKeys
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
    TakeIndex,
    index_columns,
)
from kartoteka.platform.storage import companion_columns, record_columns

if TYPE_CHECKING:
    from alembic.operations import Operations

_places = tables.placement
_tables = tables.entity_table
_indexes = tables.entity_index


class StepRunner:
    """Carries out steps in the transaction of `connection`. `revision` marks what is set aside."""

    def __init__(self, connection: Connection, revision: int) -> None:
        self.connection = connection
        self.revision = revision
        self.operations = _operations(connection)

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
        source, target = self._place(step.entity, step.field, ""), self._place(step.entity, step.field, SORT)
        filler, last = SortKeys(self.connection, source, target), 0
        while (done := filler.step(last)) is not None:
            last = done

    @carry_out.register
    def _create_index(self, step: CreateIndex) -> None:
        over = index_columns(step, self._place)
        if over is not None:
            make_index(self.connection, step, *over)
            self.connection.execute(insert(_indexes), index_row(step))

    @carry_out.register
    def _take_index(self, step: TakeIndex) -> None:
        here = _indexes.c.name == step.name
        self.connection.execute(update(_indexes).where(here).values(index_row(step)))

    @carry_out.register
    def _drop_index(self, step: DropIndex) -> None:
        self._drop(step.name)

    def _place(self, entity: str, field: str, role: str) -> tuple[str, str]:
        here = (_places.c.entity == entity) & (_places.c.field == field) & (_places.c.role == role)
        row = self.connection.execute(select(_places).where(here)).one()
        return row.table, row.column


def make_index(
    connection: Connection, step: CreateIndex, table: str, columns: Sequence[str], *, beside_writers: bool = False
) -> None:
    """Make an index over live records. PostgreSQL makes it beside writers where the connection commits by itself."""
    *within, column = columns
    order = " NULLS FIRST" if connection.dialect.name == "postgresql" else ""
    own: list[str | TextClause] = [column] if step.spec.unique else [text(f'"{column}"{order}'), text("id")]
    live = named_column("deleted_at").is_(None)
    _operations(connection).create_index(
        step.name,
        table,
        [*within, *own],
        unique=step.spec.unique,
        sqlite_where=live,
        postgresql_where=live,
        postgresql_concurrently=beside_writers,
    )


def unmake_index(connection: Connection, name: str, *, beside_writers: bool = False) -> None:
    """Drop an index that may be there, whole or broken, and forget it; beside writers as in `make_index`."""
    _operations(connection).drop_index(name, if_exists=True, postgresql_concurrently=beside_writers)
    connection.execute(_indexes.delete().where(_indexes.c.name == name))


def index_row(step: CreateIndex | TakeIndex) -> dict[str, object]:
    """Return how the placement knows an index."""
    spec = step.spec
    row = {"name": step.name, "entity": step.entity, "field": spec.field, "role": spec.role, "within": spec.within}
    return {**row, "unique": spec.unique}


def _operations(connection: Connection) -> Operations:
    """Return Alembic's operations, which a server that starts has no need of."""
    from alembic.migration import MigrationContext  # noqa: PLC0415
    from alembic.operations import Operations  # noqa: PLC0415

    return Operations(MigrationContext.configure(connection))


def drop_table(connection: Connection, name: str) -> None:
    """Drop the table of a card type that is purged."""
    _operations(connection).drop_table(name)


def complete_system_tables(connection: Connection) -> None:
    """Add the tables, columns and indexes that older code did not know. The system's tables only ever grow."""
    tables.metadata.create_all(connection)
    looker, operations = inspect(connection), _operations(connection)
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
