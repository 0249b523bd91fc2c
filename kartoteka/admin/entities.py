"""Card types: looked at, changed, made."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from starlette.responses import Response

from kartoteka.admin.arranging import arranged
from kartoteka.admin.carrying import AT_ONCE, carry_out, into_draft
from kartoteka.admin.contexts import SheetPage, SheetSection
from kartoteka.admin.desk import Desk, entity_identity, open_desk
from kartoteka.admin.inputs import Inputs, read_into
from kartoteka.admin.layout_contexts import Arrangement, Line, Properties
from kartoteka.admin.naming import proposed_key
from kartoteka.admin.pages import source_of, studio_page
from kartoteka.admin.properties import properties_of
from kartoteka.admin.tree import entity_url
from kartoteka.metadata.definitions import Entity, Identity
from kartoteka.metadata.labels import label_in, title_from_key
from kartoteka.metadata.locales import LANGUAGES
from kartoteka.metadata.problems import NotFound, Problem, Refused
from kartoteka.metadata.trees import Tree, write
from kartoteka.platform.drafts import Trees
from kartoteka.platform.units import Unit
from kartoteka.platform.web.contexts import Action, IndexTab, Option, Widget
from kartoteka.platform.web.errors import N_
from kartoteka.platform.web.naming import path_label
from kartoteka.platform.web.shell import BUILT_IN, make_shell, page
from kartoteka.platform.web.visits import Visit

OWN = ("label", "plural", "icon", "colour", "title", "owner", "description")
NEW = ("label", "plural", "icon", "colour", "description")
FIRST_FIELDS: tuple[tuple[str, str, Tree], ...] = (
    ("x_name", N_("Name"), {"type": "text", "required": True}),
    ("x_owner", N_("Responsible"), {"type": "user", "default": "ME()"}),
    ("x_notes", N_("Notes"), {"type": "long_text"}),
)
"""What a new card type begins with: a name, somebody who cares, room for notes."""


def show_entity(unit: Unit, visit: Visit, refused: Refused | None = None) -> Response:
    """Show a card type in the studio."""
    return _entity_page(open_desk(unit, visit, refused))


def _entity_page(desk: Desk) -> Response:
    entity = desk.entity(str(desk.visit.path["entity"]))
    tree = write(entity)
    errors = desk.errors()
    inputs = Inputs(desk, tree, errors, entity.key)
    known = [properties_of(Entity)[name] for name in OWN]
    url = entity_url(entity.key)
    acts = (
        Action(desk.say("Another name"), f"{url}/rename", "pencil"),
        Action(desk.say("Retire"), f"{url}/retire", "archive", style="danger"),
    )
    properties = Properties(
        title=entity.name(desk.language),
        kind=desk.say("Card type"),
        icon=entity.icon,
        action=url,
        widgets=inputs.widgets(known),
        source=source_of(desk, entity_identity(entity.key)),
        actions=() if entity.key in BUILT_IN else acts,
        arrangements=(_subtitle(desk, entity, errors),),
        more=inputs.in_other_languages(known),
        more_title=desk.say("In other languages"),
        entity=entity.key,
        problems=desk.summary("", frozenset(OWN)),
    )
    return studio_page(desk, entity, entity.names(desk.language), properties)


def _subtitle(desk: Desk, entity: Entity, errors: dict[str, tuple[str, ...]]) -> Arrangement:
    lines = tuple(
        Line(path, path_label(desk.catalog, entity.key, path, desk.language, desk.say)) for path in entity.subtitle
    )
    return Arrangement(
        "subtitle",
        desk.say("Second line"),
        lines,
        tuple(field_offers(desk, entity, set(entity.subtitle))),
        desk.say("Add a field …"),
        hint=desk.say("What tells namesakes apart where a card is picked."),
        errors=errors.get("subtitle", ()),
    )


def field_offers(desk: Desk, entity: Entity, taken: set[str], *, system: bool = False) -> Iterator[Option]:
    """Yield the fields that can be added to a list, a card or a form."""
    for field in sorted(entity.fields, key=lambda each: each.title(desk.language).casefold()):
        if field.key not in taken:
            yield Option(field.key, field.title(desk.language))
    for key in ("created_at", "created_by", "changed_at", "changed_by", "id") if system else ():
        if key not in taken:
            yield Option(key, path_label(desk.catalog, entity.key, key, desk.language, desk.say))


def entity_tree(trees: Trees, key: str) -> Tree:
    """Return the tree of a card type, to be changed. Raises NotFound."""
    if entity_identity(key) not in trees:
        raise NotFound("query.unknown_entity", name=key)
    return trees[entity_identity(key)]


def save_entity(visit: Visit) -> Response:
    """Put the properties that were sent into the draft."""
    key = str(visit.path["entity"])

    def edit(trees: Trees) -> None:
        tree = entity_tree(trees, key)
        read_into(tree, visit, [properties_of(Entity)[name] for name in OWN])
        tree["subtitle"] = arranged(visit, "subtitle", tree.get("subtitle", []))

    return into_draft(visit, edit, entity_url(key))


# --- a new one --------------------------------------------------------------------------------------------


def show_new_entity(unit: Unit, visit: Visit, refused: Refused | None = None) -> Response:
    """Show the form for a new card type."""
    return _new_page(open_desk(unit, visit, refused))


def _new_page(desk: Desk) -> Response:
    inputs = Inputs(desk, {}, desk.errors())
    known = [properties_of(Entity)[name] for name in NEW]
    label, plural, icon, colour, description = inputs.widgets(known)
    label = Widget("text", label.name, label.label, label.value, errors=label.errors, required=True, autofocus=True)
    widgets = (label, plural, icon, colour)
    others = (description, *inputs.in_other_languages(known))
    context = SheetPage(
        shell=make_shell(desk.unit, desk.visit, desk.say("New card type")),
        title=desk.say("New card type"),
        tab=IndexTab(desk.say("New card type"), "cards", "slate"),
        action="/-/admin/new-entity",
        sections=(
            SheetSection("", widgets),
            SheetSection(desk.say("For whom"), (_roles(desk),)),
            SheetSection(desk.say("More"), others, folded=True),
        ),
        submits=(
            Option(AT_ONCE, desk.say("Make and publish"), selected=True),
            Option("draft", desk.say("Put into the draft")),
        ),
        cancel_url="/-/admin/",
        text=desk.say(
            "It begins with a name, a responsible person and notes, a list, a form, a card and a menu entry."
        ),
        problems=desk.summary("", frozenset(widget.name for widget in widgets)),
    )
    return page(desk.visit, "admin/sheet.html", context, desk.status)


def _roles(desk: Desk) -> Widget:
    chosen = desk.visit.texts("roles") if desk.is_refused else None
    options = tuple(
        Option(
            role.key,
            label_in(role.label, desk.language, title_from_key(role.key)),
            chosen is None or role.key in chosen,
        )
        for role in desk.catalog.roles.values()
        if not role.administrator
    )
    hint = desk.say(
        "They see, make and change such cards; finer rights can be set later. Administrators may everything."
    )
    return Widget("multi_choice", "roles", desk.say("Who works with such cards"), options=options, help=hint, span=2)


def make_entity(visit: Visit) -> Response:
    """Make a card type with a sensible list, form and card, its entry in the menu and the rights to see it."""
    made: list[str] = []

    def edit(trees: Trees) -> None:
        made[:] = [_made(visit, trees)]

    def url() -> str:
        return entity_url(made[0])

    if visit.text("do") != AT_ONCE:
        return into_draft(visit, edit, url)
    label = visit.text(f"label__{visit.language}").strip()
    return carry_out(visit, edit, url, visit.say("Made for everybody: %(label)s") % {"label": label})


def _made(visit: Visit, trees: Trees) -> str:
    label = visit.text(f"label__{visit.language}").strip()
    if not label:
        raise Refused([Problem("required", {}, pointer="/label")])
    taken = {i.key for i in trees if i.kind == "entity"} | {
        old for i, t in trees.items() if i.kind == "entity" for old in t.get("formerly", ())
    }
    key = proposed_key(label, taken, "card")
    tree: Tree = {"key": key}
    read_into(tree, visit, [properties_of(Entity)[name] for name in NEW])
    fields = [{"key": k, "label": in_all_languages(visit, text), **more} for k, text, more in FIRST_FIELDS]
    trees[entity_identity(key)] = {**tree, "title": "x_name", "owner": "x_owner", "fields": fields}
    trees.update(_layouts(visit, key))
    _into_menu(trees, key)
    for identity, role in trees.items():
        if identity.kind == "role" and identity.key in visit.texts("roles"):
            right = {"entity": key, "read": "all", "create": True, "edit": "all"}
            role.setdefault("entities", []).append(right)
    return key


def in_all_languages(visit: Visit, text: str) -> dict[str, str]:
    """Return one of the product's own texts as a label."""
    return {language: visit.runtime.templates.gettext(language)(text) for language in LANGUAGES}


