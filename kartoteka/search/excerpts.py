"""Excerpts: a piece of a text round the words that were looked for, with these in <mark>."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from markupsafe import Markup, escape

from kartoteka.search.analyser import Reader
from kartoteka.search.matching import Wanted

LONGEST: Final = 180
"""Characters of an excerpt."""
_BEFORE: Final = 60
_WORD_LENGTH: Final = 40
"""Characters up to which a text says little without the name of its field."""
_MOST_READ: Final = 20_000
"""Characters of a text that are looked through."""
_WORDS: Final = re.compile(r"\S+")
_INNER: Final = re.compile(r"\w(?:.*\w)?", re.DOTALL)


def marked(text: str, wanted: Wanted, reader: Reader) -> Markup:
    """Return a text, escaped, with the wanted words marked."""
    parts, end = [], 0
    for start, stop in _places(text, wanted, reader):
        parts.append(escape(text[end:start]) + Markup("<mark>{}</mark>").format(text[start:stop]))
        end = stop
    return Markup("").join(parts) + escape(text[end:])


def excerpt(texts: Iterable[tuple[str, str]], wanted: Wanted, reader: Reader) -> Markup:
    """Return the piece of a text in which a wanted word stands; the empty text where none does.

    Each text comes with the name of its field. A sentence is preferred to a word; a word is shown with the name.
    """
    short = Markup("")
    for label, text in texts:
        plain = " ".join(text[:_MOST_READ].split())
        place = next(iter(_places(plain, wanted, reader)), None)
        if place is not None and len(plain) > _WORD_LENGTH:
            return _cut(plain, place[0], wanted, reader)
        if place is not None and not short:
            short = escape(f"{label}: ") + marked(plain, wanted, reader)
    return short


def _cut(text: str, place: int, wanted: Wanted, reader: Reader) -> Markup:
    start = 0 if place <= _BEFORE else text.find(" ", place - _BEFORE, place) + 1 or place
    piece = text[start : start + LONGEST]
    if start + LONGEST < len(text):
        piece = (piece.rsplit(" ", 1)[0] or piece) + " …"
    return marked(("… " if start else "") + piece, wanted, reader)


def _places(text: str, wanted: Wanted, reader: Reader) -> Iterable[tuple[int, int]]:
    """Yield where the wanted words stand, without the signs round them."""
    for found in _WORDS.finditer(text):
        if wanted.marks(found.group(), reader):
            inner = _INNER.search(text, *found.span())
            yield inner.span() if inner else found.span()
