"""Placement: which tables and columns hold which entity and field.

Physical names are assigned once and never reused, so a rename touches no table and a new field of an old key
inherits nothing. Placement lies outside the catalog and its hash.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, select

from kartoteka.metadata.needs import IndexSpec
from kartoteka.platform import tables

MOST_COLUMNS = 250
"""Columns of a table, after which a companion table opens."""
LONGEST_NAME = 63
"""Bytes of an identifier that PostgreSQL keeps."""
FREE = "#"
"""What a column holds whose values were purged: nothing, so that another field of its type may have it.

What is about to be purged has this before its name.
"""


class Place(NamedTuple):
    """A column: the number of the entity's table (0 is the main one) and the column's name."""

    ordinal: int
    column: str


@dataclass(frozen=True, slots=True)
class EntityPlacement:
    """Where the fields of one entity are, those set aside included (their keys have a # in them)."""

    tables: tuple[str, ...]
    sizes: tuple[int, ...]
    """Columns that each table has, retired ones included."""
    columns: Mapping[tuple[str, str], Place]
    """By field and role."""
    types: Mapping[tuple[str, str], str]
    indexes: Mapping[IndexSpec, str]
    free: tuple[tuple[str, Place], ...] = ()
    """Types of columns that were purged, and where these are."""


@dataclass(frozen=True, slots=True)
class Placement:
    """Where everything is, and which names are taken for ever."""

    entities: Mapping[str, EntityPlacement] = field(default_factory=dict)
    table_names: frozenset[str] = frozenset()
    column_names: Mapping[str, Set[str]] = field(default_factory=dict)
    index_names: frozenset[str] = frozenset()

    def soon_unique(self, entity: str) -> Set[str]:
        """Return the fields about to be unique whose columns refuse repeated values already."""
        known = self.entities.get(entity)
        unique = [spec for spec in known.indexes if spec.unique and is_ready(spec.field)] if known else []
        return {spec.field[:-1] for spec in unique if known and (spec.field, spec.role) not in known.columns}


def load_placement(connection: Connection) -> Placement:
    """Read the placement."""
    table_rows = connection.execute(select(tables.entity_table).order_by(tables.entity_table.c.ordinal)).all()
    of = tables.placement.c
    found = select(of.table, of.column, of.entity, of.field, of.role, of.type)
    index_rows = connection.execute(select(tables.entity_index)).all()
    ordinals = {row.name: row.ordinal for row in table_rows}
    columns: dict[str, dict[tuple[str, str], Place]] = defaultdict(dict)
    types: dict[str, dict[tuple[str, str], str]] = defaultdict(dict)
    indexes: dict[str, dict[IndexSpec, str]] = defaultdict(dict)
    taken: dict[str, set[str]] = defaultdict(set)
    free: dict[str, list[tuple[str, Place]]] = defaultdict(list)
    for table, column, entity, key, role, type_name in connection.execute(found.order_by(of.table, of.column)):
        taken[table].add(column)
        if key == FREE:
            free[entity].append((type_name, Place(ordinals[table], column)))
            continue
        columns[entity][key, role] = Place(ordinals[table], column)
        types[entity][key, role] = type_name
    for row in index_rows:
        indexes[row.entity][IndexSpec(row.field, row.role, row.unique, row.within)] = row.name
    entities = {
        key: EntityPlacement(
            tuple(row.name for row in of_entity),
            tuple(row.columns for row in of_entity),
            columns[key],
            types[key],
            indexes[key],
            tuple(free[key]),
        )
        for key, of_entity in _by_entity(table_rows).items()
    }
    names = frozenset(row.name for row in table_rows)
    return Placement(entities, names, dict(taken), frozenset(row.name for row in index_rows))


def _by_entity(rows: Iterable[Row[Any]]) -> dict[str, list[Row[Any]]]:
    found: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        found[row.entity].append(row)
    return found


def set_aside_key(key: str, revision: int) -> str:
    """Return the name under which placement keeps what was taken out of use: no definition can have it."""
    return f"{key}#{revision}"


def ready_key(key: str) -> str:
    """Return the name under which placement keeps what is being made ready for a field: no definition can have it."""
    return f"{key}+"


def is_ready(key: str) -> bool:
    """Tell whether it is the name of something that is being made ready for a publish."""
    return key.endswith("+")


def is_set_aside(key: str) -> bool:
    """Tell whether it is the name of something that was taken out of use."""
    return "#" in key


def free_name(prefix: str, key: str, taken: Set[str]) -> str:
    """Return a name within 63 bytes that nothing has or ever had."""
    base = f"{prefix}_{key}"[:LONGEST_NAME]
    number = 1
    name = base
    while name in taken:
        number += 1
        suffix = f"_{number}"
        name = base[: LONGEST_NAME - len(suffix)] + suffix
    return name
