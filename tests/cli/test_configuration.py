"""check, plan, apply, undo, journal, explain, export and package build."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kartoteka.cli.shipped import FOLDER
from kartoteka.metadata.packages import read_package
from tests.cli.conftest import SMALL, Workspace, init


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Give a copy of the small package that a test may change."""
    return Path(shutil.copytree(SMALL, tmp_path / "small"))


def change(file: Path, edit: Callable[[Any], object]) -> None:
    """Edit a JSON file."""
    tree = json.loads(file.read_text(encoding="utf-8"))
    edit(tree)
    file.write_text(json.dumps(tree), encoding="utf-8")


def state(workspace: Workspace) -> Any:
    """Return everything that a publish writes, as the journal tells it."""
    return json.loads(workspace.run("journal", "--json", "-n", "1000").stdout)


def test_plan_apply_plan_undo(any_workspace: Workspace) -> None:
    before = state(any_workspace)[0]["hash_after"]
    plan = json.loads(any_workspace.run("plan", str(SMALL), "--json").stdout)
    assert plan["base"] == before
    assert {each["change"]["change"] for each in plan["changes"]} >= {"add_entity", "put_definition"}
    published = any_workspace.run("apply", str(SMALL), "--yes", "--expect", before[:8]).stdout
    assert "No. 2" in published
    assert state(any_workspace)[0]["hash_after"] == plan["hash"]
    again = json.loads(any_workspace.run("plan", str(SMALL), "--json").stdout)
    assert again["changes"] == []
    assert "Nothing to change" in any_workspace.run("apply", str(SMALL), "--yes").stdout
    any_workspace.run("undo", "--yes")
    newest = state(any_workspace)[0]
    assert newest["hash_after"] == before
    assert newest["undoes"] == 2
    any_workspace.run("apply", str(SMALL), "--yes", "--why", "back again")
    assert state(any_workspace)[0]["hash_after"] == plan["hash"]
    assert state(any_workspace)[0]["why"] == "back again"


def test_broken_package_is_told_whole_and_nothing_is_applied(workspace: Workspace, small: Path) -> None:
    (small / "notes.json").write_text("{}")
    (small / "lists" / "client" / "torn.json").write_text("{")
    change(small / "entities" / "client.json", lambda tree: tree.update(colour=5, shape="round"))
    (small / "entities" / "deal.json").write_text('{"key": "deal", "fields": [{"key": "Total", "type": "text"}]}')
    before = state(workspace)
    found = workspace.lines("check", str(small), expect=1)
    places = {tuple(line.split(" ")[:3]) for line in found}
    assert places >= {
        ("notes.json", "/", "package.unknown_file:"),
        ("lists/client/torn.json", "/", "package.not_json:"),
        ("entities/client.json", "/colour", "schema.anyOf:"),
        ("entities/client.json", "/shape", "schema.unknown_property:"),
        ("entities/deal.json", "/fields/0/key", "schema.pattern:"),
    }
    assert all(len(line.split(" ", 3)) == 4 for line in found), "a message follows each code"
    refused = workspace.run("apply", str(small), "--yes", expect=1)
    assert set(refused.stderr.splitlines()) == set(found)
    assert state(workspace) == before


def test_definitions_that_do_not_fit_together_are_told(workspace: Workspace, small: Path) -> None:
    change(small / "lists" / "client" / "all.json", lambda tree: tree["columns"].append("no_such_field"))
    change(
        small / "menus" / "main.json", lambda tree: tree["groups"][0]["items"].append({"key": "x", "report": "none"})
    )
    found = workspace.lines("check", str(small), expect=1)
    assert {line.split(" ")[0] for line in found} == {"lists/client/all.json", "menus/main.json"}
    assert all(line.split(" ")[2].startswith("unknown.") for line in found)
    assert workspace.run("plan", str(small), expect=1).stdout == ""


def test_check_needs_no_workspace(tmp_path: Path) -> None:
    nothing = Workspace(tmp_path / "nothing")
    assert nothing.run("check", "sales").stdout == ""
    assert nothing.run("check", str(SMALL)).stdout == ""
    assert "package.missing" in nothing.run("check", "no-such-thing", expect=1).stdout


def test_problems_are_told_in_the_language_asked_for(tmp_path: Path) -> None:
    nothing = Workspace(tmp_path / "nothing")
    english = nothing.run("check", "no-such-thing", expect=1).stdout
    russian = nothing.run("check", "no-such-thing", expect=1, language="ru").stdout
    assert english.split(":")[0] == russian.split(":")[0]
    assert any("а" <= letter <= "я" for letter in russian)
    assert not any("а" <= letter <= "я" for letter in english)


def test_stale_plan_is_refused_with_the_difference(workspace: Workspace, small: Path) -> None:
    workspace.run("apply", str(small), "--yes")
    seen = state(workspace)[0]["hash_after"]
    change(small / "entities" / "client.json", lambda tree: tree.update(colour="green"))
    workspace.run("apply", str(small), "--yes", "--expect", seen)
    change(small / "entities" / "client.json", lambda tree: tree.update(colour="red"))
    before = state(workspace)
    refused = workspace.run("apply", str(small), "--yes", "--expect", seen, expect=1)
    first, *since = refused.stderr.splitlines()
    assert first.startswith("plan.stale:")
    assert len(since) == 1
    assert "colour" in since[0]
    assert state(workspace) == before


