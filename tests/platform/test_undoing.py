"""Undo: any publish is taken back, rebased over later ones; what collides is named, and a person decides."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kartoteka.metadata.definitions import Identity, Manifest
from kartoteka.metadata.merging import Choice
from kartoteka.metadata.packages import Package
from kartoteka.metadata.problems import Conflict, Refused
from kartoteka.metadata.trees import Tree
from kartoteka.platform import journal, undoing
from kartoteka.platform.collisions import Choices
from kartoteka.platform.undoing import Undo
from tests.platform.workspace import BASE, Workspace

CLIENT, VISIT, LIST = (
    Identity("entity", "", "client"),
    Identity("entity", "", "visit"),
    Identity("list", "visit", "all"),
)
NAME = "entity/visit/fields/x_rank/label"


def prepared(workspace: Workspace, number: int, choices: Choices | None = None) -> Undo:
    with workspace.reading() as unit:
        return undoing.prepare_undo(unit.connection, unit.model, number, choices or {})


def fields(workspace: Workspace, entity: str = "visit") -> dict[str, Tree]:
    return {field["key"]: field for field in workspace.trees()[Identity("entity", "", entity)]["fields"]}


def test_two_fields_of_one_card_type_do_not_stand_in_each_others_way(workspace: Workspace) -> None:
    before, first = workspace.hash, workspace.edit("visit", x_one={"type": "integer"})
    second = workspace.edit("visit", x_two={"type": "text"}, report={"label": "Minutes"})
    workspace.undo(first.number)
    assert "x_one" not in fields(workspace)
    assert fields(workspace)["report"]["label"] == "Minutes"
    workspace.undo(second.number)
    assert workspace.hash == before


def test_what_was_filled_meanwhile_comes_back_with_the_field(workspace: Workspace) -> None:
    client = workspace.create("client", name="Ada")
    record = workspace.create("visit", client=client)
    added = workspace.edit("visit", x_one={"type": "integer"})
    workspace.edit("visit", x_two={"type": "text"})
    workspace.update("visit", record, x_one=7, x_two="kept")
    data, published = workspace.data(), workspace.hash
    undone = workspace.undo(added.number)
    assert workspace.get("visit", record, "x_two").values == {"x_two": "kept"}
    workspace.update("visit", record, report="written meanwhile")
    workspace.undo(undone.number)
    assert workspace.hash == published
    assert workspace.get("visit", record, "x_one", "report").values == {"x_one": 7, "report": "written meanwhile"}
    workspace.update("visit", record, report=None)
    assert workspace.data() == data


def test_a_publish_is_undone_made_again_and_undone(workspace: Workspace) -> None:
    before = workspace.hash
    record = workspace.create("client", name="Ada", tags=("a",))
    retired = workspace.edit("client", tags=None)
    gone = workspace.hash
    undone = workspace.undo(retired.number)
    again = workspace.undo(undone.number)
    assert workspace.hash == gone
    with workspace.reading() as unit:
        marks = {entry.number: entry.undone_by for entry in journal.entries(unit.connection)}
    assert (marks[retired.number], marks[undone.number], marks[again.number]) == (None, again.number, None)
    workspace.undo(retired.number)
    assert workspace.hash == before
    assert workspace.get("client", record, "tags").values == {"tags": ("a",)}


def test_a_newer_value_collides_by_name_with_both_sides(workspace: Workspace) -> None:
    workspace.edit("visit", x_rank={"type": "integer"})
    first = workspace.edit("visit", x_rank={"label": "Rank", "help": "One to five"})
    second = workspace.edit("visit", x_rank={"label": "Class"})
    with pytest.raises(Conflict, match=r"undo\.collides"):
        workspace.undo(first.number)
    [found] = prepared(workspace, first.number).disputed
    assert (found.collision.name, found.by) == (NAME, journal_entry(workspace, second.number))
    assert (found.collision.clash.mine, found.collision.clash.theirs) == ("Class", None)
    assert "help" not in _after(workspace, first.number, {NAME: "keep"})
    assert _after(workspace, first.number, {NAME: "keep"})["label"] == "Class"
    assert "label" not in _after(workspace, first.number, {NAME: "take"})


def journal_entry(workspace: Workspace, number: int) -> journal.Entry:
    with workspace.reading() as unit:
        return journal.entry_of(unit.connection, number)


def _after(workspace: Workspace, number: int, choices: Choices) -> Tree:
    """Return the field as an undo would leave it."""
    tree = prepared(workspace, number, choices).stack.catalog().trees[VISIT]
    return next(field for field in tree["fields"] if field["key"] == "x_rank")


def test_a_value_that_was_set_there_and_back_is_a_newer_one(workspace: Workspace) -> None:
    workspace.edit("visit", x_rank={"type": "integer"})
    first = workspace.edit("visit", x_rank={"label": "Rank"})
    workspace.edit("visit", x_rank={"label": "Class"})
    workspace.edit("visit", x_rank={"label": "Rank"})
    [found] = prepared(workspace, first.number).disputed
    assert found.collision.clash.mine == "Rank"


def test_a_field_that_others_have_changed_stays_or_goes_as_a_whole(workspace: Workspace) -> None:
    added = workspace.edit("visit", x_rank={"type": "integer"})
    workspace.edit("visit", x_rank={"label": "Rank"})
    name = "entity/visit/fields/x_rank"
    assert [each.collision.name for each in prepared(workspace, added.number).undecided] == [name]
    assert _after(workspace, added.number, {name: "keep"})["label"] == "Rank"
    workspace.undo(added.number, {name: "take"})
    assert "x_rank" not in fields(workspace)


def test_what_others_use_does_not_go(workspace: Workspace) -> None:
    added = workspace.edit("visit", x_rank={"type": "integer"})
    listed = {"entity": "visit", "key": "x_all", "columns": [{"field": "x_rank"}]}
    later = workspace.put({**workspace.trees(), Identity("list", "visit", "x_all"): listed})
    found = prepared(workspace, added.number)
    with workspace.reading() as unit, pytest.raises(Refused) as refused:
        found.plan(unit.connection, unit.model)
    assert [entry.number for entry in found.builds_on(refused.value)] == [later.number]
    workspace.undo(later.number)
    workspace.undo(added.number)
    assert "x_rank" not in fields(workspace)


def extra(version: str, **properties: Any) -> Package:
    """Return a package with a card type of its own and a field for visits."""
    thing = {"key": "thing", "fields": [{"key": "name", "type": "text", **properties}]}
    visit = {"key": "visit", "fields": [{"key": "e_mood", "type": "text"}]}
    manifest = Manifest(format=1, key="extra", version=version)
    return Package(manifest, {Identity("entity", "", "thing"): thing, VISIT: visit})


def test_packages_that_came_between_stay(workspace: Workspace) -> None:
    old = workspace.edit("visit", x_rank={"type": "integer"})
    workspace.apply(extra("1.0.0"))
    workspace.edit("thing", name={"label": "Mine"})
    workspace.apply(extra("1.1.0", help="Newer"))
    workspace.undo(old.number)
    assert (fields(workspace, "thing")["name"]["label"], fields(workspace, "thing")["name"]["help"]) == (
        "Mine",
        "Newer",
    )
    assert "e_mood" in fields(workspace)
    assert "x_rank" not in fields(workspace)


def test_an_own_value_that_is_undone_gives_way_to_the_packages_newest(workspace: Workspace) -> None:
    workspace.apply(extra("1.0.0", label="First"))
    own = workspace.edit("thing", name={"label": "Mine"})
    workspace.apply(extra("1.1.0", label="Second"))
    assert fields(workspace, "thing")["name"]["label"] == "Mine"
    workspace.undo(own.number)
    assert fields(workspace, "thing")["name"]["label"] == "Second"


def test_an_upgrade_is_undone_with_what_was_changed_since_kept(workspace: Workspace) -> None:
    workspace.apply(extra("1.0.0"))
    upgrade = workspace.apply(extra("1.1.0", help="Newer"))
    assert upgrade
    workspace.edit("thing", name={"label": "Mine"}, x_own={"type": "text"})
    workspace.undo(upgrade.number)
    assert fields(workspace, "thing")["name"] == {"key": "name", "type": "text", "label": "Mine"}
    assert "x_own" in fields(workspace, "thing")


def test_a_package_that_was_upgraded_since_collides_as_a_whole(workspace: Workspace) -> None:
    before = workspace.hash
    installed = workspace.apply(extra("1.0.0"))
    workspace.apply(extra("1.1.0", help="Newer"))
    assert installed
    [found] = prepared(workspace, installed.number).disputed
    assert (found.collision.name, found.collision.clash.mine) == ("package/extra", "1.1.0")
    workspace.undo(installed.number, {"package/extra": "take"})
    assert workspace.hash == before


def test_a_package_goes_but_what_was_made_of_it_may_stay(workspace: Workspace) -> None:
    installed = workspace.apply(extra("1.0.0"))
    workspace.edit("thing", name={"label": "Mine"})
    assert installed
    record = workspace.create("thing", name="kept")
    name = "entity/thing"
    assert [each.collision.name for each in prepared(workspace, installed.number).undecided] == [name]
    workspace.undo(installed.number, {name: "keep"})
    assert "e_mood" not in fields(workspace)
    assert workspace.get("thing", record, "name").values == {"name": "kept"}


def renamed(trees: dict[Identity, Tree], old: str, new: str, *formerly: str) -> dict[Identity, Tree]:
    """Return the definitions with a field of the visit under another key."""
    fields = [
        {**field, "key": new, "formerly": [old, *formerly]} if field["key"] == old else field
        for field in trees[VISIT]["fields"]
    ]
    return {**trees, VISIT: {**trees[VISIT], "fields": fields}}


def test_a_rename_is_undone_below_later_changes(workspace: Workspace) -> None:
    record = workspace.create("visit", client=workspace.create("client", name="Ada"))
    workspace.edit("visit", x_one={"type": "text"})
    entry = workspace.put(renamed(workspace.trees(), "x_one", "x_two"))
    workspace.update("visit", record, x_two="kept")
    workspace.edit("visit", x_two={"label": "Two"})
    workspace.undo(entry.number)
    assert fields(workspace)["x_one"]["label"] == "Two"
    assert workspace.get("visit", record, "x_one").values == {"x_one": "kept"}


def test_a_change_is_undone_under_the_name_that_the_field_has_now(workspace: Workspace) -> None:
    record = workspace.create("visit", client=workspace.create("client", name="Ada"))
    workspace.edit("visit", x_one={"type": "text"})
    workspace.update("visit", record, x_one="kept")
    labelled = workspace.edit("visit", x_one={"label": "One"})
    workspace.put(renamed(workspace.trees(), "x_one", "x_two"))
    workspace.undo(labelled.number)
    assert fields(workspace)["x_two"] == {"key": "x_two", "type": "text", "formerly": ["x_one"]}
    assert workspace.get("visit", record, "x_two").values == {"x_two": "kept"}


@pytest.mark.parametrize(("decision", "left"), [("keep", "x_three"), ("take", "x_one")])
def test_a_field_that_was_renamed_again_keeps_its_data(workspace: Workspace, decision: Choice, left: str) -> None:
    record = workspace.create("visit", client=workspace.create("client", name="Ada"))
    workspace.edit("visit", x_one={"type": "text"})
    workspace.update("visit", record, x_one="kept")
    entry = workspace.put(renamed(workspace.trees(), "x_one", "x_two"))
    workspace.put(renamed(workspace.trees(), "x_two", "x_three", "x_one"))
    [found] = prepared(workspace, entry.number).disputed
    assert found.collision.name == "entity/visit/fields/x_three/key"
    if decision == "take":
        workspace.undo(entry.number, {found.collision.name: decision})
    assert workspace.get("visit", record, left).values == {left: "kept"}


# --- any publishes, any order

ALPHA, ALL = Identity("entity", "", "alpha"), Identity("list", "alpha", "all")
START: dict[Identity, Tree] = {
    ALPHA: {
        "key": "alpha",
        "title": "one",
        "fields": [{"key": key, "type": "text"} for key in ("one", "two", "three")],
    },
    ALL: {"entity": "alpha", "key": "all", "columns": [{"field": "one"}, {"field": "two"}]},
}
KEYS = st.sampled_from(["two", "three", "four", "five"])
WORDS = st.sampled_from(["A", "B"])
YES_OR_NO: st.SearchStrategy[bool] = st.sampled_from([True, False])
Edit = tuple[str, str, str]
EDITS: st.SearchStrategy[Edit] = st.one_of(
    st.tuples(st.sampled_from(["label", "help"]), KEYS, WORDS),
    st.tuples(st.sampled_from(["add", "remove", "column", "no column", "first", "unique"]), KEYS, st.just("")),
    st.tuples(st.sampled_from(["list", "entity"]), st.just("label"), WORDS),
)


def made(trees: dict[Identity, Tree], edit: Edit) -> dict[Identity, Tree]:
    """Return the definitions with an edit; as they are where it can't be made."""
    found = deepcopy(trees)
    what, key, word = edit
    fields, columns = found[ALPHA]["fields"], found[ALL]["columns"]
    field = next((each for each in fields if each["key"] == key), None)
    match what:
        case "list" | "entity":
            found[ALL if what == "list" else ALPHA]["label"] = word
        case "add" if field is None:
            fields.append({"key": key, "type": "text"})
        case "column" if field is not None and {"field": key} not in columns:
            columns.append({"field": key})
        case "no column":
            found[ALL]["columns"] = [each for each in columns if each != {"field": key}]
        case "label" | "help" if field is not None:
            field[what] = word
        case "unique" if field is not None:
            field["unique"] = True
        case "remove" | "first" if field is not None:
            fields.remove(field)
            fields[:0] = [field] if what == "first" else []
    return found


