"""Backups while people write: every one of them restores, with all that belongs together."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

from sqlalchemy import func, select

from kartoteka.metadata.definitions import Identity
from kartoteka.metadata.trees import Tree, normal
from kartoteka.platform import history, tables
from kartoteka.platform.actors import SYSTEM
from kartoteka.platform.backups import postgresql, sqlite
from kartoteka.platform.backups.making import make_backup
from kartoteka.platform.backups.manifest import Manifest, TableCount
from kartoteka.platform.backups.restoring import verify_backup
from kartoteka.platform.configuration import load_stack
from kartoteka.platform.files import all_digests, path_of
from kartoteka.platform.plans import make_plan
from kartoteka.platform.publishing import publish
from kartoteka.platform.query import Query, fetch
from kartoteka.platform.records import delete, update_record
from tests.application import Application
from tests.platform.backups.conftest import NewDatabase, add_file, restored
from tests.platform.workspace import edited

BACKUPS = 12
SETTLED = {"kt_job", "kt_state", "kt_token", "sqlite_sequence"}
"""What a restore changes on purpose."""


@contextmanager
def people_at_work(world: Application) -> Iterator[list[int]]:
    """Save clients, each with a file of its name, change some and delete some; gives how many were saved so far."""
    stop, saved = Event(), [0]
    broken: list[BaseException] = []

    def work(person: int) -> None:
        try:
            for number in itertools.count():
                if stop.is_set():
                    return
                name = f"client {person} {number}"
                add_file(world, name.encode() * 500, name)
                client = world.create("client", name=name, city="North")
                with world.runtime.writing() as unit:
                    update_record(unit, SYSTEM, "client", client, {"city": "South"})
                if number % 5 == 0:
                    with world.runtime.writing() as unit:
                        delete(unit, SYSTEM, "client", client)
                saved[0] += 1
        except BaseException as error:
            broken.append(error)
            raise

    threads = [Thread(target=work, args=(person,)) for person in range(2)]
    for thread in threads:
        thread.start()
    try:
        yield saved
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert not broken


def table_counts(application: Application, manifest: Manifest) -> dict[str, TableCount]:
    """Count anew what is in a database."""
    database = application.runtime.database
    if database.is_sqlite:
        return sqlite.count_tables(sqlite.file_of(database))
    with database.read() as connection:
        driver = postgresql.driver_of(connection)
        return {note.name: postgresql.count_table(driver, note) for note in postgresql.describe(driver)}


def assert_whole(found: Application, manifest: Manifest) -> int:
    """Hold everything that belongs together against each other; returns how many clients there are."""
    counts = table_counts(found, manifest)
    assert {k: v for k, v in counts.items() if k not in SETTLED} == {
        k: v for k, v in manifest.tables.items() if k not in SETTLED
    }
    with found.runtime.reading() as unit:
        assert unit.model.catalog.hash == manifest.hash
        digests = all_digests(unit.connection)
        assert len(digests) == manifest.files
        for digest in digests:
            content = path_of(found.runtime.files, digest).read_bytes()
            assert hashlib.sha256(content).hexdigest() == digest
        files = {row.values["name"] for row in fetch(unit, SYSTEM, Query("file", ("name",), limit=None)).rows}
        rows = [
            row
            for trash in (False, True)
            for row in fetch(unit, SYSTEM, Query("client", ("name",), limit=None, trash=trash)).rows
        ]
        of = tables.history.c
        entries = select(of.record_id, func.count()).where(of.entity == "client").group_by(of.record_id)
        versions = {row[0]: row[1] for row in unit.connection.execute(entries)}
        for row in rows:
            assert row.values["name"] in files, "the file was saved before its client"
            assert versions[row.id] == row.version
            assert history.verify(unit.connection, "client", row.id)
    return len(rows)


def test_every_backup_under_load_restores(world: Application, new_database: NewDatabase, tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}.zip" for number in range(BACKUPS)]
    with people_at_work(world) as saved:
        before = []
        for path in paths:
            before.append(saved[0])
            make_backup(world.runtime, path)
        after = saved[0]
    assert after > before[0] + BACKUPS, "nobody wrote meanwhile"
    for number, path in enumerate(paths):
        manifest = verify_backup(path)
        with restored(path, tmp_path / f"restored-{number}", new_database()) as found:
            assert before[number] <= assert_whole(found, manifest) <= after + 2


def test_a_publish_goes_through_while_a_backup_is_made(
    world: Application, new_database: NewDatabase, tmp_path: Path
) -> None:
    """The backup holds the configuration before or after it, and the data of that one."""
    add_file(world, b"first", "First")
    world.create("client", name="First", city="North")
    paths: list[Path] = []
    stop = Event()

    def save() -> None:
        while not stop.is_set() and len(paths) < BACKUPS:
            paths.append(tmp_path / f"{len(paths)}.zip")
            make_backup(world.runtime, paths[-1])

    thread = Thread(target=save)
    thread.start()
    hashes = []
    for number in range(6):
        with world.runtime.reading() as unit:
            trees = dict(unit.model.catalog.trees)
        publish_local(world, edited(trees, "client", **{f"extra{number}": {"type": "text"}}))
        with world.runtime.reading() as unit:
            hashes.append(unit.model.catalog.hash)
    stop.set()
    thread.join()
    make_backup(world.runtime, tmp_path / "last.zip")
    seen = []
    for number, path in enumerate([*paths[::2], tmp_path / "last.zip"]):
        manifest = verify_backup(path)
        seen.append(manifest.hash)
        with restored(path, tmp_path / f"restored-{number}", new_database()) as found:
            assert assert_whole(found, manifest) == 1
    assert seen[-1] == hashes[-1]
    assert len(set(seen)) > 1


def publish_local(world: Application, trees: Mapping[Identity, Tree]) -> None:
    """Put exactly these definitions in force."""
    with world.runtime.reading() as unit:
        wanted = {identity: normal(tree) for identity, tree in trees.items()}
        plan = make_plan(unit.connection, unit.model, load_stack(unit.connection).with_local(wanted))
    publish(world.runtime.database, plan, actor="test")
