"""Filter rows and URL parameters as conditions: the language takes them, and they mean what they say."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kartoteka.metadata.expressions import Context, check, compile_python, names, parse, walk
from kartoteka.metadata.expressions.kinds import BOOLEAN, Kind
from kartoteka.metadata.expressions.tree import Call
from kartoteka.metadata.fieldtypes import (
    AutoNumber,
    Boolean,
    Choice,
    Date,
    DateTime,
    DecimalNumber,
    Duration,
    Email,
    FieldType,
    File,
    Formula,
    Integer,
    InvalidValue,
    Json,
    Link,
    LongText,
    Money,
    MoneyAmount,
    MultiChoice,
    Percent,
    Phone,
    Rating,
    Tags,
    Text,
    Time,
    User,
)
from kartoteka.metadata.filters import condition, shorthand
from kartoteka.metadata.locales import Locale
from tests.metadata.fieldtypes.samples import ALL, CHOICES, examples, title

EN, RU, PL = Locale("en", "UTC"), Locale("ru", "Europe/Moscow"), Locale("pl", "Europe/Warsaw")
NOW = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)


class OneField:
    """A scope with a single field."""

    def __init__(self, field_type: FieldType) -> None:
        self.field_type = field_type

    def kind_of(self, path: tuple[str, ...]) -> Kind | None:
        return self.field_type.kind if path == ("it",) else None

    def suggestions(self, path: tuple[str, ...]) -> Iterable[str]:
        return ()

    def related(self, entity: str, link: str) -> None:
        return None

    def relations(self) -> Iterable[str]:
        return ()

    def choices(self, path: tuple[str, ...]) -> tuple[str, ...] | None:
        options = getattr(self.field_type, "choices", None)
        return tuple(option.key for option in options) if options else None


def meets(text: str, field_type: FieldType, value: Any, locale: Locale = EN) -> bool:
    """Whether a record with that value meets the condition, which must be one in the language."""
    tree = parse(text)
    check(tree, OneField(field_type), BOOLEAN)
    now = NOW.astimezone(ZoneInfo(locale.time_zone))
    operand = None if value is None else field_type.operand(value)
    return bool(compile_python(tree)({("it",): operand}, Context(now.date(), now, me=7)))


OFFERED = [(field_type, operator) for field_type in ALL for operator in field_type.operators]


@pytest.mark.parametrize(("field_type", "operator"), OFFERED, ids=lambda p: p if isinstance(p, str) else title(p))
def test_every_operator_makes_a_condition(field_type: FieldType, operator: str) -> None:
    low, high = (values_of(field_type, field_type.example(number)) for number in (1, 2))
    without_value = operator in ("is_empty", "is_not_empty", "is_true", "is_false", "is_me")
    values = [] if without_value else [low, high] if operator == "between" else [low]
    text = condition("it", field_type, operator, values, EN)
    assert meets(text, field_type, None) is (operator in TRUE_OF_NOTHING)


TRUE_OF_NOTHING = {"is_empty", "not_equals", "is_none_of", "has_none"}


def values_of(field_type: FieldType, value: Any) -> str:
    return field_type.edit(value, EN)[0].partition("T")[0]


@pytest.mark.parametrize("field_type", [t for t in ALL if "equals" in t.operators], ids=title)
def test_a_value_equals_itself(field_type: FieldType) -> None:
    for value in examples(field_type):
        text = condition("it", field_type, "equals", [values_of(field_type, value)], EN)
        assert meets(text, field_type, value)
        assert not meets(f"NOT {text}", field_type, value)


WHOLE: tuple[tuple[FieldType, str, list[str], Locale, str], ...] = (
    (Text(), "contains", ['a "b"'], EN, 'it CONTAINS "a ""b"""'),
    (Text(), "not_equals", ["x"], EN, 'NOT it = "x"'),
    (Text(), "starts_with", ["x"], EN, 'it STARTS WITH "x"'),
    (Email(), "equals", ["Anna@EXAMPLE.com"], EN, 'it = "anna@example.com"'),
    (Phone(region="DE"), "equals", ["030 23125000"], EN, 'it = "+493023125000"'),
    (Phone(region="DE"), "contains", ["030 / 231"], EN, 'it CONTAINS "30231"'),
    (DecimalNumber(), "more", ["1 234,56"], RU, "it > 1234.56"),
    (DecimalNumber(), "equals", ["-5"], EN, "it = -5.00"),
    (Percent(), "at_most", ["5 %"], EN, "it <= 5.00"),
    (MoneyAmount(), "between", ["1", "2 EUR"], EN, "(it >= 1.00 AND it <= 2.00)"),
    (Duration(), "less", ["1:30"], EN, "it < 5400"),
    (Date(), "equals", ["31.01.2026"], PL, 'it = DATE("2026-01-31")'),
    (DateTime(), "equals", ["2026-01-31"], EN, '(it >= DATE("2026-01-31") AND it < DATE("2026-02-01"))'),
    (DateTime(), "more", ["2026-01-31"], EN, 'it >= DATE("2026-02-01")'),
    (Time(), "at_least", ["9:30"], EN, "HOUR(it) * 60 + MINUTE(it) >= 570"),
    (Choice(choices=CHOICES), "is_any_of", ["won", "Новая"], RU, 'it IN ("won", "new")'),
    (Choice(choices=CHOICES), "is_none_of", ["won"], RU, 'NOT it IN ("won")'),
    (MultiChoice(choices=CHOICES), "has_any", ["won", "new"], EN, '(it HAS "won" OR it HAS "new")'),
    (MultiChoice(choices=CHOICES), "has_none", ["won", "new"], EN, '(NOT it HAS "won" AND NOT it HAS "new")'),
    (Tags(), "has_all", ["red"], EN, 'it HAS "red"'),
    (Tags(), "has_all", ["red, blue"], EN, '(it HAS "red" AND it HAS "blue")'),
    (Link(target="client"), "is_any_of", ["5", "", "6"], EN, "it IN (5, 6)"),
    (User(), "is_me", [], EN, "it = ME()"),
    (Boolean(), "is_false", [], EN, "it = FALSE"),
    (Json(), "is_not_empty", [], EN, "NOT IS_EMPTY(it)"),
    (Formula(expression="x", result="number"), "more", ["1,5"], RU, "it > 1.50"),
)


