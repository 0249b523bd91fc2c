"""Integer, decimal, percent."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from decimal import ROUND_HALF_EVEN, Decimal
from functools import cache
from typing import Annotated, Any, ClassVar

from msgspec import Meta
from sqlalchemy import BigInteger

from kartoteka.metadata.columns import DIGITS, ColumnSpec, ScaledDecimal
from kartoteka.metadata.expressions.kinds import NUMBER, Kind
from kartoteka.metadata.fieldtypes.base import RANGE_OPERATORS, ExcelKind, FieldType, InvalidValue
from kartoteka.metadata.locales import Locale
from kartoteka.metadata.problems import Problem

LARGEST = 10**DIGITS - 1
MOST_PLACES = 10
"""Digits after the decimal point; expressions settle numbers at as many."""
DIGITS_TEXT = r"-?[0-9]+(\.[0-9]+)?"
LONGEST_TYPED = 60
"""No number that fits is written with more characters."""


_CODE = re.compile(r"\+|-?0[0-9]")
_SIGNS_OF_OTHERS = re.compile(r"[^\d\s.,'\u2019+\-\u2212]")
"""What is written round a number: a percent sign, a currency."""


class Number(FieldType, frozen=True):
    """What all numbers share: a range."""

    icon: ClassVar[str] = "number"
    widget: ClassVar[str] = "number"
    cell: ClassVar[str] = "number"
    operators: ClassVar[tuple[str, ...]] = RANGE_OPERATORS

    minimum: Annotated[Decimal | None, Meta(description="Smallest value allowed.")] = None
    maximum: Annotated[Decimal | None, Meta(description="Largest value allowed.")] = None

    @property
    def kind(self) -> Kind:
        """Number."""
        return NUMBER

    def cuts(self, text: str, value: Any, locale: Locale) -> bool:
        """Digits that were rounded off; what makes a code of a number, such as 007 or +48."""
        digits = _SIGNS_OF_OTHERS.sub("", text).strip()
        return bool(_CODE.match(digits)) or read_number(digits, locale) != self.operand(value)

    def check(self, value: Any) -> Iterator[Problem]:
        """Check the range."""
        if self.minimum is not None and value < self.minimum:
            yield Problem("number.too_small", {"min": str(self.minimum)})
        if self.maximum is not None and value > self.maximum:
            yield Problem("number.too_big", {"max": str(self.maximum)})

    def option_problems(self) -> Iterator[Problem]:
        """Refuse a range that nothing fits."""
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            yield Problem(
                "number.empty_range", {"min": str(self.minimum), "max": str(self.maximum)}, pointer="/minimum"
            )

    def range_holds(self, old: Number) -> bool:
        """Tell whether this range contains the other one."""
        lower = self.minimum is None or (old.minimum is not None and old.minimum >= self.minimum)
        upper = self.maximum is None or (old.maximum is not None and old.maximum <= self.maximum)
        return lower and upper


class Integer(Number, frozen=True):
    """A whole number of at most 18 digits."""

    name: ClassVar[str] = "integer"
    excel_kind: ClassVar[ExcelKind] = "integer"

    def columns(self) -> tuple[ColumnSpec, ...]:
        """One 64-bit column."""
        return (ColumnSpec("", BigInteger()),)

    def parse(self, text: str, locale: Locale) -> int:
        """Read a whole number as the language writes it."""
        number = read_number(text, locale)
        if number != number.to_integral_value():
            raise InvalidValue("integer.fraction")
        return self._bounded(int(number))

    def edit(self, value: int, locale: Locale) -> list[str]:
        """Digits without separators."""
        return [str(value)]

    def load(self, data: Any) -> int:
        """Take a JSON integer."""
        if isinstance(data, bool) or not isinstance(data, int):
            raise InvalidValue("integer.not_integer")
        return self._bounded(data)

    @property
    def data_schema(self) -> dict[str, Any]:
        """An integer."""
        lowest = -LARGEST if self.minimum is None else math.ceil(self.minimum)
        highest = LARGEST if self.maximum is None else math.floor(self.maximum)
        return {"type": "integer", "minimum": lowest, "maximum": highest}

    def display(self, value: int | None, locale: Locale) -> str:
        """Grouped digits."""
        return "" if value is None else locale.number(value)

    @property
    def number_format(self) -> str:
        """Whole numbers with separators."""
        return "#,##0"

    def holds(self, old: FieldType) -> bool:
        """A wider range fits."""
        return type(old) is Integer and self.range_holds(old)

    def example(self, number: int) -> int:
        """The number itself, inside the range."""
        lowest = math.ceil(self.minimum) if self.minimum is not None else number
        highest = math.floor(self.maximum) if self.maximum is not None else number
        return min(max(number, lowest), highest)

    @staticmethod
    def _bounded(number: int) -> int:
        if abs(number) > LARGEST:
            raise InvalidValue("number.too_many_digits", digits=DIGITS)
        return number


class FixedPoint(Number, frozen=True):
    """What decimals, percentages and money share: a fixed scale, at most 18 digits, half to even at assignment."""

    excel_kind: ClassVar[ExcelKind] = "decimal"

    scale: Annotated[int, Meta(ge=0, le=MOST_PLACES, description="Digits after the decimal point.")] = 2

    def columns(self) -> tuple[ColumnSpec, ...]:
        """One column of fixed scale."""
        return (ColumnSpec("", ScaledDecimal(self.scale)),)

    def parse(self, text: str, locale: Locale) -> Any:
        """Read a number as the language writes it."""
        return rounded(read_number(text, locale), self.scale)

    def edit(self, value: Any, locale: Locale) -> list[str]:
        """The number with the language's decimal sign, no separators."""
        return [locale.plain_number(value)]

    def load(self, data: Any) -> Any:
        """Take a JSON string of digits, or a JSON number."""
        return rounded(load_number(data), self.scale)

    def assigned(self, value: Any) -> Any:
        """The number at the scale."""
        return rounded(Decimal(value), self.scale)

    def dump(self, value: Any) -> Any:
        """A string: JSON numbers lose digits on the way through many programs."""
        return format(value, "f")

    @property
    def data_schema(self) -> dict[str, Any]:
        """A string of digits with a point; a number is taken too."""
        return {"type": ["string", "number"], "pattern": f"^{DIGITS_TEXT}$"}

    @property
    def places_format(self) -> str:
        """The worksheet format of the bare number."""
        return "#,##0" + ("." + "0" * self.scale if self.scale else "")

    def holds(self, old: FieldType) -> bool:
        """Only the same scale sits in the same column."""
        return isinstance(old, FixedPoint) and type(old) is type(self) and self._same_scale(old)

    def _same_scale(self, old: FixedPoint) -> bool:
        return old.scale == self.scale and self.range_holds(old)

    def example(self, number: int) -> Any:
        """The number and some fraction, inside the range."""
        value = Decimal(number) + Decimal(number % 100) / 100
        if self.minimum is not None:
            value = max(value, self.minimum)
        if self.maximum is not None:
            value = min(value, self.maximum)
        return rounded(value, self.scale)


