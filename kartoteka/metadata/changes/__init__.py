"""Changes: one difference between two catalogs each. Data that describes itself, applies itself and has an inverse.

What a change does to tables is decided in `kartoteka.platform`; here is only what it does to a catalog.
"""

from kartoteka.metadata.changes.base import Change, Risk
from kartoteka.metadata.changes.definitions import PutDefinition, RemoveDefinition, RenameDefinition, put
from kartoteka.metadata.changes.entities import AddEntity, ChangeEntity, RenameEntity, RestoreEntity, RetireEntity
from kartoteka.metadata.changes.fields import AddField, FieldChange, OrderFields, RenameField, RestoreField, RetireField
from kartoteka.metadata.changes.purging import Purge, PurgeEntity, PurgeField
from kartoteka.metadata.changes.series import (
    AnyChange,
    apply_changes,
    changes_from_trees,
    changes_to_trees,
    entity_of,
    inverse_of,
)
from kartoteka.metadata.changes.values import ChangeField, ChangeType

__all__ = [
    "AddEntity",
    "AddField",
    "AnyChange",
    "Change",
    "ChangeEntity",
    "ChangeField",
    "ChangeType",
    "FieldChange",
    "OrderFields",
    "Purge",
    "PurgeEntity",
    "PurgeField",
    "PutDefinition",
    "RemoveDefinition",
    "RenameDefinition",
    "RenameEntity",
    "RenameField",
    "RestoreEntity",
    "RestoreField",
    "RetireEntity",
    "RetireField",
    "Risk",
    "apply_changes",
    "changes_from_trees",
    "changes_to_trees",
    "entity_of",
    "inverse_of",
    "put",
]
