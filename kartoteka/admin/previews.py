"""Previews: form, list and card as people will see them, with the first of the real cards."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kartoteka.admin.desk import Desk, as_wanted
from kartoteka.admin.layout_contexts import CardPreview, TableColumn, TablePreview
from kartoteka.admin.tree import field_url
from kartoteka.forms.contexts import Fact, FormSection, FormTab
from kartoteka.forms.edits import full_layout
from kartoteka.forms.picking import is_understood
from kartoteka.forms.prepared import WIDE
from kartoteka.forms.widgets import Shown, make_widget, shown_value
from kartoteka.metadata.definitions import Card, Entity, Field, FormItem, RecordList, Section, Tab
from kartoteka.metadata.labels import label_in, title_from_key
from kartoteka.metadata.paths import Resolved, resolve
from kartoteka.platform.query import Query, Row, fetch
from kartoteka.platform.web.cells import cell_kind, make_cell
from kartoteka.platform.web.contexts import Cell, Widget
from kartoteka.platform.web.naming import path_label

ROWS = 12


def readable_paths(desk: Desk, entity: str, paths: Iterable[str]) -> tuple[str, ...]:
    """Return those paths that can be read now and mean the same in the draft: a new field has no values yet."""
    return tuple(dict.fromkeys(path for path in paths if _same(desk, entity, path)))


def _same(desk: Desk, entity: str, path: str) -> bool:
    now = resolve(desk.unit.model.catalog, entity, path.split("."))
    wanted = resolve(desk.catalog, entity, path.split("."))
    if now is None or wanted is None:
        return False
    return (now.field is None) == (wanted.field is None) and _columns(now) == _columns(wanted)


def _columns(found: Resolved) -> list[tuple[str, str]]:
    return [(spec.role, repr(spec.type)) for spec in found.field.type.columns()] if found.field else []


def rows_of(desk: Desk, entity: str, paths: Iterable[str], each: RecordList | None = None, limit: int = 1) -> Any:
    """Return the first of the real cards, with what can be read of them; none of a card type that is not there yet."""
    if entity not in desk.unit.model.catalog.entities:
        return ()
    known = readable_paths(desk, entity, paths)
    query = Query(entity, known, limit=limit)
    if each is not None:
        sort = tuple(s for s in each.sort if s.field in readable_paths(desk, entity, [s.field]))
        filtered = Query(entity, known, where=(each.filter,) if each.filter else (), sort=sort, limit=limit)
        query = filtered if is_understood(desk.unit, desk.visit.actor, filtered) else query
    return fetch(desk.unit, desk.visit.actor, query).rows


def preview_form(desk: Desk, entity: Entity) -> tuple[FormTab, ...]:
    """Return the whole form, filled with a real card."""
    form = full_layout(as_wanted(desk), entity)
    keys = [item.field for tab in form.tabs for section in tab.sections for item in section.items]
    row = next(iter(rows_of(desk, entity.key, keys)), None)
    return tuple(
        FormTab(_title(desk, tab), tuple(_section(desk, entity, tab, each, row) for each in tab.sections))
        for tab in form.tabs
    )


def _title(desk: Desk, part: Tab | Section) -> str:
    return label_in(part.label, desk.language, title_from_key(part.key))


def _section(desk: Desk, entity: Entity, tab: Tab, section: Section, row: Row | None) -> FormSection:
    fields = desk.catalog.fields(entity.key)
    widgets = tuple(_widget(desk, fields[item.field], item, row) for item in section.items)
    return FormSection(f"{tab.key}-{section.key}", _title(desk, section), widgets)


def _widget(desk: Desk, field: Field, item: FormItem, row: Row | None) -> Widget:
    locale = desk.visit.actor.locale
    value = row.values.get(field.key) if row else None
    shown = shown_value(field, value, row.titles.get(field.key), locale) if row else Shown()
    wide = item.width == "full" or field.type.widget in WIDE
    label = label_in(item.label, desk.language)
    return make_widget(field, shown, locale, wide=wide, label=label, say=desk.say)


def preview_list(desk: Desk, each: RecordList) -> TablePreview:
    """Return a list with its first rows."""
    paths = [column.field for column in each.columns]
    rows = rows_of(desk, each.entity, paths, each, ROWS)
    columns = tuple(_column(desk, each.entity, c.field, label_in(c.label, desk.language)) for c in each.columns)
    cells = tuple(tuple(_cell(desk, each.entity, row, path) for path in paths) for row in rows)
    return TablePreview(columns, cells, desk.say("No card meets the filter.") if not rows else "")


def _column(desk: Desk, entity: str, path: str, label: str) -> TableColumn:
    found = resolve(desk.catalog, entity, path.split("."))
    name = label or path_label(desk.catalog, entity, path, desk.language, desk.say)
    if found is None:
        return TableColumn(name, "text")
    url = field_url(found.entity, found.key) if found.field else ""
    return TableColumn(name, cell_kind(found), url)


def _cell(desk: Desk, entity: str, row: Row, path: str) -> Cell:
    found = resolve(desk.catalog, entity, path.split("."))
    if found is None or path not in row.values:
        return Cell("text", "…", tone="quiet")
    return make_cell(found, row.values[path], row.titles.get(path), desk.visit.actor.locale)


def preview_card(desk: Desk, entity: Entity) -> CardPreview:
    """Return a card's header, facts and related lists."""
    card = desk.catalog.card(entity.key) or Card(entity=entity.key)
    paths = [fact.field for fact in (*card.header, *card.facts)]
    row = next(iter(rows_of(desk, entity.key, paths)), None)
    related = tuple(label_in(each.label, desk.language, title_from_key(each.key)) for each in card.related)
    title = row.title if row else entity.name(desk.language)
    return CardPreview(title, _facts(desk, entity, row, card.header), _facts(desk, entity, row, card.facts), related)


def _facts(desk: Desk, entity: Entity, row: Row | None, facts: Iterable[Any]) -> tuple[Fact, ...]:
    return tuple(_fact(desk, entity, row, each.field, label_in(each.label, desk.language)) for each in facts)


def _fact(desk: Desk, entity: Entity, row: Row | None, path: str, label: str) -> Fact:
    name = label or path_label(desk.catalog, entity.key, path, desk.language, desk.say)
    cell = _cell(desk, entity.key, row, path) if row else Cell("text", "…", tone="quiet")
    return Fact(path.replace(".", "-"), name, cell)
