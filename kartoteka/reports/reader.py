"""For whom a report or a workbook is made."""

from __future__ import annotations

from dataclasses import dataclass

from kartoteka.metadata.locales import Locale
from kartoteka.platform.actors import Actor
from kartoteka.platform.web.environment import Templates
from kartoteka.platform.web.naming import Say


@dataclass(frozen=True, slots=True)
class Reader:
    """How a person reads: language and time zone, and the product's own texts in that language."""

    locale: Locale
    say: Say

    @property
    def language(self) -> str:
        """The person's language."""
        return self.locale.language


def reader_of(actor: Actor, templates: Templates) -> Reader:
    """Return the reader that an actor is."""
    return Reader(actor.locale, templates.gettext(actor.locale.language))
