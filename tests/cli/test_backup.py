"""backup and restore as commands: where they write, what they refuse, what a kill leaves."""

from __future__ import annotations

import json
import random
import signal
import sqlite3
import time
import tomllib
from contextlib import closing
from pathlib import Path

from kartoteka.platform.settings import FILE
from tests import services
from tests.cli.conftest import EMAIL, StartProgram, Workspace, init, until

KILLS = 6


def test_backup_and_restore_into_a_new_folder(workspace: Workspace, tmp_path: Path) -> None:
    (workspace.folder / FILE).write_text("port = 8111\n")
    file = tmp_path / "b.zip"
    told = json.loads(workspace.run("backup", str(file), "--json").stdout)
    assert told["file"] == str(file)
    assert told["tables"]["e_user"]["rows"] == 1
    assert json.loads(workspace.run("backup", str(file), "--verify", "--json").stdout)["hash"] == told["hash"]
    other = Workspace(tmp_path / "other")
    assert str(other.folder) in other.run("restore", str(file)).stdout
    assert EMAIL in other.run("user", "list").stdout
    settings = tomllib.loads((other.folder / FILE).read_text())
    assert settings == {"port": 8111}
    assert (other.folder / FILE).stat().st_mode & 0o077 == 0
    other.run("doctor")


def test_restore_on_postgresql(tmp_path: Path, postgresql_database: str) -> None:
    with services.own_schema(postgresql_database) as one, services.own_schema(postgresql_database) as two:
        workspace = init(tmp_path / "workspace", one)
        workspace.run("backup", str(tmp_path / "b.zip"))
        other = Workspace(tmp_path / "other")
        assert "restore.other_database" in other.run("restore", str(tmp_path / "b.zip"), expect=1).stderr
        assert not other.folder.exists(), "nothing half-made is left"
        other.run("restore", str(tmp_path / "b.zip"), "--database-url", two)
        assert EMAIL in other.run("user", "list").stdout
        third = Workspace(tmp_path / "third")
        refused = third.run("restore", str(tmp_path / "b.zip"), "--database-url", two, expect=1)
        assert "restore.in_use" in refused.stderr
        assert not third.folder.exists()
        other.run("restore", str(tmp_path / "b.zip"), "--replace", "other")
        other.run("doctor")


def test_what_is_there_is_replaced_only_by_its_name(workspace: Workspace, tmp_path: Path) -> None:
    file = str(tmp_path / "b.zip")
    workspace.run("backup", file)
    workspace.run("user", "add", "b@example.org", "--password", "a good password")
    assert "restore.in_use" in workspace.run("restore", file, expect=1).stderr
    assert "restore.wrong_name" in workspace.run("restore", file, "--replace", "other", expect=1).stderr
    assert "b@example.org" in workspace.run("user", "list").stdout
    settings = (workspace.folder / FILE).read_text()
    workspace.run("restore", file, "--replace", "workspace")
    assert "b@example.org" not in workspace.run("user", "list").stdout
    assert (workspace.folder / FILE).read_text() == settings, "this machine's own settings stay"


def test_refused_commands_leave_nothing_behind(workspace: Workspace, tmp_path: Path) -> None:
    nothing = tmp_path / "nothing.zip"
    (tmp_path / "text.zip").write_text("no archive")
    other = Workspace(tmp_path / "other")
    assert "backup.missing" in other.run("restore", str(nothing), expect=1).stderr
    assert "backup.broken" in other.run("restore", str(tmp_path / "text.zip"), expect=1).stderr
    assert "backup.broken" in workspace.run("backup", str(tmp_path / "text.zip"), "--verify", expect=1).stderr
    assert not other.folder.exists()
    workspace.run("backup", str(tmp_path / "b.zip"))
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "a.txt").touch()
    in_use = Workspace(tmp_path / "letters").run("restore", str(tmp_path / "b.zip"), expect=1)
    assert "workspace.folder_in_use" in in_use.stderr
    assert [each.name for each in (tmp_path / "letters").iterdir()] == ["a.txt"]


def test_in_a_folder_it_gets_a_name(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "backups").mkdir()
    workspace.run("backup", str(tmp_path / "backups"))
    (file,) = (tmp_path / "backups").iterdir()
    assert file.name.startswith("kartoteka-")


def test_a_killed_backup_leaves_no_half_archive(
    workspace: Workspace, start_program: StartProgram, tmp_path: Path
) -> None:
    fatten(workspace)
    folder, dice, ends = tmp_path / "backups", random.Random(5), set()
    folder.mkdir()
    for number in range(KILLS):
        file = folder / f"{number}.zip"
        program = start_program("--workspace", str(workspace.folder), "backup", str(file))
        until(lambda: list(folder.glob(".kartoteka-backup-*")) or file.exists(), 60, lambda: program.text)  # noqa: B023
        time.sleep(dice.uniform(0, 0.4))
        program.end(signal.SIGKILL)
        if file.exists():
            workspace.run("backup", str(file), "--verify")
        for left in folder.glob(".kartoteka-backup-*"):
            left.rename(tmp_path / f"left-{number}")
        ends.add(file.exists())
    assert False in ends, "none was killed in the middle"
    workspace.run("backup", str(folder / "after.zip"))
    workspace.run("backup", str(folder / "after.zip"), "--verify")


def test_a_killed_restore_leaves_the_old_state_or_the_new_one(
    workspace: Workspace, start_program: StartProgram, tmp_path: Path
) -> None:
    fatten(workspace)
    file, dice, ends = str(tmp_path / "b.zip"), random.Random(6), set()
    workspace.run("backup", file)
    workspace.run("user", "add", "b@example.org", "--password", "a good password")
    for _ in range(KILLS):
        program = start_program("--workspace", str(workspace.folder), "restore", file, "--replace", "workspace")
        until(lambda: list(workspace.folder.glob(".kartoteka-restore-*")), 60, lambda: program.text)  # noqa: B023
        time.sleep(dice.uniform(0, 0.3))
        program.end(signal.SIGKILL)
        people = workspace.run("user", "list").stdout
        workspace.run("doctor")
        ends.add("b@example.org" in people)
        if "b@example.org" not in people:
            workspace.run("user", "add", "b@example.org", "--password", "a good password")
    assert True in ends, "none was killed in the middle"


def fatten(workspace: Workspace) -> None:
    """Let there be so much that saving it takes a while."""
    with closing(sqlite3.connect(workspace.folder / "data" / "kartoteka.db")) as database, database:
        database.execute(
            "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 40000) "
            "INSERT INTO kt_recent SELECT x, hex(randomblob(300)), x, '2026-01-01 00:00:00' FROM n"
        )
