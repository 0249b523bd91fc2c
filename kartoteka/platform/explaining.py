"""Explaining: which layer and version set each property of a definition, who published it and when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from kartoteka.metadata.catalog import Catalog
from kartoteka.metadata.definitions import Identity
from kartoteka.metadata.problems import NotFound
from kartoteka.metadata.provenance import Path, Source, said, sources
from kartoteka.metadata.trees import Tree
from kartoteka.platform import tables
from kartoteka.platform.configuration import load_stack


@dataclass(frozen=True, slots=True)
class Target:
    """What is asked about: a definition, or with `within` a part of it."""

    identity: Identity
    within: Path = ()


@dataclass(frozen=True, slots=True)
class Publication:
    """The publish that set a property."""

    number: int
    at: datetime
    actor: str


@dataclass(frozen=True, slots=True)
class Explained:
    """A property's value with its source; `path` begins at the target. No publication where the journal knows none."""

    path: Path
    source: Source
    published: Publication | None


def target_of(catalog: Catalog, name: str) -> Target:
    """Return what a name means: `client`, `client.inn` or the file `lists/client/active`. Raises NotFound."""
    for identity in catalog.definitions:
        if name.removesuffix(".json") == identity.path.removesuffix(".json"):
            return Target(identity)
    entity, _, field = name.partition(".")
    found = catalog.entity_named(entity)
    if found is None:
        raise NotFound("query.unknown_entity", name=entity)
    identity = Identity("entity", "", found.key)
    if not field:
        return Target(identity)
    known = catalog.field_named(found.key, field)
    if known is None:
        raise NotFound("query.unknown_field", name=name)
    return Target(identity, ("fields", known.key))


def explain(connection: Connection, target: Target) -> list[Explained]:
    """Return every property of the target; of a card type without its fields, which are asked about one by one."""
    found = sources(load_stack(connection), target.identity, target.within)
    if target.identity.kind == "entity" and not target.within:
        found = [source for source in found if source.path[0] != "fields"]
    published = _publications(connection, target.identity, found)
    length = len(target.within)
    return [Explained(each.path[length:], each, published.get((each.layer, each.path))) for each in found]


def _publications(
    connection: Connection, identity: Identity, wanted: Iterable[Source]
) -> dict[tuple[str, Path], Publication]:
    """Return by layer and path the newest publish in which the layer came to say what it says."""
    missing = {(each.layer, each.path) for each in wanted}
    found: dict[tuple[str, Path], Publication] = {}
    for publication, layer, before, after in _steps(connection, identity):
        old, new = (dict(_spelt(tree)) for tree in (before, after))
        for path in [path for each, path in missing if each == layer and old.get(path) != new.get(path)]:
            missing.discard((layer, path))
            found[layer, path] = publication
        if not missing:
            break
    return found


def _spelt(tree: Tree | None) -> Iterator[tuple[Path, str]]:
    for path, value in said(tree) if tree else ():
        yield path, repr(value)


def _steps(connection: Connection, identity: Identity) -> Iterator[tuple[Publication, str, Tree | None, Tree | None]]:
    """Yield what publishes made of a definition in each layer, the newest first."""
    of = tables.journal.c
    columns = (of.number, of.at, of.actor, of.layers_before, of.layers_after)
    for number, at, actor, before, after in connection.execute(select(*columns).order_by(of.number.desc())):
        old = _by_layer(before["definitions"], identity)
        for layer, tree in _by_layer(after["definitions"], identity).items():
            yield Publication(number, at, actor), layer, old.get(layer), tree


def _by_layer(rows: Iterable[list[Any]], identity: Identity) -> dict[str, Tree | None]:
    return {layer: tree for layer, kind, entity, key, tree in rows if (kind, entity, key) == tuple(identity)}


def explained_trees(found: Iterable[Explained]) -> list[Tree]:
    """Return explained properties as JSON data."""
    return [
        {
            "property": ".".join(each.path),
            "value": each.source.value,
            "layer": each.source.layer,
            "version": each.source.version,
            "number": each.published.number if each.published else None,
            "actor": each.published.actor if each.published else None,
            "at": each.published.at.isoformat() if each.published else None,
        }
        for each in found
    ]
