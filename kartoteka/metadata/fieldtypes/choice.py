"""Choice: one of a list of options."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, Any, ClassVar

from msgspec import Meta, Struct

from kartoteka.metadata.columns import ColumnSpec, exact_text
from kartoteka.metadata.expressions.kinds import TEXT, Kind
from kartoteka.metadata.fieldtypes.base import CHOICE_OPERATORS, FieldType, InvalidValue, SearchKind
from kartoteka.metadata.keys import KEY_PATTERN
from kartoteka.metadata.labels import Label, label_in, title_from_key
from kartoteka.metadata.locales import Locale
from kartoteka.metadata.palette import Colour
from kartoteka.metadata.problems import Problem


class Option(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One of the values that a choice may take."""

    key: Annotated[str, Meta(pattern=KEY_PATTERN, description="What is stored.")]
    label: Annotated[Label | None, Meta(description="What people read.")] = None
    colour: Annotated[Colour | None, Meta(description="Colour of its dot.")] = None
    icon: Annotated[str | None, Meta(description="Name of an icon, where it is shown with one.")] = None
    offered: Annotated[bool, Meta(description="False: old records keep it, new ones can't choose it.")] = True
    formerly: Annotated[tuple[str, ...], Meta(description="Earlier keys of this option.")] = ()

    def title(self, language: str) -> str:
        """Return what people read."""
        return label_in(self.label, language, title_from_key(self.key))


class Choice(FieldType, frozen=True):
    """One of a list of options."""

    name: ClassVar[str] = "choice"
    icon: ClassVar[str] = "list"
    widget: ClassVar[str] = "choice"
    cell: ClassVar[str] = "choice"
    search: ClassVar[SearchKind] = "text"
    operators: ClassVar[tuple[str, ...]] = CHOICE_OPERATORS

    choices: Annotated[tuple[Option, ...], Meta(description="The options, in the order in which they are shown.")] = ()

    @property
    def kind(self) -> Kind:
        """Text: the option's key."""
        return TEXT

    def option(self, key: str) -> Option | None:
        """Return the option of that key or former key."""
        return next((o for o in self.choices if o.key == key or key in o.formerly), None)

    def columns(self) -> tuple[ColumnSpec, ...]:
        """One text column with the option's key."""
        return (ColumnSpec("", exact_text()),)

    def parse(self, text: str, locale: Locale) -> str:
        """Take a key, or a label in the person's language or any other."""
        return find_option(self.choices, text, locale).key

    def said(self, value: str, locale: Locale) -> str:
        """The option's label."""
        return self.display(value, locale)

    def load(self, data: Any) -> str:
        """Take the option's key."""
        if not isinstance(data, str) or (option := self.option(data)) is None:
            raise InvalidValue("choice.unknown", value=str(data)[:60])
        return option.key

    @property
    def data_schema(self) -> dict[str, Any]:
        """A key of the options."""
        return {"type": "string", "enum": [option.key for option in self.choices]}

    def check(self, value: str) -> Iterator[Problem]:
        """Refuse what is no option, as a default's formula may make it."""
        if all(option.key != value for option in self.choices):
            yield Problem("choice.unknown", {"value": value[:60]})

    def display(self, value: str | None, locale: Locale) -> str:
        """The option's label."""
        option = self.option(value) if value is not None else None
        return option.title(locale.language) if option else (value or "")

    def excel(self, value: str, locale: Locale) -> str:
        """The option's label."""
        return self.display(value, locale)

    def texts(self, value: str) -> Iterator[str]:
        """The option's labels in all languages."""
        option = self.option(value)
        yield from labels_of(option) if option else ()

    def holds(self, old: FieldType) -> bool:
        """Options may be added, not taken away."""
        return type(old) is Choice and {o.key for o in old.choices} <= {o.key for o in self.choices}

    def keeps(self, old: FieldType) -> bool:
        """What is no option any more becomes another one, or nothing."""
        return self.holds(old)

    def example(self, number: int) -> str:
        """One option after the other."""
        return self.choices[number % len(self.choices)].key

    def option_problems(self) -> Iterator[Problem]:
        """Keys are unique; there is something to choose."""
        yield from choices_problems(self.choices)


def find_option(choices: Iterable[Option], text: str, locale: Locale) -> Option:
    """Return the option whose key, former key or label is `text`. Raises InvalidValue."""
    wanted = text.strip()
    options = tuple(choices)
    exact = next((o for o in options if o.key == wanted or wanted in o.formerly), None)
    found = exact or _only_one(options, wanted, locale.language)
    if found is None:
        raise InvalidValue("choice.unknown", value=wanted[:60])
    return found


def _only_one(options: tuple[Option, ...], label: str, language: str) -> Option | None:
    """Return the one option of that label, in the person's language if several languages have it; None for several."""
    folded = label.casefold()
    for labels in (lambda o: [o.title(language)], labels_of):
        found = [o for o in options if folded in (text.casefold() for text in labels(o))]
        if found:
            return found[0] if len(found) == 1 else None
    return None


def labels_of(option: Option) -> Iterator[str]:
    """Yield an option's labels in all its languages."""
    if isinstance(option.label, dict):
        yield from option.label.values()
    else:
        yield option.label or title_from_key(option.key)


def choices_problems(choices: tuple[Option, ...]) -> Iterator[Problem]:
    """Yield what is wrong with a list of options."""
    if not choices:
        yield Problem("choice.no_options", {}, pointer="/choices")
    seen: set[str] = set()
    for place, option in enumerate(choices):
        for key in (option.key, *option.formerly):
            if key in seen:
                yield Problem("choice.duplicate", {"key": key}, pointer=f"/choices/{place}")
            seen.add(key)
