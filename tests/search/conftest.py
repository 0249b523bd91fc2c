"""Every engine, empty, and short ways to feed and ask it."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from kartoteka.search.analyser import Analyser
from kartoteka.search.engine import EVERYBODY, Document, Engine, SearchQuery
from kartoteka.search.fts5_engine import Fts5Engine
from kartoteka.search.terms import query_terms
from kartoteka.search.whoosh_engine import WhooshEngine
from tests.search.office import Office, open_office

MakeEngine = Callable[[Path, Analyser], Engine]
ENGINES: dict[str, MakeEngine] = {"whoosh": WhooshEngine, "fts5": Fts5Engine}


@dataclass
class Shelf:
    """An engine with one entity, "client", and the folder that it lies in."""

    make: MakeEngine
    folder: Path
    analyser: Analyser = field(default_factory=Analyser)

    def __post_init__(self) -> None:
        self.engine = self.make(self.folder, self.analyser)

    def reopen(self, analyser: Analyser | None = None) -> Engine:
        """The same folder as another process would open it."""
        return self.make(self.folder, analyser or self.analyser)

    def put(self, *texts: str, first: int = 1) -> None:
        """Take in one record for each text, numbered from `first`."""
        self.engine.replace(
            Document("client", number, {EVERYBODY: text}, sequence=number)
            for number, text in enumerate(texts, start=first)
        )

    def query(self, text: str, *classes: str, as_you_type: bool = True) -> SearchQuery:
        """A question about clients, in the classes given, or else in what everybody sees."""
        terms = query_terms(text, self.analyser, as_you_type=as_you_type)
        return SearchQuery(terms, {"client": classes or (EVERYBODY,)})

    def find(self, text: str, *classes: str, as_you_type: bool = True) -> list[int]:
        """The ids of the records found, in ascending order."""
        with closing(self.engine.search(self.query(text, *classes, as_you_type=as_you_type))) as hits:
            return sorted(hit.record_id for hit in hits)


@pytest.fixture(params=ENGINES)
def shelf(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shelf]:
    """Give an empty engine; a test that asks for it runs once on each kind."""
    shelf = Shelf(ENGINES[request.param], tmp_path / "index")
    yield shelf
    shelf.engine.close()


@pytest.fixture(params=["whoosh-sqlite", "fts5-postgresql"])
def office(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Office]:
    """Give an office whose index is up to date. Engines and databases don't know each other: two pairs say it all."""
    engine, database = request.param.split("-")
    with open_office(tmp_path / "office", request.getfixturevalue(f"{database}_url"), engine) as found:
        yield found
