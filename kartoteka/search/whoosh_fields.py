"""How tokens lie in Whoosh: a field that takes them ready made, with the weight that they will score."""

from collections.abc import Generator, Iterable
from typing import Any, Final, TypeAlias

from whoosh.analysis.analyzers import Analyzer as NoAnalyser
from whoosh.columns import NumericColumn
from whoosh.fields import COLUMN, ID, FieldType, Schema
from whoosh.formats import Positions
from whoosh.scoring import WeightingModel, WeightScorer

from kartoteka.search.analyser import Reader
from kartoteka.search.engine import Document, stored_tokens

Posting: TypeAlias = tuple[bytes, int, float, bytes]
"""A token in one record: its text, how often, its weight, its encoded positions."""

_TITLE_COUNTS: Final = 4
_SATURATION: Final = 1.2
_POSITIONS: Final = Positions()


class TokenField(FieldType):
    """Takes postings instead of text.

    Everything is converted before a writer is opened: an error while a document is being added would spoil
    the whole batch.
    """

    def __init__(self) -> None:
        super().__init__(_POSITIONS, analyzer=NoAnalyser())

    def index(self, value: Iterable[Posting], **_options: Any) -> Generator[Posting, Any, None]:
        """The postings as they came."""
        yield from value


class StoredWeight(WeightingModel):
    """Scores by stored weights alone, so records that an actor may not see move nothing in the order."""

    def scorer(self, searcher: Any, fieldname: str, text: str, qf: int = 1) -> WeightScorer:
        """A scorer of one token."""
        del qf
        return WeightScorer.for_(searcher, fieldname, text)


# The number is in a column: stored fields are indexed anew, record by record, at every open.
_NUMBER: Any = NumericColumn
SCHEMA: Final = Schema(record=ID(), number=COLUMN(_NUMBER("q")), text=TokenField())


def postings(document: Document, reader: Reader) -> list[Posting]:
    """A document's postings.

    A token weighs more the more often it stands there, ever less so, most in the title.
    """
    places: dict[str, list[int]] = {}
    counts: dict[str, int] = {}
    for token in stored_tokens(document, reader):
        places.setdefault(token.text, []).append(token.position)
        counts[token.text] = counts.get(token.text, 0) + (_TITLE_COUNTS if token.title else 1)
    return [
        (text.encode(), len(at), _weight(counts[text]), _POSITIONS.encode(sorted(at))) for text, at in places.items()
    ]


def _weight(count: int) -> float:
    return count * (_SATURATION + 1) / (count + _SATURATION)
