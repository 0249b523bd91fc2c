"""init and doctor: what a new workspace is, and what is refused."""

import shutil
import sqlite3
import tomllib
from pathlib import Path

import pytest

from kartoteka.cli.program import hoisted
from kartoteka.cli.terminal import language_of
from kartoteka.platform.settings import FILE, Settings, load_settings
from tests.cli.conftest import EMAIL, PASSWORD, SMALL, Workspace, init


def test_new_workspace_has_base_and_an_administrator(any_workspace: Workspace) -> None:
    people = any_workspace.run("user", "list").stdout
    assert EMAIL in people
    assert "administrator" in people
    assert "base 1." in any_workspace.run("journal").stdout
    assert not any(line.startswith("!!") for line in any_workspace.lines("doctor"))


def test_settings_file_names_every_setting_and_changes_nothing(workspace: Workspace) -> None:
    file = workspace.folder / FILE
    text = file.read_text(encoding="utf-8")
    for name in Settings.model_fields.keys() - {"workspace"}:
        assert f"\n# {name} = " in text
    assert tomllib.loads(text) == {}
    assert load_settings(workspace.folder) == Settings(workspace=workspace.folder)
    assert file.stat().st_mode & 0o077 == 0, "it may hold the database's password"


def test_settings_given_at_the_start_are_kept(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    Workspace(folder).run("init", str(folder), "--email", EMAIL, "--password", PASSWORD, "--language", "pl")
    assert load_settings(folder).language == "pl"


def test_password_is_made_and_shown_once(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    shown = Workspace(folder).run("init", str(folder), "--email", EMAIL).stdout
    password = next(line.rpartition(" ")[2] for line in shown.splitlines() if line.startswith("Password"))
    assert len(password) >= 16
    assert password not in (folder / FILE).read_text(encoding="utf-8")


@pytest.mark.parametrize("password", ["short", "x" * 300])
def test_refused_password_leaves_nothing_behind(tmp_path: Path, password: str) -> None:
    folder = tmp_path / "new"
    result = Workspace(folder).run("init", str(folder), "--email", EMAIL, "--password", password, expect=1)
    assert "password.length" in result.stderr
    assert not folder.exists()


def test_refused_address_and_database_leave_nothing_behind(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    folder.mkdir()
    workspace = Workspace(folder)
    assert "email.not_an_address" in workspace.run("init", str(folder), "--email", "nobody", expect=1).stderr
    nowhere = "postgresql://somebody:hidden-word@127.0.0.1:1/nothing"
    answer = workspace.run("init", str(folder), "--email", EMAIL, "--database-url", nowhere, expect=1).stderr
    assert "database.unreachable" in answer
    assert "hidden-word" not in answer
    assert list(folder.iterdir()) == []


def test_folder_in_use_is_left_alone(workspace: Workspace, tmp_path: Path) -> None:
    assert "workspace.exists" in workspace.run("init", str(workspace.folder), expect=1).stderr
    other = tmp_path / "other"
    other.mkdir()
    (other / "letter.txt").write_text("dear")
    assert "workspace.folder_in_use" in workspace.run("init", str(other), expect=1).stderr
    assert [file.name for file in other.iterdir()] == ["letter.txt"]


def test_second_workspace_joins_a_database_in_use(workspace: Workspace, tmp_path: Path) -> None:
    url = f"sqlite:///{workspace.folder / 'data' / 'kartoteka.db'}"
    before = workspace.run("journal", "--json").stdout
    second = init(tmp_path / "second", url)
    assert second.run("journal", "--json").stdout == before
    assert second.run("user", "list").stdout.count("@") == 1


def test_folder_without_workspace_and_broken_settings_are_told(tmp_path: Path) -> None:
    nothing = Workspace(tmp_path)
    assert nothing.run("journal", expect=1).stderr.startswith("workspace.none: ")
    (tmp_path / FILE).write_text("port = eighty\n")
    assert f"{FILE} / settings.not_toml: " in nothing.run("journal", expect=1).stderr
    (tmp_path / FILE).write_text("port = 'eighty'\n")
    assert f"{FILE} / settings.wrong: " in nothing.run("journal", expect=1).stderr


def test_wrong_usage_exits_with_2(workspace: Workspace) -> None:
    workspace.run("plam", expect=2)
    workspace.run("--language", "xx", "journal", expect=2)
    workspace.run("apply", str(SMALL), "--expect", "12", expect=2)


def test_database_of_newer_code_is_refused(workspace: Workspace) -> None:
    with sqlite3.connect(workspace.folder / "data" / "kartoteka.db") as connection:
        connection.execute("UPDATE kt_state SET schema_version = 99")
    connection.close()
    assert "database.newer" in workspace.run("journal", expect=1).stderr


def test_workspace_may_be_named_anywhere() -> None:
    assert hoisted(["plan", "x", "--workspace", "d"]) == ["--workspace", "d", "plan", "x"]
    assert hoisted(["plan", "--workspace=d", "x"]) == ["--workspace=d", "plan", "x"]
    assert hoisted(["search", "--", "--workspace", "d"]) == ["search", "--", "--workspace", "d"]
    assert hoisted(["plan", "--workspace"]) == ["--workspace", "plan"]


def test_language_is_the_environments() -> None:
    assert language_of({"LANG": "ru_RU.UTF-8"}) == "ru"
    assert language_of({"LC_ALL": "pl_PL", "LANG": "ru_RU.UTF-8"}) == "pl"
    assert language_of({"LANG": "C.UTF-8"}) == "en"
    assert language_of({}) == "en"


def test_moved_workspace_still_works(workspace: Workspace, tmp_path: Path) -> None:
    shutil.move(workspace.folder, tmp_path / "elsewhere")
    assert EMAIL in Workspace(tmp_path / "elsewhere").run("user", "list").stdout
