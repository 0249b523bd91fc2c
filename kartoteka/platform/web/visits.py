"""A visit: one request with who makes it and what was sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request

from kartoteka.metadata.locales import LANGUAGES
from kartoteka.metadata.problems import NotFound
from kartoteka.platform.actors import Actor
from kartoteka.platform.people import Session
from kartoteka.platform.runtime import Runtime

SESSION_COOKIE = "kt_session"
LANGUAGE_COOKIE = "kt_language"
THEME_COOKIE = "kt_theme"
RAIL_COOKIE = "rail"
DENSITY_COOKIE = "kt_density"
LONGEST_NUMBER = 18
"""Digits that every database takes as a number."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A request being answered. `session` is None for a stranger."""

    request: Request
    runtime: Runtime
    session: Session | None = None
    form: FormData = field(default_factory=FormData)

    @property
    def actor(self) -> Actor:
        """Who makes the request. Only views that need a person are given a visit with one."""
        assert self.session is not None
        return self.session.actor

    @property
    def person(self) -> int:
        """The id of the person who makes the request."""
        assert self.actor.user_id is not None
        return self.actor.user_id

    @property
    def path(self) -> Mapping[str, Any]:
        """The parameters in the path."""
        return self.request.path_params

    @property
    def language(self) -> str:
        """The person's language; a stranger's is the one chosen, or what the browser asks for."""
        if self.session is not None:
            return self.session.actor.locale.language
        chosen = self.request.query_params.get("language") or self.request.cookies.get(LANGUAGE_COOKIE, "")
        return chosen if chosen in LANGUAGES else preferred_language(self.request, self.runtime.settings.language)

    @property
    def is_fragment(self) -> bool:
        """True when htmx asks for a part of a page."""
        return self.request.headers.get("hx-request") == "true"

    @property
    def address(self) -> str:
        """The address of the client."""
        return self.request.client.host if self.request.client else ""

    def text(self, name: str) -> str:
        """Return a text of the form, empty where there is none."""
        value = self.form.get(name, "")
        return value if isinstance(value, str) else ""

    def texts(self, name: str) -> list[str]:
        """Return all texts of that name in the form."""
        return [value for value in self.form.getlist(name) if isinstance(value, str)]

    def say(self, text: str) -> str:
        """Return one of the product's own texts in the person's language."""
        return self.runtime.templates.gettext(self.language)(text)


def preferred_language(request: Request, fallback: str) -> str:
    """Return the first language of Accept-Language that the product speaks."""
    header = request.headers.get("accept-language", "")
    asked = [part.partition(";")[0].strip().lower().partition("-")[0] for part in header.split(",")]
    return next((language for language in asked if language in LANGUAGES), fallback)


def number_in(text: str) -> int | None:
    """Return the number that stands in an address; None for what can't be the number of anything."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER else None


def read_number(text: str, code: str) -> int:
    """Return a number out of an address. Raises NotFound for what can't be one."""
    number = number_in(text)
    if number is None:
        raise NotFound(code, number=text[:20])
    return number


def local_path(target: str, fallback: str = "/") -> str:
    """Return a path of this site, never another one's address."""
    plain = target.startswith("/") and not target.startswith("//") and "\\" not in target
    return target if plain and target.isprintable() else fallback
