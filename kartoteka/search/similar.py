"""Words that a misspelt word may have meant: up to two letters wrong, missing, added or exchanged."""

from collections.abc import Iterable
from typing import Final

SURE_LETTERS: Final = 2
"""Letters at the beginning that must be right."""

_MOST_LOOKED_AT: Final = 50_000


def mistakes_allowed(word: str) -> int:
    """How many mistakes a word of this length may have: none below 4 letters, one below 6, then two."""
    if len(word) < 4 or not word.isalpha():
        return 0
    return 1 if len(word) < 6 else 2


def closest(word: str, candidates: Iterable[str], limit: int) -> list[str]:
    """The candidates within the allowed mistakes, the fewest first, then in order of the alphabet."""
    most = mistakes_allowed(word)
    near: list[tuple[int, str]] = []
    for number, candidate in enumerate(candidates):
        if number >= _MOST_LOOKED_AT:
            break
        if abs(len(candidate) - len(word)) <= most and candidate != word:
            distance = mistakes(word, candidate, most)
            if distance <= most:
                near.append((distance, candidate))
    return [candidate for _, candidate in sorted(near)[:limit]]


def mistakes(one: str, other: str, most: int) -> int:
    """The distance of two words (optimal string alignment), or `most` + 1 if it is greater than that."""
    before: list[int] = []
    above = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        row = [i]
        for j, opposite in enumerate(other, start=1):
            cost = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (letter != opposite))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == opposite:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
        before, above = above, row
    return min(above[-1], most + 1)
