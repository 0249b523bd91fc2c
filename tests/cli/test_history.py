"""undo and journal: any publish, whatever came after it."""

import json
import shutil
from pathlib import Path
from typing import Any

from tests.cli.conftest import SMALL, Workspace
from tests.cli.test_configuration import change

NAME = "entity/visit/fields/report/label"


def local(workspace: Workspace, folder: Path, **properties: Any) -> None:
    """Publish what the client says of the report of a visit."""
    workspace.run("export", str(folder), "--layer", "local")
    file = folder / "entities" / "visit.json"
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps({"key": "visit", "fields": [{"key": "report", **properties}]}), encoding="utf-8")
    workspace.run("apply", str(folder), "--yes")


def test_an_older_publish_is_undone_and_a_newer_one_stays(workspace: Workspace, tmp_path: Path) -> None:
    workspace.run("apply", str(SMALL), "--yes")
    local(workspace, tmp_path / "local", label="Minutes")
    local(workspace, tmp_path / "local", label="Minutes", help="What was said")
    workspace.run("undo", "3", "--yes", "--why", "they call it report")
    newest, *_ = entries = json.loads(workspace.run("journal", "--json").stdout)
    assert (newest["undoes"], newest["why"]) == (3, "they call it report")
    assert {entry["number"]: entry["undone_by"] for entry in entries}[3] == newest["number"]
    assert newest["inverse"][0]["after"]["label"] == "Minutes"
    explained = workspace.run("explain", "visit.report").stdout
    assert "What was said" in explained
    assert "Minutes" not in explained
    listed = workspace.run("journal").stdout
    assert "taken back by No. 5" in listed
    assert "takes back No. 3" in listed


def test_what_collides_is_told_by_name_and_decided_there(workspace: Workspace, tmp_path: Path) -> None:
    workspace.run("apply", str(SMALL), "--yes")
    local(workspace, tmp_path / "local", label="Minutes")
    local(workspace, tmp_path / "local", label="Protocol")
    before = workspace.run("journal", "--json").stdout
    refused = workspace.run("undo", "3", "--yes", expect=1)
    assert f"--choose {NAME}=keep" in refused.stdout
    assert "Protocol" in refused.stdout
    assert workspace.run("journal", "--json").stdout == before
    workspace.run("undo", "3", "--choose", f"{NAME}=perhaps", expect=2)
    workspace.run("undo", "3", "--yes", "--choose", f"{NAME}=take")
    assert "Protocol" not in workspace.run("explain", "visit.report").stdout
    workspace.run("undo", "4", "--yes", "--choose", "all=keep", expect=1)


def test_what_others_build_on_is_told(workspace: Workspace, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(SMALL, tmp_path / "small"))
    workspace.run("apply", str(folder), "--yes")
    change(folder / "entities" / "visit.json", lambda tree: tree["fields"].append({"key": "mood", "type": "text"}))
    workspace.run("apply", str(folder), "--yes")
    listed = {"entity": "visit", "key": "x_mood", "columns": ["mood"]}
    own = tmp_path / "local"
    workspace.run("export", str(own), "--layer", "local")
    (own / "lists" / "visit").mkdir(parents=True)
    (own / "lists" / "visit" / "x_mood.json").write_text(json.dumps(listed), encoding="utf-8")
    workspace.run("apply", str(own), "--yes")
    assert "No. 4 (" in workspace.run("undo", "3", "--yes", expect=1).stderr
