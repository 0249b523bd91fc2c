"""Today: what is to be done now, what is open, what was looked at lately."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from babel.dates import format_date
from sqlalchemy import select
from starlette.responses import Response

from kartoteka.forms import activities
from kartoteka.forms.contexts import RelatedItem, TodayGroup, TodayItem, TodayPage, TodayStage
from kartoteka.metadata.definitions import Entity
from kartoteka.metadata.fieldtypes.choice import Option as Choice
from kartoteka.metadata.locales import Locale
from kartoteka.metadata.paths import resolve
from kartoteka.platform import tables
from kartoteka.platform.query import Query, Row, fetch
from kartoteka.platform.units import Unit
from kartoteka.platform.web.cells import make_cell
from kartoteka.platform.web.contexts import Cell, Empty, IndexTab
from kartoteka.platform.web.shell import index_tab, make_shell, page
from kartoteka.platform.web.visits import Visit

MOST_TO_DO = 200
MOST_OPEN = 5000
MOST_RECENT = 8
WEEK = timedelta(days=7)


def show_today(unit: Unit, visit: Visit) -> Response:
    """Show the home page."""
    return page(visit, "forms/today.html", today_page(unit, visit))


def today_page(unit: Unit, visit: Visit) -> TodayPage:
    """Return everything that the home page shows."""
    groups = tuple(_groups(unit, visit))
    recent = _recent(unit, visit)
    pipeline = next((e for e in unit.model.access.readable(visit.actor) if e.pipeline and e.owner), None)
    stages = tuple(_stages(unit, visit, pipeline)) if pipeline else ()
    today = visit.actor.locale.today(unit.now)
    say = visit.say
    empty = Empty("nothing_yet", say("Nothing to do"), say("Everything is done. What comes next?"), "sun")
    return TodayPage(
        shell=make_shell(unit, visit, say("Today")),
        greeting=say("Good day, %(name)s") % {"name": visit.actor.name.split()[0]},
        date=format_date(today, "full", locale=visit.language),
        groups=groups,
        stages=stages,
        stages_title=f"{say('My open')}: {pipeline.names(visit.language)}" if pipeline else "",
        stages_url=f"/{pipeline.key}" if pipeline else "",
        recent=tuple(item for item, _ in recent),
        recent_tabs=tuple(tab for _, tab in recent),
        empty=None if groups else empty,
    )


def _groups(unit: Unit, visit: Visit) -> Iterator[TodayGroup]:
    today = visit.actor.locale.today(unit.now)
    late: list[TodayItem] = []
    now: list[TodayItem] = []
    later: list[TodayItem] = []
    for kind in activities.kinds(unit, visit.actor):
        phones = activities.phone_paths(unit, visit.actor, kind)
        for row in activities.open_of(unit, visit.actor, kind, MOST_TO_DO, phones):
            day = activities.due_day(visit, row.values[kind.activity.due])
            if day is not None and day <= today + WEEK:
                (late if day < today else now if day == today else later).append(_item(unit, visit, kind, row, phones))
    names = (visit.say("Overdue"), late, "late"), (visit.say("Due today"), now, ""), (visit.say("Next days"), later, "")
    for title, items, tone in names:
        if items:
            items.sort(key=lambda item: item.moment)
            yield TodayGroup(title, tuple(items), str(len(items)), tone)


def _item(unit: Unit, visit: Visit, kind: activities.Kind, row: Row, phones: tuple[str, ...]) -> TodayItem:
    due = row.values[kind.activity.due]
    return TodayItem(
        id=f"{kind.entity.key}-{row.id}",
        text=row.title,
        when=activities.say_when(visit, due, unit.now),
        moment=due.isoformat(),
        icon=kind.icon(row),
        done_url=f"/{kind.entity.key}/{row.id}/-/done",
        about=_about(visit, kind, row),
        phone=_phone(unit, visit, kind, row, phones),
        late=activities.is_late(visit, due, unit.now),
    )


def _phone(unit: Unit, visit: Visit, kind: activities.Kind, row: Row, paths: tuple[str, ...]) -> Cell | None:
    """Return the first number under which somebody can be called about it."""
    path = next((path for path in paths if row.values[path] is not None), None)
    found = resolve(unit.model.catalog, kind.entity.key, path.split(".")) if path else None
    return make_cell(found, row.values[path or ""], None, visit.actor.locale) if found else None


def _about(visit: Visit, kind: activities.Kind, row: Row) -> Cell:
    """Show the first record that an activity is about, else the activity itself."""
    for key in kind.links:
        title, value = row.titles.get(key), row.values[key]
        if value is not None and title:
            return Cell("link", title, f"/{activities.kind_links_to(kind, key)}/{value}")
    return Cell("link", kind.entity.name(visit.language), f"/{kind.entity.key}/{row.id}")


def _stages(unit: Unit, visit: Visit, entity: Entity) -> Iterator[TodayStage]:
    """Yield what the actor has open, by stage."""
    assert entity.pipeline is not None
    pipeline = entity.pipeline
    rights = unit.model.access.rights(visit.actor, entity.key)
    amount = pipeline.amount if pipeline.amount and rights.sees(pipeline.amount) else None
    if not rights.sees(pipeline.stage):
        return
    closed = ", ".join(f'"{key}"' for key in pipeline.closed)
    where = (f"{entity.owner} = ME()", *([f"{pipeline.stage} NOT IN ({closed})"] if closed else []))
    columns = (pipeline.stage, *([amount] if amount else []))
    rows = fetch(unit, visit.actor, Query(entity.key, columns, where, limit=MOST_OPEN, titles=False)).rows
    field = unit.model.catalog.fields(entity.key)[pipeline.stage]
    options: tuple[Choice, ...] = getattr(field.type, "choices", ())
    most = max((sum(1 for row in rows if row.values[pipeline.stage] == o.key) for o in options), default=0)
    for option in options:
        here = [row for row in rows if row.values[pipeline.stage] == option.key]
        if option.key not in pipeline.closed:
            yield TodayStage(
                label=option.title(visit.language),
                colour=option.colour or "slate",
                count=str(len(here)),
                amount=_total(visit, [row.values[amount] for row in here]) if amount else "",
                share=round(100 * len(here) / most) if most else 0,
                url=f"/{entity.key}?"
                + urlencode({f"f.{pipeline.stage}": option.key, "where": f"{entity.owner} = ME()"}),
            )


def _total(visit: Visit, amounts: list[Any]) -> str:
    """Return the sum, by currency where there are several."""
    totals: dict[str, Decimal] = {}
    for value in amounts:
        if value is not None:
            currency = getattr(value, "currency", "")
            totals[currency] = totals.get(currency, Decimal()) + getattr(value, "amount", value)
    locale = visit.actor.locale
    return " + ".join(_amount(locale, total, currency) for currency, total in sorted(totals.items()))


def _amount(locale: Locale, total: Decimal, currency: str) -> str:
    whole = total.quantize(Decimal(1))
    return locale.money(whole, currency, 0) if currency else locale.number(whole)


def _recent(unit: Unit, visit: Visit) -> list[tuple[RelatedItem, IndexTab]]:
    of = tables.recent.c
    mine = select(of.entity, of.record_id).where(of.user_id == visit.actor.user_id)
    opened = unit.connection.execute(mine.order_by(of.at.desc()).limit(MOST_RECENT * 2)).all()
    found: list[tuple[RelatedItem, IndexTab]] = []
    for name, record_id in opened:
        entity = unit.model.catalog.entities.get(name)
        if entity is None or not unit.model.access.rights(visit.actor, name).may("read"):
            continue
        for row in fetch(unit, visit.actor, Query(name, ids=(record_id,), limit=1)).rows:
            item = RelatedItem(row.title, f"/{name}/{row.id}", entity.name(visit.language))
            found.append((item, index_tab(entity, visit.language)))
    return found[:MOST_RECENT]
