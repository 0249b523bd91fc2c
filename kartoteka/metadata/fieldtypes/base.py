"""What every field type answers. One class is one kind of value; its attributes are the options of a field.

A field type knows no HTML, no Excel API and no connection: it names a widget, a cell and a number format, and tells
which columns hold its value.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time
from decimal import Decimal
from typing import Any, ClassVar, Literal

from msgspec import Struct

from kartoteka.metadata.columns import ColumnSpec
from kartoteka.metadata.expressions.kinds import Kind
from kartoteka.metadata.locales import Locale
from kartoteka.metadata.problems import Problem

SearchKind = Literal["text", "code", "none"]
ExcelKind = Literal["text", "integer", "decimal", "boolean", "date", "datetime", "time", "duration"]

EMPTINESS = ("is_empty", "is_not_empty")
TEXT_OPERATORS = ("contains", "equals", "not_equals", "starts_with", *EMPTINESS)
CODE_OPERATORS = ("equals", "starts_with", "contains", "is_any_of", *EMPTINESS)
RANGE_OPERATORS = ("equals", "not_equals", "less", "at_most", "more", "at_least", "between", *EMPTINESS)
CHOICE_OPERATORS = ("is_any_of", "is_none_of", *EMPTINESS)
LIST_OPERATORS = ("has_any", "has_all", "has_none", *EMPTINESS)
"""The filter operators of like types, in the order in which a filter row offers them; `filters` says what they mean."""


class InvalidValue(Exception):
    """The text or the data is no value of this type."""

    def __init__(self, code: str, **params: Any) -> None:
        self.problem = Problem(code, params)
        super().__init__(code)


class FieldType(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A kind of value. Subclasses set the class variables and override what differs.

    A value is None when the field is empty; no method but `display` ever gets None.
    """

    name: ClassVar[str]
    """What `type` says in a definition."""
    icon: ClassVar[str]
    widget: ClassVar[str]
    """The template macro that edits a value."""
    cell: ClassVar[str] = "text"
    """The template macro that shows a value in a list."""
    search: ClassVar[SearchKind] = "none"
    excel_kind: ClassVar[ExcelKind] = "text"
    sorts_by_key: ClassVar[bool] = False
    """True where a column of sort keys is needed to compare and order texts as people do."""
    computed: ClassVar[bool] = False
    """True where nobody writes the value: formulas and automatic numbers."""
    sortable: ClassVar[bool] = True
    always_unique: ClassVar[bool] = False
    """True where no two records have the same value by the nature of the type."""
    operators: ClassVar[tuple[str, ...]] = EMPTINESS
    """What a filter row offers, the first one to begin with."""

    @property
    def links_to(self) -> str | None:
        """The key of the entity whose record ids the values are; None where the values are no links."""
        return None

    @property
    def kind(self) -> Kind:
        """The kind of its values in expressions."""
        raise NotImplementedError

    def columns(self) -> tuple[ColumnSpec, ...]:
        """Return the columns that hold a value; the first one is the value itself."""
        raise NotImplementedError

    def store(self, value: Any) -> tuple[Any, ...]:
        """Return what the columns hold for `value`, one entry per column."""
        return (value,)

    def restore(self, stored: tuple[Any, ...]) -> Any:
        """Return the value out of its columns; None when it is empty."""
        return stored[0]

    def parse(self, text: str, locale: Locale) -> Any:
        """Read what a person typed, not empty. Raises InvalidValue; never guesses."""
        raise NotImplementedError

    def parse_all(self, texts: list[str], locale: Locale) -> Any:
        """Read what a form or a cell sent; None when it is empty."""
        text = texts[-1].strip() if texts else ""
        return self.parse(text, locale) if text else None

    def edit(self, value: Any, locale: Locale) -> list[str]:
        """Return what the widget shows so that `parse_all` of it gives the value back."""
        return [str(value)]

    def parse_over(self, old: Any, texts: list[str], locale: Locale) -> Any:
        """Read what a form sent over the value `old` that it showed: what nobody touched stays exactly as it was.

        (A wall clock shows the same time twice on the night in autumn when it is set back.)
        """
        return old if old is not None and texts == self.edit(old, locale) else self.parse_all(texts, locale)

    def said(self, value: Any, locale: Locale) -> str:
        """Return the value as one text, for people, that `parse_all` reads back in the same language."""
        return " ".join(self.edit(value, locale))

    def cuts(self, text: str, value: Any, locale: Locale) -> bool:
        """Tell whether reading `text` as `value` left something of it out: a fraction, zeros before a number."""
        return False

    def load(self, data: Any) -> Any:
        """Read JSON data, not null. Raises InvalidValue; nothing is coerced."""
        raise NotImplementedError

    def take(self, value: Any) -> Any:
        """Return what a formula gave, not NULL, as a value of this type. Raises InvalidValue."""
        return self.load(_as_data(value))

    def assigned(self, value: Any) -> Any:
        """Return a value that code made as records keep it: rounded, folded. Raises InvalidValue where none fits.

        What `parse`, `load` and `take` return is so already.
        """
        return value

    def dump(self, value: Any) -> Any:
        """Return the value as JSON data."""
        return value

    @property
    def data_schema(self) -> dict[str, Any]:
        """The JSON Schema of its values as `dump` gives and `load` takes them."""
        raise NotImplementedError

    def check(self, value: Any) -> Iterator[Problem]:
        """Yield what is wrong with a value of the right kind: too long, out of range ..."""
        return iter(())

    def upload_problems(self, media_type: str, size: int) -> Iterator[Problem]:
        """Yield what is wrong with a file of that media type and so many bytes as a value of this type."""
        return iter(())

    def display(self, value: Any, locale: Locale) -> str:
        """Return the value as the reader is used to see it."""
        return "" if value is None else str(value)

    def excel(self, value: Any, locale: Locale) -> Any:
        """Return what a worksheet cell gets."""
        return value

    @property
    def number_format(self) -> str:
        """The worksheet number format, empty for general."""
        return ""

    def texts(self, value: Any) -> Iterator[str]:
        """Yield the texts under which the value is found."""
        if self.search != "none":
            yield str(value)

    def operand(self, value: Any) -> Any:
        """Return what expressions calculate and compare with, a value of `kind`."""
        return value

    def sought(self, text: str) -> str:
        """Return what a filter looks for inside the column when a person asks for `text`. Raises InvalidValue."""
        return text

    def holds(self, old: FieldType) -> bool:
        """Tell whether every value of `old` is certainly a value of this type, column for column."""
        return type(self) is type(old) and self == old

    def keeps(self, old: FieldType) -> bool:
        """Tell whether what is stored for `old` may stay where it is, even if a stricter rule refuses some of it."""
        return type(self) is type(old) and _placed(self) == _placed(old)

    def example(self, number: int) -> Any:
        """Return the `number`-th of a row of plausible, differing values (for previews, tests, benchmarks)."""
        raise NotImplementedError

    def option_problems(self) -> Iterator[Problem]:
        """Yield what is wrong with the options themselves, each with a pointer inside the field."""
        return iter(())


def _placed(field_type: FieldType) -> list[tuple[str, str]]:
    return [(column.role, repr(column.type)) for column in field_type.columns()]


def _as_data(value: Any) -> Any:
    """Return a formula's value as JSON data."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else format(value, "f")
    if isinstance(value, date | time):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value
