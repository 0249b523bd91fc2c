"""Exports: all records of a card type as a CSV file that reads back equal, for programs and for moving data.

Titles are keys and values are written so that any reader's language reads the same: numbers with a point, ISO dates,
moments in UTC, keys of options, links as `#id`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from typing import Any, BinaryIO

from kartoteka.metadata.definitions import Field, Sort
from kartoteka.metadata.expressions.kinds import DATETIME, LIST
from kartoteka.metadata.locales import Locale
from kartoteka.metadata.problems import Forbidden, NotFound
from kartoteka.platform.actors import Actor
from kartoteka.platform.query import Query
from kartoteka.platform.streams import stream
from kartoteka.platform.units import Unit

_NEUTRAL = Locale()
_EVERY = 1000


def export_csv(
    unit: Unit,
    actor: Actor,
    entity: str,
    file: BinaryIO,
    *,
    ids: bool = True,
    where: Sequence[str] = (),
    on_progress: Callable[[int], None] | None = None,
) -> int:
    """Write the records that the actor may read, with every field that the actor sees; return how many.

    `ids=False` leaves the id column out, for a file that another workspace shall read. The file stays open.
    Raises Forbidden for who may not download, NotFound for an entity not to be read.
    """
    if not unit.model.access.may_export(actor):
        raise Forbidden("access.no_export")
    if entity not in unit.model.catalog.entities:
        raise NotFound("query.unknown_entity", name=entity)
    rights = unit.model.access.rights(actor, entity)
    fields = [field for field in unit.model.catalog.fields(entity).values() if rights.sees(field.key)]
    keys = tuple(field.key for field in fields)
    writers = [(field.key, cell_writer(field)) for field in fields]
    query = Query(entity, keys, tuple(where), (Sort(field="id"),), limit=None, titles=False)
    text = io.TextIOWrapper(file, "utf-8", newline="", write_through=False)
    try:
        rows = csv.writer(text, lineterminator="\r\n")
        rows.writerow([*(("id",) if ids else ()), *keys])
        count = 0
        for count, row in enumerate(stream(unit, actor, query), 1):
            cells = [write(row.values[key]) for key, write in writers]
            rows.writerow([row.id, *cells] if ids else cells)
            if on_progress and count % _EVERY == 0:
                on_progress(count)
        return count
    finally:
        text.detach()


def cell_writer(field: Field) -> Callable[[Any], str]:
    """Return what writes a field's values, None as an empty cell."""
    field_type = field.type
    if field_type.links_to:
        return lambda value: "" if value is None else f"#{value}"
    if field_type.kind == DATETIME:
        return lambda value: "" if value is None else str(field_type.dump(value))
    between = "; " if field_type.kind == LIST else " "
    edit = field_type.edit
    return lambda value: "" if value is None else between.join(edit(value, _NEUTRAL))
