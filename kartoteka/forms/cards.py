"""The card: all that is known of one record, and writing down what happened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, select, update
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, Response

from kartoteka.forms.composing import composer_of, next_step_of
from kartoteka.forms.contexts import CardPage, Fact, FactEdit, FactGroup, RelatedItem, RelatedList
from kartoteka.forms.edits import full_layout, record_id_of
from kartoteka.forms.inputs import read_form
from kartoteka.forms.lists import path_label
from kartoteka.forms.picking import entity_of, is_understood, visible_paths
from kartoteka.forms.timeline import events
from kartoteka.forms.widgets import Shown, make_widget, shown_value
from kartoteka.metadata.definitions import Card, Entity, Field, Related
from kartoteka.metadata.definitions import Fact as DefinedFact
from kartoteka.metadata.labels import label_in, title_from_key
from kartoteka.metadata.paths import Resolved, resolve
from kartoteka.metadata.problems import Conflict, Problem, Refused
from kartoteka.platform import tables
from kartoteka.platform.actors import Actor
from kartoteka.platform.database import insert_absent
from kartoteka.platform.query import COUNT_CAP, Query, Row, count, fetch, get
from kartoteka.platform.records import locked, update_record
from kartoteka.platform.runtime import Runtime
from kartoteka.platform.sources import unknown_field
from kartoteka.platform.units import Unit
from kartoteka.platform.web.cells import make_cell
from kartoteka.platform.web.contexts import Action, Cell
from kartoteka.platform.web.errors import say_problem
from kartoteka.platform.web.shell import gear_urls, index_tab, make_shell, page
from kartoteka.platform.web.visits import Visit

RELATED_ROWS = 5
LEADING_FACTS = 5
JUST_NOW = timedelta(minutes=1)
_of = tables.recent.c
_OPENED = select(_of.at).where(
    _of.user_id == bindparam("person"), _of.entity == bindparam("entity"), _of.record_id == bindparam("record")
)


def show_card(unit: Unit, visit: Visit) -> Response:
    """Show a record's card."""
    entity = entity_of(unit, visit)
    return page(visit, "forms/card.html", card_page(unit, visit, entity, record_id_of(visit)))


def card_page(unit: Unit, visit: Visit, entity: Entity, record_id: int) -> CardPage:
    """Return everything that the card's template shows."""
    card = unit.model.catalog.card(entity.key) or Card(entity=entity.key)
    header = _visible(unit, visit, entity, card.header)
    facts = _visible(unit, visit, entity, card.facts)
    rights = unit.model.access.rights(visit.actor, entity.key)
    keys = [field.key for field in entity.fields if rights.sees(field.key)]
    paths = tuple(dict.fromkeys([*header, *facts, *keys, *visible_paths(unit, visit.actor, entity, entity.subtitle)]))
    row = get(unit, visit.actor, Query(entity.key, paths), record_id)
    leading = tuple(_facts(unit, visit, entity, row, header))
    return CardPage(
        shell=make_shell(unit, visit, row.title),
        tab=index_tab(entity, visit.language),
        title=row.title,
        facts=tuple(fact for fact in leading if fact.cell.text)[:LEADING_FACTS],
        groups=tuple(_groups(unit, visit, entity, row, facts, set(header))),
        actions=tuple(_actions(unit, visit, entity, row)),
        more=tuple(_more(unit, visit, entity, row)),
        call=_call(visit, [*leading, *_facts(unit, visit, entity, row, _phones(entity, keys))]),
        subtitle=_subtitle(unit, visit, entity, row),
        next_step=next_step_of(unit, visit, entity, record_id),
        composer=composer_of(unit, visit, entity, record_id),
        timeline=events(unit, visit, entity, record_id) if card.timeline else (),
        related=tuple(_related_lists(unit, visit, card, record_id)),
    )


