"""Misspelt words and their distance."""

import pytest

from kartoteka.search.similar import closest, mistakes, mistakes_allowed


@pytest.mark.parametrize(
    ("one", "other", "distance"),
    [
        ("word", "word", 0),
        ("word", "wrod", 1),
        ("word", "words", 1),
        ("word", "wod", 1),
        ("word", "ward", 1),
        ("договор", "дагавор", 2),
        ("kitten", "sitting", 3),
        ("abcdef", "uvwxyz", 3),
    ],
)
def test_distance_up_to_two(one: str, other: str, distance: int) -> None:
    assert mistakes(one, other, 2) == mistakes(other, one, 2) == distance


def test_short_words_and_numbers_have_no_mistakes() -> None:
    assert [mistakes_allowed(word) for word in ("cat", "card", "cards", "client", "12345678", "ab127")] == [
        0, 1, 1, 2, 0, 0,
    ]  # fmt: skip


def test_the_nearest_come_first() -> None:
    assert closest("clinet", ["cling", "client", "clients", "clinet", "clan"], 10) == [
        "client",
        "clients",
        "cling",
    ]
    assert closest("clinet", ["cling", "client", "clients"], 1) == ["client"]
