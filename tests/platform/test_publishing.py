"""Publishing on both databases: what is planned happens, whole or not at all, and can be taken back."""

from __future__ import annotations

import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest

from kartoteka.metadata.definitions import Identity, Sort
from kartoteka.metadata.fieldtypes import Money
from kartoteka.metadata.packages import Package
from kartoteka.metadata.problems import Conflict, Refused
from kartoteka.metadata.trees import Tree
from kartoteka.platform import operations, publishing
from kartoteka.platform.actors import SYSTEM
from kartoteka.platform.query import Query
from kartoteka.platform.steps import Step
from tests.platform.workspace import SMALL, Workspace, edited, package

CLIENT = Identity("entity", "", "client")


def effects(plan: Any) -> list[tuple[str, dict[str, Any]]]:
    return [(effect.code, dict(effect.params)) for line in plan.lines for effect in line.effects]


def test_a_plan_after_its_publish_is_empty(workspace: Workspace) -> None:
    assert workspace.plan(workspace.trees()).changes == ()
    assert workspace.apply(package(SMALL)) is None
    workspace.edit("client", x_rank={"type": "integer"}, city={"label": "Town"}, tags=None)
    assert workspace.plan(workspace.trees()).changes == ()
    assert workspace.apply(package(SMALL)) is None


def test_a_field_that_comes_back_brings_its_data(workspace: Workspace) -> None:
    record = workspace.create("client", name="Ada", founded=None, tags=("a", "b"))
    before, data = workspace.hash, workspace.data()
    workspace.edit("client", tags=None)
    assert "tags" not in workspace.get("client", record).values
    workspace.undo()
    assert (workspace.hash, workspace.data()) == (before, data)


def test_a_new_field_of_an_old_key_inherits_nothing(workspace: Workspace) -> None:
    record = workspace.create("client", name="Ada", rank=7)
    trees = dict(workspace.trees())
    trees[Identity("list", "client", "all")] = {"entity": "client", "key": "all", "columns": ["name"]}
    role = trees[Identity("role", "", "seller")]
    rights = [{**right, "fields": []} if right["entity"] == "client" else right for right in role["entities"]]
    trees[Identity("role", "", "seller")] = {**role, "entities": rights}
    workspace.put(edited(trees, "client", rank=None))
    workspace.edit("client", rank={"type": "integer"})
    assert workspace.get("client", record, "rank").values == {"rank": None}


def test_undo_brings_back_the_column_that_it_took_out(workspace: Workspace) -> None:
    """Retired, added anew, both undone: the first column is back, not the one set aside last."""
    record = workspace.create("client", name="Ada", tags=("old",))
    retired = workspace.edit("client", tags=None)
    workspace.edit("client", tags={"type": "tags"})
    workspace.update("client", record, tags=("new",))
    workspace.undo()
    workspace.undo(retired.number)
    assert workspace.get("client", record, "tags").values == {"tags": ("old",)}


def test_a_renamed_field_keeps_values_and_numbers(workspace: Workspace) -> None:
    first = workspace.create("client", name="Ada", city="Ostrów")
    trees = workspace.trees()
    fields = [
        {**field, "key": f"x_{field['key']}", "formerly": [field["key"]]}
        if field["key"] in ("founded", "code")
        else field
        for field in trees[CLIENT]["fields"]
    ]
    entry = workspace.put({**trees, CLIENT: {**trees[CLIENT], "fields": fields}})
    assert {type(change).__name__ for change in entry.changes} == {"RenameField"}
    second = workspace.create("client", name="Bob")
    assert workspace.get("client", first, "x_code").values == {"x_code": "C-0001"}
    assert workspace.get("client", second, "x_code", "code").values == {"x_code": "C-0002", "code": "C-0002"}


def renamed_entity(trees: dict[Identity, Tree], old: str, new: str, **more: Any) -> dict[Identity, Tree]:
    """Return the definitions with an entity of another key that nothing else names."""
    tree = {**trees[Identity("entity", "", old)], "key": new, "formerly": [old], **more}
    kept = {identity: each for identity, each in trees.items() if identity != Identity("entity", "", old)}
    for role in ("seller", "reader", "keeper"):
        each = kept[Identity("role", "", role)]
        rights = [{**right, "entity": new} if right["entity"] == old else right for right in each["entities"]]
        kept[Identity("role", "", role)] = {**each, "entities": rights}
    return {**kept, Identity("entity", "", new): tree}


