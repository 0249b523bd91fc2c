"""History: who changed what from what to what. Append-only; each record's entries form a chain.

An entry commits to a salted hash of its values and to the entry before it, so erasing a person's data (values and salt)
does not break the chain, and no writer waits for a global link.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import groupby
from typing import Any, Literal

import msgspec
from sqlalchemy import Connection, Select, bindparam, func, select, update

from kartoteka.metadata.trees import canonical
from kartoteka.platform import former_keys, tables
from kartoteka.platform.bulk_insert import insert_many
from kartoteka.platform.columnwise import Column

Action = Literal["create", "update", "delete", "restore"]
Changes = Mapping[str, Sequence[Any]]
"""By field: the old and the new value as JSON data."""
Made = Changes | msgspec.Raw
"""Changes, or their canonical JSON."""

_history = tables.history
_of = _history.c
_LAST_DIGEST = (
    select(_of.digest)
    .where(_of.entity == bindparam("entity"), _of.record_id == bindparam("record"))
    .order_by(_of.id.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One change of one record."""

    id: int
    version: int
    at: datetime
    user_id: int | None
    action: Action
    changes: Changes


@dataclass(frozen=True, slots=True)
class NewEntry:
    """An entry to be written."""

    entity: str
    record_id: int
    version: int
    at: datetime
    user_id: int | None
    action: Action
    changes: Made


def append(connection: Connection, entries: Sequence[NewEntry]) -> None:
    """Write entries, at most one for each record."""
    if not entries:
        return
    if len(entries) == 1:
        _write(connection, [_row(entries[0], _last_digest(connection, entries[0]))])
        return
    old = [entry for entry in entries if entry.version > 1]
    last = _last_digests(connection, entries[0].entity, [entry.record_id for entry in old]) if old else {}
    _write(connection, [_row(entry, last.get(entry.record_id, b"")) for entry in entries])


def append_first(connection: Connection, entries: Iterable[NewEntry]) -> None:
    """Write the entries of new records; each may be let go of before the next one is made."""
    _write(connection, [_row(entry, b"") for entry in entries])


def _write(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        columns = {name: Column.of([row[name] for row in rows]) for name in rows[0]}
        insert_many(connection, _history, columns, ready=frozenset({"changes"}))


def _last_digest(connection: Connection, entry: NewEntry) -> bytes:
    """Return the digest of the record's last entry; the others are not read, however long the history is."""
    asked = {"entity": entry.entity, "record": entry.record_id}
    found: bytes | None = connection.execute(_LAST_DIGEST, asked).scalar() if entry.version > 1 else None
    return found or b""


def _last_digests(connection: Connection, entity: str, ids: Iterable[int]) -> dict[int, bytes]:
    """Return the digest of each record's last entry."""
    of = _history.c
    last = select(func.max(of.id)).where(of.entity == entity, of.record_id.in_(tuple(ids))).group_by(of.record_id)
    rows = select(of.record_id, of.digest).where(of.id.in_(last))
    return {row.record_id: row.digest for row in connection.execute(rows)}


def _row(entry: NewEntry, before: bytes) -> dict[str, Any]:
    """Return the columns of an entry; `changes` as the JSON text that the driver takes."""
    salt = secrets.token_bytes(16)
    changes = canonical(entry.changes)
    values = hashlib.sha256(salt + changes).digest()
    head = _head(entry)
    row = {name: getattr(entry, name) for name in NewEntry.__slots__}
    return row | {"changes": changes.decode(), "salt": salt, "digest": hashlib.sha256(before + head + values).digest()}


@cache
def _latest_entries(number: int | None) -> Select[Any]:
    columns = (_of.id, _of.version, _of.at, _of.user_id, _of.action, _of.changes)
    here = _of.entity == bindparam("entity"), _of.record_id == bindparam("record"), _of.version > bindparam("since")
    return select(*columns).where(*here).order_by(_of.id.desc()).limit(number)


def _head(entry: Any) -> bytes:
    """Return what an entry commits to besides its values; not to the entity's key, which may be renamed."""
    return canonical([entry.record_id, entry.version, entry.at, entry.user_id, entry.action])


def of_record(
    connection: Connection, entity: str, record_id: int, since_version: int = 0, latest: int | None = None
) -> list[Entry]:
    """Return the record's entries after a version, the oldest first; only so many of the latest where that is said.

    Their changes stand under the names that the fields have now; those of fields that were set aside have a # in them.
    """
    asked = {"entity": entity, "record": record_id, "since": since_version}
    rows = connection.execute(_latest_entries(latest), asked).all()
    named = former_keys.namer(connection, entity)
    return [
        Entry(
            number, version, at, user_id, action, {named(number, k): each for k, each in changes.items() if k != ERASED}
        )
        for number, version, at, user_id, action, changes in reversed(rows)
    ]


ERASED = "#"
"""Stands among the changes of an entry that had more: the hash of what they were. No field can be called so."""


def written_since(connection: Connection, entity: str, since: datetime | None) -> list[int]:
    """Return which records of an entity were written since a moment, or ever, in order."""
    found = select(_of.record_id).distinct().where(_of.entity == entity).order_by(_of.record_id)
    return list(connection.execute(found if since is None else found.where(_of.at >= since)).scalars())


def erase(connection: Connection, entity: str, name: str, rows: Sequence[Any]) -> None:
    """Erase from entries the values of one field, by the name that it has now. With the salt go all ways to guess."""
    named = former_keys.namer(connection, entity)
    for row in rows:
        kept = {key: change for key, change in row.changes.items() if named(row.id, key) != name}
        if kept != row.changes:
            kept[ERASED] = row.changes.get(ERASED) or hashlib.sha256(row.salt + canonical(row.changes)).hexdigest()
            erased = update(_history).where(_history.c.id == row.id).values(changes=kept, salt=b"")
            connection.execute(erased)


def _hash_of_values(row: Any) -> bytes:
    erased: str | None = row.changes.get(ERASED)
    return bytes.fromhex(erased) if erased else hashlib.sha256(row.salt + canonical(row.changes)).digest()


def verify(connection: Connection, entity: str, record_id: int) -> bool:
    """Tell whether the record's chain is whole. Only the record's version tells whether its newest entries are gone."""
    of = _history.c
    here = (of.entity == entity) & (of.record_id == record_id)
    return not any(_breaks(connection.execute(select(_history).where(here).order_by(of.id))))


def broken_chains(connection: Connection) -> Iterator[tuple[str, int]]:
    """Yield entity and id of every record whose chain is not whole, reading the whole history once."""
    of = _history.c
    ordered = select(_history).order_by(of.entity, of.record_id, of.id)
    rows = connection.execute(ordered.execution_options(yield_per=1000))
    for (entity, record_id), chain in groupby(rows, key=lambda row: (row.entity, row.record_id)):
        if any(_breaks(chain)):
            yield entity, record_id


def _breaks(rows: Iterable[Any]) -> Iterator[bool]:
    """Yield for each entry, the oldest first, whether it is not the one that was written after the one before."""
    before = b""
    for row in rows:
        yield row.digest != hashlib.sha256(before + _head(row) + _hash_of_values(row)).digest()
        before = row.digest
