"""Changes of which fields a card type has, under which keys and in which order."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import ClassVar

import msgspec

from kartoteka.metadata.catalog import Catalog
from kartoteka.metadata.changes.base import Change, EntityKey, Risk, named
from kartoteka.metadata.definitions import Field
from kartoteka.metadata.problems import Message
from kartoteka.metadata.references import Names, links_of, with_names
from kartoteka.metadata.trees import Tree, read_field


class FieldChange(Change, frozen=True, kw_only=True):
    """A change inside one entity."""

    entity: EntityKey

    def _edited(self, catalog: Catalog, edit: Callable[[list[Field]], Iterable[Field]]) -> Catalog:
        entity = catalog.entities[self.entity]
        return catalog.with_definitions(msgspec.structs.replace(entity, fields=tuple(edit(list(entity.fields)))))


class AddField(FieldChange, frozen=True, tag="add_field"):
    """A new field: at that place among its entity's fields, at the end where none is given."""

    field: Tree
    place: int | None = None

    def describe(self) -> Message:
        """Name the field and its type."""
        return Message("change.add_field", {"entity": self.entity, **named(self.field), "type": self.field["type"]})

    def applied_to(self, catalog: Catalog) -> Catalog:
        """Put the field in."""

        def insert(fields: list[Field]) -> list[Field]:
            place = len(fields) if self.place is None else self.place
            return [*fields[:place], read_field(self.field), *fields[place:]]

        return self._edited(catalog, insert)

    def inverse(self) -> Change:
        """Retire it."""
        return RetireField(entity=self.entity, field=self.field, place=self.place)

    def restored(self, revision: int | None) -> RestoreField:
        """Return the same as a return, with the data set aside in a revision."""
        return RestoreField(entity=self.entity, field=self.field, place=self.place, revision=revision)


class RestoreField(AddField, frozen=True, tag="restore_field"):
    """A retired field comes back with its data: those set aside in `revision`, the last ones where none is given."""

    revision: int | None = None

    def describe(self) -> Message:
        """Name the field."""
        return Message("change.restore_field", {"entity": self.entity, **named(self.field)})


class RetireField(FieldChange, frozen=True, tag="retire_field"):
    """Take a field out of use. Its column and data stay until someone purges them."""

    risk: ClassVar[Risk] = "loss"
    field: Tree
    place: int | None = None

    def describe(self) -> Message:
        """Name the field."""
        return Message("change.retire_field", {"entity": self.entity, **named(self.field)})

    def applied_to(self, catalog: Catalog) -> Catalog:
        """Take the field out."""
        return self._edited(catalog, lambda fields: [f for f in fields if f.key != self.field["key"]])

    def inverse(self) -> Change:
        """Bring it back with its data."""
        return RestoreField(entity=self.entity, field=self.field, place=self.place)


class RenameField(FieldChange, frozen=True, tag="rename_field"):
    """A field gets another key, and everything that names it follows; its columns stay as they are."""

    risk: ClassVar[Risk] = "care"
    key: str
    to: str
    formerly: tuple[str, ...] | None = None
    """Its earlier keys from now on; None where they stay what they are."""
    was: tuple[str, ...] | None = None
    """Its earlier keys until now."""

    def describe(self) -> Message:
        """Name both keys."""
        return Message("change.rename_field", {"entity": self.entity, "from": self.key, "to": self.to})

    def applied_to(self, catalog: Catalog) -> Catalog:
        """Rename in place, and wherever the field is named."""
        renamed = with_names(catalog, Names(fields={(self.entity, self.key): self.to}, links=links_of(catalog)))
        if self.formerly is None:
            return renamed
        formerly, replace = self.formerly, msgspec.structs.replace
        return self._edited(
            renamed, lambda fields: [replace(f, formerly=formerly) if f.key == self.to else f for f in fields]
        )

    def inverse(self) -> Change:
        """Rename it back."""
        back = msgspec.structs.replace(self, key=self.to, to=self.key)
        return msgspec.structs.replace(back, formerly=self.was, was=self.formerly)


class OrderFields(FieldChange, frozen=True, tag="order_fields"):
    """The fields of an entity in another order."""

    before: tuple[str, ...]
    after: tuple[str, ...]

    def describe(self) -> Message:
        """Name the entity."""
        return Message("change.order_fields", {"entity": self.entity})

    def applied_to(self, catalog: Catalog) -> Catalog:
        """Sort the fields."""
        place = {key: number for number, key in enumerate(self.after)}
        return self._edited(catalog, lambda fields: sorted(fields, key=lambda f: place.get(f.key, len(place))))

    def inverse(self) -> Change:
        """Sort them back."""
        return OrderFields(entity=self.entity, before=self.after, after=self.before)
