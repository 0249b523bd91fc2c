"""The list of an entity's records, and what can be done with several of them at once."""

from __future__ import annotations

from collections.abc import Iterator

from starlette.responses import Response

from kartoteka.forms.contexts import Chip, Column, ListPage, ViewTab
from kartoteka.forms.contexts import Row as ShownRow
from kartoteka.forms.picking import entity_of
from kartoteka.forms.questions import Filter, Question, ask, sort_text
from kartoteka.metadata.definitions import Entity, ListColumn, Sort
from kartoteka.metadata.labels import label_in
from kartoteka.metadata.paths import Resolved, resolve
from kartoteka.metadata.problems import Forbidden, NotFound
from kartoteka.platform.query import COUNT_CAP, Page, Row, count, fetch
from kartoteka.platform.records import delete, restore
from kartoteka.platform.units import Unit
from kartoteka.platform.web import naming
from kartoteka.platform.web.cells import cell_kind, make_cell
from kartoteka.platform.web.contexts import Action, Cell, Empty, Pager, Toast
from kartoteka.platform.web.shell import gear_urls, index_tab, make_shell, page, redirect
from kartoteka.platform.web.visits import Visit

MOST_AT_ONCE = 500
PHONE_PLACES = ("lead", "second", "aside", "second2")
"""Where the first columns stand in the two-line row of a phone."""


def show_list(unit: Unit, visit: Visit) -> Response:
    """Show a list: the whole page, or the part that htmx asks for."""
    entity = entity_of(unit, visit)
    context = list_page(unit, visit, entity)
    return page(visit, "forms/_list.html" if visit.is_fragment else "forms/list.html", context)


def list_page(unit: Unit, visit: Visit, entity: Entity) -> ListPage:
    """Return everything that the list's template shows."""
    question = ask(unit, visit, entity)
    found = fetch(unit, visit.actor, question.query)
    exact = visit.request.query_params.get("count") == "exact"
    total = count(unit, visit.actor, question.query, None if exact else COUNT_CAP)
    rights = unit.model.access.rights(visit.actor, entity.key)
    ends = [_resolved(unit, question, column) for column in question.view.columns]
    return ListPage(
        shell=make_shell(unit, visit, entity.names(visit.language)),
        tab=index_tab(entity, visit.language, several=True),
        views=tuple(_views(visit, question)),
        columns=tuple(_columns(unit, visit, question, ends)),
        rows=tuple(_row(visit, question, ends, row) for row in found.rows),
        pager=_pager(visit, question, found, total, exact),
        url=question.url(),
        bulk_url=f"/{entity.key}/-/bulk",
        chips=tuple(_chip(unit, visit, question, each) for each in question.filters),
        clear_url=question.url(q=None, **dict.fromkeys(each.name for each in question.filters))
        if question.filters
        else "",
        query=question.text,
        actions=tuple(_actions(visit, entity, create=rights.create)),
        downloads=tuple(_downloads(unit, visit, question)),
        bulk=tuple(_bulk(visit, deletes=rights.may("delete"))),
        empty=_empty(visit, question, create=rights.create) if not found.rows else None,
    )


def _views(visit: Visit, question: Question) -> Iterator[ViewTab]:
    for each in question.views:
        label = label_in(each.label, visit.language, visit.say("All"))
        address = f"/{question.entity.key}" + ("" if each is question.views[0] else f"?list={each.key}")
        yield ViewTab(label, address, each.key == question.view.key)


def _resolved(unit: Unit, question: Question, column: ListColumn) -> Resolved:
    found = resolve(unit.model.catalog, question.entity.key, column.field.split("."))
    assert found is not None
    return found


def _columns(unit: Unit, visit: Visit, question: Question, ends: list[Resolved]) -> Iterator[Column]:
    first = question.sort[0] if question.sort else None
    gear_url = gear_urls(unit, visit)
    for place, (column, found) in enumerate(zip(question.view.columns, ends, strict=True)):
        direction = ""
        if first is not None and first.field == column.field:
            direction = "desc" if first.descending else "asc"
        sortable = found.field is None or found.field.type.sortable
        turned = Sort(field=column.field, descending=direction == "asc")
        yield Column(
            key=column.field,
            label=column_label(unit, visit, question.entity, column),
            kind="link" if place == 0 else cell_kind(found),
            sort=direction,
            sort_url=question.url(sort=sort_text((turned,))) if sortable else "",
            phone=PHONE_PLACES[place] if place < len(PHONE_PLACES) else "",
            gear_url=gear_url(found.entity, found.key) if found.field else "",
        )


def column_label(unit: Unit, visit: Visit, entity: Entity, column: ListColumn) -> str:
    """Return what stands over a column: its own label, else the field's, with the way to it where it is far."""
    own = label_in(column.label, visit.language)
    return own or path_label(unit, visit, entity, column.field)


