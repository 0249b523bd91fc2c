"""The one analyser: from text to the tokens that every engine stores and asks for.

A *form* is a word as it was written, folded. Forms are numbered, so that phrases can be found. Beside a
form stand its *extras*, which have no place in a phrase: stems (marked with ~), and codes, numbers and
addresses run together without their punctuation, so that "AB-12/7" is found as "ab127" and "+7 (903)
123-45-67" as "9031234567".
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, NamedTuple

import Stemmer

from kartoteka.search.folding import LONGEST_WORD, cut, fold, normalise

VERSION: Final = 1
"""Raised whenever the same text would give other tokens: every index is then rebuilt."""

STEM: Final = "~"
FIELD_BREAK: Final = "\n\n"
"""What stands between the fields of a record in its combined text: no phrase reaches over a blank line."""

ALGORITHMS: Final[Mapping[str, str]] = MappingProxyType({"en": "english", "ru": "russian", "pl": "polish"})
_CYRILLIC_LANGUAGES: Final = frozenset({"ru"})

_UNSPACED: Final = "\u0e00-\u0eff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD: Final = rf"[^\W_{_UNSPACED}]+"
# A phone or account number: 7 to 34 digits in groups. Every part is bounded, so no text makes it slow.
_LINK: Final = r"[-@._/+:&'#\\·]"
_NUMBER: Final = rf"(?<![\w+])\+?\(?[0-9](?:[ ().\-/]{{0,3}}[0-9]){{6,33}}(?!{_LINK}?\w)"
_WORDS_REMEMBERED: Final = 100_000
_PIECES: Final = re.compile(
    rf"(?P<break>\n[ \t\r]*\n)|(?P<number>{_NUMBER})|(?P<signs>[{_UNSPACED}]+)"
    rf"|(?P<chunk>{_WORD}(?:{_LINK}{_WORD})*)"
)
_WORDS: Final = re.compile(_WORD)
_DECIMAL: Final = re.compile(r"[0-9]+(?:[.:][0-9]+)+")
_CYRILLIC: Final = re.compile(r"[\u0400-\u04ff]")
_LATIN: Final = re.compile(r"[a-z\u00c0-\u024f]")


class Token(NamedTuple):
    """One token of a text, at the number of its word (from 0). Extras have no part in phrases."""

    text: str
    position: int
    extra: bool


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text that a person would call one word.

    `whole`: how it reads run together, "" if that is of no use. `tails`: a phone number
    without its beginnings, the national number first. `spaced`: whether spaces part it.
    """

    parts: tuple[str, ...]
    whole: str = ""
    tails: tuple[str, ...] = ()
    spaced: bool = False


class Analyser:
    """Fold, split and stem, for a set of languages. Holds nothing that changes: threads may share it."""

    def __init__(self, languages: tuple[str, ...] = ("en", "ru", "pl")) -> None:
        self.languages = tuple(sorted(languages))
        self.signature = f"{VERSION}:{','.join(self.languages)}:stemmer {Stemmer.version()}"

    def tokens(self, text: str) -> list[Token]:
        """The tokens of a text, in order; an empty line leaves a gap in the numbering."""
        return self.reader().tokens(text)

    def reader(self) -> "Reader":
        """For many texts in a row, by one thread: it remembers the words that it has met."""
        return Reader(self.languages)


