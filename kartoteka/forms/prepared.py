"""What of a form is the same for every record: worked out once for each layout, standing and language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kartoteka.forms.widgets import blank_widget
from kartoteka.metadata.definitions import Entity, Field, Form, FormItem, Section, Tab
from kartoteka.metadata.labels import label_in, title_from_key
from kartoteka.platform.units import Unit
from kartoteka.platform.web.contexts import Widget
from kartoteka.platform.web.visits import Visit

WIDE = frozenset({"long_text", "json", "multi_choice"})
"""Widgets that take the whole width unless the form says otherwise."""


@dataclass(frozen=True, slots=True)
class Place:
    """A field of a form that the actor may see, and its widget without a value."""

    field: Field
    writable: bool
    blank: Widget


@dataclass(frozen=True, slots=True)
class PreparedSection:
    """Places under a heading."""

    key: str
    title: str
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class PreparedTab:
    """Sections that have places."""

    title: str
    sections: tuple[PreparedSection, ...]


def prepare(unit: Unit, visit: Visit, entity: Entity, form: Form) -> tuple[PreparedTab, ...]:
    """Return a layout as the visitor's roles may see it, in the visitor's language."""
    return tuple(_tabs(unit, visit, entity, form))


def _tabs(unit: Unit, visit: Visit, entity: Entity, form: Form) -> Iterator[PreparedTab]:
    single = len(form.tabs) == 1
    for tab in form.tabs:
        sections = tuple(made for each in tab.sections if (made := _section(unit, visit, entity, each)).places)
        if sections:
            yield PreparedTab("" if single and tab.label is None else _title(visit, tab), sections)


def _title(visit: Visit, tab: Tab) -> str:
    return label_in(tab.label, visit.language, title_from_key(tab.key))


def _section(unit: Unit, visit: Visit, entity: Entity, section: Section) -> PreparedSection:
    rights = unit.model.access.rights(visit.actor, entity.key)
    places = tuple(_place(unit, visit, entity, item) for item in section.items if rights.sees(item.field))
    untitled = visit.say("Details") if section.key in ("quick", "all") else title_from_key(section.key)
    return PreparedSection(section.key, label_in(section.label, visit.language) or untitled, places)


def _place(unit: Unit, visit: Visit, entity: Entity, item: FormItem) -> Place:
    field = unit.model.catalog.fields(entity.key)[item.field]
    writable = unit.model.access.rights(visit.actor, entity.key).edits(field.key) and not field.type.computed
    wide = item.width == "full" or field.type.widget in WIDE
    label = label_in(item.label, visit.language)
    return Place(field, writable, blank_widget(field, visit.language, read_only=not writable, wide=wide, label=label))
