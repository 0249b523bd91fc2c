"""Fields: looked at and changed, in the studio and by the gear of a record screen."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from starlette.responses import Response

from kartoteka.admin.carrying import carry_out, into_draft
from kartoteka.admin.choices import new_choice, read_choices, show_choices
from kartoteka.admin.contexts import SheetPage, SheetSection
from kartoteka.admin.desk import Desk, entity_identity, open_desk
from kartoteka.admin.inputs import Inputs, read_into
from kartoteka.admin.layout_contexts import Properties
from kartoteka.admin.naming import proposed_key
from kartoteka.admin.pages import source_of, studio_page
from kartoteka.admin.properties import Property, options_of, properties_of
from kartoteka.admin.tree import FIELDS, entity_url, field_url
from kartoteka.admin.use_words import used_in
from kartoteka.metadata.definitions import Entity, Field
from kartoteka.metadata.keys import LOCAL_PREFIX
from kartoteka.metadata.problems import NotFound, Refused
from kartoteka.metadata.trees import TYPES, Tree, write
from kartoteka.platform.conversions.inference import inferred_options
from kartoteka.platform.drafts import Trees
from kartoteka.platform.units import Unit
from kartoteka.platform.web.contexts import Action, Option
from kartoteka.platform.web.sentences.words import FIELD_TYPES
from kartoteka.platform.web.shell import BUILT_IN, index_tab, make_shell, page
from kartoteka.platform.web.visits import Visit, local_path

OWN = ("label", "help", "required", "unique", "default")
"""The properties of every field that the studio sets, in this order."""
BRIEF = ("label", "help")
"""Those that the gear sets."""


def field_properties(type_name: str) -> list[Property]:
    """Return what can be set of a field of a type: its own properties, then the type's options."""
    own = properties_of(Field)
    computed = TYPES[type_name].computed
    kept = [name for name in OWN if not (computed and name in ("required", "unique", "default"))]
    return [*(own[name] for name in kept), *options_of(type_name).values()]


def field_tree(trees: Trees, entity: str, key: str) -> Tree:
    """Return the tree of a field, to be changed. Raises NotFound."""
    fields: list[Tree] = trees.get(entity_identity(entity), {}).get("fields", [])
    found = next((field for field in fields if field["key"] == key), None)
    if found is None:
        raise NotFound("query.unknown_field", name=key)
    return found


def _field(desk: Desk) -> tuple[Entity, Field]:
    entity = desk.entity(str(desk.visit.path["entity"]))
    field = desk.catalog.field_named(entity.key, str(desk.visit.path["field"]))
    if field is None:
        raise NotFound("query.unknown_field", name=str(desk.visit.path["field"]))
    return entity, field


def _root(desk: Desk, entity: Entity, field: Field) -> str:
    """Return the pointer of a field, as the problems of the catalog name it."""
    return f"/fields/{entity.fields.index(field)}"


def show_field(unit: Unit, visit: Visit, refused: Refused | None = None) -> Response:
    """Show a field in the studio."""
    return _field_page(open_desk(unit, visit, refused))


def _field_page(desk: Desk) -> Response:
    entity, field = _field(desk)
    tree = write(field)
    root = _root(desk, entity, field)
    inputs = Inputs(desk, tree, desk.errors(root), entity.key)
    known = field_properties(tree["type"])
    type_input = inputs.widgets([properties_of(Field)["type"]])
    widgets = (*inputs.widgets(known[:2]), *type_input, *inputs.widgets(known[2:]))
    shown = frozenset(widget.name for widget in widgets)
    properties = Properties(
        title=field.title(desk.language),
        kind=desk.say(FIELD_TYPES[field.type.name].name),
        icon=field.type.icon,
        action=field_url(entity.key, field.key),
        widgets=widgets,
        source=source_of(desk, entity_identity(entity.key), ("fields", field.key)),
        used=used_in(desk, entity.key, field.key),
        actions=_field_actions(desk, entity, field),
        choices=show_choices(desk, tree, desk.errors(root).get("choices", ())),
        more=inputs.in_other_languages(known),
        more_title=desk.say("In other languages"),
        entity=entity.key,
        problems=desk.summary(root, shown),
    )
    return studio_page(desk, entity, field.title(desk.language), properties, open_part=FIELDS, chosen=field.key)


def is_fixed(entity: str, field: str) -> bool:
    """Tell whether the product itself relies on a field: those of people and files that it brings along."""
    return entity in BUILT_IN and not field.startswith(LOCAL_PREFIX)


def _field_actions(desk: Desk, entity: Entity, field: Field) -> tuple[Action, ...]:
    url = field_url(entity.key, field.key)
    rights = Action(desk.say("Who may see it"), f"{entity_url(entity.key)}/rights/{field.key}", "shield")
    if is_fixed(entity.key, field.key):
        return (rights,)
    return (
        rights,
        Action(desk.say("Another name"), f"{url}/rename", "pencil"),
        Action(desk.say("Retire"), f"{url}/retire", "archive", style="danger"),
    )


