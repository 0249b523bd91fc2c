"""Rules: what a record's values must meet, with one verdict for every outlet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import select

from kartoteka.metadata.definitions import Field
from kartoteka.metadata.expressions import Context, compile_python, parse
from kartoteka.metadata.fieldtypes.base import FieldType, InvalidValue
from kartoteka.metadata.fieldtypes.links import FILE
from kartoteka.metadata.problems import Problem
from kartoteka.platform.actors import SYSTEM, Actor
from kartoteka.platform.lookups import linkable_ids
from kartoteka.platform.query import Query, get
from kartoteka.platform.units import Unit


def value_problems(field: Field, value: Any, old: Any = None) -> Iterator[Problem]:
    """Yield what is wrong with one value. Emptying a required field is refused, an old gap is not."""
    if value is None:
        if field.required and old is not None:
            yield Problem("required", {}, field=field.key)
        return
    for problem in field.type.check(value):
        yield problem.at(field=field.key)


def missing(fields: Iterable[Field], values: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield the required fields that a new record has no value for."""
    for field in fields:
        if field.required and values.get(field.key) is None:
            yield Problem("required", {}, field=field.key)


def link_problems(unit: Unit, actor: Actor, fields: Iterable[Field], values: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield the links that lead to no live record that the actor may see."""
    for field in fields:
        target, value = field.type.links_to, values.get(field.key)
        if target is None or value is None:
            continue
        if not linkable_ids(unit, actor, target, [value]):
            yield Problem("link.not_found", {"id": value, "entity": target}, field=field.key)
        elif target == FILE:
            yield from file_problems(unit, field, value)


def file_problems(unit: Unit, field: Field, file_id: int) -> Iterator[Problem]:
    """Yield why a field does not take a file: its kind, its size. The file may have come in any way."""
    file = get(unit, SYSTEM, Query(FILE, ("media_type", "size"), titles=False), file_id).values
    for problem in field.type.upload_problems(str(file["media_type"] or ""), int(file["size"] or 0)):
        yield problem.at(field=field.key)


def unique_problems(
    unit: Unit, entity: str, fields: Iterable[Field], values: Mapping[str, Any], besides: int = 0
) -> Iterator[Problem]:
    """Yield the fields that are unique, or about to be, whose value another live record has."""
    storage, soon = unit.model.storage.of(entity), unit.model.placement.soon_unique(entity)
    for field in fields:
        value = values.get(field.key)
        if value is None or not (field.unique or field.key in soon):
            continue
        column = storage.columns[field.key, ""]
        table = column.table
        same = select(table.c.id).where(column == field.type.store(value)[0], table.c.deleted_at.is_(None))
        if unit.connection.execute(same.where(table.c.id != besides).limit(1)).first():
            yield Problem("not_unique", {"value": str(value)[:100]}, field=field.key)


def defaults(fields: Iterable[Field], given: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Return the default values of fields that nobody gave a value for."""
    found: dict[str, Any] = {}
    for field in fields:
        if field.default is not None and field.key not in given:
            value = default_value(field, given, context)
            if value is not None:
                found[field.key] = value
    return found


def default_value(field: Field, given: Mapping[str, Any], context: Context) -> Any:
    """Return the value of a field's default formula; None where it gives nothing that fits."""
    assert field.default is not None
    values = lambda path: plain(given.get(path[0])) if len(path) == 1 else None  # noqa: E731
    return settled(field.type, compile_python(parse(field.default))(values, context))


def settled(field_type: FieldType, value: Any) -> Any:
    """Return a formula's value as one of the field's type; None where it is none."""
    if value is None:
        return None
    try:
        return field_type.take(value)
    except InvalidValue:
        return None


def plain(value: Any) -> Any:
    """Return what default formulas calculate with: of money the amount."""
    return getattr(value, "amount", value)
