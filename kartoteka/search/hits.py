"""Records that were found, as they are shown: title, the place where the words stand, what tells namesakes apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from markupsafe import escape

from kartoteka.metadata.definitions import Entity, Field
from kartoteka.metadata.paths import resolve
from kartoteka.metadata.problems import BadRequest
from kartoteka.platform.query import Compiled, Query, Row, fetch
from kartoteka.platform.units import Unit
from kartoteka.platform.web.cells import make_cell
from kartoteka.platform.web.contexts import Cell
from kartoteka.platform.web.shell import index_tab
from kartoteka.platform.web.visits import Visit
from kartoteka.search.contexts import Hit
from kartoteka.search.excerpts import excerpt, marked
from kartoteka.search.feeding import texts_of
from kartoteka.search.finding import Found
from kartoteka.search.index import Index
from kartoteka.search.matching import wanted_words
from kartoteka.search.terms import query_terms

_MOST_FACTS = 4


def full_hits(unit: Unit, visit: Visit, index: Index, found: Iterable[Found], text: str) -> tuple[Hit, ...]:
    """Return the hits of a page: words marked in title and text, and facts."""
    shown = _Shown(unit, visit, index, text)
    return tuple(shown.hits(found))


def short_hits(unit: Unit, visit: Visit, found: Iterable[Found]) -> tuple[Hit, ...]:
    """Return hits of one line each: the title, and what tells namesakes apart."""
    places = tuple(found)
    hits: list[Hit] = []
    rows = _rows(unit, visit, places, {key: _facts(unit, visit, key) for key in {each.entity for each in places}})
    for place, row in rows:
        entity = unit.model.catalog.entities[place.entity]
        facts = " · ".join(cell.text for cell in _cells(unit, visit, entity, row, row.values) if cell.text)
        hits.append(Hit(index_tab(entity, visit.language), escape(row.title), _url(place), escape(facts)))
    return tuple(hits)


class _Shown:
    """Makes hits for one person and one question."""

    def __init__(self, unit: Unit, visit: Visit, index: Index, text: str) -> None:
        self.unit, self.visit, self.index = unit, visit, index
        self.reader = index.analyser.reader()
        self.wanted = wanted_words(query_terms(text, index.analyser))

    def hits(self, found: Iterable[Found]) -> Iterator[Hit]:
        """Yield the hits in their order."""
        places = tuple(found)
        keys = {each.entity for each in places}
        facts = {key: _facts(self.unit, self.visit, key) for key in keys}
        texts = {key: self._text_fields(key) for key in keys}
        columns = {key: (*facts[key], *(each.key for each in texts[key] if each.key not in facts[key])) for key in keys}
        for place, row in _rows(self.unit, self.visit, places, columns):
            yield self._hit(place, row, texts[place.entity], facts[place.entity])

    def _hit(self, place: Found, row: Row, fields: list[Field], facts: tuple[str, ...]) -> Hit:
        entity = self.unit.model.catalog.entities[place.entity]
        cells = tuple(cell for cell in _cells(self.unit, self.visit, entity, row, facts) if cell.text)
        shown = {row.title, *(cell.text for cell in cells)}
        texts = ((each, text) for each in fields for text in texts_of(row, each) if text not in shown)
        named = ((each.title(self.visit.language), text) for each, text in texts)
        return Hit(
            tab=index_tab(entity, self.visit.language),
            title=marked(row.title, self.wanted, self.reader),
            url=_url(place),
            snippet=excerpt(named, self.wanted, self.reader),
            facts=cells,
        )

    def _text_fields(self, key: str) -> list[Field]:
        rights = self.unit.model.access.rights(self.visit.actor, key)
        fields = self.index.searched(self.unit.model, key).fields.values()
        return [each for each in fields if each.type.search != "none" and rights.sees(each.key)]


def _rows(
    unit: Unit, visit: Visit, places: tuple[Found, ...], columns: Mapping[str, tuple[str, ...]]
) -> Iterator[tuple[Found, Row]]:
    """Read the records, one query for each kind, and yield them in the order of the hits."""
    rows: dict[Found, Row] = {}
    for key, paths in columns.items():
        ids = tuple(each.record_id for each in places if each.entity == key)
        for row in fetch(unit, visit.actor, Query(key, paths, ids=ids, limit=None)).rows:
            rows[Found(key, row.id)] = row
    return ((place, rows[place]) for place in places if place in rows)


def _facts(unit: Unit, visit: Visit, key: str) -> tuple[str, ...]:
    """Return the paths of the second line of which the person may see every field."""
    return tuple(
        path for path in unit.model.catalog.entities[key].subtitle[:_MOST_FACTS] if _is_visible(unit, visit, key, path)
    )


def _is_visible(unit: Unit, visit: Visit, key: str, path: str) -> bool:
    try:
        Compiled(unit, visit.actor, Query(key, (path,)))
    except BadRequest:
        return False
    return True


def _cells(unit: Unit, visit: Visit, entity: Entity, row: Row, paths: Iterable[str]) -> Iterator[Cell]:
    for path in paths:
        found = resolve(unit.model.catalog, entity.key, path.split("."))
        if found is not None and row.values[path] is not None:
            yield make_cell(found, row.values[path], row.titles.get(path), visit.actor.locale)


def _url(place: Found) -> str:
    return f"/{place.entity}/{place.record_id}"
