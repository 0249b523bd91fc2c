"""Feeding: what of a record goes into the index, and under which visibility class."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from kartoteka.metadata.definitions import Field
from kartoteka.platform.actors import SYSTEM
from kartoteka.platform.query import Query, Row, fetch
from kartoteka.platform.units import Unit
from kartoteka.search.analyser import FIELD_BREAK
from kartoteka.search.engine import Document, RecordKey
from kartoteka.search.schemes import Scheme, Searched, searched, shows_title

CHUNK = 500
"""Records read at once."""


def documents(unit: Unit, entity: str, scheme: Scheme, ids: Iterable[int], sequence: int) -> Iterator[Document]:
    """Yield the documents of those of the records that are alive."""
    wanted = searched(unit.model, entity)
    everything = list(ids)
    for start in range(0, len(everything), CHUNK):
        query = Query(entity, columns_of(wanted), ids=tuple(everything[start : start + CHUNK]), limit=None)
        for row in fetch(unit, SYSTEM, query).rows:
            yield document(row, wanted, scheme, sequence)


def document(row: Row, wanted: Searched, scheme: Scheme, sequence: int) -> Document:
    """Return the document of a record. Fields that the scheme doesn't know yet are left out."""
    texts: dict[str, list[str]] = defaultdict(list)
    for identity, each in wanted.fields.items():
        if identity in scheme.fields:
            texts[scheme.fields[identity].visibility] += texts_of(row, each)
    title = row.title if shows_title(scheme, wanted) else ""
    joined = {name: FIELD_BREAK.join(found) for name, found in texts.items() if found}
    return Document(wanted.entity.key, row.id, joined, title, sequence)


def texts_of(row: Row, each: Field) -> list[str]:
    """Return the texts under which a record is found by one field."""
    value = row.values.get(each.key)
    return [] if value is None else [text for text in each.type.texts(value) if text]


def columns_of(wanted: Searched) -> tuple[str, ...]:
    """Return the fields that have to be read."""
    return tuple(each.key for each in wanted.fields.values() if each.type.search != "none")


def missing(entity: str, ids: Iterable[int], found: Iterable[Document]) -> list[RecordKey]:
    """Return the keys of the records that are not among the documents: in the trash, or gone."""
    alive = {each.record_id for each in found}
    return [RecordKey(entity, each) for each in ids if each not in alive]
