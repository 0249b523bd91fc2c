"""Reference rows against a catalog: which field a column means, what its texts are as values, what is wrong."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from kartoteka.metadata.catalog import Catalog
from kartoteka.metadata.definitions import Field
from kartoteka.metadata.expressions.kinds import LIST
from kartoteka.metadata.fieldtypes.base import InvalidValue
from kartoteka.metadata.fieldtypes.links import FILE, USER
from kartoteka.metadata.locales import Locale
from kartoteka.metadata.problems import Problem
from kartoteka.metadata.row_files import RowSet, Texts, file_of

NEUTRAL = Locale()
"""How cells are written, whatever people here read: points in numbers, dates as 2026-11-22."""
SEPARATOR = "|"
Refs = Mapping[str, Collection[str]]
"""The refs that lead somewhere, by card type."""


def value_of(field: Field, text: str) -> Any:
    """Return what a cell says, None for nothing; a link's is the ref that it names. Raises InvalidValue."""
    if not text or field.type.links_to:
        return text or None
    return field.type.parse_all(text.split(SEPARATOR) if field.type.kind == LIST else [text], NEUTRAL)


def by_field(catalog: Catalog, entity: str, texts: Texts) -> dict[str, str]:
    """Return a row's texts by the fields that they are for, under the keys of now; those of no field are left out."""
    named = ((catalog.field_named(entity, name), text) for name, text in texts.items())
    return {field.key: text for field, text in named if field is not None}


def row_problems(catalog: Catalog, shipped: Catalog, sets: Mapping[str, RowSet], refs: Refs) -> Iterator[Problem]:
    """Yield what is wrong with the rows of a package.

    `catalog` is what will be in force; a card type or field that only `shipped` has, what packages say, is one that the
    client has retired: its cells are passed over. `refs` are those of records that packages have brought.
    """
    known: dict[str, set[str]] = defaultdict(set, {entity: set(found) for entity, found in refs.items()})
    for name, rows in sets.items():
        entity = catalog.entity_named(name)
        known[entity.key if entity else name].update(rows.rows or ())
    for name, rows in sets.items():
        found = _problems_of(catalog, shipped, name, rows.rows or {}, known)
        yield from (problem.at(file=file_of(name), pointer="") for problem in found)


def _problems_of(
    catalog: Catalog, shipped: Catalog, name: str, rows: Mapping[str, Texts], refs: Refs
) -> Iterator[Problem]:
    entity, said = catalog.entity_named(name), _Shipped(shipped, name)
    if entity is None:
        if not said.is_known:
            yield Problem("rows.unknown_entity", {"name": name})
        return
    if entity.key in (USER, FILE):
        yield Problem("rows.not_possible", {"entity": entity.key})
        return
    if not rows:
        return
    columns = list(dict.fromkeys(column for texts in rows.values() for column in texts))
    yield from _wrong_columns(catalog, said, entity.key, columns)
    named = ((column, catalog.field_named(entity.key, column)) for column in columns)
    fields = {column: field for column, field in named if field is not None and not field.type.computed}
    for ref, texts in rows.items():
        for column, field in fields.items():
            for problem in _cell_problems(field, texts.get(column, ""), refs, said.requires(column)):
                yield problem.at(pointer=pointer_to(ref, column), field=field.key)
    yield from _doubled(fields, rows)


def _wrong_columns(catalog: Catalog, said: _Shipped, entity: str, columns: Sequence[str]) -> Iterator[Problem]:
    for column in columns:
        field = catalog.field_named(entity, column)
        if field is None and said.field(column) is None:
            yield Problem("rows.unknown_column", {"name": column, "entity": entity})
        elif field is not None and field.type.computed:
            yield Problem("rows.computed_column", {"name": field.key, "entity": entity})
    for missing in said.missing(columns):
        yield Problem("rows.missing_column", {"name": missing, "entity": entity})


class _Shipped:
    """What the packages alone say of a card type: a client's own required fields are no matter of theirs."""

    def __init__(self, catalog: Catalog, name: str) -> None:
        entity = catalog.entity_named(name)
        self.is_known = entity is not None
        self._catalog, self._entity = catalog, entity.key if entity else name

    def missing(self, columns: Iterable[str]) -> Iterator[str]:
        """Yield the required fields for which there is no column."""
        there = {field.key for field in map(self.field, columns) if field}
        for each in self._catalog.fields(self._entity).values():
            if each.required and each.default is None and each.key not in there:
                yield each.key

    def field(self, column: str) -> Field | None:
        """Return the field that a column means, or None."""
        return self._catalog.field_named(self._entity, column)

    def requires(self, column: str) -> bool:
        """Tell whether the column's cells must say something."""
        field = self.field(column)
        return field is not None and field.required


def _cell_problems(field: Field, text: str, refs: Refs, required: bool) -> Iterator[Problem]:
    try:
        value = value_of(field, text)
    except InvalidValue as error:
        yield error.problem
        return
    if value is None:
        if required:
            yield Problem("required")
    elif field.type.links_to:
        if value not in refs.get(field.type.links_to, ()):
            yield Problem("rows.unknown_ref", {"ref": value, "entity": field.type.links_to})
    else:
        yield from field.type.check(value)


def _doubled(fields: Mapping[str, Field], rows: Mapping[str, Texts]) -> Iterator[Problem]:
    """Yield the values of unique fields that several rows have."""
    for column, field in fields.items():
        seen: set[str] = set()
        for ref, texts in rows.items() if field.unique else ():
            text = texts.get(column, "")
            if text and text in seen:
                yield Problem("not_unique", {"value": text[:100]}, pointer=pointer_to(ref, column), field=field.key)
            seen.add(text)


def pointer_to(ref: str, column: str) -> str:
    """Return a pointer to a cell, or to a whole row where no column is named."""
    parts = (ref, column) if column else (ref,)
    return "".join(f"/{part.replace('~', '~0').replace('/', '~1')}" for part in parts)
