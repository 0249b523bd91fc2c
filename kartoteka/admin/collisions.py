"""Collisions on a page: both sides of each, and what the person chooses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kartoteka.admin.desk import Desk
from kartoteka.admin.merge_contexts import CollisionLine, CollisionSide
from kartoteka.metadata.labels import label_in, title_from_key
from kartoteka.metadata.layers import item_name
from kartoteka.metadata.locales import LANGUAGES
from kartoteka.metadata.merging import BOTH, ORDER, Choice
from kartoteka.platform.collisions import Choices, Disputed
from kartoteka.platform.web.sentences.words import ANSWERS, FIELD_TYPES, PROPERTIES
from kartoteka.platform.web.visits import Visit

PREFIX = "choice:"
"""Before the name of a collision, in forms and addresses."""
LONGEST = 160


def choices_in(visit: Visit) -> Choices:
    """Return what the person has chosen, in the form or in the address."""
    return choices_among((*visit.request.query_params.multi_items(), *visit.form.multi_items()))


def choices_among(sent: Iterable[tuple[str, Any]]) -> dict[str, Choice]:
    """Return the choices among what was sent, by the name of the collision."""
    chosen: dict[str, Choice] = {}
    for name, value in sent:
        for side in BOTH:
            if name.startswith(PREFIX) and value == side:
                chosen[name.removeprefix(PREFIX)] = side
    return chosen


def collision_lines(
    desk: Desk, found: Iterable[Disputed], labels: Mapping[Choice, str], choices: Choices
) -> tuple[CollisionLine, ...]:
    """Return the collisions as lines; `labels` says what choosing each side means."""
    return tuple(
        CollisionLine(
            PREFIX + each.collision.name,
            desk.told(each.describe()),
            desk.told(each.what()),
            tuple(_side(desk, each, side, labels[side], choices) for side in BOTH),
        )
        for each in found
    )


def _side(desk: Desk, found: Disputed, side: Choice, label: str, choices: Choices) -> CollisionSide:
    clash = found.collision.clash
    said = clash.mine if side == "keep" else clash.theirs
    if clash.path[-1:] == (ORDER,):
        said = [title_from_key(key) for key in said]
    is_property = clash.path and clash.path[-1] in PROPERTIES
    value = desk.say("nothing set") if said is None and is_property else shown_value(desk, said)
    detail = ""
    if side == "keep" and found.by is not None:
        when = desk.visit.actor.locale.datetime(found.by.at)
        number = desk.say("No. %(number)s") % {"number": found.by.number}
        detail = f"{found.by.actor} · {when} · {number}"
    return CollisionSide(side, label, value, detail, choices.get(found.collision.name) == side)


def shown_value(desk: Desk, value: Any) -> str:
    """Return a value of a definition as a person reads it."""
    match value:
        case None | []:
            return desk.say("not there")
        case bool():
            return desk.say(ANSWERS[value])
        case {"type": str(name), **options} if name in FIELD_TYPES and "key" not in options:
            return desk.say(FIELD_TYPES[name].name)
        case dict():
            return _shown_item(desk, value)
    text = ", ".join(shown_value(desk, each) for each in value) if isinstance(value, list) else str(value)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _shown_item(desk: Desk, value: Mapping[str, Any]) -> str:
    """Return a label in the person's language, or what a part of a definition is called."""
    if value.keys() <= set(LANGUAGES):
        return label_in(dict(value), desk.language, "")
    if value.get("label"):
        return label_in(value["label"], desk.language, "")
    return title_from_key(item_name(value) or "")
