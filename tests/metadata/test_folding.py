"""Folded text sorts and searches as people expect."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kartoteka.metadata.folding import AFTER, fold, sort_key


def test_order() -> None:
    words = ["Йод", "елка", "Ёж", "żaba", "źdźbło", "Zebra", "ęsi", "ełk", "dom", "ćma", "b", "ąb", "Az"]
    assert sorted(words, key=sort_key) == [
        *["Az", "ąb", "b", "ćma", "dom", "ełk", "ęsi", "Zebra", "źdźbło", "żaba"],
        *["Ёж", "елка", "Йод"],
    ]


@pytest.mark.parametrize(
    ("text", "part", "found"),
    [
        ("ООО ЁЛКА", "елка", True),
        ("Élan Müller", "elan mull", True),
        ("Łódź", "łódź", True),
        ("Łódź", "lodz", False),
        ("Kraków", "krakow", False),
        ("йод", "иод", False),
        ("Straße", "STRASSE", True),
        ("ﬁrm Ⅳ", "firm iv", True),
        ("żółw", "zó", False),
    ],
)
def test_contains(text: str, part: str, found: bool) -> None:
    assert (fold(part) in fold(text)) is found


@given(st.text())
def test_keys_hold_no_marks_of_the_input(text: str) -> None:
    assert sort_key(AFTER + text + AFTER) == sort_key(text)


@given(st.text(alphabet="aąbcćzźżlłоеёйи Ж", max_size=8))
def test_case_does_not_matter(text: str) -> None:
    assert sort_key(text.upper()) == sort_key(text.lower()) == sort_key(text)
