"""Values that nobody writes: automatic numbers and formulas."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal

from msgspec import Meta

from kartoteka.metadata.columns import ColumnSpec
from kartoteka.metadata.expressions.kinds import Kind
from kartoteka.metadata.fieldtypes.base import CODE_OPERATORS, ExcelKind, FieldType, InvalidValue, SearchKind
from kartoteka.metadata.fieldtypes.boolean import Boolean
from kartoteka.metadata.fieldtypes.dates import Date
from kartoteka.metadata.fieldtypes.moments import DateTime
from kartoteka.metadata.fieldtypes.numbers import MOST_PLACES, DecimalNumber, rounded
from kartoteka.metadata.fieldtypes.text import Text, Written, clean_line
from kartoteka.metadata.locales import Locale
from kartoteka.metadata.problems import Problem

COUNTER_DIGITS = 18


class AutoNumber(Written, frozen=True):
    """A running number with something before it, such as D-00042. It is given once and never again."""

    name: ClassVar[str] = "auto_number"
    icon: ClassVar[str] = "hash"
    widget: ClassVar[str] = "readonly"
    search: ClassVar[SearchKind] = "code"
    computed: ClassVar[bool] = True
    always_unique: ClassVar[bool] = True
    operators: ClassVar[tuple[str, ...]] = CODE_OPERATORS

    prefix: Annotated[str, Meta(max_length=20, description="What stands before the digits.")] = ""
    digits: Annotated[int, Meta(ge=1, le=12, description="Fewest digits; zeros are put before the number.")] = 5
    start: Annotated[int, Meta(ge=0, le=10**12, description="The first number.")] = 1

    @property
    def longest(self) -> int:
        """Prefix and counter."""
        return len(self.prefix) + COUNTER_DIGITS

    def numbered(self, number: int) -> str:
        """Return the value for the counter's `number`."""
        return f"{self.prefix}{number:0{self.digits}d}"

    def parse(self, text: str, locale: Locale) -> str:
        """Take what a filter asks for, or an import brings from elsewhere."""
        return clean_line(text)

    def holds(self, old: FieldType) -> bool:
        """Numbers given under an earlier prefix stay what they are, if they are not too long."""
        return isinstance(old, AutoNumber) and old.longest <= self.longest

    def example(self, number: int) -> str:
        """One after the other."""
        return self.numbered(self.start + number)

    def option_problems(self) -> Iterator[Problem]:
        """Refuse a prefix that could not be typed into a filter."""
        if self.prefix != self.prefix.lstrip() or not self.prefix.isprintable():
            yield Problem("auto_number.prefix", {"prefix": self.prefix}, pointer="/prefix")


Result = Literal["text", "number", "boolean", "date", "datetime"]


class Formula(FieldType, frozen=True):
    """The value of an expression over the record, computed by the database whenever it is read.

    It is shown, filtered and exported as the plain type of its result would be.
    """

    name: ClassVar[str] = "formula"
    icon: ClassVar[str] = "math-function"
    widget: ClassVar[str] = "formula"
    computed: ClassVar[bool] = True

    expression: Annotated[str, Meta(min_length=1, max_length=4000, description="The formula.")]
    result: Annotated[Result, Meta(description="What kind of value it gives.")] = "text"
    scale: Annotated[
        int, Meta(ge=0, le=MOST_PLACES, description="Digits after the decimal point, where it is a number.")
    ] = 2

    @property
    def shown_as(self) -> FieldType:
        """The type of the result."""
        match self.result:
            case "number":
                return DecimalNumber(scale=self.scale)
            case "boolean":
                return Boolean()
            case "date":
                return Date()
            case "datetime":
                return DateTime()
        return Text(max_length=10_000)

    @property
    def kind(self) -> Kind:
        """As the option says."""
        return self.shown_as.kind

    # Other types know these from their class; here they depend on an option.
    @property
    def cell(self) -> str:  # type: ignore[override]
        """The template macro of the result's type."""
        return self.shown_as.cell

    @property
    def excel_kind(self) -> ExcelKind:  # type: ignore[override]
        """The worksheet kind of the result's type."""
        return self.shown_as.excel_kind

    @property
    def operators(self) -> tuple[str, ...]:  # type: ignore[override]
        """The filter operators of the result's type."""
        return self.shown_as.operators

    def columns(self) -> tuple[ColumnSpec, ...]:
        """None: nothing is stored."""
        return ()

    def store(self, value: Any) -> tuple[Any, ...]:
        """Nothing."""
        return ()

    def restore(self, stored: tuple[Any, ...]) -> Any:
        """Return the value out of what the database computed: numbers rounded, nothing for one that is too big."""
        value = stored[0]
        if value is None or value == "":
            return None
        if self.result == "boolean":
            return bool(value)
        return _number(value, self.scale) if self.result == "number" else value

    def parse(self, text: str, locale: Locale) -> Any:
        """Read what a filter compares with."""
        return self.shown_as.parse(text, locale)

    def edit(self, value: Any, locale: Locale) -> list[str]:
        """As the result's type."""
        return self.shown_as.edit(value, locale)

    def load(self, data: Any) -> Any:
        """As the result's type."""
        return self.shown_as.load(data)

    def dump(self, value: Any) -> Any:
        """As the result's type."""
        return self.shown_as.dump(value)

    @property
    def data_schema(self) -> dict[str, Any]:
        """As the result's type."""
        return self.shown_as.data_schema

    def display(self, value: Any, locale: Locale) -> str:
        """As the result's type."""
        return self.shown_as.display(value, locale)

    def excel(self, value: Any, locale: Locale) -> Any:
        """As the result's type."""
        return self.shown_as.excel(value, locale)

    @property
    def number_format(self) -> str:
        """As the result's type."""
        return self.shown_as.number_format

    def holds(self, old: FieldType) -> bool:
        """Any other formula may stand there: nothing is stored."""
        return isinstance(old, Formula)

    def example(self, number: int) -> Any:
        """As the result's type."""
        return self.shown_as.example(number)


def _number(value: Any, scale: int) -> Decimal | None:
    number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    try:
        return rounded(number, scale) if number.is_finite() else None
    except InvalidValue:
        return None
