"""Types change under real data: what is told is what happens, nothing is lost silently, and all of it comes back."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from kartoteka.metadata.conversions import Decision, Decisions
from kartoteka.metadata.definitions import Identity
from kartoteka.metadata.fieldtypes import Money
from kartoteka.metadata.problems import Conflict, Refused
from kartoteka.metadata.trees import Tree
from kartoteka.platform.conversions import filling
from tests.platform.conversions.thing import THING, begin, change, counts, plan, values
from tests.platform.workspace import Workspace

TEXT = {"type": "text"}
OPTIONS = [{"key": "new", "label": "New"}, {"key": "won", "label": "Won"}, {"key": "lost", "label": "Lost"}]
CHOICE = {"type": "choice", "choices": OPTIONS}


def test_texts_become_numbers_only_where_they_are_some(workspace: Workspace) -> None:
    ids = begin(workspace, TEXT, ["12", "test", "007", "-4", "12", None])
    found = plan(workspace, {"type": "integer"})
    assert counts(found) == {"clean": 3, "failed": 1, "lossy": 1}
    assert [each.code for each in found.problems] == ["plan.values_fail", "plan.values_lossy"]
    before = workspace.digest()
    with pytest.raises(Refused, match=r"plan\.values_fail"):
        workspace.publish(found)
    with pytest.raises(Refused, match=r"plan\.values_lossy"):
        change(workspace, {"type": "integer"}, failures="empty")
    assert workspace.digest() == before
    change(workspace, {"type": "integer"}, failures="empty", lossy=True)
    assert values(workspace, ids) == [12, None, 7, -4, 12, None]


def test_undo_gives_every_old_value_back(workspace: Workspace) -> None:
    ids = begin(workspace, TEXT, ["12", "test", "007", None])
    before, data = workspace.hash, workspace.data()
    change(workspace, {"type": "integer"}, failures="empty", lossy=True)
    workspace.undo()
    assert (workspace.hash, workspace.data()) == (before, data)
    assert values(workspace, ids) == ["12", "test", "007", None]


def test_what_was_edited_since_is_kept(workspace: Workspace) -> None:
    ids = begin(workspace, TEXT, ["12", "test", "007", "5"])
    entry = change(workspace, {"type": "integer"}, failures="empty", lossy=True)
    workspace.update("thing", ids[0], it=13)
    workspace.update("thing", ids[1], it=99)
    workspace.update("thing", ids[3], it=None)
    ids.append(workspace.create("thing", name="later", it=1000))
    undone = workspace.undo(entry.number)
    assert values(workspace, ids) == ["13", "99", "007", None, "1000"]
    assert undone.undoes == entry.number


def test_a_form_opened_before_the_type_changed_notices_an_edit_made_between(workspace: Workspace) -> None:
    first, second = begin(workspace, TEXT, ["12", "5"])
    workspace.update("thing", first, version=1, it="13")
    change(workspace, {"type": "integer"})
    before = workspace.digest()
    with pytest.raises(Conflict, match=r"record\.changed") as conflict:
        workspace.update("thing", first, version=1, it=99)
    assert conflict.value.details == [{"field": "it", "theirs": 13, "yours": 99}]
    assert workspace.digest() == before
    assert workspace.update("thing", first, version=1, name="another").version == 3, "another field still merges"
    assert workspace.update("thing", second, version=1, it=99).version == 2, "nobody has edited that one"


def test_the_plan_of_an_undo_tells_what_becomes_of_edits(workspace: Workspace) -> None:
    ids = begin(workspace, {"type": "text", "max_length": 4}, ["12", "3"])
    entry = change(workspace, {"type": "integer"})
    workspace.update("thing", ids[0], it=123456)
    workspace.create("thing", name="later", it=55)
    found = workspace.plan_undo(entry.number)
    [line] = [each for each in found.lines if each.values]
    told = [(effect.code, effect.params["count"]) for effect in line.effects]
    assert told == [("effect.values_restored", 1), ("effect.edits_converted_back", 1), ("effect.edits_lost", 1)]
    assert line.risk == "loss"
    workspace.undo(entry.number)
    assert values(workspace, ids) == ["12", "3"]


def test_a_person_says_what_old_values_mean(workspace: Workspace) -> None:
    ids = begin(workspace, TEXT, ["10", "about 5", "n/a", "n/a"])
    mapping = {"about 5": "5", "n/a": None}
    found = plan(workspace, {"type": "integer"}, mapping=mapping)
    assert (counts(found), found.problems) == ({"clean": 1, "mapped": 3}, ())
    change(workspace, {"type": "integer"}, mapping=mapping)
    assert values(workspace, ids) == [10, 5, None, None]
    workspace.undo()
    assert values(workspace, ids) == ["10", "about 5", "n/a", "n/a"]


def test_a_number_that_two_languages_read_differently_is_not_guessed(workspace: Workspace) -> None:
    ids = begin(workspace, TEXT, ["1,234"])
    found = plan(workspace, {"type": "decimal", "scale": 3})
    assert [line.values.census.samples["failed"][0].outcome.problem.code for line in found.lines if line.values] == [  # type: ignore[union-attr]
        "conversion.ambiguous"
    ]
    change(workspace, {"type": "decimal", "scale": 3}, reads="en")
    assert values(workspace, ids) == [Decimal(1234)]


Shown = tuple[Tree, Any, Tree, Any]
PAIRS: list[Shown] = [
    (TEXT, "31.01.2026", {"type": "date"}, date(2026, 1, 31)),
    (TEXT, "2026-01-31 15:30", {"type": "datetime"}, datetime(2026, 1, 31, 15, 30, tzinfo=UTC)),
    (TEXT, "да", {"type": "boolean"}, True),
    (TEXT, "5 EUR", {"type": "money"}, Money(Decimal(5), "EUR")),
    (TEXT, "New", CHOICE, "new"),
    (TEXT, "one, two", {"type": "tags"}, ("one", "two")),
    (TEXT, "anna@Example.com", {"type": "email"}, "anna@example.com"),
    (TEXT, "one", {"type": "long_text"}, "one"),
    ({"type": "integer"}, 5, {"type": "decimal"}, Decimal(5)),
    ({"type": "date"}, date(2026, 1, 31), {"type": "datetime"}, datetime(2026, 1, 31, tzinfo=UTC)),
    ({"type": "boolean"}, True, TEXT, "Yes"),
    (CHOICE, "won", TEXT, "Won"),
    (CHOICE, "won", {**CHOICE, "type": "multi_choice"}, ("won",)),
    ({**CHOICE, "type": "multi_choice"}, ("won",), CHOICE, "won"),
    ({"type": "tags"}, ("New", "Won"), {**CHOICE, "type": "multi_choice"}, ("new", "won")),
    ({"type": "decimal", "scale": 4}, Decimal("1.5"), {"type": "decimal", "scale": 2}, Decimal("1.5")),
    ({"type": "json"}, {"a": 1}, TEXT, '{"a":1}'),
]


@pytest.mark.parametrize(("old", "value", "new", "expected"), PAIRS, ids=lambda each: None)
def test_clean_values_go_there_and_back(workspace: Workspace, old: Tree, value: Any, new: Tree, expected: Any) -> None:
    ids = begin(workspace, old, [value, None])
    before, data = workspace.hash, workspace.data()
    assert counts(plan(workspace, new)) == {"clean": 1}
    change(workspace, new)
    assert values(workspace, ids) == [expected, None]
    assert workspace.plan(workspace.trees()).changes == ()
    workspace.undo()
    assert (workspace.hash, workspace.data()) == (before, data)


LOSSY: list[Shown] = [
    ({"type": "decimal"}, Decimal("1.5"), {"type": "integer"}, 2),
    ({"type": "datetime"}, datetime(2026, 1, 31, 15, 30, tzinfo=UTC), {"type": "date"}, date(2026, 1, 31)),
    ({**CHOICE, "type": "multi_choice"}, ("new", "won"), CHOICE, "new"),
    ({"type": "money"}, Money(Decimal(5), "PLN"), {"type": "decimal"}, Decimal(5)),
    ({"type": "long_text"}, "one\ntwo", TEXT, "one two"),
    (TEXT, "1.005", {"type": "decimal"}, Decimal("1.00")),
    (TEXT, "0012345678", {"type": "integer"}, 12345678),
]


@pytest.mark.parametrize(("old", "value", "new", "expected"), LOSSY, ids=lambda each: None)
def test_what_loses_something_needs_a_word(
    workspace: Workspace, old: Tree, value: Any, new: Tree, expected: Any
) -> None:
    ids = begin(workspace, old, [value])
    assert counts(plan(workspace, new)) == {"lossy": 1}
    with pytest.raises(Refused, match=r"plan\.values_lossy"):
        change(workspace, new)
    change(workspace, new, lossy=True)
    assert values(workspace, ids) == [expected]
    workspace.undo()
    assert values(workspace, ids) == [value]


def test_options_are_renamed_merged_and_removed(workspace: Workspace) -> None:
    ids = begin(workspace, CHOICE, ["new", "won", "lost", None])
    before, data = workspace.hash, workspace.data()
    closed = {"key": "closed", "label": "Closed", "formerly": ["won"]}
    less = {"type": "choice", "choices": [OPTIONS[0], closed]}
    found = plan(workspace, less)
    assert counts(found) == {"clean": 2, "failed": 1}
    change(workspace, less, mapping={"lost": "closed"})
    assert values(workspace, ids) == ["new", "closed", "closed", None]
    workspace.undo()
    assert (workspace.hash, workspace.data()) == (before, data)


def test_options_of_a_list_are_mapped_one_by_one(workspace: Workspace) -> None:
    ids = begin(workspace, {**CHOICE, "type": "multi_choice"}, [("new", "lost"), ("lost",), ("won",)])
    less = {"type": "multi_choice", "choices": OPTIONS[:2]}
    change(workspace, less, mapping={"lost": "won"})
    assert values(workspace, ids) == [("new", "won"), ("won",), ("won",)]
    workspace.undo()
    assert values(workspace, ids) == [("new", "lost"), ("lost",), ("won",)]


def test_an_option_that_nobody_uses_goes_without_a_word(workspace: Workspace) -> None:
    begin(workspace, CHOICE, ["new", "won"])
    columns = workspace.columns("thing")
    found = plan(workspace, {"type": "choice", "choices": OPTIONS[:2]})
    assert [type(each).__name__ for each in found.changes] == ["ChangeField"]
    workspace.publish(found)
    assert workspace.columns("thing") == columns


def test_an_option_chosen_meanwhile_makes_the_plan_stale(workspace: Workspace) -> None:
    ids = begin(workspace, CHOICE, ["new"])
    found = plan(workspace, {"type": "choice", "choices": OPTIONS[:2]}, failures="empty")
    workspace.update("thing", ids[0], it="lost")
    before = workspace.digest()
    with pytest.raises((Conflict, Refused)):
        workspace.publish(found)
    assert workspace.digest() == before


def test_more_may_not_be_lost_than_was_shown(workspace: Workspace) -> None:
    begin(workspace, TEXT, ["12", "n/a"])
    found = plan(workspace, {"type": "integer"}, failures="empty")
    workspace.create("thing", name="meanwhile", it="later")
    with pytest.raises(Conflict, match=r"plan\.values_changed"):
        workspace.publish(found)


def test_a_pair_that_makes_no_sense_is_refused(workspace: Workspace) -> None:
    begin(workspace, {"type": "boolean"}, [True])
    found = plan(workspace, {"type": "date"}, failures="empty", lossy=True)
    assert [each.code for each in found.problems] == ["plan.no_conversion"]
    assert found.obstacles


def test_no_values_need_no_conversion(workspace: Workspace) -> None:
    ids = begin(workspace, {"type": "boolean"}, [None])
    change(workspace, {"type": "date"})
    assert values(workspace, ids) == [None]


def test_links_become_texts_and_texts_links(workspace: Workspace) -> None:
    clients = [workspace.create("client", name=name) for name in ("Ada", "Bob", "Bob")]
    ids = begin(workspace, TEXT, ["Ada", "Bob", "Cid", None])
    link = {"type": "link", "target": "client"}
    found = plan(workspace, link)
    assert counts(found) == {"clean": 1, "failed": 2}
    made = plan(workspace, link, makes=True, mapping={"Bob": None})
    assert counts(made) == {"clean": 1, "mapped": 1, "made": 1}
    workspace.publish(made)
    ada, bob, cid, nobody = values(workspace, ids)
    assert (ada, bob, nobody) == (clients[0], None, None)
    assert workspace.get("client", cid, "name").values == {"name": "Cid"}
    workspace.undo()
    assert values(workspace, ids) == ["Ada", "Bob", "Cid", None]


def test_values_in_the_trash_are_converted_too(workspace: Workspace) -> None:
    ids = begin(workspace, TEXT, ["12", "13"])
    workspace.delete("thing", ids[0])
    change(workspace, {"type": "integer"})
    workspace.restore("thing", ids[0])
    assert values(workspace, ids) == [12, 13]


def test_unique_values_may_not_fall_together(workspace: Workspace) -> None:
    begin(workspace, {"type": "text", "unique": True}, ["1", "1.0", "2"])
    found = plan(workspace, {"type": "integer", "unique": True})
    assert [each.code for each in found.obstacles] == ["plan.not_unique"]
    change(workspace, {"type": "integer", "unique": True}, mapping={"1.0": "3"})
    with pytest.raises(Refused, match="not_unique"):
        workspace.create("thing", name="again", it=3)


def test_a_field_renamed_and_changed_in_one_publish(workspace: Workspace) -> None:
    ids = begin(workspace, TEXT, ["12", "13"])
    before, data = workspace.hash, workspace.data()
    trees = workspace.trees()
    fields = [trees[THING]["fields"][0], {"key": "number", "type": "integer", "formerly": ["it"]}]
    entry = workspace.put({**trees, THING: {**trees[THING], "fields": fields}})
    assert workspace.get("thing", ids[0], "number").values == {"number": 12}
    workspace.undo(entry.number)
    assert (workspace.hash, workspace.data()) == (before, data)


def test_old_values_come_back_exactly_where_card_type_and_field_were_renamed_with_the_type(
    workspace: Workspace,
) -> None:
    begin(workspace, TEXT, ["12", "test", "007", None])
    before, data = workspace.hash, workspace.data()
    trees = workspace.trees()
    number = {"key": "count", "type": "integer", "formerly": ["it"]}
    fields = [each if each["key"] != "it" else number for each in trees.pop(THING)["fields"]]
    matter = {"key": "matter", "title": "name", "formerly": ["thing"], "fields": fields}
    decisions = Decisions(by_field={"matter.count": Decision(failures="empty", lossy=True)})
    entry = workspace.publish(workspace.plan({**trees, Identity("entity", "", "matter"): matter}, decisions))
    assert entry is not None
    published, changed = workspace.hash, workspace.data()
    undone = workspace.undo(entry.number)
    assert (workspace.hash, workspace.data()) == (before, data)
    workspace.undo(undone.number)
    assert (workspace.hash, workspace.data()) == (published, changed)


def test_old_values_come_back_exactly_under_a_name_that_was_given_since(workspace: Workspace) -> None:
    ids = begin(workspace, TEXT, ["12", "test", "007", None])
    entry = change(workspace, {"type": "integer"}, failures="empty", lossy=True)
    trees = workspace.trees()
    fields = [
        {**each, "key": "code", "formerly": ["it"]} if each["key"] == "it" else each for each in trees[THING]["fields"]
    ]
    workspace.put({**trees, THING: {**trees[THING], "fields": fields}})
    workspace.undo(entry.number)
    assert [workspace.get("thing", each, "code").values["code"] for each in ids] == ["12", "test", "007", None]


def test_batches_are_resumed_where_they_stopped(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filling, "BATCH", 3)
    ids = begin(workspace, TEXT, [str(n) for n in range(10)])
    change(workspace, {"type": "integer"})
    assert values(workspace, ids) == list(range(10))


def test_a_text_that_sorts_has_its_sort_keys(workspace: Workspace) -> None:
    ids = begin(workspace, {"type": "integer"}, [5, 40])
    trees = workspace.trees()
    listed = {"entity": "thing", "key": "all", "columns": [{"field": "it"}], "sort": [{"field": "it"}]}
    workspace.put({**trees, Identity("list", "thing", "all"): listed})
    change(workspace, TEXT)
    assert workspace.sorted_by("thing", "it") == [ids[1], ids[0]]
