"""Links to records: of any entity, to people, to files. The value is the record's id."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Annotated, Any, ClassVar

from msgspec import Meta
from sqlalchemy import BigInteger

from kartoteka.metadata.columns import ColumnSpec
from kartoteka.metadata.expressions.kinds import Kind, record
from kartoteka.metadata.fieldtypes.base import CHOICE_OPERATORS, EMPTINESS, FieldType, InvalidValue
from kartoteka.metadata.keys import KEY_PATTERN
from kartoteka.metadata.locales import Locale
from kartoteka.metadata.problems import Problem

LARGEST_ID = 2**63 - 1
USER = "user"
FILE = "file"
"""Entities of the built-in base package."""
MEGABYTE = 1_000_000


class RecordId(FieldType, frozen=True):
    """What all links share. Titles are found and shown elsewhere: a field type knows no records."""

    widget: ClassVar[str] = "link"
    cell: ClassVar[str] = "link"
    operators: ClassVar[tuple[str, ...]] = CHOICE_OPERATORS

    @property
    def links_to(self) -> str:
        """The key of the entity."""
        raise NotImplementedError

    @property
    def kind(self) -> Kind:
        """A record of that entity."""
        return record(self.links_to)

    def columns(self) -> tuple[ColumnSpec, ...]:
        """One 64-bit column."""
        return (ColumnSpec("", BigInteger()),)

    def parse(self, text: str, locale: Locale) -> int:
        """Take the digits of an id."""
        digits = text.strip()
        if not (digits.isascii() and digits.isdigit()) or len(digits) > 19:
            raise InvalidValue("link.not_an_id", text=text[:40])
        return _record_id(int(digits))

    def load(self, data: Any) -> int:
        """Take a JSON integer."""
        if isinstance(data, bool) or not isinstance(data, int):
            raise InvalidValue("link.not_an_id", text=str(data)[:40])
        return _record_id(data)

    @property
    def data_schema(self) -> dict[str, Any]:
        """An integer: the record's id."""
        return {"type": "integer", "minimum": 1, "maximum": LARGEST_ID}

    def excel(self, value: int, locale: Locale) -> str:
        """A text, as titles are."""
        return str(value)

    def holds(self, old: FieldType) -> bool:
        """Any link to the same entity."""
        return old.links_to == self.links_to

    def example(self, number: int) -> int:
        """Ids from 1 on."""
        return number + 1


class Link(RecordId, frozen=True):
    """A link to a record of another entity, or of the same."""

    name: ClassVar[str] = "link"
    icon: ClassVar[str] = "link"

    target: Annotated[str, Meta(pattern=KEY_PATTERN, description="Key of the card type that it leads to.")]

    @property
    def links_to(self) -> str:
        """As the option says."""
        return self.target


class User(RecordId, frozen=True):
    """A person who works here."""

    name: ClassVar[str] = "user"
    icon: ClassVar[str] = "user"
    widget: ClassVar[str] = "user"
    cell: ClassVar[str] = "person"
    operators: ClassVar[tuple[str, ...]] = ("is_me", *CHOICE_OPERATORS)

    @property
    def links_to(self) -> str:
        """People."""
        return USER


class File(RecordId, frozen=True):
    """A file."""

    name: ClassVar[str] = "file"
    icon: ClassVar[str] = "paperclip"
    widget: ClassVar[str] = "file"
    cell: ClassVar[str] = "file"
    sortable: ClassVar[bool] = False
    operators: ClassVar[tuple[str, ...]] = EMPTINESS

    accept: Annotated[
        tuple[Annotated[str, Meta(pattern=r"^[a-z0-9.+\-]+/(\*|[a-z0-9.+\-]+)$")], ...],
        Meta(description="Media types allowed, such as application/pdf or text/*; none named: all."),
    ] = ()
    max_size: Annotated[int, Meta(ge=1, le=2_000 * MEGABYTE, description="Most bytes allowed.")] = 25 * MEGABYTE

    @property
    def links_to(self) -> str:
        """Files."""
        return FILE

    def upload_problems(self, media_type: str, size: int) -> Iterator[Problem]:
        """Yield what is wrong with a file of that media type and so many bytes."""
        if self.accept and not any(fnmatchcase(media_type.lower(), pattern) for pattern in self.accept):
            yield Problem("file.media_type", {"found": media_type, "accept": list(self.accept)})
        if size > self.max_size:
            yield Problem("file.too_big", {"max": self.max_size, "size": size})


class Image(File, frozen=True):
    """A picture."""

    name: ClassVar[str] = "image"
    icon: ClassVar[str] = "photo"
    widget: ClassVar[str] = "image"
    cell: ClassVar[str] = "image"

    accept: Annotated[
        tuple[Annotated[str, Meta(pattern=r"^image/(\*|[a-z0-9.+\-]+)$")], ...],
        Meta(description="Kinds of picture allowed; without SVG, which may hold programs."),
    ] = ("image/png", "image/jpeg", "image/gif", "image/webp")


def _record_id(number: int) -> int:
    if not 1 <= number <= LARGEST_ID:
        raise InvalidValue("link.not_an_id", text=str(number)[:40])
    return number
