"""The catalog: all definitions in force, merged from the layers, checked and frozen."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from kartoteka.metadata.definitions import (
    Card,
    Definition,
    Entity,
    Field,
    Form,
    Identity,
    Menu,
    RecordList,
    Report,
    Role,
    identity_of,
)
from kartoteka.metadata.trees import Tree, canonical, write

D = TypeVar("D", bound=Definition)


@dataclass(frozen=True)
class Catalog:
    """All definitions in force, by identity. Build it with `catalog_of` or `checks.checked_catalog`."""

    definitions: Mapping[Identity, Definition]

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the canonical JSON of the effective definitions: no provenance, placement or retired items."""
        digest = hashlib.sha256()
        for identity, tree in sorted(self.trees.items()):
            digest.update(canonical([*identity, tree]))
        return digest.hexdigest()

    @cached_property
    def trees(self) -> Mapping[Identity, Tree]:
        """Every definition as its JSON tree in normal form."""
        return {identity: write(definition) for identity, definition in self.definitions.items()}

    @cached_property
    def entities(self) -> Mapping[str, Entity]:
        """The card types by key."""
        return {d.key: d for d in self.definitions.values() if isinstance(d, Entity)}

    @cached_property
    def reports(self) -> Mapping[str, Report]:
        """The reports by key."""
        return {d.key: d for d in self.definitions.values() if isinstance(d, Report)}

    @cached_property
    def roles(self) -> Mapping[str, Role]:
        """The roles by key."""
        return {d.key: d for d in self.definitions.values() if isinstance(d, Role)}

    @cached_property
    def menu(self) -> Menu | None:
        """The sidebar."""
        return next((d for d in self.definitions.values() if isinstance(d, Menu)), None)

    @cached_property
    def _fields(self) -> Mapping[str, Mapping[str, Field]]:
        return {entity.key: {field.key: field for field in entity.fields} for entity in self.entities.values()}

    def fields(self, entity: str) -> Mapping[str, Field]:
        """Return an entity's fields by key, in their order; empty for an unknown entity."""
        return self._fields.get(entity, {})

    def field(self, entity: str, key: str) -> Field | None:
        """Return one field, or None."""
        return self.fields(entity).get(key)

    @cached_property
    def _former_entities(self) -> Mapping[str, str]:
        return {old: entity.key for entity in self.entities.values() for old in entity.formerly}

    def entity_named(self, name: str) -> Entity | None:
        """Return the entity of that key, or of that earlier key."""
        return self.entities.get(name) or self.entities.get(self._former_entities.get(name, ""))

    def field_named(self, entity: str, name: str) -> Field | None:
        """Return the field of that key, or of that earlier key."""
        fields = self.fields(entity)
        return fields.get(name) or next((field for field in fields.values() if name in field.formerly), None)

    @cached_property
    def _lists(self) -> Mapping[str, tuple[RecordList, ...]]:
        return _by_entity(self.definitions.values(), RecordList, lambda each: (each.position, each.key))

    def lists(self, entity: str) -> tuple[RecordList, ...]:
        """Return the entity's lists, the one that opens first."""
        return self._lists.get(entity, ())

    def list_named(self, entity: str, name: str) -> RecordList | None:
        """Return the entity's list of that key, or of that earlier key."""
        lists = self.lists(entity)
        exact = next((each for each in lists if each.key == name), None)
        return exact or next((each for each in lists if name in each.formerly), None)

    def report_named(self, name: str) -> Report | None:
        """Return the report of that key, or of that earlier key."""
        found = self.reports.get(name)
        return found or next((each for each in self.reports.values() if name in each.formerly), None)

    @cached_property
    def _forms(self) -> Mapping[str, tuple[Form, ...]]:
        return _by_entity(self.definitions.values(), Form, lambda each: (0, each.key))

    def form(self, entity: str) -> Form | None:
        """Return the entity's form; `main` where there are several."""
        forms = self._forms.get(entity, ())
        return next((form for form in forms if form.key == "main"), forms[0] if forms else None)

    @cached_property
    def _cards(self) -> Mapping[str, tuple[Card, ...]]:
        return _by_entity(self.definitions.values(), Card, lambda each: (0, each.key))

    def card(self, entity: str) -> Card | None:
        """Return the entity's card; `main` where there are several."""
        cards = self._cards.get(entity, ())
        return next((card for card in cards if card.key == "main"), cards[0] if cards else None)

    def with_definitions(self, *definitions: Definition) -> Catalog:
        """Return a catalog in which these stand instead of those of the same identity."""
        return Catalog({**self.definitions, **{identity_of(each): each for each in definitions}})

    def without(self, *identities: Identity) -> Catalog:
        """Return a catalog without these definitions."""
        return Catalog({i: d for i, d in self.definitions.items() if i not in identities})


EMPTY = Catalog({})


def catalog_of(definitions: Iterable[Definition]) -> Catalog:
    """Return the catalog of these definitions, unchecked."""
    return Catalog({identity_of(definition): definition for definition in definitions})


def _by_entity(definitions: Iterable[Definition], of: type[D], order: object) -> Mapping[str, tuple[D, ...]]:
    found: dict[str, list[D]] = {}
    for definition in definitions:
        if isinstance(definition, of):
            found.setdefault(definition.entity, []).append(definition)  # type: ignore[union-attr]
    return {entity: tuple(sorted(each, key=order)) for entity, each in found.items()}  # type: ignore[call-overload]


def walk_fields(catalog: Catalog) -> Iterator[tuple[Entity, Field]]:
    """Yield every field with its entity."""
    for entity in catalog.entities.values():
        for field in entity.fields:
            yield entity, field
