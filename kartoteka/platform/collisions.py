"""Collisions: properties that two sides changed, what either says, and who said the newer of it when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from babel import Locale

from kartoteka.metadata.definitions import Identity
from kartoteka.metadata.labels import title_from_key
from kartoteka.metadata.layers import is_keyed, item_name
from kartoteka.metadata.locales import LANGUAGES
from kartoteka.metadata.merging import ORDER, Choice, Clash, Path, merge_item, type_of
from kartoteka.metadata.problems import Message
from kartoteka.metadata.stack import Layer, in_normal_form
from kartoteka.metadata.trees import Tree
from kartoteka.platform.journal import Entry, LayersChange
from kartoteka.platform.web.sentences.words import PROPERTIES

Trees = Mapping[Identity, Tree]
Choices = Mapping[str, Choice]
"""By the name of a collision: keep what we have, or take what the other side says."""


@dataclass(frozen=True, slots=True)
class Collision:
    """A property of a definition that both sides changed. `mine` is kept unless somebody decides otherwise."""

    identity: Identity
    clash: Clash

    @property
    def name(self) -> str:
        """What names the property in forms and on the command line."""
        return collision_name(self.identity, *self.clash.path)


def collision_name(identity: Identity, *path: str) -> str:
    """Return the name of a property of a definition."""
    return "/".join(part for part in (*identity, *path) if part)


@dataclass(slots=True)
class _Asked:
    """Answers what collides out of the choices, and notes it."""

    identity: Identity
    choices: Choices
    found: list[Collision] = field(default_factory=list)

    def __call__(self, clash: Clash) -> Choice:
        collision = Collision(self.identity, clash)
        self.found.append(collision)
        chosen = self.choices.get(collision.name, clash.choices[0])
        return chosen if chosen in clash.choices else clash.choices[0]


def merge_definitions(
    old: Trees, theirs: Trees, mine: Trees, choices: Choices
) -> tuple[dict[Identity, Tree | None], list[Collision]]:
    """Return the definitions with what both sides made of `old`, None for those that are gone; and what collides."""
    result: dict[Identity, Tree | None] = {}
    collisions: list[Collision] = []
    for identity in sorted({*old, *theirs, *mine}):
        asked = _Asked(identity, choices)
        tree = merge_item(asked, (), old.get(identity), theirs.get(identity), mine.get(identity))
        result[identity] = tree if tree is None else in_normal_form(identity, tree)
        collisions += asked.found
    return result, collisions


ELLIPSIS = "…"
PACKAGE = "package"
"""Stands for the kind of definition where whole packages collide."""


@dataclass(frozen=True, slots=True)
class Disputed:
    """A collision, the publish that brought it about, and whether somebody has decided it."""

    collision: Collision
    by: Entry | None
    is_decided: bool
    label: Any = None
    """What the definition is called, if it is called anything."""

    def describe(self) -> Message:
        """Name what is disputed."""
        return thing(self.collision.identity, self.collision.clash.path, self.label)

    def what(self) -> Message:
        """Name the property of it that is disputed."""
        return property_of(self.collision.identity, self.collision.clash.path)

    def sides(self) -> Message:
        """Tell both values, and who changed it when."""
        clash = self.collision.clash
        params: dict[str, Any] = {"mine": told_value(clash.mine), "theirs": told_value(clash.theirs)}
        if self.by is not None:
            params |= {"number": self.by.number, "who": self.by.actor}
        return Message("collision.undo", params)


def thing(identity: Identity, path: Path, label: Any = None) -> Message:
    """Name the definition, or the field, that has a property."""
    params: dict[str, Any] = {"entity": identity.entity or identity.key, "label": label or title_from_key(identity.key)}
    if _is_in_field(identity, path):
        return Message("collision.field", {**params, "field": path[1]})
    return Message(f"collision.{identity.kind}", params)


def property_of(identity: Identity, path: Path) -> Message:
    """Name a property: the first one that people know by name, and the part of it that is meant."""
    if _is_in_field(identity, path):
        path = path[2:]
    known = next((name for name in path if name in PROPERTIES), None)
    if path[-1:] == (ORDER,):
        return Message("collision.order", {"property": known})
    if known is None:
        return Message("collision.whole")
    rest = path[path.index(known) + 1 :]
    return Message("collision.property", {"property": known, "part": _part(rest[0]) if rest else None})


def _part(name: str) -> str:
    """Return what a part of a property is called: a language by its own name, an item by its key."""
    return (Locale(name).get_language_name() or name).capitalize() if name in LANGUAGES else title_from_key(name)


def _is_in_field(identity: Identity, path: Path) -> bool:
    return identity.kind == "entity" and path[:1] == ("fields",) and path[1:2] not in ((), (ORDER,))


def told_value(value: Any) -> Any:
    """Return a value so that a sentence can tell it: items by their labels, None where there is nothing."""
    match value:
        case {"label": label}:
            return label
        case {"key": str(name)} | {"field": str(name)} | {"entity": str(name)} | {"type": str(name)}:
            return title_from_key(name)
        case dict():
            return value if value.keys() <= set(LANGUAGES) else ELLIPSIS
        case list():
            return [told_value(item) for item in value] or None
    return value


def disputed(collisions: Iterable[Collision], later: Sequence[LayersChange], choices: Choices) -> tuple[Disputed, ...]:
    """Return the collisions with who is behind each; `later` is what was published meanwhile, the newest first."""
    return tuple(Disputed(each, _culprit(each, later), each.name in choices) for each in collisions)


def _culprit(collision: Collision, later: Sequence[LayersChange]) -> Entry | None:
    """Return the newest publish that changed the property, or else its definition."""
    identity, path = collision.identity, collision.clash.path
    touching = [each for each in later if _touches(each, identity)]
    exact = (
        each.entry
        for each in touching
        for (layer, of), tree in each.after.items()
        if of == identity and value_at(tree, path) != value_at(each.before[layer, of], path)
    )
    return next(exact, touching[0].entry if touching else None)


def _touches(change: LayersChange, identity: Identity) -> bool:
    if identity.kind == PACKAGE:
        versions = [{each["key"]: each for each in side} for side in (change.manifests_before, change.manifests_after)]
        return versions[0].get(identity.key) != versions[1].get(identity.key) or any(
            layer == identity.key for layer, _ in change.after
        )
    return identity in change.touched


def value_at(tree: Any, path: Path) -> Any:
    """Return what a tree says at a path of properties and keys of items; None where it says nothing.

    The type of a field comes with its options, as it collides.
    """
    for place, name in enumerate(path):
        if name == ORDER and is_keyed(tree):
            return [item_name(item) for item in tree]
        if is_keyed(tree):
            tree = next((item for item in tree if item_name(item) == name), None)
        elif not isinstance(tree, dict):
            return None
        else:
            tree = type_of(tree) if name == "type" and path[place - 2 : place - 1] == ("fields",) else tree.get(name)
    return tree


def package_collision(key: str, old: Layer | None, theirs: Layer | None, mine: Layer | None) -> Collision:
    """Return the collision of a package that was changed again since: by versions."""
    old_version, their_version, my_version = (each.version if each else None for each in (old, theirs, mine))
    return Collision(Identity(PACKAGE, "", key), Clash((), PACKAGE, old_version, their_version, my_version))
