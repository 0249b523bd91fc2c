"""The contract of every engine: what goes in is found, by whom it may be, and nothing else."""

import json
import threading
from contextlib import closing
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest

from kartoteka.search.analyser import FIELD_BREAK, Analyser
from kartoteka.search.engine import EVERYBODY, Document, RecordKey, SearchQuery
from kartoteka.search.terms import query_terms
from tests.search.conftest import Shelf

# --- what is found ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("We are running late", "run "),
        ("Счета клиентов", "клиент счет "),
        ("Счёт", "счет "),
        ("ЙОГУРТ", "йогурт "),
        ("Nowe umowy spółki", "umowa spółka "),
        ("Dla klientów", "klient "),
        ("klientow bez ogonków", "klientami "),
        ("Łódź, Żabia", "lodz zabia "),
        ("Straße", "STRASSE "),
        ("Article AB-12/7 in stock", "AB-12/7 "),
        ("Article AB-12/7 in stock", "ab127 "),
        ("Article AB-12/7 in stock", "AB 12 "),
        ("Article AB12/7", "AB-12/7 "),
        ("write to ivan.petrov@example.com", "ivan.petrov@example.com "),
        ("write to ivan.petrov@example.com", "petrov "),
        ("write to ivan.petrov@example.com", "petrov@example.com "),
        ("write to ivan.petrov@example.com", "ivan.pet"),
        ("тел. +7 (903) 123-45-67", "8 903 123 45 67 "),
        ("тел. +7 (903) 123-45-67", "89031234567 "),
        ("тел. +7 (903) 123-45-67", "9031234567 "),
        ("тел. +7 (903) 123-45-67", "123-45-67 "),
        ("тел. +7 (903) 123-45-67", "90312"),
        ("tel. +48601234567", "601 234 567 "),
        ("tel. 601 234 567", "+48 601-234-567 "),
        ("ИНН 7707083893", "7707083893 "),
        ("ИНН 7707083893", "770708"),
        ("договор №15", "15 "),
        ("Acme™ GmbH", "acme "),
        ("ООО «Ромашка»", "ооо ромашка "),
        ("版本 3.5", "3.5 "),
        ("上海北京公司", "北京 "),
        ("Searching as you type", "searching as you ty"),
        ("Big deal", "big AND deal "),
    ],
)
def test_finds(shelf: Shelf, text: str, question: str) -> None:
    shelf.put("something else entirely", text)
    assert shelf.find(question) == [2]


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("running", "runway "),
        ("Dot 35", "3.5 "),
        ("мой йогурт", "иогурт "),
        ("one two", "one three "),
        ("Searching", "searc "),
        ("manager of sales", '"sales manager"'),
        ("sales managers", '"sales manager"'),
        (f"the sales{FIELD_BREAK}manager", '"sales manager"'),
        ("北 方 京", "北京 "),
        ("+7 495 123-45-67", "+7 812 123-45-67 "),
        ("anything", ""),
        ("anything", " \t\n"),
        ("anything", '"" "" -- **'),
    ],
)
def test_does_not_find(shelf: Shelf, text: str, question: str) -> None:
    shelf.put(text)
    assert shelf.find(question) == []


def test_phrases_are_exact_and_side_by_side(shelf: Shelf) -> None:
    shelf.put("the sales manager of Acme", "manager sales", "sales of a manager")
    assert shelf.find('"sales manager"') == [1]
    assert shelf.find('acme "sales manager"') == [1]
    assert shelf.find("sales manager ") == [1, 2, 3]


def test_the_title_weighs_most(shelf: Shelf) -> None:
    shelf.engine.replace(
        [
            Document("client", 1, {EVERYBODY: "invoice for acme, acme again"}),
            Document("client", 2, {EVERYBODY: "invoice"}, title="Acme"),
            Document("client", 3, {EVERYBODY: "acme invoice"}),
        ]
    )
    hits = list(shelf.engine.search(shelf.query("acme ")))
    assert hits[0].record_id == 2
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert len(hits) == 3


def test_an_open_end_is_a_choice(shelf: Shelf) -> None:
    shelf.put("Searching")
    assert shelf.find("searchin") == [1]
    assert shelf.find("searchin", as_you_type=False) == []


# --- changes ----------------------------------------------------------------------------------------------


def test_replaces_and_removes(shelf: Shelf) -> None:
    shelf.put("first", "second", "third")
    shelf.put("changed", first=2)
    assert shelf.find("second ") == []
    assert shelf.find("changed ") == [2]
    shelf.engine.remove([RecordKey("client", 1), RecordKey("client", 99), RecordKey("ghost", 1)], sequence=9)
    assert shelf.find("first ") == []
    assert shelf.find("third ") == [3]
    assert shelf.engine.position() == 9


