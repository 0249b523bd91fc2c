"""plan --save and apply of the file: exactly what was looked at, or nothing; and the plan as a workbook."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.cli.conftest import EMAIL, SMALL, StartProgram, Workspace
from tests.cli.test_configuration import state
from tests.cli.test_upgrades import customise, label_of_city, relabel


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Give a copy of the small package that a test may change."""
    return Path(shutil.copytree(SMALL, tmp_path / "small"))


@pytest.fixture
def customised(any_workspace: Workspace, small: Path, tmp_path: Path) -> Workspace:
    """Give a workspace whose client calls the city a town, and a next version that calls it otherwise."""
    any_workspace.run("apply", str(small), "--yes")
    customise(any_workspace, tmp_path / "own", "Town")
    relabel(small, "Municipality", "1.1.0")
    (small / "data").mkdir(exist_ok=True)
    (small / "data" / "client.csv").write_text("ref,name\nfirst,Here\n", encoding="utf-8")
    return any_workspace


def taking(workspace: Workspace, small: Path, folder: Path) -> Path:
    """Return a file of decisions by which the package wins."""
    file = folder / "decisions.json"
    workspace.run("plan", str(small), "--save-decisions", str(file))
    tree = json.loads(file.read_text(encoding="utf-8"))
    tree["decisions"][0]["decision"] = "take"
    file.write_text(json.dumps(tree), encoding="utf-8")
    return file


def change(file: Path, **values: Any) -> None:
    """Write something else into a saved plan."""
    file.write_text(json.dumps({**json.loads(file.read_text(encoding="utf-8")), **values}), encoding="utf-8")


def test_what_was_saved_is_done_with_its_decisions_and_rows(customised: Workspace, small: Path, tmp_path: Path) -> None:
    file, decisions = tmp_path / "plan.json", taking(customised, small, tmp_path)
    before = state(customised)
    told = customised.run("plan", str(small), "--decisions", str(decisions), "--save", str(file)).stdout
    assert state(customised) == before
    shutil.rmtree(small)  # the file is enough
    assert "Municipality" in told
    done = customised.run("apply", str(file), "--yes").stdout
    assert "Published as No. 4" in done
    assert label_of_city(customised) == "Municipality"
    assert state(customised)[0]["hash_after"] == json.loads(file.read_text(encoding="utf-8"))["plan"]
    assert (
        "Here"
        in customised.run("data", "export", "client", str(tmp_path / "clients.csv")).stdout
        + (tmp_path / "clients.csv").read_text()
    )
    assert "plan.stale" in customised.run("apply", str(file), "--yes", expect=1).stderr


def test_a_plan_for_another_configuration_is_refused(customised: Workspace, small: Path, tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    customised.run("plan", str(small), "--save", str(file))
    customise(customised, tmp_path / "own", "Place")
    before = state(customised)
    refused = customised.run("apply", str(file), "--yes", expect=1)
    assert "plan.stale" in refused.stderr
    assert state(customised) == before


@pytest.mark.parametrize(
    "changed",
    [{"plan": "0" * 64}, {"losing": [0]}, {"format": 99}, {"more": 1}, {"changes": [{"change": "nothing"}]},
     {"rows": {"0" * 64: {"first": {"name": "There"}}}}, {"before": {"layers": [], "definitions": [], "rows": {}}}],
    ids=["hash", "losing", "format", "more", "changes", "rows", "before"],
)  # fmt: skip
def test_a_file_that_somebody_wrote_in_is_refused(
    customised: Workspace, small: Path, tmp_path: Path, changed: dict[str, Any]
) -> None:
    file = tmp_path / "plan.json"
    customised.run("plan", str(small), "--save", str(file))
    change(file, **changed)
    before = state(customised)
    refused = customised.run("apply", str(file), "--yes", expect=1).stderr
    assert "plan_file.shape" in refused or "plan.stale" in refused
    assert state(customised) == before
    assert "package.missing" in customised.run("apply", str(tmp_path / "none.json"), "--yes", expect=1).stderr


def test_a_plan_as_a_workbook(customised: Workspace, small: Path, tmp_path: Path) -> None:
    file = tmp_path / "upgrade.xlsx"
    customised.run("plan", str(small), "--xlsx", str(file))
    book = load_workbook(file)
    assert book.sheetnames == ["Changes", "Collisions", "Rows"]
    cells = [cell.value for row in book["Collisions"].iter_rows() for cell in row]
    assert {"fields/city/label", "Town"} <= set(cells)


def test_elsewhere_too(customised: Workspace, small: Path, tmp_path: Path, start_program: StartProgram) -> None:
    token = customised.run("token", "create", EMAIL, "--name", "upgrades").stdout.split()
    secret = next(word for word in token if word.startswith("kt_"))
    server = start_program("--workspace", str(customised.folder), "serve", "--port", "0", "--no-worker")
    there = ("--url", server.wait_for(r"http://[\w.:]+").group(0), "--token", secret)
    here, file = Workspace(tmp_path / "nowhere"), tmp_path / "plan.json"
    here.run("plan", str(small), *there, "--save", str(file), "--xlsx", str(tmp_path / "plan.xlsx"))
    assert load_workbook(tmp_path / "plan.xlsx").sheetnames[0] == "Changes"
    assert "Published as No. 4" in here.run("apply", str(file), *there, "--yes").stdout
    assert "plan.stale" in here.run("apply", str(file), *there, "--yes", expect=1).stderr
