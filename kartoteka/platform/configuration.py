"""The configuration in force: stored layers, and the model built out of them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Any, TypeVar

from sqlalchemy import Connection, delete, insert, inspect, select, update

from kartoteka.metadata.catalog import EMPTY, Catalog
from kartoteka.metadata.definitions import Identity
from kartoteka.metadata.problems import Problem, Refused
from kartoteka.metadata.row_files import RowSet
from kartoteka.metadata.stack import LOCAL, Layer, Stack
from kartoteka.metadata.trees import Tree, read_definition, read_manifest, write
from kartoteka.platform import tables
from kartoteka.platform.access import AccessBook
from kartoteka.platform.database import Database
from kartoteka.platform.kept import Kept
from kartoteka.platform.operations import complete_system_tables
from kartoteka.platform.placement import Placement, load_placement
from kartoteka.platform.storage import Storage

T = TypeVar("T")
MOST_QUERIES = 500
"""Compiled queries that are kept; one of 150 columns takes some 100 KB."""
_REVISION = select(tables.state.c.revision)
_sets = tables.row_set.c
LayerRow = list[Any]
"""A definition of a layer as the journal keeps it: [layer, kind, entity, key, tree]; the tree is null where none is."""


@dataclass(frozen=True)
class Model:
    """A catalog in force, and where its data lies."""

    revision: int
    catalog: Catalog
    placement: Placement
    storage: Storage
    access: AccessBook
    queries: Kept[Any] = field(default_factory=lambda: Kept(MOST_QUERIES), repr=False, compare=False)
    """Queries that `query` has compiled, and statements that `rows` has made."""
    _worked_out: dict[Hashable, Any] = field(default_factory=dict, repr=False, compare=False)

    def once(self, key: Hashable, work_out: Callable[[], T]) -> T:
        """Return what is worked out of this model once, and goes with it.

        The key names everything else that it depends on: an actor's roles, for instance.
        """
        if key not in self._worked_out:
            self._worked_out[key] = work_out()
        found: T = self._worked_out[key]
        return found


def create_tables(database: Database) -> None:
    """Make the system's tables where there are none, and complete older ones. Raises Refused for newer ones."""
    with database.publish() as connection:
        if not inspect(connection).has_table(tables.state.name):
            tables.metadata.create_all(connection)
            first = {"id": 1, "schema_version": tables.SCHEMA_VERSION, "revision": 0, "hash": EMPTY.hash}
            connection.execute(insert(tables.state), first)
        bring_up_to_date(connection)


def bring_up_to_date(connection: Connection) -> None:
    """Give the system's tables of older code what they lack. Raises Refused for those of newer code."""
    found = connection.execute(select(tables.state.c.schema_version)).scalar_one()
    if found > tables.SCHEMA_VERSION:
        raise Refused([Problem("database.newer", {"found": found, "known": tables.SCHEMA_VERSION})])
    if found < tables.SCHEMA_VERSION:
        complete_system_tables(connection)
        connection.execute(update(tables.state).values(schema_version=tables.SCHEMA_VERSION))


def load_stack(connection: Connection) -> Stack:
    """Read all layers."""
    rows = connection.execute(select(tables.layer).order_by(tables.layer.c.position)).all()
    trees: dict[str, dict[Identity, Tree]] = {}
    for row in connection.execute(select(tables.definition).order_by(*tables.definition.primary_key)):
        trees.setdefault(row.layer, {})[Identity(row.kind, row.entity, row.key)] = row.tree
    packages = tuple(
        Layer(row.key, read_manifest(row.manifest), trees.get(row.key, {}), row_sets(row.rows)) for row in rows
    )
    return Stack(packages, Layer(LOCAL, None, trees.get(LOCAL, {})))


def store_layers(connection: Connection, stack: Stack) -> None:
    """Write which packages there are, in which order and version."""
    connection.execute(delete(tables.layer))
    rows = [
        {"key": each.key, "position": place, "manifest": write(each.manifest) if each.manifest else None}
        | {"rows": row_digests(each)}
        for place, each in enumerate(stack.packages)
    ]
    if rows:
        connection.execute(insert(tables.layer), rows)
    store_rows(connection, stack)


