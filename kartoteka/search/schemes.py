"""Schemes: under which visibility class the texts of each field lie in the index, entity by entity.

The index outlives changes of rights, so it is never trusted by itself. A class may be looked in by an actor who sees
*every* field that was put into it, by the rights of this moment; a field that was retired is seen by nobody. Fields
are known by their columns, whose names are never given again: a new field of an old key inherits nothing.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

import msgspec

from kartoteka.metadata.definitions import Entity, Field
from kartoteka.metadata.expressions import Name, Node, Related, names, parse, walk
from kartoteka.metadata.paths import SYSTEM_KINDS
from kartoteka.metadata.titles import title_expression
from kartoteka.platform.access import Rights
from kartoteka.platform.actors import Actor
from kartoteka.platform.configuration import Model
from kartoteka.search.engine import EVERYBODY

EVERY_READER: Final = frozenset({"*"})
"""Stands for all roles that may read an entity; no role is called so."""

Fit = Literal["exact", "extend", "rebuild"]
"""Whether an index is as the configuration wants it, lacks only fields, or has to be made anew."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A field in the index: its class, and what its texts are made of besides the column."""

    visibility: str
    texts: str


@dataclass(frozen=True, slots=True)
class Scheme:
    """How the records of one entity lie in the index. `fields` are by the identity of `identity_of`.

    `builder` is whoever builds it; `complete` says that all records are in.
    """

    fields: Mapping[str, Placed]
    title: str
    builder: str = ""
    complete: bool = False

    def classes(self) -> dict[str, set[str]]:
        """The identities of the fields by class."""
        found: dict[str, set[str]] = defaultdict(set)
        for identity, placed in self.fields.items():
            found[placed.visibility].add(identity)
        return dict(found)

    def allowed(self, seen: Iterable[str]) -> tuple[str, ...]:
        """The classes in which somebody may look who sees the fields of these identities."""
        visible = set(seen)
        return tuple(name for name, members in self.classes().items() if members <= visible)

    def covers(self, seen: Iterable[str]) -> bool:
        """Whether whoever sees these fields finds by all of them."""
        visible = set(seen)
        allowed = set(self.allowed(visible))
        return self.complete and all(
            identity in self.fields and self.fields[identity].visibility in allowed for identity in visible
        )


@dataclass(frozen=True, slots=True)
class Searched:
    """What the configuration of this moment says of one entity: its searchable fields by identity, and who sees them.

    `seers` are role keys, or `EVERY_READER`.
    """

    entity: Entity
    fields: Mapping[str, Field]
    seers: Mapping[str, frozenset[str]]

    def seen_by(self, rights: Rights) -> list[str]:
        """The identities of the fields that somebody with these rights sees."""
        return [identity for identity, each in self.fields.items() if rights.sees(each.key)]


def searched(model: Model, key: str) -> Searched:
    """Return what is searchable in an entity, and for whom."""
    entity = model.catalog.entities[key]
    shown = _names_of_title(entity)
    fields = {
        identity_of(model, key, each): each for each in entity.fields if each.type.search != "none" or each.key in shown
    }
    rights = {role: model.access.rights(Actor(None, role, (role,)), key) for role in model.catalog.roles}
    readers = frozenset(role for role, each in rights.items() if each.may("read"))
    seers = {identity: _seers(rights, readers, found.key) for identity, found in fields.items()}
    return Searched(entity, fields, seers)


def _seers(rights: Mapping[str, Rights], readers: frozenset[str], key: str) -> frozenset[str]:
    roles = frozenset(role for role, each in rights.items() if each.sees(key))
    return EVERY_READER if readers <= roles else roles


def identity_of(model: Model, entity: str, each: Field) -> str:
    """Return what a field is known by for ever: its first column, or the formula of one that has none."""
    place = model.placement.entities[entity]
    specs = each.type.columns()
    if not specs:
        return f"={getattr(each.type, 'expression', '')}"
    ordinal, column = place.columns[each.key, specs[0].role]
    return f"{place.tables[ordinal]}.{column}"


def new_scheme(wanted: Searched, builder: str) -> Scheme:
    """Return the scheme of an index that is to be built: one class for each set of roles."""
    groups: dict[frozenset[str], list[str]] = defaultdict(list)
    for identity, roles in wanted.seers.items():
        groups[roles].append(identity)
    placed = {
        identity: Placed(EVERYBODY if roles == EVERY_READER else _class_name(members), _texts(wanted.fields[identity]))
        for roles, members in groups.items()
        for identity in members
    }
    return Scheme(placed, title_expression(wanted.entity), builder)


def fit(stored: Scheme | None, wanted: Searched) -> Fit:
    """Tell whether an index is right for the configuration of this moment.

    Rights may change without a rebuild as long as the fields of each class stay visible to the same roles.
    """
    if stored is None or not stored.complete or stored.title != title_expression(wanted.entity):
        return "rebuild"
    if not stored.fields.keys() <= wanted.fields.keys():
        return "rebuild"
    if any(placed.texts != _texts(wanted.fields[identity]) for identity, placed in stored.fields.items()):
        return "rebuild"
    if any(len({wanted.seers[identity] for identity in members}) > 1 for members in stored.classes().values()):
        return "rebuild"
    return "exact" if stored.fields.keys() == wanted.fields.keys() else "extend"


def extended(stored: Scheme, wanted: Searched, builder: str) -> Scheme:
    """Return the scheme with the fields that came since, each in the class of those whom the same roles see."""
    by_seers = {wanted.seers[next(iter(members))]: name for name, members in stored.classes().items()}
    fresh = [identity for identity in wanted.fields if identity not in stored.fields]
    added = {
        identity: Placed(
            by_seers.setdefault(wanted.seers[identity], _class_name([identity])), _texts(wanted.fields[identity])
        )
        for identity in fresh
    }
    return replace(stored, fields={**stored.fields, **added}, builder=builder, complete=False)


def shows_title(scheme: Scheme, wanted: Searched) -> bool:
    """Tell whether the title may lie in the index: it shows nothing but fields of everybody, and no linked record."""
    by_key = {each.key: identity for identity, each in wanted.fields.items()}
    for path in names(parse(title_expression(wanted.entity))):
        identity = by_key.get(path[0])
        if len(path) > 1 or (identity is None and path[0] not in SYSTEM_KINDS):
            return False
        if identity is not None and not _is_open(scheme, wanted, identity):
            return False
    return True


def _is_open(scheme: Scheme, wanted: Searched, identity: str) -> bool:
    placed = scheme.fields.get(identity)
    formula: str | None = getattr(wanted.fields[identity].type, "expression", None)
    far = formula is not None and _looks_far(parse(formula))
    return placed is not None and placed.visibility == EVERYBODY and not far


def _looks_far(node: Node) -> bool:
    """Tell whether an expression reads other records than the one in hand."""
    return any(isinstance(part, Related) or (isinstance(part, Name) and len(part.path) > 1) for part in walk(node))


def _names_of_title(entity: Entity) -> frozenset[str]:
    return frozenset(path[0] for path in names(parse(title_expression(entity))) if len(path) == 1)


def _texts(each: Field) -> str:
    """A digest of what the texts of a field depend on besides its value: the labels of its choices."""
    made_of = msgspec.json.encode((each.type.name, getattr(each.type, "choices", ())))
    return hashlib.blake2b(made_of, digest_size=8).hexdigest()


def _class_name(members: list[str]) -> str:
    return hashlib.blake2b("\n".join(sorted(members)).encode(), digest_size=16).hexdigest()
