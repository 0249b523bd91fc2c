"""The doctor: each thing broken for real is found and named, and what is safe to repair is repaired."""

from __future__ import annotations

import io
import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Connection, make_url, select, text

from kartoteka.cli.terminal import opened, read_settings
from kartoteka.platform import files, history, jobs, tables
from kartoteka.platform.actors import SYSTEM
from kartoteka.platform.backups.schedule import BACKUP_JOB, name_at
from kartoteka.platform.checks.indexes import check_pages
from kartoteka.platform.database import Database
from kartoteka.platform.query import Query, get
from kartoteka.platform.records import create, update_record
from kartoteka.platform.runtime import Runtime
from tests.cli.conftest import SMALL, Workspace, init

Break = Callable[[Connection], None]


@contextmanager
def runtime_of(workspace: Workspace) -> Iterator[Runtime]:
    with opened(read_settings(workspace.folder, {})) as runtime:
        yield runtime


def damage(workspace: Workspace, *statements: str) -> None:
    """Write into the database past the product."""
    with runtime_of(workspace) as runtime, runtime.database.publish() as connection:
        for each in statements:
            connection.execute(text(each))


def findings(workspace: Workspace, *args: str) -> dict[str, str]:
    """Return the state of each finding; the exit code must say whether anything is wrong."""
    result = workspace.run("doctor", "--json", *args, expect=None)
    found = {each["code"]: each["state"] for each in json.loads(result.stdout)}
    assert result.exit_code == ("wrong" in found.values()), found
    assert all("{" not in each["text"] for each in json.loads(result.stdout))
    assert all("advice" in each for each in json.loads(result.stdout) if each["state"] != "well")
    return found


def wrong(workspace: Workspace, *args: str) -> set[str]:
    return {code for code, state in findings(workspace, *args).items() if state == "wrong"}


@pytest.fixture
def filled(any_workspace: Workspace) -> Workspace:
    """Give a workspace with some records, their history, files and an index."""
    any_workspace.run("apply", str(SMALL), "--yes")
    with runtime_of(any_workspace) as runtime:
        for number in range(3):
            with runtime.writing() as unit:
                client = create(unit, SYSTEM, "client", {"name": f"Client {number}", "inn": f"770000000{number}"})
                files.keep(unit, SYSTEM, runtime.files, "a.txt", "text/plain", io.BytesIO(b"%d" % number))
            with runtime.writing() as unit:
                update_record(unit, SYSTEM, "client", client, {"city": "North"})
    any_workspace.run("reindex")
    return any_workspace


def test_a_sound_workspace(filled: Workspace) -> None:
    found = findings(filled)
    assert set(found.values()) <= {"well", "note"}, found
    expected = {"database", "system_tables", "definitions", "hash", "local_layer", "columns", "indexes", "index"}
    assert expected | {"files", "histories", "folder", "disk", "clock", "jobs"} <= found.keys()
    assert not any(line.startswith("!!") for line in filled.lines("doctor"))


def test_missing_columns_tables_and_strays(filled: Workspace) -> None:
    table, column = place(filled, "client", "remark")
    damage(filled, f"ALTER TABLE {table} DROP COLUMN {column}", "CREATE TABLE e_nobody (id INTEGER)")
    found = findings(filled)
    assert found["columns_missing"] == "wrong"
    assert found["strays"] == "note"
    assert f"{table}.{column}" in filled.run("doctor", expect=1).stdout


def place(workspace: Workspace, entity: str, field: str) -> tuple[str, str]:
    of = tables.placement.c
    with runtime_of(workspace) as runtime, runtime.database.read() as connection:
        found = select(of.table, of.column).where(of.entity == entity, of.field == field, of.role == "")
        row = connection.execute(found).one()
    return row[0], row[1]


def test_a_missing_index_is_made_again(filled: Workspace) -> None:
    of = tables.entity_index.c
    with runtime_of(filled) as runtime, runtime.database.read() as connection:
        unique = connection.execute(select(of.name).where(of.entity == "client", of.field == "inn")).scalar_one()
        others = connection.execute(select(of.name).where(of.entity == "client", of.field != "inn")).scalars().all()
    assert others
    damage(filled, *(f"DROP INDEX {name}" for name in (unique, *others)))
    assert wrong(filled) == {"indexes_missing"}
    assert wrong(filled, "--repair") == set()
    assert wrong(filled) == set()
    table, column = place(filled, "client", "inn")
    damage(filled, f"DROP INDEX {unique}", f"UPDATE {table} SET {column} = 'same'")
    assert "indexes_missing" in wrong(filled, "--repair"), "values repeat by now: nothing is lost, it is said"


