"""Steps: what a publish does to tables, worked out from what the new catalog needs and where things are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from sqlalchemy.types import TypeEngine

from kartoteka.metadata.catalog import Catalog
from kartoteka.metadata.changes import (
    Change,
    ChangeType,
    RenameEntity,
    RenameField,
    RestoreEntity,
    RestoreField,
    RetireEntity,
    RetireField,
)
from kartoteka.metadata.columns import ColumnSpec
from kartoteka.metadata.needs import SORT, IndexSpec, columns_of, indexes_of
from kartoteka.platform.placement import MOST_COLUMNS, EntityPlacement, Placement, free_name, is_ready, ready_key
from kartoteka.platform.storage import companion_columns, record_columns


@dataclass(frozen=True, slots=True)
class MoveField:
    """A field's columns belong to another key from now on."""

    entity: str
    field: str
    to: str


@dataclass(frozen=True, slots=True)
class MoveEntity:
    """An entity's tables belong to another key from now on."""

    entity: str
    to: str


@dataclass(frozen=True, slots=True)
class SetAside:
    """A field's columns, or with no field an entity's tables, are taken out of use; the data stay.

    `lives_on` is set where the field goes on in other columns: it keeps its history.
    """

    entity: str
    field: str = ""
    lives_on: bool = False


@dataclass(frozen=True, slots=True)
class TakeBack:
    """The columns or tables that a revision set aside under that key, the last one by default, are in use again."""

    entity: str
    field: str = ""
    revision: int | None = None
    kept_as: str = ""
    """The key under which they were set aside, where it is another one."""


@dataclass(frozen=True, slots=True)
class AddColumn:
    """A new column for a field and role."""

    entity: str
    field: str
    role: str
    table: str
    column: str
    type: TypeEngine[object]
    is_there: bool = False
    """It was purged and is free, or it was made ready with its values."""


@dataclass(frozen=True, slots=True)
class CreateTable:
    """A new table with its columns: the main one (ordinal 0) or a companion."""

    entity: str
    name: str
    ordinal: int
    columns: tuple[AddColumn, ...] = ()


@dataclass(frozen=True, slots=True)
class FillSortKeys:
    """The sort keys of a field that has values already."""

    entity: str
    field: str


@dataclass(frozen=True, slots=True)
class CreateIndex:
    """A new index, over live records only."""

    entity: str
    spec: IndexSpec
    name: str


@dataclass(frozen=True, slots=True)
class TakeIndex:
    """An index that was made ready is in use from now on."""

    entity: str
    spec: IndexSpec
    name: str


@dataclass(frozen=True, slots=True)
class DropIndex:
    """An index that nothing needs any more."""

    entity: str
    spec: IndexSpec
    name: str


Step = (
    MoveField
    | MoveEntity
    | SetAside
    | TakeBack
    | CreateTable
    | AddColumn
    | FillSortKeys
    | CreateIndex
    | TakeIndex
    | DropIndex
)


def moves(changes: Iterable[Change]) -> Iterator[Step]:
    """Yield the steps that only say anew what belongs to whom; the rest follows from the placement after them."""
    for change in changes:
        match change:
            case RenameEntity():
                yield MoveEntity(change.entity, change.to)
            case RenameField():
                yield MoveField(change.entity, change.key, change.to)
            case RestoreEntity():
                yield TakeBack(change.tree["key"], revision=change.revision)
            case RetireEntity():
                yield SetAside(change.tree["key"])
            case RestoreField():
                yield TakeBack(change.entity, change.field["key"], change.revision)
            case RetireField():
                yield SetAside(change.entity, change.field["key"])
            case ChangeType():
                yield SetAside(change.entity, change.after["key"], lives_on=True)
                if change.shadow is not None and change.shadow.revision is not None:
                    yield TakeBack(change.entity, change.after["key"], change.shadow.revision, change.shadow.key)


def columns(catalog: Catalog, placement: Placement) -> Iterator[Step]:
    """Yield the tables and columns that the catalog needs and the placement does not have."""
    taken = set(placement.table_names)
    for entity in catalog.entities:
        yield from _with_columns(_Room(catalog, entity, placement, taken).steps())


def indexes(catalog: Catalog, placement: Placement) -> Iterator[Step]:
    """Yield the indexes that the catalog needs and the placement does not have, and those that nothing needs."""
    taken = set(placement.index_names)
    for entity in catalog.entities:
        yield from _indexes(catalog, entity, placement, taken)


def _with_columns(steps: Iterable[Step]) -> Iterator[Step]:
    """Yield the steps, a new table together with its columns: a thousand single additions take a while."""
    everything = list(steps)
    new = {step.name for step in everything if isinstance(step, CreateTable)}
    columns = [step for step in everything if isinstance(step, AddColumn) and step.table in new]
    for step in everything:
        if isinstance(step, CreateTable):
            yield replace(step, columns=tuple(column for column in columns if column.table == step.name))
        elif not isinstance(step, AddColumn) or step.table not in new:
            yield step


