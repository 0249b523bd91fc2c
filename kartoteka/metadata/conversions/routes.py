"""Routes: the ways from one kind of value to another, and which pairs of field types they join.

A route turns one value. Whether something was lost on the way is not its business: turning back tells.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from kartoteka.metadata.conversions.texts import TheirLanguages, understood, written
from kartoteka.metadata.expressions.kinds import DATE
from kartoteka.metadata.fieldtypes import (
    AutoNumber,
    Boolean,
    Choice,
    Date,
    DateTime,
    Email,
    FieldType,
    File,
    Formula,
    InvalidValue,
    Json,
    LongText,
    MultiChoice,
    Phone,
    Rating,
    Text,
    Url,
)
from kartoteka.metadata.fieldtypes.choice import Option, find_option
from kartoteka.metadata.fieldtypes.links import RecordId
from kartoteka.metadata.fieldtypes.lists import ListOfTexts
from kartoteka.metadata.fieldtypes.numbers import FixedPoint, Integer, Percent

Turn = Callable[[FieldType, FieldType, Any, TheirLanguages], Any]
"""Takes both types, a value of the first and the languages; returns a value of the second. Raises InvalidValue."""


@dataclass(frozen=True, slots=True)
class Route:
    """A way between kinds of values; `reads_texts` where what people wrote is read, which `cuts` judges."""

    name: str
    turn: Turn
    reads_texts: bool = False


def _stay(before: FieldType, after: FieldType, value: Any, languages: TheirLanguages) -> Any:
    return value


def _through_text(before: FieldType, after: FieldType, value: Any, languages: TheirLanguages) -> Any:
    return understood(after, written(before, value, languages), languages)[0]


def _by_number(before: FieldType, after: FieldType, value: Any, languages: TheirLanguages) -> Any:
    if before.name == after.name and isinstance(before, FixedPoint):
        return after.load(before.dump(value))  # money keeps its currency
    number = Decimal(before.operand(value))
    return after.take(number.to_integral_value(ROUND_HALF_EVEN) if after.excel_kind == "integer" else number)


def _by_day(before: FieldType, after: FieldType, value: Any, languages: TheirLanguages) -> Any:
    if before.kind == DATE:
        return after.parse(datetime.combine(value, time()).isoformat(), languages.writes)
    return after.load(languages.writes.local(value).date().isoformat())


def _by_data(before: FieldType, after: FieldType, value: Any, languages: TheirLanguages) -> Any:
    return after.load(before.dump(value))


def _by_item(before: FieldType, after: FieldType, value: Any, languages: TheirLanguages) -> Any:
    items = [_item(before, after, each, languages) for each in items_of(value)]
    return items[0] if isinstance(after, Choice) else after.load(items)


def items_of(value: Any) -> tuple[Any, ...]:
    """Return the items of a list, a single value as the only one."""
    return value if isinstance(value, tuple) else (value,)


def _item(before: FieldType, after: FieldType, item: str, languages: TheirLanguages) -> str:
    """Return what an option, or a word, is among those of the other type."""
    if isinstance(after, Choice | MultiChoice):
        option = before.option(item) if isinstance(before, Choice | MultiChoice) else None
        return (_same(option, after.choices) or find_option(after.choices, item, languages.writes)).key
    if isinstance(before, Choice | MultiChoice):
        option = before.option(item)
        return option.title(languages.writes.language) if option else item
    return item


def _same(option: Option | None, others: tuple[Option, ...]) -> Option | None:
    """Return which of the others an option is: by its key, or because one of the two was renamed."""
    if option is None:
        return None
    by_key = next((other for other in others if other.key == option.key), None)
    renamed = (other for other in others if option.key in other.formerly or other.key in option.formerly)
    found = by_key or next(renamed, None)
    if found is None:
        raise InvalidValue("choice.unknown", value=option.key)
    return found


STAY = Route("stay", _stay)
THROUGH_TEXT = Route("through text", _through_text)
READ_TEXT = Route("read text", _through_text, reads_texts=True)
BY_NUMBER = Route("by number", _by_number)
BY_DAY = Route("by day", _by_day)
BY_DATA = Route("by data", _by_data)
BY_ITEM = Route("by item", _by_item)

Types = tuple[type[FieldType], ...]

TEXTS: Types = (Text, LongText)
CODES: Types = (Email, Phone, Url, AutoNumber)
NUMBERS: Types = (Integer, FixedPoint, Rating)
WORDS: Types = (Choice, ListOfTexts)
DAYS: Types = (Date, DateTime)
COMPUTED: Types = (Formula, AutoNumber)
COUNTED: Types = (Integer, Percent, Rating, Boolean)

ROUTES: tuple[tuple[Types, Types, Route], ...] = (
    (TEXTS, (FieldType,), READ_TEXT),
    (CODES, (*TEXTS, *WORDS, RecordId), READ_TEXT),
    (NUMBERS, NUMBERS, BY_NUMBER),
    (DAYS, DAYS, BY_DAY),
    (WORDS, WORDS, BY_ITEM),
    ((Choice,), (*NUMBERS, *DAYS, Boolean, RecordId), THROUGH_TEXT),
    (WORDS, CODES, THROUGH_TEXT),
    ((*COUNTED, FixedPoint), (Choice,), THROUGH_TEXT),
    ((Boolean,), (Integer,), BY_NUMBER),
    ((Integer,), (Boolean,), THROUGH_TEXT),
    ((RecordId,), (*TEXTS, *WORDS), THROUGH_TEXT),
    ((FieldType,), TEXTS, THROUGH_TEXT),
    ((FieldType,), (Json,), BY_DATA),
    ((Json,), (FieldType,), BY_DATA),
)
"""Where several fit, the first one counts."""


def route_of(before: FieldType, after: FieldType) -> Route | None:
    """Return the way from one type to another; None where there is none that makes sense."""
    is_computed = isinstance(after, COMPUTED) and type(before) is not type(after)
    if not before.columns() or is_computed or _is_unsure(before, after):
        return None
    if after.holds(before):
        return STAY
    found = (route for sources, targets, route in ROUTES if isinstance(before, sources) and isinstance(after, targets))
    return next(found, None)


def _is_unsure(before: FieldType, after: FieldType) -> bool:
    """Tell whether one of the two is a file, which has no text, or data that may name a record by its id."""
    if after.holds(before):
        return False
    if isinstance(before, File):
        return not isinstance(after, TEXTS)
    pair = (before, after)
    ids_as_data = any(isinstance(each, Json) for each in pair) and any(isinstance(each, RecordId) for each in pair)
    return isinstance(after, File) or ids_as_data
