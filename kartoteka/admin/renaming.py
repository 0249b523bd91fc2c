"""Another key for a field, a card type or a list. What names it follows, and the old name leads to it for ever."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from starlette.responses import Response

from kartoteka.admin.carrying import into_draft
from kartoteka.admin.contexts import SheetPage, SheetSection
from kartoteka.admin.desk import Desk, entity_identity, open_desk
from kartoteka.admin.entities import entity_tree
from kartoteka.admin.fields import field_tree, is_fixed
from kartoteka.admin.tree import entity_url, field_url, list_url
from kartoteka.admin.use_words import used_by_entity, used_in
from kartoteka.metadata.catalog import Catalog
from kartoteka.metadata.definitions import Entity, Identity
from kartoteka.metadata.keys import LOCAL_PREFIX, is_free_for_field, is_key
from kartoteka.metadata.labels import label_in, title_from_key
from kartoteka.metadata.problems import NotFound, Problem, Refused
from kartoteka.metadata.references import Names, links_of, rewritten
from kartoteka.metadata.trees import Tree, read_definition
from kartoteka.platform.drafts import Trees
from kartoteka.platform.units import Unit
from kartoteka.platform.web.contexts import Option, Widget
from kartoteka.platform.web.shell import BUILT_IN, index_tab, make_shell, page
from kartoteka.platform.web.visits import Visit


@dataclass(frozen=True, slots=True)
class _Renamed:
    """What is renamed: its label and its key now, where it is configured, and what names it."""

    entity: Entity
    label: str
    key: str
    url: str
    formerly: tuple[str, ...]
    uses: tuple[Option, ...] = ()


def _page(desk: Desk, each: _Renamed) -> Response:
    typed = desk.visit.text("key") if desk.is_refused else each.key
    errors = tuple(dict.fromkeys(text for texts in desk.errors().values() for text in texts))
    text = desk.say(
        "The label that people read stays. Formulas, conditions, lists, forms, reports and rights follow by "
        "themselves; old addresses, programs and files go on working under the old name."
    )
    hint = desk.say("Small letters, digits and underscores. Names made here begin with “x_”.")
    key = Widget("text", "key", desk.say("New name"), typed, help=hint, errors=errors, required=True, autofocus=True)
    earlier = f" {desk.say('Earlier names')}: {', '.join(each.formerly)}." if each.formerly else ""
    title = desk.say("Another name for “%(label)s”") % {"label": each.label}
    context = SheetPage(
        shell=make_shell(desk.unit, desk.visit, title),
        title=title,
        tab=index_tab(each.entity, desk.language),
        action=f"{each.url}/rename",
        sections=(SheetSection("", (key,)),),
        submits=(Option("draft", desk.say("Put into the draft"), selected=True),),
        cancel_url=each.url,
        text=text + earlier,
        uses=each.uses,
        uses_title=desk.say("Named in") if each.uses else "",
    )
    return page(desk.visit, "admin/sheet.html", context, desk.status)


def new_key(visit: Visit, old: str, formerly: tuple[str, ...], taken: frozenset[str], *, field: bool = False) -> str:
    """Return the key that was typed, with the prefix of the studio. Raises Refused for one that can't be it.

    An earlier name of the same thing may come back as it was.
    """
    typed = visit.text("key").strip()
    key = typed if typed in formerly or typed == old or typed.startswith(LOCAL_PREFIX) else LOCAL_PREFIX + typed
    code = ""
    if not typed or not is_key(key) or (field and not is_free_for_field(key)):
        code = "rename.no_key"
    elif key == old:
        code = "rename.same_key"
    elif key in taken - {*formerly}:
        code = "rename.taken"
    if code:
        raise Refused([Problem(code, {"name": typed[:60]}, pointer="/key")])
    return key


def renamed(trees: Trees, names: Callable[[Catalog], Names]) -> None:
    """Give new names to what the definitions name."""
    catalog = Catalog({identity: read_definition(identity, tree) for identity, tree in trees.items()})
    wanted = names(catalog)
    found = {wanted.identity(each): rewritten(wanted, each, tree, tree) for each, tree in trees.items()}
    trees.clear()
    trees.update(found)


def note_old_key(tree: Tree, old: str) -> None:
    """Remember the old key among the earlier ones of what has another key now."""
    earlier = [name for name in tree.get("formerly", ()) if name not in (old, tree["key"])]
    tree["formerly"] = [*earlier, old]


# --- fields -----------------------------------------------------------------------------------------------


def show_rename_field(unit: Unit, visit: Visit, refused: Refused | None = None) -> Response:
    """Ask for another key of a field, and show where it is named."""
    return _field_page(open_desk(unit, visit, refused))


def _field_page(desk: Desk) -> Response:
    entity = desk.entity(str(desk.visit.path["entity"]))
    key = str(desk.visit.path["field"])
    field = desk.catalog.field(entity.key, key)
    if field is None or is_fixed(entity.key, key):
        raise NotFound("query.unknown_field", name=key)
    uses = used_in(desk, entity.key, key)
    return _page(
        desk, _Renamed(entity, field.title(desk.language), key, field_url(entity.key, key), field.formerly, uses)
    )


def rename_field(visit: Visit) -> Response:
    """Put into the draft that a field has another key, and with it everything that names it."""
    entity, old = str(visit.path["entity"]), str(visit.path["field"])
    found: list[str] = []

    def edit(trees: Trees) -> None:
        tree = field_tree(trees, entity, old)
        if is_fixed(entity, old):
            raise NotFound("query.unknown_field", name=old)
        others = entity_tree(trees, entity)["fields"]
        taken = frozenset(key for each in others for key in (each["key"], *each.get("formerly", ())))
        key = new_key(visit, old, tuple(tree.get("formerly", ())), taken, field=True)
        renamed(trees, lambda catalog: Names(fields={(entity, old): key}, links=links_of(catalog)))
        note_old_key(field_tree(trees, entity, key), old)
        found[:] = [key]

    return into_draft(visit, edit, lambda: field_url(entity, found[0]))


# --- card types -------------------------------------------------------------------------------------------


def show_rename_entity(unit: Unit, visit: Visit, refused: Refused | None = None) -> Response:
    """Ask for another key of a card type."""
    return _entity_page(open_desk(unit, visit, refused))


def _entity_page(desk: Desk) -> Response:
    entity = desk.entity(str(desk.visit.path["entity"]))
    if entity.key in BUILT_IN:
        raise NotFound("query.unknown_entity", name=entity.key)
    uses = used_by_entity(desk, entity.key)
    return _page(
        desk,
        _Renamed(entity, entity.name(desk.language), entity.key, entity_url(entity.key), entity.formerly, uses),
    )


def rename_entity(visit: Visit) -> Response:
    """Put into the draft that a card type has another key, and with it everything that names it."""
    old = str(visit.path["entity"])
    found: list[str] = []

    def edit(trees: Trees) -> None:
        tree = entity_tree(trees, old)
        if old in BUILT_IN:
            raise NotFound("query.unknown_entity", name=old)
        others = [(i.key, t) for i, t in trees.items() if i.kind == "entity"]
        taken = frozenset(name for key, each in others for name in (key, *each.get("formerly", ())))
        key = new_key(visit, old, tuple(tree.get("formerly", ())), taken)
        renamed(trees, lambda _: Names(entities={old: key}))
        note_old_key(trees[entity_identity(key)], old)
        found[:] = [key]

    return into_draft(visit, edit, lambda: entity_url(found[0]))


# --- lists ------------------------------------------------------------------------------------------------


def show_rename_list(unit: Unit, visit: Visit, refused: Refused | None = None) -> Response:
    """Ask for another key of a list."""
    return _list_page(open_desk(unit, visit, refused))


def _list_page(desk: Desk) -> Response:
    entity = desk.entity(str(desk.visit.path["entity"]))
    each = desk.catalog.list_named(entity.key, str(desk.visit.path["list"]))
    if each is None:
        raise NotFound("not_found")
    label = label_in(each.label, desk.language, title_from_key(each.key))
    return _page(desk, _Renamed(entity, label, each.key, list_url(entity.key, each.key), each.formerly))


def rename_list(visit: Visit) -> Response:
    """Put into the draft that a list has another key; addresses with the old one lead to it."""
    identity = Identity("list", str(visit.path["entity"]), str(visit.path["list"]))
    found: list[str] = []

    def edit(trees: Trees) -> None:
        tree = trees.get(identity)
        if tree is None:
            raise NotFound("not_found")
        beside = [(i.key, t) for i, t in trees.items() if i[:2] == identity[:2]]
        taken = frozenset(name for key, each in beside for name in (key, *each.get("formerly", ())))
        key = new_key(visit, identity.key, tuple(tree.get("formerly", ())), taken)
        renamed(trees, lambda _: Names(definitions={identity: key}))
        note_old_key(trees[identity._replace(key=key)], identity.key)
        found[:] = [key]

    return into_draft(visit, edit, lambda: list_url(identity.entity, found[0]))
