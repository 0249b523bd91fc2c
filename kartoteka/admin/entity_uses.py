"""Where a card type is used, and the definitions without it: layouts, links to it, reports, rights, the menu."""

from __future__ import annotations

from collections.abc import Iterator

from kartoteka.admin.uses import (
    Drop,
    Trees,
    Use,
    drop_definition,
    prune_menu,
    take_out_field,
    uses_of_field,
    without_related,
)
from kartoteka.metadata.catalog import Catalog
from kartoteka.metadata.definitions import Identity
from kartoteka.metadata.trees import Tree


def uses_of_entity(catalog: Catalog, entity: str) -> tuple[Use, ...]:
    """Return every place where a card type is used: layouts of its own, links to it, reports, rights, the menu."""
    found: list[Use] = []
    for identity, tree in sorted(catalog.trees.items()):
        found.extend(_uses_of_entity(catalog, entity, identity, tree))
    return tuple(sorted(found, key=lambda use: use.drop is not None))


def _uses_of_entity(catalog: Catalog, entity: str, identity: Identity, tree: Tree) -> Iterator[Use]:
    whole: Drop = lambda trees: drop_definition(trees, identity)  # noqa: E731
    if identity.entity == entity:
        yield Use(identity, "whole", drop=whole)
        return
    match identity.kind:
        case "entity" if identity.key != entity:
            yield from _links_to(catalog, entity, identity)
        case "card":
            for related in tree.get("related", ()):
                if related["entity"] == entity:
                    yield Use(identity, "related", related["key"], drop=without_related(identity, related["key"]))
        case "report" if tree["entity"] == entity:
            yield Use(identity, "whole", drop=whole)
        case "role" if any(right["entity"] == entity for right in tree.get("entities", ())):
            yield Use(identity, "right", drop=_without_right(identity, entity))
        case "menu":
            yield from _in_menu(entity, identity, tree)


def _links_to(catalog: Catalog, entity: str, identity: Identity) -> Iterator[Use]:
    """Yield the link fields that lead to a card type, and what these are used by in their turn."""
    for field in catalog.fields(identity.key).values():
        if field.type.links_to == entity:
            inner = uses_of_field(catalog, identity.key, field.key)
            yield from (use for use in inner if use.drop is None)
            yield Use(identity, "link", field.key, drop=_without_field(catalog, identity.key, field.key))


def _without_field(catalog: Catalog, entity: str, field: str) -> Drop:
    return lambda trees: take_out_field(trees, catalog, entity, field)


def _without_right(identity: Identity, entity: str) -> Drop:
    def drop(trees: Trees) -> None:
        trees[identity]["entities"] = [r for r in trees[identity]["entities"] if r["entity"] != entity]

    return drop


def _in_menu(entity: str, identity: Identity, tree: Tree) -> Iterator[Use]:
    items = [item for group in tree.get("groups", ()) for item in group.get("items", ())]
    if any(item.get("entity") == entity for item in items):

        def drop(trees: Trees) -> None:
            for group in trees[identity]["groups"]:
                group["items"] = [item for item in group.get("items", ()) if item.get("entity") != entity]

        yield Use(identity, "menu", drop=drop)


def take_out_entity(trees: Trees, catalog: Catalog, entity: str) -> None:
    """Take a card type out, and everything that is about it."""
    for use in uses_of_entity(catalog, entity):
        if use.drop is not None and use.identity in trees:
            use.drop(trees)
    prune_menu(trees)
    trees.pop(Identity("entity", "", entity))
