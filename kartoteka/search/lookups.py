"""Looking records up without the index: those that wait for it, and everything while it is lost or being built."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

from sqlalchemy import select

from kartoteka.metadata.definitions import Field, Sort
from kartoteka.metadata.expressions import Node
from kartoteka.metadata.expressions.tree import Binary, Literal, Name, logic
from kartoteka.metadata.fieldtypes.base import InvalidValue
from kartoteka.metadata.needs import listed_fields
from kartoteka.platform import tables
from kartoteka.platform.actors import Actor
from kartoteka.platform.query import Query, Row, fetch
from kartoteka.platform.records import INDEX_JOB
from kartoteka.platform.units import Unit

MOST_JOBS = 2_000
"""Jobs of the index that are looked into, the newest first."""
MOST_LOOKED_UP = 200
"""Records that wait for the index and are read to see whether they match; of each entity the newest."""
MOST_WORDS = 8
_OPEN = ("waiting", "running", "failed")
_of = tables.job.c
_WAITING = (
    select(_of.payload).where(_of.status.in_(_OPEN), _of.kind == INDEX_JOB).order_by(_of.id.desc()).limit(MOST_JOBS)
)
_WORD = re.compile(r"[^\s\"“”„«»]+")


def waiting_ids(unit: Unit) -> Mapping[str, set[int]]:
    """Return the records whose newest state is not in the index yet, by entity."""
    found: dict[str, set[int]] = defaultdict(set)
    for payload in unit.connection.execute(_WAITING).scalars():
        found[payload["entity"]].update(payload["ids"])
    return found


def waiting_rows(unit: Unit, actor: Actor, entity: str, columns: tuple[str, ...], ids: set[int]) -> tuple[Row, ...]:
    """Return the newest of the records that the actor may read, with the columns asked for."""
    newest = (Sort(field="id", descending=True),)
    query = Query(entity, columns, sort=newest, ids=tuple(sorted(ids)), limit=MOST_LOOKED_UP, titles=False)
    return fetch(unit, actor, query).rows


def ids_by_sql(unit: Unit, actor: Actor, entity: str, text: str, limit: int) -> list[int]:
    """Return the newest records that have every word of a text in a field of their title or lists."""
    fields = list(_listed_texts(unit, actor, entity))
    conditions = [_anywhere(fields, word) for word in _WORD.findall(text)[:MOST_WORDS]]
    if not conditions or any(condition is None for condition in conditions):
        return []
    where = tuple(condition for condition in conditions if condition is not None)
    query = Query(entity, where=where, sort=(Sort(field="id", descending=True),), limit=limit, titles=False)
    return [row.id for row in fetch(unit, actor, query).rows]


def _listed_texts(unit: Unit, actor: Actor, entity: str) -> Iterator[Field]:
    rights = unit.model.access.rights(actor, entity)
    listed = listed_fields(unit.model.catalog, entity)
    for each in unit.model.catalog.fields(entity).values():
        if each.key in listed and rights.sees(each.key) and each.type.search != "none" and not each.type.computed:
            yield each


def _anywhere(fields: list[Field], word: str) -> Node | None:
    """Return the condition that any of the fields contains the word; None where none can."""
    parts: list[Node] = []
    for each in fields:
        if "contains" not in each.type.operators:
            continue
        try:
            parts.append(Binary("CONTAINS", Name((each.key,)), Literal(each.type.sought(word))))
        except InvalidValue:
            continue
    return logic("OR", tuple(parts)) if parts else None
