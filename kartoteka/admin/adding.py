"""Adding a field: its type, its label, and where it is shown. Two pages, and the second one publishes."""

from __future__ import annotations

from collections.abc import Iterator

from starlette.responses import Response

from kartoteka.admin.carrying import AT_ONCE, carry_out, into_draft
from kartoteka.admin.contexts import SheetPage, SheetSection, Tile, TileGroup, TilesPage
from kartoteka.admin.desk import Desk, entity_identity, open_desk
from kartoteka.admin.fields import field_properties
from kartoteka.admin.inputs import TICKED, Inputs
from kartoteka.admin.new_fields import grant_field, new_field, place_field
from kartoteka.admin.properties import options_of
from kartoteka.admin.tree import entity_url, field_url
from kartoteka.admin.words import HINTS, VALUES
from kartoteka.forms.edits import QUICK_FIELDS
from kartoteka.metadata.definitions import Entity, EntityRight, Form, RecordList, Role
from kartoteka.metadata.labels import label_in, title_from_key
from kartoteka.metadata.problems import NotFound, Refused
from kartoteka.metadata.trees import TYPES
from kartoteka.platform.drafts import Trees
from kartoteka.platform.units import Unit
from kartoteka.platform.web.contexts import Option, Widget
from kartoteka.platform.web.errors import N_
from kartoteka.platform.web.sentences.words import FIELD_TYPES, PROPERTIES
from kartoteka.platform.web.shell import index_tab, make_shell, page
from kartoteka.platform.web.visits import Visit

GROUPS = (
    (N_("Text"), ("text", "long_text", "email", "phone", "url", "tags")),
    (N_("Numbers"), ("integer", "decimal", "money", "percent", "rating", "auto_number")),
    (N_("Dates and times"), ("date", "datetime", "time", "duration")),
    (N_("Choices"), ("choice", "multi_choice", "boolean")),
    (N_("Links and files"), ("link", "user", "file", "image")),
    (N_("More"), ("formula", "json")),
)
ESSENTIAL = frozenset({"target", "expression", "result", "currency", "unit", "prefix"})
"""Options that are asked for at once; the others are folded away."""
SHORT_LIST = 8
"""A list of fewer columns is proposed for a new field."""


def show_new_field(unit: Unit, visit: Visit) -> Response:
    """Show the types, or the form for a field of the type that was chosen."""
    desk = open_desk(unit, visit)
    type_name = visit.request.query_params.get("type", "")
    return _sheet(desk, type_name) if type_name in TYPES else _types(desk)


def show_new_field_again(unit: Unit, visit: Visit, refused: Refused) -> Response:
    """Show the form with what was sent and what is wrong with it."""
    return _sheet(open_desk(unit, visit, refused), visit.text("type"))


def _types(desk: Desk) -> Response:
    entity = desk.entity(str(desk.visit.path["entity"]))
    url = f"{entity_url(entity.key)}/new-field?type="
    grouped = {name for _, names in GROUPS for name in names}
    others = (N_("Others"), tuple(name for name in TYPES if name not in grouped))
    groups = [
        TileGroup(desk.say(title), tuple(_tile(desk, name, url) for name in names))
        for title, names in (*GROUPS, others)
        if names
    ]
    context = TilesPage(
        shell=make_shell(desk.unit, desk.visit, desk.say("New field")),
        title=f"{entity.names(desk.language)}: {desk.say('New field')}",
        text=desk.say("What kind of value is it?"),
        groups=tuple(groups),
        draft=desk.draft_bar(),
        back_url=entity_url(entity.key),
        back_label=entity.names(desk.language),
    )
    return page(desk.visit, "admin/tiles.html", context)


def _tile(desk: Desk, name: str, url: str) -> Tile:
    words = FIELD_TYPES[name]
    return Tile(desk.say(words.name), desk.say(words.description), f"{url}{name}", TYPES[name].icon)


def _sheet(desk: Desk, type_name: str) -> Response:
    if type_name not in TYPES:
        raise NotFound("not_found")
    entity = desk.entity(str(desk.visit.path["entity"]))
    root = f"/fields/{len(entity.fields)}"
    inputs = Inputs(desk, {"type": type_name}, desk.errors(root), entity.key)
    known = field_properties(type_name)
    first = [each for each in known if each.name == "label" or each.name in ESSENTIAL]
    rest = [each for each in known if each not in first and each.kind != "choices"]
    label, *essential = inputs.widgets(first)
    folded = (*inputs.widgets(rest), _key_widget(desk, inputs), *inputs.in_other_languages(first))
    widgets = (_with_focus(label), *_choices_widget(desk, inputs, type_name), *essential)
    words = FIELD_TYPES[type_name]
    context = SheetPage(
        shell=make_shell(desk.unit, desk.visit, desk.say("New field")),
        title=f"{desk.say('New field')}: {desk.say(words.name)}",
        tab=index_tab(entity, desk.language),
        action=f"{entity_url(entity.key)}/new-field",
        sections=(
            SheetSection("", widgets),
            SheetSection(desk.say("Where it is shown"), tuple(_places(desk, entity))),
            SheetSection(desk.say("For whom"), tuple(_roles(desk, entity))),
            SheetSection(desk.say("More"), folded, folded=True),
        ),
        submits=(
            Option(AT_ONCE, desk.say("Add and publish"), selected=True),
            Option("draft", desk.say("Put into the draft")),
        ),
        cancel_url=f"{entity_url(entity.key)}/new-field",
        text=desk.say(words.description),
        entity=entity.key,
        hidden=(("type", type_name),),
        problems=desk.summary(root, frozenset(w.name for w in (*widgets, *folded))),
    )
    return page(desk.visit, "admin/sheet.html", context, desk.status)


