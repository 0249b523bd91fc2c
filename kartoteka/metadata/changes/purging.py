"""Destroying for good what was taken out of use, on a person's explicit word. Nothing of it can be taken back."""

from __future__ import annotations

from typing import ClassVar

from kartoteka.metadata.catalog import Catalog
from kartoteka.metadata.changes.base import Change, EntityKey, Risk, named
from kartoteka.metadata.problems import Conflict, Message
from kartoteka.metadata.trees import Tree


class Purge(Change, frozen=True, kw_only=True):
    """A purge: no change of the catalog, and the end of data."""

    risk: ClassVar[Risk] = "loss"
    revision: int
    """The publish that set the data aside."""

    def applied_to(self, catalog: Catalog) -> Catalog:
        """Leave the catalog as it is: what is purged has left it before."""
        return catalog

    def inverse(self) -> Change:
        """Raise Conflict: there is no way back."""
        raise Conflict("undo.purged")


class PurgeField(Purge, frozen=True, tag="purge_field"):
    """The values of a retired field are destroyed, those in the history of records too."""

    entity: EntityKey
    field: Tree

    def describe(self) -> Message:
        """Name the field."""
        return Message("change.purge_field", {"entity": self.entity, **named(self.field)})


class PurgeEntity(Purge, frozen=True, tag="purge_entity"):
    """The records of a retired card type are destroyed, with their history."""

    tree: Tree

    def describe(self) -> Message:
        """Name the card type."""
        return Message("change.purge_entity", named(self.tree))
