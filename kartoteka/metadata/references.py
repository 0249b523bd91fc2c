"""References: every place where a definition names a card type, a field or a path, and the same with other names.

Trees may be whole definitions or what a layer says of one; `whole` tells then what the layer leaves unsaid.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from kartoteka.metadata.catalog import Catalog
from kartoteka.metadata.definitions import Definition, Identity
from kartoteka.metadata.expressions import ExpressionError, Span, parse, unparse
from kartoteka.metadata.expressions.tree import Name, Node, Path, Related, walk
from kartoteka.metadata.expressions.tree import rewritten as with_parts
from kartoteka.metadata.paths import SYSTEM_LINKS
from kartoteka.metadata.trees import Tree, read_definition

FieldKey = tuple[str, str]
"""The keys of an entity and of one of its fields."""
FIELD_FORMULAS = ("expression", "default")


@dataclass(frozen=True, slots=True)
class Names:
    """What is called otherwise from now on; all the rest keeps its name.

    Entities stand by their new keys in all but the first mapping; `links` tells where each link leads.
    """

    entities: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[FieldKey, str] = field(default_factory=dict)
    definitions: Mapping[Identity, str] = field(default_factory=dict)
    links: Mapping[FieldKey, str] = field(default_factory=dict)

    def entity(self, key: str) -> str:
        """Return the key of a card type."""
        return self.entities.get(key, key)

    def field(self, entity: str, key: str) -> str:
        """Return the key of a field."""
        return self.fields.get((self.entity(entity), key), key)

    def identity(self, identity: Identity) -> Identity:
        """Return the identity of a definition."""
        if identity.kind == "entity":
            return identity._replace(key=self.entity(identity.key))
        moved = identity._replace(entity=self.entity(identity.entity))
        return moved._replace(key=self.definitions.get(moved, moved.key))

    def steps(self, entity: str, path: Path) -> Path:
        """Return a path from a card type over links."""
        here: str | None = self.entity(entity)
        found: list[str] = []
        for key in path:
            new = self.fields.get((here, key), key) if here else key
            found.append(new)
            here = self._target(here, key, new) if here else None
        return tuple(found)

    def _target(self, entity: str, *keys: str) -> str | None:
        found = (self.links.get((entity, key)) or SYSTEM_LINKS.get(key) for key in keys)
        return next((target for target in found if target), None)

    def path(self, entity: str, path: str) -> str:
        """Return a path as layouts write it."""
        return ".".join(self.steps(entity, tuple(path.split("."))))

    def expression(self, entity: str, text: str) -> str:
        """Return an expression about a card type; spaces and spelling stay as somebody wrote them."""
        written = text.casefold()
        if not any(key in written for key in (*(key for _, key in self.fields), *self.entities)):
            return text
        try:
            node = parse(text)
        except ExpressionError:
            return text
        changes = list(self._changes(entity, node))
        return _spliced(text, changes, self._renamed(entity, node)) if changes else text

    def _changes(self, entity: str, node: Node) -> Iterator[tuple[Span, str]]:
        """Yield the places in an expression where something is called otherwise now, and how."""
        for part in walk(node):
            if isinstance(part, Name) and (new := self.steps(entity, part.path)) != part.path:
                yield part.span, ".".join(new)
            if isinstance(part, Related):
                records = self.entity(part.entity), self.field(part.entity, part.link)
                if records != (part.entity, part.link):
                    yield part.source, ".".join(records)
                for argument in part.arguments:
                    yield from self._changes(part.entity, argument)

    def _renamed(self, entity: str, node: Node) -> Node:
        def change(part: Node) -> Node:
            if isinstance(part, Name):
                return replace(part, path=self.steps(entity, part.path))
            if isinstance(part, Related):
                inside = tuple(self._renamed(part.entity, argument) for argument in part.arguments)
                link = self.field(part.entity, part.link)
                return replace(part, entity=self.entity(part.entity), link=link, arguments=inside)
            return part

        return with_parts(node, change)


def _spliced(text: str, changes: Iterable[tuple[Span, str]], wanted: Node) -> str:
    """Write new names at the places where the parser found the old ones, so that the inverse gives the same text."""
    found = text
    for span, new in sorted(changes, key=lambda each: each[0].start, reverse=True):
        found = found[: span.start] + new + found[span.end :]
    try:
        return found if parse(found) == wanted else unparse(wanted)
    except ExpressionError:
        return unparse(wanted)


def links_of(catalog: Catalog) -> dict[FieldKey, str]:
    """Return where each link of a catalog leads."""
    return {
        (entity.key, field.key): field.type.links_to
        for entity in catalog.entities.values()
        for field in entity.fields
        if field.type.links_to
    }


def rewritten(names: Names, identity: Identity, tree: Tree, whole: Tree, *, keys: bool = True) -> Tree:
    """Return a definition's tree with the names as they are now; without `keys` an entity's own fields keep theirs."""
    return _Rewriter(names, keys).definition(identity, dict(tree), whole)


@dataclass(frozen=True, slots=True)
class _Rewriter:
    names: Names
    keys: bool

    def definition(self, identity: Identity, tree: Tree, whole: Tree) -> Tree:
        if identity.entity:
            tree["entity"] = self.names.entity(identity.entity)
        match identity.kind:
            case "entity":
                self._entity(identity.key, tree)
            case "list":
                self._question(identity.entity, tree)
            case "form":
                self._form(identity.entity, tree)
            case "card":
                self._card(identity.entity, tree, whole)
            case "report":
                self._report(tree, whole)
            case "role":
                self._each(tree, "entities", self._right)
            case "menu":
                self._each(tree, "groups", lambda group: self._each(group, "items", self._menu_item))
        if identity.kind not in ("entity", "menu", "role"):
            tree["key"] = self.names.identity(identity).key
        return tree

    def _each(self, tree: Tree, name: str, change: Callable[[Tree], object]) -> None:
        """Change every item of a list, which is copied."""
        items = tree.get(name)
        if isinstance(items, list):
            tree[name] = [dict(item) if isinstance(item, dict) else item for item in items]
            for item in tree[name]:
                if isinstance(item, dict):
                    change(item)

    def _set(self, tree: Tree, name: str, change: Callable[[str], str]) -> None:
        if isinstance(tree.get(name), str):
            tree[name] = change(tree[name])

    def _entity(self, key: str, tree: Tree) -> None:
        def field_key(name: str) -> str:
            return self.names.field(key, name)

        if self.keys:
            tree["key"] = self.names.entity(key)
            self._drop_doubles(key, tree)
        self._each(tree, "fields", lambda each: self._field(key, each))
        self._set(tree, "owner", field_key)
        self._set(tree, "title", lambda text: self.names.expression(key, text))
        if isinstance(tree.get("subtitle"), list):
            tree["subtitle"] = [self.names.path(key, path) for path in tree["subtitle"]]
        for name in ("activity", "pipeline"):
            if isinstance(tree.get(name), dict):
                named = tree[name].items()
                tree[name] = {part: field_key(each) if isinstance(each, str) else each for part, each in named}

    def _drop_doubles(self, entity: str, tree: Tree) -> None:
        """Leave out what a layer says of the old name of a field where it speaks of the new one besides."""
        fields = tree.get("fields") or []
        known = {each["key"] for each in fields}
        doubles = {key for key in known if key != self.names.field(entity, key) in known}
        if doubles:
            tree["fields"] = [each for each in fields if each["key"] not in doubles]

    def _field(self, entity: str, tree: Tree) -> None:
        for name in ("key", "after") if self.keys else ():
            self._set(tree, name, lambda key: self.names.field(entity, key))
        for name in FIELD_FORMULAS:
            self._set(tree, name, lambda text: self.names.expression(entity, text))
        self._set(tree, "target", self.names.entity)

    def _paths(self, entity: str, tree: Tree, *lists: str) -> None:
        for name in lists:
            self._each(tree, name, lambda item: self._item(entity, item))

    def _item(self, entity: str, item: Tree) -> None:
        self._set(item, "field", lambda path: self.names.path(entity, path))
        if "key" not in item:
            self._set(item, "after", lambda path: self.names.path(entity, path))

    def _question(self, entity: str, tree: Tree) -> None:
        self._set(tree, "filter", lambda text: self.names.expression(entity, text))
        self._paths(entity, tree, "columns", "sort", "groups", "measures")

    def _form(self, entity: str, tree: Tree) -> None:
        self._paths(entity, tree, "quick")
        section: Callable[[Tree], None] = lambda each: self._paths(entity, each, "items")  # noqa: E731
        self._each(tree, "tabs", lambda tab: self._each(tab, "sections", section))

    def _card(self, entity: str, tree: Tree, whole: Tree) -> None:
        self._paths(entity, tree, "header", "facts")
        known = {each["key"]: each.get("entity", "") for each in whole.get("related", ()) if "key" in each}
        self._each(tree, "related", lambda each: self._related(each, known.get(each.get("key"), "")))

    def _related(self, tree: Tree, known: str) -> None:
        entity: str = tree.get("entity", known)
        self._set(tree, "link", lambda key: self.names.field(entity, key))
        self._question(entity, tree)
        self._set(tree, "entity", self.names.entity)

    def _report(self, tree: Tree, whole: Tree) -> None:
        entity: str = tree.get("entity") or whole.get("entity") or ""
        self._question(entity, tree)
        self._set(tree, "entity", self.names.entity)

    def _right(self, tree: Tree) -> None:
        entity: str = tree.get("entity", "")
        self._set(tree, "condition", lambda text: self.names.expression(entity, text))
        self._paths(entity, tree, "fields")
        for name in ("entity", "after"):
            self._set(tree, name, self.names.entity)

    def _menu_item(self, tree: Tree) -> None:
        self._set(tree, "entity", self.names.entity)
        self._set(tree, "report", lambda key: self.names.identity(Identity("report", "", key)).key)


def with_names(catalog: Catalog, names: Names) -> Catalog:
    """Return the catalog with other names in every definition that has one of the old ones."""
    found: dict[Identity, Definition] = {}
    for identity, definition in catalog.definitions.items():
        tree, moved = catalog.trees[identity], names.identity(identity)
        changed = rewritten(names, identity, tree, tree)
        found[moved] = definition if changed == tree else read_definition(moved, changed)
    return Catalog(found)