def _with_focus(label: Widget) -> Widget:
    return Widget(label.kind, label.name, label.label, label.value, errors=label.errors, required=True, autofocus=True)


def _choices_widget(desk: Desk, inputs: Inputs, type_name: str) -> Iterator[Widget]:
    if "choices" in options_of(type_name):
        errors = inputs.errors.get("choices", ())
        hint = desk.say("One a line. Colours and order can be changed later.")
        value = desk.visit.text("new_choice")
        yield Widget("long_text", "new_choice", desk.say("Choices"), value, help=hint, errors=errors, required=True)


def _key_widget(desk: Desk, inputs: Inputs) -> Widget:
    errors = inputs.errors.get("key", ())
    text = desk.visit.text("key")
    return Widget("text", "key", desk.say(PROPERTIES["key"]), text, help=desk.say(HINTS["key"]), errors=errors)


def _places(desk: Desk, entity: Entity) -> Iterator[Widget]:
    """Ask where on the form the field stands, and on which lists."""
    form = desk.catalog.form(entity.key)
    if form is not None and form.tabs:
        chosen = desk.visit.text("section") or _first_place(form)
        yield Widget("choice", "section", desk.say("On the form"), options=tuple(_sections(desk, form, chosen)))
        if form.quick:
            ticked = TICKED if len(form.quick) < QUICK_FIELDS else ""
            value = desk.visit.texts("quick")[-1] if desk.is_refused and desk.visit.texts("quick") else ticked
            yield Widget("boolean", "quick", desk.say("Also ask for it when a new card is made"), value)
    lists = desk.catalog.lists(entity.key)
    if lists:
        proposed = _proposed_lists(desk, lists)
        labels = ((each.key, label_in(each.label, desk.language, title_from_key(each.key))) for each in lists)
        options = tuple(Option(key, label, key in proposed) for key, label in labels)
        yield Widget("multi_choice", "lists", desk.say("As a column of"), options=options, span=2)


def _proposed_lists(desk: Desk, lists: tuple[RecordList, ...]) -> list[str]:
    if desk.is_refused:
        return desk.visit.texts("lists")
    return [lists[0].key] if len(lists[0].columns) < SHORT_LIST else []


def _first_place(form: Form) -> str:
    first = next((tab for tab in form.tabs if tab.sections), None)
    return f"{first.key}/{first.sections[-1].key}" if first else ""


def _sections(desk: Desk, form: Form, chosen: str) -> Iterator[Option]:
    for tab in form.tabs:
        for section in tab.sections:
            value = f"{tab.key}/{section.key}"
            title = label_in(tab.label, desk.language, title_from_key(tab.key))
            part = label_in(section.label, desk.language, title_from_key(section.key))
            yield Option(value, title if title == part else f"{title}: {part}", selected=value == chosen)
    yield Option("-", desk.say("not on the form"), selected=chosen == "-")


def _roles(desk: Desk, entity: Entity) -> Iterator[Widget]:
    """Ask what each role that sees such cards may do with the field."""
    for role, right in roles_that_read(desk, entity.key):
        name = f"role__{role.key}"
        chosen = desk.visit.text(name) or right.other_fields
        options = tuple(Option(each, desk.say(VALUES[each]), each == chosen) for each in ("edit", "read", "hide"))
        yield Widget("choice", name, label_in(role.label, desk.language, title_from_key(role.key)), options=options)


def roles_that_read(desk: Desk, entity: str) -> Iterator[tuple[Role, EntityRight]]:
    """Yield the roles with a right of their own to cards of a type, but for the administrators'."""
    for role in desk.catalog.roles.values():
        for right in role.entities:
            if right.entity == entity and right.read != "none" and not role.administrator:
                yield role, right


def add_field(visit: Visit) -> Response:
    """Add the field: publish it at once, or put it into the draft."""
    entity = str(visit.path["entity"])
    added: list[str] = []

    def edit(trees: Trees) -> None:
        tree = new_field(visit, trees, entity)
        trees[entity_identity(entity)].setdefault("fields", []).append(tree)
        place_field(visit, trees, entity, tree)
        grant_field(visit, trees, entity, tree["key"])
        added[:] = [tree["key"]]

    def url() -> str:
        return field_url(entity, added[0])

    if visit.text("do") != AT_ONCE:
        return into_draft(visit, edit, url)
    label = visit.text(f"label__{visit.language}").strip()
    return carry_out(visit, edit, url, visit.say("Added for everybody: %(label)s") % {"label": label})
