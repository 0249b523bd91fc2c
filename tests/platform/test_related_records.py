"""Functions over related records: right to the cent, and nobody learns by them of what he may not see (T1)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from kartoteka.metadata.definitions import Identity, Sort
from kartoteka.metadata.fieldtypes import Money
from kartoteka.metadata.problems import BadRequest, Refused
from kartoteka.metadata.trees import Tree
from kartoteka.platform.actors import SYSTEM, Actor
from kartoteka.platform.query import Query, count
from tests.platform.workspace import Workspace

READER = Actor(None, "reader", ("reader",))
FORMULAS = {
    "deals": "COUNT_OF(deal.client)",
    "total": "SUM_OF(deal.client, amount)",
    "ended": 'SUM_OF(deal.client, amount, stage <> "open")',
    "margins": "SUM_OF(deal.client, margin)",
    "twice": "total * 2 + COUNT_OF(deal.client, parents_deals > 0)",
}
AMOUNTS = [("open", "999999999999.99"), ("won", "0.02"), ("lost", "100.10")]


def formula(expression: str) -> Tree:
    return {"type": "formula", "expression": expression, "result": "number"}


@pytest.fixture
def firm(workspace: Workspace) -> Workspace:
    """Two clients; the first has an open, a won and a lost deal, and one in the trash. Readers see no margins."""
    workspace.edit("deal", parents_deals=formula("LEN(client.name)"))
    workspace.edit("client", **{key: formula(text) for key, text in FORMULAS.items()})
    role(workspace, "client", fields=[{"field": key, "right": "read"} for key in ("name", *FORMULAS)])
    role(workspace, "deal", fields=[{"field": "margin", "right": "hide"}])
    first, _second = workspace.create("client", name="First"), workspace.create("client", name="Second")
    for stage, amount in AMOUNTS:
        money = Money(Decimal(amount), "EUR")
        workspace.create("deal", subject=stage, client=first, stage=stage, amount=money, margin=Decimal("1.5"))
    workspace.delete("deal", workspace.create("deal", subject="gone", client=first, amount=Money(Decimal(7), "EUR")))
    return workspace


def role(workspace: Workspace, entity: str, **changes: Any) -> None:
    trees = workspace.trees()
    identity = Identity("role", "", "reader")
    rights = [each | (changes if each["entity"] == entity else {}) for each in trees[identity]["entities"]]
    workspace.put({**trees, identity: {**trees[identity], "entities": rights}})


def told(workspace: Workspace, actor: Actor) -> dict[str, tuple[Any, ...]]:
    """Return what each formula gives for the two clients."""
    rows = workspace.fetch(actor, Query("client", tuple(FORMULAS), sort=(Sort(field="name"),))).rows
    return {key: tuple(row.values[key] for row in rows) for key in FORMULAS}


def test_sums_are_exact_and_the_trash_does_not_count(firm: Workspace) -> None:
    found = told(firm, SYSTEM)
    assert found["deals"] == (3, 0)
    assert found["total"] == (Decimal("1000000000100.11"), 0)
    assert found["ended"] == (Decimal("100.12"), 0)
    assert found["margins"] == (Decimal("4.50"), 0)
    assert found["twice"] == (Decimal("2000000000203.22"), 0)


def test_a_reader_counts_what_he_may_see(firm: Workspace) -> None:
    found = told(firm, READER)
    assert found["deals"] == (2, 0)
    assert found["ended"] == (Decimal("0.02"), 0)


def test_a_hidden_field_is_nothing_in_a_formula_and_unknown_in_a_condition(firm: Workspace) -> None:
    assert told(firm, READER)["margins"] == (None, None)
    with pytest.raises(BadRequest) as caught:
        firm.fetch(READER, Query("client", where=("SUM_OF(deal.client, margin) > 0",)))
    assert caught.value.problem.code == "expression.unknown_field"
    assert len(firm.fetch(SYSTEM, Query("client", where=("SUM_OF(deal.client, margin) > 0",))).rows) == 1


def test_records_that_may_not_be_read_at_all_are_unknown(firm: Workspace) -> None:
    for unknown in ("visit.client", "deal.subject", "nothing.client"):
        with pytest.raises(BadRequest) as caught:
            firm.fetch(READER, Query("client", where=(f"COUNT_OF({unknown}) > 0",)))
        assert caught.value.problem.code == "expression.unknown_records"


@pytest.mark.parametrize(
    ("where", "system", "reader"),
    [
        ("COUNT_OF(deal.client) > 2", 1, 0),
        ("COUNT_OF(deal.client) > 1", 1, 1),
        ('ANY_OF(deal.client, stage = "lost")', 1, 0),
        ('ALL_OF(deal.client, stage <> "lost")', 1, 2),
        ("NOT ANY_OF(deal.client, amount > 1)", 1, 1),
        ("total > 0 AND deals < 3", 0, 1),
        ('ANY_OF(deal.client, client.name = "First" AND owner <> ME())', 0, 0),
        ("MAX_OF(deal.client, created_at) <= NOW()", 1, 1),
    ],
)
def test_conditions(firm: Workspace, where: str, system: int, reader: int) -> None:
    with firm.reading() as unit:
        assert [count(unit, actor, Query("client", where=(where,))) for actor in (SYSTEM, READER)] == [system, reader]


def test_conditions_of_roles_go_over_all_records(firm: Workspace) -> None:
    role(firm, "client", condition='ANY_OF(deal.client, stage = "lost")')
    assert told(firm, READER)["deals"] == (2,)
    role(firm, "client", condition='NOT ANY_OF(deal.client, stage = "lost")')
    assert told(firm, READER)["deals"] == (0,)


def test_lists_are_sorted_by_sums(firm: Workspace) -> None:
    page = firm.fetch(READER, Query("client", ("deals",), sort=(Sort(field="deals", descending=True),)))
    assert [row.values["deals"] for row in page.rows] == [2, 0]


@pytest.mark.parametrize(
    ("field", "code"),
    [
        (formula("COUNT_OF(deal.owner)"), "expression.unknown_records"),
        (formula("SUM_OF(deal.client, amuont)"), "expression.unknown_field"),
        (formula("SUM_OF(deal.client, bad)"), "expression.unknown_field"),
        ({"type": "integer", "default": "COUNT_OF(deal.client)"}, "field.default_out_of_reach"),
    ],
)
def test_what_makes_no_sense_is_not_published(firm: Workspace, field: Tree, code: str) -> None:
    with pytest.raises(Refused) as caught:
        firm.edit("client", bad=field)
    assert code in {problem.code for problem in caught.value.problems}


def test_a_circle_over_related_records_is_found(firm: Workspace) -> None:
    with pytest.raises(Refused) as caught:
        firm.edit("deal", parents_deals=formula("client.twice"))
    assert "formula.cycle" in {problem.code for problem in caught.value.problems}
