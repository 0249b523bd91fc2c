"""Look-ups: which records have these values. One query for some hundred values, with the actor's rights."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, select

from kartoteka.metadata.definitions import Field
from kartoteka.metadata.fieldtypes.links import FILE
from kartoteka.metadata.fieldtypes.text import text_sort_key
from kartoteka.metadata.needs import SORT
from kartoteka.metadata.titles import title_expression
from kartoteka.platform import tables
from kartoteka.platform.actors import SYSTEM, Actor
from kartoteka.platform.query import Compiled, Query, fetch, ids_of
from kartoteka.platform.units import Unit

CHUNK = 500
"""Values that one query asks for."""

Found = Mapping[Any, Sequence[int]]
"""Ids of records by the value asked for; several where several records have it."""


def readable_ids(unit: Unit, actor: Actor, entity: str, ids: Iterable[int]) -> set[int]:
    """Return those of the ids that lead to live records that the actor may read."""
    if not unit.model.access.rights(actor, entity).may("read"):
        return set()
    found: set[int] = set()
    for chunk in _chunks(ids):
        found.update(ids_of(unit, actor, Query(entity, ids=tuple(chunk), limit=None)))
    return found


def linkable_ids(unit: Unit, actor: Actor, entity: str, ids: Iterable[int]) -> set[int]:
    """Return those of the ids to which the actor may make a link.

    A link to a file gives a right to its content, so only one's own uploads and what one can see already count there.
    """
    if entity != FILE or unit.model.access.is_administrator(actor):
        return readable_ids(unit, actor, entity, ids)
    return {each for each in ids if _is_own_file(unit, actor, each) or sees_file(unit, actor, each)}


def _is_own_file(unit: Unit, actor: Actor, file_id: int) -> bool:
    if actor.user_id is None:
        return False
    own = Query(FILE, ids=(file_id,), where=(f"created_by = {actor.user_id}",), limit=1, titles=False)
    return bool(fetch(unit, SYSTEM, own).rows)


def sees_file(unit: Unit, actor: Actor, file_id: int) -> bool:
    """Tell whether the actor may see a record that has this file in a field that the actor may see."""
    for entity in unit.model.access.readable(actor):
        rights = unit.model.access.rights(actor, entity.key)
        for field in entity.fields:
            if field.type.links_to == FILE and field.type.columns() and rights.sees(field.key):
                query = Query(entity.key, where=(f"{field.key} = {file_id}",), limit=1, titles=False)
                if fetch(unit, actor, query).rows:
                    return True
    return False


def may_upload(unit: Unit, actor: Actor) -> bool:
    """Tell whether there is a field of files that the actor may write, on a new record or on an old one."""
    for entity in unit.model.catalog.entities.values():
        rights = unit.model.access.rights(actor, entity.key)
        if rights.create or rights.may("edit"):
            files = (each for each in entity.fields if each.type.links_to == FILE and each.type.columns())
            if any(rights.edits(each.key) for each in files):
                return True
    return False


def ids_by_value(unit: Unit, actor: Actor, entity: str, field_key: str, values: Iterable[Any]) -> Found:
    """Return the records whose field has exactly one of the values, which are the field type's own.

    Raises BadRequest for a field that the actor can't see, NotFound for an entity that the actor can't read.
    """
    field_type = unit.model.catalog.fields(entity)[field_key].type
    by_stored = {field_type.store(value)[0]: value for value in values}
    found: dict[Any, list[int]] = defaultdict(list)
    for chunk in _chunks(by_stored):
        compiled = Compiled(unit, actor, Query(entity, titles=False))
        column = compiled.source.column(compiled.source.field(field_key))
        assert column is not None
        for record_id, stored in _matching(compiled, column, column.in_(chunk)):
            found[by_stored[stored]].append(record_id)
    return found


def ids_by_title(unit: Unit, actor: Actor, entity: str, titles: Iterable[str]) -> Found:
    """Return the records that are called exactly so. Raises NotFound for an entity that the actor can't read."""
    found: dict[Any, list[int]] = defaultdict(list)
    for chunk in _chunks(titles):
        compiled = Compiled(unit, actor, Query(entity, titles=False))
        title = compiled.source.title()
        for record_id, text in _matching(compiled, title, title.in_(chunk) & _by_index(compiled, chunk)):
            found[text].append(record_id)
    return found


def _by_index(compiled: Compiled, titles: Sequence[str]) -> ColumnElement[bool] | bool:
    """Return a condition that an index answers, where the title is a text that lists are sorted by."""
    entity = compiled.unit.model.catalog.entities[compiled.query.entity]
    field = compiled.unit.model.catalog.field(entity.key, title_expression(entity))
    if field is None or not compiled.source.rights.sees(field.key):
        return True
    keys = compiled.source.column(field, SORT)
    return True if keys is None else keys.in_([text_sort_key(text) for text in titles])


def _matching(compiled: Compiled, shown: ColumnElement[Any], condition: ColumnElement[bool]) -> Iterator[Any]:
    columns = select(compiled.source.main.c.id, shown)
    rows = columns.select_from(compiled.source.joined()).where(compiled.condition, condition)
    return iter(compiled.unit.connection.execute(rows))


def ids_by_ref(unit: Unit, actor: Actor, entity: str, refs: Iterable[str], package: str) -> Found:
    """Return the records that came under these refs: with `package`, else with any other package.

    Records that are gone, or that the actor can't read, are left out.
    """
    of = tables.reference.c
    own: dict[str, list[int]] = defaultdict(list)
    others: dict[str, list[int]] = defaultdict(list)
    for chunk in _chunks(refs):
        rows = select(of.ref, of.package, of.record_id).where(of.entity == entity, of.ref.in_(chunk))
        for ref, origin, record_id in unit.connection.execute(rows):
            (own if origin == package else others)[ref].append(record_id)
    candidates = {**others, **own}
    readable = readable_ids(unit, actor, entity, {each for ids in candidates.values() for each in ids})
    kept = {ref: sorted({each for each in ids if each in readable}) for ref, ids in candidates.items()}
    return {ref: ids for ref, ids in kept.items() if ids}


def known_refs(unit: Unit, entity: str, refs: Iterable[str], package: str) -> dict[str, int]:
    """Return the ids of the records that the package brought under these refs, also of those in the trash."""
    of = tables.reference.c
    found: dict[str, int] = {}
    for chunk in _chunks(refs):
        here = select(of.ref, of.record_id).where(of.package == package, of.entity == entity, of.ref.in_(chunk))
        found |= {row.ref: row.record_id for row in unit.connection.execute(here)}
    return found


def ids_by_unique(unit: Unit, entity: str, field: Field, stored: Iterable[Any]) -> dict[Any, int]:
    """Return which live records, whoever may read them, have these values (as stored) in a unique field."""
    column = unit.model.storage.of(entity).columns[field.key, ""]
    table = column.table
    found: dict[Any, int] = {}
    for chunk in _chunks(stored):
        rows = select(column, table.c.id).where(column.in_(chunk), table.c.deleted_at.is_(None))
        found |= {row[0]: row[1] for row in unit.connection.execute(rows)}
    return found


def _chunks(values: Iterable[Any]) -> Iterator[list[Any]]:
    everything = list(dict.fromkeys(values))
    for start in range(0, len(everything), CHUNK):
        yield everything[start : start + CHUNK]