def test_the_last_of_equal_keys_wins(shelf: Shelf) -> None:
    shelf.engine.replace(Document("client", 1, {EVERYBODY: text}) for text in ("old", "older", "newest"))
    assert (shelf.find("old "), shelf.find("newest ")) == ([], [1])


def test_the_position_never_falls(shelf: Shelf) -> None:
    assert shelf.engine.position() == 0
    shelf.put("a", "b", "c")
    shelf.engine.replace([Document("client", 1, {EVERYBODY: "late"}, sequence=1)])
    shelf.engine.remove([], sequence=2)
    assert shelf.engine.position() == 3
    assert shelf.reopen().position() == 3


def test_a_failing_batch_changes_nothing(shelf: Shelf) -> None:
    shelf.put("kept")
    broken = Document("client", 2, {EVERYBODY: None}, sequence=2)  # type: ignore[dict-item]
    with pytest.raises((TypeError, AttributeError)):
        shelf.engine.replace([Document("client", 1, {EVERYBODY: "lost"}, sequence=2), broken])
    assert shelf.find("kept ") == [1]
    assert shelf.engine.position() == 1
    shelf.put("works again", first=3)
    assert shelf.find("again ") == [3]


def test_clear_forgets_everything(shelf: Shelf) -> None:
    shelf.put("one")
    shelf.engine.clear()
    assert (shelf.find("one "), shelf.engine.position(), shelf.engine.healthy()) == ([], 0, True)


# --- who may see what -------------------------------------------------------------------------------------


def test_classes_never_leak(shelf: Shelf) -> None:
    texts = {
        EVERYBODY: "Smith engineer",
        "pay": "salary 5000 confidential",
        "Pay": "upper",
        "health": "asthma",
    }
    shelf.engine.replace([Document("client", 1, texts, title="John Smith")])
    for word in (
        "salary ",
        "sal",
        "5000 ",
        "confidential ",
        '"salary 5000"',
        "asthma ",
        "upper ",
        "=salary ",
    ):
        assert shelf.find(word) == [], word
    assert shelf.find("salary ", "pay") == [1]
    assert shelf.find("smith ", "pay") == []
    assert shelf.find("upper ", "pay") == []
    assert shelf.find("smith salary ", EVERYBODY, "pay") == [1]
    assert shelf.find("smith asthma ", EVERYBODY, "pay") == []
    assert shelf.find('"engineer salary"', EVERYBODY, "pay") == []
    assert shelf.find('"smith smith"', EVERYBODY) == []


def test_what_is_hidden_moves_no_hit(shelf: Shelf, tmp_path: Path) -> None:
    other = Shelf(shelf.make, tmp_path / "other")
    shared = [
        Document("client", 1, {EVERYBODY: "acme acme deal deal"}),
        Document("client", 2, {EVERYBODY: "acme deal, a long story of very many words and no end"}),
    ]
    shelf.engine.replace(shared)
    hidden = [replace(d, texts={**d.texts, "pay": "deal acme " * d.record_id}) for d in shared]
    other.engine.replace([*hidden, *(Document("client", n, {"pay": "deal " * n}) for n in range(3, 30))])
    assert list(shelf.engine.search(shelf.query("acme deal "))) == list(other.engine.search(other.query("acme deal ")))


def test_entities_are_apart(shelf: Shelf) -> None:
    shelf.engine.replace(Document(entity, 1, {EVERYBODY: "acme"}) for entity in ("client", "deal", "note"))
    terms = query_terms("acme ", shelf.analyser)
    allowed = {"client": (EVERYBODY,), "deal": (EVERYBODY,), "note": ()}
    assert [hit.entity for hit in shelf.engine.search(SearchQuery(terms, allowed))] == ["client", "deal"]
    narrowed = SearchQuery(terms, allowed, entities=("deal", "note", "unheard_of"))
    assert [hit.key for hit in shelf.engine.search(narrowed)] == [RecordKey("deal", 1)]


# --- pages ------------------------------------------------------------------------------------------------


def test_all_hits_come_once_and_in_pages(shelf: Shelf) -> None:
    shelf.put(*(f"common word {number}" for number in range(1, 401)))
    query = replace(shelf.query("common ", EVERYBODY, "pay"), limit=1_000)
    everything = [hit.record_id for hit in shelf.engine.search(query)]
    assert sorted(everything) == list(range(1, 401))
    page = replace(query, offset=90, limit=20)
    assert [hit.record_id for hit in shelf.engine.search(page)] == everything[90:110]
    with closing(shelf.engine.search(query)) as hits:
        assert [hit.record_id for hit in islice(hits, 5)] == everything[:5]


