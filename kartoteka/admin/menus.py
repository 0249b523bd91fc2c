"""The sidebar: groups of entries, arranged."""

from __future__ import annotations

from collections.abc import Iterator

from starlette.responses import Response

from kartoteka.admin.arranging import arranged
from kartoteka.admin.carrying import into_draft
from kartoteka.admin.desk import Desk, open_desk
from kartoteka.admin.layout_contexts import Arrangement, Line, MenuPage
from kartoteka.admin.naming import proposed_key
from kartoteka.metadata.definitions import Identity, Menu, MenuItem
from kartoteka.metadata.labels import label_in, title_from_key
from kartoteka.metadata.problems import Refused
from kartoteka.metadata.trees import Tree
from kartoteka.platform.drafts import Trees
from kartoteka.platform.units import Unit
from kartoteka.platform.web.contexts import Option, Widget
from kartoteka.platform.web.shell import BUILT_IN, make_shell, page
from kartoteka.platform.web.visits import Visit

URL = "/-/admin/menu"
NEW = "new_group"


def show_menu(unit: Unit, visit: Visit, refused: Refused | None = None) -> Response:
    """Show the sidebar's groups and entries."""
    return _menu_page(open_desk(unit, visit, refused))


def _menu_page(desk: Desk) -> Response:
    menu = desk.catalog.menu or Menu()
    taken = {item.entity or item.report for group in menu.groups for item in group.items}
    offers = tuple(_offers(desk, taken))
    add = desk.say("Add an entry …")
    groups = tuple(
        Arrangement(
            group.key, label_in(group.label, desk.language, title_from_key(group.key)),
            tuple(_line(desk, item) for item in group.items), offers, add, group="menu",
            widgets=(_label(desk, group.key, label_in(group.label, desk.language, title_from_key(group.key))),),
        )
        for group in menu.groups
    )  # fmt: skip
    text = desk.say("Everybody sees only what they have a right to.")
    if desk.catalog.menu is None:
        text = desk.say("There is no menu yet: the sidebar shows all card types. The first group begins one.")
    context = MenuPage(
        shell=make_shell(desk.unit, desk.visit, desk.say("Menu")),
        title=desk.say("Menu"),
        text=text,
        action=URL,
        groups=groups,
        draft=desk.draft_bar(),
        problems=desk.summary(),
    )
    return page(desk.visit, "admin/menu.html", context, desk.status)


def _label(desk: Desk, key: str, value: str) -> Widget:
    return Widget("text", f"title__{key}", desk.say("Heading"), value)


def _line(desk: Desk, item: MenuItem) -> Line:
    entity = desk.catalog.entities.get(item.entity or "")
    if entity is not None:
        return Line(item.key, label_in(item.label, desk.language, entity.names(desk.language)), entity.icon)
    report = desk.catalog.reports[item.report or ""]
    label = label_in(item.label or report.label, desk.language, title_from_key(report.key))
    return Line(item.key, label, "report")


def _offers(desk: Desk, taken: set[str | None]) -> Iterator[Option]:
    for entity in desk.catalog.entities.values():
        if entity.key not in taken and entity.key not in BUILT_IN:
            yield Option(f"entity.{entity.key}", entity.names(desk.language))
    for report in desk.catalog.reports.values():
        if report.key not in taken:
            label = label_in(report.label, desk.language, title_from_key(report.key))
            yield Option(f"report.{report.key}", desk.say("Report: %(label)s") % {"label": label})


def save_menu(visit: Visit) -> Response:
    """Put the menu that was sent into the draft."""

    def edit(trees: Trees) -> None:
        menu = menu_tree(trees)
        _arrange(visit, menu)
        _change_groups(visit, menu)

    return into_draft(visit, edit, URL)


def menu_tree(trees: Trees) -> Tree:
    """Return the tree of the menu, to be changed; an empty one where there is none."""
    found = next((tree for identity, tree in sorted(trees.items()) if identity.kind == "menu"), None)
    if found is None:
        found = trees[Identity("menu", "", "main")] = {"key": "main"}
    return found


def _arrange(visit: Visit, menu: Tree) -> None:
    """Put every entry where the form has it; dragging may have carried it to another group."""
    groups: list[Tree] = menu.setdefault("groups", [])
    items = {item["key"]: item for group in groups for item in group.get("items", ())}
    sent = {key for group in groups for key in visit.texts(group["key"])}
    for group in groups:
        name = group["key"]
        own = [item["key"] for item in group.get("items", ())]
        order = arranged(visit, name, [key for key in own if key not in sent or key in visit.texts(name)])
        group["items"] = [items.get(key) or _new_item(key, set(items)) for key in order]
        label = visit.text(f"title__{name}").strip()
        if label and label != label_in(group.get("label"), visit.language, title_from_key(name)):
            before = group.get("label")
            group["label"] = {**before, visit.language: label} if isinstance(before, dict) else label


def _new_item(path: str, taken: set[str]) -> Tree:
    kind, _, target = path.partition(".")
    key = target if target not in taken else proposed_key(target, taken, "entry")
    return {"key": key, kind: target}


def _change_groups(visit: Visit, menu: Tree) -> None:
    deed, _, key = visit.text("do").partition(":")
    if deed == "drop":
        menu["groups"] = [group for group in menu["groups"] if group["key"] != key]
    label = visit.text(NEW).strip()
    if label:
        taken = {group["key"] for group in menu["groups"]}
        menu["groups"].append({"key": proposed_key(label, taken, "group"), "label": label})
