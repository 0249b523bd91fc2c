"""What lies beside an embedded index: its state, and checksums by which damage is noticed.

Whoosh has no checksums and reads pickles, so a file is only trusted if it is, byte for byte, what we wrote.
"""

import json
import zlib
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

import msgspec

FORMAT: Final = 1
"""Raised whenever files on disk get another meaning; an index of another format counts as empty."""

_BLOCK: Final = 1 << 20


@dataclass(slots=True)
class IndexState:
    """What an index says of itself: how it was made, what it holds, how far the jobs were taken in."""

    signature: str
    position: int = 0
    entities: list[str] = field(default_factory=list)
    format: int = FORMAT


def read_state(path: Path, signature: str) -> IndexState | None:
    """The state of an index made as `signature` says; None if there is none, or one made otherwise."""
    try:
        state = msgspec.json.decode(path.read_bytes(), type=IndexState)
    except (OSError, msgspec.DecodeError):
        return None
    return state if state.signature == signature and state.format == FORMAT else None


def write_state(path: Path, state: IndexState) -> None:
    """Put a state on disk, whole or not at all."""
    _write(path, asdict(state))


def write_sums(path: Path, folder: Path) -> None:
    """Note size and checksum of the files of a folder.

    Files already noted were not written again: not read again.
    """
    known = _read_sums(path)
    _write(path, {file.name: known.get(file.name) or _sum(file) for file in _files(folder)})


def intact(path: Path, folder: Path) -> bool:
    """Whether the files of a folder are what was noted.

    A writer killed between its commit and the note leaves files that were not noted, and may have taken noted
    ones away: its newer table of contents shows it, and what it wrote passes here.
    """
    known = _read_sums(path)
    found = {file.name: file for file in _files(folder)}
    contents = {name for name in found if name.endswith(".toc")}
    if contents <= known.keys() and not known.keys() <= found.keys():
        return False
    return bool(contents) and all(known[name] == _sum(file) for name, file in found.items() if name in known)


def _files(folder: Path) -> list[Path]:
    """The files of an index, without its lock."""
    return sorted(file for file in folder.iterdir() if file.is_file() and not file.name.endswith("LOCK"))


def _sum(file: Path) -> list[int]:
    size = checksum = 0
    with file.open("rb") as stream:
        while block := stream.read(_BLOCK):
            size += len(block)
            checksum = zlib.crc32(block, checksum)
    return [size, checksum]


def _read_sums(path: Path) -> dict[str, list[int]]:
    try:
        sums: dict[str, list[int]] = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return sums


def _write(path: Path, content: object) -> None:
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    fresh.replace(path)
