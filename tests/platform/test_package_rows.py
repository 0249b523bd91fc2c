"""Reference data of packages: installed, upgraded by ref as a three-way merge, undone; on both databases."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from kartoteka.metadata.collisions import Decisions
from kartoteka.metadata.definitions import Identity, Manifest
from kartoteka.metadata.packages import Package
from kartoteka.metadata.problems import Refused
from kartoteka.metadata.row_files import read_row_sets
from kartoteka.metadata.trees import Tree, normal
from kartoteka.metadata.upgrades import uninstalled, upgraded
from kartoteka.platform import history
from kartoteka.platform.actors import SYSTEM
from kartoteka.platform.configuration import load_stack
from kartoteka.platform.journal import Entry
from kartoteka.platform.package_rows.lines import KeptValue
from kartoteka.platform.plans import Plan
from kartoteka.platform.query import Query
from kartoteka.platform.upgrades import plan_upgrade
from tests.platform.workspace import Workspace

REGION: Tree = {
    "key": "region",
    "label": "Region",
    "title": "name",
    "fields": [
        {"key": "name", "type": "text", "required": True},
        {"key": "code", "type": "text", "unique": True, "max_length": 10},
        {"key": "level", "type": "integer"},
        {"key": "parent", "type": "link", "target": "region"},
        {"key": "tags", "type": "tags"},
    ],
}
SEGMENT: Tree = {
    "key": "segment",
    "title": "name",
    "fields": [{"key": "name", "type": "text"}, {"key": "region", "type": "link", "target": "region"}],
}
REGIONS = "ref,name,code,level,parent,tags\nnorth,North,N,1,world,a|b\nsouth,South,S,1,world,\nworld,World,W,0,,\n"
SEGMENTS = "ref,name,region\nretail,Retail,north\n"


def package(
    version: str,
    regions: str = REGIONS,
    segments: str = SEGMENTS,
    region: Tree = REGION,
    more: Mapping[str, str] | None = None,
) -> Package:
    """Return the package `office` with these rows."""
    trees = {Identity("entity", "", tree["key"]): normal(tree) for tree in (region, SEGMENT)}
    texts = {"data/region.csv": regions, "data/segment.csv": segments, **(more or {})}
    files = {name: text.encode() for name, text in texts.items() if text}
    problems: list[Any] = []
    rows = read_row_sets(files, problems)
    assert problems == []
    return Package(Manifest(format=1, key="office", version=version), trees, files, rows)


def plan(workspace: Workspace, new: Package | None) -> Plan:
    """Plan an upgrade to a version of the package, or to none, as every outlet does."""
    with workspace.reading() as unit:
        before = load_stack(unit.connection)
        decisions = Decisions(otherwise="keep")
        upgrade = (
            uninstalled(before, "office", decisions)
            if new is None
            else upgraded(before, before.with_package(new), "office", decisions)
        )
        return plan_upgrade(unit.connection, unit.model, upgrade)


def install(workspace: Workspace, new: Package | None) -> Entry:
    entry = workspace.publish(plan(workspace, new))
    assert entry is not None
    return entry


def counts(found: Plan) -> Mapping[str, Mapping[str, int]]:
    return {line.entity: dict(line.counts) for line in found.rows}


def names(workspace: Workspace, entity: str = "region") -> list[str]:
    return sorted(row.values["name"] for row in workspace.fetch(SYSTEM, Query(entity, ("name",))).rows)


def region(workspace: Workspace, name: str) -> Any:
    query = Query("region", ("name", "code", "level", "parent", "tags"), (f'name = "{name}"',))
    (row,) = workspace.fetch(SYSTEM, query).rows
    return row


def test_installing_makes_the_rows_with_links_and_history(workspace: Workspace) -> None:
    first = package("1.0.0")
    assert counts(plan(workspace, first)) == {"region": {"new": 3}, "segment": {"new": 1}}
    install(workspace, first)
    north, world = region(workspace, "North"), region(workspace, "World")
    assert (north.values["parent"], north.values["tags"], north.version) == (world.id, ("a", "b"), 1)
    assert plan(workspace, first).rows == ()
    assert plan(workspace, first).stack == plan(workspace, first).before
    with workspace.reading() as unit:
        (entry,) = history.of_record(unit.connection, "region", north.id)
        assert (entry.action, entry.user_id, entry.changes["code"]) == ("create", None, [None, "N"])
        assert history.verify(unit.connection, "region", north.id)


def test_an_upgrade_merges_field_by_field_and_the_clients_edit_wins(workspace: Workspace) -> None:
    install(workspace, package("1.0.0"))
    north, south = region(workspace, "North"), region(workspace, "South")
    workspace.update("region", north.id, name="The north", level=7)
    later = (
        REGIONS.replace("North,N,1", "Northern,NN,1").replace("South,S,1", "Southern,S,2") + "east,East,E,1,world,\n"
    )
    found = plan(workspace, package("1.1.0", later))
    assert counts(found) == {"region": {"new": 1, "updated": 2, "kept": 1}}
    (kept,) = found.rows[0].kept
    assert kept == KeptValue("north", "name", "North", "Northern", "The north")
    workspace.publish(found)
    assert names(workspace) == ["East", "Southern", "The north", "World"]
    assert region(workspace, "The north").values | {"parent": 0} == {
        "name": "The north",
        "code": "NN",
        "level": 7,
        "parent": 0,
        "tags": ("a", "b"),
    }
    assert (region(workspace, "Southern").id, region(workspace, "Southern").values["level"]) == (south.id, 2)
    assert plan(workspace, package("1.1.0", later)).rows == ()


def test_what_the_client_put_into_the_trash_is_not_made_again_and_what_is_gone_stays(workspace: Workspace) -> None:
    install(workspace, package("1.0.0"))
    workspace.delete("region", region(workspace, "South").id)
    later = "ref,name,code,level,parent,tags\nsouth,Southern,S,1,,\nworld,World,W,0,,\n"
    found = plan(workspace, package("1.1.0", later))
    assert counts(found) == {"region": {"in_trash": 1, "gone": 1}}
    workspace.publish(found)
    assert names(workspace) == ["North", "World"]


def test_undoing_takes_back_what_nobody_has_touched(workspace: Workspace) -> None:
    install(workspace, package("1.0.0"))
    south = region(workspace, "South").id
    later = REGIONS.replace("North,N,1", "Northern,N,2").replace("South,S,1", "Southern,S,2")
    entry = install(workspace, package("1.1.0", later + "east,East,E,1,world,\nwest,West,X,1,world,\n"))
    workspace.update("region", south, level=9)
    workspace.update("region", region(workspace, "West").id, name="Wild west")
    found = workspace.plan_undo(entry.number)
    assert counts(found) == {"region": {"updated": 2, "kept": 1, "gone": 1, "taken_back": 1}}
    back = workspace.undo(entry.number)
    assert names(workspace) == ["North", "South", "Wild west", "World"]
    assert (region(workspace, "North").values["level"], region(workspace, "South").values["level"]) == (1, 9)
    workspace.undo(back.number)
    assert names(workspace) == ["East", "Northern", "Southern", "Wild west", "World"]
    assert (region(workspace, "Northern").values["level"], region(workspace, "Southern").values["level"]) == (2, 9)


def test_rows_that_others_use_stay_when_an_upgrade_is_undone(workspace: Workspace) -> None:
    install(workspace, package("1.0.0"))
    later = REGIONS + "east,East,E,1,world,\nfar,Far east,F,2,east,\nwest,West,X,1,world,\n"
    entry = install(workspace, package("1.1.0", later))
    far = region(workspace, "Far east").id
    workspace.create("segment", name="Mail order", region=far)
    assert counts(workspace.plan_undo(entry.number)) == {"region": {"gone": 2, "taken_back": 1}}
    workspace.undo(entry.number)
    assert names(workspace) == ["East", "Far east", "North", "South", "World"]


def test_uninstalling_keeps_the_rows_with_their_card_type(workspace: Workspace) -> None:
    install(workspace, package("1.0.0"))
    north = region(workspace, "North").id
    workspace.update("region", north, level=7)
    entry = install(workspace, None)
    with workspace.reading() as unit:
        assert "region" not in unit.model.catalog.entities
    workspace.undo(entry.number)
    assert (names(workspace), region(workspace, "North").id) == (["North", "South", "World"], north)
    assert region(workspace, "North").values["level"] == 7
    assert plan(workspace, package("1.0.0")).rows == ()


def test_a_record_that_is_there_already_becomes_the_packages(workspace: Workspace) -> None:
    install(workspace, package("1.0.0", "", ""))
    here = workspace.create("region", name="My north", code="N")
    first = package("1.1.0")
    assert counts(plan(workspace, first))["region"] == {"new": 2, "updated": 1, "kept": 1, "adopted": 1}
    entry = install(workspace, first)
    assert region(workspace, "My north").id == here
    assert region(workspace, "My north").values["level"] == 1
    assert plan(workspace, first).rows == ()
    workspace.undo(entry.number)
    assert names(workspace) == ["My north", "World"], "what was filled in stays, and with it what it links to"


def test_links_that_go_round_are_set_in_the_end(workspace: Workspace) -> None:
    round_and_round = "ref,name,parent\na,A,b\nb,B,c\nc,C,a\n"
    install(workspace, package("1.0.0", round_and_round, ""))
    ids = {name: region(workspace, name).id for name in "ABC"}
    assert [region(workspace, name).values["parent"] for name in "ABC"] == [ids["B"], ids["C"], ids["A"]]
    workspace.undo()
    with workspace.reading() as unit:
        assert "region" not in unit.model.catalog.entities


def test_rows_follow_card_types_and_fields_that_get_other_names(workspace: Workspace) -> None:
    install(workspace, package("1.0.0"))
    north = region(workspace, "North").id
    workspace.update("region", north, level=7)
    title = {**REGION["fields"][0], "key": "title", "formerly": ["name"]}
    renamed = {**REGION, "fields": [title, *REGION["fields"][1:]], "title": "title"}
    later = REGIONS.replace("name", "title", 1).replace("North,N,1", "Northern,N,2")
    found = plan(workspace, package("1.1.0", later, region=renamed))
    assert counts(found) == {"region": {"updated": 1, "kept": 1}}
    workspace.publish(found)
    assert workspace.get("region", north, "title", "level").values == {"title": "Northern", "level": 7}


def test_a_client_may_require_more_than_the_package_gives(workspace: Workspace) -> None:
    install(workspace, package("1.0.0"))
    workspace.edit("region", x_boss={"type": "text", "required": True})
    install(workspace, package("1.1.0", REGIONS + "east,East,E,1,world,\n"))
    assert "East" in names(workspace)


def test_what_the_client_has_retired_is_passed_over(workspace: Workspace) -> None:
    install(workspace, package("1.0.0"))
    workspace.edit("region", level=None)
    install(workspace, package("1.1.0", REGIONS.replace("North,N,1", "Northern,N,2")))
    assert "Northern" in names(workspace)


@pytest.mark.parametrize(
    ("rows", "code", "pointer"),
    [
        ("ref,name,code\na,A,12345678901\n", "text.too_long", "/a/code"),
        ("ref,name,level\na,A,much\n", "number.not_a_number", "/a/level"),
        ("ref,name\na,\n", "required", "/a/name"),
        ("ref,code\na,A\n", "rows.missing_column", ""),
        ("ref,name,parent\na,A,nowhere\n", "rows.unknown_ref", "/a/parent"),
        ("ref,name,colour\na,A,red\n", "rows.unknown_column", ""),
        ("ref,name,code\na,A,X\nb,B,X\n", "not_unique", "/b/code"),
    ],
)
def test_rows_that_do_not_fit_are_refused_and_nothing_is_touched(
    workspace: Workspace, rows: str, code: str, pointer: str
) -> None:
    before = workspace.digest()
    with pytest.raises(Refused) as refused:
        plan(workspace, package("1.0.0", rows, ""))
    (problem,) = refused.value.problems
    assert (problem.code, problem.file, problem.pointer) == (code, "data/region.csv", pointer)
    assert workspace.digest() == before


def test_rows_of_people_and_of_unknown_card_types_are_refused(workspace: Workspace) -> None:
    files = {"data/user.csv": "ref,name\nme,Me\n", "data/ghost.csv": "ref\na\n"}
    with pytest.raises(Refused) as refused:
        plan(workspace, package("1.0.0", "", "", more=files))
    assert {(each.code, each.file) for each in refused.value.problems} == {
        ("rows.not_possible", "data/user.csv"),
        ("rows.unknown_entity", "data/ghost.csv"),
    }


def test_a_publish_that_a_row_spoils_leaves_nothing(workspace: Workspace) -> None:
    install(workspace, package("1.0.0"))
    found = plan(workspace, package("1.1.0", REGIONS.replace("South,S,1", "South,X,1")))
    workspace.create("region", name="Taken meanwhile", code="X")
    before = workspace.digest()
    with pytest.raises(Refused) as refused:
        workspace.publish(found)
    (problem,) = refused.value.problems
    assert (problem.code, problem.file, problem.pointer) == ("not_unique", "data/region.csv", "/south/code")
    assert workspace.digest() == before


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"name\nA\n", "rows.no_ref"),
        (b"", "rows.no_ref"),
        (b"ref,name\n\xff,A\n", "rows.unreadable"),
        (b"ref,name,name\na,A,A\n", "rows.doubled_column"),
        (b"ref,name\na\n", "rows.cell_count"),
        (b"ref,name\n ,A\n", "rows.wrong_ref"),
        (b"ref,name\na,A\na,B\n", "rows.doubled_ref"),
    ],
)
def test_files_that_are_no_rows_are_problems(data: bytes, code: str) -> None:
    problems: list[Any] = []
    read_row_sets({"data/region.csv": data, "samples/region.csv": b"\xff"}, problems)
    assert [(each.code, each.file) for each in problems] == [(code, "data/region.csv")]
