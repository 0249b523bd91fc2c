"""What people see, and what a worksheet gets."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from kartoteka.metadata.fieldtypes import (
    AutoNumber,
    Boolean,
    Choice,
    Date,
    DateTime,
    DecimalNumber,
    Duration,
    FieldType,
    File,
    Formula,
    Image,
    Integer,
    Link,
    Money,
    MoneyAmount,
    MultiChoice,
    Percent,
    Phone,
    Rating,
    Time,
    User,
)
from kartoteka.metadata.locales import Locale
from tests.metadata.fieldtypes.samples import CHOICES

EN, RU, PL = Locale("en", "Europe/London"), Locale("ru", "Europe/Moscow"), Locale("pl", "Europe/Warsaw")
NOON = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)

SHOWN: tuple[tuple[FieldType, Any, str, str, str], ...] = (
    (Integer(), 10**17, "100,000,000,000,000,000", "100 000 000 000 000 000", "100 000 000 000 000 000"),
    (DecimalNumber(unit="kg"), Decimal("1234.50"), "1,234.50 kg", "1 234,50 kg", "1 234,50 kg"),
    (Percent(), Decimal("12.50"), "12.50 %", "12,50 %", "12,50 %"),
    (MoneyAmount(), Money(Decimal("12345.60"), "EUR"), "€12,345.60", "12 345,60 €", "12 345,60 €"),
    (MoneyAmount(scale=0), Money(Decimal(-5), "PLN"), "-PLN5", "-5 PLN", "-5 zł"),
    (Boolean(), True, "Yes", "Да", "Tak"),
    (Boolean(), False, "No", "Нет", "Nie"),
    (Date(), date(2026, 1, 31), "Jan 31, 2026", "31 янв. 2026 г.", "31 sty 2026"),
    (Time(), time(9, 30), "09:30", "09:30", "09:30"),
    (DateTime(), NOON, "31 Jan 2026, 12:00", "31 янв. 2026, 15:00", "31 sty 2026, 13:00"),
    (Duration(), 5400, "1:30", "1:30", "1:30"),
    (Duration(), 360005, "100:00:05", "100:00:05", "100:00:05"),
    (Choice(choices=CHOICES), "won", "Won", "Выиграна", "Wygrana"),
    (Choice(choices=CHOICES), "gone", "gone", "gone", "gone"),
    (MultiChoice(choices=CHOICES), ("new", "old"), "New, Old", "Новая, Old", "Nowa, Old"),
    (Phone(), "+493023125000;ext=12", "+49 30 23125000 ext. 12", "+49 30 23125000 ext. 12", "+49 30 23125000 ext. 12"),
    (Phone(), "030 23125000", "030 23125000", "030 23125000", "030 23125000"),
    (Rating(), 4, "4/5", "4/5", "4/5"),
    (Formula(expression="x", result="number", scale=1), Decimal("1234.5"), "1,234.5", "1 234,5", "1 234,5"),
    (Formula(expression="x", result="boolean"), True, "Yes", "Да", "Tak"),
)


@pytest.mark.parametrize(
    ("field_type", "value", "en", "ru", "pl"), SHOWN, ids=lambda part: str(getattr(part, "name", ""))
)
def test_is_shown(field_type: FieldType, value: Any, en: str, ru: str, pl: str) -> None:
    found = [" ".join(field_type.display(value, locale).split()) for locale in (EN, RU, PL)]
    assert found == [" ".join(text.split()) for text in (en, ru, pl)]


WORKSHEET: tuple[tuple[FieldType, Any, Any, str, str], ...] = (
    (DecimalNumber(scale=3), Decimal("1.500"), Decimal("1.500"), "decimal", "#,##0.000"),
    (Percent(), Decimal("12.50"), Decimal("0.1250"), "decimal", "0.00%"),
    (Percent(scale=0), Decimal(12), Decimal("0.12"), "decimal", "0%"),
    (MoneyAmount(), Money(Decimal("12.30"), "EUR"), Decimal("12.30"), "decimal", "#,##0.00 [$EUR]"),
    (MoneyAmount(), Money(Decimal("12.30"), "PLN"), "12.30 PLN", "decimal", "#,##0.00 [$EUR]"),
    (Boolean(), True, True, "boolean", ""),
    (DateTime(), NOON, datetime(2026, 1, 31, 15, 0), "datetime", "yyyy-mm-dd hh:mm"),  # noqa: DTZ001 - a wall clock
    (Time(), time(9, 30), time(9, 30), "time", "hh:mm"),
    (Duration(), 5400, timedelta(minutes=90), "duration", "[h]:mm"),
    (MultiChoice(choices=CHOICES), ("new", "lost"), "Новая; Lost, for now", "text", ""),
    (Phone(), "+493023125000", "+493023125000", "text", ""),
    (Link(target="client"), 42, "42", "text", ""),
    (Rating(), 4, 4, "integer", ""),
    (Formula(expression="x", result="date"), date(2026, 1, 31), date(2026, 1, 31), "date", "yyyy-mm-dd"),
)


@pytest.mark.parametrize(
    ("field_type", "value", "cell", "kind", "number_format"), WORKSHEET, ids=lambda part: str(getattr(part, "name", ""))
)
def test_in_a_worksheet(field_type: FieldType, value: Any, cell: Any, kind: str, number_format: str) -> None:
    found = field_type.excel(value, RU)
    assert (found, type(found)) == (cell, type(cell))
    assert field_type.excel_kind == kind
    assert field_type.number_format == number_format


def test_a_worksheet_s_labels_are_read_back() -> None:
    several = MultiChoice(choices=CHOICES)
    for locale in (EN, RU, PL):
        text = several.excel(("new", "won", "lost"), locale)
        assert several.parse_all([text], locale) == ("new", "won", "lost")


def test_automatic_numbers() -> None:
    number = AutoNumber(prefix="D-", digits=5)
    assert number.numbered(42) == "D-00042"
    assert number.numbered(1234567) == "D-1234567"
    assert number.always_unique
    assert number.computed


def test_formulas_take_what_the_database_computes() -> None:
    number = Formula(expression="x", result="number")
    assert [str(number.restore((value,))) for value in (1, 0.1 + 0.2, Decimal("1.005"))] == ["1.00", "0.30", "1.00"]
    assert [number.restore((value,)) for value in (None, float("inf"), 1e300, Decimal("NaN"))] == [None] * 4
    assert Formula(expression="x", result="boolean").restore((0,)) is False
    assert Formula(expression="x").restore(("",)) is None


def test_links_say_where_they_lead() -> None:
    assert [t.links_to for t in (Link(target="client"), User(), File(), Image(), Integer())] == [
        "client", "user", "file", "file", None,
    ]  # fmt: skip
    assert str(Link(target="client").kind) == "record (client)"


def test_files_that_are_refused() -> None:
    document = File(accept=("application/pdf", "text/*"), max_size=10)
    assert not list(document.upload_problems("text/plain", 10))
    assert not list(document.upload_problems("Application/PDF", 1))
    assert [p.code for p in document.upload_problems("image/png", 11)] == ["file.media_type", "file.too_big"]
    assert [p.code for p in Image().upload_problems("image/svg+xml", 1)] == ["file.media_type"]


def test_a_phone_is_found_by_what_people_remember() -> None:
    assert list(Phone().texts("+493023125000;ext=12")) == ["+493023125000", "03023125000", "12"]
    assert Phone().sought("030 / 23125") == "3023125"