def _visible(unit: Unit, visit: Visit, entity: Entity, facts: tuple[DefinedFact, ...]) -> tuple[str, ...]:
    return visible_paths(unit, visit.actor, entity, tuple(fact.field for fact in facts))


@dataclass(frozen=True, slots=True)
class _Place:
    """What of a fact is the same on every card: where it comes from, its label, whether it is edited in place."""

    found: Resolved
    label: str
    editable: bool


def _place(unit: Unit, visit: Visit, entity: Entity, path: str) -> _Place:
    key = ("fact", entity.key, path, visit.actor.standing, visit.language)
    return unit.model.once(key, lambda: _new_place(unit, visit, entity, path))


def _new_place(unit: Unit, visit: Visit, entity: Entity, path: str) -> _Place:
    found = resolve(unit.model.catalog, entity.key, path.split("."))
    assert found is not None
    rights = unit.model.access.rights(visit.actor, entity.key)
    own = found.field is not None and not found.steps and not found.field.type.computed
    return _Place(found, path_label(unit, visit, entity, path), own and rights.edits(path) and rights.may("edit"))


def _cell(unit: Unit, visit: Visit, entity: Entity, row: Row, path: str) -> Cell:
    found = _place(unit, visit, entity, path).found
    return make_cell(found, row.values[path], row.titles.get(path), visit.actor.locale)


def _facts(unit: Unit, visit: Visit, entity: Entity, row: Row, paths: Iterable[str]) -> Iterator[Fact]:
    gear_url = gear_urls(unit, visit)
    for path in paths:
        place = _place(unit, visit, entity, path)
        found = place.found
        cell = make_cell(found, row.values[path], row.titles.get(path), visit.actor.locale)
        edit_url = f"/{entity.key}/{row.id}/-/fact/{path}" if place.editable else ""
        yield Fact(path, place.label, cell, edit_url, gear_url(found.entity, found.key) if found.field else "")


def _groups(
    unit: Unit, visit: Visit, entity: Entity, row: Row, facts: tuple[str, ...], shown: set[str]
) -> Iterator[FactGroup]:
    """Yield the facts of the card, then everything else that is filled in, by the sections of the form."""
    if facts:
        yield FactGroup(visit.say("Facts"), tuple(_facts(unit, visit, entity, row, facts)))
    shown = shown | set(facts)
    for tab in full_layout(unit, entity).tabs:
        for section in tab.sections:
            keys = [item.field for item in section.items if item.field in row.values and item.field not in shown]
            rest = tuple(_facts(unit, visit, entity, row, [key for key in keys if row.values[key] is not None]))
            if rest:
                fallback = visit.say("Details") if section.key == "all" else title_from_key(section.key)
                title = label_in(section.label, visit.language, fallback)
                yield FactGroup(title, rest, open=not facts)


def _actions(unit: Unit, visit: Visit, entity: Entity, row: Row) -> Iterator[Action]:
    if unit.model.access.rights(visit.actor, entity.key).may("edit"):
        yield Action(
            visit.say("Edit"), f"/{entity.key}/{row.id}/edit", "pencil", style="primary", shortcut="E", name="edit"
        )


def _more(unit: Unit, visit: Visit, entity: Entity, row: Row) -> Iterator[Action]:
    if unit.model.access.rights(visit.actor, entity.key).may("delete"):
        address = f"/{entity.key}/{row.id}/delete"
        yield Action(visit.say("Delete"), address, "trash", method="post", style="danger", name="delete")


def _phones(entity: Entity, keys: list[str]) -> list[str]:
    return [field.key for field in entity.fields if field.type.cell == "phone" and field.key in keys]


def _call(visit: Visit, facts: list[Fact]) -> Action | None:
    phone = next((fact.cell for fact in facts if fact.cell.kind == "phone" and fact.cell.url), None)
    return Action(visit.say("Call"), phone.url, "phone") if phone else None


