"""Matching without an index agrees with the engines; excerpts mark what was found."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from kartoteka.search.analyser import Analyser
from kartoteka.search.engine import EVERYBODY, Document
from kartoteka.search.excerpts import LONGEST, excerpt, marked
from kartoteka.search.matching import matches, wanted_words
from kartoteka.search.terms import query_terms
from tests.search.conftest import Shelf

ANALYSER = Analyser()
READER = ANALYSER.reader()
TEXTS = (
    ("Счета клиентов", "договор №15 от 3.5.2024"),
    ("We are running late", "AB-12/7 in stock"),
    ("тел. +7 (903) 123-45-67", "ivan.petrov@example.com"),
    ("the sales", "manager of Łódź"),
    ("上海北京公司", "İstanbul ﬁne Straße"),
)
QUESTIONS = (
    "клиент счет ", "run ", "runway ", "ab127 ", "AB 12 ", "8 903 123 45 67 ", "90312", "ivan.pet", "petrov ",
    '"sales manager"', '"the sales"', "sales manager ", "lodz ", "北京 ", "strasse ", "15 ", "3.5 ", "", "** ", '"',
)  # fmt: skip


@pytest.mark.parametrize("question", QUESTIONS)
def test_agrees_with_the_engines(shelf: Shelf, question: str) -> None:
    shelf.engine.replace(
        Document("client", number, {EVERYBODY: "\n\n".join(texts)}) for number, texts in enumerate(TEXTS, start=1)
    )
    terms = query_terms(question, ANALYSER)
    found = [n for n, texts in enumerate(TEXTS, start=1) if terms and matches(terms, texts, READER)]
    assert found == shelf.find(question)


def mark(text: str, question: str) -> Markup:
    return marked(text, wanted_words(query_terms(question, ANALYSER)), READER)


def test_words_are_marked_without_the_signs_round_them() -> None:
    assert mark("ООО «Ромашка», Тверь", "ромашки ") == "ООО «<mark>Ромашка</mark>», Тверь"
    assert mark("Searching & finding", "sear") == "<mark>Searching</mark> &amp; finding"
    assert mark("<b>bold</b>", "italic") == "&lt;b&gt;bold&lt;/b&gt;"


def test_an_excerpt_is_cut_round_the_first_hit() -> None:
    wanted = wanted_words(query_terms("needle ", ANALYSER))
    text = "hay " * 200 + "the needle lies " + "here " * 200
    cut = excerpt([("Name", "a needle"), ("Remark", text)], wanted, READER)
    assert "<mark>needle</mark>" in cut
    assert cut.startswith("… ")
    assert cut.endswith(" …")
    assert len(cut.striptags()) <= LONGEST + 6
    assert excerpt([("Name", "nothing"), ("Remark", "of the kind")], wanted, READER) == ""
    assert excerpt([("Name", "hay"), ("Kind", "Needle")], wanted, READER) == "Kind: <mark>Needle</mark>"


@given(st.text(), st.text())
def test_any_text_is_shown_as_it_is(text: str, question: str) -> None:
    shown = mark(text, question).replace("<mark>", "").replace("</mark>", "")
    assert Markup(shown).unescape() == Markup("{}").format(text).unescape()