def path_label(unit: Unit, visit: Visit, entity: Entity, path: str) -> str:
    """Return a path in people's words: "Company: Segment"."""
    return naming.path_label(unit.model.catalog, entity.key, path, visit.language, visit.say)


def _row(visit: Visit, question: Question, ends: list[Resolved], row: Row) -> ShownRow:
    url, locale = f"/{question.entity.key}/{row.id}", visit.actor.locale
    cells = [
        make_cell(found, row.values[column.field], row.titles.get(column.field), locale)
        for column, found in zip(question.view.columns, ends, strict=True)
    ]
    if cells:
        cells[0] = Cell("link", cells[0].text or row.title, url)
    return ShownRow(str(row.id), url, row.title, tuple(cells))


def _pager(visit: Visit, question: Question, found: Page, total: int, exact: bool) -> Pager:
    capped = not exact and total > COUNT_CAP
    number = visit.actor.locale.number(COUNT_CAP if capped else total) + ("+" if capped else "")
    text = visit.say("%(shown)s of %(total)s") % {"shown": len(found.rows), "total": number}
    return Pager(
        text=text if found.before or found.after else number,
        previous_url=question.url(before=found.before) if found.before else "",
        next_url=question.url(after=found.after) if found.after else "",
        exact_url=question.url(count="exact") if capped else "",
    )


def _chip(unit: Unit, visit: Visit, question: Question, each: Filter) -> Chip:
    if each.name == "where":
        return Chip(each.text, question.url(where=None))
    path = each.name.partition(".")[2]
    return Chip(f"{path_label(unit, visit, question.entity, path)}: {each.text}", question.url(**{each.name: None}))


def _actions(visit: Visit, entity: Entity, *, create: bool) -> Iterator[Action]:
    if create:
        label = f"{visit.say('New')}: {entity.name(visit.language)}"
        yield Action(label, f"/{entity.key}/new", "plus", style="primary", name="new")


def _downloads(unit: Unit, visit: Visit, question: Question) -> Iterator[Action]:
    if not unit.model.access.may_export(visit.actor):
        return
    address, _, parameters = question.url().partition("?")
    for form, label in (("xlsx", visit.say("Download as Excel")), ("csv", visit.say("Download as CSV"))):
        yield Action(label, f"{address}.{form}" + (f"?{parameters}" if parameters else ""), "download")


def _bulk(visit: Visit, *, deletes: bool) -> Iterator[Action]:
    if deletes:
        yield Action(visit.say("Delete"), "", "trash", name="delete", style="quiet")


def _empty(visit: Visit, question: Question, *, create: bool) -> Empty:
    names = question.entity.names(visit.language)
    if question.filters or question.text:
        clear = Action(visit.say("Clear filters"), f"/{question.entity.key}?list={question.view.key}", "x")
        return Empty("no_match", visit.say("Nothing matches"), names, "filter-x", (clear,))
    action = Action(visit.say("Create the first one"), f"/{question.entity.key}/new", "plus", style="primary")
    text = visit.say("Nothing is in this list yet.")
    return Empty("nothing_yet", names, text, question.entity.icon, (action,) if create else ())


def change_many(unit: Unit, visit: Visit) -> Response:
    """Do something with the chosen rows."""
    entity = entity_of(unit, visit)
    ids = [int(each) for each in visit.texts("id")[:MOST_AT_ONCE] if each.isdigit()]
    if visit.text("do") != "delete":
        raise NotFound("bulk.unknown_action", name=visit.text("do"))
    for each in ids:
        delete(unit, visit.actor, entity.key, each)
    text = visit.say("Deleted: %(count)s") % {"count": len(ids)}
    undo = f"/{entity.key}/-/restore?ids=" + ",".join(map(str, ids))
    return go_to(visit, f"/{entity.key}", Toast(text, undo) if ids else None)


def restore_many(unit: Unit, visit: Visit) -> Response:
    """Take records out of the trash again."""
    entity = entity_of(unit, visit)
    ids = [int(each) for each in visit.request.query_params.get("ids", "").split(",") if each.isdigit()]
    if not ids:
        raise Forbidden("bulk.nothing_chosen")
    for each in ids[:MOST_AT_ONCE]:
        restore(unit, visit.actor, entity.key, each)
    target = f"/{entity.key}/{ids[0]}" if len(ids) == 1 else f"/{entity.key}"
    return go_to(visit, target, Toast(visit.say("Restored")))


def go_to(visit: Visit, url: str, toast: Toast | None = None) -> Response:
    """Go on to a page; htmx is told so, since it would put what a redirect leads to into the form."""
    response = redirect(url, toast)
    if visit.is_fragment:
        response.headers["hx-redirect"] = url
        del response.headers["location"]
        response.status_code = 200
    return response
