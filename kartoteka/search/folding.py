"""Letters made alike: what two people would call the same word becomes the same text."""

import re
import sys
import unicodedata
from types import MappingProxyType
from typing import Final

LONGEST_WORD: Final = 60
"""Characters of a word that count; a longer one is cut, in cards and in questions alike."""

LONGEST_TEXT: Final = 2_000_000
"""Characters of a text that count; some signs become eighteen letters when they are normalised."""

_MARKS: Final = range(0x0300, 0x0370)
_JOINERS: Final = (0x00AD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2065), 0xFEFF)
# NFKC would glue these to their neighbours as letters: No5, Acmetm.
_SIGNS: Final = str.maketrans(dict.fromkeys("№™℠℡", " "))
_LETTERS_WITHOUT_PARTS: Final = {
    "ł": "l", "đ": "d", "ø": "o", "ħ": "h", "ŧ": "t", "ı": "i", "ŀ": "l", "æ": "ae", "œ": "oe",
    "ð": "d", "þ": "th", "ƀ": "b", "ƶ": "z", "ɨ": "i", "ʉ": "u",
}  # fmt: skip


def _latin_letters() -> dict[int, str]:
    """Every small Latin letter with a mark, as the letter without it."""
    plain = {ord(marked): bare for marked, bare in _LETTERS_WITHOUT_PARTS.items()}
    for code in (*range(0x00C0, 0x0250), *range(0x1E00, 0x1F00)):
        parts = unicodedata.normalize("NFD", chr(code))
        if len(parts) > 1 and parts[0].isascii():
            plain[code] = parts[0]
    return plain


_BARE: Final = MappingProxyType(_latin_letters())
_DROPPED: Final[dict[int, str | None]] = {
    **dict.fromkeys((*_MARKS, *_JOINERS), None),
    ord("ё"): "е",
    ord("’"): "'",
    ord("ʼ"): "'",
}
# A crowd of marks on one letter makes normalisation quadratic; no language has more than a few.
_CROWD: Final = re.compile(
    f"([{chr(_MARKS.start)}-{chr(_MARKS.stop - 1)}]{{4}})[{chr(_MARKS.start)}-{chr(_MARKS.stop - 1)}]+"
)


def normalise(text: str) -> str:
    """One case and one spelling (NFKC), ё as е, no stress marks, no invisible joiners. Latin marks stay.

    They stay because the Polish stemmer reads endings by them; `fold` takes them off.
    """
    if text.isascii():
        return text[:LONGEST_TEXT].lower()
    composed = unicodedata.normalize("NFKC", _CROWD.sub(r"\1", text[:LONGEST_TEXT].translate(_SIGNS)))[:LONGEST_TEXT]
    return unicodedata.normalize("NFKC", composed.casefold()).translate(_DROPPED)


def fold(normalised: str) -> str:
    """A normalised text with the marks of Latin letters taken off: ł is l, ó is o; й stays й."""
    return normalised if normalised.isascii() else normalised.translate(_BARE)


def cut(word: str) -> str:
    """The part of a word that counts, as one shared string (an index holds each word many times)."""
    return sys.intern(word[:LONGEST_WORD])
