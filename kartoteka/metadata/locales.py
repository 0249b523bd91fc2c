"""A reader's language and time zone, and how numbers and dates look there (by Babel)."""

from __future__ import annotations

import datetime as dt
import re
from copy import copy
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from babel import Locale as BabelLocale
from babel.dates import format_date, format_skeleton
from babel.numbers import NumberFormatError, get_currency_symbol, parse_decimal

LANGUAGES = ("en", "ru", "pl")
"""Languages of the product's own texts; labels of metadata may have more."""


@dataclass(frozen=True, slots=True)
class Locale:
    """How one person reads and writes values."""

    language: str = "en"
    time_zone: str = "UTC"

    @property
    def zone(self) -> ZoneInfo:
        """The person's time zone."""
        return _zone(self.time_zone)

    def number(self, value: Decimal | int, places: int | None = None) -> str:
        """Return the number with the language's signs, thousands by threes; at least `places` digits after the point.

        What Babel gives for LANGUAGES, a hundred times faster: a list shows hundreds of numbers.
        """
        shown = f"{value:,f}" if isinstance(value, Decimal) else f"{value:,}"
        whole, _, fraction = shown.partition(".")
        fraction = fraction.rstrip("0").ljust(places or 0, "0")
        return (f"{whole}.{fraction}" if fraction else whole).translate(_signs(self.language))

    def plain_number(self, value: Decimal | int) -> str:
        """Return the number as one types it: the language's decimal sign, no group separators."""
        return format(value, "f").replace(".", self.decimal_sign)

    def money(self, amount: Decimal, currency: str, places: int) -> str:
        """Return a sum of money as the language writes it, with so many digits after the point."""
        before, after = _round_money(self.language, currency, amount.is_signed())
        return f"{before}{self.number(abs(amount), places)}{after}"

    def currency_sign(self, currency: str) -> str:
        """Return the currency's sign in the language, or its code where it has none."""
        return _currency_sign(self.language, currency)

    @property
    def decimal_sign(self) -> str:
        """The sign between units and fractions."""
        return str(_babel(self.language).number_symbols["latn"]["decimal"])

    def parse_number(self, text: str) -> Decimal:
        """Read a number as the language writes it; a lone point also counts as the decimal sign.

        Raises ValueError when the text is not certainly one number ("1,234" in Polish is 1.234).
        """
        compact = text.strip()
        if _is_plain(compact):  # most are: tables of programs have no other numbers
            return Decimal(compact)
        compact = _without_group_spaces(compact).replace("\u2212", "-")
        if not _NUMBER.fullmatch(compact):
            raise ValueError(text)
        if _is_plain(compact):
            return Decimal(compact)
        try:
            return parse_decimal(compact, locale=_babel(self.language), strict=True)
        except NumberFormatError:
            pass
        if _is_plain(compact.replace(self.decimal_sign, ".")) and self.decimal_sign != ".":
            return Decimal(compact.replace(self.decimal_sign, "."))
        raise ValueError(text)

    def date(self, value: dt.date) -> str:
        """Return the date in the language's medium form."""
        return _date(self.language, "medium", value)

    def near_date(self, value: dt.date, today: dt.date) -> str:
        """Return the date as short as it is clear: without the year where it is this one."""
        if value.year != today.year:
            return self.date(value)
        return _day(self.language, value)

    def time(self, value: dt.time) -> str:
        """Return the time of day, without seconds where there are none."""
        return value.strftime("%H:%M:%S" if value.second else "%H:%M")

    def datetime(self, value: dt.datetime) -> str:
        """Return the moment in the reader's zone."""
        local = value.astimezone(self.zone)
        return f"{_date(self.language, 'd MMM y', local.date())}, {local:%H:%M}"

    def local(self, value: dt.datetime) -> dt.datetime:
        """Return the moment as the clock on the reader's wall shows it, without a zone."""
        return value.astimezone(self.zone).replace(tzinfo=None)

    def moment(self, wall: dt.datetime) -> dt.datetime:
        """Return the moment at which the reader's wall clock shows `wall`."""
        return wall.replace(tzinfo=self.zone).astimezone(dt.UTC)

    def today(self, now: dt.datetime) -> dt.date:
        """Return the reader's date at the moment `now`."""
        return now.astimezone(self.zone).date()


_NUMBER = re.compile(r"[+-]?[0-9.,'\u2019]*[0-9][0-9.,'\u2019]*")
_GROUPED = re.compile(r"[+\-\u2212]?[0-9]{1,3}(\s[0-9]{3})+([.,][0-9]+)?")


def _without_group_spaces(text: str) -> str:
    """Take out spaces where they part thousands, and only there: "12 34" is no number."""
    return "".join(text.split()) if _GROUPED.fullmatch(text) else text


def _is_plain(text: str) -> bool:
    body = text[1:] if text[:1] in "+-" else text
    whole, _, fraction = body.partition(".")
    return body.isascii() and whole.isdigit() and (fraction.isdigit() or "." not in body)


_zone = cache(ZoneInfo)


@cache
def _babel(language: str) -> BabelLocale:
    return BabelLocale.parse(language)


@lru_cache(maxsize=4000)
def _date(language: str, form: str, value: dt.date) -> str:
    """Lists show the same days again and again, and Babel reads its pattern each time."""
    return format_date(value, form, locale=_babel(language))


@lru_cache(maxsize=4000)
def _day(language: str, value: dt.date) -> str:
    return format_skeleton("MMMd", value, locale=_babel(language))


@cache
def _signs(language: str) -> dict[int, str]:
    """Return what the language writes for the signs in a number as Python writes it."""
    symbols = _babel(language).number_symbols["latn"]
    return {ord(","): symbols["group"], ord("."): symbols["decimal"], ord("-"): symbols["minusSign"]}


@cache
def _round_money(language: str, currency: str, negative: bool) -> tuple[str, str]:
    """Return what the language writes before and after a sum of money: the sign and the currency's symbol."""
    pattern = copy(_babel(language).currency_formats["standard"])
    pattern.frac_prec = (0, 0)
    one = pattern.apply(-1 if negative else 1, _babel(language), currency=currency, currency_digits=False)
    before, _, after = one.partition("1")
    return before, after


@cache
def _currency_sign(language: str, currency: str) -> str:
    """Babel looks through its data each time, and every sum of money that is read asks."""
    return get_currency_symbol(currency, locale=_babel(language))
