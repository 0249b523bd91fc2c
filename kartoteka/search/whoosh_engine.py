"""Whoosh, the engine that needs nothing else: one index for each entity, which keeps its merges short.

What was learnt the hard way: a compound index is copied at every open, so none is; a Searcher shared by
threads gives wrong answers, so each question opens its own; counting all hits is slow, so nobody counts;
an index is written by one process, which must not fork meanwhile.
"""

import logging
import shutil
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import whoosh
from whoosh import index

from kartoteka.search.analyser import Analyser, Reader
from kartoteka.search.engine import (
    Document,
    Hits,
    IndexBusyError,
    IndexDamagedError,
    RecordKey,
    SearchQuery,
    batches,
    class_code,
    found_words,
    merged,
)
from kartoteka.search.index_files import IndexState, intact, read_state, write_state, write_sums
from kartoteka.search.similar import SURE_LETTERS, closest
from kartoteka.search.terms import Term
from kartoteka.search.whoosh_fields import SCHEMA, postings
from kartoteka.search.whoosh_query import OpenIndex, ranked

logger = logging.getLogger(__name__)

_BATCH: Final = 5_000
_BATCH_CHARACTERS: Final = 8_000_000
_LOCK_SECONDS: Final = 10.0
_TRIES_TO_OPEN: Final = 3


