"""Changes: one difference between two catalogs each. Data that describes itself, applies itself and has an inverse.

What a change does to tables is decided in `kartoteka.platform`; here is only what it does to a catalog.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Annotated, ClassVar, Literal, cast

import msgspec
from msgspec import Meta, Struct

from kartoteka.metadata.catalog import Catalog
from kartoteka.metadata.definitions import Definition, Entity, Field, Identity, identity_of
from kartoteka.metadata.labels import Label, title_from_key
from kartoteka.metadata.problems import Message
from kartoteka.metadata.trees import Tree, read_definition, read_field, write

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


class AddEntity(Change, frozen=True, tag="add_entity"):
    """A new card type with its fields."""

    tree: Tree

    def describe(self) -> Message:
        """Name it and count its fields."""
        return Message("change.add_entity", {**_named(self.tree), "count": len(self.tree.get("fields", ()))})

    def applied_to(self, catalog: Catalog) -> Catalog:
        """Put the entity in."""
        return catalog.with_definitions(_entity_of(self.tree))

    def inverse(self) -> Change:
        """Retire it."""
        return RetireEntity(tree=self.tree)


class RestoreEntity(AddEntity, frozen=True, tag="restore_entity"):
    """A retired card type comes back with its data: those set aside in `revision`, the last ones by default."""

    revision: int | None = None

    def describe(self) -> Message:
        """Name it."""
        return Message("change.restore_entity", _named(self.tree))


class RetireEntity(Change, frozen=True, tag="retire_entity"):
    """Take a card type out of use. Its tables stay until someone purges them."""

    risk: ClassVar[Risk] = "loss"
    tree: Tree

    def describe(self) -> Message:
        """Name it."""
        return Message("change.retire_entity", _named(self.tree))

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
        return Message(
            "change.change_entity", {**_named(self.after), "properties": _differing(self.before, self.after)}
        )

    def applied_to(self, catalog: Catalog) -> Catalog:
        """Keep the fields, replace the rest."""
        entity = catalog.entities[self.before["key"]]
        return catalog.with_definitions(msgspec.structs.replace(_entity_of(self.after), fields=entity.fields))

    def inverse(self) -> Change:
        """Change it back."""
        return ChangeEntity(before=self.after, after=self.before)


class RenameEntity(Change, frozen=True, tag="rename_entity"):
    """A card type gets another key; its tables stay as they are."""

    risk: ClassVar[Risk] = "care"
    entity: EntityKey
    to: str
    label: Label | None = None

    def describe(self) -> Message:
        """Name both keys."""
        return Message("change.rename_entity", {"from": self.entity, "to": self.to, "label": self.label or self.to})

    def applied_to(self, catalog: Catalog) -> Catalog:
        """Move the entity to its new key."""
        renamed = msgspec.structs.replace(catalog.entities[self.entity], key=self.to)
        return catalog.without(Identity("entity", "", self.entity)).with_definitions(renamed)

    def inverse(self) -> Change:
        """Rename it back."""
        return RenameEntity(entity=self.to, to=self.entity, label=self.label)


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
        return Message("change.add_field", {"entity": self.entity, **_named(self.field), "type": self.field["type"]})

    def applied_to(self, catalog: Catalog) -> Catalog:
        """Put the field in."""

        def insert(fields: list[Field]) -> list[Field]:
            place = len(fields) if self.place is None else self.place
            return [*fields[:place], read_field(self.field), *fields[place:]]

        return self._edited(catalog, insert)

    def inverse(self) -> Change:
        """Retire it."""
        return RetireField(entity=self.entity, field=self.field, place=self.place)


class RestoreField(AddField, frozen=True, tag="restore_field"):
    """A retired field comes back with its data: those set aside in `revision`, the last ones where none is given."""

    revision: int | None = None

    def describe(self) -> Message:
        """Name the field."""
        return Message("change.restore_field", {"entity": self.entity, **_named(self.field)})


class RetireField(FieldChange, frozen=True, tag="retire_field"):
    """Take a field out of use. Its column and data stay until someone purges them."""

    risk: ClassVar[Risk] = "loss"
    field: Tree
    place: int | None = None

    def describe(self) -> Message:
        """Name the field."""
        return Message("change.retire_field", {"entity": self.entity, **_named(self.field)})

    def applied_to(self, catalog: Catalog) -> Catalog:
        """Take the field out."""
        return self._edited(catalog, lambda fields: [f for f in fields if f.key != self.field["key"]])

    def inverse(self) -> Change:
        """Bring it back with its data."""
        return RestoreField(entity=self.entity, field=self.field, place=self.place)


class RenameField(FieldChange, frozen=True, tag="rename_field"):
    """A field gets another key; its columns stay as they are."""

    risk: ClassVar[Risk] = "care"
    key: str
    to: str

    def describe(self) -> Message:
        """Name both keys."""
        return Message("change.rename_field", {"entity": self.entity, "from": self.key, "to": self.to})

    def applied_to(self, catalog: Catalog) -> Catalog:
        """Rename in place."""
        rename = msgspec.structs.replace
        return self._edited(
            catalog, lambda fields: [rename(f, key=self.to) if f.key == self.key else f for f in fields]
        )

    def inverse(self) -> Change:
        """Rename it back."""
        return RenameField(entity=self.entity, key=self.to, to=self.key)


class ChangeField(FieldChange, frozen=True, tag="change_field"):
    """Other properties or options of a field; every stored value still fits its columns."""

    before: Tree
    after: Tree

    def describe(self) -> Message:
        """Name the field and what changes."""
        names = _differing(self.before, self.after)
        return Message("change.change_field", {"entity": self.entity, **_named(self.after), "properties": names})

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
        return Message("change.change_type", {**params, **_named(self.after)})


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


class PutDefinition(Change, frozen=True, tag="put_definition"):
    """A list, form, card, report, role or menu is new or different."""

    identity: Identity
    before: Tree | None
    after: Tree

    def describe(self) -> Message:
        """Name it and whether it is new."""
        code = f"change.{'change' if self.before else 'add'}_{self.identity.kind}"
        params = {"entity": self.identity.entity, **_named({"key": self.identity.key, **self.after})}
        return Message(code, {**params, "properties": _differing(self.before or {}, self.after)})

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
        named = _named({"key": self.identity.key, **self.before})
        return Message(code, {"entity": self.identity.entity, **named})

    def applied_to(self, catalog: Catalog) -> Catalog:
        """Take it out."""
        return catalog.without(self.identity)

    def inverse(self) -> Change:
        """Put it back."""
        return PutDefinition(identity=self.identity, before=None, after=self.before)


AnyChange = (
    AddEntity
    | RestoreEntity
    | RetireEntity
    | ChangeEntity
    | RenameEntity
    | AddField
    | RestoreField
    | RetireField
    | RenameField
    | ChangeField
    | ChangeType
    | OrderFields
    | PutDefinition
    | RemoveDefinition
)


def changes_to_trees(changes: Iterable[Change]) -> list[Tree]:
    """Return changes as JSON, for drafts and the journal."""
    return cast("list[Tree]", msgspec.json.decode(msgspec.json.encode(list(changes))))


def changes_from_trees(trees: list[Tree]) -> tuple[Change, ...]:
    """Read changes back."""
    return msgspec.convert(trees, tuple[AnyChange, ...])


def apply_changes(catalog: Catalog, changes: Iterable[Change]) -> Catalog:
    """Return the catalog with all changes made, in order."""
    for change in changes:
        catalog = change.applied_to(catalog)
    return catalog


def inverse_of(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Return the changes that take all of these back."""
    return tuple(change.inverse() for change in reversed(tuple(changes)))


def put(definition: Definition, before: Definition | None = None) -> PutDefinition:
    """Return the change that puts a definition in place of `before`."""
    return PutDefinition(
        identity=identity_of(definition), before=write(before) if before else None, after=write(definition)
    )


def _entity_of(tree: Tree) -> Entity:
    return cast("Entity", read_definition(Identity("entity", "", tree["key"]), tree))


def _named(tree: Tree) -> Tree:
    return {"key": tree["key"], "label": tree.get("label") or title_from_key(tree["key"])}


def _differing(before: Tree, after: Tree) -> list[str]:
    names = {**before, **after}
    return [name for name in names if before.get(name) != after.get(name)]
