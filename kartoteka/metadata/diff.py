"""What differs between two catalogs, as the changes that lead from one to the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from kartoteka.metadata.catalog import Catalog
from kartoteka.metadata.changes import (
    AddEntity,
    AddField,
    Change,
    ChangeEntity,
    ChangeField,
    ChangeType,
    OrderFields,
    PutDefinition,
    RemoveDefinition,
    RenameEntity,
    RenameField,
    RetireEntity,
    RetireField,
    apply_changes,
)
from kartoteka.metadata.definitions import Entity, Field
from kartoteka.metadata.trees import write


def diff(old: Catalog, new: Catalog) -> tuple[Change, ...]:
    """Return the changes that make `new` out of `old` (see `apply_changes`), in an order in which they can be made."""
    changes: list[Change] = []
    renamed = _renamed_entities(old, new)
    for before, after in renamed.items():
        changes.append(RenameEntity(entity=before, to=after, label=new.entities[after].label))
    middle = apply_changes(old, changes)
    for entity in new.entities.values():
        if entity.key not in middle.entities:
            changes.append(AddEntity(tree=write(entity)))
        else:
            changes.extend(_entity_changes(middle.entities[entity.key], entity, renamed))
    changes.extend(_definition_changes(old, new))
    changes.extend(RetireEntity(tree=write(e)) for e in middle.entities.values() if e.key not in new.entities)
    return tuple(changes)


def _renamed_entities(old: Catalog, new: Catalog) -> dict[str, str]:
    """Tell by `formerly` which old entities live on under a new key."""
    found: dict[str, str] = {}
    for entity in new.entities.values():
        if entity.key not in old.entities:
            before = next((key for key in entity.formerly if key in old.entities and key not in new.entities), None)
            if before:
                found[before] = entity.key
    return found


def _entity_changes(old: Entity, new: Entity, renamed_entities: Mapping[str, str]) -> Iterator[Change]:
    before, after = write(old), write(new)
    before.pop("fields", None), after.pop("fields", None)
    fields = {field.key: field for field in old.fields}
    order: list[str] = []
    renamed = _renamed_fields(old, new)
    for field in old.fields:
        order.append(renamed.get(field.key, field.key))
        if field.key in renamed:
            yield RenameField(entity=new.key, key=field.key, to=renamed[field.key])
            to = renamed[field.key]
            fields[to] = msgspec.structs.replace(fields.pop(field.key), key=to)
    for field in new.fields:
        if field.key not in fields:
            order.append(field.key)
            yield AddField(entity=new.key, field=write(field))
        elif fields[field.key] != field:
            yield _field_change(new.key, fields[field.key], field, renamed_entities)
    if before != after:
        yield ChangeEntity(before=before, after=after)
    wanted = tuple(field.key for field in new.fields)
    kept = set(wanted)
    for key in [key for key in order if key not in kept]:
        yield RetireField(entity=new.key, field=write(fields[key]), place=order.index(key))
        order.remove(key)
    if tuple(order) != wanted:
        yield OrderFields(entity=new.key, before=tuple(order), after=wanted)


def _renamed_fields(old: Entity, new: Entity) -> dict[str, str]:
    old_keys = {field.key for field in old.fields}
    new_keys = {field.key for field in new.fields}
    found: dict[str, str] = {}
    for field in new.fields:
        if field.key not in old_keys:
            before = next((key for key in field.formerly if key in old_keys and key not in new_keys), None)
            if before:
                found[before] = field.key
    return found


def _field_change(entity: str, old: Field, new: Field, renamed_entities: Mapping[str, str]) -> Change:
    """Return what becomes of a field. The ids of a link that leads elsewhere from now on mean nothing there."""
    same_columns = type(old.type) is type(new.type) and _columns(old) == _columns(new)
    target = old.type.links_to
    same_target = renamed_entities.get(target or "", target) == new.type.links_to
    change = ChangeField if same_columns and same_target else ChangeType
    return change(entity=entity, before=write(old), after=write(new))


def _columns(field: Field) -> list[tuple[str, str]]:
    return [(column.role, repr(column.type)) for column in field.type.columns()]


def _definition_changes(old: Catalog, new: Catalog) -> Iterator[Change]:
    for identity, tree in sorted(new.trees.items()):
        if identity.kind != "entity" and old.trees.get(identity) != tree:
            yield PutDefinition(identity=identity, before=old.trees.get(identity), after=tree)
    for identity, tree in sorted(old.trees.items()):
        if identity.kind != "entity" and identity not in new.definitions:
            yield RemoveDefinition(identity=identity, before=tree)
