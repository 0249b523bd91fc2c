"""What people type, in English, Russian and Polish: what it is read as, and what is refused."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest

from kartoteka.metadata.fieldtypes import (
    Boolean,
    Choice,
    Date,
    DateTime,
    DecimalNumber,
    Duration,
    Email,
    FieldType,
    Integer,
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
    Url,
)
from kartoteka.metadata.fieldtypes.base import InvalidValue
from kartoteka.metadata.locales import Locale
from tests.metadata.fieldtypes.samples import CHOICES

EN, RU, PL = Locale("en", "Europe/London"), Locale("ru", "Europe/Moscow"), Locale("pl", "Europe/Warsaw")
EVERYWHERE = (EN, RU, PL)


def D(text: str) -> Decimal:  # noqa: N802 - short, as the tables below are read by eye
    return Decimal(text)


Case = tuple[FieldType, str, tuple[Locale, ...], Any]

ACCEPTED: tuple[Case, ...] = (
    (Text(), "  two  words ", EVERYWHERE, "two  words"),
    (LongText(), " a\r\nb\rc\n\td \n", EVERYWHERE, "a\nb\nc\n\td"),
    (Integer(), "1234", EVERYWHERE, 1234),
    (Integer(), "1 234 567", EVERYWHERE, 1234567),
    (Integer(), "1,234", (EN,), 1234),
    (Integer(), "\u22125", EVERYWHERE, -5),
    (Integer(), "7.0", EVERYWHERE, 7),
    (DecimalNumber(), "1,234.56", (EN,), D("1234.56")),
    (DecimalNumber(), "1 234,56", (RU, PL), D("1234.56")),
    (DecimalNumber(), "1\u00a0234,56", (RU, PL), D("1234.56")),
    (DecimalNumber(), "1\u202f234,56", (RU, PL), D("1234.56")),
    (DecimalNumber(), "1 234.56", EVERYWHERE, D("1234.56")),
    (DecimalNumber(), "1,5", (RU, PL), D("1.50")),
    (DecimalNumber(), "1.5", EVERYWHERE, D("1.50")),
    (DecimalNumber(), "1,234", (EN,), D("1234.00")),
    (DecimalNumber(), "1,234", (RU, PL), D("1.23")),
    (DecimalNumber(), "0.005", EVERYWHERE, D("0.00")),
    (DecimalNumber(), "0.015", EVERYWHERE, D("0.02")),
    (DecimalNumber(), "9999999999999999.99", EVERYWHERE, D("9999999999999999.99")),
    (Percent(), "12.5", EVERYWHERE, D("12.50")),
    (Percent(), "12,5 %", (RU, PL), D("12.50")),
    (Percent(), "12.5%", EVERYWHERE, D("12.50")),
    (MoneyAmount(), "12.30", EVERYWHERE, Money(D("12.30"), "EUR")),
    (MoneyAmount(), "1 234,56 €", (RU, PL), Money(D("1234.56"), "EUR")),
    (MoneyAmount(), "€1,234.56", (EN,), Money(D("1234.56"), "EUR")),
    (MoneyAmount(), "12 pln", EVERYWHERE, Money(D("12.00"), "PLN")),
    (MoneyAmount(), "USD -5", EVERYWHERE, Money(D("-5.00"), "USD")),
    (MoneyAmount(currency="PLN"), "5 zł", (PL,), Money(D("5.00"), "PLN")),
    (MoneyAmount(currency="RUB"), "5₽", (RU,), Money(D("5.00"), "RUB")),
    *((Boolean(), word, EVERYWHERE, True) for word in ("true", "Yes", "да", "ДА", "tak", "1", "y")),
    *((Boolean(), word, EVERYWHERE, False) for word in ("false", "No", "нет", "nie", "0", "n")),
    (Date(), "2026-01-31", EVERYWHERE, date(2026, 1, 31)),
    (Date(), "31.01.2026", EVERYWHERE, date(2026, 1, 31)),
    (Date(), "01.02.2026", EVERYWHERE, date(2026, 2, 1)),
    (Date(), "1/2/2026", (EN,), date(2026, 1, 2)),
    (Date(), "1/2/2026", (RU, PL), date(2026, 2, 1)),
    (Time(), "9:30", EVERYWHERE, time(9, 30)),
    (Time(), "09.30", EVERYWHERE, time(9, 30)),
    (Time(), "09:30:15.999", EVERYWHERE, time(9, 30, 15)),
    (Time(), "9:30 pm", EVERYWHERE, time(21, 30)),
    (Time(), "12:00 a.m.", EVERYWHERE, time(0, 0)),
    (DateTime(), "2026-01-31T15:30", (PL,), datetime(2026, 1, 31, 14, 30, tzinfo=UTC)),
    (DateTime(), "2026-01-31 15:30:05", (RU,), datetime(2026, 1, 31, 12, 30, 5, tzinfo=UTC)),
    (DateTime(), "31.07.2026, 15:30", (PL,), datetime(2026, 7, 31, 13, 30, tzinfo=UTC)),
    (DateTime(), "7/31/2026 3:30 PM", (EN,), datetime(2026, 7, 31, 14, 30, tzinfo=UTC)),
    (DateTime(), "2026-01-31T15:30Z", EVERYWHERE, datetime(2026, 1, 31, 15, 30, tzinfo=UTC)),
    (DateTime(), "2026-01-31T15:30:00.123+02:00", EVERYWHERE, datetime(2026, 1, 31, 13, 30, tzinfo=UTC)),
    (DateTime(), "2026-01-31", (PL,), datetime(2026, 1, 30, 23, 0, tzinfo=UTC)),
    # The clock is set back at three: 02:30 comes twice, and the first one is meant.
    (DateTime(), "2026-10-25T02:30", (PL,), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
    (DateTime(), "2026-10-25T02:30+01:00", (PL,), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
    (Duration(), "1:30", EVERYWHERE, 5400),
    (Duration(), "1:30:15", EVERYWHERE, 5415),
    (Duration(), "100:00", EVERYWHERE, 360000),
    (Duration(), "90 min", EVERYWHERE, 5400),
    (Duration(), "1 h 30 m", EVERYWHERE, 5400),
    (Duration(), "1.5 hours", EVERYWHERE, 5400),
    (Duration(), "1,5 ч", (RU, PL), 5400),
    (Duration(), "2 часа 15 мин.", EVERYWHERE, 8100),
    (Duration(), "1 godz. 15 minut 5 s", EVERYWHERE, 4505),
    (Choice(choices=CHOICES), "won", EVERYWHERE, "won"),
    (Choice(choices=CHOICES), "Выиграна", EVERYWHERE, "won"),
    (Choice(choices=CHOICES), "wygrana", EVERYWHERE, "won"),
    (Choice(choices=CHOICES), "closed", EVERYWHERE, "won"),
    (MultiChoice(choices=CHOICES), "Won, new", EVERYWHERE, ("new", "won")),
    (MultiChoice(choices=CHOICES), "Lost, for now", EVERYWHERE, ("lost",)),
    (MultiChoice(choices=CHOICES), "Lost, for now; new;", EVERYWHERE, ("new", "lost")),
    (Tags(), "red, Blue; RED\nblue", EVERYWHERE, ("red", "Blue")),
    (Email(), " Anna.Nowak@EXAMPLE.pl ", EVERYWHERE, "anna.nowak@example.pl"),
    (Email(), "mailto:anna@example.com", EVERYWHERE, "anna@example.com"),
    (Email(), "почта@пример.рф", EVERYWHERE, "почта@пример.рф"),
    (Url(), "example.com", EVERYWHERE, "https://example.com"),
    (Url(), "HTTP://Example.com/A?b=%20#c", EVERYWHERE, "http://Example.com/A?b=%20#c"),
    (Url(), "example.com:8080/x", EVERYWHERE, "https://example.com:8080/x"),
    (Url(), "//example.com", EVERYWHERE, "https://example.com"),
    (Url(), "http://[::1]/", EVERYWHERE, "http://[::1]/"),
    (Url(), "почта.рф", EVERYWHERE, "https://почта.рф"),
    (Phone(region="DE"), "030 / 23 12 50 00", EVERYWHERE, "+493023125000"),
    (Phone(), "+49 (30) 23125-000 ext. 12", EVERYWHERE, "+493023125000;ext=12"),
    (Phone(), "+7 495 123-45-67 доб. 012", EVERYWHERE, "+74951234567;ext=012"),
    (Phone(), "030  23125000", EVERYWHERE, "030 23125000"),
    (Phone(region="PL"), "112", EVERYWHERE, "112"),
    (Link(target="client"), "42", EVERYWHERE, 42),
    (Rating(), "4", EVERYWHERE, 4),
    (Rating(), "4/5", EVERYWHERE, 4),
    (Json(), '{"b": [1, 2.50, null], "a": "я"}', EVERYWHERE, {"a": "я", "b": [1, 2.5, None]}),
    (Json(), "0", EVERYWHERE, 0),
    (Json(), "null", EVERYWHERE, None),
)

REFUSED: tuple[tuple[FieldType, str, tuple[Locale, ...], str], ...] = (
    (Text(), "a\x07b", EVERYWHERE, "text.control_character"),
    (Text(), "a\ud800b", EVERYWHERE, "text.control_character"),
    (Text(), "a\nb", EVERYWHERE, "text.control_character"),
    (LongText(), "a\0b", EVERYWHERE, "text.control_character"),
    *(
        (number, text, EVERYWHERE, "number.not_a_number")
        for number in (Integer(), DecimalNumber(), Percent(), MoneyAmount())
        for text in ("test", "NaN", "Infinity", "1e5", "1_000", "0x10", "12 34", "--1", "1/2", "١٢", "1,2,3", "½")
    ),
    (DecimalNumber(), "1 234,56", (EN,), "number.not_a_number"),
    (DecimalNumber(), "1,5", (EN,), "number.not_a_number"),
    (DecimalNumber(), "1,234.56", (RU, PL), "number.not_a_number"),
    (DecimalNumber(), "1.234,56", EVERYWHERE, "number.not_a_number"),
    (DecimalNumber(), "10000000000000000", EVERYWHERE, "number.too_many_digits"),
    (DecimalNumber(), "9999999999999999.995", EVERYWHERE, "number.too_many_digits"),
    (DecimalNumber(), "9" * 100, EVERYWHERE, "number.not_a_number"),
    (Integer(), "1.5", EVERYWHERE, "integer.fraction"),
    (Integer(), "1" * 19, EVERYWHERE, "number.too_many_digits"),
    (MoneyAmount(), "5 $", EVERYWHERE, "money.unknown_currency"),
    (MoneyAmount(), "5 XYZ", EVERYWHERE, "money.unknown_currency"),
    (MoneyAmount(), "EUR 5 PLN", EVERYWHERE, "money.unknown_currency"),
    (Boolean(), "maybe", EVERYWHERE, "boolean.unknown"),
    (Boolean(), "2", EVERYWHERE, "boolean.unknown"),
    (Date(), "2026-02-30", EVERYWHERE, "date.not_a_date"),
    (Date(), "31.01.26", EVERYWHERE, "date.short_year"),
    (Date(), "31/1/2026", (EN,), "date.not_a_date"),
    (Date(), "31.01-2026", EVERYWHERE, "date.not_a_date"),
    (Date(), "tomorrow", EVERYWHERE, "date.not_a_date"),
    (Time(), "24:00", EVERYWHERE, "time.not_a_time"),
    (Time(), "9", EVERYWHERE, "time.not_a_time"),
    (Time(), "13:00 pm", EVERYWHERE, "time.not_a_time"),
    (DateTime(), "15:30", EVERYWHERE, "datetime.not_a_moment"),
    (DateTime(), "2026-01-31T25:00", EVERYWHERE, "time.not_a_time"),
    (DateTime(), "0001-01-01T00:00", EVERYWHERE, "datetime.out_of_range"),
    # The clock is set from two to three: there is no 02:30.
    (DateTime(), "2026-03-29T02:30", (PL,), "datetime.skipped_by_clock"),
    (Duration(), "90", EVERYWHERE, "duration.no_unit"),
    (Duration(), "1h30", EVERYWHERE, "duration.no_unit"),
    (Duration(), "1 day", EVERYWHERE, "duration.not_a_duration"),
    (Duration(), "1:60", EVERYWHERE, "duration.not_a_duration"),
    (Duration(), "-1:30", EVERYWHERE, "duration.not_a_duration"),
    (Duration(), "5 min 1 h", EVERYWHERE, "duration.not_a_duration"),
    (Duration(), "9999999:00", EVERYWHERE, "duration.too_long"),
    (Choice(choices=CHOICES), "never", EVERYWHERE, "choice.unknown"),
    (MultiChoice(choices=CHOICES), "won, never", EVERYWHERE, "choice.unknown"),
    (Tags(), "a\x07, b", EVERYWHERE, "text.control_character"),
    *(
        (Email(), text, EVERYWHERE, "email.not_an_address")
        for text in ("anna", "a@b", "a b@c.de", "a@b..de", ".a@b.de", "Anna <a@b.de>", "a@b.de, c@d.ef", "a@-b.de")
    ),
    (Url(), "javascript:alert(1)", EVERYWHERE, "url.scheme"),
    (Url(), "JaVaScript://example.com/%0aalert(1)", EVERYWHERE, "url.scheme"),
    (Url(), "java\tscript:alert(1)", EVERYWHERE, "url.character"),
    (Url(), "data:text/html,x", EVERYWHERE, "url.scheme"),
    (Url(), "ftp://example.com", EVERYWHERE, "url.scheme"),
    (Url(), "https://bank.example@evil.example", EVERYWHERE, "url.password"),
    (Url(), "https://exa\u202emple.com", EVERYWHERE, "url.character"),
    (Url(), "two words", EVERYWHERE, "url.character"),
    (Url(), "word", EVERYWHERE, "url.not_an_address"),
    (Url(), "tel:123", EVERYWHERE, "url.not_an_address"),
    (Url(), "https://example.com:99999", EVERYWHERE, "url.not_an_address"),
    (Url(), "https:///path", EVERYWHERE, "url.not_an_address"),
    (Phone(region="DE"), "call Anna 030 23125000", EVERYWHERE, "phone.not_a_number"),
    (Phone(), "12", EVERYWHERE, "phone.not_a_number"),
    (Phone(), "1-800-FLOWERS", EVERYWHERE, "phone.not_a_number"),
    (Link(target="client"), "ACME", EVERYWHERE, "link.not_an_id"),
    (Link(target="client"), "0", EVERYWHERE, "link.not_an_id"),
    (Link(target="client"), "9" * 19, EVERYWHERE, "link.not_an_id"),
    (Rating(), "0", EVERYWHERE, "rating.out_of_range"),
    (Rating(), "6", EVERYWHERE, "rating.out_of_range"),
    (Rating(), "4.5", EVERYWHERE, "rating.not_a_rating"),
    (Json(), "{", EVERYWHERE, "json.not_json"),
    (Json(), "NaN", EVERYWHERE, "json.not_json"),
    (Json(), "1e400", EVERYWHERE, "json.not_json"),
    (Json(), '{"a": 1, "a": 2}', EVERYWHERE, "json.not_json"),
    (Json(), '"\\ud800"', EVERYWHERE, "json.character"),
    (Json(), "[" * 51 + "]" * 51, EVERYWHERE, "json.too_deep"),
    (Json(), "[" * 100_000, EVERYWHERE, "json.not_json"),
    (Json(), f'"{"я" * 40_000}"', EVERYWHERE, "json.too_big"),
)


def shown(value: object) -> str:
    return value.name if isinstance(value, FieldType) else repr(value)[:40]


@pytest.mark.parametrize(("field_type", "text", "locales", "value"), ACCEPTED, ids=shown)
def test_is_read(field_type: FieldType, text: str, locales: tuple[Locale, ...], value: Any) -> None:
    for locale in locales:
        found = field_type.parse_all([text], locale)
        assert (found, type(found)) == (value, type(value)), locale.language


@pytest.mark.parametrize(("field_type", "text", "locales", "code"), REFUSED, ids=shown)
def test_is_refused(field_type: FieldType, text: str, locales: tuple[Locale, ...], code: str) -> None:
    for locale in locales:
        with pytest.raises(InvalidValue) as refused:
            field_type.parse_all([text], locale)
        assert refused.value.problem.code == code, locale.language


def test_a_decimal_keeps_its_places() -> None:
    assert str(DecimalNumber().parse("-0.001", EN)) == "0.00"
    assert str(DecimalNumber(scale=3).load(1e-3)) == "0.001"
    assert str(DecimalNumber(scale=0).load("-7")) == "-7"


@pytest.mark.parametrize(
    "data", ["1,234", "1 234", "+5", "٥", ".5", True, None, float("nan"), "NaN", [], {"amount": 1}]
)
def test_json_numbers_are_not_guessed(data: Any) -> None:
    with pytest.raises(InvalidValue):
        DecimalNumber().load(data)


@pytest.mark.parametrize(
    "data", [{}, {"currency": "EUR"}, {"amount": "1", "tax": 2}, {"amount": "1", "currency": "eur"}]
)
def test_json_money_is_not_guessed(data: Any) -> None:
    with pytest.raises(InvalidValue):
        MoneyAmount().load(data)


def test_money_in_json() -> None:
    money = MoneyAmount(currency="PLN")
    assert money.load("12.3") == money.load(12.3) == Money(D("12.30"), "PLN")
    assert money.dump(money.load({"amount": "12.3", "currency": "EUR"})) == {"amount": "12.30", "currency": "EUR"}


def test_money_of_a_form() -> None:
    assert MoneyAmount().parse_all(["5", "pln"], EN) == Money(D("5.00"), "PLN")
    assert MoneyAmount().parse_all(["5", ""], EN) == Money(D("5.00"), "EUR")
    assert MoneyAmount().parse_all(["", "PLN"], EN) is None
    with pytest.raises(InvalidValue):
        MoneyAmount().parse_all(["5", "zloty"], EN)


@pytest.mark.parametrize("data", ["2026-01-31", "2026-01-31T15:30", "2026-01-31 15:30Z", "20260131T1530Z", 5, True])
def test_json_moments_have_an_offset(data: Any) -> None:
    with pytest.raises(InvalidValue, match=r"datetime\.not_iso"):
        DateTime().load(data)


def test_the_second_half_past_two_survives_a_form() -> None:
    second = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    texts = DateTime().edit(second, PL)
    assert texts == ["2026-10-25T02:30"]
    assert DateTime().parse_over(second, texts, PL) == second
    assert DateTime().parse_over(second, ["2026-10-25T02:31"], PL) == datetime(2026, 10, 25, 0, 31, tzinfo=UTC)


def test_a_form_s_boxes() -> None:
    assert MultiChoice(choices=CHOICES).parse_all(["", "won", "new"], EN) == ("new", "won")
    assert MultiChoice(choices=CHOICES).parse_all([""], EN) is None
    assert MultiChoice(choices=CHOICES).load([]) is None
    assert Boolean().parse_all(["", "1"], EN) is True
    assert Boolean().parse_all([""], EN) is None


def test_tags_are_few_and_short() -> None:
    codes = [problem.code for problem in Tags().check(tuple(f"tag {n}" for n in range(51)))]
    assert codes == ["tags.too_many"]
    assert [problem.code for problem in Tags().check(("x" * 61, "y" * 60))] == ["tags.too_long"]
    with pytest.raises(InvalidValue):
        Tags().load(["a, b"])


def test_lists_are_stored_between_separators() -> None:
    assert MultiChoice(choices=CHOICES).store(("new", "won")) == ("\x1fnew\x1fwon\x1f",)
    assert Tags().store(("a",)) == ("\x1fa\x1f",)
    assert Tags().restore((None,)) is None


def test_reordered_options_keep_their_values() -> None:
    assert MultiChoice(choices=CHOICES[::-1]).restore(("\x1fnew\x1fgone\x1fwon\x1f",)) == ("won", "new", "gone")


def test_json_is_stored_in_one_way() -> None:
    assert Json().store({"b": [1.0, None], "a": "я"}) == Json().store({"a": "я", "b": [1.0, None]})
    assert Json().store({"b": [1.0, None], "a": "я"}) == ('{"a":"я","b":[1.0,null]}',)