class DecimalNumber(FixedPoint, frozen=True):
    """A decimal, with a unit if it has one."""

    name: ClassVar[str] = "decimal"
    icon: ClassVar[str] = "decimal"

    unit: Annotated[str, Meta(max_length=20, description="Unit shown behind the number, such as kg.")] | None = None

    def display(self, value: Decimal | None, locale: Locale) -> str:
        """Grouped digits and the unit."""
        if value is None:
            return ""
        return locale.number(value, self.scale) + (f"\u00a0{self.unit}" if self.unit else "")

    @property
    def number_format(self) -> str:
        """Fixed places with separators."""
        return self.places_format


class Percent(FixedPoint, frozen=True):
    """A share of a hundred: 12.5 is 12.5 %."""

    name: ClassVar[str] = "percent"
    icon: ClassVar[str] = "percentage"
    widget: ClassVar[str] = "percent"

    def parse(self, text: str, locale: Locale) -> Decimal:
        """Read a number, with or without the sign."""
        number: Decimal = super().parse(text.strip().removesuffix("%").rstrip(), locale)
        return number

    def display(self, value: Decimal | None, locale: Locale) -> str:
        """Grouped digits and the sign."""
        return "" if value is None else f"{locale.number(value, self.scale)}\u00a0%"

    def said(self, value: Decimal, locale: Locale) -> str:
        """The number and the sign."""
        return f"{locale.plain_number(value)} %"

    def excel(self, value: Decimal, locale: Locale) -> Decimal:
        """A fraction, as Excel keeps percentages."""
        return value.scaleb(-2)

    @property
    def number_format(self) -> str:
        """Excel multiplies by 100 and sets the sign."""
        return self.places_format.removeprefix("#,##") + "%"


def read_number(text: str, locale: Locale) -> Decimal:
    """Read a number that a person typed. Raises InvalidValue."""
    if len(text) > LONGEST_TYPED:
        raise InvalidValue("number.not_a_number", text=text[:40])
    try:
        return locale.parse_number(text)
    except ValueError:
        raise InvalidValue("number.not_a_number", text=text[:40]) from None


_DIGITS = re.compile(DIGITS_TEXT)


def load_number(data: Any) -> Decimal:
    """Take a JSON number, or a string of digits with a point. Raises InvalidValue."""
    if isinstance(data, str) and len(data) <= LONGEST_TYPED and _DIGITS.fullmatch(data):
        return Decimal(data)
    if isinstance(data, int | Decimal) and not isinstance(data, bool):
        return Decimal(data)
    if isinstance(data, float) and math.isfinite(data):
        return Decimal(repr(data))
    raise InvalidValue("number.not_a_number", text=str(data)[:40] if isinstance(data, str | float) else "")


@cache
def _unit(scale: int) -> Decimal:
    return Decimal(1).scaleb(-scale)


def rounded(number: Decimal, scale: int) -> Decimal:
    """Return `number` with exactly `scale` places, half to even. Raises InvalidValue when it has too many digits."""
    if number.same_quantum(_unit(scale)) and number and number.adjusted() < DIGITS - scale:
        return number
    if not number:
        return Decimal(0).scaleb(-scale)
    if number.adjusted() < DIGITS - scale:
        result = number.quantize(Decimal(1).scaleb(-scale), rounding=ROUND_HALF_EVEN)
        if abs(result) < Decimal(10) ** (DIGITS - scale):
            return result or Decimal(0).scaleb(-scale)  # no minus before a nought
    raise InvalidValue("number.too_many_digits", digits=DIGITS - scale)
