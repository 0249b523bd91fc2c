"""What formulas tell of hidden fields: said of every role, and in the plan of whatever brings it about."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from kartoteka.metadata.definitions import Identity
from kartoteka.metadata.trees import Tree
from kartoteka.platform.disclosing import disclosures
from kartoteka.platform.plans import Plan
from tests.platform.workspace import Workspace, edited

SELLER = Identity("role", "", "seller")
Told = tuple[str, str, str]


def told(workspace: Workspace) -> set[Told]:
    with workspace.reading() as unit:
        found = list(disclosures(unit.model.catalog))
    return {(each.role, ".".join(each.formula), ".".join(each.hidden)) for each in found}


def effects(plan: Plan) -> list[tuple[str, str, str]]:
    """Return what the plan says of formulas: the kind of change, the formula's label, the hidden field's."""
    return [
        (type(line.change).__name__, each.params["formula"], each.params["hidden"])
        for line in plan.lines
        for each in line.effects
        if each.code == "effect.formula_discloses"
    ]


def with_right(trees: dict[Identity, Tree], field: str, right: str | None) -> dict[Identity, Tree]:
    """Return the definitions with another right of sellers to a field of clients."""
    role: dict[str, Any] = deepcopy(dict(trees[SELLER]))
    client = next(each for each in role["entities"] if each["entity"] == "client")
    client["fields"] = [each for each in client["fields"] if each["field"] != field]
    client["fields"] += [{"field": field, "right": right}] if right else []
    return {**trees, SELLER: role}


def test_only_what_a_role_sees_by_a_detour_is_told(workspace: Workspace) -> None:
    assert told(workspace) == {("reader", "client.risk", "client.credit")}
    workspace.put(with_right(workspace.trees(), "risk", "read"))
    assert told(workspace) == {(role, "client.risk", "client.credit") for role in ("reader", "seller")}
    workspace.put(with_right(workspace.trees(), "credit", "read"))
    assert told(workspace) == {("reader", "client.risk", "client.credit")}


def test_a_link_tells_of_what_lies_behind_it(workspace: Workspace) -> None:
    workspace.edit("deal", x_credit={"type": "formula", "expression": "client.credit * 2", "result": "number"})
    assert ("seller", "deal.x_credit", "client.credit") in told(workspace)
    assert ("reader", "deal.x_credit", "client.credit") in told(workspace)
    assert not any(role == "keeper" for role, _, _ in told(workspace)), "who can't read deals sees no formula of theirs"


def test_a_plan_tells_what_is_new(workspace: Workspace) -> None:
    shown = workspace.plan(with_right(workspace.trees(), "risk", "read"))
    assert effects(shown) == [("PutDefinition", "Risk", "Credit")]
    assert not shown.is_harmless
    formula = {"type": "formula", "expression": "credit * 2", "result": "number", "label": "Twice"}
    added = workspace.plan(edited(workspace.trees(), "client", x_twice=formula))
    assert effects(added) == [("AddField", "Twice", "Credit")], "of sellers: readers see no fields to come"
    hidden = workspace.plan(with_right(workspace.trees(), "risk", None))
    assert effects(hidden) == [("PutDefinition", "Risk", "Credit")], "as others: they may be edited"
    workspace.publish(shown)
    assert effects(workspace.plan(with_right(workspace.trees(), "rank", "hide"))) == [], "known already"


def test_another_name_tells_nothing_new(workspace: Workspace) -> None:
    def secret(key: str, *formerly: str) -> dict[Identity, Tree]:
        """Return the definitions with a hidden field of that key, and a formula over it."""
        formula = {"type": "formula", "expression": f"{key} * 2", "result": "number"}
        found = edited(workspace.trees(), "client", **dict.fromkeys(formerly), x_shown=formula)
        client = Identity("entity", "", "client")
        field = {"key": key, "type": "integer", **({"formerly": list(formerly)} if formerly else {})}
        found[client] = {**found[client], "fields": [*found[client]["fields"], field]}
        return with_right(with_right(found, "x_secret", None), key, "hide")

    workspace.put(secret("x_secret"))
    assert ("seller", "client.x_shown", "client.x_secret") in told(workspace)
    renamed = workspace.plan(secret("x_kept", "x_secret"))
    assert "RenameField" in {type(each).__name__ for each in renamed.changes}
    assert effects(renamed) == []
