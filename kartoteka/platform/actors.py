"""Actors: whoever acts, a person, a program or the system. Always an argument, never ambient."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kartoteka.metadata.expressions import Context
from kartoteka.metadata.locales import Locale


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, with which roles, reading and writing which language."""

    user_id: int | None
    name: str
    roles: tuple[str, ...] = ()
    locale: Locale = Locale()
    is_system: bool = False

    @property
    def standing(self) -> tuple[str, ...]:
        """What the actor's rights depend on: the roles, or being the system."""
        return ("*system*",) if self.is_system else self.roles

    def context(self, now: datetime) -> Context:
        """Return what the actor's expressions know of time and self."""
        return Context(self.locale.today(now), now.astimezone(self.locale.zone), self.user_id)


SYSTEM = Actor(None, "system", is_system=True)
"""The runtime itself: may read and write everything."""
