"""Publishing over big tables: made ready beside people's work, caught up with it, then put in force or called off."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import inspect

from kartoteka.metadata.conversions import Decision, Decisions
from kartoteka.metadata.definitions import Identity
from kartoteka.metadata.problems import Conflict, Refused
from kartoteka.metadata.trees import Tree
from kartoteka.platform import forecasts, purging
from kartoteka.platform.actors import SYSTEM
from kartoteka.platform.conversions import filling
from kartoteka.platform.placement import is_ready, load_placement
from kartoteka.platform.preparing import publications, working
from kartoteka.platform.preparing.publications import Begun
from kartoteka.platform.query import Query
from kartoteka.platform.retired import all_retired
from tests.platform.workspace import BASE, Workspace, edited

PERSON = Identity("entity", "", "person")
BY_CITY = Identity("list", "person", "by_city")
FIELDS: list[Tree] = [
    {"key": "name", "type": "text"},
    {"key": "code", "type": "text"},
    {"key": "city", "type": "text"},
]
CITIES = ("Łódź", "Kraków", "Oslo")
EMPTY = Decision(failures="empty")


@pytest.fixture(autouse=True)
def everything_is_big(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a table of a few records be a big one, gone through in small batches."""
    monkeypatch.setattr(forecasts, "MOST_FILLED_AT_ONCE", 3)
    monkeypatch.setattr(forecasts, "MOST_INDEXED_AT_ONCE", 3)
    monkeypatch.setattr(filling, "BATCH", 3)
    monkeypatch.setattr(working, "MOST_CAUGHT_UP", 2)
    monkeypatch.setattr(publications, "MOST_CAUGHT_UP", 2)
    monkeypatch.setattr(publications, "BREATH_SECONDS", 0)


@pytest.fixture
def workspace(database_url: str) -> Iterator[Workspace]:
    """Give a workspace with ten people in it."""
    found = Workspace(database_url, packages=(BASE,))
    found.put({**found.trees(), PERSON: {"key": "person", "fields": FIELDS, "title": "name"}})
    for number in range(1, 11):
        found.create("person", name=f"P{number}", code=str(number), city=CITIES[number % 3])
    yield found
    found.close()


def begin(workspace: Workspace, decisions: Decisions | None = None, **fields: Tree | None) -> int:
    """Begin to publish changes of the person's fields."""
    plan = workspace.plan(edited(workspace.trees(), "person", **fields), decisions or Decisions())
    begun = publications.publish_or_begin(workspace.database, plan, actor="Olga")
    assert isinstance(begun, Begun)
    return begun.id


def carry_on(workspace: Workspace, number: int, batches: int) -> None:
    """Carry a publish on by so many batches."""
    left = iter(range(batches - 1))
    found = workspace.preparation(number)
    publications.carry_on(workspace.database, workspace.models, found, lambda _: next(left, None) is not None)


def values(workspace: Workspace, field: str) -> list[Any]:
    """Return the values of all live people, by id."""
    return [workspace.get("person", row, field).values[field] for row in sorted(workspace.sorted_by("person", "name"))]


def physical(workspace: Workspace) -> tuple[set[str], set[str]]:
    """Return the names of all indexes of people's tables that there are, and of those that placement knows."""
    with workspace.database.read() as connection:
        placement = load_placement(connection)
        there = {i["name"] for t in placement.entities["person"].tables for i in inspect(connection).get_indexes(t)}
        return {str(name) for name in there}, set(placement.entities["person"].indexes.values())


def nothing_is_left(workspace: Workspace) -> bool:
    """Tell whether nothing is half ready, and no index stray."""
    with workspace.database.read() as connection:
        known = load_placement(connection).entities["person"]
    there, placed = physical(workspace)
    return there == placed and not any(is_ready(key) for key, _ in known.columns)


def test_a_type_change_takes_what_people_write_meanwhile(workspace: Workspace) -> None:
    number = begin(workspace, code={"type": "integer"})
    carry_on(workspace, number, 2)
    assert workspace.preparation(number).status == "preparing"
    assert values(workspace, "code")[0] == "1"  # nothing is in force yet
    workspace.update("person", 1, code="1001")
    workspace.update("person", 2, code=None)
    workspace.update("person", 9, code="1009")
    workspace.delete("person", 3)
    made = workspace.create("person", name="PX", code="77")
    entry = workspace.finish(number)
    assert entry.actor == "Olga"
    assert values(workspace, "code") == [1001, None, 4, 5, 6, 7, 8, 1009, 10, 77]
    workspace.restore("person", 3)
    assert workspace.get("person", 3, "code").values["code"] == 3
    assert workspace.get("person", made, "code").values["code"] == 77
    assert nothing_is_left(workspace)
    assert not workspace.plan(workspace.trees()).changes


