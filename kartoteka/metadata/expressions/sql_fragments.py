"""Pieces of SQL that several phrases are made of. `{0}` and `{1}` are the phrase's arguments."""

from __future__ import annotations

SETTLED = "CAST(CAST(round({0}, 10) AS TEXT) AS REAL)"
"""A number at ten decimal places, on SQLite."""


def settled(number: str) -> str:
    """Return a number at ten decimal places, on SQLite."""
    return SETTLED.replace("{0}", number)


QUOTIENT = settled("{0} / {1}"), "round(round({0}, 25) / {1}, 10)"
"""A quotient at ten decimal places, on either database."""

MADE_DATE = "printf('%04d-%02d-%02d', {0}, {1}, {2})"
VALID_DATE = (
    "CASE WHEN {0} BETWEEN 1 AND 9999 AND {1} BETWEEN 1 AND 12 AND {2} BETWEEN 1 AND 31 THEN "
    "CASE WHEN {2} <= extract(day FROM make_date({0}, {1}, 1) + INTERVAL '1 month' - INTERVAL '1 day') "
    "THEN make_date({0}, {1}, {2}) END END"
)
"""The date of a year, a month and a day on PostgreSQL, NULL where there is none."""

SMALL = "абвгдежзийклмнопрстуфхцчшщъыьэюяёąćęłńóśźż"
BIG = "АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯЁĄĆĘŁŃÓŚŹŻ"


def letter_by_letter(function: str, old: str, new: str, text: str = "{0}") -> str:
    """Return SQLite's `upper` or `lower`, which know ASCII alone, for the letters of our languages."""
    # In steps, since its parser nests no deeper than some 20 calls.
    steps = [f"_l0(v) AS (SELECT {function}({text}))"]
    pairs = list(zip(old, new, strict=True))
    for number, start in enumerate(range(0, len(pairs), 8), 1):
        phrase = "v"
        for before, after in pairs[start : start + 8]:
            phrase = f"replace({phrase}, '{before}', '{after}')"
        steps.append(f"_l{number}(v) AS (SELECT {phrase} FROM _l{number - 1})")
    return f"(WITH {', '.join(steps)} SELECT v FROM _l{len(steps) - 1})"


def in_any_letters(function: str, text: str = "{0}") -> tuple[str, str]:
    """Return `upper` or `lower` of a text for SQLite and for PostgreSQL."""
    old, new = (SMALL, BIG) if function == "upper" else (BIG, SMALL)
    return letter_by_letter(function, old, new, text), f"translate({function}({text}), '{old}', '{new}')"
