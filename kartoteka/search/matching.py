"""Matching without an index: whether a record's texts answer a question, and which of its words do.

It agrees with the engines, since it works on the same tokens.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from kartoteka.search.analyser import FIELD_BREAK, Reader
from kartoteka.search.terms import Atom, Kind, Term


def matches(terms: Iterable[Term], texts: Iterable[str], reader: Reader) -> bool:
    """Tell whether all terms are found in the texts, no phrase reaching from one into another."""
    there = _Tokens()
    for token in reader.tokens(FIELD_BREAK.join(texts)):
        there.add(token.text, None if token.extra else token.position)
    return all(any(all(there.has(atom) for atom in way) for way in term.ways) for term in terms)


@dataclass
class _Tokens:
    """The tokens of a record with the places of those that have one."""

    places: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))

    def add(self, token: str, place: int | None) -> None:
        self.places[token] |= set() if place is None else {place}

    def has(self, atom: Atom) -> bool:
        match atom.kind:
            case Kind.WORD:
                return atom.tokens[0] in self.places
            case Kind.START:
                return any(token.startswith(atom.tokens[0]) for token in self.places)
            case Kind.PHRASE:
                return self._has_phrase(atom.tokens)

    def _has_phrase(self, forms: tuple[str, ...]) -> bool:
        first, *rest = (self.places.get(form, set()) for form in forms)
        return any(all(place + step in each for step, each in enumerate(rest, start=1)) for place in first)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The words that a question is about, to be marked where they stand in a text."""

    words: frozenset[str]
    starts: tuple[str, ...]

    def marks(self, word: str, reader: Reader) -> bool:
        """Tell whether a word of a text is one of them."""
        tokens = {token.text for token in reader.tokens(word)}
        return not tokens.isdisjoint(self.words) or any(
            token.startswith(start) for token in tokens for start in self.starts
        )


def wanted_words(terms: Iterable[Term]) -> Wanted:
    """Return the words that the terms are about."""
    atoms = [atom for term in terms for way in term.ways for atom in way]
    words = frozenset(token for atom in atoms if atom.kind != Kind.START for token in atom.tokens)
    return Wanted(words, tuple(dict.fromkeys(atom.tokens[0] for atom in atoms if atom.kind == Kind.START)))
