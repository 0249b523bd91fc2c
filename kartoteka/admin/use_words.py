"""Uses in people's words, with the address of each."""

from __future__ import annotations

from kartoteka.admin.desk import Desk
from kartoteka.admin.entity_uses import uses_of_entity
from kartoteka.admin.tree import entity_url, list_url
from kartoteka.admin.uses import Use, uses_of_field
from kartoteka.metadata.definitions import Identity
from kartoteka.metadata.labels import label_in, title_from_key
from kartoteka.metadata.trees import Tree
from kartoteka.platform.web.contexts import Option
from kartoteka.platform.web.errors import N_

WORDS = {
    "formula": N_("“%(name)s” is calculated with it"),
    "title": N_("the title of a card is made of it; it will be made of the first text"),
    "subtitle": N_("it is in the second line that tells namesakes apart"),
    "owner": N_("it says whose card it is"),
    "activity": N_("it makes these cards things to do"),
    "pipeline": N_("it moves these cards through stages"),
    "filter": N_("asks by it, and is removed as a whole"),
    "columns": N_("shows it; the column is removed"),
    "form": N_("shows it; it is removed from there"),
    "card": N_("shows it; it is removed from there"),
    "related": N_("the linked cards “%(name)s” are removed"),
    "condition": N_("a right depends on it"),
    "right": N_("a right for it is removed"),
    "whole": N_("is removed"),
    "menu": N_("the entry is removed"),
    "link": N_("the field “%(name)s” leads there, and is retired with its values"),
}
KINDS = {
    "entity": N_("Card type"), "list": N_("List"), "form": N_("Form"), "card": N_("Card"), "report": N_("Report"),
    "role": N_("Role"), "menu": N_("Menu"),
}  # fmt: skip


def tell(desk: Desk, use: Use) -> Option:
    """Return a use as a sentence with the address where it can be looked at; `disabled` where it stands in the way."""
    name = _detail(desk, use)
    text = f"{place_name(desk, use.identity)}: {desk.say(WORDS[use.what]) % {'name': name}}"
    return Option(place_url(use.identity), text, disabled=use.drop is None)


def _detail(desk: Desk, use: Use) -> str:
    if use.what in ("formula", "link"):
        field = desk.catalog.field(use.identity.key, use.detail)
        return field.title(desk.language) if field else use.detail
    if use.what == "related":
        card = desk.catalog.trees[use.identity]
        found: Tree = next((each for each in card.get("related", ()) if each["key"] == use.detail), {})
        return label_in(found.get("label"), desk.language, title_from_key(use.detail or "x"))
    return use.detail


def place_name(desk: Desk, identity: Identity) -> str:
    """Return what a definition is called, with its kind and the card type it belongs to."""
    tree = desk.catalog.trees[identity]
    kind = desk.say(KINDS[identity.kind])
    entity = desk.catalog.entities.get(identity.entity)
    of = f" ({entity.names(desk.language)})" if entity else ""
    if identity.kind in ("form", "card", "menu"):
        return f"{kind}{of}"
    label = label_in(tree.get("label"), desk.language, title_from_key(identity.key))
    return desk.say("%(kind)s “%(label)s”") % {"kind": kind, "label": label} + of


def place_url(identity: Identity) -> str:
    """Return where a definition is configured, or looked at where the studio has no page for it."""
    match identity.kind:
        case "entity":
            return entity_url(identity.key)
        case "list":
            return list_url(identity.entity, identity.key)
        case "form" | "card":
            return f"{entity_url(identity.entity)}/{identity.kind}"
        case "role":
            return f"/-/admin/role/{identity.key}"
        case "report":
            return f"/-/reports/{identity.key}"
    return "/-/admin/menu"


def used_in(desk: Desk, entity: str, field: str) -> tuple[Option, ...]:
    """Return the places where a field is used, each once."""
    places = dict.fromkeys(use.identity for use in uses_of_field(desk.catalog, entity, field))
    return tuple(Option(place_url(place), place_name(desk, place)) for place in places)


def used_by_entity(desk: Desk, entity: str) -> tuple[Option, ...]:
    """Return the places outside a card type that name it, each once."""
    uses = uses_of_entity(desk.catalog, entity)
    places = dict.fromkeys(use.identity for use in uses if use.identity.entity != entity)
    return tuple(Option(place_url(place), place_name(desk, place)) for place in places)
