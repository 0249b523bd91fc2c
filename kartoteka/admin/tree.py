"""The tree at the left of the studio: card types, what each is made of, and what stands beside them."""

from __future__ import annotations

from collections.abc import Iterator

from kartoteka.admin.desk import Desk
from kartoteka.admin.layout_contexts import TreeNode
from kartoteka.metadata.definitions import Entity, Field, Identity
from kartoteka.metadata.labels import label_in, title_from_key
from kartoteka.metadata.trees import write
from kartoteka.platform.web.sentences.words import FIELD_TYPES

FIELDS, FORM, LISTS, CARD = "fields", "form", "lists", "card"
"""The parts of a card type, as the tree opens them."""


def entity_url(key: str) -> str:
    """Return where a card type is configured."""
    return f"/-/admin/entity/{key}"


def field_url(entity: str, key: str) -> str:
    """Return where a field is configured."""
    return f"{entity_url(entity)}/field/{key}"


def list_url(entity: str, key: str) -> str:
    """Return where a list is configured."""
    return f"{entity_url(entity)}/list/{key}"


def make_tree(desk: Desk, entity: Entity, open_part: str = FIELDS, chosen: str = "") -> tuple[TreeNode, ...]:
    """Return the tree with one card type opened, and in it one part and perhaps one line of it."""
    others = sorted(desk.catalog.entities.values(), key=lambda each: each.names(desk.language))
    lines = [_entity(desk, each, open_part, chosen) if each is entity else _closed(desk, each) for each in others]
    return (*lines, TreeNode(desk.say("New card type"), "/-/admin/new-entity", "plus"))


def _closed(desk: Desk, entity: Entity) -> TreeNode:
    mark, label = _mark(desk, _state_of_entity(desk, entity))
    return TreeNode(
        entity.names(desk.language), entity_url(entity.key), entity.icon,
        colour=entity.colour, mark=mark, mark_label=label,
    )  # fmt: skip


def _entity(desk: Desk, entity: Entity, open_part: str, chosen: str) -> TreeNode:
    url = entity_url(entity.key)
    children = (
        TreeNode(
            desk.say("Fields"), f"{url}/new-field", "forms", str(len(entity.fields)),
            open=open_part == FIELDS, children=tuple(_fields(desk, entity, chosen)),
        ),
        TreeNode(desk.say("Form"), f"{url}/form", "layout-list", current=open_part == FORM),
        TreeNode(desk.say("Card"), f"{url}/card", "cards", current=open_part == CARD),
        TreeNode(
            desk.say("Lists"), f"{url}/new-list", "table", str(len(desk.catalog.lists(entity.key))),
            open=open_part == LISTS, children=tuple(_lists(desk, entity, chosen)),
        ),
    )  # fmt: skip
    mark, label = _mark(desk, _state_of_entity(desk, entity))
    return TreeNode(
        entity.names(desk.language), url, entity.icon, colour=entity.colour, current=open_part == "",
        open=True, mark=mark, mark_label=label, children=children,
    )  # fmt: skip


def _fields(desk: Desk, entity: Entity, chosen: str) -> Iterator[TreeNode]:
    for field in entity.fields:
        mark, label = _mark(desk, _state_of_field(desk, entity.key, field))
        name = desk.say(FIELD_TYPES[field.type.name].name)
        url = field_url(entity.key, field.key)
        current = field.key == chosen
        yield TreeNode(field.title(desk.language), url, field.type.icon, name, "", current, False, mark, label)
    yield TreeNode(desk.say("Add field"), f"{entity_url(entity.key)}/new-field", "plus")


def _lists(desk: Desk, entity: Entity, chosen: str) -> Iterator[TreeNode]:
    for each in desk.catalog.lists(entity.key):
        identity = Identity("list", entity.key, each.key)
        mark, label = _mark(desk, _state(desk.unit.model.catalog.trees.get(identity), desk.catalog.trees[identity]))
        title = label_in(each.label, desk.language, title_from_key(each.key))
        url = list_url(entity.key, each.key)
        yield TreeNode(title, url, "table", current=each.key == chosen, mark=mark, mark_label=label)
    yield TreeNode(desk.say("Add list"), f"{entity_url(entity.key)}/new-list", "plus")


def _state_of_entity(desk: Desk, entity: Entity) -> str:
    now = desk.unit.model.catalog.entities.get(entity.key)
    return _state(now and write(now), write(entity))


def _state_of_field(desk: Desk, entity: str, field: Field) -> str:
    now = desk.unit.model.catalog.field(entity, field.key)
    return "" if now == field else "changed" if now else "new"


def _state(now: object, wanted: object) -> str:
    return "" if now == wanted else "changed" if now else "new"


def _mark(desk: Desk, state: str) -> tuple[str, str]:
    words = {"changed": desk.say("changed"), "new": desk.say("new"), "": ""}
    return state, words[state]
