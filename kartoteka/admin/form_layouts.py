"""The form of a card type: what stands on it, where, in which order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from starlette.responses import Response

from kartoteka.admin.arranging import arrange_items, arranged
from kartoteka.admin.carrying import into_draft
from kartoteka.admin.desk import Desk, as_wanted, open_desk
from kartoteka.admin.entities import entity_tree, field_offers
from kartoteka.admin.layout_contexts import Arrangement, Line, Properties
from kartoteka.admin.naming import proposed_key
from kartoteka.admin.pages import FORM, source_of, studio_page
from kartoteka.admin.tree import entity_url, field_url
from kartoteka.forms.edits import full_layout
from kartoteka.metadata.definitions import Entity, Identity
from kartoteka.metadata.labels import label_in, title_from_key
from kartoteka.metadata.problems import Refused
from kartoteka.metadata.trees import Tree, write
from kartoteka.platform.drafts import Trees
from kartoteka.platform.units import Unit
from kartoteka.platform.web.contexts import Option, Widget
from kartoteka.platform.web.naming import path_label
from kartoteka.platform.web.visits import Visit

QUICK = "quick"


def show_form(unit: Unit, visit: Visit, refused: Refused | None = None) -> Response:
    """Show the form of a card type and how it is arranged."""
    return _form_page(open_desk(unit, visit, refused))


def _form_page(desk: Desk) -> Response:
    entity = desk.entity(str(desk.visit.path["entity"]))
    tree = write(full_layout(as_wanted(desk), entity))
    sections = [(tab, section) for tab in tree.get("tabs", ()) for section in tab.get("sections", ())]
    placed = {item["field"] for _, section in sections for item in section.get("items", ())}
    offers = tuple(field_offers(desk, entity, placed))
    arrangements = [_section(desk, entity, tab, section, offers) for tab, section in sections]
    quick = lines_of(desk, entity, tree.get(QUICK, ()))
    taken = {line.key for line in quick}
    short = Arrangement(
        QUICK, desk.say("Short form for a new card"), quick, tuple(field_offers(desk, entity, taken)),
        desk.say("Add a field …"), desk.say("At most 12 fields read well. Without any, the first ones are taken."),
    )  # fmt: skip
    properties = Properties(
        title=desk.say("Form"),
        kind=entity.name(desk.language),
        icon="layout-list",
        action=f"{entity_url(entity.key)}/form",
        widgets=tuple(_new_parts(desk, tree)),
        source=source_of(desk, Identity("form", entity.key, tree.get("key", "main"))),
        arrangements=(*arrangements, short),
        problems=desk.summary(),
    )
    return studio_page(desk, entity, desk.say("Form"), properties, open_part=FORM, mode=FORM)


def _section(desk: Desk, entity: Entity, tab: Tree, section: Tree, offers: tuple[Option, ...]) -> Arrangement:
    name = section_name(tab, section)
    title = label_in(section.get("label"), desk.language, title_from_key(section["key"]))
    lines = lines_of(desk, entity, section.get("items", ()))
    label = Widget("text", f"title__{name}", desk.say("Heading"), title)
    above = label_in(tab.get("label"), desk.language, title_from_key(tab["key"]))
    heading = title if title == above else f"{above}: {title}"
    return Arrangement(name, heading, lines, offers, desk.say("Add a field …"), group="form", widgets=(label,))


def section_name(tab: Tree, section: Tree) -> str:
    """Return the name of a section's inputs; the preview names it so as well."""
    return f"{tab['key']}-{section['key']}"


def lines_of(desk: Desk, entity: Entity, items: Any) -> tuple[Line, ...]:
    """Return the items of a layout as lines to be arranged."""
    return tuple(_line(desk, entity, item["field"]) for item in items)


def _line(desk: Desk, entity: Entity, path: str) -> Line:
    field = desk.catalog.field(entity.key, path)
    label = path_label(desk.catalog, entity.key, path, desk.language, desk.say)
    return Line(path, label, field.type.icon if field else "link", field_url(entity.key, path) if field else "")