def test_it_is_the_same_as_a_publish_at_once(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    change: Tree = {"type": "integer", "unique": True}
    ready = workspace.finish(begin(workspace, code=change))
    found = workspace.data()
    workspace.undo()
    monkeypatch.setattr(forecasts, "MOST_FILLED_AT_ONCE", 1000)
    monkeypatch.setattr(forecasts, "MOST_INDEXED_AT_ONCE", 1000)
    at_once = workspace.edit("person", code=change)
    assert (ready.changes, ready.hash_after) == (at_once.changes, at_once.hash_after)
    assert workspace.data() == found


def test_an_undo_gives_back_every_value_and_keeps_edits(workspace: Workspace) -> None:
    before = values(workspace, "code")
    workspace.finish(begin(workspace, code={"type": "integer", "unique": True}))
    workspace.update("person", 4, code=444)
    workspace.update("person", 5, code=None)
    made = workspace.create("person", name="PX", code=99)
    workspace.undo()
    assert values(workspace, "code") == [*before[:3], "444", None, *before[5:], "99"]
    assert workspace.get("person", made, "code").values["code"] == "99"
    assert nothing_is_left(workspace)


def test_a_list_gets_its_sort_keys_and_index(workspace: Workspace) -> None:
    listed = {"entity": "person", "key": "by_city", "columns": ["name", "city"], "sort": ["city"]}
    plan = workspace.plan({**workspace.trees(), BY_CITY: listed})
    begun = publications.publish_or_begin(workspace.database, plan, actor="Olga")
    assert isinstance(begun, Begun)
    carry_on(workspace, begun.id, 1)
    workspace.update("person", 1, city="Aarhus")
    workspace.finish(begun.id)
    cities = [workspace.get("person", each, "city").values["city"] for each in workspace.sorted_by("person", "city")]
    assert cities == ["Aarhus", "Kraków", "Kraków", "Kraków", "Łódź", "Łódź", "Łódź", "Oslo", "Oslo", "Oslo"]
    assert nothing_is_left(workspace)


def test_what_is_about_to_be_unique_is_kept_so(workspace: Workspace) -> None:
    number = begin(workspace, code={"unique": True})
    carry_on(workspace, number, 1)
    with pytest.raises(Refused) as refused:
        workspace.update("person", 1, code="2")
    assert [(problem.code, problem.field) for problem in refused.value.problems] == [("not_unique", "code")]
    workspace.update("person", 1, code="200")
    workspace.finish(number)
    assert values(workspace, "code")[0] == "200"


@pytest.mark.parametrize("change", [{"unique": True}, {"type": "integer", "unique": True}], ids=["text", "integer"])
def test_values_repeated_meanwhile_forbid_it(workspace: Workspace, change: Tree) -> None:
    before = workspace.hash
    number = begin(workspace, code=change)
    workspace.update("person", 1, code="2")
    with pytest.raises(Refused) as refused:
        workspace.finish(number)
    assert [problem.code for problem in refused.value.problems] == ["plan.not_unique"]
    assert workspace.preparation(number).status == "refused"
    assert workspace.hash == before
    assert nothing_is_left(workspace)


def test_a_value_written_meanwhile_that_fails_forbids_it(workspace: Workspace) -> None:
    number = begin(workspace, code={"type": "integer"})
    carry_on(workspace, number, 5)
    workspace.update("person", 1, code="none")
    with pytest.raises(Refused) as refused:
        workspace.finish(number)
    assert [(problem.code, problem.field) for problem in refused.value.problems] == [("number.not_a_number", "code")]
    assert values(workspace, "code")[0] == "none"
    assert nothing_is_left(workspace)


def test_a_value_written_meanwhile_may_be_left_empty_where_that_was_decided(workspace: Workspace) -> None:
    workspace.update("person", 1, code="none")
    number = begin(workspace, Decisions(by_field={"person.code": EMPTY}), code={"type": "integer"})
    carry_on(workspace, number, 5)
    workspace.update("person", 2, code="nobody")
    workspace.finish(number)
    assert values(workspace, "code")[:3] == [None, None, 3]
    workspace.undo()
    assert values(workspace, "code")[:3] == ["none", "nobody", "3"]


@pytest.mark.parametrize("batches", [1, 3, 5])
def test_called_off_it_leaves_nothing(workspace: Workspace, batches: int) -> None:
    data, before, columns = workspace.data(), workspace.hash, workspace.columns("person")
    number = begin(workspace, code={"type": "integer", "unique": True}, note={"type": "integer"})
    carry_on(workspace, number, batches)
    publications.call_off(workspace.database, number)
    carry_on(workspace, number, 10)
    assert workspace.preparation(number).status == "cancelled"
    assert (workspace.hash, workspace.data()) == (before, data)
    assert nothing_is_left(workspace)
    workspace.edit("person", size={"type": "integer"}, height={"type": "integer"})
    assert workspace.columns("person") == columns + 2  # the columns that were made serve other fields
    assert values(workspace, "size") == [None] * 10
    with pytest.raises(Conflict):
        publications.call_off(workspace.database, number)


def test_meanwhile_nothing_else_is_published(workspace: Workspace) -> None:
    workspace.edit("person", note={"type": "text"})
    workspace.edit("person", note=None)
    number = begin(workspace, code={"type": "integer"})
    with pytest.raises(Conflict) as conflict:
        workspace.edit("person", city={"label": "Town"})
    assert conflict.value.problem.code == "plan.under_way"
    with workspace.reading() as unit:
        retired = all_retired(unit.connection)[0]
    with pytest.raises(Conflict):
        purging.purge(workspace.database, retired, retired.key, actor="tester")
    workspace.finish(number)
    workspace.edit("person", city={"label": "Town"})


def test_renames_in_the_same_publish(workspace: Workspace) -> None:
    trees = workspace.trees()
    fields: list[Tree] = [
        {"key": "name", "type": "text"},
        {"key": "number", "type": "integer", "unique": True, "formerly": ["code"]},
        {
            "key": "city",
            "type": "choice",
            "choices": [{"key": f"c{n}", "label": city} for n, city in enumerate(CITIES)],
        },
    ]
    people = Identity("entity", "", "people")
    wanted = {key: tree for key, tree in trees.items() if key != PERSON}
    wanted[people] = {"key": "people", "formerly": ["person"], "fields": fields, "title": "name"}
    begun = publications.publish_or_begin(workspace.database, workspace.plan(wanted), actor="Olga")
    assert isinstance(begun, Begun)
    carry_on(workspace, begun.id, 3)
    workspace.update("person", 1, code="1001", city="Oslo")
    workspace.finish(begun.id)
    row = workspace.get("people", 1, "number", "city").values
    assert (row["number"], row["city"]) == (1001, "c2")
    workspace.undo()
    assert values(workspace, "code") == ["1001", *map(str, range(2, 11))]


@pytest.mark.parametrize("is_new", [True, False], ids=["new card type", "known card type"])
def test_texts_become_links_to_cards_that_are_made(workspace: Workspace, is_new: bool) -> None:
    town = {Identity("entity", "", "town"): {"key": "town", "fields": [{"key": "name", "type": "text"}]}}
    if not is_new:
        workspace.put({**workspace.trees(), **town})
    trees = edited({**workspace.trees(), **town}, "person", city={"type": "link", "target": "town"})
    decisions = Decisions(by_field={"person.city": Decision(makes=True)})
    begun = publications.publish_or_begin(workspace.database, workspace.plan(trees, decisions), actor="Olga")
    assert isinstance(begun, Begun)
    if not is_new:  # else there is nothing to make ready
        carry_on(workspace, begun.id, 2)
    workspace.update("person", 1, city="Bergen")
    workspace.finish(begun.id)
    towns = {row.id: row.title for row in workspace.fetch(SYSTEM, Query("town")).rows}
    assert sorted(towns.values()) == sorted([*CITIES, "Bergen"])
    assert towns[workspace.get("person", 1, "city").values["city"]] == "Bergen"
    assert nothing_is_left(workspace)


def test_called_off_the_cards_that_were_made_go_to_the_trash(workspace: Workspace) -> None:
    town = {Identity("entity", "", "town"): {"key": "town", "fields": [{"key": "name", "type": "text"}]}}
    workspace.put({**workspace.trees(), **town})
    known = workspace.create("town", name=CITIES[0])
    decisions = Decisions(by_field={"person.city": Decision(makes=True)})
    number = begin(workspace, decisions, city={"type": "link", "target": "town"})
    carry_on(workspace, number, 3)
    kept = next(row for row in workspace.fetch(SYSTEM, Query("town")).rows if row.title == CITIES[1])
    workspace.update("town", kept.id, name="Kraków nad Wisłą")
    publications.call_off(workspace.database, number)
    carry_on(workspace, number, 10)
    assert {row.id for row in workspace.fetch(SYSTEM, Query("town")).rows} == {known, kept.id}


def test_fields_that_need_another_table(workspace: Workspace) -> None:
    workspace.edit("person", **{f"x{number}": {"type": "integer"} for number in range(240)})
    number = begin(workspace, code={"type": "integer"}, city={"type": "long_text"}, more={"type": "text"})
    carry_on(workspace, number, 2)
    workspace.delete("person", 2)
    workspace.finish(number)
    assert len(values(workspace, "code")) == 9
    workspace.restore("person", 2)
    assert values(workspace, "code") == list(range(1, 11))
    assert values(workspace, "city")[0] == CITIES[1]
    assert nothing_is_left(workspace)
