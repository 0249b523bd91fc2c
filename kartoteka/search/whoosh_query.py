"""A question in Whoosh's terms, and its hits out of one opened index."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from whoosh import index
from whoosh.columns import EmptyColumnReader, MultiColumnReader
from whoosh.query.compound import And, Or
from whoosh.query.positional import Phrase
from whoosh.query.qcore import Query
from whoosh.query.terms import Prefix
from whoosh.query.terms import Term as TokenTerm
from whoosh.searching import Searcher

from kartoteka.search.engine import Hit, class_code
from kartoteka.search.terms import Atom, Kind, Term
from kartoteka.search.whoosh_fields import SCHEMA, StoredWeight

_FIRST_HITS: Final = 64


class AnyOf(Or):
    """One part or another, walked side by side: Whoosh would note the weights of 2,048 records first."""

    matcher_type = Or.DEFAULT_MATCHER


class OpenIndex:
    """One entity's index as it is now, for one question. All its files are open: no later commit takes them away."""

    def __init__(self, folder: Path) -> None:
        found: Any = index.open_dir(str(folder), schema=SCHEMA)
        reader = found.reader()
        try:
            self.record_ids = _record_ids(reader)
        except BaseException:
            reader.close()
            raise
        self.searcher: Any = Searcher(reader, weighting=StoredWeight())

    def close(self) -> None:
        """Let go of the files."""
        self.searcher.close()


def _record_ids(reader: Any) -> Any:
    """The column of record ids, over all segments."""
    leaves = reader.leaf_readers()
    numbers = [leaf.column_reader("number", translate=False) for leaf, _ in leaves]
    # Whoosh takes a column whose file is gone for one of zeros.
    if any(isinstance(column, EmptyColumnReader) for column in numbers):
        raise FileNotFoundError("number.col")
    joined: Any = MultiColumnReader
    return joined(numbers, [offset for _, offset in leaves])


def ranked(opened: OpenIndex, entity: str, classes: tuple[str, ...], terms: tuple[Term, ...]) -> Iterator[Hit]:
    """Hits by weight.

    Whoosh keeps only the best N, so for more of them it is asked again for four times as many.
    """
    question: Any = And([_term_query(term, classes) for term in terms])
    question = question.normalize()
    given, wanted = 0, _FIRST_HITS
    while True:
        best = opened.searcher.search(question, limit=wanted).top_n
        fresh = best[given:]
        for score, number in fresh:
            yield Hit(entity, int(opened.record_ids[number]), float(score))
        if len(best) < wanted:
            return
        given, wanted = wanted, wanted * 4


def _term_query(term: Term, classes: tuple[str, ...]) -> Query:
    return AnyOf([And([_atom_query(atom, classes) for atom in way]) for way in term.ways])


def _atom_query(atom: Atom, classes: tuple[str, ...]) -> Query:
    """An atom in any one of the classes; a phrase never begins in one and ends in another."""
    made: list[Query] = []
    for code in map(class_code, classes):
        tokens = [code + token for token in atom.tokens]
        match atom.kind:
            case Kind.WORD:
                made.append(TokenTerm("text", tokens[0]))
            case Kind.START:
                made.append(Prefix("text", tokens[0]))
            case Kind.PHRASE:
                made.append(Phrase("text", tokens))
    return AnyOf(made)
