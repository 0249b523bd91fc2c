"""Roles: what each may do with which cards, and with which of their fields."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from starlette.responses import Response

from kartoteka.admin.carrying import AT_ONCE, carry_out, into_draft
from kartoteka.admin.contexts import SheetPage, SheetSection, Tile, TileGroup, TilesPage
from kartoteka.admin.desk import Desk, open_desk
from kartoteka.admin.inputs import TICKED, Inputs, read_into
from kartoteka.admin.naming import proposed_key
from kartoteka.admin.people_contexts import RightsPage, RightsRow
from kartoteka.admin.properties import properties_of
from kartoteka.admin.words import VALUES
from kartoteka.metadata.definitions import Entity, EntityRight, Identity, Role
from kartoteka.metadata.labels import label_in, title_from_key
from kartoteka.metadata.problems import NotFound, Problem, Refused
from kartoteka.metadata.trees import Tree, write
from kartoteka.platform.disclosing import Disclosure, disclosures
from kartoteka.platform.drafts import Trees
from kartoteka.platform.units import Unit
from kartoteka.platform.web.contexts import Action, IndexTab, Option, Widget
from kartoteka.platform.web.shell import make_shell, page
from kartoteka.platform.web.visits import Visit

REACHES = ("read", "edit", "delete")
EVERYTHING = "*"
OWN = ("label", "administrator", "export")


def role_url(key: str) -> str:
    """Return where a role is configured."""
    return f"/-/admin/role/{key}"


def role_title(desk: Desk, role: Role) -> str:
    """Return what people read."""
    return label_in(role.label, desk.language, title_from_key(role.key))


def show_roles(unit: Unit, visit: Visit) -> Response:
    """Show all roles."""
    desk = open_desk(unit, visit)
    tiles = tuple(_tile(desk, role) for role in desk.catalog.roles.values())
    add = Action(desk.say("New role"), "/-/admin/new-role", "plus", style="primary")
    context = TilesPage(
        shell=make_shell(unit, visit, desk.say("Roles")),
        title=desk.say("Roles"),
        text=desk.say("What people may see and do. Who has several roles may do what any of them allows."),
        groups=(TileGroup("", tiles, (add,)),),
        draft=desk.draft_bar(),
        back_url="/-/admin/",
        back_label=desk.say("Studio"),
    )
    return page(visit, "admin/tiles.html", context)


def _tile(desk: Desk, role: Role) -> Tile:
    text = desk.say("May configure everything and manage people.") if role.administrator else _summary(desk, role)
    return Tile(role_title(desk, role), text, role_url(role.key), "shield" if role.administrator else "users-group")


def _summary(desk: Desk, role: Role) -> str:
    entities = desk.catalog.entities
    names = [
        entities[r.entity].names(desk.language) for r in role.entities if r.read != "none" and r.entity in entities
    ]
    return ", ".join(names[:6]) + (" …" if len(names) > 6 else "")


def _role(desk: Desk) -> Role:
    found = desk.catalog.roles.get(str(desk.visit.path["role"]))
    if found is None:
        raise NotFound("not_found")
    return found


def show_role(unit: Unit, visit: Visit, refused: Refused | None = None) -> Response:
    """Show a role's rights over all card types."""
    return _role_page(open_desk(unit, visit, refused))


def _role_page(desk: Desk) -> Response:
    role = _role(desk)
    inputs = Inputs(desk, write(role), desk.errors())
    known = [properties_of(Role)[name] for name in OWN]
    rights = {right.entity: right for right in role.entities}
    entities = sorted(desk.catalog.entities.values(), key=lambda each: each.names(desk.language))
    rows = [_row(desk, role, each, rights.get(each.key)) for each in entities]
    others = RightsRow(
        desk.say("All others, those to come included"), "cards", "slate",
        tuple(_reaches(desk, EVERYTHING, rights.get(EVERYTHING), owned=False)),
    )  # fmt: skip
    context = RightsPage(
        shell=make_shell(desk.unit, desk.visit, role_title(desk, role)),
        title=role_title(desk, role),
        text=desk.say("Which cards people of this role may see, make, change and delete."),
        action=role_url(role.key),
        columns=(desk.say("See"), desk.say("Create"), desk.say("Change"), desk.say("Delete")),
        rows=(*rows, others),
        draft=desk.draft_bar(),
        back_url="/-/admin/roles",
        back_label=desk.say("Roles"),
        sections=(
            SheetSection("", inputs.widgets(known)),
            SheetSection(desk.say("In other languages"), inputs.in_other_languages(known), folded=True),
        ),
        problems=desk.summary("", frozenset(OWN)),
        notes=disclosed(desk, lambda each: each.role == role.key),
    )
    return page(desk.visit, "admin/rights.html", context, desk.status)


def disclosed(desk: Desk, wanted: Callable[[Disclosure], bool]) -> tuple[Option, ...]:
    """Return what formulas tell of hidden fields, each with where the right to the formula is given."""
    return tuple(
        Option(
            f"{role_url(each.role)}/{each.formula[0]}#f-right__{each.formula[1]}",
            desk.told(each.describe(desk.catalog)),
        )
        for each in disclosures(desk.catalog)
        if wanted(each)
    )


