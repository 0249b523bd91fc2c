"""What a restore makes of a backup: what must not come back, older tables, newer code, what is here already."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, func, insert, select, text

from kartoteka.metadata.problems import Refused
from kartoteka.platform import jobs, tables
from kartoteka.platform.actors import SYSTEM
from kartoteka.platform.backups import making
from kartoteka.platform.backups.making import make_backup
from kartoteka.platform.backups.restoring import verify_backup
from kartoteka.platform.files import path_of
from kartoteka.platform.people import make_token
from kartoteka.platform.query import Query, fetch
from kartoteka.platform.settings import FILE, Settings, is_secret
from tests.application import Application
from tests.platform.backups.conftest import NewDatabase, add_file, opened, put_back, restored

EMAIL = "ada@test.example"


def count(world: Application, table: Any, *where: Any) -> int:
    with world.runtime.database.read() as connection:
        return int(connection.execute(select(func.count()).select_from(table).where(*where)).scalar_one())


def names(world: Application) -> list[str]:
    with world.runtime.reading() as unit:
        return [str(row.values["name"]) for row in fetch(unit, SYSTEM, Query("client", ("name",), limit=None)).rows]


def code_of(act: Callable[[], Any]) -> str:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.problems[0].code


def test_sessions_end_and_tokens_with_them(world: Application, new_database: NewDatabase, tmp_path: Path) -> None:
    person = world.add_person(EMAIL, "administrator")
    world.browser(EMAIL)
    with world.runtime.writing() as unit:
        make_token(unit, person, "program")
    make_backup(world.runtime, tmp_path / "b.zip")
    assert (count(world, tables.session), count(world, tables.token)) == (1, 1), "the backup changes nothing here"
    with restored(tmp_path / "b.zip", tmp_path / "one", new_database()) as found:
        assert (count(found, tables.session), count(found, tables.token)) == (0, 0)
        assert found.browser(EMAIL).get("/").status_code == 200, "passwords are the backup's"
    with restored(tmp_path / "b.zip", tmp_path / "two", new_database(), keep_tokens=True) as found:
        assert (count(found, tables.session), count(found, tables.token)) == (0, 1)


def test_no_session_is_in_the_archive_at_all(world: Application, tmp_path: Path) -> None:
    world.add_person(EMAIL, "administrator")
    world.browser(EMAIL)
    with world.runtime.database.read() as connection:
        digest = connection.execute(select(tables.session.c.digest)).scalar_one()
    make_backup(world.runtime, tmp_path / "b.zip")
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist())
    assert digest not in everything
    assert digest.hex().encode() not in everything


def test_what_was_to_reach_others_is_not_done_again(
    world: Application, new_database: NewDatabase, tmp_path: Path
) -> None:
    with world.runtime.writing() as unit:
        jobs.enqueue(unit.connection, "mail", [{"to": "somebody"}], unit.now)
    make_backup(world.runtime, tmp_path / "b.zip")
    with restored(tmp_path / "b.zip", tmp_path / "one", new_database()) as found:
        of = tables.job.c
        with found.runtime.database.read() as connection:
            rows = connection.execute(select(of.kind, of.status).order_by(of.kind)).all()
        assert [tuple(row) for row in rows] == [("mail", "cancelled"), ("reindex", "waiting")]


def test_new_records_get_new_ids_and_numbers(world: Application, new_database: NewDatabase, tmp_path: Path) -> None:
    world.create("client", name="First")
    last = world.create("client", name="Second")
    with world.runtime.writing() as unit:
        unit.connection.execute(delete(unit.model.storage.of("client").main))
    make_backup(world.runtime, tmp_path / "b.zip")
    with restored(tmp_path / "b.zip", tmp_path / "one", new_database()) as found:
        assert found.create("client", name="Third") > last
        with found.runtime.reading() as unit:
            (row,) = fetch(unit, SYSTEM, Query("client", ("code",))).rows
        assert row.values["code"] == "C-0003"


def test_in_place_of_what_is_there(world: Application, tmp_path: Path) -> None:
    """Processes that have the workspace open go on with what was put back."""
    world.create("client", name="Kept")
    kept = add_file(world, b"kept")
    make_backup(world.runtime, tmp_path / "b.zip")
    world.create("client", name="Later")
    path_of(world.runtime.files, content_digest(world, kept)).unlink()
    before = revision(world)
    url = world.runtime.database.engine.url.render_as_string(hide_password=False)
    put_back(tmp_path / "b.zip", world.runtime.settings.workspace, url)
    assert names(world) == ["Kept"]
    assert revision(world) > before, "nobody may take the model of an older state for this one"
    assert path_of(world.runtime.files, content_digest(world, kept)).read_bytes() == b"kept"
    world.create("client", name="New")
    assert sorted(names(world)) == ["Kept", "New"]
    with opened(world.runtime.settings.workspace, url) as again:
        assert sorted(names(again)) == ["Kept", "New"]


def content_digest(world: Application, file: int) -> str:
    with world.runtime.reading() as unit:
        (row,) = fetch(unit, SYSTEM, Query("file", ("digest",), ids=(file,))).rows
    return str(row.values["digest"])


def revision(world: Application) -> int:
    with world.runtime.reading() as unit:
        return unit.model.revision


def test_a_lost_file_is_told_and_no_reason_to_have_no_backup(
    world: Application, new_database: NewDatabase, tmp_path: Path
) -> None:
    lost, damaged, whole = (content_digest(world, add_file(world, text)) for text in (b"lost", b"damaged", b"whole"))
    path_of(world.runtime.files, lost).unlink()
    path_of(world.runtime.files, damaged).write_bytes(b"dAmaged")
    manifest = make_backup(world.runtime, tmp_path / "b.zip")
    assert sorted(manifest.lost) == sorted([lost, damaged])
    assert manifest.files == 2
    with restored(tmp_path / "b.zip", tmp_path / "one", new_database()) as found:
        assert path_of(found.runtime.files, whole).read_bytes() == b"whole"
        assert path_of(found.runtime.files, damaged).read_bytes() == b"dAmaged", "better than nothing"


# --- other versions ---------------------------------------------------------------------------------------


def test_older_tables_are_completed(world: Application, new_database: NewDatabase, tmp_path: Path) -> None:
    """As the first version left them: no decisions in drafts, no list of what people opened."""
    with world.runtime.database.publish() as connection:
        row = {"name": "x", "user_id": 1, "base_hash": "", "changes": [], "changed_at": datetime.now(UTC)}
        connection.execute(insert(tables.draft), row)
        connection.execute(text("ALTER TABLE kt_draft DROP COLUMN decisions"))
        connection.execute(text("DROP TABLE kt_recent"))
        connection.execute(text("UPDATE kt_state SET schema_version = 1"))
    assert make_backup(world.runtime, tmp_path / "b.zip").schema_version == 1
    with restored(tmp_path / "b.zip", tmp_path / "one", new_database()) as found:
        with found.runtime.database.read() as connection:
            assert connection.execute(select(tables.draft.c.decisions)).scalar_one() == {}
            assert connection.execute(select(tables.state.c.schema_version)).scalar_one() == tables.SCHEMA_VERSION
        assert count(found, tables.recent) == 0


def test_a_backup_of_newer_code_is_refused(
    world: Application, new_database: NewDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_backup(world.runtime, tmp_path / "b.zip")
    url = new_database()
    monkeypatch.setattr(tables, "SCHEMA_VERSION", tables.SCHEMA_VERSION - 1)
    assert code_of(lambda: verify_backup(tmp_path / "b.zip")) == "backup.newer"
    assert code_of(lambda: put_back(tmp_path / "b.zip", tmp_path / "one", url)) == "backup.newer"
    assert list((tmp_path / "one").iterdir()) == []


def test_a_configuration_that_this_code_cannot_read_is_refused(
    world: Application, new_database: NewDatabase, tmp_path: Path
) -> None:
    """A newer version may know field types that this one does not, with the same tables."""
    with world.runtime.database.publish() as connection:
        tree = {"key": "client", "label": "Client", "fields": [{"key": "name", "type": "hologram"}]}
        changed = tables.definition.update().where(tables.definition.c.key == "client")
        connection.execute(changed.where(tables.definition.c.kind == "entity").values(tree=tree))
    make_backup(world.runtime, tmp_path / "b.zip")
    url = new_database()
    assert code_of(lambda: put_back(tmp_path / "b.zip", tmp_path / "one", url)) == "restore.unreadable"


def test_a_backup_of_the_other_kind_of_database_is_refused(world: Application, tmp_path: Path) -> None:
    make_backup(world.runtime, tmp_path / "b.zip")
    other = "sqlite:///" + str(tmp_path / "x.sqlite")
    if world.runtime.database.is_sqlite:
        pytest.skip("the other way round is the same line")
    assert code_of(lambda: put_back(tmp_path / "b.zip", tmp_path / "one", other)) == "restore.other_database"


# --- settings ---------------------------------------------------------------------------------------------


def test_settings_travel_without_secrets(world: Application, tmp_path: Path) -> None:
    (world.runtime.settings.workspace / FILE).write_text(
        'database_url = "postgresql://me:hidden-word@host/db"\nport = 8080\nsomething_unknown = "hidden-word"\n'
    )
    make_backup(world.runtime, tmp_path / "b.zip")
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        assert archive.read(FILE).decode() == "port = 8080\n"


def test_settings_that_sound_secret_are_marked_so() -> None:
    words = ("password", "secret", "token", "key", "url")
    for name in Settings.model_fields:
        assert is_secret(name) == any(word in name for word in words), name


# --- making -----------------------------------------------------------------------------------------------


def test_nothing_is_overwritten_and_nothing_half_made_is_left(
    world: Application, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "folder" / "b.zip"
    make_backup(world.runtime, path)
    assert code_of(lambda: make_backup(world.runtime, path)) == "backup.exists"
    assert path.stat().st_mode & 0o077 == 0, "it holds people's data"
    before = json.loads(zipfile.ZipFile(path).read("manifest.json"))

    def fail(*_: Any) -> Any:
        raise OSError("disk full")

    monkeypatch.setattr(making, "all_digests", fail)
    with pytest.raises(OSError, match="disk full"):
        make_backup(world.runtime, path.with_name("c.zip"))
    assert [each.name for each in path.parent.iterdir()] == ["b.zip"]
    assert before["format"] == 1
