"""E-mail address and web address."""

from __future__ import annotations

import re
from typing import ClassVar
from urllib.parse import SplitResult, urlsplit

from kartoteka.metadata.fieldtypes.base import FieldType, InvalidValue
from kartoteka.metadata.fieldtypes.text import Written
from kartoteka.metadata.locales import Locale


class Email(Written, frozen=True):
    """An e-mail address, kept in lower case: no post office tells `Anna@` from `anna@`, so unique means unique."""

    name: ClassVar[str] = "email"
    icon: ClassVar[str] = "mail"
    widget: ClassVar[str] = "email"
    cell: ClassVar[str] = "email"
    sorts_by_key: ClassVar[bool] = True

    @property
    def longest(self) -> int:
        """What RFC 5321 leaves for an address."""
        return 254

    def parse(self, text: str, locale: Locale) -> str:
        """Read an address, also with mailto: before it."""
        address = _without_prefix(text.strip(), "mailto:").lower()
        name = address.rpartition("@")[0]
        if not _EMAIL.fullmatch(address) or len(name.encode("utf-8", "replace")) > 64:
            raise InvalidValue("email.not_an_address", text=text[:60])
        return address

    def assigned(self, value: str) -> str:
        """The address in lower case."""
        return value.lower()

    def holds(self, old: FieldType) -> bool:
        """There are no options."""
        return isinstance(old, Email)

    def example(self, number: int) -> str:
        """Addresses under a name that is reserved for examples (RFC 2606)."""
        return f"person{number}@example.com"


class Url(Written, frozen=True):
    """The address of a web page."""

    name: ClassVar[str] = "url"
    icon: ClassVar[str] = "world"
    widget: ClassVar[str] = "url"
    cell: ClassVar[str] = "url"
    sorts_by_key: ClassVar[bool] = True

    @property
    def longest(self) -> int:
        """As long as browsers and search engines bear."""
        return 2000

    def parse(self, text: str, locale: Locale) -> str:
        """Read an http or https address; https:// is put before one without a scheme.

        Refused: other schemes (javascript:), spaces and characters that don't show, a password in the address.
        """
        address = text.strip()
        if not address.isprintable() or re.search(r'[\s\\<>"{}|^`]', address):
            raise InvalidValue("url.character")
        scheme = _SCHEME.match(address)
        if scheme and scheme[1].lower() not in {"http", "https"}:
            raise InvalidValue("url.scheme", scheme=scheme[1][:20])
        rest = address[scheme.end() :] if scheme else address
        address = f"{scheme[1].lower() if scheme else 'https'}://{rest.removeprefix('//')}"
        _check_host(_split(address))
        return address

    def holds(self, old: FieldType) -> bool:
        """There are no options."""
        return isinstance(old, Url)

    def example(self, number: int) -> str:
        """Pages under a name that is reserved for examples (RFC 2606)."""
        return f"https://example.com/{number}"


_WORD = r"[^\W_](?:[\w\-\u00b7]{0,61}[^\W_])?"
_ATOM = r"[\w!#$%&'*+/=?^`{|}~\-]+"
_EMAIL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@(?:{_WORD}\.)+[^\W\d_][\w\-]{{0,61}}[^\W_]")
_HOST = re.compile(rf"(?:{_WORD}\.)*{_WORD}\.?")
# "example.com:8080" is a host and a port, "mailto:anna" a scheme and what belongs to it.
_SCHEME = re.compile(r"([a-z][a-z0-9+.\-]*):(?!\d+(?:[/?#]|$))", re.IGNORECASE)


def _without_prefix(text: str, prefix: str) -> str:
    return text[len(prefix) :] if text.lower().startswith(prefix) else text


def _split(address: str) -> SplitResult:
    """Return the parts; asks for the port because only then is it checked."""
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        raise InvalidValue("url.not_an_address", text=address[:60]) from None
    return parts


def _check_host(parts: SplitResult) -> None:
    host = parts.hostname or ""
    if parts.username is not None or parts.password is not None:
        raise InvalidValue("url.password")
    if ":" in host:
        return  # an IPv6 address, which urlsplit has checked
    if not _HOST.fullmatch(host) or ("." not in host and host != "localhost"):
        raise InvalidValue("url.not_an_address", text=parts.geturl()[:60])
