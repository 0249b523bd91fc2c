"""Encodings: which one a CSV file without a mark is written in. Told by trial, never guessed."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from kartoteka.metadata.problems import Problem, Refused

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BLOCK = 1 << 20
_ENOUGH = 20_000
"""Bytes beyond ASCII that are looked at."""
_SURE = 0.95

_POLISH = frozenset("ąćęłńóśźżĄĆĘŁŃÓŚŹŻ")
_CYRILLIC = re.compile("[А-Яа-яЁёІіЎўЇїЄєҐґ№]")
_SIGNS = frozenset("«»„”“’‘–—…°§€©®™\u00a0")
"""Signs that both code pages have, and texts in any language."""
_FOREIGN = re.compile(rb"[\x80-\xff]+")


def encoding_of(path: Path) -> str:
    """Return the encoding of a text file: UTF-8 or UTF-16 by mark, UTF-8 by trial, else cp1251 or cp1250 if sure.

    Raises Refused when none of them is certain.
    """
    with path.open("rb") as file:
        start = file.read(4)
    for mark, name in _MARKS:
        if start.startswith(mark):
            return name
    foreign = _not_utf8(path)
    return "utf-8" if foreign is None else _code_page(foreign, path.name)


def _not_utf8(path: Path) -> list[bytes] | None:
    """Return runs of bytes beyond ASCII of a file that is not UTF-8; None where it is."""
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    runs: list[bytes] = []
    is_utf8 = True
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            if is_utf8:
                is_utf8 = _decodes(decoder, block)
            if not block.isascii() and sum(map(len, runs)) < _ENOUGH:
                runs += _FOREIGN.findall(block)
    return None if is_utf8 and _decodes(decoder, b"", final=True) else runs


def _decodes(decoder: codecs.IncrementalDecoder, block: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(block, final)
    except UnicodeDecodeError:
        return False
    return True


def _code_page(runs: list[bytes], name: str) -> str:
    """Tell Russian from Polish: Cyrillic words are whole runs of such bytes, Polish letters stand alone in words."""
    if _is_russian(runs):
        return "cp1251"
    if _is_polish(runs):
        return "cp1250"
    raise Refused([Problem("csv.unknown_encoding", {"name": name, "known": ["utf-8", "utf-16", "cp1251", "cp1250"]})])


def _is_russian(runs: list[bytes]) -> bool:
    text = b"".join(runs).decode("cp1251", "replace")
    letters = len(_CYRILLIC.findall(text))
    signs = sum(letter in _SIGNS for letter in text)
    in_words = sum(len(run) for run in runs if len(run) > 2)
    return letters > 0 and letters + signs >= _SURE * len(text) and in_words >= 0.7 * len(text)


def _is_polish(runs: list[bytes]) -> bool:
    text = b"".join(runs).decode("cp1250", "replace")
    letters = sum(letter in _POLISH for letter in text)
    signs = sum(letter in _SIGNS for letter in text)
    alone = sum(len(run) for run in runs if len(run) <= 2)
    return letters > 0 and letters + signs >= _SURE * len(text) and alone >= _SURE * len(text)
