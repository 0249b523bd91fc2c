"""The SQL tables of entities, built from catalog and placement. Lazily: a table of 150 columns takes milliseconds."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import Any

from sqlalchemy import BigInteger, Column, Integer, MetaData, Table
from sqlalchemy.sql.selectable import NamedFromClause

from kartoteka.metadata.catalog import Catalog
from kartoteka.metadata.columns import Moment, exact_text
from kartoteka.metadata.needs import SORT, columns_of
from kartoteka.platform.placement import EntityPlacement, Placement
from kartoteka.platform.tables import Serial


def record_columns() -> tuple[Column[object], ...]:
    """Return what every record has by itself."""
    return (
        Column("id", Serial, primary_key=True),
        Column("version", Integer, nullable=False),
        Column("created_at", Moment, nullable=False),
        Column("created_by", BigInteger),
        Column("changed_at", Moment, nullable=False),
        Column("changed_by", BigInteger),
        Column("deleted_at", Moment),
    )


def companion_columns() -> tuple[Column[object], ...]:
    """Return what a companion table has besides fields: the id, and the trash mark that its indexes look at."""
    return (Column("id", Serial, primary_key=True, autoincrement=False), Column("deleted_at", Moment))


@dataclass(frozen=True)
class EntityTables:
    """The tables of one entity: the main one, then its companions, which share its id."""

    tables: tuple[Table, ...]
    columns: dict[tuple[str, str], Column[object]]
    """By field key and role."""
    _aliases: dict[tuple[int, int], NamedFromClause[Any]] = dataclasses.field(
        default_factory=dict, repr=False, compare=False
    )

    @cached_property
    def main(self) -> Table:
        """The table with the record's id, version and dates."""
        return self.tables[0]

    def alias(self, ordinal: int, number: int) -> NamedFromClause[Any]:
        """Return the `number`-th alias of a table. Statements share it: one of 150 columns takes a millisecond."""
        if (ordinal, number) not in self._aliases:
            self._aliases.setdefault((ordinal, number), self.tables[ordinal].alias())
        return self._aliases[ordinal, number]


class Storage:
    """Hands out the tables of entities. One of it belongs to one revision of the configuration."""

    def __init__(self, catalog: Catalog, placement: Placement) -> None:
        self.catalog = catalog
        self.placement = placement
        self._metadata = MetaData()
        self._built: dict[str, EntityTables] = {}
        self._lock = Lock()

    def of(self, entity: str) -> EntityTables:
        """Return the tables of an entity. Raises KeyError for an unknown one."""
        with self._lock:
            if entity not in self._built:
                self._built[entity] = self._build(entity, self.placement.entities[entity])
            return self._built[entity]

    def _build(self, entity: str, placement: EntityPlacement) -> EntityTables:
        contents: list[list[Column[object]]] = [list(record_columns())]
        contents += [list(companion_columns()) for _ in placement.tables[1:]]
        columns: dict[tuple[str, str], Column[object]] = {}
        for field in self.catalog.fields(entity).values():
            specs = {spec.role: spec.type for spec in columns_of(self.catalog, entity, field)}
            if (field.key, SORT) in placement.columns and field.type.sorts_by_key:
                specs[SORT] = exact_text()  # kept up to date, should a list need it again
            for role, column_type in specs.items():
                place = placement.columns[field.key, role]
                column: Column[object] = Column(place.column, column_type)
                columns[field.key, role] = column
                contents[place.ordinal].append(column)
        names = zip(placement.tables, contents, strict=True)
        built = tuple(Table(name, self._metadata, *each, sqlite_autoincrement=True) for name, each in names)
        return EntityTables(built, columns)
