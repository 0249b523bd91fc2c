"""A call: one request of a program, with the actor that its token stands for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import QueryParams
from starlette.requests import Request

from kartoteka.metadata.locales import Locale
from kartoteka.metadata.problems import BadRequest, Problem
from kartoteka.platform.actors import Actor
from kartoteka.platform.runtime import Runtime
from kartoteka.platform.web.visits import preferred_language


@dataclass(frozen=True, slots=True)
class Call:
    """A request being answered."""

    request: Request
    runtime: Runtime
    actor: Actor
    body: bytes = b""

    @property
    def path(self) -> Mapping[str, Any]:
        """The parameters in the path."""
        return self.request.path_params

    @property
    def query(self) -> QueryParams:
        """The parameters behind the question mark."""
        return self.request.query_params

    @property
    def language(self) -> str:
        """The language that sentences and labels are wanted in: what was asked for, else the person's own."""
        return preferred_language(self.request, self.actor.locale.language)

    @property
    def locale(self) -> Locale:
        """How values in addresses are written: as programs do, on the clock of the token's person."""
        return Locale("en", self.actor.locale.time_zone)

    def number(self, name: str, default: int, most: int, *, least: int = 1) -> int:
        """Return a whole number among the parameters. Raises BadRequest."""
        text = self.query.get(name, "")
        if not text:
            return default
        value = int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else -1
        if not least <= value <= most:
            raise BadRequest(Problem("request.number", {"name": name, "min": least, "max": most}))
        return value

    def flag(self, name: str) -> bool:
        """Return whether a parameter is 1 or true. Raises BadRequest for anything but 0, 1, true, false."""
        return self.one_of(name, ("", "0", "false", "1", "true")) in ("1", "true")

    def one_of(self, name: str, known: tuple[str, ...]) -> str:
        """Return a parameter that is one of some words, the first of which is the default. Raises BadRequest."""
        text = self.query.get(name, known[0])
        if text not in known:
            raise BadRequest(Problem("request.word", {"name": name, "known": [word for word in known if word]}))
        return text
