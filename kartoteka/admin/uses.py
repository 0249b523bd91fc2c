"""Where a field or a card type is used, and the definitions without it.

What names it in passing (a column, a fact, a place on a form, a right) goes with it. A list, a report or a related list
that asks by it has lost its meaning and goes as a whole. What calculates or grants by it stands in the way: a formula,
a default, a role's condition, an owner whom rights go by. Nobody's rights become wider by taking something out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kartoteka.metadata.catalog import Catalog
from kartoteka.metadata.definitions import Identity
from kartoteka.metadata.expressions import ExpressionError, parse
from kartoteka.metadata.paths import Resolved, fields_read, resolve
from kartoteka.metadata.trees import Tree

Trees = dict[Identity, Tree]
Drop = Callable[[Trees], None]


@dataclass(frozen=True, slots=True)
class Use:
    """A place where something is used. `what` says how; `drop` takes it out, None where it stands in the way."""

    identity: Identity
    what: str
    detail: str = ""
    drop: Drop | None = None


@dataclass(frozen=True, slots=True)
class _Search:
    """Looks for one field, or with no field for all links to one card type."""

    catalog: Catalog
    entity: str
    field: str

    def is_meant(self, entity: str, path: str) -> bool:
        """Tell whether a path from `entity` passes the field."""
        found = resolve(self.catalog, entity, path.split("."))
        return found is not None and self._passes(found)

    def _passes(self, found: Resolved) -> bool:
        wanted = (self.entity, self.field)
        return (found.entity, found.key) == wanted or any((step.entity, step.key) == wanted for step in found.steps)

    def is_in(self, entity: str, expression: str | None) -> bool:
        """Tell whether an expression about `entity` names the field."""
        try:
            node = parse(expression) if expression else None
        except ExpressionError:
            return False
        return node is not None and any(map(self._passes, fields_read(self.catalog, entity, node)))


def uses_of_field(catalog: Catalog, entity: str, field: str) -> tuple[Use, ...]:
    """Return every place where a field is used, the ones that stand in the way first."""
    search = _Search(catalog, entity, field)
    found = [use for identity, tree in sorted(catalog.trees.items()) for use in _uses(search, identity, tree)]
    return tuple(sorted(found, key=lambda use: use.drop is not None))


def _uses(search: _Search, identity: Identity, tree: Tree) -> Iterator[Use]:
    match identity.kind:
        case "entity":
            yield from _in_entity(search, identity, tree)
        case "list":
            yield from _in_question(search, identity, tree, ("columns", "sort"), identity.entity)
        case "form":
            yield from _in_form(search, identity, tree)
        case "card":
            yield from _in_card(search, identity, tree)
        case "report":
            yield from _in_question(search, identity, tree, ("columns", "groups", "measures", "sort"), tree["entity"])
        case "role":
            yield from _in_role(search, identity, tree)


def _in_entity(search: _Search, identity: Identity, tree: Tree) -> Iterator[Use]:
    key = identity.key
    for field in tree.get("fields", ()):
        for name in ("expression", "default"):
            if (key, field["key"]) != (search.entity, search.field) and search.is_in(key, field.get(name)):
                yield Use(identity, "formula", field["key"])
    if search.is_in(key, tree.get("title")):
        yield Use(identity, "title", drop=_without_property(identity, "title"))
    if any(search.is_meant(key, path) for path in tree.get("subtitle", ())):
        yield Use(identity, "subtitle", drop=_without_paths(search, identity, "subtitle", key))
    if key == search.entity:
        yield from _mechanisms(search, identity, tree)


def _mechanisms(search: _Search, identity: Identity, tree: Tree) -> Iterator[Use]:
    """Yield what makes cards things to do or lets them move through stages: half of it means nothing."""
    if tree.get("owner") == search.field:
        yield Use(identity, "owner")
    for name in ("activity", "pipeline"):
        parts: Mapping[str, Any] = tree.get(name) or {}
        if search.field in parts.values():
            yield Use(identity, name)


def _in_question(search: _Search, identity: Identity, tree: Tree, parts: tuple[str, ...], entity: str) -> Iterator[Use]:
    if search.is_in(entity, tree.get("filter")):
        yield Use(identity, "filter", drop=lambda trees: drop_definition(trees, identity))
        return
    used = [
        name for name in parts if any(search.is_meant(entity, each.get("field") or "") for each in tree.get(name, ()))
    ]
    if used:
        yield Use(identity, "columns", drop=_without_items(search, identity, used, entity))


def _in_form(search: _Search, identity: Identity, tree: Tree) -> Iterator[Use]:
    if identity.entity != search.entity:
        return
    items = [
        item for tab in tree.get("tabs", ()) for section in tab.get("sections", ()) for item in section.get("items", ())
    ]
    if any(item["field"] == search.field for item in (*items, *tree.get("quick", ()))):

        def drop(trees: Trees) -> None:
            form = trees[identity]
            form["quick"] = [item for item in form.get("quick", ()) if item["field"] != search.field]
            for tab in form.get("tabs", ()):
                for section in tab.get("sections", ()):
                    section["items"] = [i for i in section.get("items", ()) if i["field"] != search.field]

        yield Use(identity, "form", drop=drop)


def _in_card(search: _Search, identity: Identity, tree: Tree) -> Iterator[Use]:
    facts = [
        name
        for name in ("header", "facts")
        if any(search.is_meant(identity.entity, f["field"]) for f in tree.get(name, ()))
    ]
    if facts:
        yield Use(identity, "card", drop=_without_items(search, identity, facts, identity.entity))
    for related in tree.get("related", ()):
        by_link = (related["entity"], related["link"]) == (search.entity, search.field)
        if by_link or search.is_in(related["entity"], related.get("filter")):
            yield Use(identity, "related", related["key"], drop=without_related(identity, related["key"]))
        elif any(search.is_meant(related["entity"], each["field"]) for each in _listed(related)):
            yield Use(identity, "card", related["key"], drop=_without_related_columns(search, identity, related["key"]))


def _listed(related: Tree) -> list[Tree]:
    return [*related.get("columns", ()), *related.get("sort", ())]


def _in_role(search: _Search, identity: Identity, tree: Tree) -> Iterator[Use]:
    for right in tree.get("entities", ()):
        if search.is_in(right["entity"], right.get("condition")):
            yield Use(identity, "condition")
        if right["entity"] == search.entity and any(f["field"] == search.field for f in right.get("fields", ())):

            def drop(trees: Trees, entity: str = right["entity"]) -> None:
                for each in trees[identity]["entities"]:
                    if each["entity"] == entity:
                        each["fields"] = [f for f in each.get("fields", ()) if f["field"] != search.field]

            yield Use(identity, "right", drop=drop)


def _without_property(identity: Identity, name: str) -> Drop:
    return lambda trees: trees[identity].pop(name, None)


def _without_paths(search: _Search, identity: Identity, name: str, entity: str) -> Drop:
    def drop(trees: Trees) -> None:
        trees[identity][name] = [p for p in trees[identity].get(name, ()) if not search.is_meant(entity, p)]

    return drop


def _without_items(search: _Search, identity: Identity, parts: list[str], entity: str) -> Drop:
    def drop(trees: Trees) -> None:
        tree = trees[identity]
        for name in parts:
            tree[name] = [each for each in tree[name] if not search.is_meant(entity, each.get("field") or "")]
        measures = {each["key"] for each in tree.get("measures", ())}
        if tree.get("chart") and tree["chart"]["measure"] not in measures:
            tree.pop("chart")

    return drop


def without_related(identity: Identity, key: str) -> Drop:
    """Return what takes a related list out of a card."""

    def drop(trees: Trees) -> None:
        trees[identity]["related"] = [each for each in trees[identity]["related"] if each["key"] != key]

    return drop


def _without_related_columns(search: _Search, identity: Identity, key: str) -> Drop:
    def drop(trees: Trees) -> None:
        for each in trees[identity]["related"]:
            if each["key"] == key:
                for name in ("columns", "sort"):
                    kept = [c for c in each.get(name, ()) if not search.is_meant(each["entity"], c["field"])]
                    each[name] = kept

    return drop


def drop_definition(trees: Trees, identity: Identity) -> None:
    """Take a whole definition out."""
    trees.pop(identity, None)


def take_out_field(trees: Trees, catalog: Catalog, entity: str, field: str) -> None:
    """Take a field out of its card type and of every place that does not stand in the way."""
    for use in uses_of_field(catalog, entity, field):
        if use.drop is not None and use.identity in trees:
            use.drop(trees)
    prune_menu(trees)
    tree = trees[Identity("entity", "", entity)]
    tree["fields"] = [each for each in tree["fields"] if each["key"] != field]


def prune_menu(trees: Trees) -> None:
    """Take entries of the menu out whose report has gone."""
    reports = {identity.key for identity in trees if identity.kind == "report"}
    for identity, tree in trees.items():
        if identity.kind == "menu":
            for group in tree.get("groups", ()):
                group["items"] = [i for i in group.get("items", ()) if i.get("report") in (None, *reports)]
