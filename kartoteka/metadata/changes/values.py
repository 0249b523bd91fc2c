"""Changes of what a field holds."""

from __future__ import annotations

from typing import ClassVar

from msgspec import Struct, structs

from kartoteka.metadata.catalog import Catalog
from kartoteka.metadata.changes.base import Change, Risk, differing, named
from kartoteka.metadata.changes.fields import FieldChange
from kartoteka.metadata.conversions.decisions import UNDECIDED, Decision
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


class Shadow(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What an undo finds beside the values of now: those that a publish set aside, and how it converted them."""

    revision: int | None = None
    """None where they are not to be had any more: the values of now are converted back."""
    key: str = ""
    """The field's key of that time, under which they were set aside; it may have another one since."""
    decision: Decision = UNDECIDED
    languages: tuple[str, ...] = ()


class ChangeType(ChangeField, frozen=True, tag="change_type"):
    """A field holds another kind of value, or other options, from now on.

    Its values are converted into new columns as `decision` says; the old columns are set aside as they are.
    """

    risk: ClassVar[Risk] = "loss"
    decision: Decision = UNDECIDED
    languages: tuple[str, ...] = ()
    """Those of the packages: in which texts are read."""
    shadow: Shadow | None = None
    """Set where this takes another change of type back."""

    def describe(self) -> Message:
        """Name the field and both types."""
        params = {"entity": self.entity, **named(self.after)}
        if self.before["type"] == self.after["type"]:
            return Message("change.change_values", params)
        return Message("change.change_type", {"from": self.before["type"], "to": self.after["type"], **params})

    def inverse(self) -> Change:
        """Change it back: with the values that were set aside, and later edits kept."""
        shadow = Shadow(decision=self.decision, languages=self.languages)
        decision = self.shadow.decision if self.shadow else UNDECIDED
        return ChangeType(
            entity=self.entity,
            before=self.after,
            after=self.before,
            decision=decision,
            languages=self.languages,
            shadow=shadow,
        )

    def found_at(self, revision: int, change: ChangeField) -> ChangeType:
        """Return this way back as a change that is about to be made: with the values set aside at that revision.

        They are of use where the field gets the very type that it had; else those of now are converted.
        """
        same = read_field(self.after).type == read_field(change.after).type
        there = structs.replace(self.shadow or Shadow(), revision=revision, key=self.before["key"])
        shadow = there if same else None
        return structs.replace(self, entity=change.entity, before=change.before, after=change.after, shadow=shadow)
