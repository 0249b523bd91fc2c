"""Yes or no."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import Boolean as SqlBoolean

from kartoteka.metadata.columns import ColumnSpec
from kartoteka.metadata.expressions.kinds import BOOLEAN, Kind
from kartoteka.metadata.fieldtypes.base import EMPTINESS, ExcelKind, FieldType, InvalidValue
from kartoteka.metadata.locales import Locale

_WORDS = {"en": ("No", "Yes"), "ru": ("Нет", "Да"), "pl": ("Nie", "Tak")}
_YES = frozenset({"1", "true", "t", "yes", "y", "on", "да", "д", "истина", "tak", "prawda"})
_NO = frozenset({"0", "false", "f", "no", "n", "off", "нет", "н", "ложь", "nie", "fałsz"})
"""What people and programs write, in all languages at once: no word means one thing here and another there."""


class Boolean(FieldType, frozen=True):
    """Yes or no; a box that nobody touched is empty, which is neither."""

    name: ClassVar[str] = "boolean"
    icon: ClassVar[str] = "checkbox"
    widget: ClassVar[str] = "boolean"
    cell: ClassVar[str] = "boolean"
    excel_kind: ClassVar[ExcelKind] = "boolean"
    operators: ClassVar[tuple[str, ...]] = ("is_true", "is_false", *EMPTINESS)

    @property
    def kind(self) -> Kind:
        """Boolean."""
        return BOOLEAN

    def columns(self) -> tuple[ColumnSpec, ...]:
        """One column."""
        return (ColumnSpec("", SqlBoolean()),)

    def parse(self, text: str, locale: Locale) -> bool:
        """Read true, yes, да, tak, 1 and their opposites."""
        word = text.strip().casefold()
        if word not in _YES and word not in _NO:
            raise InvalidValue("boolean.unknown", text=text[:40])
        return word in _YES

    def edit(self, value: bool, locale: Locale) -> list[str]:
        """What a form sends."""
        return ["true" if value else "false"]

    def said(self, value: bool, locale: Locale) -> str:
        """Yes or no in the reader's language."""
        return self.display(value, locale)

    def load(self, data: Any) -> bool:
        """Take true or false."""
        if not isinstance(data, bool):
            raise InvalidValue("boolean.unknown", text=str(data)[:40])
        return data

    @property
    def data_schema(self) -> dict[str, Any]:
        """True or false."""
        return {"type": "boolean"}

    def display(self, value: bool | None, locale: Locale) -> str:
        """Yes or no in the reader's language."""
        return "" if value is None else _WORDS.get(locale.language, _WORDS["en"])[value]

    def example(self, number: int) -> bool:
        """Yes and no by turns."""
        return number % 2 == 1
