"""Values that code made, not a parser: they are kept as the field keeps them, on both databases."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from kartoteka.metadata.fieldtypes import Money
from kartoteka.metadata.problems import Refused
from kartoteka.platform import history
from kartoteka.platform.actors import SYSTEM
from kartoteka.platform.query import Query
from tests.platform.workspace import Workspace


def test_decimals_are_rounded_half_to_even(workspace: Workspace) -> None:
    workspace.edit("client", rate={"type": "decimal", "scale": 1})
    client = workspace.create("client", name="A", rate=Decimal("0.25"), credit=Money(Decimal("1.005"), "EUR"))
    row = workspace.get("client", client, "rate", "credit")
    assert row.values == {"rate": Decimal("0.2"), "credit": Money(Decimal("1.00"), "EUR")}
    workspace.update("client", client, rate=Decimal("0.3500001"))
    assert workspace.get("client", client, "rate").values["rate"] == Decimal("0.4")
    with workspace.reading() as unit:
        table = unit.model.storage.of("client")
        stored = unit.connection.execute(select(table.columns["rate", ""])).scalar_one()
        entries = history.of_record(unit.connection, "client", client)
    assert stored == Decimal("0.4")
    assert [entry.changes["rate"] for entry in entries] == [[None, "0.2"], ["0.2", "0.4"]]
    assert workspace.update("client", client, rate=Decimal("0.42")).changed == ()
    assert len(workspace.fetch(SYSTEM, Query("client", where=("rate = 0.4",))).rows) == 1


def test_what_does_not_fit_is_refused(workspace: Workspace) -> None:
    before = workspace.digest()
    for amount in (Decimal(10) ** 16, Decimal("9999999999999999.995")):
        with pytest.raises(Refused) as refused:
            workspace.create("client", name="A", credit=Money(amount, "EUR"))
        assert [(each.code, each.field) for each in refused.value.problems] == [("number.too_many_digits", "credit")]
    assert workspace.digest() == before


def test_a_unique_address_is_unique_whatever_its_capitals(workspace: Workspace) -> None:
    ada = workspace.create("user", name="Ada", email="Ada@Example.org")
    assert workspace.get("user", ada, "email").values["email"] == "ada@example.org"
    bob = workspace.create("user", name="Bob", email="bob@example.org")
    for act in (
        lambda: workspace.create("user", name="Twin", email="ADA@example.org"),
        lambda: workspace.update("user", bob, email="aDa@example.org"),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert [(each.code, each.field) for each in refused.value.problems] == [("not_unique", "email")]
