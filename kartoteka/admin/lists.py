"""Lists: their columns, filter and order."""

from __future__ import annotations

from collections.abc import Iterator

from starlette.responses import Response

from kartoteka.admin.arranging import arrange_items
from kartoteka.admin.carrying import AT_ONCE, carry_out, into_draft
from kartoteka.admin.contexts import SheetPage, SheetSection
from kartoteka.admin.desk import Desk, open_desk
from kartoteka.admin.entities import entity_tree, field_offers
from kartoteka.admin.form_layouts import lines_of
from kartoteka.admin.inputs import TICKED, Inputs, read_into
from kartoteka.admin.layout_contexts import Arrangement, Properties
from kartoteka.admin.naming import proposed_key
from kartoteka.admin.pages import LIST, source_of, studio_page
from kartoteka.admin.properties import properties_of
from kartoteka.admin.tree import LISTS, entity_url, list_url
from kartoteka.metadata.definitions import Entity, Identity, RecordList
from kartoteka.metadata.labels import label_in, title_from_key
from kartoteka.metadata.problems import NotFound, Problem, Refused
from kartoteka.metadata.trees import Tree, write
from kartoteka.platform.drafts import Trees
from kartoteka.platform.units import Unit
from kartoteka.platform.web.contexts import Action, Option, Widget
from kartoteka.platform.web.naming import path_label
from kartoteka.platform.web.shell import index_tab, make_shell, page
from kartoteka.platform.web.visits import Visit

OWN = ("label", "filter", "position")
SORTS = 2
"""Fields to order by that the studio asks for; a list may have more."""


def _list(desk: Desk) -> tuple[Entity, RecordList]:
    entity = desk.entity(str(desk.visit.path["entity"]))
    key = str(desk.visit.path["list"])
    found = next((each for each in desk.catalog.lists(entity.key) if each.key == key), None)
    if found is None:
        raise NotFound("not_found")
    return entity, found


def show_list(unit: Unit, visit: Visit, refused: Refused | None = None) -> Response:
    """Show a list and how it is made."""
    return _list_page(open_desk(unit, visit, refused))


def _list_page(desk: Desk) -> Response:
    entity, each = _list(desk)
    tree = write(each)
    identity = Identity("list", entity.key, each.key)
    errors = desk.errors()
    inputs = Inputs(desk, tree, errors, entity.key)
    known = [properties_of(RecordList)[name] for name in OWN]
    title = label_in(each.label, desk.language, title_from_key(each.key))
    url = list_url(entity.key, each.key)
    remove = Action(
        desk.say("Remove list"), f"{url}/remove", "trash", "post", "danger",
        confirm=desk.say("Remove this list? The cards stay."),
    )  # fmt: skip
    properties = Properties(
        title=title,
        kind=desk.say("List"),
        icon="table",
        action=url,
        widgets=(*inputs.widgets(known[:2]), *_sorts(desk, entity, tree), *inputs.widgets(known[2:])),
        source=source_of(desk, identity),
        actions=(Action(desk.say("Another name"), f"{url}/rename", "pencil"), remove),
        arrangements=(_columns(desk, entity, tree, errors),),
        more=inputs.in_other_languages(known),
        more_title=desk.say("In other languages"),
        entity=entity.key,
        problems=desk.summary("", frozenset(OWN)),
    )
    return studio_page(desk, entity, title, properties, open_part=LISTS, chosen=each.key, mode=LIST, shown_list=each)


def _columns(desk: Desk, entity: Entity, tree: Tree, errors: dict[str, tuple[str, ...]]) -> Arrangement:
    columns = lines_of(desk, entity, tree.get("columns", ()))
    offers = tuple(field_offers(desk, entity, {line.key for line in columns}, system=True))
    title, add = desk.say("Columns"), desk.say("Add a column …")
    return Arrangement("columns", title, columns, offers, add, errors=errors.get("columns", ()))


def _sorts(desk: Desk, entity: Entity, tree: Tree) -> Iterator[Widget]:
    sorts = tree.get("sort", [])
    labels = (desk.say("Order by"), desk.say("then by"))
    for place in range(SORTS):
        sort: Tree = sorts[place] if place < len(sorts) else {}
        chosen = sort.get("field", "")
        options = (Option("", "–", not chosen), *_sort_offers(desk, entity, chosen))
        yield Widget("choice", f"sort__{place}", labels[place], options=options)
        down = TICKED if sort.get("descending") else ""
        yield Widget("boolean", f"descending__{place}", desk.say("largest or newest first"), down)


