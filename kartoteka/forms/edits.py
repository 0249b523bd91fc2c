"""Creating, editing and deleting a record by its form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from starlette.responses import Response

from kartoteka.forms.contexts import ConflictLine, FormPage, FormSection, FormTab
from kartoteka.forms.inputs import Input, read_form
from kartoteka.forms.lists import go_to
from kartoteka.forms.picking import entity_of
from kartoteka.forms.prepared import Place, PreparedSection, PreparedTab, prepare
from kartoteka.forms.widgets import Shown, filled_widget, shown_value
from kartoteka.metadata.definitions import Entity, Field, Form, FormItem, Section, Tab
from kartoteka.metadata.problems import Conflict, Forbidden, NotFound, Problem, Refused
from kartoteka.platform.query import Query, Row, get
from kartoteka.platform.records import create, delete, locked, update_record
from kartoteka.platform.rules import defaults
from kartoteka.platform.units import Unit
from kartoteka.platform.web.contexts import ErrorLine, Option, Toast, Widget
from kartoteka.platform.web.errors import say_problem
from kartoteka.platform.web.shell import gear_urls, index_tab, make_shell, page
from kartoteka.platform.web.visits import Visit, number_in

QUICK_FIELDS = 12
"""Fields of the short form for a new record."""


def show_new(unit: Unit, visit: Visit) -> Response:
    """Show the form for a new record, filled with defaults and with what the address names."""
    entity = entity_of(unit, visit)
    if not unit.model.access.rights(visit.actor, entity.key).create:
        raise Forbidden("access.no_create", entity=entity.key)
    return _form(unit, visit, entity, None, _starting_values(unit, visit, entity))


def _starting_values(unit: Unit, visit: Visit, entity: Entity) -> dict[str, Any]:
    """Return the defaults, and links named in the address: `/contact/new?company=7`."""
    fields = unit.model.catalog.fields(entity.key)
    named = ((unit.model.catalog.field_named(entity.key, k), text) for k, text in visit.request.query_params.items())
    given = {field.key: int(text) for field, text in named if field and field.type.links_to and text.isdigit()}
    return given | defaults(fields.values(), given, visit.actor.context(unit.now))


def show_edit(unit: Unit, visit: Visit) -> Response:
    """Show the form of a record."""
    entity = entity_of(unit, visit)
    row = _read(unit, visit, entity)
    return _form(unit, visit, entity, row, row.values, row.titles)


def _read(unit: Unit, visit: Visit, entity: Entity) -> Row:
    return get(unit, visit.actor, Query(entity.key, _visible(unit, visit, entity)), record_id_of(visit))


def _visible(unit: Unit, visit: Visit, entity: Entity) -> tuple[str, ...]:
    rights = unit.model.access.rights(visit.actor, entity.key)
    return tuple(field.key for field in entity.fields if rights.sees(field.key))


def record_id_of(visit: Visit) -> int:
    """Return the record's id that the path names. Raises NotFound."""
    text = str(visit.path["id"])
    number = number_in(text)
    if number is None:
        raise NotFound("record.not_found", entity=str(visit.path["entity"]), id=text)
    return number


def save_new(unit: Unit, visit: Visit) -> Response:
    """Make the record that the form describes."""
    entity = entity_of(unit, visit)
    read = read_form(unit, visit, entity.key, {})
    values = {key: value for key, value in read.values.items() if value is not None}
    record_id = create(unit, visit.actor, entity.key, values, read.problems)
    return _after_save(unit, visit, entity, record_id)


def save_edit(unit: Unit, visit: Visit) -> Response:
    """Write what the form changed."""
    entity = entity_of(unit, visit)
    record_id = record_id_of(visit)
    old = locked(unit, visit.actor, Query(entity.key, _visible(unit, visit, entity), titles=False), record_id, "edit")
    read = read_form(unit, visit, entity.key, old.values)
    version = int(visit.text("version")) if visit.text("version").isdigit() else None
    values, version = _kept(visit, read.values, old, version)
    update_record(unit, visit.actor, entity.key, record_id, values, version, read.problems, old)
    return _after_save(unit, visit, entity, record_id)


