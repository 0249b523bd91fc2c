"""The archive: a zip that appears under its name only when it is whole, with a checksum for each of its files."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import msgspec

from kartoteka.metadata.problems import Problem, Refused
from kartoteka.platform.backups.manifest import Manifest, read_manifest

MANIFEST, CHECKSUMS, SETTINGS = "manifest.json", "checksums.txt", "kartoteka.toml"
DATABASE, SCHEMA = "database.sqlite", "schema.json"
UNFINISHED: Final = ".kartoteka-backup-"
"""How the folder begins in which an archive is being made, beside where it will lie."""
CHUNK: Final = 1024 * 1024
LARGEST_MANIFEST: Final = 64 * 1024 * 1024
_TABLE: Final = r"tables/(?:kt|e)_[a-z0-9_]{1,60}\.copy"
_FILE: Final = r"files/[0-9a-f]{2}/[0-9a-f]{64}"
_NAME: Final = re.compile("|".join([*map(re.escape, (MANIFEST, CHECKSUMS, SETTINGS, DATABASE, SCHEMA)), _TABLE, _FILE]))
"""Every name that an archive may have in it: none of them leads out of it."""
_BROKEN: Final = (
    *(zipfile.BadZipFile, zlib.error, msgspec.MsgspecError, UnicodeDecodeError),
    *(NotImplementedError, RuntimeError, ValueError, EOFError, OSError, KeyError, IndexError),
)
"""What reading an archive raises that is cut off, bit-flipped or forged."""


class ArchiveWriter:
    """Puts files into an archive and notes their checksums."""

    def __init__(self, target: zipfile.ZipFile) -> None:
        self._zip = target
        self._checksums: dict[str, str] = {}

    def add(self, name: str, chunks: Iterable[bytes], *, pack: bool = True) -> tuple[str, int]:
        """Write a file; returns its SHA-256 and size. `pack` is for what packing makes smaller."""
        entry: str | zipfile.ZipInfo = name if pack else zipfile.ZipInfo(name)
        digest, size = hashlib.sha256(), 0
        with self._zip.open(entry, "w", force_zip64=True) as target:
            for chunk in chunks:
                digest.update(chunk)
                size += len(chunk)
                target.write(chunk)
        self._checksums[name] = digest.hexdigest()
        return digest.hexdigest(), size

    def finish(self, manifest: Manifest) -> Manifest:
        """Write the checksums, then the manifest that vouches for them; returns it."""
        listed = "".join(f"{digest}  {name}\n" for name, digest in self._checksums.items()).encode()
        self._zip.writestr(CHECKSUMS, listed)
        whole = msgspec.structs.replace(manifest, checksums=hashlib.sha256(listed).hexdigest())
        self._zip.writestr(MANIFEST, msgspec.json.format(msgspec.json.encode(whole), indent=1))
        return whole


@contextmanager
def writing(path: Path) -> Iterator[tuple[ArchiveWriter, Path]]:
    """Make an archive; gives its writer and a folder for what is needed meanwhile.

    Under `path` it appears when all of it is on the disk; until then, or where it fails, there is nothing.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=UNFINISHED, dir=path.parent) as folder:
        unfinished = Path(folder) / "archive"
        with unfinished.open("xb") as file:
            unfinished.chmod(0o600)
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target:
                yield ArchiveWriter(target), Path(folder)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """See to it that the new name survives a power cut, where the system can do that."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:  # Windows opens no folders
        return
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def forget_unfinished(folder: Path, older_than: float) -> None:
    """Remove what was being made when its program died; `older_than` is a time stamp."""
    for left in folder.glob(f"{UNFINISHED}*"):
        if left.stat().st_mtime < older_than:
            shutil.rmtree(left, ignore_errors=True)


class Archive:
    """An archive to read. Its manifest has been read; whether the rest is whole `verify` tells."""

    def __init__(self, source: zipfile.ZipFile, path: Path) -> None:
        self._zip, self.path = source, path
        names = [entry.filename for entry in source.infolist()]
        for name in names:
            if not _NAME.fullmatch(name):
                raise Refused([Problem("backup.strange_file", {"name": name[:100]})])
        self.names = frozenset(names)
        with _telling(path):
            if len(self.names) < len(names) or source.getinfo(MANIFEST).file_size > LARGEST_MANIFEST:
                raise ValueError(MANIFEST)
            self.manifest = read_manifest(source.read(MANIFEST))

    @property
    def files(self) -> list[str]:
        """The names of people's files."""
        return sorted(name for name in self.names if name.startswith("files/"))

    def read(self, name: str) -> Iterator[bytes]:
        """Yield the content of a file of the archive. Raises Refused where it can't be read."""
        with _telling(self.path):
            source = self._zip.open(name)
        with source:
            while True:
                with _telling(self.path):
                    chunk = source.read(CHUNK)
                if not chunk:
                    return
                yield chunk

    def verify(self) -> None:
        """Read everything. Raises Refused where a file is not what was written, or there are others."""
        listed = b"".join(self.read(CHECKSUMS))
        if hashlib.sha256(listed).hexdigest() != self.manifest.checksums:
            raise Refused([Problem("backup.damaged", {"name": CHECKSUMS})])
        lines = (line.partition("  ") for line in listed.decode().splitlines())
        expected = {name: digest for digest, _, name in lines}
        if expected.keys() != self.names - {CHECKSUMS, MANIFEST}:
            raise Refused([Problem("backup.damaged", {"name": CHECKSUMS})])
        for name, digest in expected.items():
            found = hashlib.sha256()
            for chunk in self.read(name):
                found.update(chunk)
            if found.hexdigest() != digest or not self._is_as_named(name, digest):
                raise Refused([Problem("backup.damaged", {"name": name})])

    def _is_as_named(self, name: str, digest: str) -> bool:
        """Tell whether one of people's files is what its name says, or is known not to be."""
        named = name.rpartition("/")[2]
        return not name.startswith("files/") or named == digest or named in self.manifest.lost


@contextmanager
def _telling(path: Path) -> Iterator[None]:
    """Tell what can't be read as the archive's fault."""
    try:
        yield
    except _BROKEN as error:
        raise Refused([Problem("backup.broken", {"path": path.name, "reason": str(error)[:200]})]) from error


@contextmanager
def reading(path: Path) -> Iterator[Archive]:
    """Open an archive. Raises Refused for what is none, is damaged, or was made by newer code."""
    if not path.is_file():
        raise Refused([Problem("backup.missing", {"path": str(path)})])
    with _telling(path):
        source = zipfile.ZipFile(path)
    with source:
        yield Archive(source, path)