# --- similar words ----------------------------------------------------------------------------------------


def test_similar_words_of_allowed_classes_only(shelf: Shelf) -> None:
    shelf.engine.replace([Document("client", 1, {EVERYBODY: "Contract договор", "pay": "contrary"})])
    assert list(shelf.engine.similar(shelf.query("contarct "))) == ["contract"]
    assert list(shelf.engine.similar(shelf.query("доровор "))) == ["договор"]
    assert list(shelf.engine.similar(shelf.query("дговор "))) == []
    assert list(shelf.engine.similar(shelf.query("договр "))) == ["договор"]
    assert list(shelf.engine.similar(shelf.query("contrery "))) == []
    assert list(shelf.engine.similar(shelf.query("contrery ", "pay"))) == ["contrary"]
    assert list(shelf.engine.similar(shelf.query("contarct договор "))) == []


def test_similar_words_of_removed_records_are_gone(shelf: Shelf) -> None:
    shelf.put("Contract", "Other")
    shelf.engine.remove([RecordKey("client", 1)])
    assert list(shelf.engine.similar(shelf.query("contarct "))) == []


# --- hostile questions ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        '"', '""',
        '"a', "*", "a*", "NEAR(", "a NEAR b", "forms : a", "-a", "a OR", "AND", "NOT", "(", "^a", "=a",
        "~a", "{a}", "a:b", "'; DROP TABLE state; --", "\x00", "a\x00b", "\ud800", "\u202e", "́", "🂡",
        "a" * 10_000,
        "a " * 10_000, '"' * 10_000, "1" * 10_000, "+7 " * 999, "\U0010ffff", "İ", "ﬁ", "№", "a@" * 999,
    ],
)  # fmt: skip
def test_any_text_is_a_question(shelf: Shelf, text: str) -> None:
    shelf.put("a b c", text)
    shelf.find(text)
    shelf.find(text, EVERYBODY, text)
    assert shelf.find("c ") == [1]


def test_naughty_strings_are_found_by_themselves(shelf: Shelf, real: Path) -> None:
    strings: list[str] = json.loads((real / "blns.json").read_text(encoding="utf-8"))
    shelf.put(*strings)
    lost = []
    for number, text in enumerate(strings, start=1):
        terms = query_terms(text, shelf.analyser, as_you_type=False)
        found = {hit.record_id for hit in shelf.engine.search(SearchQuery(terms, {"client": (EVERYBODY,)}))}
        if terms and number not in found:
            lost.append(text)
    assert lost == []


# --- another format, several readers ----------------------------------------------------------------------


def test_an_index_of_another_analyser_counts_as_empty(shelf: Shelf) -> None:
    shelf.put("one", "two")
    other = shelf.reopen(Analyser(("en",)))
    assert (other.position(), other.healthy()) == (0, False)
    assert list(other.search(shelf.query("one "))) == []
    other.replace([Document("client", 5, {EVERYBODY: "five"}, sequence=5)])
    assert (other.position(), other.healthy()) == (5, True)
    assert list(other.search(shelf.query("one "))) == []


# Whoosh leaves it to the garbage collector to close an index that it failed to open.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")
def test_readers_are_right_while_a_writer_commits(shelf: Shelf) -> None:
    shelf.put(*(f"steady item{number}" for number in range(1, 41)))
    wrong: list[object] = []
    done = threading.Event()

    def read() -> None:
        engine = shelf.reopen()
        asked = 0
        while not done.is_set() or asked == 0:
            asked += 1
            steady = sorted(hit.record_id for hit in engine.search(shelf.query("steady ")))
            one = [hit.record_id for hit in engine.search(shelf.query("item7 "))]
            if steady != list(range(1, 41)) or one != [7]:
                wrong.append((steady, one))

    def read_noting_errors() -> None:
        try:
            read()
        except Exception as error:  # noqa: BLE001
            wrong.append(error)

    readers = [threading.Thread(target=read_noting_errors) for _ in range(4)]
    for reader in readers:
        reader.start()
    for turn in range(25):
        shelf.put(f"passing {turn}", f"more {turn}", first=100 + turn % 5)
        shelf.put("steady item7", first=7)
    done.set()
    for reader in readers:
        reader.join()
    assert wrong == []
