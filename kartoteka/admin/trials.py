"""Expressions tried on cards that are there, as the administrator sees them."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from kartoteka.admin.desk import Desk
from kartoteka.admin.layout_contexts import Trial
from kartoteka.metadata.definitions import Sort
from kartoteka.metadata.expressions.arithmetic import as_text
from kartoteka.metadata.fieldtypes import Boolean
from kartoteka.metadata.locales import Locale
from kartoteka.metadata.problems import BadRequest, NotFound
from kartoteka.platform.query import Query, tried

MOST_TRIALS = 3
LONGEST_SHOWN = 120


def trials(desk: Desk, entity: str, expression: str) -> tuple[Trial, ...]:
    """Return what an expression gives for the newest cards; nothing where it needs what is not in force yet."""
    newest = Query(entity, sort=(Sort(field="id", descending=True),), limit=MOST_TRIALS)
    try:
        found = tried(desk.unit, desk.visit.actor, newest, expression)
    except (BadRequest, NotFound):
        return ()
    return tuple(Trial(title, _shown(desk, value)) for title, value in found)


def _shown(desk: Desk, value: Any) -> str:  # noqa: PLR0911 - one for each kind
    locale: Locale = desk.visit.actor.locale
    match value:
        case None | "":
            return desk.say("nothing")
        case bool():
            return Boolean().display(value, locale)
        case int() | Decimal():
            return locale.plain_number(Decimal(as_text(value)))
        case datetime():
            return locale.datetime(value)
        case date():
            return locale.date(value)
        case time():
            return locale.time(value)
    text = ", ".join(str(value).strip("\x1f").split("\x1f"))
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"
