"""Activities: cards of types that are things to do. They stand on Today, and on the timelines of what they link to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from kartoteka.metadata.definitions import Activity, Entity, Sort
from kartoteka.metadata.expressions import names, parse
from kartoteka.metadata.fieldtypes.choice import Option as Choice
from kartoteka.metadata.titles import title_expression
from kartoteka.platform.actors import Actor
from kartoteka.platform.query import Query, Row, fetch
from kartoteka.platform.units import Unit
from kartoteka.platform.web.visits import Visit

PLAIN_ICON = "calendar-check"


@dataclass(frozen=True, slots=True)
class Kind:
    """A card type whose cards are things to do, as far as an actor may see it."""

    entity: Entity
    activity: Activity
    links: tuple[str, ...]
    """Its fields that link to other card types than people."""

    def paths(self) -> tuple[str, ...]:
        """Return the fields that tell what an activity is about and when."""
        optional = (self.activity.kind, self.activity.text, self.entity.owner)
        return (self.activity.due, self.activity.done, *self.links, *(key for key in optional if key))

    def subject(self) -> str | None:
        """Return the text field that the title is made of, into which a person's words go."""
        known = [path[0] for path in names(parse(title_expression(self.entity))) if len(path) == 1]
        return known[0] if len(known) == 1 else None

    def option(self, key: Any) -> Choice | None:
        """Return the option that says what kind of activity it is."""
        field = next((f for f in self.entity.fields if f.key == self.activity.kind), None)
        choices: tuple[Choice, ...] = getattr(field.type, "choices", ()) if field else ()
        return next((choice for choice in choices if choice.key == key), None)

    def icon(self, row: Row) -> str:
        """Return the icon of an activity."""
        option = self.option(row.values.get(self.activity.kind or ""))
        return (option.icon if option else None) or PLAIN_ICON


def kinds(unit: Unit, actor: Actor) -> Iterator[Kind]:
    """Yield the kinds of activity that the actor may read with the fields that make them so."""
    for entity in unit.model.access.readable(actor):
        if entity.activity is None:
            continue
        rights = unit.model.access.rights(actor, entity.key)
        if rights.sees(entity.activity.due) and rights.sees(entity.activity.done):
            links = tuple(f.key for f in entity.fields if _is_about(f.type.links_to) and rights.sees(f.key))
            yield Kind(entity, entity.activity, links)


def _is_about(target: str | None) -> bool:
    return target is not None and target not in ("user", "file")


def about(unit: Unit, actor: Actor, kind: Kind, entity: str, record_id: int, limit: int) -> tuple[Row, ...]:
    """Return the activities that link to a record, the latest first."""
    links = tuple(key for key in kind.links if kind_links_to(kind, key) == entity)
    if not links:
        return ()
    order = (Sort(field=kind.activity.due, descending=True),)
    query = Query(kind.entity.key, kind.paths(), sort=order, limit=limit, about=(links, record_id))
    return fetch(unit, actor, query).rows


def kind_links_to(kind: Kind, key: str) -> str | None:
    """Return the entity that a field of an activity links to."""
    return next((field.type.links_to for field in kind.entity.fields if field.key == key), None)


def phone_paths(unit: Unit, actor: Actor, kind: Kind) -> tuple[str, ...]:
    """Return where the phone numbers of those are whom an activity is about, as far as the actor may see them."""
    found: list[str] = []
    for link in kind.links:
        target = kind_links_to(kind, link) or ""
        rights = unit.model.access.rights(actor, target)
        fields = unit.model.catalog.fields(target).values() if rights.may("read") else ()
        phones = (f"{link}.{field.key}" for field in fields if field.type.cell == "phone" and rights.sees(field.key))
        found.extend(list(phones)[:1])
    return tuple(found)


def open_of(unit: Unit, actor: Actor, kind: Kind, limit: int, more: tuple[str, ...] = ()) -> tuple[Row, ...]:
    """Return the actor's own open activities that are due, the earliest first; `more` are further paths to read."""
    if kind.entity.owner is None:
        return ()
    where = (f"{kind.entity.owner} = ME()", f"NOT {kind.activity.done}", f"NOT IS_EMPTY({kind.activity.due})")
    query = Query(kind.entity.key, kind.paths() + more, where, (Sort(field=kind.activity.due),), limit)
    return fetch(unit, actor, query).rows


def due_day(visit: Visit, value: Any) -> date | None:
    """Return the day on which something is due, on the reader's calendar."""
    return visit.actor.locale.local(value).date() if isinstance(value, datetime) else value


def is_late(visit: Visit, value: Any, now: datetime) -> bool:
    """Tell whether something should have been done by now."""
    if isinstance(value, datetime):
        return value < now
    return value is not None and value < visit.actor.locale.today(now)


def say_when(visit: Visit, value: Any, now: datetime) -> str:
    """Return a date or moment near today as people say it."""
    day = due_day(visit, value)
    if day is None:
        return ""
    locale, today = visit.actor.locale, visit.actor.locale.today(now)
    clock = (
        f", {locale.time(locale.local(value).time().replace(second=0, microsecond=0))}"
        if isinstance(value, datetime)
        else ""
    )
    match (day - today).days:
        case 0:
            return visit.say("today") + clock
        case -1:
            return visit.say("yesterday") + clock
        case 1:
            return visit.say("tomorrow") + clock
    return locale.near_date(day, today) + clock
