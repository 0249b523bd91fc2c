"""The index of a workspace: an engine, the analyser, the schemes of what it holds, and the lock round writing.

All of it lies in `index/<engine>`; whatever is lost is built again from the database.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import msgspec

from kartoteka.platform.configuration import Model
from kartoteka.search.analyser import Analyser
from kartoteka.search.engine import Engine, IndexBusyError
from kartoteka.search.fts5_engine import Fts5Engine
from kartoteka.search.schemes import Scheme, Searched, searched
from kartoteka.search.whoosh_engine import WhooshEngine

ENGINES: Final[Mapping[str, Callable[[Path, Analyser], Engine]]] = {"whoosh": WhooshEngine, "fts5": Fts5Engine}
STARTED: Final = 1
"""The position of an index into which no job was taken yet."""
_LOCK_SECONDS: Final = 60.0

Stamp = tuple[int, int, int]
"""What tells one state of a file from another: modified at, size, number."""


@dataclass
class Schemes:
    """The schemes by entity, in a file that is replaced whole; what was read is kept until it changes."""

    file: Path
    _read: tuple[Stamp | None, dict[str, Scheme]] = field(default=(None, {}))

    def all(self) -> Mapping[str, Scheme]:
        """Return the schemes; none where the file is lost or broken."""
        stamp = self.stamp()
        known, schemes = self._read
        if stamp is not None and stamp == known:
            return schemes
        try:
            schemes = msgspec.json.decode(self.file.read_bytes(), type=dict[str, Scheme])
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
            return {}
        self._read = (stamp, schemes)
        return schemes

    def put(self, entity: str, scheme: Scheme) -> None:
        """Note an entity's scheme."""
        self._write({**self.all(), entity: scheme})

    def forget(self, entity: str) -> None:
        """Take an entity's scheme out: nobody looks into the index for it any more."""
        self._write({key: each for key, each in self.all().items() if key != entity})

    def clear(self) -> None:
        """Take all out."""
        self.file.unlink(missing_ok=True)

    def stamp(self) -> Stamp | None:
        """Return which state of the file this is."""
        try:
            found = self.file.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino

    def _write(self, schemes: Mapping[str, Scheme]) -> None:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.file.with_suffix(".new")
        fresh.write_bytes(msgspec.json.encode(schemes))
        fresh.replace(self.file)


@dataclass(frozen=True)
class Index:
    """What is searched. Reading needs no lock; whoever writes holds it, from reading the rows on."""

    folder: Path
    engine: Engine
    analyser: Analyser
    schemes: Schemes
    _searched: dict[tuple[int, str], Searched] = field(default_factory=dict)

    def searched(self, model: Model, entity: str) -> Searched:
        """Return what is searchable in an entity; worked out once per revision."""
        key = (model.revision, entity)
        if key not in self._searched:
            if any(revision != model.revision for revision, _ in self._searched):
                self._searched.clear()
            self._searched[key] = searched(model, entity)
        return self._searched[key]

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Be the only writer, among all threads and processes. Raises IndexBusyError after a minute."""
        self.folder.mkdir(parents=True, exist_ok=True)
        # SQLite's lock works alike on every system and goes with the process that held it.
        with closing(sqlite3.connect(self.folder / "lock", timeout=_LOCK_SECONDS, isolation_level=None)) as held:
            try:
                held.execute("BEGIN EXCLUSIVE")
            except sqlite3.OperationalError as error:
                raise IndexBusyError from error
            yield

    def is_there(self) -> bool:
        """Tell whether there is an index at all that this engine can use."""
        return self.engine.position() > 0

    def start(self) -> None:
        """Make an empty index where there is none; what lies beside a lost one is void."""
        if not self.is_there():
            self.schemes.clear()
            self.engine.remove((), STARTED)

    def clear(self) -> None:
        """Forget everything and start anew."""
        self.schemes.clear()
        self.engine.clear()
        self.start()


def open_index(folder: Path, engine: str) -> Index:
    """Return the index in a folder, kept by the engine of that name."""
    analyser = Analyser()
    home = folder / engine
    return Index(home, ENGINES[engine](home / "engine", analyser), analyser, Schemes(home / "schemes.json"))
