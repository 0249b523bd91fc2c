"""Every pair of field types is converted or refused, and no value of any of them loses anything silently."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from kartoteka.metadata.conversions import Conversion, Decision, conversion
from kartoteka.metadata.definitions import Field
from kartoteka.metadata.fieldtypes import (
    FIELD_TYPES,
    Choice,
    FieldType,
    Formula,
    InvalidValue,
    Link,
    LongText,
    MultiChoice,
    Option,
    Text,
)
from kartoteka.metadata.fieldtypes.text import Written
from kartoteka.metadata.locales import LANGUAGES, Locale
from tests.conftest import skip_without
from tests.metadata.fieldtypes.samples import CHOICES, STORED, examples, naughty_strings, title, values

PLAIN: dict[str, FieldType] = {
    "choice": Choice(choices=CHOICES),
    "multi_choice": MultiChoice(choices=CHOICES),
    "link": Link(target="client"),
    "formula": Formula(expression="1"),
}
TYPES: dict[str, FieldType] = {cls.name: PLAIN.get(cls.name) or cls() for cls in FIELD_TYPES}

TEXTS = "text long_text"
NUMBERS = "integer decimal money percent rating"
WORDS = "choice multi_choice tags"
TARGETS: dict[str, str] = {
    "text": f"{TEXTS} {NUMBERS} boolean date datetime time duration {WORDS} email phone url link user json",
    "long_text": f"{TEXTS} {NUMBERS} boolean date datetime time duration {WORDS} email phone url link user json",
    "integer": f"{TEXTS} {NUMBERS} boolean choice json",
    "decimal": f"{TEXTS} {NUMBERS} choice json",
    "money": f"{TEXTS} {NUMBERS} choice json",
    "percent": f"{TEXTS} {NUMBERS} choice json",
    "rating": f"{TEXTS} {NUMBERS} choice json",
    "boolean": f"{TEXTS} boolean integer choice json",
    "date": f"{TEXTS} date datetime json",
    "datetime": f"{TEXTS} date datetime json",
    "time": f"{TEXTS} time json",
    "duration": f"{TEXTS} duration json",
    "choice": f"{TEXTS} {NUMBERS} boolean date datetime {WORDS} email phone url link user json",
    "multi_choice": f"{TEXTS} {WORDS} email phone url json",
    "tags": f"{TEXTS} {WORDS} email phone url json",
    "email": f"{TEXTS} email {WORDS} link user json",
    "phone": f"{TEXTS} phone {WORDS} link user json",
    "url": f"{TEXTS} url {WORDS} link user json",
    "auto_number": f"{TEXTS} auto_number {WORDS} link user json",
    "link": f"{TEXTS} {WORDS} link",
    "user": f"{TEXTS} {WORDS} user",
    "file": f"{TEXTS} file image",
    "image": f"{TEXTS} file image",
    "formula": "",
    "json": f"{TEXTS} {NUMBERS} boolean date datetime time duration {WORDS} email phone url json",
}
"""Into which types the values of each type can be converted; every other pair is refused."""


class Named:
    """Records that are called by their number."""

    def title(self, entity: str, record_id: int) -> str | None:
        """The number in words."""
        return f"{entity} {record_id}"

    def ids(self, entity: str, text: str) -> Sequence[int]:
        """The record of that number."""
        kind, _, number = text.partition(" ")
        plain = number.isascii() and number.isdigit() and len(number) < 19 and str(int(number)) == number
        return (int(number),) if kind == entity and plain else ()


def between(before: FieldType, after: FieldType, **decision: Any) -> Conversion | None:
    old, new = Field(key="it", type=before), Field(key="it", type=after)
    return conversion(old, new, Decision(**decision), LANGUAGES, Named())


def test_every_type_is_spoken_of() -> None:
    assert set(TARGETS) == set(TYPES)


@pytest.mark.parametrize(("before", "after"), [*product(TYPES, TYPES)])
def test_a_pair_is_converted_or_refused(before: str, after: str) -> None:
    found = between(TYPES[before], TYPES[after])
    assert (found is not None) == (after in TARGETS[before].split())
    for value in examples(TYPES[before]) if found else ():
        assert_no_silent_loss(found, value)


def assert_no_silent_loss(converter: Conversion | None, value: Any) -> None:
    """A clean value is in order, and comes back equal; of a text what it says comes back."""
    assert converter is not None
    outcome = converter.outcome(value)
    if outcome.verdict == "failed":
        assert outcome.problem is not None
        assert outcome.value is None
        return
    assert outcome.value is not None
    assert not list(converter.after.check(outcome.value))
    if outcome.verdict == "clean":
        back = between(converter.after, converter.before)
        assert back is not None or converter.before.computed or converter.after.links_to
        if back is None:
            return
        returned = back.outcome(outcome.value)
        if isinstance(converter.before, Written):
            assert returned.value is not None
            assert converter.outcome(returned.value).value == outcome.value
        else:
            assert returned.value == value


@pytest.mark.parametrize("before", STORED, ids=title)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(data=st.data())
def test_no_value_of_any_type_loses_anything_silently(before: FieldType, data: DataObject) -> None:
    try:
        value = before.load(data.draw(values(before)))
    except InvalidValue:
        return
    if value is None or list(before.check(value)):
        return
    for after in STORED:
        converter = between(before, after)
        if converter is not None:
            assert_no_silent_loss(converter, value)


def test_naughty_strings_become_values_or_problems() -> None:
    naughty = naughty_strings()
    if not naughty:
        skip_without("real input")
    for source in (Text(max_length=10_000), LongText()):
        for text in naughty:
            try:
                value = source.parse(text, Locale())
            except InvalidValue:
                continue
            if value:
                for after in STORED:
                    converter = between(source, after)
                    if converter is not None:
                        assert_no_silent_loss(converter, value)


EXAMPLES: list[tuple[str, Any, str, str, Any]] = [
    ("text", "12", "integer", "clean", 12),
    ("text", "1 000 000", "integer", "clean", 1_000_000),
    ("text", "test", "integer", "failed", "number.not_a_number"),
    ("text", "", "integer", "failed", "conversion.nothing"),
    ("text", "12.5", "integer", "failed", "integer.fraction"),
    ("text", "007", "integer", "lossy", 7),
    ("text", "+48", "integer", "lossy", 48),
    ("text", "03/04/2026", "date", "failed", "conversion.ambiguous"),
    ("text", "25/04/2026", "date", "clean", None),
    ("text", "2026-02-30", "date", "failed", "date.not_a_date"),
    ("text", "9:30:15.5", "time", "lossy", None),
    ("text", "90 min", "duration", "clean", 5400),
    ("text", "90", "duration", "failed", "duration.no_unit"),
    ("text", "0.5 s", "duration", "lossy", 0),
    ("text", "maybe", "boolean", "failed", "boolean.unknown"),
    ("text", "0", "boolean", "clean", False),
    ("text", "4/5", "rating", "clean", 4),
    ("text", "6", "rating", "failed", "rating.out_of_range"),
    ("text", "a, b, A", "tags", "lossy", ("a", "b")),
    ("text", "Выиграна", "choice", "clean", "won"),
    ("text", "closed", "choice", "clean", "won"),
    ("text", "client 7", "link", "clean", 7),
    ("text", "nobody", "link", "failed", "link.unknown_title"),
    ("text", '{"a": 0.1234567890123456789}', "json", "lossy", None),
    ("text", "{", "json", "failed", "json.not_json"),
    ("long_text", "one\ntwo", "text", "lossy", "one two"),
    ("link", 7, "text", "clean", "client 7"),
    ("choice", "won", "tags", "clean", ("Won",)),
    ("multi_choice", ("new", "won"), "choice", "lossy", "new"),
    ("integer", 2, "boolean", "failed", "boolean.unknown"),
    ("integer", 10**17, "decimal", "failed", "number.too_many_digits"),
    ("boolean", True, "integer", "clean", 1),
    ("json", "12", "integer", "failed", "integer.not_integer"),
]


@pytest.mark.parametrize(("before", "value", "after", "verdict", "expected"), EXAMPLES)
def test_examples(before: str, value: Any, after: str, verdict: str, expected: Any) -> None:
    converter = between(TYPES[before], TYPES[after])
    assert converter is not None
    outcome = converter.outcome(value)
    assert outcome.verdict == verdict, outcome
    if expected is not None:
        assert (outcome.problem.code if outcome.problem else outcome.value) == expected


def test_two_options_of_one_label_are_not_told_apart_silently() -> None:
    twins = Choice(choices=(Option(key="a", label="Same"), Option(key="b", label="Same")))
    converter = between(twins, Text())
    assert converter is not None
    assert [converter.outcome(key).verdict for key in ("a", "b")] == ["lossy", "lossy"]


def test_options_merged_by_their_former_keys_are_told() -> None:
    merged = Choice(choices=(Option(key="done", formerly=("won", "lost")),))
    converter = between(Choice(choices=CHOICES), merged)
    assert converter is not None
    assert [converter.outcome(key).verdict for key in ("won", "lost", "new")] == ["clean", "lossy", "failed"]


def test_what_a_person_says_counts() -> None:
    converter = between(Text(), TYPES["integer"], mapping={"n/a": None, "some": "5", "many": "lots"})
    assert converter is not None
    said = [converter.outcome(text) for text in ("n/a", "some", "many", "12")]
    assert [(each.verdict, each.value) for each in said] == [
        ("mapped", None), ("mapped", 5), ("failed", None), ("clean", 12),
    ]  # fmt: skip


def test_records_are_made_on_the_persons_word() -> None:
    converter = between(Text(), Link(target="client"), makes=True)
    assert converter is not None
    assert converter.outcome("somebody").verdict == "made"