def _kept(visit: Visit, values: Mapping[str, Any], old: Row, version: int | None) -> tuple[dict[str, Any], int | None]:
    """Follow what the person decided where others had changed the same fields: `<name>__keep` is mine or theirs."""
    decided = {name.removesuffix("__keep"): text for name, text in visit.form.items() if name.endswith("__keep")}
    if not decided:
        return dict(values), version
    kept = {key: old.values[key] if decided.get(key) == "theirs" else value for key, value in values.items()}
    return kept, old.version


def _after_save(unit: Unit, visit: Visit, entity: Entity, record_id: int) -> Response:
    toast = Toast(visit.say("Saved"))
    if visit.text("then") == "new":
        return go_to(visit, f"/{entity.key}/new", toast)
    return go_to(visit, f"/{entity.key}/{record_id}", toast)


def show_again(unit: Unit, visit: Visit, refused: Refused | Conflict) -> Response:
    """Show the form again with everything that was typed, and what is wrong with it."""
    entity = entity_of(unit, visit)
    row = _read(unit, visit, entity) if "id" in visit.path else None
    read = read_form(unit, visit, entity.key, row.values if row else {})
    typed = {**(row.values if row else {}), **read.values}
    return _form(unit, visit, entity, row, typed, row.titles if row else {}, read, refused)


def _form(
    unit: Unit,
    visit: Visit,
    entity: Entity,
    row: Row | None,
    values: Mapping[str, Any],
    titles: Mapping[str, str | None] = {},
    read: Input | None = None,
    error: Refused | Conflict | None = None,
) -> Response:
    drawn = _Drawer(unit, visit, entity, values, titles, read or Input(), error)
    short = row is None and not visit.request.query_params.get("all") and not _rendered_all(visit)
    tabs = tuple(drawn.tabs(_prepared(unit, visit, entity, short=short)))
    context = FormPage(
        shell=make_shell(unit, visit, entity.name(visit.language)),
        tab=index_tab(entity, visit.language),
        title=row.title if row else f"{visit.say('New')}: {entity.name(visit.language)}",
        action=f"/{entity.key}/{row.id}/edit" if row else f"/{entity.key}/new",
        cancel_url=f"/{entity.key}/{row.id}" if row else f"/{entity.key}",
        tabs=tabs,
        version=str(row.version) if row else "",
        rendered=tuple(drawn.rendered),
        problems=tuple(drawn.summary()),
        problems_title=visit.say("This can't be saved yet"),
        conflicts=tuple(drawn.conflicts()),
        conflict_text=visit.say("Somebody else has changed these fields while you were typing. Choose what to keep."),
        all_fields_url=f"/{entity.key}/new?all=1" if short else "",
        save_label=visit.say("Save"),
        also=() if row else (Option("new", visit.say("Save and new")),),
    )
    status = 200 if error is None else 409 if isinstance(error, Conflict) else 422
    return page(visit, "forms/_form.html" if visit.is_fragment else "forms/form.html", context, status)


def _prepared(unit: Unit, visit: Visit, entity: Entity, *, short: bool) -> tuple[PreparedTab, ...]:
    layout = quick_layout if short else full_layout
    key = ("form", entity.key, short, visit.actor.standing, visit.language)
    return unit.model.once(key, lambda: prepare(unit, visit, entity, layout(unit, entity)))


def _rendered_all(visit: Visit) -> bool:
    return len(visit.text("rendered").split()) > QUICK_FIELDS


def quick_layout(unit: Unit, entity: Entity) -> Form:
    """Return the short form: its own fields, else what is required and the first few others."""
    form = unit.model.catalog.form(entity.key)
    items = form.quick if form else ()
    if not items:
        usable = [field for field in entity.fields if not field.type.computed]
        usable.sort(key=lambda field: not field.required)
        chosen = {field.key for field in usable[:QUICK_FIELDS]}
        items = tuple(FormItem(field=field.key) for field in entity.fields if field.key in chosen)
    return Form(entity=entity.key, tabs=(Tab(key="quick", sections=(Section(key="quick", items=items),)),))


def full_layout(unit: Unit, entity: Entity) -> Form:
    """Return the whole form: its own, else all fields in one section."""
    form = unit.model.catalog.form(entity.key)
    if form is not None and form.tabs:
        return form
    items = tuple(FormItem(field=field.key) for field in entity.fields)
    return Form(entity=entity.key, tabs=(Tab(key="all", sections=(Section(key="all", items=items),)),))


