"""Former keys: which field an old history entry speaks of. Entries keep the keys of their time, for ever.

A key that passed to another field, by a rename, or that was set aside with its field, is noted with the last entry that
was written under it: a new field of the same key inherits nothing of the timeline either.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

from sqlalchemy import Connection, bindparam, func, insert, select, update

from kartoteka.platform import tables
from kartoteka.platform.placement import is_set_aside

_former = tables.former_key
_KNOWN = (
    select(_former.c.key, _former.c.until, _former.c.name)
    .where(_former.c.entity == bindparam("entity"))
    .order_by(_former.c.id)
)
_Named = Callable[[int, str], str]


def move(connection: Connection, entity: str, key: str, to: str) -> None:
    """Note that what was written under `key` so far belongs to `to` from now on. Nobody may be writing meanwhile."""
    of = _former.c
    connection.execute(update(_former).where(of.entity == entity, of.name == key).values(name=to))
    if not is_set_aside(key):
        last = connection.execute(select(func.max(tables.history.c.id))).scalar_one() or 0
        connection.execute(insert(_former), {"entity": entity, "key": key, "until": last, "name": to})


def namer(connection: Connection, entity: str) -> _Named:
    """Return what tells of an entry's number and a key in it which field's it is; set aside ones have a # in them."""
    known: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for key, until, name in connection.execute(_KNOWN, {"entity": entity}):
        known[key].append((until, name))

    def named(entry: int, key: str) -> str:
        return next((name for until, name in known.get(key, ()) if entry <= until), key)

    return named
