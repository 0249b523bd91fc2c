"""Tasks: the rows that differ between the packages as they were and as they are to be, by card type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from kartoteka.metadata.catalog import Catalog
from kartoteka.metadata.row_files import RowSet, Texts, file_of
from kartoteka.metadata.row_values import by_field
from kartoteka.metadata.stack import Stack
from kartoteka.platform.configuration import with_rows


@dataclass(frozen=True, slots=True)
class Task:
    """A row as the package said it and as it says it now, by field; None where it is not, or no more, in it."""

    ref: str
    old: Texts | None
    new: Texts | None


@dataclass(frozen=True, slots=True)
class TaskSet:
    """The rows of one package and card type that differ. `entity` is its key in the catalog that is to be."""

    package: str
    entity: str
    file: str
    tasks: tuple[Task, ...]


def task_sets(connection: Connection, before: Stack, after: Stack, catalog: Catalog) -> Iterator[TaskSet]:
    """Yield what there is to do; nothing for card types that are not in the catalog: their data rest with them."""
    if _rows_of(before) == _rows_of(after):
        return
    before, after = with_rows(connection, before), with_rows(connection, after)
    packages = dict.fromkeys(layer.key for stack in (before, after) for layer in stack.packages)
    for package in packages:
        old, new = (_by_entity(stack, package, catalog) for stack in (before, after))
        for entity in dict.fromkeys((*old, *new)):
            was, now = old.get(entity), new.get(entity)
            if was and now and was[1] == now[1]:
                continue
            found = tuple(_tasks(catalog, entity, was[1] if was else None, now[1] if now else None))
            name = (now or was or (entity,))[0]
            if found:
                yield TaskSet(package, entity, file_of(name), found)


def _rows_of(stack: Stack) -> dict[str, Mapping[str, RowSet]]:
    return {layer.key: layer.rows for layer in stack.packages if layer.rows}


def _by_entity(stack: Stack, package: str, catalog: Catalog) -> dict[str, tuple[str, RowSet]]:
    """Return a package's rows by the card type's key of now, each with the name by which its file calls it."""
    layer = stack.package(package)
    named = ((name, catalog.entity_named(name), rows) for name, rows in layer.rows.items()) if layer else ()
    return {entity.key: (name, rows) for name, entity, rows in named if entity is not None}


def _tasks(catalog: Catalog, entity: str, was: RowSet | None, now: RowSet | None) -> Iterator[Task]:
    old, new = (_rows(catalog, entity, rows) for rows in (was, now))
    for ref in dict.fromkeys((*new, *old)):
        if old.get(ref) != new.get(ref):
            yield Task(ref, old.get(ref), new.get(ref))


def _rows(catalog: Catalog, entity: str, rows: RowSet | None) -> Mapping[str, Texts]:
    return {ref: by_field(catalog, entity, texts) for ref, texts in ((rows.rows if rows else None) or {}).items()}