def told(trees: dict[Identity, Tree], *, ordered: bool) -> Any:
    """Return the definitions that the edits are about, with their order if that is to be compared."""
    arrange: Callable[[list[Tree]], Any] = list if ordered else lambda items: sorted(items, key=str)
    head = {name: value for name, value in trees[ALPHA].items() if name != "fields"}
    listed = {name: value for name, value in trees[ALL].items() if name != "columns"}
    return head, arrange(trees[ALPHA]["fields"]), listed, arrange(trees[ALL]["columns"])


@pytest.fixture
def empty(database_url: str) -> Iterator[Workspace]:
    """A workspace with nothing but the base package."""
    found = Workspace(database_url, packages=(BASE,))
    yield found
    found.close()


def publish_all(workspace: Workspace, edits: list[Edit]) -> list[tuple[int, Edit, str, Any]]:
    """Publish the edits one after the other; return number, edit, and hash and data before it."""
    workspace.publish(workspace.plan({**workspace.trees(), **START}))
    workspace.create("alpha", one="1", two="2", three="3")
    done = []
    for edit in edits:
        before = (workspace.hash, workspace.data())
        try:
            entry = workspace.publish(workspace.plan(made(workspace.trees(), edit)))
        except Refused:
            continue
        if entry is not None:
            done.append((entry.number, edit, *before))
    return done


