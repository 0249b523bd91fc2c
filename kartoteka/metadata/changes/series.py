"""Changes in a row: as JSON and back, made and taken back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

import msgspec

from kartoteka.metadata.catalog import Catalog
from kartoteka.metadata.changes.base import Change
from kartoteka.metadata.changes.definitions import PutDefinition, RemoveDefinition, RenameDefinition
from kartoteka.metadata.changes.entities import AddEntity, ChangeEntity, RenameEntity, RestoreEntity, RetireEntity
from kartoteka.metadata.changes.fields import AddField, OrderFields, RenameField, RestoreField, RetireField
from kartoteka.metadata.changes.purging import PurgeEntity, PurgeField
from kartoteka.metadata.changes.values import ChangeField, ChangeType
from kartoteka.metadata.trees import Tree

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
    | RenameDefinition
    | PurgeField
    | PurgeEntity
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


def entity_of(change: Change) -> str:
    """Return the key of the card type that a change is about; empty for roles, reports and the menu."""
    identity = getattr(change, "identity", None)
    if identity is not None:
        return str(identity.entity)
    tree = getattr(change, "tree", None) or getattr(change, "before", None)
    return str(getattr(change, "entity", "") or (tree["key"] if isinstance(tree, dict) else ""))
