"""Rating."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar

from msgspec import Meta
from sqlalchemy import SmallInteger

from kartoteka.metadata.columns import ColumnSpec
from kartoteka.metadata.expressions.kinds import NUMBER, Kind
from kartoteka.metadata.fieldtypes.base import RANGE_OPERATORS, ExcelKind, FieldType, InvalidValue
from kartoteka.metadata.locales import Locale
from kartoteka.metadata.problems import Problem


class Rating(FieldType, frozen=True):
    """So many stars."""

    name: ClassVar[str] = "rating"
    icon: ClassVar[str] = "star"
    widget: ClassVar[str] = "rating"
    cell: ClassVar[str] = "rating"
    excel_kind: ClassVar[ExcelKind] = "integer"
    operators: ClassVar[tuple[str, ...]] = RANGE_OPERATORS

    maximum: Annotated[int, Meta(ge=2, le=10, description="Most stars.")] = 5

    @property
    def kind(self) -> Kind:
        """Number."""
        return NUMBER

    def columns(self) -> tuple[ColumnSpec, ...]:
        """One small column."""
        return (ColumnSpec("", SmallInteger()),)

    def parse(self, text: str, locale: Locale) -> int:
        """Read a digit, also with the maximum behind it: 4/5."""
        digits = text.strip().removesuffix(f"/{self.maximum}")
        if not (digits.isascii() and digits.isdigit()) or len(digits) > 2:
            raise InvalidValue("rating.not_a_rating", text=text[:40])
        return self.load(int(digits))

    def cuts(self, text: str, value: int, locale: Locale) -> bool:
        """A nought before the digit."""
        return text.strip().startswith("0")

    def load(self, data: Any) -> int:
        """Take a JSON integer."""
        if isinstance(data, bool) or not isinstance(data, int):
            raise InvalidValue("rating.not_a_rating", text=str(data)[:40])
        if not 1 <= data <= self.maximum:
            raise InvalidValue("rating.out_of_range", max=self.maximum)
        return data

    @property
    def data_schema(self) -> dict[str, Any]:
        """An integer: so many stars."""
        return {"type": "integer", "minimum": 1, "maximum": self.maximum}

    def check(self, value: int) -> Iterator[Problem]:
        """Check the range, as a default's formula may leave it."""
        if not 1 <= value <= self.maximum:
            yield Problem("rating.out_of_range", {"max": self.maximum})

    def display(self, value: int | None, locale: Locale) -> str:
        """4/5."""
        return "" if value is None else f"{value}/{self.maximum}"

    def holds(self, old: FieldType) -> bool:
        """More stars may be added."""
        return isinstance(old, Rating) and old.maximum <= self.maximum

    def example(self, number: int) -> int:
        """One after the other."""
        return number % self.maximum + 1
