"""Text: one line, or several."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Annotated, Any, ClassVar

from msgspec import Meta

from kartoteka.metadata.columns import ColumnSpec, exact_text
from kartoteka.metadata.expressions.kinds import TEXT, Kind
from kartoteka.metadata.fieldtypes.base import EMPTINESS, TEXT_OPERATORS, FieldType, InvalidValue, SearchKind
from kartoteka.metadata.folding import sort_key
from kartoteka.metadata.locales import Locale
from kartoteka.metadata.problems import Problem

SORT_KEY_LENGTH = 200
"""Sort keys are cut here: long enough to order by, short enough for an index entry."""


class Written(FieldType, frozen=True):
    """What texts, addresses, phone and automatic numbers share: characters in one text column."""

    search: ClassVar[SearchKind] = "text"
    operators: ClassVar[tuple[str, ...]] = TEXT_OPERATORS

    @property
    def kind(self) -> Kind:
        """Text."""
        return TEXT

    @property
    def longest(self) -> int:
        """The most characters that a value has."""
        raise NotImplementedError

    def columns(self) -> tuple[ColumnSpec, ...]:
        """One text column."""
        return (ColumnSpec("", exact_text()),)

    def load(self, data: Any) -> str | None:
        """Take a JSON string, and read it as if it were typed."""
        if not isinstance(data, str):
            raise InvalidValue("text.not_text")
        text = data.strip()
        parsed: str | None = self.parse(text, Locale()) if text else None
        return parsed

    @property
    def data_schema(self) -> dict[str, Any]:
        """A string."""
        return {"type": "string", "maxLength": self.longest}

    def check(self, value: str) -> Iterator[Problem]:
        """Check the length."""
        if len(value) > self.longest:
            yield Problem("text.too_long", {"max": self.longest, "length": len(value)})

    def sought(self, text: str) -> str:
        """The words on one line."""
        return clean_line(text)


class Text(Written, frozen=True):
    """One line of text. Control characters are refused, outer spaces dropped."""

    name: ClassVar[str] = "text"
    icon: ClassVar[str] = "letter-case"
    widget: ClassVar[str] = "text"
    sorts_by_key: ClassVar[bool] = True

    max_length: Annotated[int, Meta(ge=1, le=10_000, description="Most characters allowed.")] = 255
    pattern: (
        Annotated[str, Meta(max_length=200, description="Regular expression that the whole text must match.")] | None
    ) = None

    @property
    def longest(self) -> int:
        """As the option says."""
        return self.max_length

    def parse(self, text: str, locale: Locale) -> str:
        """Return the text on one line."""
        return clean_line(text)

    def cuts(self, text: str, value: str, locale: Locale) -> bool:
        """Any other character than those of the text."""
        return value != text

    def check(self, value: str) -> Iterator[Problem]:
        """Check length and pattern."""
        if len(value) > self.max_length:
            yield from super().check(value)
        elif self.pattern and not compiled(self.pattern).fullmatch(value):
            yield Problem("text.pattern", {"pattern": self.pattern})

    def holds(self, old: FieldType) -> bool:
        """Any shorter line fits, unless there is a pattern that was not asked for before."""
        if not isinstance(old, Written) or isinstance(old, LongText):
            return False
        asked_before = isinstance(old, Text) and old.pattern == self.pattern
        return old.longest <= self.max_length and (self.pattern is None or asked_before)

    def example(self, number: int) -> str:
        """Words and a number; digits alone where a pattern asks for so many of them."""
        words = f"Example {number}"[: self.max_length].strip()
        digits = (f"{number:0{length}d}" for length in range(1, min(self.max_length, 20) + 1))
        return next((text for text in (words, *digits) if not list(self.check(text))), words)

    def option_problems(self) -> Iterator[Problem]:
        """Refuse a pattern that does not compile or could run for ever."""
        yield from pattern_problems(self.pattern)


class LongText(Written, frozen=True):
    """Text of several lines. Line ends are line feeds; tabs stay, other control characters are refused."""

    name: ClassVar[str] = "long_text"
    icon: ClassVar[str] = "align-left"
    widget: ClassVar[str] = "long_text"
    sortable: ClassVar[bool] = False
    operators: ClassVar[tuple[str, ...]] = ("contains", *EMPTINESS)

    max_length: Annotated[int, Meta(ge=1, le=1_000_000, description="Most characters allowed.")] = 20_000

    @property
    def longest(self) -> int:
        """As the option says."""
        return self.max_length

    def parse(self, text: str, locale: Locale) -> str:
        """Return the text without outer space."""
        return clean_lines(text)

    def cuts(self, text: str, value: str, locale: Locale) -> bool:
        """Any other character than those of the text."""
        return value != text

    def sought(self, text: str) -> str:
        """The words, over several lines if need be."""
        return clean_lines(text)

    def holds(self, old: FieldType) -> bool:
        """Any text that is not longer fits."""
        return isinstance(old, Written) and old.longest <= self.max_length

    def example(self, number: int) -> str:
        """Two lines."""
        return f"Example {number}\nSecond line"[: self.max_length].strip()


def clean_line(text: str) -> str:
    """Return `text` stripped; raises InvalidValue for control characters, also line ends."""
    stripped = text.strip()
    if not stripped.isprintable() and any(unicodedata.category(c) in ("Cc", "Cs") for c in stripped):
        raise InvalidValue("text.control_character")
    return stripped


def clean_lines(text: str) -> str:
    """Return `text` stripped, its line ends as line feeds; raises InvalidValue for other control characters."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    clean_line(lines.replace("\n", " ").replace("\t", " "))
    return lines


def text_sort_key(value: str) -> str:
    """Return what a column of sort keys holds for `value`."""
    return sort_key(value)[:SORT_KEY_LENGTH]


@lru_cache(maxsize=1000)
def compiled(pattern: str) -> re.Pattern[str]:
    """Return the compiled pattern of a field."""
    return re.compile(pattern)


_NESTED_QUANTIFIER = re.compile(r"[*+}]\)[*+{]|\([^)]*[*+][^)]*\)[*+{]|\([^)]*\|[^)]*\)[*+{]")


def pattern_problems(pattern: str | None) -> Iterator[Problem]:
    """Yield what makes a pattern unusable: it does not compile, or repeats a repetition (may run for ever)."""
    if pattern is None:
        return
    try:
        re.compile(pattern)
    except re.error as error:
        yield Problem("pattern.broken", {"pattern": pattern, "reason": str(error)}, pointer="/pattern")
        return
    if _NESTED_QUANTIFIER.search(pattern):
        yield Problem("pattern.nested", {"pattern": pattern}, pointer="/pattern")