def _sort_offers(desk: Desk, entity: Entity, chosen: str) -> Iterator[Option]:
    keys = [field.key for field in entity.fields if field.type.sortable]
    for path in dict.fromkeys([*([chosen] if chosen else []), *keys, "created_at", "changed_at"]):
        label = path_label(desk.catalog, entity.key, path, desk.language, desk.say)
        yield Option(path, label, selected=path == chosen)


def save_list(visit: Visit) -> Response:
    """Put what was sent into the draft."""
    entity, key = str(visit.path["entity"]), str(visit.path["list"])

    def edit(trees: Trees) -> None:
        tree = trees.get(Identity("list", entity, key))
        if tree is None:
            raise NotFound("not_found")
        read_into(tree, visit, [properties_of(RecordList)[name] for name in OWN])
        arrange_items(tree, "columns", visit, "columns")
        _read_sorts(visit, tree)

    return into_draft(visit, edit, list_url(entity, key))


def _read_sorts(visit: Visit, tree: Tree) -> None:
    if "sort__0" not in visit.form:
        return
    sorts: list[Tree] = []
    for place in range(SORTS):
        field = visit.text(f"sort__{place}")
        if field and field not in (each["field"] for each in sorts):
            down = TICKED in visit.texts(f"descending__{place}")
            sorts.append({"field": field, "descending": True} if down else {"field": field})
    tree["sort"] = [*sorts, *tree.get("sort", [])[SORTS:]]


def remove_list(visit: Visit) -> Response:
    """Put into the draft that a list is removed."""
    entity, key = str(visit.path["entity"]), str(visit.path["list"])

    def edit(trees: Trees) -> None:
        if trees.pop(Identity("list", entity, key), None) is None:
            raise NotFound("not_found")

    return into_draft(visit, edit, entity_url(entity))


def show_new_list(unit: Unit, visit: Visit, refused: Refused | None = None) -> Response:
    """Show the form for a new list."""
    return _new_page(open_desk(unit, visit, refused))


def _new_page(desk: Desk) -> Response:
    entity = desk.entity(str(desk.visit.path["entity"]))
    inputs = Inputs(desk, {}, desk.errors(), entity.key)
    known = [properties_of(RecordList)[name] for name in ("label", "filter")]
    label, condition = inputs.widgets(known)
    label = Widget("text", label.name, label.label, label.value, errors=label.errors, required=True, autofocus=True)
    context = SheetPage(
        shell=make_shell(desk.unit, desk.visit, desk.say("New list")),
        title=desk.say("New list"),
        tab=index_tab(entity, desk.language, several=True),
        action=f"{entity_url(entity.key)}/new-list",
        sections=(SheetSection("", (label, condition)),),
        submits=(
            Option(AT_ONCE, desk.say("Add and publish"), selected=True),
            Option("draft", desk.say("Put into the draft")),
        ),
        cancel_url=entity_url(entity.key),
        text=desk.say("It begins with the columns of the first list."),
        entity=entity.key,
        problems=desk.summary("", frozenset({label.name, condition.name})),
    )
    return page(desk.visit, "admin/sheet.html", context, desk.status)


def add_list(visit: Visit) -> Response:
    """Add a list like the first one, with a label and a filter of its own."""
    entity = str(visit.path["entity"])
    added: list[str] = []

    def edit(trees: Trees) -> None:
        added[:] = [_added(visit, trees, entity)]

    def url() -> str:
        return list_url(entity, added[0])

    if visit.text("do") != AT_ONCE:
        return into_draft(visit, edit, url)
    label = visit.text(f"label__{visit.language}").strip()
    return carry_out(visit, edit, url, visit.say("Added for everybody: %(label)s") % {"label": label})


def _added(visit: Visit, trees: Trees, entity: str) -> str:
    entity_tree(trees, entity)
    label = visit.text(f"label__{visit.language}").strip()
    if not label:
        raise Refused([Problem("required", {}, pointer="/label")])
    others = sorted(
        (tree.get("position", 100), identity.key, tree)
        for identity, tree in trees.items()
        if identity.kind == "list" and identity.entity == entity
    )
    pattern: Tree = others[0][2] if others else {}
    key = proposed_key(label, {name for _, name, _ in others}, "list")
    kept: Tree = {name: pattern[name] for name in ("columns", "sort") if name in pattern}
    tree: Tree = {"entity": entity, "key": key, **kept}
    read_into(tree, visit, [properties_of(RecordList)[name] for name in ("label", "filter")])
    trees[Identity("list", entity, key)] = tree
    return key
