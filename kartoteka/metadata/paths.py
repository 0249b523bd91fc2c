"""Paths: a field, or a field of a linked record, such as `client.segment`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kartoteka.metadata.catalog import Catalog
from kartoteka.metadata.definitions import Entity, Field
from kartoteka.metadata.expressions import Node, Related, names, walk
from kartoteka.metadata.expressions.kinds import DATETIME, NUMBER, Kind, record
from kartoteka.metadata.fieldtypes.choice import Option

SYSTEM_KINDS: dict[str, Kind] = {
    "id": NUMBER,
    "created_at": DATETIME,
    "changed_at": DATETIME,
    "created_by": record("user"),
    "changed_by": record("user"),
}
"""What every record knows by itself and expressions may ask for."""

SYSTEM_LINKS = {"created_by": "user", "changed_by": "user"}


@dataclass(frozen=True, slots=True)
class Step:
    """One link followed on the way: the entity it starts from, the field's key, the entity it leads to."""

    entity: str
    key: str
    target: str


@dataclass(frozen=True, slots=True)
class Resolved:
    """A path that leads somewhere: the links followed, then the field (None for what every record has)."""

    steps: tuple[Step, ...]
    entity: str
    key: str
    field: Field | None

    @property
    def kind(self) -> Kind:
        """The kind of value that the path leads to."""
        return self.field.type.kind if self.field else SYSTEM_KINDS[self.key]

    @property
    def links_to(self) -> str | None:
        """The entity whose record's id the value is, if it is a link."""
        return self.field.type.links_to if self.field else SYSTEM_LINKS.get(self.key)


def resolve(catalog: Catalog, entity: str, path: Iterable[str]) -> Resolved | None:
    """Follow a path from an entity; None when it leads nowhere. Earlier names are understood."""
    *links, last = path
    steps: list[Step] = []
    here = entity
    for name in links:
        found = _end(catalog, here, name, ())
        if found is None or found.links_to is None or found.links_to not in catalog.entities:
            return None
        steps.append(Step(here, found.key, found.links_to))
        here = found.links_to
    return _end(catalog, here, last, tuple(steps))


def path_of_now(catalog: Catalog, entity: str, path: str) -> str:
    """Return a path with the names of now in place of earlier ones; as it is where it leads nowhere."""
    found = resolve(catalog, entity, path.split("."))
    return ".".join([*(step.key for step in found.steps), found.key]) if found else path


def _end(catalog: Catalog, entity: str, name: str, steps: tuple[Step, ...]) -> Resolved | None:
    field = catalog.field_named(entity, name)
    if field is not None:
        return Resolved(steps, entity, field.key, field)
    if name in SYSTEM_KINDS and entity in catalog.entities:
        return Resolved(steps, entity, name, None)
    return None


def fields_read(catalog: Catalog, entity: str, node: Node) -> Iterator[Resolved]:
    """Yield where an expression about `entity` looks: each field, and the links by which records are related."""
    for path in names(node):
        found = resolve(catalog, entity, path)
        if found is not None:
            yield found
    for part in walk(node):
        if isinstance(part, Related):
            link = resolve(catalog, part.entity, (part.link,))
            if link is not None:
                yield link
                for argument in part.arguments:
                    yield from fields_read(catalog, part.entity, argument)


@dataclass(frozen=True, slots=True)
class EntityScope:
    """What expressions about one entity may name."""

    catalog: Catalog
    entity: str

    def kind_of(self, path: tuple[str, ...]) -> Kind | None:
        """Return the kind of value at the path, or None."""
        found = resolve(self.catalog, self.entity, path)
        return found.kind if found else None

    def choices(self, path: tuple[str, ...]) -> tuple[str, ...] | None:
        """Return the keys that the value may take, None where it is free."""
        found = resolve(self.catalog, self.entity, path)
        options: tuple[Option, ...] | None = (
            getattr(found.field.type, "choices", None) if found and found.field else None
        )
        if options is None:
            return None
        return tuple(key for option in options for key in (option.key, *option.formerly))

    def suggestions(self, path: tuple[str, ...]) -> Iterator[str]:
        """Yield the paths that lead somewhere and differ from `path` in the first name that leads nowhere."""
        place = next((n for n in range(len(path) - 1) if self._link(path, n) is None), len(path) - 1)
        before, after = path[:place], path[place + 1 :]
        for name in self.names_behind(before):
            if resolve(self.catalog, self.entity, (*before, name, *after)):
                yield ".".join((*before, name, *after))

    def related(self, entity: str, link: str) -> EntityScope | None:
        """Return what may be said of the records of `entity` whose `link` leads to this entity; None if none does."""
        found = resolve(self.catalog, entity, (link,))
        leads_here = found is not None and found.links_to == self.entity
        return EntityScope(self.catalog, entity) if leads_here else None

    def relations(self) -> Iterator[str]:
        """Yield the links of all entities that lead to this one: `deal.client`."""
        for other in self.catalog.entities.values():
            links = [field.key for field in other.fields if field.type.links_to == self.entity]
            links += [key for key, target in SYSTEM_LINKS.items() if target == self.entity]
            yield from (f"{other.key}.{key}" for key in links)

    def _link(self, path: tuple[str, ...], place: int) -> str | None:
        found = resolve(self.catalog, self.entity, path[: place + 1])
        return found.links_to if found else None

    def names_behind(self, links: tuple[str, ...]) -> Iterator[str]:
        """Yield the names that may stand behind links; behind none, those of the entity itself."""
        target = self._link(links, len(links) - 1) if links else self.entity
        entity: Entity | None = self.catalog.entities.get(target or "")
        if entity:
            yield from (field.key for field in entity.fields)
            yield from SYSTEM_KINDS