def test_a_renamed_entity_keeps_records_and_history(workspace: Workspace) -> None:
    from kartoteka.platform import history

    client = workspace.create("client", name="Ada")
    record = workspace.create("visit", client=client, report="long talk")
    before, data = workspace.hash, workspace.data()
    entry = workspace.put(renamed_entity(workspace.trees(), "visit", "call"))
    assert "RenameEntity" in {type(change).__name__ for change in entry.changes}
    assert workspace.get("call", record, "report").values == {"report": "long talk"}
    workspace.update("call", record, report="short talk")
    with workspace.reading() as unit:
        assert len(history.of_record(unit.connection, "call", record)) == 2
        assert history.verify(unit.connection, "call", record)
    workspace.update("call", record, report="long talk")
    workspace.undo()
    assert (workspace.hash, workspace.data()) == (before, data)


def test_data_are_counted_under_the_name_that_they_have_now(workspace: Workspace) -> None:
    """A rename in the same publish hides neither values that a type change would lose, nor values that repeat."""
    client = workspace.create("client", name="Ada")
    for _ in range(2):
        workspace.create("visit", client=client, report="many")
    trees = renamed_entity(workspace.trees(), "visit", "call", activity={"due": "day", "done": "done"})
    plan = workspace.plan(edited(trees, "call", report={"type": "integer"}))
    assert [(each.code, each.params["count"]) for each in plan.problems] == [("plan.values_fail", 2)]
    before = workspace.digest()
    with pytest.raises(Refused, match=r"plan\.values_fail"):
        workspace.publish(plan)
    assert workspace.digest() == before
    plan = workspace.plan(edited(trees, "call", client={"unique": True}))
    assert [each.code for each in plan.problems] == ["plan.not_unique"]


def test_effects_are_counted_in_live_data(workspace: Workspace) -> None:
    workspace.create("client", name="Ada", city="Here")
    gone = workspace.create("client", name="Bob", city="There")
    workspace.create("client", name="Cid")
    workspace.delete("client", gone)
    plan = workspace.plan(edited(workspace.trees(), "client", city={"required": True}))
    assert effects(plan) == [("effect.records_to_complete", {"count": 1})]
    assert plan.lines[0].risk == "care"
    plan = workspace.plan(edited(workspace.trees(), "client", x_new={"type": "text", "required": True}))
    assert effects(plan) == [("effect.records_to_complete", {"count": 2})]
    plan = workspace.plan(edited(workspace.trees(), "client", name={"max_length": 2}))
    assert effects(plan) == [("effect.values_do_not_fit", {"count": 3})]
    assert workspace.plan(edited(workspace.trees(), "client", city={"label": "Town"})).is_harmless


def test_values_that_repeat_forbid_uniqueness(workspace: Workspace) -> None:
    workspace.create("client", name="Ada")
    twin = workspace.create("client", name="Ada")
    plan = workspace.plan(edited(workspace.trees(), "client", name={"unique": True}))
    assert [each.code for each in plan.problems] == ["plan.not_unique"]
    workspace.delete("client", twin)
    workspace.edit("client", name={"unique": True})
    with pytest.raises(Refused, match="not_unique"):
        workspace.create("client", name="Ada")
    with pytest.raises(Refused, match="not_unique"):
        workspace.restore("client", twin)


def test_a_unique_field_whose_values_repeat_by_now_does_not_come_back(workspace: Workspace) -> None:
    first = workspace.create("client", name="Ada", inn="1234567890")
    workspace.delete("client", first)
    workspace.create("client", name="Bob", inn="1234567890")
    trees = dict(workspace.trees())
    for kind in ("form", "card"):
        del trees[Identity(kind, "client", "main")]
    workspace.put(edited(trees, "client", inn=None))
    workspace.restore("client", first)
    before = workspace.digest()
    with pytest.raises(Refused, match=r"plan\.not_unique"):
        workspace.undo()
    assert workspace.digest() == before


def test_a_text_that_is_listed_again_sorts_by_what_it_says_now(workspace: Workspace) -> None:
    """A list needs sort keys, later none does, then one again: values written meanwhile have theirs."""
    record = workspace.create("client", name="Zoe", city="Aa")
    other = workspace.create("client", name="Yan", city="Mm")
    listed = workspace.trees()
    all_clients = Identity("list", "client", "all")
    unlisted = {**listed, all_clients: {"entity": "client", "key": "all", "columns": ["name"]}}
    unlisted.pop(Identity("list", "deal", "open"))
    workspace.put(unlisted)
    workspace.update("client", record, city="Zz")
    workspace.put(listed)
    page = workspace.fetch(SYSTEM, Query("client", sort=(Sort(field="city"),)))
    assert [row.id for row in page.rows] == [other, record]


