"""`package test`, and what plan and apply tell of the tests that a package brings."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import SMALL, Workspace
from tests.cli.test_configuration import change, state
from tests.cli.test_upgrades import customise

TESTS: dict[str, Any] = {
    "label": "Clients",
    "records": [{"entity": "client", "ref": "acme", "values": {"name": "Acme"}}],
    "saves": [{"label": "A name is needed", "entity": "client", "refused": [{"code": "required", "field": "name"}]}],
    "totals": [{"entity": "client", "equals": 1}],
}


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Give a copy of the small package with tests."""
    folder = Path(shutil.copytree(SMALL, tmp_path / "small"))
    write(folder, TESTS)
    return folder


def write(folder: Path, tests: Any) -> None:
    (folder / "tests").mkdir(exist_ok=True)
    (folder / "tests" / "clients.json").write_text(json.dumps(tests), encoding="utf-8")


def test_a_package_is_tried_without_a_workspace(small: Path, tmp_path: Path) -> None:
    nowhere = Workspace(tmp_path / "nowhere")
    assert "2 of 2 tests pass." in nowhere.run("package", "test", str(small)).stdout
    nowhere.run("package", "build", str(small), "-o", str(tmp_path / "small.zip"))
    assert "2 of 2 tests pass." in nowhere.run("package", "test", str(tmp_path / "small.zip")).stdout
    write(small, {**TESTS, "totals": [{"entity": "client", "equals": 5}]})
    lines = nowhere.lines("package", "test", str(small), expect=1)
    assert lines == [
        "# Clients",
        "tests/clients.json /totals/0 test.otherwise: “client” should be 5, and is 1.",
        "1 of 2 tests pass.",
    ]
    verdicts = json.loads(nowhere.run("package", "test", str(small), "--json", expect=1).stdout)
    assert [(each["pointer"], each["passed"]) for each in verdicts] == [("/saves/0", True), ("/totals/0", False)]


def test_tests_of_broken_shape_are_told_with_file_and_pointer(small: Path, tmp_path: Path) -> None:
    nowhere = Workspace(tmp_path / "nowhere")
    write(
        small, {"totals": [{"entity": "client"}], "saves": [{"entity": "client", "refused": [{"code": 5}]}], "more": 1}
    )
    told = nowhere.run("package", "test", str(small), expect=1).stderr
    assert "tests/clients.json /totals/0 schema.missing_property:" in told
    assert "tests/clients.json /saves/0/refused/0/code schema.type:" in told
    assert "tests/clients.json /more schema.unknown_property:" in told
    shutil.rmtree(small / "tests")
    assert "test.none:" in nowhere.run("package", "test", str(small), expect=1).stderr


def test_the_clients_own_changes_are_tried_too_and_nothing_is_written(
    workspace: Workspace, small: Path, tmp_path: Path
) -> None:
    workspace.run("apply", str(small), "--yes")
    own = tmp_path / "own"
    customise(workspace, own, "Town")
    change(own / "entities" / "client.json", lambda tree: tree["fields"][0].update(required=True))
    workspace.run("apply", str(own), "--yes")
    before = state(workspace)
    told = workspace.run("package", "test", str(small), expect=1).stdout
    assert "tests/clients.json /records/0 city required:" in told
    assert state(workspace) == before


def test_a_plan_tells_what_an_upgrade_breaks(workspace: Workspace, small: Path) -> None:
    workspace.run("apply", str(small), "--yes")
    change(small / "kartoteka.json", lambda tree: tree.update(version="9.0.0"))
    change(small / "entities" / "client.json", lambda tree: tree["fields"][0].update(required=False))
    told = workspace.run("plan", str(small)).stdout
    assert "1 test that passed fails now:" in told
    assert "tests/clients.json /saves/0 test.accepted:" in told
    found = json.loads(workspace.run("plan", str(small), "--json").stdout)["tests"]
    assert (found["count"], found["passed"], [each["pointer"] for each in found["broken"]]) == (2, 1, ["/saves/0"])
    assert "fails now" in workspace.run("apply", str(small), expect=1).stdout
    assert "fails now" not in workspace.run("plan", str(small), "--no-tests").stdout
