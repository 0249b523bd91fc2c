"""Rights to fields: of one role over the fields of a card type, or of all roles over one field."""

from __future__ import annotations

from collections.abc import Iterator

from starlette.responses import Response

from kartoteka.admin.carrying import into_draft
from kartoteka.admin.contexts import SheetSection
from kartoteka.admin.desk import Desk, open_desk
from kartoteka.admin.entities import entity_tree
from kartoteka.admin.fields import field_tree
from kartoteka.admin.inputs import Inputs, read_into
from kartoteka.admin.people_contexts import RightsPage, RightsRow
from kartoteka.admin.properties import properties_of
from kartoteka.admin.roles import disclosed, right_tree, role_title, role_tree, role_url
from kartoteka.admin.tree import entity_url, field_url
from kartoteka.admin.words import VALUES
from kartoteka.metadata.definitions import Entity, EntityRight, Role
from kartoteka.metadata.problems import NotFound, Refused
from kartoteka.metadata.trees import Tree, write
from kartoteka.platform.drafts import Trees
from kartoteka.platform.units import Unit
from kartoteka.platform.web.contexts import Option, Widget
from kartoteka.platform.web.shell import make_shell, page
from kartoteka.platform.web.visits import Visit

RIGHTS = ("edit", "read", "hide")
OWN = ("other_fields", "condition")


def show_role_fields(unit: Unit, visit: Visit, refused: Refused | None = None) -> Response:
    """Show a role's rights over the fields of a card type."""
    return _role_page(open_desk(unit, visit, refused))


def _role_page(desk: Desk) -> Response:
    role = desk.catalog.roles.get(str(desk.visit.path["role"]))
    if role is None:
        raise NotFound("not_found")
    entity = desk.entity(str(desk.visit.path["entity"]))
    place, right = _right(role, entity.key)
    root = f"/entities/{place}"
    inputs = Inputs(desk, write(right), desk.errors(root), entity.key)
    known = [properties_of(EntityRight)[name] for name in OWN]
    named = {each.field: str(each.right) for each in right.fields}
    context = RightsPage(
        shell=make_shell(desk.unit, desk.visit, role_title(desk, role)),
        title=f"{role_title(desk, role)}: {entity.names(desk.language)}",
        text=desk.say("What people of this role may do with each field of the cards that they see."),
        action=f"{role_url(role.key)}/{entity.key}",
        columns=(desk.say("Right"),),
        rows=tuple(_field_rows(desk, entity, named)),
        draft=desk.draft_bar(),
        back_url=role_url(role.key),
        back_label=role_title(desk, role),
        sections=(SheetSection("", inputs.widgets(known)),),
        problems=desk.summary(root, frozenset(OWN)),
        entity=entity.key,
        notes=disclosed(desk, lambda each: each.role == role.key and entity.key in (each.formula[0], each.hidden[0])),
    )
    return page(desk.visit, "admin/rights.html", context, desk.status)


def _right(role: Role, entity: str) -> tuple[int, EntityRight]:
    for place, right in enumerate(role.entities):
        if right.entity == entity:
            return place, right
    return len(role.entities), EntityRight(entity=entity)


def _field_rows(desk: Desk, entity: Entity, named: dict[str, str]) -> Iterator[RightsRow]:
    for field in entity.fields:
        name, title = f"right__{field.key}", field.title(desk.language)
        chosen = desk.visit.text(name) if desk.is_refused else named.get(field.key, "")
        url = field_url(entity.key, field.key)
        yield RightsRow(title, field.type.icon, entity.colour, (_choice(desk, name, title, chosen),), url)


def _choice(desk: Desk, name: str, label: str, chosen: str) -> Widget:
    usual = Option("", desk.say("as others"), not chosen)
    options = (usual, *(Option(each, desk.say(VALUES[each]), each == chosen) for each in RIGHTS))
    return Widget("choice", name, label, options=options, value=chosen)


def save_role_fields(visit: Visit) -> Response:
    """Put the rights that were sent into the draft."""
    role, entity = str(visit.path["role"]), str(visit.path["entity"])

    def edit(trees: Trees) -> None:
        entity_tree(trees, entity)
        right = right_tree(role_tree(trees, role), entity)
        read_into(right, visit, [properties_of(EntityRight)[name] for name in OWN])
        sent = {name.removeprefix("right__"): text for name, text in visit.form.items() if name.startswith("right__")}
        for field, wanted in sent.items():
            _set(right, field, str(wanted))

    return into_draft(visit, edit, f"{role_url(role)}/{entity}")


def _set(right: Tree, field: str, wanted: str) -> None:
    kept = [each for each in right.get("fields", ()) if each["field"] != field]
    known = next((each for each in right.get("fields", ()) if each["field"] == field), None)
    if wanted and known is not None:
        known["right"] = wanted
    elif wanted:
        right["fields"] = [*kept, {"field": field, "right": wanted}]
    elif known is not None:
        right["fields"] = kept


def show_field_roles(unit: Unit, visit: Visit, refused: Refused | None = None) -> Response:
    """Show what each role may do with one field."""
    return _field_page(open_desk(unit, visit, refused))


def _field_page(desk: Desk) -> Response:
    entity = desk.entity(str(desk.visit.path["entity"]))
    field = desk.catalog.field(entity.key, str(desk.visit.path["field"]))
    if field is None:
        raise NotFound("query.unknown_field", name=str(desk.visit.path["field"]))
    title = field.title(desk.language)
    context = RightsPage(
        shell=make_shell(desk.unit, desk.visit, title),
        title=desk.say("Who may see “%(label)s”") % {"label": title},
        text=desk.say("What each role may do with this field of the cards that it sees."),
        action=f"{entity_url(entity.key)}/rights/{field.key}",
        columns=(desk.say("Right"),),
        rows=tuple(_role_rows(desk, entity, field.key)),
        notes=disclosed(desk, lambda each: (entity.key, field.key) in (each.formula, each.hidden)),
        draft=desk.draft_bar(),
        back_url=field_url(entity.key, field.key),
        back_label=title,
        problems=desk.summary(),
    )
    return page(desk.visit, "admin/rights.html", context, desk.status)


def _role_rows(desk: Desk, entity: Entity, field: str) -> Iterator[RightsRow]:
    for role in desk.catalog.roles.values():
        _, right = _right(role, entity.key)
        if not any(each.entity == entity.key for each in role.entities):
            continue
        title, name = role_title(desk, role), f"role__{role.key}"
        named = {each.field: str(each.right) for each in right.fields}
        usual = desk.say("otherwise: %(right)s") % {"right": desk.say(VALUES[right.other_fields])}
        widget = _choice(desk, name, title, named.get(field, ""))
        yield RightsRow(title, "users-group", "slate", (widget,), f"{role_url(role.key)}/{entity.key}", usual)


def save_field_roles(visit: Visit) -> Response:
    """Put the rights that were sent into the draft."""
    entity, field = str(visit.path["entity"]), str(visit.path["field"])

    def edit(trees: Trees) -> None:
        field_tree(trees, entity, field)
        for identity, role in trees.items():
            name = f"role__{identity.key}"
            if identity.kind == "role" and name in visit.form:
                _set(right_tree(role, entity), field, visit.text(name))

    return into_draft(visit, edit, f"{entity_url(entity)}/rights/{field}")