def _subtitle(unit: Unit, visit: Visit, entity: Entity, row: Row) -> str:
    paths = visible_paths(unit, visit.actor, entity, entity.subtitle)
    texts = (_cell(unit, visit, entity, row, path).text for path in paths)
    return " · ".join(text for text in texts if text)


def _related_lists(unit: Unit, visit: Visit, card: Card, record_id: int) -> Iterator[RelatedList]:
    for related in card.related:
        target = unit.model.catalog.entities[related.entity]
        rights = unit.model.access.rights(visit.actor, target.key)
        where = (related.filter,) if related.filter else ()
        query = Query(target.key, where=where, titles=False, about=((related.link,), 0))
        key = ("related", query, visit.actor.standing)
        if unit.model.once(key, lambda query=query: is_understood(unit, visit.actor, query)):  # type: ignore[misc]
            yield _related(unit, visit, related, target, where, create=rights.create, record_id=record_id)


def _related(
    unit: Unit, visit: Visit, related: Related, target: Entity, where: tuple[str, ...], *, create: bool, record_id: int
) -> RelatedList:
    columns = visible_paths(unit, visit.actor, target, tuple(column.field for column in related.columns))
    sort = tuple(s for s in related.sort if visible_paths(unit, visit.actor, target, (s.field,)))
    query = Query(target.key, columns, where, sort, RELATED_ROWS, about=((related.link,), record_id))
    rows = fetch(unit, visit.actor, query).rows
    total = count(unit, visit.actor, query) if len(rows) == RELATED_ROWS else len(rows)
    number = visit.actor.locale.number(min(total, COUNT_CAP)) + ("+" if total > COUNT_CAP else "")
    label = label_in(related.label, visit.language, target.names(visit.language))
    tab = index_tab(target, visit.language, several=True)
    return RelatedList(
        tab=type(tab)(label, tab.icon, tab.colour, tab.url),
        items=tuple(_related_item(unit, visit, target, row) for row in rows),
        count=number if total else "",
        all_url=f"/{target.key}?f.{related.link}={record_id}" if total > len(rows) else "",
        new_url=f"/{target.key}/new?{related.link}={record_id}" if create else "",
        new_label=f"{visit.say('New')}: {target.name(visit.language)}",
        nothing=visit.say("Nothing yet"),
    )


def _related_item(unit: Unit, visit: Visit, target: Entity, row: Row) -> RelatedItem:
    """Show a linked card in a line: its title, its columns, the first choice as a dot, the last number aside."""
    cells = [_cell(unit, visit, target, row, path) for path in row.values]
    told = [cell for cell in cells if cell.text and cell.text != row.title]
    state = next((cell for cell in told if cell.kind == "choice"), None)
    aside = next((cell for cell in reversed(told) if cell.kind == "number"), None)
    detail = " · ".join(cell.text for cell in told if cell not in (state, aside) and cell.text not in row.title)
    return RelatedItem(row.title, f"/{target.key}/{row.id}", detail, aside.text if aside else "", state)


def was_just_opened(unit: Unit, actor: Actor, entity: str, record_id: int) -> bool:
    """Tell whether the person has opened the card a moment ago: that need not be remembered anew after each edit."""
    asked = {"person": actor.user_id, "entity": entity, "record": record_id}
    at = unit.connection.execute(_OPENED, asked).scalar_one_or_none()
    return at is not None and at > unit.now - JUST_NOW


def note_opened(runtime: Runtime, actor: Actor, entity: str, record_id: int) -> None:
    """Remember that a person has opened a card, for Today."""
    of = tables.recent
    mine = (of.c.user_id == actor.user_id) & (of.c.entity == entity) & (of.c.record_id == record_id)
    with runtime.writing() as unit:
        if unit.connection.execute(update(of).where(mine).values(at=unit.now)).rowcount == 0:
            row = {"user_id": actor.user_id, "entity": entity, "record_id": record_id, "at": unit.now}
            insert_absent(unit.connection, of, row)  # two tabs may open it at the same moment