def save_field(visit: Visit) -> Response:
    """Put the properties that were sent into the draft."""
    entity, key = str(visit.path["entity"]), str(visit.path["field"])
    labels = _labels_in_use(visit, entity, key)

    def edit(trees: Trees) -> None:
        tree = field_tree(trees, entity, key)
        _change_type(tree, visit, trees, labels)
        read_into(tree, visit, field_properties(tree["type"]))
        if "choices" in options_of(tree["type"]):
            read_choices(tree, visit)

    return into_draft(visit, edit, field_url(entity, key))


def _labels_in_use(visit: Visit, entity: str, key: str) -> list[str]:
    """Return what the options of a field that becomes a choice are to be called, by the values that are there."""
    wanted = visit.text("type")
    if wanted not in TYPES or "choices" not in options_of(wanted):
        return []
    with visit.runtime.reading() as unit:
        field = unit.model.catalog.field(entity, key)
        if field is None or "choices" in options_of(field.type.name):
            return []
        return inferred_options(unit, entity, key, visit.language)


def _change_type(tree: Tree, visit: Visit, trees: Trees, labels: list[str]) -> None:
    """Let a field hold another kind of value: options that the new type has too stay, what it needs is begun with.

    A choice begins with the values that are there, as `labels`.
    """
    wanted = visit.text("type")
    if wanted not in TYPES or wanted == tree["type"]:
        return
    old, new = options_of(tree["type"]), options_of(wanted)
    for name in old.keys() - new.keys():
        tree.pop(name, None)
    tree["type"] = wanted
    if labels:
        choices: list[Tree] = []
        for label in labels:
            choices.append(new_choice(label, choices, tree["key"]))
        tree["choices"] = choices
    for name, value in starting_options(wanted, trees).items():
        tree.setdefault(name, value)


def starting_options(type_name: str, trees: Trees) -> Tree:
    """Return the options without which a field of a type can't be, to begin with."""
    starts: dict[str, Any] = {}
    options = options_of(type_name)
    if "target" in options:
        starts["target"] = next(identity.key for identity in sorted(trees) if identity.kind == "entity")
    if "expression" in options:
        starts["expression"] = '""'
    if "choices" in options:
        starts["choices"] = [{"key": proposed_key("", (), "choice"), "label": "…"}]
    return starts


# --- the gear ---------------------------------------------------------------------------------------------


def show_gear(unit: Unit, visit: Visit, refused: Refused | None = None) -> Response:
    """Show what can be changed of a field in passing: its label, its hint, its choices."""
    return _gear_page(open_desk(unit, visit, refused))


def _gear_page(desk: Desk) -> Response:
    entity, field = _field(desk)
    tree = write(field)
    root = _root(desk, entity, field)
    inputs = Inputs(desk, tree, desk.errors(root), entity.key)
    own = [properties_of(Field)[name] for name in BRIEF]
    back = back_of(desk.visit, f"/{entity.key}")
    context = SheetPage(
        shell=make_shell(desk.unit, desk.visit, field.title(desk.language)),
        title=field.title(desk.language),
        tab=index_tab(entity, desk.language),
        action=f"/-/admin/field/{entity.key}/{field.key}",
        sections=(
            SheetSection(
                "", inputs.widgets(own), choices=show_choices(desk, tree, desk.errors(root).get("choices", ()))
            ),
            SheetSection(desk.say("In other languages"), inputs.in_other_languages(own), folded=True),
        ),
        submits=(Option("publish", desk.say("Save for everybody"), selected=True),),
        cancel_url=back,
        text=desk.say("%(type)s. What you change here, everybody sees at once.")
        % {"type": desk.say(FIELD_TYPES[field.type.name].name)},
        entity=entity.key,
        hidden=(("back", back),),
        problems=desk.summary(root, frozenset(BRIEF)),
        actions=(Action(desk.say("All properties"), field_url(entity.key, field.key), "adjustments"),),
    )
    return page(desk.visit, "admin/sheet.html", context, desk.status)


def back_of(visit: Visit, fallback: str) -> str:
    """Return the page of this site from which somebody came."""
    return local_path(visit.text("back") or visit.request.query_params.get("back", ""), fallback)


def save_gear(visit: Visit) -> Response:
    """Publish what was sent and go back to where the gear was."""
    entity, key = str(visit.path["entity"]), str(visit.path["field"])

    def edit(trees: Trees) -> None:
        tree = field_tree(trees, entity, key)
        own = properties_of(Field)
        read_into(tree, visit, [own[name] for name in BRIEF])
        if "choices" in options_of(tree["type"]):
            read_choices(tree, visit)

    url = back_of(visit, f"/{entity}")
    if visit.text("do").partition(":")[0] not in ("publish", ""):
        again = f"/-/admin/field/{quote(entity)}/{quote(key)}?back={quote(url, safe='')}"
        return carry_out(visit, edit, again, visit.say("Changed for everybody"))
    return carry_out(visit, edit, url, visit.say("Changed for everybody"))