class _Drawer:
    """Draws the widgets of a form, and remembers which fields it has drawn."""

    def __init__(
        self,
        unit: Unit,
        visit: Visit,
        entity: Entity,
        values: Mapping[str, Any],
        titles: Mapping[str, str | None],
        read: Input,
        error: Refused | Conflict | None,
    ) -> None:
        self.unit, self.visit, self.entity, self.error = unit, visit, entity, error
        self.values, self.titles, self.read = values, titles, read
        self.fields = unit.model.catalog.fields(entity.key)
        self.gear_url = gear_urls(unit, visit)
        self.rendered: list[str] = []
        self.unread = {problem.field for problem in self.read.problems}
        self.problems: dict[str, list[Problem]] = {}
        self.general: list[Problem] = []
        for problem in error.problems if isinstance(error, Refused) else ():
            known = problem.field is not None and problem.field in self.fields
            (self.problems.setdefault(problem.field or "", []) if known else self.general).append(problem)

    def tabs(self, form: tuple[PreparedTab, ...]) -> Iterator[FormTab]:
        for tab in form:
            yield FormTab(tab.title, tuple(self._section(each) for each in tab.sections))

    def _section(self, section: PreparedSection) -> FormSection:
        self.rendered += [place.field.key for place in section.places if place.writable]
        widgets = tuple(self._widget(place) for place in section.places)
        wrong = sum(1 for widget in widgets if widget.errors)
        return FormSection(section.key, section.title, widgets, errors=str(wrong) if wrong else "")

    def _widget(self, place: Place) -> Widget:
        field, locale = place.field, self.visit.actor.locale
        shown = self._shown(field, reads=not place.writable)
        errors = tuple(say_problem(self.visit, problem) for problem in self.problems.get(field.key, ()))
        gear_url = self.gear_url(self.entity.key, field.key)
        return filled_widget(place.blank, field, shown, locale, errors=errors, gear_url=gear_url, say=self.visit.say)

    def _shown(self, field: Field, *, reads: bool) -> Shown:
        if field.key in self.problems or field.key in self.unread:
            return self.read.shown.get(field.key, Shown())
        value = self.values.get(field.key)
        title = self.titles.get(field.key) or self._title(field, value)
        return shown_value(field, value, title, self.visit.actor.locale, reads=reads)

    def _title(self, field: Field, value: Any) -> str | None:
        """Return the title of a record that was picked but not yet saved."""
        target = field.type.links_to
        if target is None or value is None or not self.unit.model.access.rights(self.visit.actor, target).may("read"):
            return None
        try:
            return get(self.unit, self.visit.actor, Query(target), value).title
        except NotFound:
            return None

    def summary(self) -> Iterator[ErrorLine]:
        for problem in self.general:
            yield ErrorLine(say_problem(self.visit, problem))
        for key, problems in self.problems.items():
            label = self.fields[key].title(self.visit.language)
            target = f"f-{key}" if key in self.rendered else ""
            yield from (ErrorLine(f"{label}: {say_problem(self.visit, problem)}", target) for problem in problems)

    def conflicts(self) -> Iterator[ConflictLine]:
        if not isinstance(self.error, Conflict):
            return
        for each in self.error.details or ():
            field = self.fields[each["field"]]
            mine, theirs = (self._said(field, each[side]) for side in ("yours", "theirs"))
            yield ConflictLine(field.key, field.title(self.visit.language), mine, theirs)

    def _said(self, field: Field, data: Any) -> str:
        value = field.type.load(data) if data is not None else None
        return self._title(field, value) or field.type.display(value, self.visit.actor.locale)


def remove(unit: Unit, visit: Visit) -> Response:
    """Put the record into the trash; the toast offers to take it out again."""
    entity = entity_of(unit, visit)
    row = get(unit, visit.actor, Query(entity.key), record_id_of(visit))
    delete(unit, visit.actor, entity.key, row.id)
    text = visit.say("Deleted: %(title)s") % {"title": row.title}
    return go_to(visit, f"/{entity.key}", Toast(text, f"/{entity.key}/-/restore?ids={row.id}"))
