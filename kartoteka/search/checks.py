"""The search index against the records: whether it is whole, of this configuration, and finds what there is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Final

from kartoteka.metadata.definitions import Sort
from kartoteka.platform import jobs
from kartoteka.platform.actors import SYSTEM
from kartoteka.platform.checks.findings import Finding, judged
from kartoteka.platform.publishing import REINDEX_JOB
from kartoteka.platform.query import Query, fetch
from kartoteka.platform.runtime import Runtime
from kartoteka.platform.units import Unit
from kartoteka.search.engine import IndexDamagedError, SearchQuery
from kartoteka.search.finder import finder_of
from kartoteka.search.index import Index
from kartoteka.search.indexer import reindex
from kartoteka.search.lookups import waiting_ids
from kartoteka.search.schemes import fit
from kartoteka.search.terms import query_terms

SAMPLE: Final = 20
"""Records of each card type that are looked for."""
MOST_HITS: Final = 2_000
"""A title that so many records share tells nothing."""


def check_index(runtime: Runtime) -> Iterator[Finding]:
    """Look whether the index can be read, covers the configuration, and finds the newest records by their titles."""
    index = finder_of(runtime).index
    with runtime.reading() as unit:
        waiting = jobs.has_waiting(unit.connection, REINDEX_JOB)
        if not index.engine.healthy():
            yield Finding("index_damaged", "wrong", repair=_renew)
            return
        schemes = index.schemes.all() if index.is_there() else {}
        known = unit.model.catalog.entities
        lacking = sorted(key for key in known if not _is_complete(unit, index, key, schemes.get(key)))
        if lacking:
            yield Finding("index_incomplete", "note" if waiting else "wrong", {"keys": lacking}, _renew)
            return
        missed = [f"{key} {record}" for key in sorted(known) for record in _missed(unit, index, key)]
    params = {"count": len(missed), "names": missed[:SAMPLE]}
    yield judged(bool(missed), "index", "index_misses", params, _renew)


def _is_complete(unit: Unit, index: Index, entity: str, scheme: object) -> bool:
    stored = index.schemes.all().get(entity) if scheme is not None else None
    return stored is not None and stored.complete and fit(stored, index.searched(unit.model, entity)) == "exact"


def _missed(unit: Unit, index: Index, entity: str) -> Iterator[int]:
    """Yield the newest records that are not found by their own titles, though nothing of them waits to be indexed."""
    scheme = index.schemes.all()[entity]
    late = waiting_ids(unit)
    newest = Query(entity, sort=(Sort(field="id", descending=True),), limit=SAMPLE)
    for row in fetch(unit, SYSTEM, newest).rows:
        terms = query_terms(row.title, index.analyser, as_you_type=False)
        if not terms or row.id in late.get(entity, ()):
            continue
        query = SearchQuery(terms, {entity: tuple(scheme.classes())}, limit=MOST_HITS)
        try:
            with closing(index.engine.search(query)) as hits:
                found = [hit.record_id for hit in hits]
        except IndexDamagedError:
            found = []
        if row.id not in found and len(found) < MOST_HITS:
            yield row.id


def _renew(runtime: Runtime) -> None:
    reindex(runtime, finder_of(runtime).index, lambda *_: True)