def _layouts(visit: Visit, entity: str) -> Trees:
    own: Tree = {"entity": entity}
    items: list[Any] = [
        {"field": "x_name", "width": "full"},
        {"field": "x_owner"},
        {"field": "x_notes", "width": "full"},
    ]
    section = {"key": "main", "label": in_all_languages(visit, N_("Details")), "items": items}
    tab = {"key": "main", "label": in_all_languages(visit, N_("Main")), "sections": [section]}
    columns = [{"field": "x_name"}, {"field": "x_owner"}, {"field": "changed_at"}]
    everything = {"key": "all", "label": in_all_languages(visit, N_("All")), "columns": columns}
    return {
        Identity("list", entity, "all"): {**own, **everything, "sort": [{"field": "x_name"}]},
        Identity("form", entity, "main"): {**own, "key": "main", "tabs": [tab]},
        Identity("card", entity, "main"): {
            **own, "key": "main", "header": [{"field": "x_owner"}], "facts": [{"field": "x_notes"}],
        },
    }  # fmt: skip


def _into_menu(trees: Trees, entity: str) -> None:
    """Put the card type at the end of the first group; without a menu the sidebar shows everything by itself."""
    menu = next((tree for identity, tree in sorted(trees.items()) if identity.kind == "menu"), None)
    if menu is not None and menu.get("groups"):
        menu["groups"][0].setdefault("items", []).append({"key": entity, "entity": entity})
