"""Phone number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Annotated, ClassVar

import phonenumbers
from msgspec import Meta
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat

from kartoteka.metadata.fieldtypes.base import CODE_OPERATORS, FieldType, InvalidValue, SearchKind
from kartoteka.metadata.fieldtypes.text import Written
from kartoteka.metadata.locales import Locale
from kartoteka.metadata.problems import Problem


class Phone(Written, frozen=True):
    """A phone number: as E.164 has it where it is a valid one (`+4930123456;ext=12`), else as it was typed."""

    name: ClassVar[str] = "phone"
    icon: ClassVar[str] = "phone"
    widget: ClassVar[str] = "phone"
    cell: ClassVar[str] = "phone"
    search: ClassVar[SearchKind] = "code"
    operators: ClassVar[tuple[str, ...]] = CODE_OPERATORS

    region: (
        Annotated[str, Meta(pattern="^[A-Z]{2}$", description="Country of numbers without a country code, such as DE.")]
        | None
    ) = None

    @property
    def longest(self) -> int:
        """More than any number and its extension need."""
        return 60

    def parse(self, text: str, locale: Locale) -> str:
        """Read digits with the usual signs between them, and an extension (ext. 12, x12, доб. 12, wew. 12)."""
        found = _PHONE.fullmatch(text.strip()) if len(text) <= self.longest else None
        if not found or not 3 <= sum(c.isdigit() for c in found["number"]) <= 20:
            raise InvalidValue("phone.not_a_number", text=text[:60])
        number = _valid(found["number"], self.region)
        if number is None:
            return " ".join(text.split())
        extension = f";ext={found['extension']}" if found["extension"] else ""
        return phonenumbers.format_number(number, PhoneNumberFormat.E164) + extension

    def display(self, value: str | None, locale: Locale) -> str:
        """In the international form, with the groups that are usual in its country."""
        return "" if value is None else _shown(value)

    def texts(self, value: str) -> Iterator[str]:
        """The number, its digits as one dials them inside its country, and the extension."""
        number, _, extension = value.partition(";ext=")
        yield number
        valid = _valid(number, None)
        if valid:
            national = phonenumbers.format_number(valid, PhoneNumberFormat.NATIONAL)
            yield "".join(c for c in national if c.isdigit())
        if extension:
            yield extension

    def sought(self, text: str) -> str:
        """The digits as they are kept: without signs between them, without the 0 that is dialled inside a country."""
        digits = re.sub(r"[^0-9+]", "", text).removeprefix("0")
        if not digits:
            raise InvalidValue("phone.not_a_number", text=text[:60])
        return digits

    def holds(self, old: FieldType) -> bool:
        """The region matters only while a number is read."""
        return isinstance(old, Phone)

    def example(self, number: int) -> str:
        """Numbers that the Federal Network Agency keeps free for films."""
        return f"+493023125{number % 1000:03d}"

    def option_problems(self) -> Iterator[Problem]:
        """Refuse a country that has no numbers."""
        if self.region and self.region not in phonenumbers.SUPPORTED_REGIONS:
            yield Problem("phone.unknown_region", {"region": self.region}, pointer="/region")


_PHONE = re.compile(
    r"(?P<number>\+?[0-9(][0-9\s()./\-\u2010-\u2015\u2212]*)"
    r"(?:[\s,]*(?:;ext=|ext\.?|extension|x|#|доб\.?|wew\.?)\s*(?P<extension>[0-9]{1,7}))?",
    re.IGNORECASE,
)


@lru_cache(maxsize=20_000)
def _valid(text: str, region: str | None) -> PhoneNumber | None:
    """Return the number, which nobody may change: one that is saved is asked for again by its card and by the index."""
    try:
        number = phonenumbers.parse(text, region)
    except NumberParseException:
        return None
    return number if phonenumbers.is_valid_number(number) else None


@lru_cache(maxsize=20_000)
def _shown(value: str) -> str:
    """Lists show the same numbers again and again, and each takes a hundred microseconds to format."""
    number, _, extension = value.partition(";ext=")
    valid = _valid(number, None) if number.startswith("+") else None
    if valid is None:
        return value
    shown = phonenumbers.format_number(valid, PhoneNumberFormat.INTERNATIONAL)
    return f"{shown} ext. {extension}" if extension else shown
