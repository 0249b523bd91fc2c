"""T1: two databases that differ only in what an actor may not see give this actor the same answers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kartoteka.search.finding import suggest
from tests.search.conftest import ENGINES
from tests.search.office import BOSS, KEEPER, READER, SELLER, Office, open_office

QUESTIONS = (
    "acme", "acme deal ", "secret", "sec", "contract", "contarct", "works ", '"acme works"', "7707083893", "lost",
    "новый", "c-0001", "zz", "common ", "subject", "visit",
)  # fmt: skip


@pytest.fixture(params=ENGINES)
def twins(request: pytest.FixtureRequest, tmp_path: Path, sqlite_url: str) -> Iterator[tuple[Office, Office]]:
    """Give two offices with the same records, one of them with more in it that three people may not see."""
    with (
        open_office(tmp_path / "one", f"{sqlite_url}.one", request.param) as one,
        open_office(tmp_path / "two", f"{sqlite_url}.two", request.param) as two,
    ):
        fill(one)
        fill(two)
        yield one, two


def fill(office: Office) -> None:
    """What people see comes first, so that its numbers are alike."""
    seller = office.application.people[SELLER]
    for number in range(12):
        values = {"name": f"Acme Works {number}", "city": "North", "rank": number, "owner": seller}
        client = office.create("client", **values)
        office.create("deal", subject=f"Common subject {number}", client=client, stage="open", owner=seller)
    office.work()


def hide(office: Office) -> None:
    """Add clients that sellers and keepers don't see, and deals that nobody but the boss does."""
    for number in range(80):
        client = office.create("client", name=f"Acme Contract {number}", remark="secret acme " * 5, city="South")
        office.create("deal", subject=f"Acme deal {number}, common, contract, secret", client=client, stage="lost")


def answers(office: Office, who: str, *entities: str) -> list[object]:
    found: list[object] = []
    with office.application.runtime.reading() as unit:
        actor = office.actor(who)
        for text in QUESTIONS:
            answer = office.finder.search(unit, actor, text, entities, limit=15, count_to=50)
            found.append((sorted(answer.found), answer.more, answer.counts, answer.lagging, answer.by_sql))
            found.append(suggest(office.finder.index, unit, actor, text, entities))
    return found


@pytest.mark.parametrize(
    ("who", "entities"), [(SELLER, ("client", "deal")), (KEEPER, ("client",)), (READER, ("deal",))]
)
def test_hidden_records_change_no_answer(twins: tuple[Office, Office], who: str, entities: tuple[str, ...]) -> None:
    one, two = twins
    hide(two)
    for _ in range(2):
        assert answers(one, who, *entities) == answers(two, who, *entities)
        two.work()
    assert answers(one, BOSS, *entities) != answers(two, BOSS, *entities)


def test_hidden_fields_change_no_answer(twins: tuple[Office, Office]) -> None:
    one, two = twins
    for number in range(1, 13):
        two.update("client", number, remark="secret contract acme works common " * number, inn=f"77070838{number:02}")
    two.work()
    assert answers(one, READER, "client") == answers(two, READER, "client")
    assert answers(one, SELLER, "client") != answers(two, SELLER, "client")
