"""plan and apply of a newer package over what a client made of it: collisions told, decided, saved, remembered."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import SMALL, Workspace
from tests.cli.test_configuration import change, state


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Give a copy of the small package that a test may change."""
    return Path(shutil.copytree(SMALL, tmp_path / "small"))


def field(tree: Any, key: str) -> Any:
    return next(each for each in tree["fields"] if each["key"] == key)


def relabel(package: Path, label: str, version: str, key: str = "city") -> None:
    change(package / "entities" / "client.json", lambda tree: field(tree, key).update(label=label))
    change(package / "kartoteka.json", lambda tree: tree.update(version=version))


@pytest.fixture
def customised(workspace: Workspace, small: Path, tmp_path: Path) -> Workspace:
    """Give a workspace whose client calls the city a town."""
    workspace.run("apply", str(small), "--yes")
    customise(workspace, tmp_path / "own", "Town")
    return workspace


def customise(workspace: Workspace, folder: Path, label: str) -> None:
    """Give the client a layer of its own."""
    (folder / "entities").mkdir(parents=True, exist_ok=True)
    manifest = {"format": 1, "key": "local", "version": "0.0.0"}
    (folder / "kartoteka.json").write_text(json.dumps(manifest), encoding="utf-8")
    own = {"key": "client", "fields": [{"key": "city", "label": label}]}
    (folder / "entities" / "client.json").write_text(json.dumps(own), encoding="utf-8")
    workspace.run("apply", str(folder), "--yes")


def label_of_city(workspace: Workspace) -> Any:
    lines = json.loads(workspace.run("explain", "client.city", "--json").stdout)
    return next(each["value"] for each in lines if each["property"] == "label")


def test_a_collision_is_told_and_the_clients_side_stays(customised: Workspace, small: Path) -> None:
    relabel(small, "Municipality", "1.1.0")
    told = customised.run("plan", str(small)).stdout
    assert "entities/client.json fields.city.label" in told
    assert all(word in told for word in ("Municipality", "Town", "Yours stays"))
    plan = json.loads(customised.run("plan", str(small), "--json").stdout)
    (collision,) = plan["collisions"]
    assert (collision["property"], collision["package_says"], collision["yours"]) == (
        "fields/city/label",
        "Municipality",
        "Town",
    )
    customised.run("apply", str(small), "--yes")
    assert label_of_city(customised) == "Town"
    assert json.loads(customised.run("plan", str(small), "--json").stdout)["changes"] == []
    assert "Nothing to change" in customised.run("apply", str(small), "--yes").stdout


def test_stopping_where_nothing_is_decided(customised: Workspace, small: Path, tmp_path: Path) -> None:
    relabel(small, "Municipality", "1.1.0")
    before = state(customised)
    saved = tmp_path / "decisions.json"
    refused = customised.run("plan", str(small), "--undecided", "stop", "--save-decisions", str(saved), expect=1)
    assert "entities/client.json /fields/city/label upgrade.undecided:" in refused.stderr
    customised.run("apply", str(small), "--yes", "--undecided", "stop", expect=1)
    assert state(customised) == before
    assert json.loads(saved.read_text(encoding="utf-8"))["decisions"][0]["decision"] == "keep"


def test_decisions_are_saved_given_and_remembered(customised: Workspace, small: Path, tmp_path: Path) -> None:
    relabel(small, "Municipality", "1.1.0")
    saved = tmp_path / "decisions.json"
    customised.run("plan", str(small), "--save-decisions", str(saved))
    change(saved, lambda tree: tree["decisions"][0].update(decision="take"))
    customised.run("apply", str(small), "--yes", "--decisions", str(saved))
    assert label_of_city(customised) == "Municipality"
    customise(customised, tmp_path / "own", "My town")
    relabel(small, "Settlement", "1.2.0")
    again = json.loads(customised.run("plan", str(small), "--json").stdout)["collisions"]
    assert [(each["decision"], each["decided"]) for each in again] == [("take", "remembered")]
    customised.run("apply", str(small), "--yes")
    assert label_of_city(customised) == "Settlement"