class WhooshEngine:
    """An index in a folder of its own, in which nothing else may lie."""

    def __init__(self, folder: Path, analyser: Analyser) -> None:
        self._folder = folder
        self._analyser = analyser
        self._signature = f"whoosh {whoosh.__version__}:{analyser.signature}"
        self._state_file = folder / "state.json"
        self._writing = threading.Lock()

    def replace(self, documents: Iterable[Document]) -> None:
        """Take in records; see `Engine.replace`."""
        with self._writing:
            state = self._state_to_write()
            position = state.position
            reader = self._analyser.reader()
            for batch in batches(documents, _BATCH, _BATCH_CHARACTERS):
                position = max(position, *(document.sequence for document in batch))
                for entity, group in groupby(sorted(batch, key=_entity_of), key=_entity_of):
                    documents = list(group)
                    self._write(state, entity, [d.record_id for d in documents], documents, reader)
            self._move(state, position)

    def remove(self, keys: Iterable[RecordKey], sequence: int = 0) -> None:
        """Forget records; see `Engine.remove`."""
        with self._writing:
            state = self._state_to_write()
            for entity, group in groupby(sorted(set(keys)), key=lambda key: key.entity):
                if entity in state.entities:
                    self._write(state, entity, [key.record_id for key in group], (), self._analyser.reader())
            self._move(state, max(state.position, sequence))

    def drop(self, entity: str) -> None:
        """Take an entity's index away; see `Engine.drop`."""
        with self._writing:
            state = self._state()
            if state and entity in state.entities:
                state.entities.remove(entity)
                write_state(self._state_file, state)
            shutil.rmtree(self._index_folder(entity), ignore_errors=True)
            self._sums_file(entity).unlink(missing_ok=True)

    def search(self, query: SearchQuery) -> Hits:
        """The records that match; see `Engine.search`."""
        if self._state() is None:
            return
        with ExitStack() as opened:
            found = [
                opened.enter_context(closing(self._hits(entity, classes, query.terms)))
                for entity, classes in query.scopes()
                if self._index_folder(entity).is_dir()
            ]
            yield from merged(found, query)

    def similar(self, query: SearchQuery, limit: int = 20) -> Iterator[str]:
        """Words like the one asked for; see `Engine.similar`."""
        word = query.terms[0].word if len(query.terms) == 1 else ""
        if word and self._state() is not None:
            near = closest(word, self._vocabulary(query, word[:SURE_LETTERS]), limit)
            yield from found_words(self.search, query, near)

    def position(self) -> int:
        """How far the jobs were taken in; see `Engine.position`."""
        state = self._state()
        return state.position if state else 0

    def clear(self) -> None:
        """Start anew; see `Engine.clear`."""
        with self._writing:
            self._start_anew()

    def healthy(self) -> bool:
        """Compare every file with its checksum, then open every index; see `Engine.healthy`."""
        state = self._state()
        if state is None:
            return not (self._folder.exists() and any(self._folder.iterdir()))
        return all(self._readable(entity) for entity in state.entities)

    def close(self) -> None:
        """Nothing is held open between calls."""

    # --- writing ------------------------------------------------------------------------------------------

    def _state_to_write(self) -> IndexState:
        return self._state() or self._start_anew()

    def _start_anew(self) -> IndexState:
        # The state goes first and comes back last: killed in between, the index counts as empty.
        self._state_file.unlink(missing_ok=True)
        if self._folder.exists():
            shutil.rmtree(self._folder)
        self._folder.mkdir(parents=True)
        state = IndexState(self._signature)
        write_state(self._state_file, state)
        return state

    def _move(self, state: IndexState, position: int) -> None:
        state.position = position
        write_state(self._state_file, state)

    def _write(
        self, state: IndexState, entity: str, record_ids: Iterable[int], documents: Iterable[Document], reader: Reader
    ) -> None:
        """Commit one entity's part of a batch: forget the records, then take in the documents."""
        folder = self._index_folder(entity)
        if entity not in state.entities:
            folder.mkdir(exist_ok=True)
            index.create_in(str(folder), SCHEMA)
            state.entities.append(entity)
            write_state(self._state_file, state)
        with _noticing_damage(entity):
            writer = _open_writer(folder)
        try:
            with _noticing_damage(entity):
                _delete(writer, record_ids)
            for document in documents:
                # First to plain postings: an error inside Whoosh while it adds would spoil the writer.
                row = {"record": str(document.record_id), "number": document.record_id}
                row["text"] = postings(document, reader)
                with _noticing_damage(entity):
                    writer.add_document(**row)
        except BaseException:
            writer.cancel()
            raise
        with _noticing_damage(entity):
            writer.commit()
        write_sums(self._sums_file(entity), folder)

    # --- reading ------------------------------------------------------------------------------------------

    def _hits(self, entity: str, classes: tuple[str, ...], terms: tuple[Term, ...]) -> Hits:
        """The hits in one entity. A commit may take files away under a reader that opens: then once more."""
        given: set[int] = set()
        try:
            for hit in self._hits_of_one_searcher(entity, classes, terms):
                given.add(hit.record_id)
                yield hit
        except IndexDamagedError:
            again = self._hits_of_one_searcher(entity, classes, terms)
            yield from (hit for hit in again if hit.record_id not in given)

    def _hits_of_one_searcher(self, entity: str, classes: tuple[str, ...], terms: tuple[Term, ...]) -> Hits:
        with _noticing_damage(entity), closing(self._opened(entity)) as opened:
            yield from ranked(opened, entity, classes, terms)

    def _opened(self, entity: str) -> OpenIndex:
        """The index of an entity, for which several commits in a row may be waited out."""
        for _ in range(_TRIES_TO_OPEN):
            try:
                return OpenIndex(self._index_folder(entity))
            except (OSError, index.IndexError):
                time.sleep(0.01)
        return OpenIndex(self._index_folder(entity))

    def _vocabulary(self, query: SearchQuery, start: str) -> Iterator[str]:
        for entity, classes in query.scopes():
            if not self._index_folder(entity).is_dir():
                continue
            with _noticing_damage(entity), closing(self._opened(entity)) as opened:
                for code in map(class_code, classes):
                    for token in opened.searcher.reader().expand_prefix("text", code + start):
                        yield token.decode().removeprefix(code)

    def _readable(self, entity: str) -> bool:
        try:
            with _noticing_damage(entity):
                if intact(self._sums_file(entity), self._index_folder(entity)):
                    OpenIndex(self._index_folder(entity)).close()
                    return True
        except IndexDamagedError:
            return False
        return False

    def _state(self) -> IndexState | None:
        return read_state(self._state_file, self._signature)

    def _index_folder(self, entity: str) -> Path:
        if not entity.isidentifier():
            raise ValueError(entity)
        return self._folder / entity

    def _sums_file(self, entity: str) -> Path:
        return self._folder / f"{entity}.sums.json"


def _entity_of(document: Document) -> str:
    return document.entity


@contextmanager
def _noticing_damage(entity: str) -> Iterator[None]:
    """Give errors of Whoosh our names. A flipped bit in a pickle may raise anything."""
    try:
        yield
    except index.LockError as error:
        raise IndexBusyError(entity) from error
    except Exception as error:
        logger.warning("search index of %s can't be used: %r", entity, error)
        raise IndexDamagedError(entity) from error


def _open_writer(folder: Path) -> Any:
    found = index.open_dir(str(folder), schema=SCHEMA)
    return found.writer(timeout=_LOCK_SECONDS, limitmb=64, compound=False)


def _delete(writer: Any, record_ids: Iterable[int]) -> None:
    with closing(writer.reader()) as reader:
        for record_id in record_ids:
            if ("record", str(record_id).encode()) in reader:
                for number in reader.postings("record", str(record_id)).all_ids():
                    writer.delete_document(number)
