"""The timeline of a card: what was done about it and what was changed on it, the latest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from kartoteka.forms import activities
from kartoteka.forms.contexts import TimelineItem
from kartoteka.forms.inputs import titles_of
from kartoteka.metadata.definitions import Entity, Field
from kartoteka.metadata.fieldtypes.base import InvalidValue
from kartoteka.platform import history
from kartoteka.platform.conversions.shadows import field_then
from kartoteka.platform.query import Row
from kartoteka.platform.units import Unit
from kartoteka.platform.web.visits import Visit

MOST_EVENTS = 30
MOST_CHANGES = 12
"""Changed fields that one event tells of."""


def events(unit: Unit, visit: Visit, entity: Entity, record_id: int) -> tuple[TimelineItem, ...]:
    """Return the latest events of a record."""
    found = [*_changes(unit, visit, entity, record_id), *_activities(unit, visit, entity, record_id)]
    found.sort(key=lambda item: item.moment, reverse=True)
    return tuple(found[:MOST_EVENTS])


def _activities(unit: Unit, visit: Visit, entity: Entity, record_id: int) -> Iterator[TimelineItem]:
    for kind in activities.kinds(unit, visit.actor):
        for row in activities.about(unit, visit.actor, kind, entity.key, record_id, MOST_EVENTS):
            if row.values[kind.activity.done]:
                yield _activity(visit, unit, kind, row)


def _activity(visit: Visit, unit: Unit, kind: activities.Kind, row: Row) -> TimelineItem:
    option = kind.option(row.values.get(kind.activity.kind or ""))
    due = row.values[kind.activity.due]
    said = option.title(visit.language) if option else kind.entity.name(visit.language)
    owner = row.titles.get(kind.entity.owner or "") or ""
    notes = row.values.get(kind.activity.text or "") or ""
    return TimelineItem(
        id=f"{kind.entity.key}-{row.id}",
        kind=str(row.values.get(kind.activity.kind or "") or "task"),
        icon=kind.icon(row),
        who=said,
        what=f"{row.title}" + (f" — {owner}" if owner else ""),
        when=activities.say_when(visit, due, unit.now),
        moment=due.isoformat() if due is not None else "",
        text=str(notes)[:2000],
    )


def _changes(unit: Unit, visit: Visit, entity: Entity, record_id: int) -> Iterator[TimelineItem]:
    entries = history.of_record(unit.connection, entity.key, record_id, latest=MOST_EVENTS)
    people = titles_of(unit, visit.actor, "user", {e.user_id for e in entries if e.user_id is not None})
    said = {
        "create": visit.say("created this card"),
        "update": visit.say("changed"),
        "delete": visit.say("put this card into the trash"),
        "restore": visit.say("took this card out of the trash"),
    }
    for entry in entries:
        changes = tuple(_told(unit, visit, entity, entry)) if entry.action == "update" else ()
        if entry.action == "update" and not changes:
            continue
        yield TimelineItem(
            id=f"change-{entry.id}",
            kind="change",
            icon="pencil" if entry.action == "update" else "cards",
            who=people.get(entry.user_id or 0, visit.say("The system")),
            what=said[entry.action],
            when=activities.say_when(visit, entry.at, unit.now),
            moment=entry.at.isoformat(),
            changes=changes,
        )


def _told(unit: Unit, visit: Visit, entity: Entity, entry: history.Entry) -> Iterator[tuple[str, str, str]]:
    """Tell of the fields that the reader may see, in words."""
    rights = unit.model.access.rights(visit.actor, entity.key)
    for key, (old, new) in list(entry.changes.items())[:MOST_CHANGES]:
        found = field_then(unit, entity.key, key)
        if found is not None and rights.sees(found[0].key):
            before, after = (_said(unit, visit, found[1], data) for data in (old, new))
            yield found[0].title(visit.language), before, after


def _said(unit: Unit, visit: Visit, field: Field, data: Any) -> str:
    if data is None:
        return "–"
    try:
        value = field.type.load(data)
    except InvalidValue:
        return str(data)[:200]
    if field.type.links_to is not None:
        return _titles(unit, visit, field.type.links_to, (value,))
    return field.type.display(value, visit.actor.locale)[:500]


def _titles(unit: Unit, visit: Visit, target: str, ids: Sequence[int]) -> str:
    return ", ".join(titles_of(unit, visit.actor, target, ids).values()) or "—"