def test_system_tables_are_completed(filled: Workspace) -> None:
    damage(filled, "DROP TABLE kt_recent", "DROP INDEX kt_history_record")
    assert "system_tables_missing" in wrong(filled)
    assert wrong(filled, "--repair") == set()


def test_definitions_changed_past_the_product(filled: Workspace) -> None:
    damage(filled, "UPDATE kt_state SET hash = 'other'")
    assert wrong(filled) == {"hash_differs"}


def test_definitions_that_cannot_be_read(filled: Workspace) -> None:
    damage(filled, "DELETE FROM kt_definition WHERE kind = 'entity' AND key = 'client'")
    assert "definitions_broken" in wrong(filled) or "hash_differs" in wrong(filled)
    damage(filled, "UPDATE kt_definition SET tree = '[]' WHERE kind = 'entity' AND key = 'user'")
    assert "definitions_broken" in wrong(filled)


def test_files_lost_damaged_and_of_nobody(filled: Workspace) -> None:
    stored = sorted(path for path in (filled.folder / "files").glob("*/*"))
    assert len(stored) == 3
    stored[0].unlink()
    stored[1].write_bytes(b"x")
    orphan = filled.folder / "files" / "ab" / ("ab" * 32)
    orphan.parent.mkdir(exist_ok=True)
    orphan.write_bytes(b"whose?")
    found = findings(filled)
    assert (found["files_missing"], found["files_damaged"], found["files_orphaned"]) == ("wrong", "wrong", "note")
    told = filled.run("doctor", expect=1).stdout
    assert stored[0].name in told
    assert stored[1].name in told


def test_histories_changed_and_cut(filled: Workspace) -> None:
    damage(filled, "DELETE FROM kt_history WHERE entity = 'client' AND record_id = 1 AND version = 2")
    assert wrong(filled) == {"histories_cut"}
    damage(filled, "UPDATE kt_history SET user_id = 7 WHERE entity = 'client' AND record_id = 2 AND version = 1")
    assert wrong(filled) == {"histories_cut", "histories_broken"}
    assert "client 2" in filled.run("doctor", expect=1).stdout


