"""One or more fields of every type, and values for them."""

import json
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from kartoteka.metadata.fieldtypes import (
    FIELD_TYPES,
    AutoNumber,
    Choice,
    DecimalNumber,
    FieldType,
    File,
    Formula,
    Image,
    Integer,
    Link,
    LongText,
    Money,
    MoneyAmount,
    MultiChoice,
    Option,
    Percent,
    Phone,
    Rating,
    Text,
)
from kartoteka.metadata.locales import Locale
from tests import services

LOCALES = (Locale("en", "Europe/London"), Locale("ru", "Europe/Moscow"), Locale("pl", "Europe/Warsaw"))
CHOICES = (
    Option(key="new", label={"en": "New", "ru": "Новая", "pl": "Nowa"}),
    Option(key="won", label={"en": "Won", "ru": "Выиграна", "pl": "Wygrana"}, formerly=("closed",)),
    Option(key="lost", label="Lost, for now", colour="red"),
    Option(key="old", offered=False),
)
SAMPLES: tuple[FieldType, ...] = (
    Text(),
    Text(max_length=5000),
    Text(max_length=12, pattern=r"[0-9]{1,12}"),
    LongText(),
    LongText(max_length=200),
    Integer(),
    Integer(minimum=Decimal("-2.5"), maximum=Decimal("7.5")),
    DecimalNumber(),
    DecimalNumber(scale=0),
    DecimalNumber(scale=10, unit="kg"),
    DecimalNumber(scale=3, minimum=Decimal(0), maximum=Decimal("99.999")),
    MoneyAmount(),
    MoneyAmount(currency="PLN", scale=0, minimum=Decimal(0)),
    Percent(),
    Percent(scale=4, minimum=Decimal(0), maximum=Decimal(100)),
    Choice(choices=CHOICES),
    Choice(choices=CHOICES[:2]),
    MultiChoice(choices=CHOICES),
    MultiChoice(choices=(*CHOICES[2:], CHOICES[0])),
    Phone(),
    Phone(region="DE"),
    Link(target="client"),
    Link(target="deal"),
    File(accept=("application/pdf",), max_size=1000),
    Image(max_size=5),
    AutoNumber(prefix="D-"),
    AutoNumber(digits=3, start=100),
    Rating(),
    Rating(maximum=10),
    Formula(expression="name"),
    Formula(expression="amount * 2", result="number", scale=3),
    Formula(expression="amount > 2", result="boolean"),
    Formula(expression="TODAY()", result="date"),
    Formula(expression="NOW()", result="datetime"),
)
OTHERS = tuple(cls() for cls in FIELD_TYPES if cls.name not in {sample.name for sample in SAMPLES})
ALL: tuple[FieldType, ...] = SAMPLES + OTHERS
STORED = tuple(field_type for field_type in ALL if field_type.columns())


def title(field_type: FieldType) -> str:
    """Return how a test names a sample: its type and, where there are several, its options."""
    return f"{field_type.name}-{ALL.index(field_type)}"


def naughty_strings() -> list[str]:
    """Return the Big List of Naughty Strings, nothing where it is absent."""
    folder = services.find_real()
    return json.loads((folder / "blns.json").read_text(encoding="utf-8")) if folder else []


def examples(field_type: FieldType) -> list[Any]:
    """Return values as the type makes them up."""
    return [field_type.example(number) for number in (0, 1, 2, 3, 7, 10, 99, 100, 12345)]


def values(field_type: FieldType) -> SearchStrategy[Any]:
    """Return a strategy for values of the type: what a form or a program may bring into it."""
    loaded = _DATA.get(field_type.name, st.text())
    if field_type.name in ("choice", "multi_choice"):
        keys = st.sampled_from([option.key for option in field_type.choices])  # type: ignore[attr-defined]
        loaded = keys if field_type.name == "choice" else st.lists(keys)
    if field_type.name == "rating":
        loaded = st.integers(1, field_type.maximum)  # type: ignore[attr-defined]
    return loaded


_DECIMALS = st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**7), max_value=10**7)
_NUMBERS = st.one_of(_DECIMALS.map(str), st.integers(-(10**18), 10**18), st.floats())
_ASCII = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1)
_JSON = st.recursive(
    st.one_of(st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text()),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(), inner, max_size=4)),
)
_MOMENTS = st.datetimes(timezones=st.just(UTC), min_value=datetime(1, 1, 1), max_value=datetime(9999, 12, 31))  # noqa: DTZ001
_DATA: dict[str, SearchStrategy[Any]] = {
    "integer": st.integers(-(10**18), 10**18),
    "decimal": _NUMBERS,
    "percent": _NUMBERS,
    "money": st.one_of(
        _NUMBERS,
        st.fixed_dictionaries({"amount": _NUMBERS, "currency": st.sampled_from(["EUR", "PLN", "RUB", "JPY", "xx"])}),
    ),
    "boolean": st.booleans(),
    "date": st.dates().map(date.isoformat),
    "time": st.times().map(time.isoformat),
    "datetime": _MOMENTS.map(lambda moment: moment.isoformat()),
    "duration": st.integers(-10, 10**11),
    "tags": st.lists(st.text(), max_size=60),
    "email": st.one_of(st.emails(), _ASCII.map(lambda name: f"{name}@example.com")),
    "phone": st.text("0123456789+- ()./ext", min_size=1),
    "url": st.one_of(_ASCII, _ASCII.map(lambda rest: f"example.com/{rest}"), st.text()),
    "link": st.integers(-1, 2**64),
    "user": st.integers(1, 2**63 - 1),
    "file": st.integers(1, 2**63 - 1),
    "image": st.integers(1, 2**63 - 1),
    "json": _JSON,
}

__all__ = ["ALL", "CHOICES", "LOCALES", "SAMPLES", "STORED", "Money", "examples", "naughty_strings", "title", "values"]
