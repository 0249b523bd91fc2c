"""What a person typed into a search box, as the terms that an engine looks for.

Any text at all is a question.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from kartoteka.search.analyser import STEM, Analyser, Piece, pieces
from kartoteka.search.folding import cut, fold

LONGEST_QUESTION: Final = 500
"""Characters of a question that are read."""

MOST_TERMS: Final = 16
"""Words of a question that are looked for; the rest, in any real question, change nothing."""

SHORTEST_PREFIX: Final = 2
_SHORTEST_NUMBER: Final = 4
_QUOTED: Final = re.compile(r"[\"“”„«»]([^\"“”„«»]*)[\"“”„«»]")
_QUOTES: Final = re.compile(r"[\"“”„«»]")
_OPERATORS: Final = frozenset({"AND", "OR", "NOT"})
_SPACES: Final = re.compile(r"\s+")


class Kind(StrEnum):
    """How an atom matches: a token itself, any token that begins so, or forms side by side."""

    WORD = "word"
    START = "start"
    PHRASE = "phrase"


@dataclass(frozen=True, slots=True)
class Atom:
    """The smallest thing to look for. Only a phrase has more than one token."""

    kind: Kind
    tokens: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Term:
    """One word or phrase of a question: found where all atoms of any one of its `ways` are.

    `word` is the plain folded word, if it is one, for which similar words may be offered.
    """

    ways: tuple[tuple[Atom, ...], ...]
    word: str = field(default="", compare=False)


def query_terms(text: str, analyser: Analyser, *, as_you_type: bool = True) -> tuple[Term, ...]:
    """The terms of a question, all of which a record must have.

    Words match by their stems, "words in quotes" exactly and side by side, codes and numbers with or
    without their punctuation. The last word also matches as a beginning, unless a space or quote follows
    it or `as_you_type` is false. Operators of other search engines have no effect.
    """
    reader = _Reader(analyser)
    found = dict.fromkeys(reader.terms(text[:LONGEST_QUESTION], as_you_type=as_you_type))
    return tuple(found)[:MOST_TERMS]


class _Reader:
    def __init__(self, analyser: Analyser) -> None:
        self._stems_of = analyser.reader().stems

    def terms(self, text: str, *, as_you_type: bool) -> Iterator[Term]:
        end = 0
        for quoted in _QUOTED.finditer(text):
            yield from self._words(text[end : quoted.start()], open_end=False)
            yield from self._phrase(quoted.group(1))
            end = quoted.end()
        rest = text[end:]
        yield from self._words(rest, open_end=as_you_type and not rest[-1:].isspace())

    def _phrase(self, text: str) -> Iterator[Term]:
        forms = tuple(cut(fold(part)) for piece in pieces(text) for part in piece.parts)[:MOST_TERMS]
        if forms:
            yield Term((_side_by_side(forms),))

    def _words(self, text: str, *, open_end: bool) -> Iterator[Term]:
        found = list(pieces(_without_operators(_SPACES.sub(" ", _QUOTES.sub(" ", text)))))
        for number, piece in enumerate(found, start=1):
            yield self._term(piece, open_end=open_end and number == len(found))

    def _term(self, piece: Piece, *, open_end: bool) -> Term:
        ways = list(self._run_together(piece, open_end=open_end))
        if len(piece.parts) == 1:
            ways += self._word(piece.parts[0], open_end=open_end)
            return Term(tuple(dict.fromkeys(ways)), word=cut(fold(piece.parts[0])))
        ways.append(self._in_parts(piece, open_end=open_end))
        return Term(tuple(dict.fromkeys(ways)))

    def _word(self, part: str, *, open_end: bool) -> Iterator[tuple[Atom, ...]]:
        form = cut(fold(part))
        for token in (form, *(t for stem in self._stems_of(part) for t in (stem, STEM + stem))):
            yield (Atom(Kind.WORD, (token,)),)
        if open_end and len(form) >= SHORTEST_PREFIX:
            yield (Atom(Kind.START, (form,)),)
        if open_end and form.isdigit() and len(form) >= _SHORTEST_NUMBER:
            yield (Atom(Kind.START, (STEM + form,)),)

    def _run_together(self, piece: Piece, *, open_end: bool) -> Iterator[tuple[Atom, ...]]:
        if not piece.whole:
            return
        yield (Atom(Kind.WORD, (piece.whole,)),)
        # The national number alone: shorter tails would let numbers of other cities in.
        for tail in piece.tails[:1] if len(piece.whole) > 10 else ():
            yield (Atom(Kind.WORD, (tail,)),)
            yield (Atom(Kind.WORD, (STEM + tail,)),)
        yield (Atom(Kind.WORD, (STEM + piece.whole,)),)
        if open_end:
            yield (Atom(Kind.START, (piece.whole,)),)

    def _in_parts(self, piece: Piece, *, open_end: bool) -> tuple[Atom, ...]:
        forms = tuple(cut(fold(part)) for part in piece.parts[:MOST_TERMS])
        *firsts, last = forms
        if open_end and len(last) >= SHORTEST_PREFIX:
            return (*(Atom(Kind.WORD, (form,)) for form in firsts), Atom(Kind.START, (last,)))
        # "2024 2025" is two numbers as likely as one, so spaced groups need not stand side by side.
        return tuple(Atom(Kind.WORD, (form,)) for form in forms) if piece.spaced else _side_by_side(forms)


def _side_by_side(forms: tuple[str, ...]) -> tuple[Atom, ...]:
    return (Atom(Kind.WORD if len(forms) == 1 else Kind.PHRASE, forms),)


def _without_operators(text: str) -> str:
    """The text without AND, OR and NOT, unless it is all in capitals, where they may be names."""
    words = text.split(" ")
    kept = [word for word in words if word not in _OPERATORS]
    plain = any(word != word.upper() for word in kept)
    return " ".join(kept) if plain else text
