"""What the definitions need of the tables: columns of sort keys and indexes. Lists, filters, sorts and links say so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kartoteka.metadata.catalog import Catalog
from kartoteka.metadata.columns import ColumnSpec, exact_text
from kartoteka.metadata.definitions import Entity, Field
from kartoteka.metadata.expressions import ExpressionError, is_constant, names, parse
from kartoteka.metadata.expressions.tree import Binary, Logic, Name
from kartoteka.metadata.titles import title_expression

SORT = "sort"
"""Role of the column that holds a text's sort key."""
LONGEST_INDEXED = 600
"""Characters of a text that may be indexed as it is: of four bytes each they fit PostgreSQL's 2,704 of an entry."""


@dataclass(frozen=True, slots=True, order=True)
class IndexSpec:
    """An index over one field of an entity, over its live records.

    `within` is a field of which a list shows one value only: the records of each value in the order of `field`.
    """

    field: str
    role: str
    unique: bool = False
    within: str = ""


def columns_of(catalog: Catalog, entity: str, field: Field) -> tuple[ColumnSpec, ...]:
    """Return every column that a field needs, the one of sort keys included."""
    own = field.type.columns()
    return (*own, ColumnSpec(SORT, exact_text())) if own and field.key in sorted_texts(catalog, entity) else own


def sorted_texts(catalog: Catalog, entity: str) -> frozenset[str]:
    """Return the texts that are ordered or looked through: in titles and in lists."""
    fields = catalog.fields(entity)
    return frozenset(key for key in listed_fields(catalog, entity) if key in fields and fields[key].type.sorts_by_key)


def listed_fields(catalog: Catalog, entity: str) -> frozenset[str]:
    """Return the entity's fields that its titles, lists, filters and sorts name."""
    return frozenset(_listed(catalog, catalog.entities[entity]))


def _listed(catalog: Catalog, entity: Entity) -> Iterator[str]:
    yield from _first_names(title_expression(entity))
    yield from (path.partition(".")[0] for path in entity.subtitle)
    for each in catalog.lists(entity.key):
        yield from (column.field.partition(".")[0] for column in each.columns)
        yield from (sort.field.partition(".")[0] for sort in each.sort)
        yield from _first_names(each.filter)


def _first_names(expression: str | None) -> Iterator[str]:
    if expression is None:
        return
    try:
        yield from (path[0] for path in names(parse(expression)))
    except ExpressionError:
        return


def indexes_of(catalog: Catalog, entity: str) -> frozenset[IndexSpec]:
    """Return the indexes that the entity should have."""
    return frozenset(_indexes(catalog, entity))


def _indexes(catalog: Catalog, entity: str) -> Iterator[IndexSpec]:
    listed = listed_fields(catalog, entity)
    texts = sorted_texts(catalog, entity)
    for field in catalog.fields(entity).values():
        if not field.type.columns():
            continue
        if field.unique:
            yield IndexSpec(field.key, "", unique=True)
        if field.key in texts:
            yield IndexSpec(field.key, SORT)
        elif field.type.links_to or (field.key in listed and field.type.sortable and is_short_enough(field)):
            yield IndexSpec(field.key, "")
    yield from _orders_within(catalog, entity, texts)


def _orders_within(catalog: Catalog, entity: str, texts: frozenset[str]) -> Iterator[IndexSpec]:
    """Yield the orders of lists that show one value of a field; else SQLite sorts every record of that value."""
    fields = catalog.fields(entity)
    for each in catalog.lists(entity):
        first = fields.get(each.sort[0].field) if each.sort else None
        if first is None or not first.type.columns() or not first.type.sortable:
            continue
        for fixed in _fixed(each.filter):
            known = fields.get(fixed)
            if known is not None and known is not first and known.type.columns() and is_short_enough(known):
                role = SORT if first.key in texts else ""
                if role or is_short_enough(first):
                    yield IndexSpec(first.key, role, within=fixed)
                break


def _fixed(expression: str | None) -> Iterator[str]:
    """Yield the fields that must have one value for the condition to hold: `stage = "open"`, `owner = ME()`."""
    if expression is None:
        return
    try:
        node = parse(expression)
    except ExpressionError:
        return
    for each in node.operands if isinstance(node, Logic) and node.operator == "AND" else (node,):
        match each:
            case Binary(operator="=", left=Name(path=(key,)), right=right) if is_constant(right):
                yield key


def is_short_enough(field: Field) -> bool:
    """Tell whether every value of the field fits into an entry of an index."""
    longest: int = getattr(field.type, "longest", 0)
    return longest <= LONGEST_INDEXED