def test_a_damaged_index_is_built_anew(filled: Workspace) -> None:
    index = filled.folder / "index"
    for path in index.rglob("*"):
        if path.is_file() and path.suffix not in (".json", "") and path.stat().st_size:
            content = bytearray(path.read_bytes())
            content[len(content) // 2] ^= 255
            path.write_bytes(content)
    assert wrong(filled) & {"index_damaged", "index_misses"}
    assert wrong(filled, "--repair") == set()
    shutil.rmtree(index)
    damage(filled, "DELETE FROM kt_job")
    assert wrong(filled) == {"index_incomplete"}
    assert wrong(filled, "--repair") == set()


def test_an_index_that_lacks_records_is_noticed(filled: Workspace) -> None:
    with runtime_of(filled) as runtime, runtime.writing() as unit:
        create(unit, SYSTEM, "client", {"name": "Unmistakable"})
    assert wrong(filled) == set(), "it waits for the worker"
    damage(filled, "DELETE FROM kt_job")
    assert wrong(filled) == {"index_misses"}
    assert wrong(filled, "--repair") == set()


def test_postgresql_reads_its_pages_where_it_may(postgresql_url: str, tmp_path: Path) -> None:
    """An index over a function that gives something else by now is as wrong as a torn page, and found the same way."""
    workspace = init(tmp_path / "workspace", postgresql_url)
    workspace.run("apply", str(SMALL), "--yes")
    assert findings(workspace)["amcheck_absent"] == "note"
    damage(workspace, "CREATE EXTENSION amcheck")
    assert findings(workspace)["index_pages"] == "well"
    table, column = place(workspace, "client", "city")
    with runtime_of(workspace) as runtime, runtime.writing() as unit:
        create(unit, SYSTEM, "client", {"name": "Client", "city": "North"})
    shifted = "CREATE OR REPLACE FUNCTION shifted(text) RETURNS text IMMUTABLE LANGUAGE sql AS"
    damage(workspace, f"{shifted} 'SELECT $1'", f"CREATE INDEX e_shifted ON {table} (shifted({column}))")
    damage(workspace, f"{shifted} 'SELECT upper($1)'")
    assert wrong(workspace) == {"index_pages_damaged"}
    assert "e_shifted" in workspace.run("doctor", expect=1).stdout
    assert wrong(workspace, "--repair") == set()


def test_pages_are_not_read_by_a_role_that_may_not(postgresql_url: str, tmp_path: Path) -> None:
    workspace = init(tmp_path / "workspace", postgresql_url)
    role = f"low_{uuid4().hex[:12]}"
    with runtime_of(workspace) as runtime, runtime.database.publish() as connection:
        schema = connection.execute(text("SELECT current_schema()")).scalar_one()
        connection.execute(text("CREATE EXTENSION amcheck"))
        connection.execute(text(f"CREATE ROLE {role} LOGIN"))
        connection.execute(text(f"GRANT USAGE ON SCHEMA {schema} TO {role}"))
    try:
        with runtime_of(workspace) as runtime:
            url = make_url(runtime.settings.url).set(username=role, password=None)
            low = Database(url.render_as_string(hide_password=False))
            try:
                [finding] = check_pages(replace(runtime, database=low))
            finally:
                low.close()
        assert (finding.code, finding.state) == ("amcheck_refused", "note")
    finally:
        damage(workspace, f"DROP OWNED BY {role}", f"DROP ROLE {role}")


def test_addresses_with_capitals_from_before_are_folded(filled: Workspace) -> None:
    """Through the rules and with a history; two that would be the same stay for a person to decide."""
    ids = []
    for name in ("anna", "bert", "bert-too"):
        with runtime_of(filled) as runtime, runtime.writing() as unit:
            ids.append(create(unit, SYSTEM, "user", {"name": name, "email": f"{name}@test.example"}))
    filled.run("reindex")
    table, column = place(filled, "user", "email")
    damage(filled, f"UPDATE {table} SET {column} = 'Anna@Test.example' WHERE id = {ids[0]}")
    assert wrong(filled) == {"addresses_misspelt"}
    assert f"user {ids[0]}" in filled.run("doctor", expect=1).stdout
    assert wrong(filled, "--repair") == set()
    with runtime_of(filled) as runtime, runtime.reading() as unit:
        assert get(unit, SYSTEM, Query("user", ("email",)), ids[0]).values == {"email": "anna@test.example"}
        changes = history.of_record(unit.connection, "user", ids[0])[-1].changes
    assert changes == {"email": ["Anna@Test.example", "anna@test.example"]}
    damage(filled, f"UPDATE {table} SET {column} = 'Bert@test.example' WHERE id = {ids[2]}")
    assert wrong(filled, "--repair") == {"addresses_misspelt"}, "somebody has that one already"


def test_jobs_failed_and_stuck(filled: Workspace) -> None:
    long_ago = datetime.now(UTC) - timedelta(hours=2)
    with runtime_of(filled) as runtime, runtime.writing() as unit:
        jobs.enqueue(unit.connection, "export", [{}], long_ago)
    assert wrong(filled) == {"jobs_stuck"}
    damage(filled, "UPDATE kt_job SET status = 'failed'")
    assert wrong(filled) == {"jobs_failed"}
    assert "export" in filled.run("doctor", expect=1).stdout


def test_backups_none_good_late_and_failed(filled: Workspace) -> None:
    folder = filled.folder / "backups"
    assert findings(filled)["no_backup"] == "note"
    folder.mkdir()
    filled.run("backup", str(folder))
    assert findings(filled)["backup"] == "well"
    (made,) = folder.iterdir()
    (folder / name_at(datetime.now(UTC) + timedelta(days=1))).write_text("damaged")
    assert findings(filled)["backup"] == "well", "the last good one counts"
    damage(filled, "DELETE FROM kt_job")
    with runtime_of(filled) as runtime, runtime.writing() as unit:
        job = jobs.enqueue(unit.connection, BACKUP_JOB, [{}], unit.now)
        unit.connection.execute(tables.job.update().where(tables.job.c.id == job).values(error="OSError: disk full"))
    assert wrong(filled) == {"backup_failed"}
    assert "disk full" in filled.run("doctor", expect=1).stdout
    assert made.exists()


def test_the_folder_and_the_clock(filled: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    filled.folder.chmod(0o755)
    assert findings(filled)["folder_open"] == "note"
    monkeypatch.setenv("KARTOTEKA_TIME_ZONE", "Mars/Olympus")
    assert "time_zone_unknown" in wrong(filled)
    monkeypatch.delenv("KARTOTEKA_TIME_ZONE")
    damage(filled, "UPDATE kt_history SET at = '2999-01-01 00:00:00' WHERE id = 1")
    assert "clock_behind" in wrong(filled)


def test_a_page_of_the_file_that_is_torn(workspace: Workspace) -> None:
    database: Path = workspace.folder / "data" / "kartoteka.db"
    with closing(sqlite3.connect(database)) as connection:
        [page] = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'kt_history'").fetchone()
    content = bytearray(database.read_bytes())
    content[4096 * (page - 1) : 4096 * page] = b"\xff" * 4096
    database.write_bytes(content)
    found = wrong(workspace)
    assert found & {"database_damaged", "unreadable"}, found


def test_every_state_has_its_sentence_in_every_language(filled: Workspace) -> None:
    for language in ("ru", "pl"):
        told = filled.run("doctor", language=language).stdout
        assert "Для того, кто" not in told
        assert "doctor." not in told
