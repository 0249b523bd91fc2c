"""What other rooms get of search: `runtime.index`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import structlog
from sqlalchemy.exc import SQLAlchemyError

from kartoteka.platform.actors import Actor
from kartoteka.platform.database import Database
from kartoteka.platform.runtime import Runtime
from kartoteka.platform.units import Unit
from kartoteka.search.finding import Answer, search
from kartoteka.search.index import Index
from kartoteka.search.indexer import ask_for_building

_log = structlog.get_logger()


@dataclass(frozen=True)
class Finder:
    """Answers questions out of an index, and has it built when it turns out to be lost or broken."""

    index: Index
    database: Database

    def find(self, unit: Unit, actor: Actor, text: str, entity: str, limit: int) -> list[int]:
        """Return the ids of the records of an entity that a text finds, the best first, that the actor may read."""
        return [found.record_id for found in self.search(unit, actor, text, (entity,), limit=limit).found]

    def search(
        self,
        unit: Unit,
        actor: Actor,
        text: str,
        entities: Iterable[str],
        *,
        limit: int = 20,
        offset: int = 0,
        count_to: int = 0,
    ) -> Answer:
        """Return a page of the records of these entities that a text finds; see `finding.search`."""
        answer = search(self.index, unit, actor, text, entities, limit=limit, offset=offset, count_to=count_to)
        if answer.damaged:
            self._report()
        return answer

    def _report(self) -> None:
        """A question never fails because nobody could be told that the index is broken."""
        try:
            ask_for_building(self.database, check=True)
        except SQLAlchemyError as error:
            _log.warning("building the search index could not be asked for", reason=repr(error))


def finder_of(runtime: Runtime) -> Finder:
    """Return the runtime's search as what this room made of it."""
    assert isinstance(runtime.index, Finder)
    return runtime.index
