"""Money: an amount and its currency."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, ClassVar

from babel.numbers import list_currencies
from msgspec import Meta, Struct

from kartoteka.metadata.columns import ColumnSpec, exact_text
from kartoteka.metadata.fieldtypes.base import FieldType, InvalidValue
from kartoteka.metadata.fieldtypes.numbers import LONGEST_TYPED, FixedPoint, load_number, read_number, rounded
from kartoteka.metadata.locales import Locale
from kartoteka.metadata.problems import Problem


class Money(Struct, frozen=True):
    """An amount in a currency (ISO 4217)."""

    amount: Decimal
    currency: str


class MoneyAmount(FixedPoint, frozen=True):
    """An amount of money. Each value has its own currency; the option names the usual one."""

    name: ClassVar[str] = "money"
    icon: ClassVar[str] = "coins"
    widget: ClassVar[str] = "money"

    currency: Annotated[str, Meta(pattern="^[A-Z]{3}$", description="Usual currency, as ISO 4217 names it.")] = "EUR"

    def columns(self) -> tuple[ColumnSpec, ...]:
        """The amount, and beside it the currency."""
        return (*super().columns(), ColumnSpec("currency", exact_text()))

    def store(self, value: Money) -> tuple[Decimal, str]:
        """Amount and currency."""
        return (value.amount, value.currency)

    def restore(self, stored: tuple[Any, ...]) -> Money | None:
        """An amount without a currency is in the usual one."""
        return None if stored[0] is None else Money(stored[0], stored[1] or self.currency)

    def parse(self, text: str, locale: Locale) -> Money:
        """Read a number, also with a currency: 12.30, 12,30 EUR, $5 where dollars are the usual currency."""
        number, currency = self._parted(text.strip(), locale)
        return Money(rounded(read_number(number, locale), self.scale), currency)

    def parse_all(self, texts: list[str], locale: Locale) -> Money | None:
        """Read the amount and, if there is a second text, its currency."""
        amount = texts[0].strip() if texts else ""
        if not amount:
            return None
        value = self.parse(amount, locale)
        currency = texts[1].strip().upper() if len(texts) > 1 else ""
        return Money(value.amount, known_currency(currency)) if currency else value

    def edit(self, value: Money, locale: Locale) -> list[str]:
        """The amount without separators, and the currency."""
        return [locale.plain_number(value.amount), value.currency]

    def load(self, data: Any) -> Money:
        """Take `{"amount": "12.30", "currency": "EUR"}`, or only the amount for the usual currency."""
        if not isinstance(data, dict):
            return Money(rounded(load_number(data), self.scale), self.currency)
        currency = data.get("currency", self.currency)
        if "amount" not in data or not data.keys() <= {"amount", "currency"} or not isinstance(currency, str):
            raise InvalidValue("money.shape")
        return Money(rounded(load_number(data["amount"]), self.scale), known_currency(currency))

    def assigned(self, value: Money) -> Money:
        """The amount at the scale."""
        amount = rounded(Decimal(value.amount), self.scale)
        return value if amount is value.amount else Money(amount, value.currency)

    def dump(self, value: Money) -> dict[str, str]:
        """An object with the amount as a string of digits."""
        return {"amount": format(value.amount, "f"), "currency": value.currency}

    @property
    def data_schema(self) -> dict[str, Any]:
        """An object with the amount and the currency; an amount alone is taken too, in the usual currency."""
        amount = super().data_schema
        parts = {"amount": amount, "currency": {"type": "string", "pattern": "^[A-Z]{3}$"}}
        whole = {"type": "object", "properties": parts, "required": ["amount"], "additionalProperties": False}
        return {"anyOf": [whole, amount]}

    def check(self, value: Money) -> Iterator[Problem]:
        """Check the range of the amount, whatever its currency."""
        yield from super().check(value.amount)

    def display(self, value: Money | None, locale: Locale) -> str:
        """As the reader's language writes sums of that currency."""
        return "" if value is None else locale.money(value.amount, value.currency, self.scale)

    def excel(self, value: Money, locale: Locale) -> Decimal | str:
        """The amount; in another currency than the column's a text, so that no total mixes currencies."""
        return value.amount if value.currency == self.currency else f"{value.amount:f} {value.currency}"

    @property
    def number_format(self) -> str:
        """Fixed places and the usual currency."""
        return f"{self.places_format} [${self.currency}]"

    def operand(self, value: Money) -> Decimal:
        """The amount, whatever its currency."""
        return value.amount

    def holds(self, old: FieldType) -> bool:
        """Each value keeps its currency, so only scale and range matter."""
        return isinstance(old, MoneyAmount) and old.scale == self.scale and self.range_holds(old)

    def example(self, number: int) -> Money:
        """The number and some fraction, inside the range."""
        return Money(super().example(number), self.currency)

    def option_problems(self) -> Iterator[Problem]:
        """Refuse a currency that does not exist."""
        yield from super().option_problems()
        if self.currency not in _currencies():
            yield Problem("money.unknown_currency", {"currency": self.currency}, pointer="/currency")

    def _parted(self, text: str, locale: Locale) -> tuple[str, str]:
        """Part the number from a code or the usual currency's sign before or behind it."""
        found = _PARTS.fullmatch(text) if len(text) <= LONGEST_TYPED else None
        mark = (found["before"] + found["behind"]).strip() if found else ""
        if not found or not mark:
            return text, self.currency
        signs = {Locale(language).currency_sign(self.currency) for language in (locale.language, "en")}
        return found["number"], self.currency if mark in signs else known_currency(mark.upper())


_PARTS = re.compile(
    r"(?P<before>[^\d\s.,+\-\u2212]*)\s*(?P<number>[+\-\u2212]?[\d.,\s]+?)\s*(?P<behind>([^\d\s.,+\-\u2212][^\d\s]*)?)"
)


def known_currency(code: str) -> str:
    """Return the code of a currency. Raises InvalidValue when there is none of that code."""
    if code not in _currencies():
        raise InvalidValue("money.unknown_currency", currency=code[:20])
    return code


@cache
def _currencies() -> frozenset[str]:
    return frozenset(list_currencies())
