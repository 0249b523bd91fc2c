"""Access: what an actor may do, worked out from the roles once per revision. Reads and writes both ask here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from msgspec.structs import replace

from kartoteka.metadata.catalog import Catalog
from kartoteka.metadata.definitions import Entity, EntityRight, Reach, Role
from kartoteka.metadata.expressions import Node, parse
from kartoteka.metadata.expressions.tree import Logic
from kartoteka.metadata.fieldtypes.links import FILE, USER
from kartoteka.platform.actors import Actor

Verb = Literal["read", "edit", "delete", "keep"]
"""`keep` is what an edited record must still meet: the roles' conditions without the question who owns it."""

FieldAccess = Literal["hide", "read", "edit"]
_STRENGTH: dict[str, int] = {"hide": 0, "read": 1, "edit": 2}


@dataclass(frozen=True, slots=True)
class Rights:
    """What an actor may do with the records of one entity.

    For each verb: no conditions at all means every record; several mean that one of them must hold; a missing verb
    means none.
    """

    conditions: Mapping[Verb, tuple[Node, ...]]
    create: bool
    fields: Mapping[str, FieldAccess]

    @property
    def kept(self) -> bool:
        """True where an edit could carry a record out of reach."""
        return bool(self.conditions.get("keep"))

    def may(self, verb: Verb) -> bool:
        """Tell whether there are records with which the actor may do that."""
        return verb in self.conditions

    def sees(self, field_key: str) -> bool:
        """Tell whether the actor may see the field."""
        return self.fields.get(field_key, "hide") != "hide"

    def edits(self, field_key: str) -> bool:
        """Tell whether the actor may write the field."""
        return self.fields.get(field_key) == "edit"


NOTHING = Rights({}, create=False, fields={})


@dataclass
class AccessBook:
    """Answers what an actor's roles allow; each combination is worked out once."""

    catalog: Catalog
    _known: dict[tuple[tuple[str, ...], str], Rights] = field(default_factory=dict)
    _readable: dict[tuple[str, ...], tuple[Entity, ...]] = field(default_factory=dict)

    def rights(self, actor: Actor, entity: str) -> Rights:
        """Return the actor's rights to an entity's records; none for an unknown entity."""
        found = self.catalog.entities.get(entity)
        if found is None:
            return NOTHING
        key = (actor.standing, entity)
        if key not in self._known:
            self._known[key] = _everything(found) if actor.is_system else self._of_roles(actor.roles, found)
        return self._known[key]

    def rights_of_role(self, role: str, entity: str) -> Rights:
        """Return what somebody may do who has that role alone."""
        return self.rights(Actor(None, role, (role,)), entity)

    def is_administrator(self, actor: Actor) -> bool:
        """Tell whether the actor may configure everything and manage people."""
        return actor.is_system or any(role.administrator for role in self._roles(actor.roles))

    def may_export(self, actor: Actor) -> bool:
        """Tell whether the actor may download lists and reports."""
        return actor.is_system or any(role.export for role in self._roles(actor.roles))

    def readable(self, actor: Actor) -> tuple[Entity, ...]:
        """Return the entities of which the actor may read anything."""
        if actor.standing not in self._readable:
            found = (entity for entity in self.catalog.entities.values() if self.may_browse(actor, entity.key))
            self._readable[actor.standing] = tuple(found)
        return self._readable[actor.standing]

    def may_browse(self, actor: Actor, entity: str) -> bool:
        """Tell whether the actor may look through an entity's records.

        Files are met only in the fields in which they stand: their list would name those of hidden records too.
        """
        if entity == FILE and not self.is_administrator(actor):
            return False
        return self.rights(actor, entity).may("read")

    def _roles(self, keys: Iterable[str]) -> list[Role]:
        return [self.catalog.roles[key] for key in keys if key in self.catalog.roles]

    def _of_roles(self, keys: tuple[str, ...], entity: Entity) -> Rights:
        rights = [right for role in self._roles(keys) if (right := _right(role, entity.key)) is not None]
        if entity.key in (USER, FILE) and not any(role.administrator for role in self._roles(keys)):
            # Whoever could write people's records could make himself an administrator, or take an account over; whoever
            # could write those of files could name the content of any other one.
            rights = [replace(right, create=False, edit="none", delete="none") for right in rights]
        verbs: tuple[Verb, ...] = ("read", "edit", "delete", "keep")
        conditions = {verb: found for verb in verbs if (found := _conditions(rights, verb, entity)) is not None}
        return Rights(conditions, any(right.create for right in rights), _fields(rights, entity))


def _everything(entity: Entity) -> Rights:
    fields: dict[str, FieldAccess] = {each.key: "edit" for each in entity.fields}
    return Rights({"read": (), "edit": (), "delete": (), "keep": ()}, create=True, fields=fields)


def _right(role: Role, entity: str) -> EntityRight | None:
    named = next((right for right in role.entities if right.entity == entity), None)
    return named or next((right for right in role.entities if right.entity == "*"), None)


def _conditions(rights: Iterable[EntityRight], verb: Verb, entity: Entity) -> tuple[Node, ...] | None:
    """Return the conditions one of which must hold; empty when some role has all records; None when none has any."""
    found: list[Node] = []
    allowed = False
    for right in rights:
        reach = _reach(right, verb)
        if reach == "none" or (reach == "own" and entity.owner is None):
            continue
        allowed = True
        condition = _condition(reach, right, entity)
        if condition is None:
            return ()
        found.append(condition)
    return tuple(found) if allowed else None


def _reach(right: EntityRight, verb: Verb) -> Reach:
    if verb == "keep":
        return "all" if right.edit != "none" or right.create else "none"
    reach: Reach = getattr(right, verb)
    return reach


def _condition(reach: Reach, right: EntityRight, entity: Entity) -> Node | None:
    parts = [parse(right.condition)] if right.condition else []
    if reach == "own":
        parts.append(parse(f"{entity.owner} = ME()"))
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else Logic("AND", tuple(parts))


def _fields(rights: Iterable[EntityRight], entity: Entity) -> dict[str, FieldAccess]:
    """Return the strongest right that any role gives to each field."""
    strongest: dict[str, FieldAccess] = {each.key: "hide" for each in entity.fields}
    for right in rights:
        if right.read == "none" and not right.create:
            continue
        named = {each.field: each.right for each in right.fields}
        for key, known in strongest.items():
            given = named.get(key, right.other_fields)
            if _STRENGTH[given] > _STRENGTH[known]:
                strongest[key] = given
    return strongest
