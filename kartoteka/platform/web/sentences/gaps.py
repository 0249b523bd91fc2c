"""Sentences with gaps, and what stands in the gaps.

    {name}              a parameter as people read it: a label in their language, a number with their separators
    {name:plain}        a number without separators: a year, a version
    {name:number}       a number, also where it comes as text
    {name:size}         so many bytes, as KB or MB
    {name:code}         keys, as they are
    {name:or}           some values, one of which is meant
    {name:type}         a field type;  likewise :property :kind :kinds :place :reason :period :json
    {name:card_type}    the label of a card type;  {name:field}: of its fields, in the card type that `entity` names
    {name:card|cards}   no value but the word that goes with the number: as many forms as the language has

A sentence may be several: the first one whose gaps can all be filled is said.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final, Literal

from babel import Locale as BabelLocale
from babel.lists import format_list

from kartoteka.metadata.catalog import Catalog
from kartoteka.metadata.labels import label_in, title_from_key
from kartoteka.metadata.locales import LANGUAGES, Locale
from kartoteka.platform.web.sentences import words

Sentence = str | tuple[str, ...]

GAP: Final = re.compile(r"\{([a-z_]+)(?::([^{}]*))?\}")
LONGEST_VALUE: Final = 80
MOST_ITEMS: Final = 8
MOST: Final = Decimal(10) ** 18
UNKNOWN: Final = "…"
TABLES: Final[Mapping[str, Mapping[str, str]]] = {
    "property": words.PROPERTIES,
    "kind": words.KINDS,
    "kinds": words.KINDS,
    "place": words.PLACES,
    "reason": words.REASONS,
    "period": words.PERIODS,
    "json": words.JSON_TYPES,
    "type": {name: each.name for name, each in words.FIELD_TYPES.items()},
}
ALTERNATIVES: Final = frozenset({"or", "kind", "place", "json"})
"""How a gap is written whose several values exclude each other."""


def gaps_of(text: str) -> list[tuple[str, str]]:
    """Return name and way of writing of each gap; of a word that goes with a number the way is "|"."""
    return [(name, "|" if "|" in way else way) for name, way in GAP.findall(text)]


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom a sentence is said: the language, the product's own texts in it, the configuration if it is at hand."""

    language: str
    gettext: Callable[[str], str]
    catalog: Catalog | None = None

    @property
    def locale(self) -> Locale:
        """How the reader writes numbers."""
        return Locale(self.language if self.language in LANGUAGES else "en")


def fill(sentence: Sentence, params: Mapping[str, Any], reader: Reader) -> str:
    """Return the sentence in the reader's language with its gaps filled; never raises."""
    texts = (sentence,) if isinstance(sentence, str) else sentence
    complete = (text for text in texts if all(_is_known(params.get(name)) for name, _ in gaps_of(text)))
    chosen = reader.gettext(next(complete, texts[-1]))
    return GAP.sub(lambda gap: _written(gap[1], gap[2] or "", params, reader), chosen)


def _is_known(value: Any) -> bool:
    return value is not None and (not hasattr(value, "__len__") or len(value) > 0)


def _written(name: str, way: str, params: Mapping[str, Any], reader: Reader) -> str:
    value = params.get(name)
    if "|" in way:
        return _counted(way.split("|"), value, reader.locale.language)
    if not _is_known(value):
        return UNKNOWN
    values = list(value) if isinstance(value, list | tuple | set | frozenset) else [value]
    told = [cut(_one(each, way, params, reader)) for each in values[:MOST_ITEMS]]
    told += [UNKNOWN] * (len(values) > MOST_ITEMS)
    style: Literal["or", "standard"] = "or" if way in ALTERNATIVES else "standard"
    return told[0] if len(told) == 1 else format_list(told, style, reader.locale.language)


def cut(text: str) -> str:
    """Return a text of a length that a sentence bears."""
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1].rstrip() + UNKNOWN


def _one(value: Any, way: str, params: Mapping[str, Any], reader: Reader) -> str:
    if way in TABLES:
        return _from_table(way, str(value), reader)
    match way:
        case "card_type":
            return _card_type(str(value), reader)
        case "field":
            return _field(str(params.get("entity")), str(value), reader)
        case "number" | "size":
            return _number(value, way, reader)
        case "plain" | "code":
            return str(value)
    return _shown(value, reader)


def _shown(value: Any, reader: Reader) -> str:
    match value:
        case bool():
            return reader.gettext(words.ANSWERS[value])
        case int() | Decimal():
            return _number(value, "number", reader)
        case dict():
            return label_in(value, reader.language, UNKNOWN)
    return str(value)


def _from_table(way: str, value: str, reader: Reader) -> str:
    """Translate a word that code has for something; a kind may name a card type behind it: `record (client)`."""
    table = TABLES[way]
    text = table.get(value) or table.get(value.partition(" (")[0])
    if text is None:
        return title_from_key(value)
    said = reader.gettext(text)
    return said[:1].lower() + said[1:] if way == "property" else said


def _card_type(key: str, reader: Reader) -> str:
    entity = reader.catalog.entities.get(key) if reader.catalog else None
    return entity.name(reader.language) if entity else title_from_key(key)


def _field(entity: str, key: str, reader: Reader) -> str:
    field = reader.catalog.field(entity, key) if reader.catalog else None
    return field.title(reader.language) if field else title_from_key(key)


def _number(value: Any, way: str, reader: Reader) -> str:
    number = as_number(value)
    if number is None:
        return str(value)
    if way == "number":
        return reader.locale.number(number)
    unit, name = (1024, "KB") if number < 1024 * 1024 else (1024 * 1024, "MB")
    return f"{reader.locale.number(round(number / unit, 1))}\N{NO-BREAK SPACE}{reader.gettext(name)}"


def as_number(value: Any) -> Decimal | None:
    """Return a parameter as a number of a readable length, or None where it is none."""
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) < MOST else None


def forms_of(language: str) -> list[str]:
    """Return the plural categories of whole numbers, in the order in which sentences give their words."""
    return {"ru": ["one", "few", "many"], "pl": ["one", "few", "many"]}.get(language, ["one", "other"])


def _counted(given: list[str], value: Any, language: str) -> str:
    """Return the word that goes with a number; where the language's words are not there, the last one."""
    number = as_number(value)
    category = BabelLocale.parse(language).plural_form(number) if number is not None else "other"
    categories = forms_of(language)
    place = categories.index(category) if category in categories else len(given) - 1
    return given[min(place, len(given) - 1)]