@pytest.mark.parametrize(
    ("field_type", "operator", "values", "locale", "text"), WHOLE, ids=lambda p: getattr(p, "name", "")
)
def test_conditions(field_type: FieldType, operator: str, values: list[str], locale: Locale, text: str) -> None:
    assert condition("it", field_type, operator, values, locale) == text


MET: tuple[tuple[FieldType, str, Any, bool], ...] = (
    (Text(), "ell", "Hello", True),
    (Text(), "-", None, True),
    (Text(), "*", "x", True),
    (LongText(), "WORLD", "hello\nworld", True),
    (AutoNumber(prefix="D-"), "42", "D-00042", True),
    (Phone(), "030 231", "+493023125000", True),
    (Integer(), "10", 10, True),
    (Integer(), "10..20", 20, True),
    (Integer(), "10..20", 21, False),
    (Integer(), "-5..-1", -3, True),
    (Integer(), "..20", 20, True),
    (Integer(), "20..", 19, False),
    (Integer(), ">10", 10, False),
    (Integer(), ">= 10", 10, True),
    (Integer(), "<10", 10, False),
    (Integer(), "<=10", 10, True),
    (DecimalNumber(), "1.5..2.5", Decimal("2.00"), True),
    (MoneyAmount(), ">1", Money(Decimal("1.50"), "PLN"), True),
    (Rating(), ">=4", 3, False),
    (Date(), "2026-01-01..2026-01-31", date(2026, 1, 31), True),
    (DateTime(), "2026-01-31", NOW, True),
    (DateTime(), "..2026-01-31", NOW, True),
    (DateTime(), "<2026-01-31", NOW, False),
    (DateTime(), ">2026-01-31", NOW, False),
    (Time(), "9:00..12:00", time(12, 0, 59), True),
    (Time(), "9:00..12:00", time(12, 1), False),
    (Boolean(), "yes", True, True),
    (Boolean(), "0", True, False),
    (Boolean(), "0", False, True),
    (Choice(choices=CHOICES), "won,lost", "lost", True),
    (Choice(choices=CHOICES), "won,lost", "new", False),
    (MultiChoice(choices=CHOICES), "won,new", ("new", "lost"), True),
    (Tags(), "red", ("red",), True),
    (Tags(), "red", ("redder",), False),
    (Link(target="client"), "5,6", 6, True),
    (User(), "me", 7, True),
    (User(), "me", 8, False),
    (File(), "*", 5, True),
    (Formula(expression="x", result="boolean"), "yes", True, True),
)


@pytest.mark.parametrize(("field_type", "text", "value", "met"), MET, ids=lambda p: getattr(p, "name", None))
def test_shorthands(field_type: FieldType, text: str, value: Any, met: bool) -> None:
    assert meets(shorthand("it", field_type, text, EN), field_type, value) is met


def test_days_are_those_of_whoever_looks() -> None:
    late = datetime(2026, 1, 31, 22, 30, tzinfo=UTC)
    text = shorthand("it", DateTime(), "1.02.2026", RU)
    assert meets(text, DateTime(), late, RU)
    assert not meets(text, DateTime(), late, EN)


@pytest.mark.parametrize(
    ("field_type", "operator", "values", "code"),
    [
        (Integer(), "contains", ["1"], "filter.unknown_operator"),
        (Integer(), "less", [], "filter.value_count"),
        (Integer(), "between", ["1"], "filter.value_count"),
        (Integer(), "less", ["1", "2"], "filter.value_count"),
        (Integer(), "less", ["test"], "number.not_a_number"),
        (Text(), "contains", ["a\x1fb"], "text.control_character"),
        (Text(), "contains", ["x" * 5000], "filter.too_long"),
        (Tags(), "has_any", [","], "filter.no_value"),
        (Choice(choices=CHOICES), "is_any_of", ["never"], "choice.unknown"),
        (DateTime(), "more", ["9999-12-31"], "date.not_a_date"),
    ],
    ids=lambda p: getattr(p, "name", ""),
)
def test_refused(field_type: FieldType, operator: str, values: list[str], code: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        condition("it", field_type, operator, values, EN)
    assert refused.value.problem.code == code


@pytest.mark.parametrize(("field_type", "text"), [(File(), "5"), (Json(), "x"), (Integer(), ".."), (Integer(), "")])
def test_refused_shorthands(field_type: FieldType, text: str) -> None:
    with pytest.raises(InvalidValue):
        shorthand("it", field_type, text, EN)


@given(st.text(max_size=60))
def test_no_text_breaks_out_of_its_quotes(text: str) -> None:
    for field_type in (Text(), Tags(), AutoNumber()):
        try:
            written = shorthand("it", field_type, text, EN)
        except InvalidValue:
            continue
        tree = parse(written)
        check(tree, OneField(field_type), BOOLEAN)
        assert names(tree) == {("it",)}
        assert {part.function for part in walk(tree) if isinstance(part, Call)} <= {"IS_EMPTY"}