def _row(desk: Desk, role: Role, entity: Entity, right: EntityRight | None) -> RightsRow:
    exceptions = len(right.fields) if right else 0
    detail = desk.ngettext("%(count)s field apart", "%(count)s fields apart", exceptions) if exceptions else ""
    parts = [part for part in (detail, desk.say("on a condition") if right and right.condition else "") if part]
    widgets = tuple(_reaches(desk, entity.key, right, owned=entity.owner is not None))
    url = f"{role_url(role.key)}/{entity.key}"
    return RightsRow(entity.names(desk.language), entity.icon, entity.colour, widgets, url, ", ".join(parts))


def _reaches(desk: Desk, key: str, right: EntityRight | None, *, owned: bool) -> Iterator[Widget]:
    names = {"read": desk.say("See"), "edit": desk.say("Change"), "delete": desk.say("Delete")}
    for verb in REACHES:
        name = f"{verb}__{key}"
        chosen = desk.visit.text(name) if desk.is_refused else getattr(right, verb) if right else "none"
        reaches = ("none", "own", "all") if owned or chosen == "own" else ("none", "all")
        options = tuple(Option(each, desk.say(VALUES[each]), each == chosen) for each in reaches)
        yield Widget("choice", name, names[verb], options=options, value=chosen)
        if verb == "read":
            ticked = TICKED in desk.visit.texts(f"create__{key}") if desk.is_refused else bool(right and right.create)
            yield Widget("boolean", f"create__{key}", desk.say("Create"), TICKED if ticked else "")


def save_role(visit: Visit) -> Response:
    """Put the rights that were sent into the draft."""
    key = str(visit.path["role"])

    def edit(trees: Trees) -> None:
        tree = role_tree(trees, key)
        read_into(tree, visit, [properties_of(Role)[name] for name in OWN])
        entities = sorted(identity.key for identity in trees if identity.kind == "entity")
        for entity in (*entities, EVERYTHING):
            _read_right(visit, tree, entity)

    return into_draft(visit, edit, role_url(key))


def role_tree(trees: Trees, key: str) -> Tree:
    """Return the tree of a role, to be changed. Raises NotFound."""
    found = trees.get(Identity("role", "", key))
    if found is None:
        raise NotFound("not_found")
    return found


def right_tree(role: Tree, entity: str) -> Tree:
    """Return a role's right to cards of a type, to be changed; one that it has from `*` alone begins with that."""
    rights: list[Tree] = role.setdefault("entities", [])
    found = next((right for right in rights if right["entity"] == entity), None)
    if found is None:
        found = {"entity": entity}
        rights.append(found)
    return found


def _read_right(visit: Visit, role: Tree, entity: str) -> None:
    """Write a row of the matrix. What says nothing and was not named before needs no right of its own."""
    if f"read__{entity}" not in visit.form:
        return
    sent: Tree = {verb: visit.text(f"{verb}__{entity}") for verb in REACHES}
    sent["create"] = TICKED in visit.texts(f"create__{entity}")
    known = any(right["entity"] == entity for right in role.get("entities", ()))
    nothing = not sent["create"] and all(sent[verb] == "none" for verb in REACHES)
    if nothing and not known:
        return
    right = right_tree(role, entity)
    right.update(sent)


def show_new_role(unit: Unit, visit: Visit, refused: Refused | None = None) -> Response:
    """Show the form for a new role."""
    return _new_page(open_desk(unit, visit, refused))


def _new_page(desk: Desk) -> Response:
    inputs = Inputs(desk, {}, desk.errors())
    (label,) = inputs.widgets([properties_of(Role)["label"]])
    label = Widget("text", label.name, label.label, label.value, errors=label.errors, required=True, autofocus=True)
    like = tuple(Option(role.key, role_title(desk, role)) for role in desk.catalog.roles.values())
    like = (Option("", desk.say("no rights")), *(o for o in like if not desk.catalog.roles[o.value].administrator))
    begin = Widget("choice", "like", desk.say("Begins with the rights of"), options=like)
    context = SheetPage(
        shell=make_shell(desk.unit, desk.visit, desk.say("New role")),
        title=desk.say("New role"),
        tab=IndexTab(desk.say("Roles"), "users-group", "slate", "/-/admin/roles"),
        action="/-/admin/new-role",
        sections=(SheetSection("", (label, begin)),),
        submits=(
            Option(AT_ONCE, desk.say("Add and publish"), selected=True),
            Option("draft", desk.say("Put into the draft")),
        ),
        cancel_url="/-/admin/roles",
        problems=desk.summary("", frozenset({label.name})),
    )
    return page(desk.visit, "admin/sheet.html", context, desk.status)


def add_role(visit: Visit) -> Response:
    """Add a role, with the rights of another one to begin with."""
    added: list[str] = []

    def edit(trees: Trees) -> None:
        label = visit.text(f"label__{visit.language}").strip()
        if not label:
            raise Refused([Problem("required", {}, pointer="/label")])
        key = proposed_key(label, {identity.key for identity in trees if identity.kind == "role"}, "role")
        pattern = trees.get(Identity("role", "", visit.text("like")), {})
        trees[Identity("role", "", key)] = {"entities": pattern.get("entities", []), "key": key, "label": label}
        added[:] = [key]

    def url() -> str:
        return role_url(added[0])

    if visit.text("do") != AT_ONCE:
        return into_draft(visit, edit, url)
    label = visit.text(f"label__{visit.language}").strip()
    return carry_out(visit, edit, url, visit.say("Added for everybody: %(label)s") % {"label": label})
