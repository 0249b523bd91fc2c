"""Folded text: what `contains` searches and what lists sort by, alike in Python, SQLite and PostgreSQL.

The key of a text is plain text itself. Compared by code point (BINARY on SQLite, COLLATE "C" on PostgreSQL) keys
sort as English, Russian and Polish readers expect; searched as substrings they ignore case and foreign accents.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

AFTER = "\U0010fffd"
"""Follows a base letter that stands for a letter of its own: sorts after every other character, is legal in both
databases and in XML, and is taken out of what people type (it is a private-use character)."""

_OWN_LETTERS = {
    "ą": "a" + AFTER,
    "ć": "c" + AFTER,
    "ę": "e" + AFTER,
    "ł": "l" + AFTER,
    "ń": "n" + AFTER,
    "ó": "o" + AFTER,
    "ś": "s" + AFTER,
    "ź": "z" + AFTER,
    "ż": "z" + AFTER + AFTER,
    "й": "й",
    "ё": "е",
    "ø": "o",
    "đ": "d",
    "ı": "i",
}


def sort_key(text: str) -> str:
    """Return the folded form of `text`: no case, ё as е, й and the Polish letters kept apart, other accents gone.

    A Polish letter is its base letter and a mark that sorts last, so `ą` follows every `a...` and precedes `b`;
    the price is that a search for `a` also finds `ą` when nothing follows it in the search text.
    """
    plain = unicodedata.normalize("NFKC", text).replace(AFTER, "")
    folded = unicodedata.normalize("NFKC", plain.casefold())
    return folded if folded.isascii() else "".join(map(_folded_letter, folded))


fold = sort_key
"""The same function under the name that a search uses."""


@lru_cache(maxsize=4096)
def _folded_letter(letter: str) -> str:
    if letter in _OWN_LETTERS:
        return _OWN_LETTERS[letter]
    if unicodedata.combining(letter):
        return ""
    return "".join(c for c in unicodedata.normalize("NFD", letter) if not unicodedata.combining(c)) or letter