STEPS = settings(
    max_examples=12,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def refusal(workspace: Workspace, undo: Undo) -> Refused | None:
    """Return what forbids an undo."""
    with workspace.reading() as unit:
        try:
            undo.plan(unit.connection, unit.model)
        except Refused as refused:
            return refused
    return None


@given(edits=st.lists(EDITS, min_size=3, max_size=7), order=st.randoms(use_true_random=False))
@STEPS
def test_what_is_undone_is_as_if_it_had_never_been(empty: Workspace, edits: list[Edit], order: Any) -> None:
    """In any order: either collisions are named, or the others alone give the same."""
    done = publish_all(empty, edits)
    order.shuffle(left := [number for number, *_ in done])
    gone: set[int] = set()
    for number in left:
        undone = prepared(empty, number)
        if undone.undecided:
            with pytest.raises(Conflict, match=r"undo\.collides"):
                empty.undo(number)
            continue
        refused = refusal(empty, undone)
        if refused is not None:
            assert undone.builds_on(refused), refused
            continue
        if not undone.changes:
            continue  # a later one says the same or another thing: nothing is left to take back, and nothing is noted
        empty.undo(number)
        gone.add(number)
        expected = dict(START)
        for kept, edit, *_ in done:
            expected = expected if kept in gone else made(expected, edit)
        moved = any(edit[0] == "first" for _, edit, *_ in done)
        assert told(empty.trees(), ordered=not moved) == told(expected, ordered=not moved)
        assert empty.plan(empty.trees()).changes == ()


@given(edits=st.lists(EDITS, min_size=3, max_size=7), redone=YES_OR_NO)
@STEPS
def test_undone_from_the_newest_on_everything_is_as_it_was(empty: Workspace, edits: list[Edit], redone: bool) -> None:
    done = publish_all(empty, edits)
    for number, _, before, data in reversed(done):
        published, filled = empty.hash, empty.data()
        undone = empty.undo(number)
        assert (empty.hash, empty.data()) == (before, data)
        if redone:
            again = empty.undo(undone.number)
            assert (again.undoes, empty.hash, empty.data()) == (undone.number, published, filled)
            empty.undo(number)
            assert (empty.hash, empty.data()) == (before, data)
