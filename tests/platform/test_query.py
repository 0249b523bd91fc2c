"""The one reader: what an actor may not see changes nothing that the actor gets (T1), and pages make up the list."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import product
from typing import Any

import pytest

from kartoteka.metadata.definitions import Sort
from kartoteka.metadata.fieldtypes import Money
from kartoteka.metadata.problems import BadRequest, NotFound
from kartoteka.platform import records
from kartoteka.platform.actors import SYSTEM, Actor
from kartoteka.platform.cursors import write_cursor
from kartoteka.platform.query import Page, Query, count, fetch, get
from kartoteka.platform.streams import stream
from kartoteka.platform.units import Unit
from tests.platform.workspace import Workspace

NAMES = [
    "Żuk",
    "Zebra",
    "zażółć",
    None,
    "Ёлка",
    "ель",
    "Юг",
    "яма",
    "apple",
    "Ärger",
    "apple",
    "Łódź",
    "lasso",
    "Apfel",
]
SORTED = ["Apfel", "apple", "apple", "Ärger", "lasso", "Łódź", "zażółć", "Zebra", "Żuk", "Ёлка", "ель", "Юг", "яма"]


@pytest.fixture
def filled(workspace: Workspace) -> Workspace:
    """Clients with gaps and repetitions in every sortable field, and deals that link to some of them."""
    with workspace.writing() as unit:
        users = [records.create(unit, SYSTEM, "user", {"name": n, "email": f"{n}@example.org"}) for n in "ab"]
        clients = [
            {
                "name": name or "-",
                "city": name,
                "rank": number % 3 or None,
                "credit": Money(Decimal(number) / 10, "EUR") if number % 4 else None,
                "active": number % 2 == 0 if number % 5 else None,
                "founded": date(2020, 1, 1 + number % 4) if number % 3 else None,
                "met_at": datetime(2024, 1, 1, number % 3, tzinfo=UTC) if number % 2 else None,
                "owner": users[number % 2] if number % 3 else None,
                "segment": ("new", "key")[number % 2],
            }
            for number, name in enumerate(NAMES)
        ]
        ids = records.create_many(unit, SYSTEM, "client", clients)
        for number, client in enumerate(ids):
            records.update_record(unit, SYSTEM, "client", client, {"parent": ids[0] if number % 2 else None})
    return workspace


def pages(unit: Unit, query: Query, size: int) -> Iterator[Page]:
    """Yield the pages forwards, then backwards from the last one."""
    page = fetch(unit, SYSTEM, replace(query, limit=size))
    yield page
    while page.after:
        page = fetch(unit, SYSTEM, replace(query, limit=size, after=page.after))
        yield page
    while page.before:
        page = fetch(unit, SYSTEM, replace(query, limit=size, before=page.before))
        yield page


SORTS = (
    "name",
    "city",
    "rank",
    "credit",
    "active",
    "founded",
    "met_at",
    "risk",
    "owner",
    "parent",
    "parent.city",
    "segment",
    "code",
)


def test_pages_forwards_and_backwards_make_up_the_list(filled: Workspace) -> None:
    orders: list[tuple[Sort, ...]] = [
        (Sort(field=key, descending=down),) for key, down in product(SORTS, (False, True))
    ]
    orders += [
        (Sort(field="rank", descending=a), Sort(field="founded", descending=b), Sort(field="city", descending=a))
        for a, b in product((False, True), repeat=2)
    ]
    with filled.reading() as unit:
        for order in orders:
            query = Query("client", sort=order, titles=False)
            whole = [row.id for row in fetch(unit, SYSTEM, replace(query, limit=None)).rows]
            assert len(whole) == len(NAMES)
            found = list(pages(unit, query, 4))
            forwards = [row.id for page in found[:4] for row in page.rows]
            backwards = [row.id for page in reversed(found[3:]) for row in page.rows]
            assert forwards == whole, order
            assert backwards == whole, order
            assert [row.id for row in stream(unit, SYSTEM, query, batch=3)][: len(whole)] == whole


def test_texts_are_ordered_as_people_do(filled: Workspace) -> None:
    page = filled.fetch(SYSTEM, Query("client", ("city",), sort=(Sort(field="city"),)))
    assert [row.values["city"] for row in page.rows][1:] == SORTED
    assert page.rows[0].values["city"] is None


def test_a_link_is_ordered_by_the_title_that_it_leads_to(filled: Workspace) -> None:
    some = {row.values["city"]: row.id for row in filled.fetch(SYSTEM, Query("client", ("city",))).rows}
    deals = {name: filled.create("deal", subject="-", client=some[name]) for name in ("Łódź", "lasso", "zażółć", "Żuk")}
    page = filled.fetch(SYSTEM, Query("deal", ("client",), sort=(Sort(field="client"),)))
    assert [row.id for row in page.rows] == [deals[name] for name in ("lasso", "Łódź", "zażółć", "Żuk")]
    assert [row.titles["client"] for row in page.rows] == ["lasso", "Łódź", "zażółć", "Żuk"]


def test_a_formula_that_is_no_round_number_pages_exactly(workspace: Workspace) -> None:
    for number in range(12):
        workspace.create("client", name="-", credit=Money(Decimal(number), "EUR"))
    with workspace.reading() as unit:
        query = Query("client", ("risk",), sort=(Sort(field="risk"),), titles=False)
        found = [row.values["risk"] for row in stream(unit, SYSTEM, query, batch=1)]
    assert found == [(Decimal(number) / 3).quantize(Decimal("0.01")) for number in range(12)]


def test_a_cursor_of_another_order_is_refused(filled: Workspace) -> None:
    by_name, by_rank = (Sort(field="name"),), (Sort(field="rank"),)
    page = filled.fetch(SYSTEM, Query("client", sort=by_name, limit=2))
    strange: list[tuple[list[Any], int]] = [
        *(([value], 1) for value in (2**70, Decimal("NaN"), Decimal("1e999"), "a\x00", True, date(2020, 1, 1))),
        *(([1], 2**70), ([1], 0), ([1, 2], 1), ([], 1), ([datetime(2020, 1, 1, tzinfo=UTC)], 1)),
    ]
    forged = [write_cursor(values, number) for values, number in strange]
    for cursor in (page.after, *forged, "x", "AAAA", "bnVsbA", "W10"):
        with pytest.raises(BadRequest, match=r"query\.bad_cursor"):
            filled.fetch(SYSTEM, Query("client", sort=by_rank, after=cursor))
        if cursor != page.after:
            with pytest.raises(BadRequest, match=r"query\.bad_cursor"):
                filled.fetch(SYSTEM, Query("client", sort=(Sort(field="credit"), Sort(field="founded")), after=cursor))


@pytest.mark.parametrize("record_id", [0, -1, 2**63, 10**30])
def test_an_id_that_can_not_be_is_not_found(record_id: int, workspace: Workspace) -> None:
    with pytest.raises(NotFound):
        workspace.get("client", record_id)
    with pytest.raises(NotFound):
        workspace.update("client", record_id, name="A")


# --- what may not be seen


def seller_and_other(workspace: Workspace) -> tuple[Actor, Actor]:
    return workspace.person("Sam", "seller"), workspace.person("Oda", "seller")


@pytest.mark.parametrize("name", ["credit", "rank2", "owner.email", "nothing", "parent.credit", "client"])
def test_hidden_and_unknown_look_alike(name: str, workspace: Workspace) -> None:
    seller, _ = seller_and_other(workspace)
    questions = [
        Query("client", (name,)),
        Query("client", sort=(Sort(field=name),)),
        Query("client", where=(f"{name} = 1",)),
        Query("client", where=(f"IS_EMPTY({name})",)),
        Query("client", where=(f'{name} CONTAINS "a"',)),
    ]
    codes = []
    for query in questions:
        with pytest.raises(BadRequest) as refused:
            workspace.fetch(seller, query)
        codes.append(refused.value.problem.code)
    assert codes == ["query.unknown_field"] * 2 + ["expression.unknown_field"] * 3


def test_an_entity_that_may_not_be_read_does_not_exist(workspace: Workspace) -> None:
    seller, _ = seller_and_other(workspace)
    for entity in ("user", "file", "nothing"):
        with pytest.raises(NotFound, match=r"query\.unknown_entity"):
            workspace.fetch(seller, Query(entity))


def test_titles_of_what_may_not_be_read_are_empty(workspace: Workspace) -> None:
    seller, other = seller_and_other(workspace)
    mine = workspace.create("client", seller, name="Mine")
    theirs = workspace.create("client", other, name="Theirs")
    visits = [workspace.create("visit", client=client) for client in (mine, theirs)]
    deal = workspace.create("deal", subject="of theirs", client=theirs)
    linked = workspace.create("visit", client=mine, deal=deal)
    rows = {
        row.id: row
        for row in workspace.fetch(seller, Query("visit", ("client", "deal", "client.name", "created_by"))).rows
    }
    assert [rows[each].titles["client"] for each in visits] == ["Mine", None]
    assert [rows[each].values["client.name"] for each in visits] == ["Mine", None]
    assert "Theirs" not in str(rows)
    assert rows[linked].titles == {"client": "Mine", "deal": None, "created_by": None}
    workspace.delete("client", mine)
    assert workspace.get("visit", visits[0], "client").titles == {"client": None}


def test_a_condition_over_a_link_limits_records(workspace: Workspace) -> None:
    seller, other = seller_and_other(workspace)
    mine = workspace.create("client", seller, name="Mine")
    theirs = workspace.create("client", other, name="Theirs")
    first = workspace.create("deal", subject="a", client=mine)
    for client in (theirs, None):
        workspace.create("deal", subject="b", client=client)
    page = workspace.fetch(seller, Query("deal", ("subject", "client.name")))
    assert [(row.id, row.values["client.name"]) for row in page.rows] == [(first, "Mine")]
    with workspace.reading() as unit:
        assert count(unit, seller, Query("deal")) == 1
        assert count(unit, seller, Query("deal", where=('subject = "b"',))) == 0


def test_what_may_not_be_seen_changes_nothing(workspace: Workspace) -> None:
    """The same questions before and after hidden records and hidden values changed: the same answers."""
    seller, other = seller_and_other(workspace)
    reader = workspace.person("Rea", "reader")
    clients = [workspace.create("client", seller, name=name, city="North") for name in ("Ada", "Bob", "Cid")]
    hidden = workspace.create("client", other, name="Dan")
    for number, client in enumerate([*clients, hidden]):
        deal = workspace.create(
            "deal", subject=f"d{number}", client=client, stage="open", amount=Money(Decimal(number), "EUR")
        )
        workspace.create("visit", client=client, deal=deal, day=date(2024, 5, 1 + number))
    before = [_answers(workspace, actor) for actor in (seller, reader)]
    # Hidden from the seller: the credit of every client, and everything about the client of somebody else.
    workspace.update("client", clients[0], credit=Money(Decimal(700), "EUR"), rank=None)
    workspace.update("client", hidden, name="Zoe", city="South", segment="lost")
    extra = workspace.create("client", other, name="Aaa")
    workspace.create("deal", subject="aaa", client=extra, amount=Money(Decimal(10**6), "EUR"))
    after = _answers(workspace, seller)
    assert _comparable(after) == _comparable(before[0])
    # Hidden from the reader: lost deals, and every field of a client but four.
    workspace.update("client", clients[1], segment="lost", remark="secret", rank=9, active=False)
    reader_before = _answers(workspace, reader)
    workspace.create("deal", subject="lost one", client=clients[0], stage="lost")
    workspace.update("client", clients[1], remark="other", rank=1, tags=("x",), founded=date(1999, 1, 1))
    assert _comparable(_answers(workspace, reader)) == _comparable(reader_before)


NAMED = """
    name city rank credit remark risk segment parent owner client deal subject amount stage net day created_by
    client.name client.credit client.risk deal.subject deal.client.name
