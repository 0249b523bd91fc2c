"""Finding: from what a person typed to the records that this person may read, the best first.

The index names candidates; SQL decides who may read them. Records that wait for the index are read instead of being
looked up in it, so a save is found at once and what was overwritten is not. Where the index is lost, broken or
incomplete, SQL looks into titles and listed fields, and the answer says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from heapq import merge
from itertools import islice
from math import inf
from typing import NamedTuple

import structlog

from kartoteka.metadata.definitions import Field
from kartoteka.platform.access import Rights
from kartoteka.platform.actors import Actor
from kartoteka.platform.lookups import readable_ids
from kartoteka.platform.units import Unit
from kartoteka.search.engine import Hit, IndexDamagedError, SearchQuery
from kartoteka.search.feeding import texts_of
from kartoteka.search.index import Index
from kartoteka.search.lookups import ids_by_sql, waiting_ids, waiting_rows
from kartoteka.search.matching import matches
from kartoteka.search.schemes import Scheme
from kartoteka.search.terms import Term, query_terms

MOST_FOUND = 1_000
"""The last hit of an answer that can be paged to."""
_FIRST_CANDIDATES = 64
_MOST_CANDIDATES = 500
_ALL = 2**31
_log = structlog.get_logger()


class Found(NamedTuple):
    """A record that was found."""

    entity: str
    record_id: int


@dataclass(frozen=True, slots=True)
class Answer:
    """A page of what was found, and whether there is more.

    `counts` are hits by entity, capped at what was asked for. `lagging`: records that the actor may read wait for the
    index and were read instead. `by_sql`: some entities have no whole index and were looked through by SQL.
    """

    found: tuple[Found, ...] = ()
    more: bool = False
    counts: Mapping[str, int] = field(default_factory=dict)
    lagging: bool = False
    by_sql: bool = False
    damaged: bool = False


@dataclass
class _Search:
    """One question of one actor; it notes what happened on the way."""

    index: Index
    unit: Unit
    actor: Actor
    text: str
    terms: tuple[Term, ...]
    waiting: Mapping[str, set[int]]
    schemes: Mapping[str, Scheme]
    lagging: bool = False
    by_sql: bool = False
    damaged: bool = False

    def hits(self, entities: Sequence[str]) -> Iterator[tuple[float, Found]]:
        """Yield (score, record) of what matches and what the actor may read, best first, each record once."""
        given: set[Found] = set()
        for score, found in self._all(entities):
            if found not in given:
                given.add(found)
                yield score, found

    def _all(self, entities: Sequence[str]) -> Iterator[tuple[float, Found]]:
        for entity in entities:
            yield from ((inf, Found(entity, record_id)) for record_id in self._waiting(entity))
        lacking = [entity for entity in entities if not self._is_whole(entity)]
        self.by_sql = self.by_sql or bool(lacking)
        try:
            yield from self._indexed(entities)
        except IndexDamagedError:
            self.damaged, self.by_sql, lacking = True, True, list(entities)
        for entity in lacking:
            waiting = self.waiting.get(entity, set())
            ids = ids_by_sql(self.unit, self.actor, entity, self.text, MOST_FOUND)
            yield from ((-inf, Found(entity, record_id)) for record_id in ids if record_id not in waiting)

    def _is_whole(self, entity: str) -> bool:
        scheme = self.schemes.get(entity)
        return scheme is not None and scheme.covers(self._seen(entity))

    def _seen(self, entity: str) -> list[str]:
        return self.index.searched(self.unit.model, entity).seen_by(self._rights(entity))

    def _waiting(self, entity: str) -> Iterator[int]:
        ids = self.waiting.get(entity)
        if not ids:
            return
        fields = self._visible(entity)
        rows = waiting_rows(self.unit, self.actor, entity, tuple(each.key for each in fields), ids)
        self.lagging = self.lagging or bool(rows)
        reader = self.index.analyser.reader()
        for row in rows:
            if matches(self.terms, [text for each in fields for text in texts_of(row, each)], reader):
                yield row.id

    def _indexed(self, entities: Sequence[str]) -> Iterator[tuple[float, Found]]:
        """Yield the index's hits after the question who may read them, put to SQL for many at once."""
        allowed = {key: self.schemes[key].allowed(self._seen(key)) for key in entities if key in self.schemes}
        query = SearchQuery(self.terms, allowed, limit=_ALL)
        with closing(self.index.engine.search(query)) as hits:
            size = _FIRST_CANDIDATES
            while batch := list(islice(hits, size)):
                yield from self._readable([hit for hit in batch if not self._waits(hit)])
                size = min(size * 2, _MOST_CANDIDATES)

    def _waits(self, hit: Hit) -> bool:
        return hit.record_id in self.waiting.get(hit.entity, ())

    def _readable(self, batch: list[Hit]) -> Iterator[tuple[float, Found]]:
        ids: dict[str, list[int]] = defaultdict(list)
        for hit in batch:
            ids[hit.entity].append(hit.record_id)
        readable = {key: readable_ids(self.unit, self.actor, key, found) for key, found in ids.items()}
        for hit in batch:
            if hit.record_id in readable[hit.entity]:
                yield hit.score, Found(hit.entity, hit.record_id)

    def _visible(self, entity: str) -> list[Field]:
        rights = self._rights(entity)
        fields = self.index.searched(self.unit.model, entity).fields.values()
        return [each for each in fields if each.type.search != "none" and rights.sees(each.key)]

    def _rights(self, entity: str) -> Rights:
        return self.unit.model.access.rights(self.actor, entity)


