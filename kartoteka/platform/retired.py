"""What was taken out of use and is kept: fields and card types, since when, by whom, and how much of it there is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select
from sqlalchemy import column as named_column
from sqlalchemy import table as named_table

from kartoteka.metadata.changes import Change, ChangeType, RenameEntity, RetireEntity, RetireField
from kartoteka.metadata.trees import Tree
from kartoteka.platform import tables
from kartoteka.platform.journal import Entry, entries
from kartoteka.platform.placement import set_aside_key

EVERY_ENTRY = 1_000_000
_places = tables.placement.c
_tables = tables.entity_table.c


@dataclass(frozen=True, slots=True)
class Retired:
    """A field that was taken out of use, or with no `field` a card type; `tree` is its definition."""

    entity: str
    tree: Tree
    revision: int
    number: int
    """The publish that did it, in the journal."""
    at: datetime
    actor: str
    field: str = ""
    is_shadow: bool = False
    """Its values were converted to another type: the field itself lives on."""

    @property
    def name(self) -> str:
        """The name under which placement keeps it."""
        return set_aside_key(self.field or self.entity, self.revision)

    @property
    def key(self) -> str:
        """What a person types who wants it destroyed: `client.city`, or `client`."""
        return f"{self.entity}.{self.field}" if self.field else self.entity


def all_retired(connection: Connection) -> list[Retired]:
    """Return everything whose data were set aside and are still there, the newest first."""
    fields = {(row.entity, row.field) for row in connection.execute(select(_places.entity, _places.field).distinct())}
    entities = set(connection.execute(select(_tables.entity)).scalars())
    found = _set_aside(entries(connection, EVERY_ENTRY))
    return [e for e in found if ((e.entity, e.name) in fields if e.field else e.name in entities)]


def _set_aside(journal: Sequence[Entry]) -> Iterator[Retired]:
    """Yield what publishes set aside, the newest first, by the names that card types have now."""
    names: dict[str, str] = {}
    for entry in journal:
        for change in reversed(entry.changes):
            if isinstance(change, RenameEntity):
                names[change.entity] = names.get(change.to, change.to)
            else:
                yield from _of_change(entry, change, names)


def _of_change(entry: Entry, change: Change, names: dict[str, str]) -> Iterator[Retired]:
    about = (entry.revision, entry.number, entry.at, entry.actor)
    match change:
        case RetireEntity():
            key: str = change.tree["key"]
            yield Retired(names.get(key, key), change.tree, *about)
        case RetireField():
            entity = names.get(change.entity, change.entity)
            yield Retired(entity, change.field, *about, field=change.field["key"])
        case ChangeType():
            entity = names.get(change.entity, change.entity)
            yield Retired(entity, change.before, *about, field=change.after["key"], is_shadow=True)


def count_of(connection: Connection, each: Retired) -> int:
    """Return how many values of a field are kept, or how many records of a card type."""
    if not each.field:
        name = connection.execute(select(_tables.name).where(_tables.entity == each.name, _tables.ordinal == 0))
        return int(connection.execute(select(func.count()).select_from(named_table(name.scalar_one()))).scalar_one())
    here = (_places.entity == each.entity) & (_places.field == each.name)
    places = connection.execute(select(_places.table, _places.column).where(here).order_by(_places.role)).first()
    if places is None:
        return 0
    source = named_table(places[0], named_column(places[1]))
    return int(connection.execute(select(func.count(source.c[places[1]]))).scalar_one())
