"""Numbers, money and dates look as Babel writes them in each of the product's languages."""

from __future__ import annotations

import datetime as dt
from copy import copy
from decimal import Decimal

import pytest
from babel import Locale as BabelLocale
from babel.dates import format_date, format_datetime, format_time
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from kartoteka.metadata.locales import LANGUAGES, Locale

decimals = st.decimals(-(10**18), 10**18, allow_nan=False, places=9) | st.decimals(-1000, 1000, places=2)
numbers = decimals | st.integers(-(10**18), 10**18)
languages = st.sampled_from(LANGUAGES)


def _fraction_digits(value: Decimal | int) -> int:
    exponent = Decimal(value).as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0


@given(languages, numbers, st.sampled_from((None, 0, 2, 4)))
def test_numbers(language: str, value: Decimal | int, places: int | None) -> None:
    digits = "#" * _fraction_digits(value) if places is None else "0" * places
    pattern = f"#,##0.{digits}" if digits else "#,##0"
    expected = format_decimal(value, format=pattern, locale=language, decimal_quantization=False)
    assert Locale(language).number(value, places) == expected


@given(languages, decimals, st.sampled_from(("EUR", "USD", "PLN", "RUB", "JPY", "XYZ")), st.sampled_from((0, 2, 3)))
def test_money(language: str, amount: Decimal, currency: str, places: int) -> None:
    pattern = copy(BabelLocale.parse(language).currency_formats["standard"])
    pattern.frac_prec = (places, places)
    expected = pattern.apply(
        amount, BabelLocale.parse(language), currency=currency, currency_digits=False, decimal_quantization=False
    )
    assert Locale(language).money(amount, currency, places) == expected


@pytest.mark.parametrize("value", [Decimal("-0"), Decimal("-0.00"), Decimal("1E+3"), Decimal("1E-10")])
@pytest.mark.parametrize("language", LANGUAGES)
def test_odd_numbers(language: str, value: Decimal) -> None:
    expected = format_decimal(value, format="#,##0.00", locale=language, decimal_quantization=False)
    assert Locale(language).number(value, 2) == expected


@given(languages, st.datetimes(timezones=st.just(dt.UTC)))
def test_dates_and_times(language: str, value: dt.datetime) -> None:
    locale = Locale(language)
    assert locale.date(value.date()) == format_date(value.date(), "medium", locale=language)
    assert locale.datetime(value) == format_datetime(value, "d MMM y, HH:mm", locale=language)
    clock = value.time()
    assert locale.time(clock) == format_time(clock, "HH:mm:ss" if clock.second else "HH:mm", locale=language)