class Reader:
    """The analyser at work, with stemmers and a memory of its own."""

    def __init__(self, languages: tuple[str, ...]) -> None:
        self._by_script: dict[bool, list[tuple[str, Stemmer.Stemmer]]] = {True: [], False: []}
        for language in languages:
            stemmer = Stemmer.Stemmer(ALGORITHMS[language], 0)
            self._by_script[language in _CYRILLIC_LANGUAGES].append((language, stemmer))
        self._met: dict[str, list[Token]] = {}

    def tokens(self, text: str) -> list[Token]:
        """See `Analyser.tokens`."""
        found: list[Token] = []
        position = 0
        for kind, piece_text in _pieces_of(text):
            if kind == "break":
                position += 1
                continue
            tokens = self._tokens_of(kind, piece_text)
            found += [Token(token, position + offset, extra) for token, offset, extra in tokens]
            position += tokens[-1].position + 1
        return found

    def stems(self, word: str) -> tuple[str, ...]:
        """The folded stems of a normalised word, each once.

        Russian for Cyrillic; English and Polish side by side for Latin, since nobody says which a card is in.
        A word of another script, of one letter, or with digits is its own stem.
        """
        return (fold(word),) if len(word) == 1 else tuple(dict.fromkeys(self._stems(cut(word))))

    def _tokens_of(self, kind: str, piece_text: str) -> list[Token]:
        """The tokens of a piece, numbered from 0; the last one belongs to the last part."""
        if kind != "chunk" or len(piece_text) > LONGEST_WORD:
            return self._numbered(_piece(kind, piece_text))
        tokens = self._met.get(piece_text)
        if tokens is None:
            if len(self._met) >= _WORDS_REMEMBERED:
                self._met.clear()
            tokens = self._met[piece_text] = self._numbered(_piece(kind, piece_text))
        return tokens

    def _numbered(self, piece: Piece) -> list[Token]:
        tokens: list[Token] = []
        if piece.whole:
            tokens.append(Token(piece.whole, 0, extra=True))
            tokens += [Token(STEM + tail, 0, extra=True) for tail in piece.tails]
        for position, part in enumerate(piece.parts):
            form = cut(fold(part))
            tokens.append(Token(form, position, extra=False))
            tokens += [Token(STEM + stem, position, extra=True) for stem in self.stems(part) if stem != form]
        return tokens

    def _stems(self, word: str) -> Iterator[str]:
        cyrillic = bool(_CYRILLIC.search(word))
        if not word.isalpha() or not (cyrillic or _LATIN.search(word)):
            yield cut(fold(word))
            return
        for language, stemmer in self._by_script[cyrillic]:
            yield cut(fold(stemmer.stemWord(fold(word) if language == "en" else word)))
            # Polish is often typed without its marks; the stemmer knows the genitive only as -ów.
            if language == "pl" and word.endswith("ow"):
                yield cut(fold(stemmer.stemWord(word[:-2] + "ów")))


def pieces(text: str) -> Iterator[Piece]:
    """The pieces of a text in order, their parts normalised but not folded."""
    return (_piece(kind, found) for kind, found in _pieces_of(text) if kind != "break")


def _pieces_of(text: str) -> Iterator[tuple[str, str]]:
    return ((str(match.lastgroup), match.group()) for match in _PIECES.finditer(normalise(text)))


def _piece(kind: str, found: str) -> Piece:
    match kind:
        case "number":
            return _number(found)
        case "signs":
            return Piece(parts=tuple(found))
        case _:
            return _chunk(found)


def _chunk(found: str) -> Piece:
    parts = tuple(_WORDS.findall(found))
    # 3.5 is not 35, so decimals, dates and versions are only ever found by their parts in a row.
    if len(parts) == 1 or _DECIMAL.fullmatch(found):
        return Piece(parts)
    return Piece(parts, whole=cut(fold("".join(parts))))


def _number(found: str) -> Piece:
    parts = tuple(_WORDS.findall(found))
    digits = "".join(parts)
    dialled = len(parts) > 1 or found.startswith("+") or (len(digits) == 11 and digits[0] in "78")
    if not dialled:
        return Piece(parts)
    return Piece(parts, whole=digits, tails=tuple(_phone_tails(digits)), spaced=" " in found)


def _phone_tails(digits: str) -> Iterator[str]:
    """The number without what comes and goes before it: +7 903, 8 903, 903. First the national number."""
    russian = len(digits) == 11 and digits[0] in "78"
    for length in (10, 9, 7) if russian else (9, 10, 7):
        if length < len(digits) <= 15:
            yield digits[-length:]
