"""What every change is: data that describes itself, applies itself and has an inverse."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from msgspec import Meta, Struct

from kartoteka.metadata.catalog import Catalog
from kartoteka.metadata.labels import title_from_key
from kartoteka.metadata.problems import Message
from kartoteka.metadata.trees import Tree

Risk = Literal["harmless", "care", "loss"]
"""`harmless` publishes in one click; `care` may surprise somebody; `loss` takes something out of sight."""


class Change(Struct, frozen=True, kw_only=True, tag_field="change", omit_defaults=True):
    """One difference between two catalogs. Definitions are kept as trees, so that a journal can hold it."""

    risk: ClassVar[Risk] = "harmless"

    def describe(self) -> Message:
        """Return what will happen, as a sentence to be said."""
        raise NotImplementedError

    def applied_to(self, catalog: Catalog) -> Catalog:
        """Return the catalog with the change made."""
        raise NotImplementedError

    def inverse(self) -> Change:
        """Return the change that takes this one back."""
        raise NotImplementedError


EntityKey = Annotated[str, Meta(description="Key of the card type.")]


def named(tree: Tree) -> Tree:
    """Return what a sentence needs to name an entity, a field or another definition."""
    return {"key": tree["key"], "label": tree.get("label") or title_from_key(tree["key"])}


def differing(before: Tree, after: Tree) -> list[str]:
    """Return the names of the properties that differ."""
    names = {**before, **after}
    return [name for name in names if before.get(name) != after.get(name)]