def test_nobody_to_ask_means_no(workspace: Workspace) -> None:
    before = state(workspace)
    assert "--yes" in workspace.run("apply", str(SMALL), expect=1).stderr
    assert state(workspace) == before


def test_plan_shows_counts_and_risks(workspace: Workspace, small: Path, tmp_path: Path) -> None:
    workspace.run("apply", str(small), "--yes")
    rows = tmp_path / "clients.csv"
    rows.write_text("name\nAlpha\nBeta\nGamma\n")
    workspace.run("data", "import", "client", str(rows))
    change(small / "entities" / "client.json", lambda tree: tree["fields"].append({"key": "fresh", "type": "text"}))
    change(small / "entities" / "client.json", lambda tree: tree["fields"][-1].update(required=True))
    lines = workspace.lines("plan", str(small))
    new = next(line for line in lines if "Fresh" in line)
    assert "3" in lines[lines.index(new) + 1]


def test_retired_values_are_marked_as_a_loss(workspace: Workspace, small: Path, tmp_path: Path) -> None:
    change(small / "entities" / "client.json", lambda tree: tree["fields"].append({"key": "fax", "type": "text"}))
    workspace.run("apply", str(small), "--yes")
    rows = tmp_path / "clients.csv"
    rows.write_text("name,fax\nAlpha,1\nBeta,2\nGamma,\n")
    workspace.run("data", "import", "client", str(rows))
    change(small / "entities" / "client.json", lambda tree: tree["fields"].pop())
    lines = workspace.lines("plan", str(small))
    assert lines[0].startswith("!!")
    assert "2 values" in lines[1]
    plan = json.loads(workspace.run("plan", str(small), "--json").stdout)
    assert plan["changes"][0]["risk"] == "loss"
    assert plan["changes"][0]["effects"][0]["params"] == {"count": 2}
    workspace.run("apply", str(small), "--yes")
    workspace.run("undo", "--yes")
    target = tmp_path / "back.csv"
    workspace.run("data", "export", "client", str(target), "--no-ids")
    assert "Alpha" in target.read_text(encoding="utf-8")
    assert ",2" in target.read_text(encoding="utf-8")


def test_forbidden_change_is_refused_with_the_reason(workspace: Workspace, small: Path, tmp_path: Path) -> None:
    change(small / "entities" / "client.json", lambda tree: tree["fields"].append({"key": "fax", "type": "text"}))
    workspace.run("apply", str(small), "--yes")
    rows = tmp_path / "clients.csv"
    rows.write_text("name,fax\nAlpha,1\nBeta,1\n")
    workspace.run("data", "import", "client", str(rows))
    before = state(workspace)
    change(small / "entities" / "client.json", lambda tree: tree["fields"][-1].update(unique=True))
    workspace.run("plan", str(small), expect=1)
    assert "plan.not_unique" in workspace.run("apply", str(small), "--yes", expect=1).stderr
    assert state(workspace) == before


def test_output_goes_to_a_file(workspace: Workspace, tmp_path: Path) -> None:
    plan, journal = tmp_path / "plan.json", tmp_path / "journal.json"
    assert workspace.run("plan", str(SMALL), "-o", str(plan)).stdout == ""
    assert json.loads(plan.read_text())["changes"]
    assert workspace.run("journal", "-o", str(journal)).stdout == ""
    assert json.loads(journal.read_text()) == state(workspace)


def test_export_applied_elsewhere_gives_the_same_hash(any_workspace: Workspace, tmp_path: Path) -> None:
    any_workspace.run("apply", str(SMALL), "--yes")
    local = tmp_path / "local"
    write_local(local)
    any_workspace.run("apply", str(local), "--yes")
    wanted = state(any_workspace)[0]["hash_after"]
    any_workspace.run("export", str(tmp_path / "export"))
    second = init(tmp_path / "second")
    second.run("apply", str(tmp_path / "export"), "--yes")
    assert state(second)[0]["hash_after"] == wanted
    assert json.loads(second.run("plan", str(tmp_path / "export"), "--json").stdout)["changes"] == []
    assert json.loads(second.run("plan", str(SMALL), "--json").stdout)["changes"] == []
    second.run("export", str(tmp_path / "export again"))
    assert files(tmp_path / "export again") == files(tmp_path / "export")


def write_local(folder: Path) -> None:
    """Write a client's own layer: a field of its own, another label, a list taken out."""
    (folder / "entities").mkdir(parents=True)
    (folder / "lists" / "deal").mkdir(parents=True)
    (folder / "kartoteka.json").write_text('{"format": 1, "key": "local", "version": "0.0.0"}')
    fields = [{"key": "x_hobby", "type": "text", "after": "name"}, {"key": "name", "label": "Called"}]
    (folder / "entities" / "client.json").write_text(json.dumps({"key": "client", "fields": fields}))
    (folder / "lists" / "deal" / "open.json").write_text('{"entity": "deal", "key": "open", "removed": true}')


