"""Rows that come with a package, through the commands: check, plan, apply, export, undo, uninstall."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import EMAIL, StartProgram, Workspace

REGION = {
    "key": "region",
    "label": "Region",
    "fields": [
        {"key": "name", "type": "text", "label": "Name", "required": True},
        {"key": "parent", "type": "link", "target": "region"},
    ],
}
FIRST = "ref,name,parent\neast,East,\nriga,Riga,east\n"
SECOND = "ref,name,parent\neast,Eastern,\nriga,Riga city,east\nwest,West,\n"


@pytest.fixture
def regions(tmp_path: Path) -> Path:
    """Give a package with rows."""
    folder = tmp_path / "regions"
    (folder / "entities").mkdir(parents=True)
    (folder / "data").mkdir()
    (folder / "entities" / "region.json").write_text(json.dumps(REGION), encoding="utf-8")
    bring(folder, "1.0.0", FIRST)
    return folder


def bring(folder: Path, version: str, rows: str) -> None:
    """Write a version of the package with these rows."""
    manifest = {"format": 1, "key": "regions", "version": version, "requires": {"packages": {"base": "1.0.0"}}}
    (folder / "kartoteka.json").write_text(json.dumps(manifest), encoding="utf-8")
    (folder / "data" / "region.csv").write_text(rows, encoding="utf-8")


def names(workspace: Workspace, folder: Path) -> list[str]:
    file = folder / "out.csv"
    workspace.run("data", "export", "region", str(file), "--no-ids")
    return [line.split(",")[0] for line in file.read_text(encoding="utf-8-sig").splitlines()[1:]]


def planned(workspace: Workspace, package: Path) -> Any:
    return json.loads(workspace.run("plan", str(package), "--json").stdout)["rows"]


def rename(workspace: Workspace, folder: Path, record_id: int, name: str) -> None:
    file = folder / "edit.csv"
    file.write_text(f"id,name\n{record_id},{name}\n", encoding="utf-8")
    workspace.run("data", "import", "region", str(file))


def test_rows_are_planned_applied_upgraded_and_undone(any_workspace: Workspace, regions: Path, tmp_path: Path) -> None:
    told = any_workspace.run("plan", str(regions)).stdout
    assert "Reference data of “Region”: 2 rows are new." in told
    any_workspace.run("apply", str(regions), "--yes")
    assert names(any_workspace, tmp_path) == ["East", "Riga"]
    assert planned(any_workspace, regions) == []
    assert "Nothing to change" in any_workspace.run("apply", str(regions), "--yes").stdout
    rename(any_workspace, tmp_path, 2, "My Riga")
    bring(regions, "1.1.0", SECOND)
    (line,) = planned(any_workspace, regions)
    assert (line["entity"], line["counts"], line["risk"]) == ("region", {"new": 1, "updated": 1, "kept": 1}, "care")
    side = {"ref": "riga", "field": "name", "was": "Riga", "package_says": "Riga city", "yours": "My Riga"}
    assert line["kept"] == [side]
    assert "yours is “My Riga”" in any_workspace.run("plan", str(regions)).stdout
    any_workspace.run("apply", str(regions), "--yes")
    assert names(any_workspace, tmp_path) == ["Eastern", "My Riga", "West"]
    assert "1 row goes into the trash" in any_workspace.run("undo", "--yes").stdout
    assert names(any_workspace, tmp_path) == ["East", "My Riga"]


def test_an_export_holds_the_rows_and_applies_to_nothing(workspace: Workspace, regions: Path, tmp_path: Path) -> None:
    workspace.run("apply", str(regions), "--yes")
    workspace.run("export", str(tmp_path / "whole"))
    workspace.run("export", str(tmp_path / "alone"), "--layer", "regions")
    written = (tmp_path / "alone" / "data" / "region.csv").read_text(encoding="utf-8")
    assert sorted(written.splitlines()) == sorted(FIRST.splitlines())
    assert "Nothing to change" in workspace.run("apply", str(tmp_path / "whole"), "--yes").stdout
    assert "Nothing to change" in workspace.run("apply", str(tmp_path / "alone"), "--yes").stdout


def test_rows_that_do_not_fit_are_told_by_check_build_and_apply(
    workspace: Workspace, regions: Path, tmp_path: Path
) -> None:
    bring(regions, "1.0.0", "ref,name,parent\neast,,nowhere\n")
    wrong = ["data/region.csv /east/name required:", "data/region.csv /east/parent rows.unknown_ref:"]
    found = [*workspace.lines("check", str(regions), expect=1), *workspace.lines("check", str(regions), expect=1)]
    assert [line for line in wrong if not any(line in each for each in found)] == []
    assert "rows.unknown_ref" in workspace.run("package", "build", str(regions), expect=1).stderr
    assert "rows.unknown_ref" in workspace.run("apply", str(regions), "--yes", expect=1).stderr
    bring(regions, "1.0.0", "name\nEast\n")
    assert "data/region.csv / rows.no_ref" in workspace.run("check", str(regions), expect=1).stdout


def test_uninstalling_retires_the_rows_with_their_card_type(
    workspace: Workspace, regions: Path, tmp_path: Path
) -> None:
    workspace.run("apply", str(regions), "--yes")
    workspace.run("package", "uninstall", "regions", "--yes")
    assert "region" in workspace.run("retired").stdout.lower()
    workspace.run("undo", "--yes")
    assert names(workspace, tmp_path) == ["East", "Riga"]


def test_rows_go_to_a_workspace_elsewhere(
    workspace: Workspace, regions: Path, tmp_path: Path, start_program: StartProgram
) -> None:
    made = workspace.run("token", "create", EMAIL, "--name", "upgrades").stdout.split()
    token = next(word for word in made if word.startswith("kt_"))
    workspace.run("apply", str(regions), "--yes")
    rename(workspace, tmp_path, 2, "My Riga")
    server = start_program("--workspace", str(workspace.folder), "serve", "--port", "0", "--no-worker")
    there = ("--url", server.wait_for(r"http://[\w.:]+").group(0), "--token", token)
    bring(regions, "1.1.0", SECOND)
    told = Workspace(tmp_path / "nowhere").run("apply", str(regions), *there, "--yes").stdout
    assert "1 row is new. 1 row is updated. 1 row keeps your own edits." in told
    assert "riga, Name: yours is “My Riga”, the package says “Riga city”." in told
    assert names(workspace, tmp_path) == ["Eastern", "My Riga", "West"]