"""


def _answers(workspace: Workspace, actor: Actor) -> list[Any]:
    """Ask every question that there is about every entity, with every name, and keep the answers."""
    found: list[Any] = []
    with workspace.reading() as unit:
        for entity, name in product(("client", "deal", "visit"), NAMED.split()):
            found += [
                _answer(unit, actor, Query(entity, (name,), sort=(Sort(field=name, descending=True),), limit=2)),
                _answer(unit, actor, Query(entity, (name,), where=(f"NOT IS_EMPTY({name})",))),
                _answer(unit, actor, Query(entity, where=(f'{name} = "Dan" OR {name} CONTAINS "o"',))),
                _answer(unit, actor, Query(entity, where=(f"{name} > 3",))),
            ]
    return found


def _answer(unit: Unit, actor: Actor, query: Query) -> Any:
    try:
        page = fetch(unit, actor, query)
        later = fetch(unit, actor, replace(query, after=page.after)) if page.after else None
        return page, later, count(unit, actor, query)
    except (BadRequest, NotFound) as error:
        return error.problem


def _comparable(answers: list[Any]) -> list[str]:
    """Versions tell that a visible record was edited, which is no secret."""
    return [re.sub(r"version=\d+", "", str(each)) for each in answers]


def test_a_formula_is_the_systems_own(workspace: Workspace) -> None:
    """It may use a field that its reader does not see; it gives the number as its type rounds it."""
    reader = workspace.person("Rea", "reader")
    record = workspace.create("client", name="Ada", credit=Money(Decimal(10), "EUR"))
    assert workspace.get("client", record, "risk", actor=reader).values == {"risk": Decimal("3.33")}


def test_one_record_is_found_by_get(workspace: Workspace) -> None:
    record = workspace.create("client", name="Ada")
    with workspace.reading() as unit:
        assert get(unit, SYSTEM, Query("client", ("name",)), record).title == "Ada"
