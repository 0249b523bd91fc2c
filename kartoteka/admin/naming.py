"""Keys for what is made in the studio: proposed from the label, with the prefix that no package uses."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container

from kartoteka.metadata.keys import LOCAL_PREFIX

LONGEST = 40
"""A proposed key is cut here, so that formulas stay readable; a key may have 60 characters."""
_LETTERS = dict(
    zip(
        "абвгдезийклмнопрстуфыэёіїєґў" + "łøđßæœþ",
        [*"abvgdeziyklmnoprstufye", "yo", "i", "yi", "ye", "g", "u", "l", "o", "d", "ss", "ae", "oe", "th"],
        strict=True,
    )
) | {"ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ю": "yu", "я": "ya", "ъ": "", "ь": ""}
"""Letters that Unicode does not take apart. Cyrillic as passports write it (ICAO 9303, roughly)."""


def proposed_key(label: str, taken: Container[str], fallback: str) -> str:
    """Return a free key for a label: `Segment wartości` -> `x_segment_wartosci`."""
    stem = (slug(label) or fallback)[:LONGEST].strip("_")
    key = f"{LOCAL_PREFIX}{stem}"
    number = 2
    while key in taken:
        key = f"{LOCAL_PREFIX}{stem}_{number}"
        number += 1
    return key


def slug(label: str) -> str:
    """Return the label in Latin letters, digits and underscores; empty where nothing of it can be written so."""
    spelled = "".join(_LETTERS.get(letter, letter) for letter in unicodedata.normalize("NFC", label).casefold())
    plain = unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