def row_sets(digests: Mapping[str, str]) -> dict[str, RowSet]:
    """Return reference data by card type as layers are loaded: `with_rows` fetches what is in it."""
    return {entity: RowSet(digest) for entity, digest in digests.items()}


def row_digests(layer: Layer) -> dict[str, str]:
    """Return how the reference data of a layer are written down."""
    return {entity: rows.digest for entity, rows in layer.rows.items()}


def store_rows(connection: Connection, stack: Stack) -> None:
    """Keep the rows that are new; what a publish brought stays, so that it can be undone."""
    sets = [rows for layer in stack.packages for rows in layer.rows.values()]
    fresh = {each.digest: each.rows for each in sets if each.rows is not None}
    known = set(connection.execute(select(_sets.digest).where(_sets.digest.in_(fresh))).scalars())
    missing = [{"digest": digest, "rows": rows} for digest, rows in fresh.items() if digest not in known]
    if missing:
        connection.execute(insert(tables.row_set), missing)


def with_rows(connection: Connection, stack: Stack) -> Stack:
    """Return the stack with its reference data at hand."""
    wanted = {each.digest for layer in stack.packages for each in layer.rows.values() if each.rows is None}
    if not wanted:
        return stack
    found = {row.digest: row.rows for row in connection.execute(select(tables.row_set).where(_sets.digest.in_(wanted)))}
    packages = (
        replace(layer, rows={e: RowSet(r.digest, r.rows or found[r.digest]) for e, r in layer.rows.items()})
        for layer in stack.packages
    )
    return replace(stack, packages=tuple(packages))


def store_definitions(connection: Connection, rows: Iterable[LayerRow]) -> None:
    """Write these definitions of layers; those without a tree are removed."""
    of = tables.definition.c
    for layer, kind, entity, key, tree in rows:
        here = (of.layer == layer) & (of.kind == kind) & (of.entity == entity) & (of.key == key)
        connection.execute(delete(tables.definition).where(here))
        if tree is not None:
            row = {"layer": layer, "kind": kind, "entity": entity, "key": key, "tree": tree}
            connection.execute(insert(tables.definition), row)


def layer_rows(before: Stack, after: Stack) -> tuple[list[LayerRow], list[LayerRow]]:
    """Return the definitions of layers that differ: as they were, and as they are to be."""
    old, new = _by_layer(before), _by_layer(after)
    changed = sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))
    return [[*name, old.get(name)] for name in changed], [[*name, new.get(name)] for name in changed]


def _by_layer(stack: Stack) -> dict[tuple[str, str, str, str], Tree]:
    return {(layer.key, *identity): tree for layer in stack for identity, tree in layer.definitions.items()}


def load_catalog(connection: Connection) -> Catalog:
    """Build the catalog in force; its definitions were checked when they were published."""
    trees = load_stack(connection).trees()
    return Catalog({identity: read_definition(identity, tree) for identity, tree in trees.items()})


def load_model(connection: Connection) -> Model:
    """Build the model in force."""
    return model_of(connection, load_catalog(connection), revision_of(connection))


def model_of(connection: Connection, catalog: Catalog, revision: int) -> Model:
    """Build the model of a catalog whose columns are there."""
    placement = load_placement(connection)
    return Model(revision, catalog, placement, Storage(catalog, placement), AccessBook(catalog))


def revision_of(connection: Connection) -> int:
    """Return the revision in force."""
    return int(connection.execute(_REVISION).scalar_one())


def raise_revision(connection: Connection, catalog_hash: str | None = None) -> None:
    """Put the next revision in force; with no hash the catalog is the same and only its places are others."""
    values = {"revision": tables.state.c.revision + 1, "hash": catalog_hash or tables.state.c.hash}
    connection.execute(update(tables.state).values(values))


@dataclass
class Models:
    """Keeps the model of the newest revision that this process has seen."""

    _model: Model | None = None
    _lock: Lock = field(default_factory=Lock)

    def at(self, connection: Connection) -> Model:
        """Return the model in force in the transaction of `connection`; a publish elsewhere is seen at once."""
        revision = revision_of(connection)
        model = self._model
        if model is not None and model.revision == revision:
            return model
        with self._lock:
            if self._model is None or self._model.revision != revision:
                self._model = load_model(connection)
                connection.engine.clear_compiled_cache()  # its statements name tables of the model that is gone
            return self._model
