"""Problems and messages in people's words.

Each module has the English sentences of one group of codes; the translations lie in `locale`, and
`python -m tools.translations` brings them up to date.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from kartoteka.metadata.catalog import Catalog
from kartoteka.metadata.problems import Message, Problem
from kartoteka.platform.web.sentences.access import ACCESS
from kartoteka.platform.web.sentences.backups import BACKUPS
from kartoteka.platform.web.sentences.changes import CHANGES
from kartoteka.platform.web.sentences.checks import CHECKS
from kartoteka.platform.web.sentences.collisions import COLLISIONS
from kartoteka.platform.web.sentences.definitions import DEFINITIONS
from kartoteka.platform.web.sentences.expressions import EXPRESSIONS
from kartoteka.platform.web.sentences.gaps import Reader, Sentence, fill
from kartoteka.platform.web.sentences.imports import IMPORTS
from kartoteka.platform.web.sentences.operations import OPERATIONS
from kartoteka.platform.web.sentences.package_rows import PACKAGE_ROWS
from kartoteka.platform.web.sentences.package_tests import PACKAGE_TESTS
from kartoteka.platform.web.sentences.requests import REQUESTS
from kartoteka.platform.web.sentences.values import VALUES
from kartoteka.platform.web.sentences.words import FIELD_TYPES, PROPERTIES, TypeWords, all_words

__all__ = ["FIELD_TYPES", "PROPERTIES", "SENTENCES", "TypeWords", "all_texts", "sentence"]

SENTENCES: Final[dict[str, Sentence]] = (
    VALUES
    | DEFINITIONS
    | CHANGES
    | COLLISIONS
    | ACCESS
    | EXPRESSIONS
    | IMPORTS
    | OPERATIONS
    | PACKAGE_ROWS
    | PACKAGE_TESTS
    | BACKUPS
    | CHECKS
    | REQUESTS
)
"""What is said for each code."""

GENERAL: Final = "Something is not right here. For whoever helps you: {code:code}."
PLACE: Final = ("(Line {line}, character {character}.)", "(Character {character}.)")
"""Where in an expression something is wrong."""
UNITS: Final = ("KB", "MB")


def sentence(
    item: Problem | Message, language: str, gettext: Callable[[str], str], catalog: Catalog | None = None
) -> str:
    """Return what a problem or a message says, in the reader's language.

    Never raises: a code without a sentence of its own gets a general one that carries the code. With the catalog at
    hand card types and fields are called by their labels, otherwise by readable keys.
    """
    reader = Reader(language, gettext, catalog)
    found = SENTENCES.get(item.code)
    if found is None:
        return fill(GENERAL, {"code": item.code}, reader)
    said = fill(found, item.params, reader)
    return f"{said} {fill(PLACE, item.params, reader)}" if "character" in item.params else said


def all_texts() -> Iterator[str]:
    """Yield every text of this package that is to be translated."""
    yield GENERAL
    yield from PLACE
    yield from UNITS
    yield from all_words()
    for found in SENTENCES.values():
        yield from (found,) if isinstance(found, str) else found
