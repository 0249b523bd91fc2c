"""Tallies: what a summary adds up, in parts that can be put together again, exactly, for every level of groups.

Money is kept apart by currency; what has no currency stands under an empty one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from typing import Any

from kartoteka.metadata.definitions import Measure
from kartoteka.metadata.fieldtypes.base import FieldType
from kartoteka.metadata.fieldtypes.duration import Duration
from kartoteka.metadata.fieldtypes.money import Money, MoneyAmount

AVERAGE_PLACES = 2
"""Digits after the point of an average of whole numbers."""
_PRECISION = 60


@dataclass(slots=True)
class Part:
    """What is known of the values of one measure in one currency."""

    count: int = 0
    sum: Decimal = Decimal(0)
    low: Any = None
    high: Any = None

    def add(self, other: Part) -> None:
        """Put what another part knows to it."""
        self.count += other.count
        with localcontext() as context:
            context.prec = _PRECISION
            self.sum += other.sum
        self.low = other.low if self.low is None else self.low if other.low is None else min(self.low, other.low)
        self.high = other.high if self.high is None else self.high if other.high is None else max(self.high, other.high)


@dataclass(slots=True)
class Tally:
    """The parts of one measure by currency."""

    parts: dict[str, Part] = field(default_factory=dict)

    def add(self, currency: str, part: Part) -> None:
        """Put a part to those of its currency."""
        self.parts.setdefault(currency, Part()).add(part)

    def merge(self, other: Tally) -> None:
        """Put everything to it that another tally holds."""
        for currency, part in other.parts.items():
            self.add(currency, part)


def merged(tallies: Iterable[Mapping[str, Tally]]) -> dict[str, Tally]:
    """Return the tallies of several groups put together, by measure."""
    whole: dict[str, Tally] = {}
    for each in tallies:
        for key, tally in each.items():
            whole.setdefault(key, Tally()).merge(tally)
    return whole


@dataclass(frozen=True, slots=True)
class Figure:
    """What a measure gives: of which type its values are. `type` is None for a plain count."""

    measure: Measure
    type: FieldType | None

    @property
    def is_money(self) -> bool:
        """True where its value is a tuple of sums, one for each currency."""
        return isinstance(self.type, MoneyAmount)

    def of(self, tally: Tally | None) -> Any:
        """Return the value: a number, a date, a tuple of Money; None where there is no value to speak of."""
        parts = tally.parts if tally else {}
        if not isinstance(self.type, MoneyAmount):
            return self.part(parts.get("", Part()))
        own = self.type.currency
        found = {
            currency: self.part(parts[currency]) for currency in sorted(parts, key=lambda each: (each != own, each))
        }
        filled = tuple(Money(amount, currency) for currency, amount in found.items() if amount is not None)
        if not filled and self.measure.function == "sum":
            return (Money(self._rounded(Decimal(0)), own),)
        return filled

    def part(self, part: Part) -> Any:
        """Return the value in one currency."""
        match self.measure.function:
            case "count":
                return part.count
            case "sum":
                return self._rounded(part.sum)
            case "average":
                return self._rounded(part.sum / part.count) if part.count else None
            case "minimum":
                return self._settled(part.low)
        return self._settled(part.high)

    def _settled(self, value: Any) -> Any:
        return self._rounded(value) if isinstance(value, Decimal) else value

    def _rounded(self, number: Decimal) -> Any:
        if isinstance(self.type, Duration):
            return int(number.to_integral_value(ROUND_HALF_EVEN))
        places = getattr(self.type, "scale", None)
        if places is None:
            if number == number.to_integral_value():
                return int(number)
            places = AVERAGE_PLACES
        with localcontext() as context:
            context.prec = _PRECISION
            return number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN)