def test_the_link_of_a_field_can_not_change_under_its_values(workspace: Workspace) -> None:
    client = workspace.create("client", name="Ada")
    workspace.create("visit", client=client)
    plan = workspace.plan(
        edited(workspace.trees(), "visit", client={"target": "deal"})
        | {Identity("entity", "", "visit"): _visit_of_deal(workspace)}
    )
    assert [each.code for each in plan.problems] == ["plan.no_conversion"]


def _visit_of_deal(workspace: Workspace) -> Tree:
    tree = edited(workspace.trees(), "visit", client={"target": "deal"})[Identity("entity", "", "visit")]
    return {**tree, "title": 'CONCAT("Visit ", id)'}


def test_undoing_an_old_publish_leaves_later_packages_alone(workspace: Workspace) -> None:
    old = workspace.edit("visit", x_rank={"type": "integer"})
    small = package(SMALL)
    manifest = type(small.manifest)(format=1, key="extra", version="1.0.0")
    extra = {Identity("entity", "", "thing"): {"key": "thing", "fields": [{"key": "name", "type": "text"}]}}
    workspace.apply(Package(manifest, extra))
    record = workspace.create("thing", name="kept")
    workspace.undo(old.number)
    assert workspace.get("thing", record, "name").values == {"name": "kept"}
    assert (
        "x_rank"
        not in workspace.get("visit", workspace.create("visit", client=workspace.create("client", name="A"))).values
    )


def test_a_package_can_be_taken_out_and_comes_back(workspace: Workspace) -> None:
    manifest = type(package(SMALL).manifest)(format=1, key="extra", version="1.0.0")
    extra = {Identity("entity", "", "thing"): {"key": "thing", "fields": [{"key": "name", "type": "text"}]}}
    before = workspace.hash
    entry = workspace.apply(Package(manifest, extra))
    assert entry
    workspace.undo()
    assert workspace.hash == before
    with pytest.raises(Exception, match=r"undo\.done"):
        workspace.undo(entry.number)


def test_undo_is_refused_where_others_have_built_on_it(workspace: Workspace) -> None:
    first = workspace.edit("visit", x_rank={"type": "integer"})
    workspace.edit("visit", x_rank={"label": "Rank"})
    with pytest.raises(Conflict, match=r"undo\.collides"):
        workspace.undo(first.number)


def test_a_stale_plan_is_refused(workspace: Workspace) -> None:
    plan = workspace.plan(edited(workspace.trees(), "client", x_one={"type": "integer"}))
    workspace.edit("client", x_two={"type": "integer"})
    before = workspace.digest()
    with pytest.raises(Conflict, match=r"plan\.stale"):
        workspace.publish(plan)
    assert workspace.digest() == before


def test_a_plan_is_stale_when_only_a_layer_has_changed(workspace: Workspace) -> None:
    """The definitions in force are the same, but the plan would put an older package back."""
    plan = workspace.plan(edited(workspace.trees(), "client", x_one={"type": "integer"}))
    small = package(SMALL)
    newer = type(small.manifest)(format=1, key="small", version="1.0.1", requires=small.manifest.requires)
    assert workspace.apply(Package(newer, small.definitions)) is not None
    with pytest.raises(Conflict, match=r"plan\.stale"):
        workspace.publish(plan)


ROUNDS = int(os.environ.get("KARTOTEKA_ROUNDS", "5"))
"""How often two publish at once; 200 in the long run of the build."""


def test_of_two_who_publish_at_once_one_wins(workspace: Workspace) -> None:
    workspace.create("client", name="Ada")
    for number in range(ROUNDS):
        names = [f"x_{number}_{n}" for n in range(2)]
        plans = [workspace.plan(edited(workspace.trees(), "visit", **{name: {"type": "text"}})) for name in names]
        start = Barrier(2)

        def publish(plan: Any, start: Barrier = start) -> str:
            start.wait()
            try:
                workspace.publish(plan)
            except Conflict as conflict:
                return conflict.problem.code if conflict.details is not None else "no difference told"
            return "published"

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(publish, plans)) == ["plan.stale", "published"]
        keys = {field["key"] for field in workspace.trees()[Identity("entity", "", "visit")]["fields"]}
        assert len(keys & {*names}) == 1
        assert workspace.plan(workspace.trees()).changes == ()
    workspace.create("client", name="Bob")


