"""Commands of the search box: places to go to and things to make, by the words of their names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from kartoteka.metadata.definitions import Entity
from kartoteka.metadata.folding import fold
from kartoteka.metadata.labels import label_in, title_from_key
from kartoteka.metadata.problems import BadRequest, NotFound
from kartoteka.platform.actors import Actor
from kartoteka.platform.query import Compiled, Query
from kartoteka.platform.units import Unit
from kartoteka.platform.web.contexts import MenuEntry
from kartoteka.platform.web.shell import readable
from kartoteka.platform.web.visits import Visit

MOST = 4
_WORD = re.compile(r"\w+")


def commands(unit: Unit, visit: Visit, text: str) -> tuple[MenuEntry, ...]:
    """Return the commands in whose names a word begins with each word of the text; the first few."""
    words = _words(text)
    if not words:
        return ()
    return tuple(islice((entry for entry in _all(unit, visit) if _is_meant(entry.label, words)), MOST))


def _is_meant(label: str, words: list[str]) -> bool:
    known = _words(label)
    return all(any(each.startswith(word) for each in known) for word in words)


def _words(text: str) -> list[str]:
    return _WORD.findall(fold(text))


def _all(unit: Unit, visit: Visit) -> Iterator[MenuEntry]:
    entities = readable(unit, visit)
    yield MenuEntry(visit.say("Today"), "/", "sun")
    for entity in entities:
        yield MenuEntry(entity.names(visit.language), f"/{entity.key}", entity.icon, entity.colour)
    for entity in entities:
        if unit.model.access.rights(visit.actor, entity.key).create:
            label = f"{visit.say('New')}: {entity.name(visit.language)}"
            yield MenuEntry(label, f"/{entity.key}/new", "plus", entity.colour)
    for entity in entities:
        yield from _lists(unit, visit, entity)
    yield from _reports(unit, visit)
    if unit.model.access.is_administrator(visit.actor):
        yield MenuEntry(visit.say("Studio"), "/-/admin/", "adjustments")


def _lists(unit: Unit, visit: Visit, entity: Entity) -> Iterator[MenuEntry]:
    """Yield the lists besides the one that opens by itself."""
    for each in unit.model.catalog.lists(entity.key)[1:]:
        if _makes_sense(unit, visit.actor, entity, each.filter):
            label = label_in(each.label, visit.language, title_from_key(each.key))
            address = f"/{entity.key}?list={each.key}"
            yield MenuEntry(f"{entity.names(visit.language)}: {label}", address, entity.icon, entity.colour)


def _makes_sense(unit: Unit, actor: Actor, entity: Entity, condition: str | None) -> bool:
    """A list may be filtered by what this actor can't see; it isn't offered then."""
    try:
        Compiled(unit, actor, Query(entity.key, where=(condition,) if condition else (), titles=False))
    except (BadRequest, NotFound):
        return False
    return True


def _reports(unit: Unit, visit: Visit) -> Iterator[MenuEntry]:
    for report in unit.model.catalog.reports.values():
        if unit.model.access.rights(visit.actor, report.entity).may("read"):
            label = label_in(report.label, visit.language, title_from_key(report.key))
            yield MenuEntry(label, f"/-/reports/{report.key}", "report")