def search(
    index: Index,
    unit: Unit,
    actor: Actor,
    text: str,
    entities: Iterable[str],
    *,
    limit: int = 20,
    offset: int = 0,
    count_to: int = 0,
    as_you_type: bool = True,
) -> Answer:
    """Return the records of these entities that a text finds; counts reach up to `count_to` for each entity."""
    terms = query_terms(text, index.analyser, as_you_type=as_you_type)
    allowed = [key for key in dict.fromkeys(entities) if unit.model.access.rights(actor, key).may("read")]
    if not terms or not allowed:
        return Answer()
    schemes = index.schemes.all() if index.is_there() else {}
    question = _Search(index, unit, actor, text, terms, waiting_ids(unit), schemes)
    end = min(offset + limit, MOST_FOUND)
    counts: dict[str, int] = {}
    ranked: Iterable[tuple[float, Found]] = question.hits(allowed)
    if count_to:
        # Counting looks into each kind apart: among all hits, those of one kind may come very late.
        hits = {key: list(islice(question.hits((key,)), max(end + 1, count_to))) for key in allowed}
        counts = {key: min(len(found), count_to) for key, found in hits.items()}
        ranked = merge(*hits.values(), key=_rank)
    best = [found for _, found in islice(ranked, end + 1)]
    return Answer(
        found=tuple(best[offset:end]),
        more=len(best) > end and end < MOST_FOUND,
        counts=counts,
        lagging=question.lagging,
        by_sql=question.by_sql,
        damaged=question.damaged or not schemes,
    )


def _rank(hit: tuple[float, Found]) -> float:
    return -hit[0]


def suggest(index: Index, unit: Unit, actor: Actor, text: str, entities: Iterable[str]) -> str:
    """Return a word that a misspelt one may have meant and that finds something for this actor; "" for none."""
    terms = query_terms(text, index.analyser, as_you_type=False)
    schemes = index.schemes.all() if index.is_there() else {}
    known = [key for key in entities if key in schemes and unit.model.access.rights(actor, key).may("read")]
    allowed = {key: _classes(index, unit, actor, key, schemes[key]) for key in known}
    try:
        # Without a bound: words of hidden records must not crowd out the one that may be offered.
        for word in index.engine.similar(SearchQuery(terms, allowed), _ALL):
            if search(index, unit, actor, word, known, limit=1, as_you_type=False).found:
                return word
    except IndexDamagedError as error:
        _log.warning("no word was offered", reason=repr(error))
    return ""


def _classes(index: Index, unit: Unit, actor: Actor, entity: str, scheme: Scheme) -> tuple[str, ...]:
    rights = unit.model.access.rights(actor, entity)
    return scheme.allowed(index.searched(unit.model, entity).seen_by(rights))
