"""Questions: what is looked for, for what a person typed."""

from hypothesis import given
from hypothesis import strategies as st

from kartoteka.search.analyser import Analyser
from kartoteka.search.terms import MOST_TERMS, Atom, Kind, query_terms

ANALYSER = Analyser()


def ways(text: str, *, as_you_type: bool = True) -> list[set[tuple[Atom, ...]]]:
    return [set(term.ways) for term in query_terms(text, ANALYSER, as_you_type=as_you_type)]


def word(token: str) -> tuple[Atom, ...]:
    return (Atom(Kind.WORD, (token,)),)


def start(token: str) -> tuple[Atom, ...]:
    return (Atom(Kind.START, (token,)),)


def phrase(*tokens: str) -> tuple[Atom, ...]:
    return (Atom(Kind.PHRASE, tokens),)


def test_a_word_is_looked_for_by_its_stems() -> None:
    assert ways("Клиентов ") == [{word("клиентов"), word("клиент"), word("~клиент")}]


def test_only_an_open_last_word_may_go_on() -> None:
    first, last = ways("big cli")
    assert not {way for way in first if way[0].kind is Kind.START}
    assert start("cli") in last
    for closed in ("cli ", "cli\n", '"cli"', "c"):
        assert not [way for way in ways(closed)[0] if way[0].kind is Kind.START]
    assert start("cli") not in ways("cli", as_you_type=False)[0]


def test_quotes_make_phrases_and_a_lone_one_does_nothing() -> None:
    assert ways('"Sales managers"') == [{phrase("sales", "managers")}]
    assert ways("«Ромашка»") == [{word("ромашка")}]
    assert ways('"sales managers ') == ways("sales managers ")


def test_codes_match_with_and_without_punctuation() -> None:
    assert ways("AB-12/7 ") == [{word("ab127"), word("~ab127"), phrase("ab", "12", "7")}]
    assert start("ab12") in ways("AB-12")[0]


def test_operators_are_left_out_unless_all_is_in_capitals() -> None:
    assert ways("big AND deal ") == ways("big deal ")
    assert len(ways("BIG AND DEAL ")) == 3


def test_the_same_word_counts_once_and_there_are_not_too_many() -> None:
    assert len(ways("deal deal DEAL ")) == 1
    assert len(ways(" ".join(f"w{n}" for n in range(100)))) == MOST_TERMS


@given(st.text())
def test_any_text_is_a_question(text: str) -> None:
    for term in query_terms(text, ANALYSER):
        assert term.ways
        assert all(atom.tokens and all(atom.tokens) for way in term.ways for atom in way)
