"""A new field in the trees of a draft: the field itself, its places on form and lists, the rights to it."""

from __future__ import annotations

from kartoteka.admin.choices import new_choice
from kartoteka.admin.desk import entity_identity
from kartoteka.admin.fields import field_properties
from kartoteka.admin.inputs import TICKED, read_into
from kartoteka.admin.naming import proposed_key
from kartoteka.admin.properties import options_of
from kartoteka.forms.prepared import WIDE
from kartoteka.metadata.definitions import Identity
from kartoteka.metadata.keys import LOCAL_PREFIX
from kartoteka.metadata.problems import NotFound, Problem, Refused
from kartoteka.metadata.trees import TYPES, Tree
from kartoteka.platform.drafts import Trees
from kartoteka.platform.web.visits import Visit


def new_field(visit: Visit, trees: Trees, entity: str) -> Tree:
    """Return the field that the form describes. Raises Refused, NotFound."""
    owner = trees.get(entity_identity(entity))
    type_name = visit.text("type")
    if owner is None or type_name not in TYPES:
        raise NotFound("query.unknown_entity", name=entity)
    label = visit.text(f"label__{visit.language}").strip()
    if not label:
        raise Refused([Problem("required", {}, pointer="/label")])
    tree: Tree = {"key": _key(visit, owner, label, type_name), "type": type_name}
    read_into(tree, visit, field_properties(type_name))
    if "choices" in options_of(type_name):
        lines = [line.strip() for line in visit.text("new_choice").splitlines() if line.strip()]
        choices: list[Tree] = []
        for line in lines:
            choices.append(new_choice(line, choices, tree["key"]))
        tree["choices"] = choices
    return tree


def _key(visit: Visit, owner: Tree, label: str, type_name: str) -> str:
    """Return the key that was typed, with the prefix of the studio, or one made from the label."""
    typed = visit.text("key").strip()
    if typed:
        return typed if typed.startswith(LOCAL_PREFIX) else LOCAL_PREFIX + typed
    fields = owner.get("fields", ())
    taken = {key for field in fields for key in (field["key"], *field.get("formerly", ()))}
    return proposed_key(label, taken, type_name)


def place_field(visit: Visit, trees: Trees, entity: str, tree: Tree) -> None:
    """Put the field on the form, on the short form and on the lists that were chosen."""
    item: Tree = {"field": tree["key"]}
    wide = TYPES[tree["type"]].widget in WIDE
    form = next((t for i, t in sorted(trees.items()) if i.kind == "form" and i.entity == entity), {})
    for tab in form.get("tabs", ()):
        for section in tab.get("sections", ()):
            if visit.text("section") == f"{tab['key']}/{section['key']}":
                section.setdefault("items", []).append({**item, "width": "full"} if wide else item)
    if form.get("quick") and TICKED in visit.texts("quick") and not TYPES[tree["type"]].computed:
        form["quick"].append(dict(item))
    for key in visit.texts("lists"):
        each = trees.get(Identity("list", entity, key))
        if each is not None:
            each.setdefault("columns", []).append(dict(item))


def grant_field(visit: Visit, trees: Trees, entity: str, key: str) -> None:
    """Note what each role may do with the field where that differs from what it may do with others."""
    for identity, role in trees.items():
        wanted = visit.text(f"role__{identity.key}") if identity.kind == "role" else ""
        for right in role.get("entities", ()) if wanted in ("hide", "read", "edit") else ():
            if right["entity"] == entity and right.get("other_fields", "edit") != wanted:
                right.setdefault("fields", []).append({"field": key, "right": wanted})
