"""Changes of every other kind of definition: each is put or removed as a whole."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from kartoteka.metadata.catalog import Catalog
from kartoteka.metadata.changes.base import Change, Risk, differing, named
from kartoteka.metadata.definitions import Definition, Identity, identity_of
from kartoteka.metadata.labels import Label, title_from_key
from kartoteka.metadata.problems import Message
from kartoteka.metadata.references import Names, with_names
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


class RenameDefinition(Change, frozen=True, tag="rename_definition"):
    """A list or a report gets another key, in addresses; what leads to it follows."""

    risk: ClassVar[Risk] = "care"
    identity: Identity
    to: str
    label: Label | None = None
    formerly: tuple[str, ...] = ()
    """Its earlier keys from now on."""
    was: tuple[str, ...] = ()
    """Its earlier keys until now."""

    def describe(self) -> Message:
        """Name both keys."""
        label = self.label or title_from_key(self.to)
        params = {"entity": self.identity.entity, "from": self.identity.key, "to": self.to, "label": label}
        return Message(f"change.rename_{self.identity.kind}", params)

    def applied_to(self, catalog: Catalog) -> Catalog:
        """Move the definition to its new key."""
        moved = with_names(catalog, Names(definitions={self.identity: self.to}))
        tree = {**moved.trees[self._moved], "formerly": self.formerly}
        return moved.with_definitions(read_definition(self._moved, tree))

    @property
    def _moved(self) -> Identity:
        return self.identity._replace(key=self.to)

    def inverse(self) -> Change:
        """Rename it back."""
        back = msgspec.structs.replace(self, identity=self._moved, to=self.identity.key)
        return msgspec.structs.replace(back, formerly=self.was, was=self.formerly)


def put(definition: Definition, before: Definition | None = None) -> PutDefinition:
    """Return the change that puts a definition in place of `before`."""
    return PutDefinition(
        identity=identity_of(definition), before=write(before) if before else None, after=write(definition)
    )