def files(folder: Path) -> dict[str, bytes]:
    """Return the files of a folder by their paths."""
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_export_replaces_an_earlier_one_and_nothing_else(workspace: Workspace, tmp_path: Path) -> None:
    target = tmp_path / "export"
    workspace.run("apply", str(SMALL), "--yes")
    workspace.run("export", str(target))
    (target / "README.md").write_text("ours")
    assert (target / "small" / "entities" / "client.json").exists()
    workspace.run("undo", "--yes")
    workspace.run("export", str(target))
    assert not (target / "small" / "entities").exists()
    assert (target / "README.md").read_text() == "ours"
    other = tmp_path / "other"
    other.mkdir()
    (other / "letter.txt").write_text("dear")
    assert "export.folder_in_use" in workspace.run("export", str(other), expect=1).stderr


def test_one_layer_is_exported_alone(workspace: Workspace, tmp_path: Path) -> None:
    workspace.run("apply", str(SMALL), "--yes")
    write_local(tmp_path / "local")
    workspace.run("apply", str(tmp_path / "local"), "--yes")
    workspace.run("export", str(tmp_path / "out"), "--layer", "local")
    assert read_package(tmp_path / "out").definitions == read_package(tmp_path / "local").definitions
    workspace.run("export", str(tmp_path / "base"), "--layer", "base")
    assert read_package(tmp_path / "base").definitions == read_package(FOLDER / "base").definitions
    assert "layer.unknown" in workspace.run("export", str(tmp_path / "none"), "--layer", "none", expect=1).stderr


def test_explain_names_the_layer_of_each_property(workspace: Workspace, tmp_path: Path) -> None:
    workspace.run("apply", str(SMALL), "--yes")
    write_local(tmp_path / "local")
    workspace.run("apply", str(tmp_path / "local"), "--yes")
    found = {each["property"]: each for each in json.loads(workspace.run("explain", "client.name", "--json").stdout)}
    assert found["label"]["value"] == "Called"
    assert found["label"]["layer"] == "local"
    assert found["type"]["layer"] == "small"
    assert found["key"]["layer"] == "small"
    assert {each["layer"] for each in json.loads(workspace.run("explain", "client.x_hobby", "--json").stdout)} == {
        "local"
    }
    assert "Yours" in workspace.run("explain", "client.name").stdout
    assert "query.unknown_field" in workspace.run("explain", "client.nothing", expect=1).stderr
    assert "query.unknown_entity" in workspace.run("explain", "nothing", expect=1).stderr
    assert "columns" in workspace.run("explain", "lists/client/all").stdout


def test_package_is_built_the_same_every_time(workspace: Workspace, tmp_path: Path) -> None:
    first, second = tmp_path / "1.zip", tmp_path / "2.zip"
    workspace.run("package", "build", str(SMALL), "-o", str(first))
    workspace.run("package", "build", str(SMALL), "-o", str(second))
    assert first.read_bytes() == second.read_bytes()
    workspace.run("apply", str(first), "--yes")
    assert json.loads(workspace.run("plan", str(SMALL), "--json").stdout)["changes"] == []


def test_package_with_problems_is_not_built(workspace: Workspace, small: Path, tmp_path: Path) -> None:
    change(small / "lists" / "client" / "all.json", lambda tree: tree["columns"].append("no_such_field"))
    workspace.run("package", "build", str(small), "-o", str(tmp_path / "x.zip"), expect=1)
    assert not (tmp_path / "x.zip").exists()


def test_what_is_retired_is_told_and_purged_with_its_key_typed(workspace: Workspace, tmp_path: Path) -> None:
    folder = tmp_path / "small"
    shutil.copytree(SMALL, folder)
    workspace.run("apply", str(folder), "--yes")
    entity = folder / "entities" / "visit.json"
    tree = json.loads(entity.read_text(encoding="utf-8"))
    tree["activity"].pop("text")
    tree["fields"] = [field for field in tree["fields"] if field["key"] != "report"]
    entity.write_text(json.dumps(tree), encoding="utf-8")
    assert "in use" in workspace.run("purge", "visit.report", expect=1).stderr
    workspace.run("apply", str(folder), "--yes")
    [line] = workspace.lines("retired")
    assert line.startswith("visit.report (“visit.report”)")
    assert line.endswith(": 0 kept")
    assert "Please type" in workspace.run("purge", "visit.report", expect=1).stderr
    assert "Please type" in workspace.run("purge", "visit.report", "--typed", "report", expect=1).stderr
    assert "for good" in workspace.lines("purge", "visit.report", "--typed", "visit.report", "--why", "law")[0]
    assert workspace.lines("retired") == []
    assert "law" in workspace.run("journal", "-n", "1").stdout
    assert "can't be undone" in workspace.run("undo", "--yes", expect=1).stderr