@pytest.mark.parametrize("at", ["CreateTable", "AddColumn", "CreateIndex", "journal"])
def test_a_publish_that_fails_leaves_nothing(at: str, workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace.create("client", name="Ada")
    thing = {"key": "thing", "title": "name", "fields": [{"key": "name", "type": "text", "unique": True}]}
    trees = edited(workspace.trees(), "client", x_new={"type": "integer"})
    plan = workspace.plan({**trees, Identity("entity", "", "thing"): thing})
    before = workspace.digest()

    def fail(*args: Any, **named: Any) -> None:
        raise ZeroDivisionError

    if at == "journal":
        monkeypatch.setattr(publishing, "_write_journal", fail)
    else:

        def run(self: operations.StepRunner, steps: Iterable[Step]) -> None:
            for step in steps:
                self.carry_out(step)
                if type(step).__name__ == at:
                    fail()

        monkeypatch.setattr(operations.StepRunner, "run", run)
    with pytest.raises(ZeroDivisionError):
        workspace.publish(plan)
    assert workspace.digest() == before
    monkeypatch.undo()
    workspace.publish(plan)
    assert workspace.create("thing", name="one")


def test_names_of_63_bytes(workspace: Workspace) -> None:
    long = "x" * 60
    fields: list[Tree] = [{"key": f"{'f' * 59}{n}", "type": "money"} for n in range(3)]
    fields += [{"key": f"{'t' * 59}{n}", "type": "text", "unique": True} for n in range(3)]
    tree = {"key": long, "fields": fields, "title": fields[-1]["key"]}
    workspace.put({**workspace.trees(), Identity("entity", "", long): tree})
    values: dict[str, Any] = {
        field["key"]: Money(Decimal("1.25"), "PLN") if field["type"] == "money" else "t" for field in fields
    }
    record = workspace.create(long, **values)
    assert dict(workspace.get(long, record).values) == values


def test_an_entity_of_a_thousand_fields(workspace: Workspace) -> None:
    fields: list[Tree] = [{"key": f"f{n}", "type": "text"} for n in range(940)]
    fields += [{"key": f"m{n}", "type": "money"} for n in range(50)]
    fields += [{"key": f"b{n}", "type": "link", "target": "client"} for n in range(5)]
    fields += [{"key": f"u{n}", "type": "text", "unique": True} for n in range(5)]
    tree = {"key": "wide", "title": "f0", "fields": fields}
    all_of_them = {"entity": "wide", "key": "all", "columns": ["f0", "f900", "m49"], "sort": ["f900"]}
    trees = {**workspace.trees(), Identity("entity", "", "wide"): tree, Identity("list", "wide", "all"): all_of_them}
    workspace.put(trees)
    with workspace.reading() as unit:
        placed = unit.model.placement.entities["wide"]
        assert len(placed.tables) == 5
        assert max(placed.sizes) == 250
    client = workspace.create("client", name="Ada")
    some = workspace.create("wide", f0="only the first")
    every: dict[str, Any] = {f"f{n}": f"text {n}" for n in range(940)} | {
        f"m{n}": Money(Decimal(n), "EUR") for n in range(50)
    }
    every |= {f"b{n}": client for n in range(5)} | {f"u{n}": f"u {n}" for n in range(5)}
    full = workspace.create("wide", **every)
    assert dict(workspace.get("wide", full).values) == every
    assert {key for key, value in workspace.get("wide", some).values.items() if value is not None} == {"f0"}
    workspace.update("wide", some, f900="late", m49=Money(Decimal(1), "RUB"), u4="unique")
    with pytest.raises(Refused, match="not_unique"):
        workspace.update("wide", some, u4="u 4")
    page = workspace.fetch(SYSTEM, Query("wide", ("f0", "f900", "m49"), sort=(Sort(field="f900"),)))
    assert [row.values["f900"] for row in page.rows] == ["late", "text 900"]
    workspace.delete("wide", full)
    workspace.update("wide", some, u4="u 4")
    with pytest.raises(Refused, match="not_unique"):
        workspace.restore("wide", full)