def _new_parts(desk: Desk, tree: Tree) -> Iterator[Widget]:
    tabs = [
        Option(tab["key"], label_in(tab.get("label"), desk.language, title_from_key(tab["key"])))
        for tab in tree.get("tabs", ())
    ]
    yield Widget("text", "new_section", desk.say("New section"), placeholder=desk.say("Heading"))
    yield Widget(
        "choice", "new_section_tab", desk.say("in the tab"), options=(*tabs, Option("", desk.say("a new tab")))
    )


def save_form(visit: Visit) -> Response:
    """Put the arrangement that was sent into the draft."""
    key = str(visit.path["entity"])

    def edit(trees: Trees) -> None:
        form = form_tree(trees, key)
        sections = [(tab, section) for tab in form["tabs"] for section in tab.get("sections", ())]
        _arrange_sections(visit, sections)
        arrange_items(form, QUICK, visit, QUICK)
        _drop_section(visit, form)
        _add_section(visit, form)

    return into_draft(visit, edit, f"{entity_url(key)}/form")


def form_tree(trees: Trees, entity: str) -> Tree:
    """Return the form's tree, to be changed; a card type without one gets it from its fields. Raises NotFound."""
    owner = entity_tree(trees, entity)
    known = [identity for identity in sorted(trees) if identity.kind == "form" and identity.entity == entity]
    identity = known[0] if known else Identity("form", entity, "main")
    form = trees.setdefault(identity, {"entity": entity, "key": identity.key})
    if not form.get("tabs"):
        section = {"key": "main", "items": [{"field": field["key"]} for field in owner.get("fields", ())]}
        form["tabs"] = [{"key": "main", "sections": [section]}]
    return form


def _arrange_sections(visit: Visit, sections: list[tuple[Tree, Tree]]) -> None:
    """Put every field where the form has it: dragging may have carried it from one section to another."""
    items = {item["field"]: item for _, section in sections for item in section.get("items", ())}
    sent = {key for tab, section in sections for key in visit.texts(section_name(tab, section))}
    for tab, section in sections:
        own = [item["field"] for item in section.get("items", ())]
        name = section_name(tab, section)
        kept = [key for key in own if key not in sent or key in visit.texts(name)]
        order = arranged(visit, name, kept) if kept or visit.texts(name) or visit.texts(f"{name}__add") else []
        section["items"] = [items.get(key) or {"field": key} for key in order]
        label = visit.text(f"title__{name}").strip()
        if label and label != label_in(section.get("label"), visit.language, title_from_key(section["key"])):
            before = section.get("label")
            section["label"] = {**before, visit.language: label} if isinstance(before, dict) else label


def _drop_section(visit: Visit, form: Tree) -> None:
    deed, _, name = visit.text("do").partition(":")
    if deed != "drop":
        return
    for tab in form["tabs"]:
        tab["sections"] = [each for each in tab.get("sections", ()) if section_name(tab, each) != name]
    form["tabs"] = [tab for tab in form["tabs"] if tab["sections"]]


def _add_section(visit: Visit, form: Tree) -> None:
    label = visit.text("new_section").strip()
    if not label:
        return
    tab = next((each for each in form["tabs"] if each["key"] == visit.text("new_section_tab")), None)
    if tab is None:
        key = proposed_key(label, {each["key"] for each in form["tabs"]}, "tab")
        tab = {"key": key, "label": label, "sections": []}
        form["tabs"].append(tab)
    sections = tab.setdefault("sections", [])
    sections.append({"key": proposed_key(label, {each["key"] for each in sections}, "section"), "label": label})


def place_field(visit: Visit) -> Response:
    """Put one field before another, or at the end of a section, as it was dragged in the preview."""
    entity, field = str(visit.path["entity"]), visit.text("field")

    def edit(trees: Trees) -> None:
        form = form_tree(trees, entity)
        sections = [(tab, section) for tab in form["tabs"] for section in tab.get("sections", ())]
        items = {item["field"]: item for _, section in sections for item in section.get("items", ())}
        target = next((s for t, s in sections if section_name(t, s) == visit.text("section")), None)
        if target is None or field not in items:
            return
        for _, section in sections:
            section["items"] = [item for item in section.get("items", ()) if item["field"] != field]
        places = [item["field"] for item in target["items"]]
        before = visit.text("before")
        target["items"].insert(places.index(before) if before in places else len(places), items[field])

    return into_draft(visit, edit, f"{entity_url(entity)}/form")
