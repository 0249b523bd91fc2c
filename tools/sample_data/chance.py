"""Repeatable chance, and the notation of days that are counted from the day of loading."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")
Row = dict[str, str]


def chance(topic: str) -> Random:
    """Return the dice for one record: what is rolled for one changes nothing for the others."""
    return Random(topic)  # noqa: S311 - repeatable on purpose


def pick(dice: Random, weights: Mapping[T, float]) -> T:
    """Return one of the keys, as often as its weight says."""
    return dice.choices(list(weights), list(weights.values()))[0]


def some(dice: Random, options: Sequence[str], most: int) -> str:
    """Return one to `most` different options as a cell of several values."""
    chosen = dice.sample(range(len(options)), min(len(options), dice.randint(1, most)))
    return "|".join(options[place] for place in sorted(chosen))


def yes(flag: bool) -> str:
    """Return a boolean as a cell."""
    return "true" if flag else "false"


def digits(dice: Random, count: int) -> str:
    """Return random digits, the first of them not zero."""
    return str(dice.randint(1, 9)) + "".join(str(dice.randint(0, 9)) for _ in range(count - 1))


def day(offset: int) -> str:
    """Return a date so many days from the day of loading: `-3d`."""
    return f"{offset:+d}d"


def moment(offset: int, minutes: int) -> str:
    """Return a date-time: the day, and minutes since midnight: `-3d 14:30`."""
    return f"{offset:+d}d {minutes // 60:02d}:{minutes % 60:02d}"


def money(amount: float, currency: str = "") -> str:
    """Return an amount as a cell."""
    return f"{amount:.2f} {currency}".strip()


def words(text: str) -> tuple[str, ...]:
    """Return the words of a text: a list that is easier to read than one with quotes."""
    return tuple(text.split())
