"""The one writer: every write, from whichever outlet, goes through here.

Access, rules, the changed columns, a history entry and a job for what must follow, in the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeVar

import msgspec
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from kartoteka.metadata.definitions import Field
from kartoteka.metadata.fieldtypes.links import LARGEST_ID, USER
from kartoteka.metadata.problems import Conflict, Forbidden, NotFound, Problem, Refused
from kartoteka.metadata.trees import canonical
from kartoteka.platform import accounts, history, jobs, numbering
from kartoteka.platform.access import Rights, Verb
from kartoteka.platform.actors import SYSTEM, Actor
from kartoteka.platform.assignment import assigned, assigning
from kartoteka.platform.batches import Checked, check_new, unwritable
from kartoteka.platform.columnwise import Column
from kartoteka.platform.conversions.shadows import field_then
from kartoteka.platform.query import Query, Row, count, get
from kartoteka.platform.rows import insert_rows, update_row
from kartoteka.platform.rules import link_problems, unique_problems, value_problems
from kartoteka.platform.units import Unit

T = TypeVar("T")
Values = Mapping[str, Any]
"""A record's values by field key, as the field types' own Python values; None is empty."""

INDEX_JOB = "index"
"""The job that brings a record's texts to the search index."""


def create(unit: Unit, actor: Actor, entity: str, values: Values, problems: Sequence[Problem] = ()) -> int:
    """Make a record and return its id. `problems` are those found while the values were read.

    Raises Forbidden without the right, Refused with all problems at once.
    """
    return create_many(unit, actor, entity, [values], problems)[0]


def create_many(
    unit: Unit, actor: Actor, entity: str, batch: Sequence[Values], problems: Sequence[Problem] = ()
) -> list[int]:
    """Make several records and return their ids in order; all or none. Raises as `create`."""
    checked = _checked_new(unit, actor, entity, batch, problems)
    found = [*problems, *(problem for record in checked.records for problem in record.problems)]
    if found:
        raise Refused(found)
    return _insert_new(unit, actor, entity, *checked.sound())


def create_each(
    unit: Unit, actor: Actor, entity: str, batch: Sequence[Values], *, gaps: bool = False
) -> list[int | tuple[Problem, ...]]:
    """Make those of the records that have no problem; return for each its id, or what is wrong with it.

    `gaps`: required fields may be empty and stand as "to complete", as those of old records do.
    Raises Forbidden without the right, Refused when somebody else took a unique value at the same moment.
    """
    checked = _checked_new(unit, actor, entity, batch, gaps=gaps)
    ids = iter(_insert_new(unit, actor, entity, *checked.sound()))
    return [tuple(record.problems) if record.problems else next(ids) for record in checked.records]


def _checked_new(
    unit: Unit, actor: Actor, entity: str, batch: Sequence[Values], known: Sequence[Problem] = (), gaps: bool = False
) -> Checked:
    if not _rights(unit, actor, entity).create:
        raise Forbidden("access.no_create", entity=entity)
    batch = [_by_current_key(unit, entity, values) for values in batch]
    return check_new(unit, actor, entity, batch, known, gaps)


def _insert_new(
    unit: Unit, actor: Actor, entity: str, batch: Sequence[dict[str, Any]], columns: Mapping[str, Column]
) -> list[int]:
    """Write the records. `columns` are all that is in them, or nothing where they are few."""
    if not batch:
        return []
    numbered = numbering.number_records(unit, entity, batch)
    if columns:
        columns = {**columns, **{key: Column.of([values[key] for values in batch]) for key in numbered}}
    ids = _unique_guard(unit, entity, batch, lambda: insert_rows(unit, actor, entity, batch, columns or None))
    _refuse_if_out_of_reach(unit, actor, entity, ids)
    fields = unit.model.catalog.fields(entity)
    if columns:
        _note_created(unit, actor, entity, ids, _made(fields, columns))
    else:
        _note_created(unit, actor, entity, ids, (_differences(fields, {}, values) for values in batch))
    return ids


def _assigned(unit: Unit, entity: str, values: Values) -> Values:
    """Return the values under the keys of today and as their types keep them. Raises Refused for one that can't be."""
    fields = unit.model.catalog.fields(entity).values()
    types = unit.model.once(("assigned", entity), lambda: assigning(fields))
    return assigned(_by_current_key(unit, entity, values), types)


def _by_current_key(unit: Unit, entity: str, values: Values) -> Values:
    """Return the values by the fields' keys of today: an old form or program may know them by earlier ones."""
    fields = unit.model.catalog.fields(entity)
    if values.keys() <= fields.keys():
        return values
    named = {key: unit.model.catalog.field_named(entity, key) for key in values}
    return {field.key if (field := named[key]) else key: value for key, value in values.items()}