def test_a_package_may_bring_decisions(customised: Workspace, small: Path, tmp_path: Path) -> None:
    relabel(small, "Municipality", "1.1.0")
    customised.run("plan", str(small), "--save-decisions", str(small / "decisions.json"))
    change(small / "decisions.json", lambda tree: tree["decisions"][0].update(decision="take"))
    zipped = tmp_path / "small.zip"
    customised.run("package", "build", str(small), "-o", str(zipped))
    customised.run("apply", str(zipped), "--yes")
    assert label_of_city(customised) == "Municipality"


def test_an_upgrade_is_undone_in_one_step(customised: Workspace, small: Path) -> None:
    before = state(customised)[0]["hash_after"]
    relabel(small, "Municipality", "1.1.0")
    change(small / "entities" / "client.json", lambda tree: tree["fields"].append({"key": "fresh", "type": "text"}))
    customised.run("apply", str(small), "--yes", "--undecided", "take")
    customised.run("undo", "--yes")
    assert state(customised)[0]["hash_after"] == before
    assert label_of_city(customised) == "Town"


def test_what_can_not_be_installed_is_refused_and_nothing_is_touched(customised: Workspace, small: Path) -> None:
    before = state(customised)
    manifest, lines = small / "kartoteka.json", list[str]()
    for edit, code in (
        ({"version": "0.0.1"}, "package.downgrade"),
        ({"version": "9.0.0", "requires": {"platform": "99.0.0", "packages": {"none": "1.0.0"}}}, "package.requires"),
        ({"format": 99}, "package.newer_format"),
    ):
        change(manifest, lambda tree, edit=edit: tree.update(edit))  # type: ignore[misc]
        lines = customised.run("apply", str(small), "--yes", expect=1).stderr.splitlines()
        assert lines
        assert all(f" {code}:" in line for line in lines), lines
    assert len(lines) == 1
    assert state(customised) == before


@pytest.mark.parametrize("content", ["{", "[]", '{"format": 9, "decisions": []}'])
def test_decisions_that_can_not_be_read_are_refused(
    customised: Workspace, small: Path, tmp_path: Path, content: str
) -> None:
    relabel(small, "Municipality", "1.1.0")
    (tmp_path / "decisions.json").write_text(content, encoding="utf-8")
    refused = customised.run("apply", str(small), "--yes", "--decisions", str(tmp_path / "decisions.json"), expect=1)
    assert refused.stderr.startswith("decisions.json /")


def test_uninstalling_gives_the_hash_of_before(workspace: Workspace, small: Path) -> None:
    before = state(workspace)[0]["hash_after"]
    workspace.run("apply", str(small), "--yes")
    assert "package.required_by" in workspace.run("package", "uninstall", "base", "--yes", expect=1).stderr
    assert "package.not_installed" in workspace.run("package", "uninstall", "none", "--yes", expect=1).stderr
    workspace.run("package", "uninstall", "small", "--yes")
    assert state(workspace)[0]["hash_after"] == before
    workspace.run("undo", "--yes")
    assert "client" in workspace.run("explain", "client").stdout


def test_uninstalling_stops_where_the_client_builds_on_it(customised: Workspace) -> None:
    before = state(customised)
    refused = customised.run("package", "uninstall", "small", "--yes", expect=1)
    assert "entities/client.json / upgrade.undecided:" in refused.stderr
    assert state(customised) == before
    customised.run("package", "uninstall", "small", "--yes", "--undecided", "take")
    customised.run("explain", "client", expect=1)
    customised.run("undo", "--yes")
    customised.run("package", "uninstall", "small", "--yes", "--undecided", "keep")
    assert label_of_city(customised) == "Town"


def test_explain_names_layer_version_person_and_moment(customised: Workspace, small: Path) -> None:
    relabel(small, "Where from", "1.3.0", key="remark")
    customised.run("apply", str(small), "--yes")
    found = {each["property"]: each for each in json.loads(customised.run("explain", "client.city", "--json").stdout)}
    numbers = {name: (each["layer"], each["version"], each["number"]) for name, each in found.items()}
    assert numbers == {"key": ("small", "1.3.0", 2), "type": ("small", "1.3.0", 2), "label": ("local", "", 3)}
    assert found["label"]["actor"]
    assert found["label"]["at"].endswith("+00:00")
    remark = json.loads(customised.run("explain", "client.remark", "--json").stdout)
    assert {each["property"]: each["number"] for each in remark}["label"] == 4
    told = customised.lines("explain", "client.city")
    assert any("Town" in line and "Yours" in line and "No. 3" in line for line in told)
