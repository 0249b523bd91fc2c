"""Changes of what a field holds."""

from __future__ import annotations

from typing import ClassVar

from kartoteka.metadata.catalog import Catalog
from kartoteka.metadata.changes.base import Change, Risk, differing, named
from kartoteka.metadata.changes.fields import FieldChange
from kartoteka.metadata.problems import Message
from kartoteka.metadata.trees import Tree, read_field


class ChangeField(FieldChange, frozen=True, tag="change_field"):
    """Other properties or options of a field; every stored value still fits its columns."""

    before: Tree
    after: Tree

    def describe(self) -> Message:
        """Name the field and what changes."""
        names = differing(self.before, self.after)
        return Message("change.change_field", {"entity": self.entity, **named(self.after), "properties": names})

    def applied_to(self, catalog: Catalog) -> Catalog:
        """Replace in place."""
        after = read_field(self.after)
        return self._edited(catalog, lambda fields: [after if f.key == after.key else f for f in fields])

    def inverse(self) -> Change:
        """Change it back."""
        return type(self)(entity=self.entity, before=self.after, after=self.before)


class ChangeType(ChangeField, frozen=True, tag="change_type"):
    """A field holds another kind of value from now on; old values are converted into a new column."""

    risk: ClassVar[Risk] = "loss"

    def describe(self) -> Message:
        """Name the field and both types."""
        params = {"entity": self.entity, "from": self.before["type"], "to": self.after["type"]}
        return Message("change.change_type", {**params, **named(self.after)})
