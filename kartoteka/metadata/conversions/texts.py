"""Values as texts, and texts as values: in any of the languages that people here write, and never by guessing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from kartoteka.metadata.fieldtypes.base import FieldType, InvalidValue
from kartoteka.metadata.fieldtypes.text import Written
from kartoteka.metadata.locales import LANGUAGES, Locale


class Records(Protocol):
    """Finds the records that links lead to."""

    def title(self, entity: str, record_id: int) -> str | None:
        """Return what a live record is called; None where there is none."""

    def ids(self, entity: str, text: str) -> Sequence[int]:
        """Return the live records that are called so, or have it as a unique text."""


class _NoRecords:
    """There are none."""

    def title(self, entity: str, record_id: int) -> str | None:
        return None

    def ids(self, entity: str, text: str) -> Sequence[int]:
        return ()


NO_RECORDS: Records = _NoRecords()


@dataclass(frozen=True, slots=True)
class TheirLanguages:
    """The languages in which texts are read, the one in which they are written, and the records that they name."""

    reads: tuple[Locale, ...] = tuple(Locale(language) for language in LANGUAGES)
    writes: Locale = Locale()
    records: Records = NO_RECORDS


def written(field_type: FieldType, value: Any, languages: TheirLanguages) -> str:
    """Return a value as people write it. Raises InvalidValue for a link whose record is gone."""
    if field_type.links_to is None:
        return value if isinstance(field_type, Written) else field_type.said(value, languages.writes)
    title = languages.records.title(field_type.links_to, value)
    if not title:
        raise InvalidValue("conversion.record_gone", id=value, entity=field_type.links_to)
    return title


def understood(field_type: FieldType, text: str, languages: TheirLanguages) -> tuple[Any, bool]:
    """Return the value that a text is, and whether something of it was left out.

    Raises InvalidValue for a text that is none, or that is one in one language and another one in another.
    """
    if field_type.links_to is not None:
        return _linked(field_type.links_to, text, languages), False
    readings: list[tuple[Any, bool]] = []
    refused: InvalidValue | None = None
    for locale in languages.reads:
        try:
            value = _parsed(field_type, text, locale)
        except InvalidValue as error:
            refused = refused or error
        else:
            readings.append(
                (value, field_type.cuts(_one_line(field_type, text), value, locale) or _is_cut(text, value))
            )
    if not readings:
        assert refused is not None
        raise refused
    values = [value for value, _ in readings]
    if any(value != values[0] for value in values):
        told = dict.fromkeys(field_type.said(value, languages.writes) for value in values)
        raise InvalidValue("conversion.ambiguous", text=text[:60], readings=list(told))
    return readings[0]


def _parsed(field_type: FieldType, text: str, locale: Locale) -> Any:
    value = field_type.parse_all([_one_line(field_type, text)], locale)
    if value is None:
        raise InvalidValue("conversion.nothing", text=text[:60])
    return value


def _one_line(field_type: FieldType, text: str) -> str:
    """Return a text of several lines as the one line that the type may hold: the words are what counts."""
    is_line = isinstance(field_type, Written) and field_type.widget != "long_text"
    return " ".join(text.split()) if is_line and any(sign in text for sign in "\n\t") else text


def _is_cut(text: str, value: Any) -> bool:
    """Tell whether lines were joined."""
    return isinstance(value, str) and "\n" in text and "\n" not in value


def _linked(entity: str, text: str, languages: TheirLanguages) -> int:
    found = languages.records.ids(entity, text)
    if len(found) > 1:
        raise InvalidValue("link.ambiguous", text=text[:100], entity=entity, ids=list(found[:5]))
    if not found:
        raise InvalidValue("link.unknown_title", text=text[:100], entity=entity)
    return found[0]
