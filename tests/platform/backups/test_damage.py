"""Archives that are cut off, bit-flipped or forged: refused, and nothing is touched."""

from __future__ import annotations

import hashlib
import json
import random
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from kartoteka.metadata.packages import read_package
from kartoteka.metadata.problems import Refused
from kartoteka.platform.backups.making import make_backup
from kartoteka.platform.backups.restoring import verify_backup
from tests.application import Application, running
from tests.platform.backups.conftest import NewDatabase, add_file, put_back, restored
from tests.platform.workspace import SMALL

FLIPS, CUTS = 30, 8
Contents = dict[str, bytes]


@pytest.fixture
def archive(world: Application, tmp_path: Path) -> Path:
    """Give a sound backup with some records and files."""
    for number in range(5):
        world.create("client", name=f"Client {number}", city="North")
        add_file(world, f"file {number}".encode() * 300)
    make_backup(world.runtime, tmp_path / "sound.zip")
    return tmp_path / "sound.zip"


@pytest.fixture
def target(tmp_path: Path, new_database: NewDatabase) -> Iterator[Application]:
    """Run another workspace, into which it would be put."""
    with running(tmp_path / "target", new_database(), read_package(SMALL)) as application:
        application.create("client", name="Here already")
        yield application


def state(target: Application) -> tuple[str, list[str]]:
    """Return a digest of the database, and all files of the workspace but the database's own."""
    folder = target.runtime.settings.workspace
    return target.digest(), sorted(
        str(path) for path in folder.rglob("*") if path.is_file() and "cache" not in path.parts
    )


def is_refused(path: Path, target: Application) -> bool:
    """Try to put an archive in the target's place; True where it was refused and nothing was touched."""
    before = state(target)
    url = target.runtime.database.engine.url.render_as_string(hide_password=False)
    try:
        put_back(path, target.runtime.settings.workspace, url)
    except Refused as error:
        refused = error
    else:
        return False
    assert all(each.code.startswith(("backup.", "restore.")) for each in refused.problems)
    assert state(target) == before
    return True


def test_bits_flipped_and_ends_cut(archive: Path, target: Application, tmp_path: Path) -> None:
    whole, dice, path = archive.read_bytes(), random.Random(3), tmp_path / "damaged.zip"
    survived = 0
    for _ in range(FLIPS):
        damaged = bytearray(whole)
        damaged[dice.randrange(len(whole))] ^= 1 << dice.randrange(8)
        path.write_bytes(damaged)
        if not is_refused(path, target):
            survived += 1  # a flip in a date or in an entry's attributes: what is in the archive is whole
            verify_backup(path)
    assert survived < FLIPS / 4
    for _ in range(CUTS):
        path.write_bytes(whole[: dice.randrange(len(whole))])
        assert is_refused(path, target)


def rewritten(archive: Path, change: Callable[[Contents], None], *, signed: bool = True) -> Path:
    """Return a forgery: the archive with other contents; `signed` means that its checksums are made to fit."""
    with zipfile.ZipFile(archive) as source:
        contents = {name: source.read(name) for name in source.namelist()}
    change(contents)
    if signed:
        names = [name for name in contents if name not in ("checksums.txt", "manifest.json")]
        listed = "".join(f"{hashlib.sha256(contents[name]).hexdigest()}  {name}\n" for name in names).encode()
        manifest = json.loads(contents["manifest.json"]) | {"checksums": hashlib.sha256(listed).hexdigest()}
        contents |= {"checksums.txt": listed, "manifest.json": json.dumps(manifest).encode()}
    forged = archive.with_name("forged.zip")
    with zipfile.ZipFile(forged, "w") as result:
        for name, data in contents.items():
            result.writestr(name, data)
    return forged


@pytest.mark.parametrize("name", ["../evil", "/etc/evil", "files/../../evil", "c:evil", "tables/x.sql"])
def test_names_that_lead_out(archive: Path, target: Application, name: str) -> None:
    assert is_refused(rewritten(archive, lambda contents: contents.update({name: b"evil"})), target)


def test_what_is_missing_or_more(archive: Path, target: Application) -> None:
    extra = f"files/ab/{'ab' * 32}"
    assert is_refused(rewritten(archive, lambda contents: contents.update({extra: b"x"}), signed=False), target)
    assert is_refused(rewritten(archive, lambda contents: contents.update({extra: b"x"})), target), "not its digest"

    def without(contents: Contents) -> None:
        del contents[next(name for name in contents if name.startswith("files/"))]

    assert is_refused(rewritten(archive, without, signed=False), target)
    for name in ("manifest.json", "checksums.txt", "kartoteka.toml"):
        assert is_refused(rewritten(archive, partial(_take_out, name), signed=False), target)


def _take_out(name: str, contents: Contents) -> None:
    del contents[name]


def test_rows_that_the_manifest_does_not_count(archive: Path, target: Application) -> None:
    def recount(contents: Contents) -> None:
        manifest = json.loads(contents["manifest.json"])
        manifest["tables"]["e_client"]["rows"] += 1
        contents["manifest.json"] = json.dumps(manifest).encode()

    assert is_refused(rewritten(archive, recount), target)


@pytest.mark.parametrize("place", ["type", "collation", "indexes", "constraints", "name"])
def test_a_forged_schema_runs_no_sql(archive: Path, target: Application, place: str) -> None:
    if target.runtime.database.is_sqlite:
        pytest.skip("SQLite's archive describes no tables")
    evil = "text); DROP TABLE kt_state; CREATE TABLE kt_x (y text"

    def forge(contents: Contents) -> None:
        notes = json.loads(contents["schema.json"])
        note = next(each for each in notes if each["name"] == "e_client")
        if place in ("type", "collation"):
            note["columns"][0][place] = evil
        elif place == "name":
            note["name"] = 'kt_x" (y text); DROP TABLE kt_state; --'
        else:
            note[place] = [f"CREATE INDEX a ON b USING btree (c); {evil}"]
        contents["schema.json"] = json.dumps(notes).encode()

    assert is_refused(rewritten(archive, forge), target)


def test_the_sound_one_is_not_refused(archive: Path, new_database: NewDatabase, tmp_path: Path) -> None:
    with restored(archive, tmp_path / "sound", new_database()) as found:
        assert found.create("client", name="More") == 6
