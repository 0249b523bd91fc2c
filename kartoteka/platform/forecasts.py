"""Forecasts: whether a publish takes long over big tables, and what people notice of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, func, select
from sqlalchemy import column as named_column
from sqlalchemy import table as named_table

from kartoteka.metadata.catalog import Catalog
from kartoteka.metadata.changes import Change, ChangeType, entity_of
from kartoteka.metadata.needs import indexes_of, sorted_texts
from kartoteka.metadata.problems import Message
from kartoteka.metadata.trees import read_field
from kartoteka.platform.configuration import Model
from kartoteka.platform.renaming import named_before, renames_in

MOST_FILLED_AT_ONCE = 10_000
"""Records of which a publish fills columns while everybody waits: about a second."""
MOST_INDEXED_AT_ONCE = 100_000
"""Records over which a publish makes an index while everybody waits."""
FILLED_A_SECOND = 5_000
INDEXED_A_SECOND = 400_000


def smallest_big() -> int:
    """Return how many records a table may have so that nothing about it takes long."""
    return min(MOST_FILLED_AT_ONCE, MOST_INDEXED_AT_ONCE)


def sizes_touched(connection: Connection, model: Model, changes: Sequence[Change]) -> dict[str, int]:
    """Return about how many records the card types have that changes are about: the highest number of one."""
    renames, found = renames_in(changes), {}
    for entity in {named_before(entity_of(change), "", renames)[0] for change in changes}:
        if entity in model.catalog.entities:
            main = named_table(model.placement.entities[entity].tables[0], named_column("id"))
            found[entity] = int(connection.execute(select(func.max(main.c.id))).scalar() or 0)
    return found


def forecast(
    connection: Connection, model: Model, catalog: Catalog, changes: tuple[Change, ...]
) -> tuple[Message, ...]:
    """Return what people will notice of putting `catalog` in force; nothing where it is done at once."""
    return tuple(_Forecast(connection, model, catalog, changes).messages())


class _Forecast:
    """Looks for what takes long."""

    def __init__(self, connection: Connection, model: Model, catalog: Catalog, changes: tuple[Change, ...]) -> None:
        self.old, self.new, self.changes = model.catalog, catalog, changes
        self.sqlite = connection.dialect.name == "sqlite"
        self._renames = renames_in(changes)
        self._sizes = sizes_touched(connection, model, changes)

    def messages(self) -> Iterator[Message]:
        """Yield what is to be said before anybody publishes."""
        filled = {entity: size for entity, size in self._filled() if size > MOST_FILLED_AT_ONCE}
        indexed = [size for size in self._indexed() if size > MOST_INDEXED_AT_ONCE]
        waiting = [size for size in self._waiting() if size > MOST_FILLED_AT_ONCE]
        if filled or indexed:
            seconds = sum(filled.values()) // FILLED_A_SECOND + sum(indexed) // INDEXED_A_SECOND
            params = {"count": max(*filled.values(), *indexed, 0), "minutes": seconds // 60 + 1}
            yield Message("effect.in_background", params)
        if indexed and self.sqlite:
            yield Message("effect.writers_wait", {"count": max(indexed) // INDEXED_A_SECOND + 1})
        if waiting:
            yield Message("effect.everybody_waits", {"count": sum(waiting) // FILLED_A_SECOND + 1})

    def _size(self, entity: str) -> int:
        return self._sizes.get(named_before(entity, "", self._renames)[0], 0)

    def _filled(self) -> Iterator[tuple[str, int]]:
        """Yield the card types of which columns are to be filled."""
        for change in self.changes:
            if isinstance(change, ChangeType):
                yield change.entity, self._size(change.entity)
        for entity in self.new.entities:
            before = named_before(entity, "", self._renames)[0]
            if before in self.old.entities and self._size(entity) > MOST_FILLED_AT_ONCE:
                known = sorted_texts(self.old, before) | self.new.fields(entity).keys() - self.old.fields(before).keys()
                if sorted_texts(self.new, entity) - known:
                    yield entity, self._size(entity)

    def _indexed(self) -> Iterator[int]:
        """Yield the sizes of what gets another index."""
        for entity in self.new.entities:
            size = self._size(entity)
            before = named_before(entity, "", self._renames)[0]
            if size > MOST_INDEXED_AT_ONCE:
                yield from [size] * len(indexes_of(self.new, entity) - indexes_of(self.old, before))

    def _waiting(self) -> Iterator[int]:
        """Yield the sizes of what is converted in the publish itself: links to a card type that is new in it too."""
        for change in self.changes:
            if isinstance(change, ChangeType) and not can_be_ready(change, self.old):
                yield 0 if comes_back(change) else self._size(change.entity)


def comes_back(change: ChangeType) -> bool:
    """Tell whether old values come back: nothing is converted but what people have written since."""
    return change.shadow is not None and change.shadow.revision is not None


def can_be_ready(change: ChangeType, catalog: Catalog) -> bool:
    """Tell whether all that a conversion needs is in force: the card type that links lead to may be new too."""
    leads_to = read_field(change.after).type.links_to
    return not comes_back(change) and (not leads_to or leads_to in catalog.entities)
