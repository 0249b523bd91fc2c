"""What a search engine is to the rest of us: a small protocol, and the shapes that cross it.

One document is one record: a combined text for each visibility class. An engine stores every token under
the code of its class and looks only under the codes that the question allows, so what an actor may not
see can neither be found nor change a score. Which *records* the actor may see is decided later, in SQL:
hits are therefore an iterator that fetches as it goes, until the caller has enough.
"""

import hashlib
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from heapq import merge
from itertools import islice
from typing import Final, NamedTuple, Protocol, TypeAlias

from kartoteka.search.analyser import Reader
from kartoteka.search.terms import Atom, Kind, Term

EVERYBODY: Final = ""
"""The visibility class of the fields that every reader of the entity may see."""


class RecordKey(NamedTuple):
    """Which record: its entity's key and its id."""

    entity: str
    record_id: int


@dataclass(frozen=True, slots=True)
class Document:
    """One record as an engine takes it in.

    `texts`: visibility class -> combined text, its fields joined by `FIELD_BREAK`. `title` is found and
    ranked as part of the class `EVERYBODY`: leave it empty if it shows a restricted field. `sequence`:
    of the job that fed it.
    """

    entity: str
    record_id: int
    texts: Mapping[str, str]
    title: str = ""
    sequence: int = 0

    @property
    def key(self) -> RecordKey:
        """Which record this is."""
        return RecordKey(self.entity, self.record_id)


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """A question: terms (all must be there) and, for each entity, the visibility classes to look in.

    `entities` narrows `allowed` and sets the order of equally good hits; None is all of them.
    """

    terms: tuple[Term, ...]
    allowed: Mapping[str, tuple[str, ...]]
    limit: int = 1_000
    offset: int = 0
    entities: tuple[str, ...] | None = None

    def scopes(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Each entity to look in with its classes; nothing if there is nothing to look for."""
        if not self.terms:
            return
        for entity in self.allowed if self.entities is None else self.entities:
            classes = self.allowed.get(entity, ())
            if classes:
                yield entity, tuple(dict.fromkeys(classes))


@dataclass(frozen=True, slots=True)
class Hit:
    """A record that matches. Scores compare within one answer of one engine; higher is better."""

    entity: str
    record_id: int
    score: float

    @property
    def key(self) -> RecordKey:
        """Which record this is."""
        return RecordKey(self.entity, self.record_id)


Hits: TypeAlias = Generator[Hit, None, None]
"""Best first, each record once. Close it (`contextlib.closing`) if you stop before its end."""


class IndexDamagedError(Exception):
    """The index can't be read. Find rows by SQL meanwhile; `clear()` and feed it again."""


class IndexBusyError(Exception):
    """Another process has been writing to the index for long. The job may simply be tried again."""


class Engine(Protocol):
    """A search index. One process writes; any number of threads and processes read at the same time.

    Before anything was fed, after `clear()`, and when its files are missing or of another format, an
    index is empty and its position is 0: whoever feeds it then feeds everything.
    """

    def replace(self, documents: Iterable[Document]) -> None:
        """Take in records, in place of what was known of them. The last of equal keys wins.

        Commits as it goes; the position moves when all are in.
        """

    def remove(self, keys: Iterable[RecordKey], sequence: int = 0) -> None:
        """Forget records, known or not.

        `sequence` is that of the job; with no keys it only moves the position.
        """

    def drop(self, entity: str) -> None:
        """Forget all records of an entity, known or not."""

    def search(self, query: SearchQuery) -> Hits:
        """The records that match, best first. Raises `IndexDamagedError` as it is iterated."""

    def similar(self, query: SearchQuery, limit: int = 20) -> Iterator[str]:
        """For a question of one plain word: words like it in the allowed classes, nearest first.

        The record that holds such a word may still be one that the actor may not see: offer a word only
        after a search for it gave a permitted hit.
        """

    def position(self) -> int:
        """The highest sequence number taken in; 0 if there is no usable index."""

    def clear(self) -> None:
        """Forget everything, mend whatever was broken, start again at position 0."""

    def healthy(self) -> bool:
        """Whether everything that was written can be read back.

        Takes seconds on a large index: ask at start.
        """

    def close(self) -> None:
        """Let go of files and locks."""


def class_code(visibility: str) -> str:
    """What the tokens of a visibility class begin with; the tokens of no other class begin so."""
    if visibility == EVERYBODY:
        return "="
    return hashlib.blake2b(visibility.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest() + "="


def merged(hits: Iterable[Iterator[Hit]], query: SearchQuery) -> Hits:
    """The hits of several entities as one, best first, cut to the page that was asked for."""
    ranked = merge(*hits, key=lambda hit: -hit.score)
    yield from islice(ranked, query.offset, query.offset + query.limit)


def found_words(search: Callable[[SearchQuery], Hits], query: SearchQuery, words: Iterable[str]) -> Iterator[str]:
    """Those of the words that are found in place of the question's only term."""
    for word in words:
        exactly = Term(((Atom(Kind.WORD, (word,)),),), word=word)
        hits = search(replace(query, terms=(exactly,), limit=1, offset=0))
        if next(hits, None) is not None:
            yield word
        hits.close()


def batches(documents: Iterable[Document], most: int, most_characters: int) -> Iterator[list[Document]]:
    """The documents in groups of bounded number and size; in each, a record stands once, as it was last."""
    batch: dict[RecordKey, Document] = {}
    characters = 0
    for document in documents:
        batch[document.key] = document
        characters += sum(map(len, document.texts.values()))
        if len(batch) >= most or characters >= most_characters:
            yield list(batch.values())
            batch, characters = {}, 0
    if batch:
        yield list(batch.values())


class Stored(NamedTuple):
    """A document's tokens under the codes of their classes: (token, position, extra, in the title)."""

    text: str
    position: int
    extra: bool
    title: bool


def stored_tokens(document: Document, reader: Reader) -> Iterator[Stored]:
    """What an engine keeps of a document. Between the texts of two classes the numbering leaves a gap."""
    start = 0
    titles = [(EVERYBODY, document.title, True)] if document.title else []
    for visibility, text, title in [*titles, *((name, text, False) for name, text in document.texts.items())]:
        code = class_code(visibility)
        end = start
        for token in reader.tokens(text):
            end = start + token.position
            yield Stored(code + token.text, end, token.extra, title)
        start = end + 2
