"""What differs between two catalogs, as the changes that lead from one to the other."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator

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
    RenameDefinition,
    RenameEntity,
    RenameField,
    RetireEntity,
    RetireField,
    apply_changes,
)
from kartoteka.metadata.definitions import Entity, Field, RecordList, Report
from kartoteka.metadata.trees import write


def diff(old: Catalog, new: Catalog, *, renames: bool = True) -> tuple[Change, ...]:
    """Return the changes that make `new` out of `old` (see `apply_changes`), in an order in which they can be made.

    Renames come first: what names a renamed thing follows by itself, and only what differs besides is a change more.
    With `renames=False` nothing is taken for a rename: who asks has made them already.
    """
    changes: list[Change] = list(_renamed_entities(old, new)) if renames else []
    middle = apply_changes(old, changes)
    inner = [*_renamed_fields(middle, new), *_renamed_definitions(middle, new)] if renames else []
    middle = apply_changes(middle, inner)
    changes += inner
    for entity in new.entities.values():
        if entity.key not in middle.entities:
            changes.append(AddEntity(tree=write(entity)))
        else:
            changes.extend(_entity_changes(middle.entities[entity.key], entity))
    changes.extend(_definition_changes(middle, new))
    changes.extend(RetireEntity(tree=write(e)) for e in middle.entities.values() if e.key not in new.entities)
    return tuple(changes)


def _former_key(formerly: Iterable[str], old: Container[str], new: Container[str]) -> str | None:
    """Return the earlier key under which something that is new here is known there."""
    return next((key for key in formerly if key in old and key not in new), None)


def _renamed_entities(old: Catalog, new: Catalog) -> Iterator[RenameEntity]:
    """Tell by `formerly` which old entities live on under a new key."""
    taken: set[str] = set()
    for entity in new.entities.values():
        before = _former_key(entity.formerly, old.entities.keys() - taken, new.entities)
        if entity.key not in old.entities and before:
            taken.add(before)
            was = old.entities[before].formerly
            yield RenameEntity(entity=before, to=entity.key, label=entity.label, formerly=entity.formerly, was=was)


def _renamed_fields(old: Catalog, new: Catalog) -> Iterator[RenameField]:
    for entity in new.entities.values():
        fields, taken = old.fields(entity.key), set[str]()
        for field in entity.fields if fields else ():
            before = _former_key(field.formerly, fields.keys() - taken, new.fields(entity.key))
            if field.key not in fields and before:
                taken.add(before)
                was = fields[before].formerly
                yield RenameField(entity=entity.key, key=before, to=field.key, formerly=field.formerly, was=was)


def _renamed_definitions(old: Catalog, new: Catalog) -> Iterator[RenameDefinition]:
    """Tell which lists and reports live on under a new key."""
    for identity, each in sorted(new.definitions.items()):
        if isinstance(each, RecordList | Report) and each.formerly and identity not in old.definitions:
            beside = [identity._replace(key=key) for key in each.formerly]
            before = next((i for i in beside if i in old.definitions and i not in new.definitions), None)
            known = old.definitions.get(before) if before else None
            if before and isinstance(known, RecordList | Report):
                yield RenameDefinition(
                    identity=before, to=each.key, label=each.label, formerly=each.formerly, was=known.formerly
                )


def _entity_changes(old: Entity, new: Entity) -> Iterator[Change]:
    before, after = write(old), write(new)
    before.pop("fields", None), after.pop("fields", None)
    fields = {field.key: field for field in old.fields}
    order = list(fields)
    for field in new.fields:
        if field.key not in fields:
            order.append(field.key)
            yield AddField(entity=new.key, field=write(field))
        elif fields[field.key] != field:
            yield _field_change(new.key, fields[field.key], field)
    if before != after:
        yield ChangeEntity(before=before, after=after)
    wanted = tuple(field.key for field in new.fields)
    kept = set(wanted)
    for key in [key for key in order if key not in kept]:
        yield RetireField(entity=new.key, field=write(fields[key]), place=order.index(key))
        order.remove(key)
    if tuple(order) != wanted:
        yield OrderFields(entity=new.key, before=tuple(order), after=wanted)


def _field_change(entity: str, old: Field, new: Field) -> Change:
    """Return what becomes of a field. The ids of a link that leads elsewhere from now on mean nothing there."""
    same_target = old.type.links_to == new.type.links_to
    change = ChangeField if new.type.keeps(old.type) and same_target else ChangeType
    return change(entity=entity, before=write(old), after=write(new))


def _definition_changes(old: Catalog, new: Catalog) -> Iterator[Change]:
    for identity, tree in sorted(new.trees.items()):
        if identity.kind != "entity" and old.trees.get(identity) != tree:
            yield PutDefinition(identity=identity, before=old.trees.get(identity), after=tree)
    for identity, tree in sorted(old.trees.items()):
        if identity.kind != "entity" and identity not in new.definitions:
            yield RemoveDefinition(identity=identity, before=tree)
