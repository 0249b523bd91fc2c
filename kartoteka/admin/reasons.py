"""Why something is published: one line for the journal, asked for and never demanded."""

from __future__ import annotations

from kartoteka.admin.desk import Desk
from kartoteka.platform.web.contexts import Widget
from kartoteka.platform.web.visits import Visit

NAME = "why"
LONGEST = 500


def reason_widget(desk: Desk) -> Widget:
    """Return the input for the reason."""
    text = desk.visit.text(NAME)
    return Widget("text", NAME, desk.say("Why (for the journal, if you like)"), text, span=2, max_length=LONGEST)


def reason_given(visit: Visit) -> str:
    """Return the reason that somebody gave, on one line."""
    return " ".join(visit.text(NAME).split())[:LONGEST]
