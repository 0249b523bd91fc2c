"""Several texts in one field: multi-choice and tags."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Annotated, Any, ClassVar

from msgspec import Meta

from kartoteka.metadata.columns import ColumnSpec, exact_text
from kartoteka.metadata.expressions.kinds import LIST, Kind
from kartoteka.metadata.fieldtypes.base import LIST_OPERATORS, FieldType, InvalidValue, SearchKind
from kartoteka.metadata.fieldtypes.choice import Option, choices_problems, find_option, labels_of
from kartoteka.metadata.fieldtypes.text import clean_line
from kartoteka.metadata.locales import Locale
from kartoteka.metadata.problems import Problem

SEPARATOR = "\x1f"
"""Stands before, between and behind the items in the column, so that an item is found whole; no text has it."""


class ListOfTexts(FieldType, frozen=True):
    """What multi-choice and tags share: a tuple of texts, never empty, in one column."""

    search: ClassVar[SearchKind] = "text"
    sortable: ClassVar[bool] = False
    operators: ClassVar[tuple[str, ...]] = LIST_OPERATORS

    @property
    def kind(self) -> Kind:
        """List."""
        return LIST

    def columns(self) -> tuple[ColumnSpec, ...]:
        """One text column."""
        return (ColumnSpec("", exact_text()),)

    def store(self, value: tuple[str, ...]) -> tuple[str | None]:
        """The items, each between separators."""
        return (SEPARATOR + SEPARATOR.join(value) + SEPARATOR if value else None,)

    def restore(self, stored: tuple[Any, ...]) -> tuple[str, ...] | None:
        """The items."""
        return tuple(stored[0].strip(SEPARATOR).split(SEPARATOR)) if stored[0] else None

    def parse_all(self, texts: list[str], locale: Locale) -> tuple[str, ...] | None:
        """Read one text of several items, or several texts; None if there is no item."""
        items = [item for text in texts if text.strip() for item in self.parse(text, locale) or ()]
        return self.cleaned(items)

    def load(self, data: Any) -> tuple[str, ...] | None:
        """Take a JSON list of strings."""
        if not isinstance(data, list | tuple) or not all(isinstance(item, str) for item in data):
            raise InvalidValue("list.not_texts")
        return self.cleaned(self.loaded(item) for item in data)

    def dump(self, value: tuple[str, ...]) -> list[str]:
        """A JSON list."""
        return list(value)

    @property
    def data_schema(self) -> dict[str, Any]:
        """A list of strings."""
        return {"type": "array", "items": {"type": "string"}}

    def loaded(self, item: str) -> str:
        """Return one item of a JSON list. Raises InvalidValue."""
        raise NotImplementedError

    def cleaned(self, items: Iterable[str]) -> tuple[str, ...] | None:
        """Return the items without repetitions, in the order of the type; None if there is none."""
        raise NotImplementedError


class MultiChoice(ListOfTexts, frozen=True):
    """Some of a list of options, in the order of the list."""

    name: ClassVar[str] = "multi_choice"
    icon: ClassVar[str] = "list-check"
    widget: ClassVar[str] = "multi_choice"
    cell: ClassVar[str] = "choices"

    choices: Annotated[tuple[Option, ...], Meta(description="The options, in the order in which they are shown.")] = ()

    def option(self, key: str) -> Option | None:
        """Return the option of that key or former key."""
        return next((o for o in self.choices if o.key == key or key in o.formerly), None)

    def restore(self, stored: tuple[Any, ...]) -> tuple[str, ...] | None:
        """In the order of the options, which may have changed; what is no option any more comes last."""
        places = {option.key: place for place, option in enumerate(self.choices)}
        keys = super().restore(stored) or ()
        return tuple(sorted(keys, key=lambda key: places.get(key, len(places)))) or None

    def parse(self, text: str, locale: Locale) -> tuple[str, ...] | None:
        """Take keys or labels, parted by semicolons, commas or line ends (a label may have commas of its own)."""
        return self.cleaned(found.key for found in self._found(text, locale))

    def edit(self, value: tuple[str, ...], locale: Locale) -> list[str]:
        """One key a box."""
        return list(value)

    def said(self, value: tuple[str, ...], locale: Locale) -> str:
        """The labels, parted so that they can be read back."""
        return self.excel(value, locale)

    def cuts(self, text: str, value: tuple[str, ...], locale: Locale) -> bool:
        """What is said twice is chosen once."""
        return len(self._found(text, locale)) != len(value)

    def loaded(self, item: str) -> str:
        """The option's key."""
        if (option := self.option(item)) is None:
            raise InvalidValue("choice.unknown", value=item[:60])
        return option.key

    def cleaned(self, items: Iterable[str]) -> tuple[str, ...] | None:
        """In the order of the options."""
        chosen = set(items)
        return tuple(o.key for o in self.choices if o.key in chosen) or None

    @property
    def data_schema(self) -> dict[str, Any]:
        """A list of keys of the options."""
        return {"type": "array", "items": {"type": "string", "enum": [option.key for option in self.choices]}}

    def check(self, value: tuple[str, ...]) -> Iterator[Problem]:
        """Refuse what is no option, as a default's formula may make it."""
        known = {option.key for option in self.choices}
        yield from (Problem("choice.unknown", {"value": key[:60]}) for key in value if key not in known)

    def display(self, value: tuple[str, ...] | None, locale: Locale) -> str:
        """The labels."""
        return ", ".join(self._titles(value or (), locale))

    def excel(self, value: tuple[str, ...], locale: Locale) -> str:
        """The labels, parted so that they can be read back."""
        return "; ".join(self._titles(value, locale))

    def texts(self, value: tuple[str, ...]) -> Iterator[str]:
        """The labels in all languages."""
        for option in filter(None, map(self.option, value)):
            yield from labels_of(option)

    def holds(self, old: FieldType) -> bool:
        """Options may be added behind or between, not taken away."""
        if not isinstance(old, MultiChoice):
            return False
        return {o.key for o in old.choices} <= {o.key for o in self.choices}

    def keeps(self, old: FieldType) -> bool:
        """What is no option any more becomes another one, or nothing."""
        return self.holds(old)

    def example(self, number: int) -> tuple[str, ...]:
        """One or two options."""
        count = len(self.choices)
        chosen = {number % count, number // count % count}
        return tuple(self.choices[place].key for place in sorted(chosen))

    def option_problems(self) -> Iterator[Problem]:
        """Keys are unique; there is something to choose."""
        yield from choices_problems(self.choices)

    def _titles(self, value: tuple[str, ...], locale: Locale) -> list[str]:
        return [option.title(locale.language) if (option := self.option(key)) else key for key in value]

    def _found(self, text: str, locale: Locale) -> list[Option]:
        try:
            return [find_option(self.choices, text, locale)]
        except InvalidValue:
            parts = _split(text, ";\n" if re.search("[;\n]", text) else ",")
            if len(parts) == 1 and parts[0] == text.strip():
                raise
        return [find_option(self.choices, part, locale) for part in parts]


MOST_TAGS = 50
LONGEST_TAG = 60


class Tags(ListOfTexts, frozen=True):
    """Free words, each once, whatever its case."""

    name: ClassVar[str] = "tags"
    icon: ClassVar[str] = "tags"
    widget: ClassVar[str] = "tags"
    cell: ClassVar[str] = "tags"

    def parse(self, text: str, locale: Locale) -> tuple[str, ...] | None:
        """Take words parted by commas, semicolons or line ends."""
        return self.cleaned(clean_line(part) for part in _split(text, ",;\n"))

    def edit(self, value: tuple[str, ...], locale: Locale) -> list[str]:
        """The words in one input."""
        return [self.display(value, locale)]

    def cuts(self, text: str, value: tuple[str, ...], locale: Locale) -> bool:
        """A word that is written twice is kept once."""
        return len(_split(text, ",;\n")) != len(value)

    def loaded(self, item: str) -> str:
        """The word."""
        if re.search("[,;]", item):
            raise InvalidValue("tags.separator", tag=item[:LONGEST_TAG])
        return clean_line(item)

    def cleaned(self, items: Iterable[str]) -> tuple[str, ...] | None:
        """As they were written first."""
        by_folded: dict[str, str] = {}
        for item in items:
            if item:
                by_folded.setdefault(item.casefold(), item)
        return tuple(by_folded.values()) or None

    @property
    def data_schema(self) -> dict[str, Any]:
        """A list of words."""
        word = {"type": "string", "maxLength": LONGEST_TAG, "pattern": "^[^,;]*$"}
        return {"type": "array", "items": word, "maxItems": MOST_TAGS}

    def check(self, value: tuple[str, ...]) -> Iterator[Problem]:
        """Check number and length."""
        if len(value) > MOST_TAGS:
            yield Problem("tags.too_many", {"max": MOST_TAGS, "count": len(value)})
        for tag in value:
            if len(tag) > LONGEST_TAG:
                yield Problem("tags.too_long", {"max": LONGEST_TAG, "tag": tag[:LONGEST_TAG]})

    def display(self, value: tuple[str, ...] | None, locale: Locale) -> str:
        """The words."""
        return ", ".join(value or ())

    def excel(self, value: tuple[str, ...], locale: Locale) -> str:
        """The words."""
        return self.display(value, locale)

    def texts(self, value: tuple[str, ...]) -> Iterator[str]:
        """Each word."""
        return iter(value)

    def example(self, number: int) -> tuple[str, ...]:
        """Two words."""
        return (f"tag {number % 7}", f"word {number % 5}")


def _split(text: str, separators: str) -> list[str]:
    pieces = re.split(f"[{separators}]", text)
    return [piece.strip() for piece in pieces if piece.strip()]
