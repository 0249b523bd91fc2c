"""The consultant's page: its files are written and its commands run, one after the other."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kartoteka.cli import program
from tests.conftest import skip_without

PAGE = Path(__file__).resolve().parent.parent / "docs" / "packages.md"
STEP = re.compile(r"`([\w./]+\.(?:json|csv))`:\n\n```(?:json|csv)\n(.*?)```|```sh\n(.*?)```", re.DOTALL)


def run(line: str) -> str:
    """Run a command of the page and return what it prints."""
    if line.startswith("git "):
        return subprocess.run(shlex.split(line), check=True, capture_output=True, text=True).stdout
    result = CliRunner(env={"LANGUAGE": "en"}).invoke(program, shlex.split(line)[1:])
    assert result.exit_code == 0, f"{line}\n{result.output}\n{result.exception!r}"
    return result.stdout


def test_the_page_does_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if shutil.which("git") is None:
        skip_without("git")
    monkeypatch.chdir(tmp_path)
    said: dict[str, str] = {}
    for name, content, commands in STEP.findall(PAGE.read_text(encoding="utf-8")):
        if name:
            Path(name).parent.mkdir(parents=True, exist_ok=True)
            Path(name).write_text(content, encoding="utf-8")
        for line in commands.splitlines():
            said[line] = said.get(line, "") + run(line)
    work = "kartoteka --workspace school"
    assert "Class" in said[f"{work} explain rider.level"]
    met = said[f"{work} plan riding --save-decisions decisions.json"]
    assert "entities/rider.json fields.level.label" in met
    assert "lists/rider/x_faxes.json columns.fax" in met
    assert "“Phone”" in met
    assert "Nothing that people see changes." in said[f"{work} plan riding"]
    assert "Reference data of “Course”: 2 rows are new." in said[f"{work} apply riding --yes"]
    rows = said[f"{work} plan riding"]
    assert "1 row is new. 1 row is updated. 1 row keeps your own edits." in rows
    assert "jumping, Name: yours is “Jumping for everybody”, the package says “Jumping I”." in rows
    assert "4 of 4 tests pass." in said["kartoteka package test riding"]
    assert "Nothing to change" in said[f"{work} apply exported --yes"]
    assert Path("riding-1.3.0.zip").is_file()
