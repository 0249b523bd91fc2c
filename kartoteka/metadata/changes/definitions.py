"""Changes of every other kind of definition: each is put or removed as a whole."""

from __future__ import annotations

from typing import ClassVar

from kartoteka.metadata.catalog import Catalog
from kartoteka.metadata.changes.base import Change, Risk, differing, named
from kartoteka.metadata.definitions import Definition, Identity, identity_of
from kartoteka.metadata.problems import Message
from kartoteka.metadata.trees import Tree, read_definition, write


class PutDefinition(Change, frozen=True, tag="put_definition"):
    """A list, form, card, report, role or menu is new or different."""

    identity: Identity
    before: Tree | None
    after: Tree

    def describe(self) -> Message:
        """Name it and whether it is new."""
        code = f"change.{'change' if self.before else 'add'}_{self.identity.kind}"
        params = {"entity": self.identity.entity, **named({"key": self.identity.key, **self.after})}
        return Message(code, {**params, "properties": differing(self.before or {}, self.after)})

    def applied_to(self, catalog: Catalog) -> Catalog:
        """Put it in."""
        return catalog.with_definitions(read_definition(self.identity, self.after))

    def inverse(self) -> Change:
        """Put the old one back, or take it out."""
        if self.before is None:
            return RemoveDefinition(identity=self.identity, before=self.after)
        return PutDefinition(identity=self.identity, before=self.after, after=self.before)


class RemoveDefinition(Change, frozen=True, tag="remove_definition"):
    """A list, form, card, report, role or menu is taken out."""

    risk: ClassVar[Risk] = "care"
    identity: Identity
    before: Tree

    def describe(self) -> Message:
        """Name it."""
        code = f"change.remove_{self.identity.kind}"
        names = named({"key": self.identity.key, **self.before})
        return Message(code, {"entity": self.identity.entity, **names})

    def applied_to(self, catalog: Catalog) -> Catalog:
        """Take it out."""
        return catalog.without(self.identity)

    def inverse(self) -> Change:
        """Put it back."""
        return PutDefinition(identity=self.identity, before=None, after=self.before)


def put(definition: Definition, before: Definition | None = None) -> PutDefinition:
    """Return the change that puts a definition in place of `before`."""
    return PutDefinition(
        identity=identity_of(definition), before=write(before) if before else None, after=write(definition)
    )
