"""The composer: writing down a call, a note or a task about a record, with the next step, in one submit."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any

from starlette.responses import Response

from kartoteka.forms import activities
from kartoteka.forms.activities import Kind
from kartoteka.forms.contexts import Composer, NextStep
from kartoteka.forms.edits import record_id_of
from kartoteka.forms.lists import go_to
from kartoteka.forms.picking import entity_of
from kartoteka.metadata.definitions import Entity, Sort
from kartoteka.metadata.fieldtypes.base import InvalidValue
from kartoteka.metadata.fieldtypes.dates import read_date
from kartoteka.metadata.problems import Forbidden, NotFound, Problem, Refused
from kartoteka.platform.query import Query, fetch, get
from kartoteka.platform.records import create, update_record
from kartoteka.platform.units import Unit
from kartoteka.platform.web.contexts import Option, Toast, Widget
from kartoteka.platform.web.visits import Visit, local_path

LONGEST_SUBJECT = 120
NINE = time(9)
"""When a next step is due that was given a day only."""


def usable_kind(unit: Unit, visit: Visit, entity: Entity) -> Kind | None:
    """Return the kind of activity that links to the entity and that the actor may create."""
    for kind in activities.kinds(unit, visit.actor):
        rights = unit.model.access.rights(visit.actor, kind.entity.key)
        if rights.create and kind.subject() and _link(kind, entity):
            return kind
    return None


def _link(kind: Kind, entity: Entity) -> str | None:
    return next((key for key in kind.links if activities.kind_links_to(kind, key) == entity.key), None)


def composer_of(unit: Unit, visit: Visit, entity: Entity, record_id: int) -> Composer | None:
    """Return the composer of a card; None where nothing can be written down about it."""
    kind = usable_kind(unit, visit, entity)
    if kind is None or visit.session is None:
        return None
    say = visit.say
    return Composer(
        action=f"/{entity.key}/{record_id}/-/note",
        kinds=tuple(_options(visit, kind)),
        text=Widget("long_text", "text", say("What happened"), placeholder=say("What was said, what was agreed ...")),
        next_text=Widget("text", "next", say("Next step"), placeholder=say("Call back, send the offer ...")),
        next_date=Widget("date", "next_date", say("When")),
        csrf=visit.session.csrf,
    )


def _options(visit: Visit, kind: Kind) -> Iterator[Option]:
    field = next((f for f in kind.entity.fields if f.key == kind.activity.kind), None)
    offered = [choice for choice in (getattr(field.type, "choices", ()) if field else ()) if choice.offered]
    for place, choice in enumerate(offered):
        icon = choice.icon or activities.PLAIN_ICON
        yield Option(choice.key, choice.title(visit.language), place == 0, hint=icon)


def next_step_of(unit: Unit, visit: Visit, entity: Entity, record_id: int) -> NextStep | None:
    """Return what is agreed to happen next with a record."""
    for kind in activities.kinds(unit, visit.actor):
        link = _link(kind, entity)
        if link is None:
            continue
        due = kind.activity.due
        where = (f"NOT {kind.activity.done}", f"NOT IS_EMPTY({due})")
        about = ((link,), record_id)
        query = Query(kind.entity.key, kind.paths(), where, (Sort(field=due),), 1, about=about)
        rows = fetch(unit, visit.actor, query).rows
        for row in rows:
            moment = row.values[due]
            late = activities.is_late(visit, moment, unit.now)
            done_url = f"/{kind.entity.key}/{row.id}/-/done?back=/{entity.key}/{record_id}"
            return NextStep(row.title, activities.say_when(visit, moment, unit.now), done_url, late)
    return None


def write_down(unit: Unit, visit: Visit) -> Response:
    """Write down what happened with a record and, if it was said, the next step."""
    entity = entity_of(unit, visit)
    record_id = record_id_of(visit)
    get(unit, visit.actor, Query(entity.key, titles=False), record_id)
    kind = usable_kind(unit, visit, entity)
    if kind is None:
        raise Forbidden("access.no_create", entity=entity.key)
    text, following = visit.text("text").strip(), visit.text("next").strip()
    if not text and not following:
        raise Refused([Problem("required", field="text")])
    about = {_link(kind, entity) or "": record_id}
    if text:
        create(unit, visit.actor, kind.entity.key, about | _happened(unit, visit, kind, text))
    if following:
        create(unit, visit.actor, kind.entity.key, about | _agreed(unit, visit, kind, following))
    return go_to(visit, f"/{entity.key}/{record_id}", Toast(visit.say("Written down")))


def _happened(unit: Unit, visit: Visit, kind: Kind, text: str) -> dict[str, Any]:
    values = _common(visit, kind, text.splitlines()[0][:LONGEST_SUBJECT])
    values |= {kind.activity.done: True, kind.activity.due: _as_due(kind, unit.now)}
    chosen = kind.option(visit.text("kind"))
    if kind.activity.kind and chosen:
        values[kind.activity.kind] = chosen.key
    if kind.activity.text and text != values[kind.subject() or ""]:
        values[kind.activity.text] = text
    return values


def _agreed(unit: Unit, visit: Visit, kind: Kind, following: str) -> dict[str, Any]:
    values = _common(visit, kind, following[:LONGEST_SUBJECT])
    return values | {kind.activity.done: False, kind.activity.due: _as_due(kind, _next_moment(unit, visit))}


def _next_moment(unit: Unit, visit: Visit) -> datetime:
    """Return the day that was given, at nine; tomorrow where none was."""
    locale, text = visit.actor.locale, visit.text("next_date").strip()
    try:
        day = read_date(text, locale) if text else locale.today(unit.now) + timedelta(days=1)
    except InvalidValue as error:
        raise Refused([error.problem.at(field="next_date")]) from error
    return locale.moment(datetime.combine(day, NINE))


def _common(visit: Visit, kind: Kind, subject: str) -> dict[str, Any]:
    values: dict[str, Any] = {kind.subject() or "": subject}
    if kind.entity.owner and visit.actor.user_id is not None:
        values[kind.entity.owner] = visit.actor.user_id
    return values


def _as_due(kind: Kind, moment: datetime) -> Any:
    field = next(field for field in kind.entity.fields if field.key == kind.activity.due)
    return moment.replace(microsecond=0).astimezone(UTC) if field.type.kind.name == "datetime" else moment.date()


def mark_done(unit: Unit, visit: Visit) -> Response:
    """Mark an activity as done."""
    entity = entity_of(unit, visit)
    if entity.activity is None:
        raise NotFound("query.unknown_entity", name=entity.key)
    update_record(unit, visit.actor, entity.key, record_id_of(visit), {entity.activity.done: True})
    back = local_path(visit.request.query_params.get("back", "/"))
    if visit.is_fragment and back == "/":
        return Response("", 200)
    return go_to(visit, back, Toast(visit.say("Done")))