class _Room:
    """Finds room for the columns of one entity."""

    def __init__(self, catalog: Catalog, entity: str, placement: Placement, taken: set[str]) -> None:
        self.catalog, self.entity, self.taken = catalog, entity, taken
        self.known: EntityPlacement | None = placement.entities.get(entity)
        self.tables = list(self.known.tables) if self.known else []
        self.sizes = list(self.known.sizes) if self.known else []
        self.names = {table: set(placement.column_names.get(table, ())) for table in self.tables}
        self.free = list(self.known.free) if self.known else []

    def steps(self) -> Iterator[Step]:
        if not self.tables:
            yield self._open_table()
        for field in self.catalog.fields(self.entity).values():
            for spec in columns_of(self.catalog, self.entity, field):
                if self.known is None or (field.key, spec.role) not in self.known.columns:
                    yield from self._find(field.key, spec)

    def _find(self, field: str, spec: ColumnSpec) -> Iterator[Step]:
        """Take the column that was made ready, or find room and fill it."""
        ready = self.known.columns.get((ready_key(field), spec.role)) if self.known else None
        if ready is not None:
            yield AddColumn(
                self.entity, field, spec.role, self.tables[ready.ordinal], ready.column, spec.type, is_there=True
            )
            return
        yield from self._place(field, spec.role, spec.type)
        if spec.role == SORT and self.known and (field, "") in self.known.columns:
            yield FillSortKeys(self.entity, field)

    def _place(self, field: str, role: str, column_type: TypeEngine[object]) -> Iterator[Step]:
        """Take a free column of that type, or make one."""
        free = next((each for each in self.free if each[0] == repr(column_type)), None)
        if free is not None:
            self.free.remove(free)
            table = self.tables[free[1].ordinal]
            yield AddColumn(self.entity, field, role, table, free[1].column, column_type, is_there=True)
            return
        if self.sizes[-1] >= MOST_COLUMNS:
            yield self._open_table()
        yield self._column(field, role, column_type)

    def _open_table(self) -> Step:
        ordinal = len(self.tables)
        name = free_name("e", self.entity if ordinal == 0 else f"{self.entity}_{ordinal + 1}", self.taken)
        own = record_columns() if ordinal == 0 else companion_columns()
        self.taken.add(name)
        self.tables.append(name)
        self.sizes.append(len(own))
        self.names[name] = {column.name for column in own}
        return CreateTable(self.entity, name, ordinal)

    def _column(self, field: str, role: str, column_type: TypeEngine[object]) -> Step:
        table = self.tables[-1]
        name = free_name("f", f"{field}_{role}" if role else field, self.names[table])
        self.names[table].add(name)
        self.sizes[-1] += 1
        return AddColumn(self.entity, field, role, table, name, column_type)


def _indexes(catalog: Catalog, entity: str, placement: Placement, taken: set[str]) -> Iterator[Step]:
    known = placement.entities[entity].indexes if entity in placement.entities else {}
    ready = {_without_mark(spec): name for spec, name in known.items() if is_ready(spec.field)}
    wanted = indexes_of(catalog, entity)
    for spec, name in sorted(known.items()):
        if spec not in wanted and not is_ready(spec.field):
            yield DropIndex(entity, spec, name)
    for spec in sorted(wanted - known.keys()):
        if spec in ready:
            yield TakeIndex(entity, spec, ready[spec])
            continue
        whole = f"{spec.within}_{spec.field}" if spec.within else spec.field
        name = free_name("i", f"{entity}_{whole}", taken)
        taken.add(name)
        yield CreateIndex(entity, spec, name)


def index_columns(step: CreateIndex, place: Callable[[str, str, str], tuple[str, str]]) -> tuple[str, list[str]] | None:
    """Return the table and the columns of an index; None where it would be over two tables: they have none in common.

    `place` gives the table and the column of an entity's field and role.
    """
    table, column = place(step.entity, step.spec.field, step.spec.role)
    if not step.spec.within:
        return table, [column]
    home, whose = place(step.entity, step.spec.within, "")
    return (table, [whose, column]) if home == table else None


def marked_ready(spec: IndexSpec) -> IndexSpec:
    """Return what the placement keeps an index as that is being made ready."""
    return replace(spec, field=ready_key(spec.field), within=ready_key(spec.within) if spec.within else "")


def _without_mark(spec: IndexSpec) -> IndexSpec:
    return replace(spec, field=spec.field[:-1], within=spec.within[:-1])
