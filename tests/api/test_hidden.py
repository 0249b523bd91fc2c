"""What an actor may not see changes nothing that the actor receives: two databases, one actor, identical answers."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url

from kartoteka.metadata.fieldtypes import Money
from tests import services
from tests.api.programs import BASE, Program, undisturbed
from tests.application import Application
from tests.forms.conftest import small_world

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
SEES = ("name", "inn", "city", "segment", "rank", "remark", "active", "founded", "met_at", "tags", "code", "parent",
        "owner")  # fmt: skip
HIDDEN = ("credit", "risk")


@pytest.fixture
def two(tmp_path: Path, database_url: str, request: pytest.FixtureRequest) -> Iterator[tuple[Application, Application]]:
    """Run the sample twice, on databases of one kind."""
    if make_url(database_url).get_backend_name() == "sqlite":
        yield from _pair(tmp_path, database_url, f"sqlite:///{tmp_path / 'other.sqlite'}")
    else:
        with services.own_schema(request.getfixturevalue("postgresql_database")) as other:
            yield from _pair(tmp_path, database_url, other)


def _pair(folder: Path, *urls: str) -> Iterator[tuple[Application, Application]]:
    for first in small_world(folder / "first", urls[0]):
        for second in small_world(folder / "second", urls[1]):
            yield first, second


def euros(amount: int) -> Money:
    return Money(Decimal(amount), "EUR")


def fill_for_seller(world: Application, which: int) -> None:
    """Make what the seller sees, alike in both; and what is hidden from her, different in each world."""
    sam, olga = (world.people[f"{name}@test.example"] for name in ("seller", "other"))
    secret = {"name": f"Secret {which}", "city": "ABCDE"[which], "rank": which, "owner": olga, "tags": (f"t{which}",)}
    secret |= {"remark": f"aardvark {which}"}
    hidden = world.create("client", **secret)
    for number in range(4):
        credit = euros(1000 * which + number)
        world.create("client", name=f"Mine {number}", owner=sam, parent=hidden, credit=credit, rank=number % 2)
    for amount in (10, 20):
        seen = world.create("deal", subject=f"Seen {amount}", client=hidden + 1, amount=euros(amount), owner=sam)
        world.create("visit", client=hidden, deal=seen, report=f"visit {amount}")
    world.create("deal", subject="Secret deal", client=hidden, amount=euros(100 * which), owner=olga)
    for number in range(3 * which):
        world.create("client", name=f"More secret {number}", owner=olga, city=f"City {number}")
        world.create("deal", subject=f"More secret {number}", client=hidden, amount=euros(number), owner=olga)


Asked = tuple[str, str, dict[str, Any]]


def requests() -> Iterator[Asked]:
    """Yield what is asked: every outlet, by everything that could lead to what is hidden."""
    yield from lists()
    yield from questions()
    yield from searches()
    yield from single_records()
    for where in ("", "amount > 15", 'client.parent.name = "Secret 1"', "client.credit > 1"):
        yield "GET", f"{BASE}/reports/by_month", {"where": where}
    for period in ("this_year", "last_year"):
        yield "GET", f"{BASE}/reports/by_month", {"period": period}
    for path in ("reports", "me", "openapi.json"):
        yield "GET", f"{BASE}/{path}", {}


def lists() -> Iterator[Asked]:
    for entity in ("client", "deal", "visit", "user", "file"):
        yield "GET", f"/{entity}", {"count": "exact"}
        yield "GET", f"/{entity}", {"count": "capped", "limit": "2"}
        yield "GET", f"/{entity}", {"trash": "1", "count": "exact"}
    for entity, field in (("deal", "client.name"), ("visit", "client.rank"), ("visit", "deal.client.parent.name")):
        yield "GET", f"/{entity}", {"fields": field, "sort": field, "count": "exact"}


def questions() -> Iterator[Asked]:
    for field in (*SEES, *HIDDEN, "created_by", "parent.name", "parent.rank", "parent.owner.name", "parent.credit"):
        yield "GET", "/client", {"sort": field, "fields": "name"}
        yield "GET", "/client", {"sort": f"-{field}", "fields": "name"}
        yield "GET", "/client", {"fields": field}
        yield "GET", "/client", {"where": f"IS_EMPTY({field})", "fields": "name", "count": "exact"}
        for value in ("1", "2", "-", "*", "me", "Secret", "1000..2000", "A"):
            yield "GET", "/client", {f"f.{field}": value, "fields": "name"}
    for expression in ('parent.name = "Secret 1"', "parent.rank > 1", "credit > 1500", "parent.parent.credit > 1",
                       "risk > 400", 'parent.name CONTAINS "2"', "parent.id = 1", 'parent.city = "B"'):  # fmt: skip
        yield "GET", "/client", {"where": expression, "count": "exact"}


def searches() -> Iterator[Asked]:
    for word in ("secret", "aardvark", "mine", "1", "2", "t1", "1000", "2000", "more", "seller", "olga"):
        yield "GET", "/client", {"q": word, "count": "exact"}
        yield "GET", f"{BASE}/search", {"q": word}
        yield "GET", f"{BASE}/search", {"q": word, "entity": "client"}


def single_records() -> Iterator[Asked]:
    for record in range(1, 8):
        for entity in ("client", "deal", "visit"):
            yield "GET", f"/{entity}/{record}", {}
            yield "GET", f"/{entity}/{record}/history", {}


REFUSED: tuple[tuple[str, str, Any], ...] = (
    ("PATCH", "/client/1", {"values": {"name": "x"}}),
    ("PATCH", "/client/1", {"values": {"name": "x"}, "version": 9}),
    ("DELETE", "/client/1", None),
    ("POST", "/client/1/restore", None),
    ("POST", "/client", {"values": {"name": "x", "parent": 1}}),
    ("POST", "/client", {"values": {"name": "x", "parent": 999}}),
    ("PATCH", "/client/2", {"values": {"credit": "1000"}}),
    ("PATCH", "/client/2", {"values": {"credit": "2000"}}),
    ("PATCH", "/client/2", {"values": {"risk": "333.33"}}),
    ("POST", "/deal", {"values": {"subject": "x", "client": 1}}),
    ("POST", "/visit", {"values": {"client": 1}}),
)


def told(answer: Any) -> tuple[int, str, str | None]:
    """Return all of an answer but its moments."""
    return answer.status_code, MOMENT.sub("", answer.text), answer.headers.get("etag")


def fill_for_reader(world: Application, which: int) -> None:
    """Let the worlds differ only in fields, and in lost deals, that the reader may not see."""
    owner = world.people["other@test.example"]
    for number in range(3):
        values = {"rank": which + number, "remark": f"r {which}", "founded": date(2000 + which, 1, 1)}
        world.create("client", name=f"Known {number}", city="North", owner=owner, **values)
    world.create("deal", subject="Open", stage="open", client=1)
    world.create("deal", subject=f"Lost {which}", stage="lost", client=1, amount=euros(which))


@pytest.mark.parametrize(("person", "fill"), [("seller", fill_for_seller), ("reader", fill_for_reader)])
def test_answers_do_not_depend_on_what_is_hidden(
    two: tuple[Application, Application], person: str, fill: Callable[[Application, int], None]
) -> None:
    for world, which in zip(two, (1, 2), strict=True):
        fill(world, which)
    programs = [Program(world, f"{person}@test.example") for world in two]
    statuses = set()
    for method, path, parameters in requests():
        first, second = (told(program.call(method, path, params=parameters)) for program in programs)
        assert first == second, (method, path, parameters)
        statuses.add(first[0])
    assert statuses == {200, 400, 404}  # the questions are not all refused, nor all answered


def test_refusals_do_not_depend_on_what_is_hidden(two: tuple[Application, Application]) -> None:
    for world, which in zip(two, (1, 2), strict=True):
        fill_for_seller(world, which)
    programs = [Program(world, "seller@test.example") for world in two]
    with undisturbed(two[0]), undisturbed(two[1]):
        for method, path, body in REFUSED:
            answers = [program.call(method, path, json=body) for program in programs]
            assert answers[0].status_code >= 400
            assert told(answers[0]) == told(answers[1]), (method, path, body)


def test_hidden_and_absent_look_alike(world: Application) -> None:
    fill_for_seller(world, 1)
    seller = Program(world, "seller@test.example")
    for method, body in (("GET", None), ("PATCH", {"values": {}}), ("DELETE", None)):
        hidden, absent = (seller.call(method, f"/client/{record}", json=body) for record in (1, 999))
        assert hidden.status_code == absent.status_code == 404
        assert hidden.text == absent.text.replace("999", "1")
    for parameter in ("f.{}", "sort", "fields"):
        answers = [seller.get("/client", **{parameter.format(name): name}) for name in ("credit", "absent")]
        assert answers[0].status_code == 400
        assert answers[0].text.replace("credit", "absent") == answers[1].text
    assert "credit" not in seller.get("/client", where="credt > 1").text  # what is hidden is not suggested either
