"""Where values are held: the columns of a field, also of one that was set aside, and reading and writing them by id."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, FromClause, Select, TableClause, bindparam, insert, or_, select, update
from sqlalchemy import column as named_column
from sqlalchemy import table as named_table
from sqlalchemy.sql.elements import ColumnElement

from kartoteka.metadata.columns import Moment, exact_text
from kartoteka.metadata.fieldtypes.base import FieldType
from kartoteka.metadata.fieldtypes.text import text_sort_key
from kartoteka.metadata.needs import SORT
from kartoteka.platform.placement import EntityPlacement, Place

Stored = tuple[Any, ...]
"""What the columns of a field hold for a value; all None where it is empty."""


@dataclass(frozen=True, slots=True)
class Held:
    """The columns in which values of a type lie, one for each role, and the one of sort keys if there is one."""

    type: FieldType
    places: tuple[Place, ...]
    sort: Place | None = None

    def value(self, stored: Stored) -> Any:
        """Return the value out of its columns; None where it is empty."""
        return None if stored[0] is None else self.type.restore(stored)

    def stored(self, value: Any) -> Stored:
        """Return what the columns hold for a value."""
        return (None,) * len(self.places) if value is None else self.type.store(value)

    def row(self, value: Any) -> dict[Place, Any]:
        """Return what is to be written, by place."""
        found: dict[Place, Any] = dict(zip(self.places, self.stored(value), strict=True))
        if self.sort is not None:
            found[self.sort] = None if value is None else text_sort_key(str(self.stored(value)[0]))
        return found


def held(placement: EntityPlacement, key: str, field_type: FieldType) -> Held | None:
    """Return where the values lie that placement keeps under a key; None where there are no such columns."""
    roles = [spec.role for spec in field_type.columns()]
    found = [placement.columns.get((key, role)) for role in roles]
    places = tuple(place for place in found if place is not None)
    if not places or len(places) < len(roles):
        return None
    return Held(field_type, places, placement.columns.get((key, SORT)))


class Rows:
    """The rows of one entity with the columns of some fields, over all of its tables that are needed."""

    def __init__(self, placement: EntityPlacement, *parts: Held) -> None:
        self.parts = parts
        ordinals = {0, *(place.ordinal for part in parts for place in part.places)}
        ordinals |= {part.sort.ordinal for part in parts if part.sort}
        types = {
            place: spec.type for part in parts for place, spec in zip(part.places, part.type.columns(), strict=True)
        }
        types |= {part.sort: exact_text() for part in parts if part.sort}
        self.tables: dict[int, TableClause] = {}
        for ordinal in sorted(ordinals):
            own = [named_column(place.column, kind) for place, kind in types.items() if place.ordinal == ordinal]
            deleted = named_column("deleted_at", Moment())
            self.tables[ordinal] = named_table(placement.tables[ordinal], named_column("id"), deleted, *own)
        self.main = self.tables[0]

    def columns(self, part: Held) -> list[ColumnElement[Any]]:
        """Return the columns of one of the fields."""
        return [self.tables[place.ordinal].c[place.column] for place in part.places]

    def joined(self) -> FromClause:
        """Return the tables, each row of the main one with what belongs to it."""
        found: FromClause = self.main
        for ordinal, table in self.tables.items():
            if ordinal:
                found = found.outerjoin(table, table.c.id == self.main.c.id)
        return found

    def page(self, last: int, size: int, *parts: Held) -> Select[Any]:
        """Return the query for the next rows by id in which one of these fields has a value."""
        filled = [self.columns(part)[0].is_not(None) for part in parts]
        found = self._stored(*parts).where(self.main.c.id > last, or_(*filled))
        return found.order_by(self.main.c.id).limit(size)

    def of(self, ids: Collection[int], *parts: Held) -> Select[Any]:
        """Return the query for these rows, whether they have values or not."""
        return self._stored(*parts).where(self.main.c.id.in_(ids)).order_by(self.main.c.id)

    def _stored(self, *parts: Held) -> Select[Any]:
        columns = [column for part in parts for column in self.columns(part)]
        return select(self.main.c.id, *columns).select_from(self.joined())

    def write(self, connection: Connection, part: Held, values: Mapping[int, Any]) -> None:
        """Write values of one of the fields, by id; a companion row is made where there is none."""
        if not values:
            return
        rows = {record_id: part.row(value) for record_id, value in values.items()}
        places = [*part.places, *([part.sort] if part.sort else [])]
        for ordinal in dict.fromkeys(place.ordinal for place in places):
            table = self.tables[ordinal]
            own = [place for place in places if place.ordinal == ordinal]
            if ordinal:
                self._ensure(connection, table, tuple(rows))
            filled = {
                place.column: bindparam(f"to_{number}", type_=table.c[place.column].type)
                for number, place in enumerate(own)
            }
            statement = update(table).where(table.c.id == bindparam("row")).values(filled)
            parameters = [
                {"row": record_id} | {f"to_{number}": row[place] for number, place in enumerate(own)}
                for record_id, row in rows.items()
            ]
            connection.execute(statement, parameters)

    def _ensure(self, connection: Connection, table: TableClause, ids: Sequence[int]) -> None:
        """Make the companion's rows for these records, with the trash mark that its indexes look at."""
        known = set(connection.execute(select(table.c.id).where(table.c.id.in_(ids))).scalars())
        missing = [each for each in ids if each not in known]
        if missing:
            marks = connection.execute(
                select(self.main.c.id, self.main.c.deleted_at).where(self.main.c.id.in_(missing))
            )
            connection.execute(insert(table), [{"id": row.id, "deleted_at": row.deleted_at} for row in marks])
