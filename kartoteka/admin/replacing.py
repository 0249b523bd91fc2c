"""Another field in place of one that is retired: in layouts, formulas, conditions, reports and the menu's reports.

Rights to single fields are not handed on: nobody sees more of the other field than before.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kartoteka.admin.uses import Trees
from kartoteka.metadata.catalog import Catalog
from kartoteka.metadata.definitions import Field, Identity
from kartoteka.metadata.references import Names, links_of, rewritten
from kartoteka.metadata.trees import Tree


def replacements(catalog: Catalog, entity: str, key: str) -> tuple[Field, ...]:
    """Return the fields that hold the same kind of value, which can stand where this one does.

    What is calculated stands in for what is calculated alone: it can't be filled in, and may be calculated with this.
    """
    fields = catalog.fields(entity)
    wanted = fields[key].type
    return tuple(
        field
        for field in fields.values()
        if field.key != key
        and (field.type.kind, field.type.links_to) == (wanted.kind, wanted.links_to)
        and (wanted.computed or not field.type.computed)
    )


def put_in_place(trees: Trees, catalog: Catalog, entity: str, key: str, other: str) -> None:
    """Name `other` wherever `key` is named now, and take `key` out of its card type."""
    names = Names(fields={(entity, key): other}, links=links_of(catalog))
    for identity, tree in trees.items():
        before = _without_rights(tree, entity, key) if identity.kind == "role" else tree
        trees[identity] = _once(before, rewritten(names, identity, before, before, keys=False))
    fields = trees[Identity("entity", "", entity)]["fields"]
    trees[Identity("entity", "", entity)]["fields"] = [each for each in fields if each["key"] != key]


def _without_rights(role: Tree, entity: str, key: str) -> Tree:
    rights = [
        {**right, "fields": [each for each in right["fields"] if each["field"] != key]}
        if right["entity"] == entity and "fields" in right
        else right
        for right in role.get("entities", ())
    ]
    return {**role, "entities": rights} if "entities" in role else role


def _once(before: Any, after: Any, form: set[str] | None = None) -> Any:
    """Return what stands now, each field once in every list, where it may have been besides.

    `form` are the fields on the tabs of a form, where none stands twice.
    """
    if isinstance(after, dict):
        shown = form
        if "tabs" in after:
            shown = {new for old, new in _items(before["tabs"], after["tabs"]) if old == new}
        return {
            name: _once(before.get(name), each, shown if form is not None or name == "tabs" else None)
            for name, each in after.items()
        }
    if not isinstance(after, list) or len(before) != len(after):
        return after
    return _each_once(before, after, form)


def _each_once(before: list[Any], after: list[Any], form: set[str] | None) -> list[Any]:
    pairs = list(zip(before, after, strict=True))
    seen = {_name(new) for old, new in pairs if _name(old) == _name(new)} if form is None else form
    kept: list[Any] = []
    for old, new in pairs:
        name = _name(new)
        if name != _name(old):
            if name in seen:
                continue
            seen.add(name)
        kept.append(_once(old, new, form))
    return kept


def _items(before: Any, after: Any) -> Iterator[tuple[str, str]]:
    """Yield what the items of a form showed and show."""
    for old, new in zip(before, after, strict=True):
        yield _name(old), _name(new)
        for name in ("sections", "items"):
            yield from _items(old.get(name, ()), new.get(name, ()))


def _name(item: Any) -> str:
    """Return what an item shows, or is; empty for what has a key of its own and may show anything."""
    if isinstance(item, dict):
        return str(item.get("field", "")) if "key" not in item else ""
    return item if isinstance(item, str) else ""
