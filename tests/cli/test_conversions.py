"""A package that changes a field's type, from the command line: shown with samples, decided in a file, taken back."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import SMALL, Workspace


@pytest.fixture
def changed(any_workspace: Workspace, tmp_path: Path) -> tuple[Workspace, Path]:
    """The small package with two clients, and another version of it in which a text is a number."""
    any_workspace.run("apply", str(SMALL), "--yes")
    rows = tmp_path / "clients.csv"
    rows.write_text("name,inn\nAda,1234567890\nBob,0123456789\nCid,\n", encoding="utf-8")
    any_workspace.run("data", "import", "client", str(rows))
    small = Path(shutil.copytree(SMALL, tmp_path / "small"))
    file = small / "entities" / "client.json"
    tree = json.loads(file.read_text(encoding="utf-8"))
    [field] = [each for each in tree["fields"] if each["key"] == "inn"]
    for name in set(field) - {"key", "label"}:
        field.pop(name)
    field["type"] = "integer"
    file.write_text(json.dumps(tree), encoding="utf-8")
    return any_workspace, small


def inns(workspace: Workspace) -> list[str]:
    file = workspace.folder / "exported.csv"
    workspace.run("data", "export", "client", str(file))
    lines = file.read_text(encoding="utf-8").splitlines()
    place = lines[0].split(",").index("inn")
    return [line.split(",")[place] for line in lines[1:]]


def plan(workspace: Workspace, small: Path, *more: str, expect: int = 0) -> Any:
    return json.loads(workspace.run("plan", str(small), "--json", *more, expect=expect).stdout)


def test_values_that_lose_something_need_a_decision(changed: tuple[Workspace, Path], tmp_path: Path) -> None:
    workspace, small = changed
    [line] = [each for each in plan(workspace, small, expect=1)["changes"] if "values" in each]
    assert (line["values"]["clean"], line["values"]["lossy"]) == (1, 1)
    assert [each["code"] for each in line["problems"]] == ["plan.values_lossy"]
    assert "1 × “0123456789” → “123456789”" in workspace.run("plan", str(small), expect=1).stdout
    refused = workspace.run("apply", str(small), "--yes", expect=1)
    assert "would lose something" in refused.stderr
    assert inns(workspace) == ["1234567890", "0123456789", ""]
    decisions = tmp_path / "decisions.json"
    decisions.write_text(json.dumps({"format": 1, "values": {"client.inn": {"lossy": True}}}), encoding="utf-8")
    workspace.run("apply", str(small), "--yes", "--decisions", str(decisions))
    assert inns(workspace) == ["1234567890", "123456789", ""]
    workspace.run("undo", "--yes")
    assert inns(workspace) == ["1234567890", "0123456789", ""]


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"client.inn": {"lossy": "maybe"}}, "decisions.shape"),
        ({"client.inn": {"loses": True}}, "decisions.shape"),
        ([], "decisions.shape"),
        ({"client.inn": {"reads": "xx"}}, "decisions.language"),
        ({"client.inn": {"time_zone": "Mars/Base"}}, "decisions.time_zone"),
    ],
)
def test_decisions_that_make_no_sense_are_told(
    changed: tuple[Workspace, Path], tmp_path: Path, values: Any, code: str
) -> None:
    workspace, small = changed
    decisions = tmp_path / "decisions.json"
    decisions.write_text(json.dumps({"format": 1, "values": values}), encoding="utf-8")
    refused = workspace.run("apply", str(small), "--yes", "--decisions", str(decisions), expect=1)
    assert refused.stderr.startswith(f"decisions.json /values {code}:")