@dataclass(frozen=True, slots=True)
class Updated:
    """What became of an update: the record's version now, and the fields that changed."""

    version: int
    changed: tuple[str, ...]


def update_record(
    unit: Unit,
    actor: Actor,
    entity: str,
    record_id: int,
    values: Values,
    version: int | None = None,
    problems: Sequence[Problem] = (),
    row: Row | None = None,
) -> Updated:
    """Write the values that differ. A field that is not named stays as it is.

    `row` is the record as `locked` has given it in this transaction, with these fields; otherwise it is read here.

    `version` is the one that the person looked at: what others changed since then merges where the fields are others,
    and raises Conflict where they are the same, with both values. Raises NotFound, Forbidden, Refused besides.
    """
    fields = unit.model.catalog.fields(entity)
    rights = _rights(unit, actor, entity)
    values = _assigned(unit, entity, values)
    refused = unwritable(fields, rights, values)
    names = tuple(key for key in values if key in fields and rights.sees(key))
    row = row or locked(unit, actor, Query(entity, names, titles=False), record_id, "edit")
    changed = {key: values[key] for key in names if values[key] != row.values[key]}
    refused = [each for each in refused if each.field in changed or each.code == "field.unknown"]
    if version is not None and version != row.version:
        _refuse_lost_update(unit, actor, entity, record_id, version, changed, row)
    found = [*problems, *refused]
    found += [p for key, value in changed.items() for p in value_problems(fields[key], value, row.values[key])]
    broken = {problem.field for problem in found}
    clean = [fields[key] for key in changed if key not in broken]
    found += link_problems(unit, actor, clean, changed)
    found += unique_problems(unit, entity, clean, changed, besides=record_id)
    if entity == USER:
        found += accounts.change_problems(unit, actor, record_id, changed)
    if found:
        raise Refused(found)
    if not changed:
        return Updated(row.version, ())
    write = partial(update_row, unit, actor, entity, record_id, row.version, changed)
    _unique_guard(unit, entity, [changed], write, besides=record_id)
    _refuse_if_out_of_reach(unit, actor, entity, [record_id])
    _note(unit, actor, entity, record_id, row.version + 1, "update", _differences(fields, row.values, changed))
    if entity == USER:
        accounts.follow_change(unit, record_id, changed)
    return Updated(row.version + 1, tuple(changed))


def delete(unit: Unit, actor: Actor, entity: str, record_id: int, version: int | None = None) -> None:
    """Put a record into the trash. Raises NotFound, Forbidden, Conflict where it is no longer at `version`.

    Raises Refused for a person without whom nobody could configure anything.
    """
    row = locked(unit, actor, Query(entity, titles=False), record_id, "delete")
    if version is not None and version != row.version:
        raise Conflict("record.changed", entity=entity, id=record_id, version=row.version)
    found = list(accounts.removal_problems(unit, actor, record_id)) if entity == USER else []
    if found:
        raise Refused(found)
    update_row(unit, actor, entity, record_id, row.version, {}, deleted_at=unit.now)
    _note(unit, actor, entity, record_id, row.version + 1, "delete", {})
    if entity == USER:
        accounts.follow_removal(unit, record_id)


def restore(unit: Unit, actor: Actor, entity: str, record_id: int) -> None:
    """Take a record out of the trash. Raises NotFound, Forbidden, Refused where a unique value is taken by now."""
    fields = unit.model.catalog.fields(entity)
    unique = tuple(field.key for field in fields.values() if field.unique)
    row = locked(unit, actor, Query(entity, trash=True, titles=False), record_id, "delete")
    values = get(unit, SYSTEM, Query(entity, unique, trash=True, titles=False), record_id).values
    taken = list(unique_problems(unit, entity, (fields[key] for key in unique), values, besides=record_id))
    if taken:
        raise Refused(taken)
    write = partial(update_row, unit, actor, entity, record_id, row.version, {}, deleted_at=None)
    _unique_guard(unit, entity, [values], write, besides=record_id)
    _note(unit, actor, entity, record_id, row.version + 1, "restore", {})


def _rights(unit: Unit, actor: Actor, entity: str) -> Rights:
    if entity not in unit.model.catalog.entities:
        raise NotFound("query.unknown_entity", name=entity)
    return unit.model.access.rights(actor, entity)