def show_fact(unit: Unit, visit: Visit) -> Response:
    """Show one fact, to be edited in place or as it is."""
    entity, field = _fact_field(unit, visit)
    row = get(unit, visit.actor, Query(entity.key, (field.key,)), record_id_of(visit))
    if visit.request.query_params.get("show"):
        return _fact_saved(unit, visit, entity, row, field)
    shown = shown_value(field, row.values[field.key], row.titles.get(field.key), visit.actor.locale)
    return _fact_form(visit, entity, row, field, shown)


def _fact_field(unit: Unit, visit: Visit) -> tuple[Entity, Field]:
    entity = entity_of(unit, visit)
    field = unit.model.catalog.field_named(entity.key, str(visit.path["field"]))
    if field is None or not unit.model.access.rights(visit.actor, entity.key).edits(field.key):
        raise unknown_field(entity.key, str(visit.path["field"]))
    return entity, field


def save_fact(unit: Unit, visit: Visit) -> Response:
    """Save one fact that was edited in place."""
    entity, field = _fact_field(unit, visit)
    record_id = record_id_of(visit)
    old = locked(unit, visit.actor, Query(entity.key, (field.key,), titles=False), record_id, "edit")
    read = read_form(unit, _rendering(visit, field.key), entity.key, old.values)
    version = int(visit.text("version")) if visit.text("version").isdigit() else None
    saved = update_record(unit, visit.actor, entity.key, record_id, read.values, version, read.problems, old)
    row = replace(old, version=saved.version, values={**old.values, **read.values})
    if field.type.links_to is not None:  # of what it leads to the title is shown
        row = get(unit, visit.actor, Query(entity.key, (field.key,)), record_id)
    return _fact_saved(unit, visit, entity, row, field)


def _rendering(visit: Visit, key: str) -> Visit:
    """A fact's form has one field and says so by its address."""
    pairs = [*visit.form.multi_items(), ("rendered", key)]
    return replace(visit, form=FormData(pairs))


def show_fact_again(unit: Unit, visit: Visit, refused: Refused | Conflict) -> Response:
    """Show the fact's form again with what was typed and what is wrong with it."""
    entity, field = _fact_field(unit, visit)
    row = get(unit, visit.actor, Query(entity.key, (field.key,)), record_id_of(visit))
    read = read_form(unit, _rendering(visit, field.key), entity.key, row.values)
    problems = refused.problems if isinstance(refused, Refused) else (refused.problem,)
    return _fact_form(visit, entity, row, field, read.shown.get(field.key, Shown()), problems)


def _fact_form(
    visit: Visit, entity: Entity, row: Row, field: Field, shown: Shown, problems: tuple[Problem, ...] = ()
) -> Response:
    errors = tuple(say_problem(visit, problem) for problem in problems)
    address = f"/{entity.key}/{row.id}/-/fact/{field.key}"
    assert visit.session is not None
    edit = FactEdit(
        id=f"fact-{field.key}",
        widget=make_widget(field, shown, visit.actor.locale, errors=errors, say=visit.say),
        save_url=address,
        cancel_url=f"{address}?show=1",
        csrf=visit.session.csrf,
        version=str(row.version),
    )
    return _fragment(visit, "forms/_fact_edit.html", {"edit": edit}, 422 if problems else 200)


def _fact_saved(unit: Unit, visit: Visit, entity: Entity, row: Row, field: Field) -> Response:
    if not visit.is_fragment:
        return page(visit, "forms/card.html", card_page(unit, visit, entity, row.id))
    (fact,) = _facts(unit, visit, entity, row, (field.key,))
    return _fragment(visit, "forms/_fact_saved.html", {"fact": fact})


def _fragment(visit: Visit, template: str, context: Mapping[str, Any], status: int = 200) -> Response:
    return HTMLResponse(visit.runtime.templates.render(template, visit.language, context), status)
