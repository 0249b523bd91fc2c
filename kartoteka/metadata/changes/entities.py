"""Changes of card types as wholes."""

from __future__ import annotations

from typing import ClassVar, cast

import msgspec

from kartoteka.metadata.catalog import Catalog
from kartoteka.metadata.changes.base import Change, EntityKey, Risk, differing, named
from kartoteka.metadata.definitions import Entity, Identity
from kartoteka.metadata.labels import Label
from kartoteka.metadata.problems import Message
from kartoteka.metadata.references import Names, with_names
from kartoteka.metadata.trees import Tree, read_definition


class AddEntity(Change, frozen=True, tag="add_entity"):
    """A new card type with its fields."""

    tree: Tree

    def describe(self) -> Message:
        """Name it and count its fields."""
        return Message("change.add_entity", {**named(self.tree), "count": len(self.tree.get("fields", ()))})

    def applied_to(self, catalog: Catalog) -> Catalog:
        """Put the entity in."""
        return catalog.with_definitions(_entity_of(self.tree))

    def inverse(self) -> Change:
        """Retire it."""
        return RetireEntity(tree=self.tree)

    def restored(self, revision: int | None) -> RestoreEntity:
        """Return the same as a return, with the data set aside in a revision."""
        return RestoreEntity(tree=self.tree, revision=revision)


class RestoreEntity(AddEntity, frozen=True, tag="restore_entity"):
    """A retired card type comes back with its data: those set aside in `revision`, the last ones by default."""

    revision: int | None = None

    def describe(self) -> Message:
        """Name it."""
        return Message("change.restore_entity", named(self.tree))


class RetireEntity(Change, frozen=True, tag="retire_entity"):
    """Take a card type out of use. Its tables stay until someone purges them."""

    risk: ClassVar[Risk] = "loss"
    tree: Tree

    def describe(self) -> Message:
        """Name it."""
        return Message("change.retire_entity", named(self.tree))

    def applied_to(self, catalog: Catalog) -> Catalog:
        """Take the entity out."""
        return catalog.without(Identity("entity", "", self.tree["key"]))

    def inverse(self) -> Change:
        """Bring it back with its data."""
        return RestoreEntity(tree=self.tree)


class ChangeEntity(Change, frozen=True, tag="change_entity"):
    """Other properties of a card type than its fields: labels, icon, title."""

    before: Tree
    after: Tree

    def describe(self) -> Message:
        """Name it and what changes."""
        return Message("change.change_entity", {**named(self.after), "properties": differing(self.before, self.after)})

    def applied_to(self, catalog: Catalog) -> Catalog:
        """Keep the fields, replace the rest."""
        entity = catalog.entities[self.before["key"]]
        return catalog.with_definitions(msgspec.structs.replace(_entity_of(self.after), fields=entity.fields))

    def inverse(self) -> Change:
        """Change it back."""
        return ChangeEntity(before=self.after, after=self.before)


class RenameEntity(Change, frozen=True, tag="rename_entity"):
    """A card type gets another key, and everything that names it follows; its tables stay as they are."""

    risk: ClassVar[Risk] = "care"
    entity: EntityKey
    to: str
    label: Label | None = None
    formerly: tuple[str, ...] | None = None
    """Its earlier keys from now on; None where they stay what they are."""
    was: tuple[str, ...] | None = None
    """Its earlier keys until now."""

    def describe(self) -> Message:
        """Name both keys."""
        return Message("change.rename_entity", {"from": self.entity, "to": self.to, "label": self.label or self.to})

    def applied_to(self, catalog: Catalog) -> Catalog:
        """Move the entity to its new key, and its lists, forms and cards with it."""
        moved = with_names(catalog, Names(entities={self.entity: self.to}))
        if self.formerly is None:
            return moved
        renamed = msgspec.structs.replace(moved.entities[self.to], formerly=self.formerly)
        return moved.with_definitions(renamed)

    def inverse(self) -> Change:
        """Rename it back."""
        back = msgspec.structs.replace(self, entity=self.to, to=self.entity)
        return msgspec.structs.replace(back, formerly=self.was, was=self.formerly)


def _entity_of(tree: Tree) -> Entity:
    return cast("Entity", read_definition(Identity("entity", "", tree["key"]), tree))