def locked(unit: Unit, actor: Actor, query: Query, record_id: int, verb: Verb) -> Row:
    """Lock a record that the actor may see, then read it; Forbidden where it may be seen but not written."""
    main = unit.model.storage.of(query.entity).main
    if unit.connection.dialect.name == "postgresql" and 0 < record_id <= LARGEST_ID:
        unit.connection.execute(select(main.c.id).where(main.c.id == record_id).with_for_update())
    rights = unit.model.access.rights(actor, query.entity)
    try:
        if rights.may(verb):
            return get(unit, actor, replace(query, verb=verb), record_id)
    except NotFound:
        pass
    get(unit, actor, replace(query, columns=()), record_id)  # who may not even see it is told that it isn't there
    raise Forbidden(f"access.no_{verb}", entity=query.entity)


def _refuse_if_out_of_reach(unit: Unit, actor: Actor, entity: str, ids: Sequence[int]) -> None:
    """A write may hand a record over to somebody else; it may not put it past the conditions of the actor's roles."""
    if unit.model.access.rights(actor, entity).kept:
        for chunk in (ids[start : start + 500] for start in range(0, len(ids), 500)):
            kept = Query(entity, titles=False, verb="keep", ids=tuple(chunk))
            if count(unit, actor, kept, cap=None) < len(chunk):
                raise Forbidden("access.out_of_reach", entity=entity)


def _refuse_lost_update(
    unit: Unit, actor: Actor, entity: str, record_id: int, version: int, changed: Values, row: Row
) -> None:
    """Raise Conflict when others changed the same fields since `version`."""
    fields = unit.model.catalog.fields(entity)
    since = history.of_record(unit.connection, entity, record_id, version)
    named = (field_then(unit, entity, key) for entry in since for key in entry.changes)
    theirs = {found[0].key for found in named if found}
    both = [key for key in changed if key in theirs]
    if both:
        details = [
            {
                "field": key,
                "theirs": _dumped(fields[key], row.values[key]),
                "yours": _dumped(fields[key], changed[key]),
            }
            for key in both
        ]
        raise Conflict("record.changed", details, entity=entity, id=record_id, version=row.version, fields=both)


def _unique_guard(unit: Unit, entity: str, batch: Sequence[Values], write: Callable[[], T], besides: int = 0) -> T:
    """Turn the database's refusal of a duplicate, which a race can still bring about, into the field's problem."""
    fields = unit.model.catalog.fields(entity).values()
    soon = unit.model.placement.soon_unique(entity)
    unique = [e for e in fields if (e.unique or e.key in soon) and any(e.key in values for values in batch)]
    if not unique and not soon:
        return write()
    try:
        with unit.connection.begin_nested():  # so that PostgreSQL still answers afterwards
            return write()
    except IntegrityError as error:
        found = [p for values in batch for p in unique_problems(unit, entity, unique, values, besides)]
        raise Refused(found or [Problem("not_unique", {"value": ""})]) from error


def _differences(fields: Mapping[str, Field], old: Values, new: Values) -> dict[str, list[Any]]:
    return {key: [_dumped(fields[key], old.get(key)), _dumped(fields[key], new[key])] for key in new}


def _dumped(field: Field, value: Any) -> Any:
    return None if value is None else field.type.dump(value)


def _note_created(unit: Unit, actor: Actor, entity: str, ids: Sequence[int], made: Iterable[history.Made]) -> None:
    entries = (
        history.NewEntry(entity, record_id, 1, unit.now, actor.user_id, "create", changes)
        for record_id, changes in zip(ids, made, strict=True)
    )
    history.append_first(unit.connection, entries)
    jobs.enqueue(unit.connection, INDEX_JOB, [{"entity": entity, "ids": list(ids)}], unit.now)


def _made(fields: Mapping[str, Field], columns: Mapping[str, Column]) -> Iterator[msgspec.Raw]:
    """Yield each new record's values as changes from nothing; of equal values they are written once."""
    parts = [columns[key].map(partial(_made_part, fields[key])).values for key in sorted(columns)]
    for row in zip(*parts, strict=True):
        yield msgspec.Raw(b"{%b}" % b",".join(filter(None, row)))


def _made_part(field: Field, value: Any) -> bytes:
    """Return a value's part of the canonical JSON of changes."""
    return canonical({field.key: (None, field.type.dump(value))})[1:-1]


def _note(
    unit: Unit, actor: Actor, entity: str, record_id: int, version: int, action: history.Action, changes: Any
) -> None:
    entry = history.NewEntry(entity, record_id, version, unit.now, actor.user_id, action, changes)
    history.append(unit.connection, [entry])
    jobs.enqueue(unit.connection, INDEX_JOB, [{"entity": entity, "ids": [record_id]}], unit.now)
