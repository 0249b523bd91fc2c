"""The analyser: what a text becomes, and that no text hurts it."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kartoteka.search.analyser import FIELD_BREAK, Analyser
from kartoteka.search.folding import LONGEST_WORD, fold, normalise

ANALYSER = Analyser()


def forms(text: str) -> list[tuple[str, int]]:
    return [(token.text, token.position) for token in ANALYSER.tokens(text) if not token.extra]


def extras(text: str) -> set[str]:
    return {token.text for token in ANALYSER.tokens(text) if token.extra}


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Ёжик", "ежик"),
        ("Е\u0308жик", "ежик"),
        ("за\u0301мок", "замок"),
        ("Йод", "йод"),
        ("Zażółć gęślą jaźń", "zazolc gesla jazn"),
        ("ŁÓDŹ", "lodz"),
        ("Çağlar Øre Đorđe", "caglar ore dorde"),
        ("STRASSE Straße", "strasse strasse"),
        ("ﬁle Ａ１", "file a1"),
        ("co\u00adoperate", "cooperate"),
        ("İstanbul", "istanbul"),
        ("Z\u0338\u0328\u031ba\u0335l\u0336g\u0337o", "zalgo"),
    ],
)
def test_folds(text: str, folded: str) -> None:
    assert fold(normalise(text)) == folded


def test_words_are_numbered_and_paragraphs_leave_a_gap() -> None:
    assert forms(f"One two,{FIELD_BREAK}three\nfour") == [("one", 0), ("two", 1), ("three", 3), ("four", 4)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("клиентов", {"~клиент"}),
        ("running", {"~run"}),
        ("spółkach", {"~spolk"}),
        ("klientow", {"~klient"}),
        ("AB-12/7", {"ab127"}),
        ("ivan@example.com", {"ivanexamplecom", "~exampl"}),
        ("3.5", set()),
        ("7707083893", set()),
        ("+48 601 234 567", {"48601234567", "~601234567", "~8601234567", "~1234567"}),
        ("89031234567", {"89031234567", "~9031234567", "~031234567", "~1234567"}),
        ("2024 2025", {"20242025", "~0242025"}),
    ],
)
def test_extras(text: str, expected: set[str]) -> None:
    assert extras(text) == expected


def test_a_long_word_counts_by_its_beginning() -> None:
    assert forms("x" * 5_000) == [("x" * LONGEST_WORD, 0)]


def test_the_signature_tells_languages_apart() -> None:
    assert Analyser(("en",)).signature != Analyser(("en", "ru")).signature
    assert Analyser(("ru", "en")).signature == Analyser(("en", "ru")).signature


@given(st.text())
def test_any_text_gives_clean_tokens(text: str) -> None:
    tokens = ANALYSER.tokens(text)
    assert tokens == ANALYSER.tokens(text)
    for token in tokens:
        bare = token.text.removeprefix("~")
        assert bare
        assert not any(sign.isspace() or (sign.isascii() and not sign.isalnum()) for sign in bare)
        assert token.text.encode()
        assert len(token.text) <= LONGEST_WORD + 1
    positions = [token.position for token in tokens]
    assert positions == sorted(positions)


@pytest.mark.parametrize(
    "unit",
    [
        "a",
        "1",
        "1 ",
        "1-",
        "a.",
        "(",
        "1(",
        "\n",
        "\n ",
        "+",
        "+7",
        "\u0301",
        "a\u0301",
        "я",
        "北",
        "'",
        "\u200d",
        "ﷺ",
    ],
)
def test_long_texts_of_anything_are_quick(unit: str) -> None:
    text = unit * (100_000 // max(len(normalise(unit)), 1))
    started = time.process_time()
    ANALYSER.tokens(text)
    # Well under a second when nothing else runs; anything quadratic would take minutes.
    assert time.process_time() - started < 15
