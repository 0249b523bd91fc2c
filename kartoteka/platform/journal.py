"""The journal: every publish, by whom, when, why and how long it took; with the layers before and after it.

From the layers any earlier state can be had: an entry holds what it changed in each of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, insert, select

from kartoteka.metadata.catalog import Catalog
from kartoteka.metadata.changes import Change, changes_from_trees, changes_to_trees, inverse_of
from kartoteka.metadata.definitions import Definition, Identity
from kartoteka.metadata.layers import difference
from kartoteka.metadata.problems import Conflict, Message, NotFound
from kartoteka.metadata.stack import LOCAL, Layer, Stack
from kartoteka.metadata.trees import Tree, read_definition, read_manifest, write
from kartoteka.platform import tables
from kartoteka.platform.configuration import LayerRow, layer_rows, row_digests, row_sets

_of = tables.journal.c


@dataclass(frozen=True, slots=True)
class Entry:
    """A publish as the journal remembers it."""

    number: int
    revision: int
    at: datetime
    actor: str
    why: str
    hash_before: str
    hash_after: str
    changes: tuple[Change, ...]
    undoes: int | None
    milliseconds: int
    undone_by: int | None = None
    """The entry that has taken this one back, unless that was taken back itself."""


STORED = tuple(name for name in Entry.__dataclass_fields__ if name not in ("changes", "undone_by"))


@dataclass(frozen=True, slots=True)
class LayersChange:
    """What a publish did to the layers: manifests in order, and the definitions that differ, before and after."""

    entry: Entry
    manifests_before: tuple[Tree, ...]
    manifests_after: tuple[Tree, ...]
    before: Mapping[tuple[str, Identity], Tree | None]
    """By layer and definition; None where there was none."""
    after: Mapping[tuple[str, Identity], Tree | None]
    rows_before: Mapping[str, Mapping[str, str]]
    """Digests of the packages' reference data, by package and card type."""
    rows_after: Mapping[str, Mapping[str, str]]

    @property
    def touched(self) -> set[Identity]:
        """The definitions of which some layer said something else afterwards."""
        return {identity for _, identity in self.after}

    def takes_back(self, other: LayersChange) -> bool:
        """Tell whether this does the exact opposite of the other, whatever came between."""
        return (
            self.after.keys() == other.after.keys()
            and self.manifests_before == other.manifests_after
            and self.manifests_after == other.manifests_before
            and self.rows_before == other.rows_after
            and self.rows_after == other.rows_before
            and all(
                difference(self.before[each] or {}, self.after[each] or {})
                == difference(other.after[each] or {}, other.before[each] or {})
                for each in self.after
            )
        )


def entry_tree(entry: Entry, say: Callable[[Message], str]) -> Tree:
    """Return a publish as JSON data; `say` makes a sentence of a message."""
    return {
        "number": entry.number,
        "at": entry.at.isoformat(),
        "actor": entry.actor,
        "why": entry.why,
        "undoes": entry.undoes,
        "undone_by": entry.undone_by,
        "hash_before": entry.hash_before,
        "hash_after": entry.hash_after,
        "milliseconds": entry.milliseconds,
        "sentences": [say(change.describe()) for change in entry.changes],
        "changes": changes_to_trees(entry.changes),
        "inverse": _inverse(entry.changes),
    }


def _inverse(changes: Sequence[Change]) -> list[Tree] | None:
    """Return what takes the changes back, as data; None where nothing does."""
    try:
        return changes_to_trees(inverse_of(changes))
    except Conflict:
        return None


def write_entry(connection: Connection, before: Stack, after: Stack, row: Mapping[str, Any]) -> Entry:
    """Write a publish down. `row` holds what an Entry has, but for its number."""
    stored = {**row, "changes": changes_to_trees(row["changes"])}
    stored["layers_before"], stored["layers_after"] = layers_to_tree(before, after)
    number = connection.execute(insert(tables.journal), stored).inserted_primary_key
    assert number is not None
    return Entry(number=number[0], **row)


def _manifests(stack: Stack) -> list[Tree]:
    return [write(layer.manifest) for layer in stack.packages if layer.manifest]


def _digests(stack: Stack) -> dict[str, dict[str, str]]:
    return {layer.key: row_digests(layer) for layer in stack.packages if layer.rows}


def entries(connection: Connection, limit: int = 50, before: int | None = None) -> Sequence[Entry]:
    """Return the newest publishes, the newest first; only those before a number where one is given."""
    older = [] if before is None else [_of.number < before]
    return _entries(connection, *older, limit=limit)


def entry_of(connection: Connection, number: int) -> Entry:
    """Return a publish. Raises NotFound."""
    found = _entries(connection, _of.number == number, limit=1)
    if not found:
        raise NotFound("journal.unknown", number=number)
    return found[0]


def published_at(connection: Connection, revision: int) -> datetime | None:
    """Return when a revision was put in force; None where no publish did."""
    found: datetime | None = connection.execute(select(_of.at).where(_of.revision == revision)).scalar()
    return found


def newest_to_undo(connection: Connection) -> Entry:
    """Return the newest publish that is in force and takes back none itself. Raises NotFound."""
    undone = [number for number, by in undone_by(connection).items() if by]
    found = _entries(connection, _of.undoes.is_(None), _of.number.not_in(undone), limit=1)
    if not found:
        raise NotFound("journal.nothing_to_undo")
    return found[0]


def _entries(connection: Connection, *conditions: ColumnElement[bool], limit: int) -> list[Entry]:
    columns = [_of[name] for name in (*STORED, "changes")]
    rows = connection.execute(select(*columns).where(*conditions).order_by(_of.number.desc()).limit(limit)).all()
    undone = undone_by(connection)
    return [_entry(row._mapping, undone.get(row.number)) for row in rows]


def _entry(row: Mapping[Any, Any], by: int | None) -> Entry:
    named = {name: row[name] for name in STORED}
    return Entry(changes=changes_from_trees(row["changes"]), undone_by=by, **named)


def undone_by(connection: Connection) -> dict[int, int]:
    """Return which publishes are taken back, and by which others; but for those that were made again."""
    undoing = select(_of.number, _of.undoes).where(_of.undoes.is_not(None)).order_by(_of.number.desc())
    found: dict[int, int] = {}
    for number, undoes in connection.execute(undoing):
        if number not in found:
            found.setdefault(undoes, number)
    return found


def layers_since(connection: Connection, number: int) -> list[LayersChange]:
    """Return what this publish and all after it did to the layers, the newest first."""
    rows = connection.execute(select(tables.journal).where(_of.number >= number).order_by(_of.number.desc()))
    return [_layers_change(row._mapping) for row in rows]


def layers_until(connection: Connection, catalog_hash: str) -> list[LayersChange]:
    """Return what was done to the layers since the catalog had this hash, the newest first.

    Raises Conflict where it never had.
    """
    found: list[LayersChange] = []
    for row in connection.execute(select(tables.journal).order_by(_of.number.desc())):
        if row.hash_after == catalog_hash:
            return found
        found.append(_layers_change(row._mapping))
    raise Conflict("draft.base_gone")


def _layers_change(row: Mapping[Any, Any]) -> LayersChange:
    old, new = row["layers_before"], row["layers_after"]
    return LayersChange(
        _entry(row, None),
        tuple(old["layers"]),
        tuple(new["layers"]),
        _by_definition(old["definitions"]),
        _by_definition(new["definitions"]),
        old.get("rows", {}),
        new.get("rows", {}),
    )


def _by_definition(rows: Iterable[LayerRow]) -> dict[tuple[str, Identity], Tree | None]:
    return {(layer, Identity(kind, entity, key)): tree for layer, kind, entity, key, tree in rows}


def rewound(stack: Stack, changes: Iterable[LayersChange]) -> Stack:
    """Return the layers as they were before these publishes, the newest of which made `stack`."""
    for change in changes:
        stack = _with_layers(stack, change.manifests_before, change.before, change.rows_before)
    return stack


def layers_to_tree(before: Stack, after: Stack) -> tuple[Tree, Tree]:
    """Return the layers that differ as JSON data: as they were, and as they are to be."""
    old, new = layer_rows(before, after)
    return _layers_tree(before, old), _layers_tree(after, new)


def _layers_tree(stack: Stack, definitions: list[LayerRow]) -> Tree:
    return {"layers": _manifests(stack), "definitions": definitions, "rows": _digests(stack)}


def with_layers(stack: Stack, tree: Tree) -> Stack:
    """Return the layers with those that the JSON data tell of."""
    return _with_layers(stack, tree["layers"], _by_definition(tree["definitions"]), tree["rows"])


def _with_layers(
    stack: Stack,
    manifests: Iterable[Tree],
    changed: Mapping[tuple[str, Identity], Tree | None],
    rows: Mapping[str, Mapping[str, str]],
) -> Stack:
    definitions = {layer.key: dict(layer.definitions) for layer in stack}
    for (layer, identity), tree in changed.items():
        of_layer = definitions.setdefault(layer, {})
        of_layer.pop(identity, None)
        if tree is not None:
            of_layer[identity] = tree
    known = [read_manifest(tree) for tree in manifests]
    packages = tuple(
        Layer(each.key, each, definitions.get(each.key, {}), row_sets(rows.get(each.key, {}))) for each in known
    )
    return Stack(packages, replace(stack.local, definitions=definitions[LOCAL]))


def readable(stack: Stack) -> Catalog:
    """Return the definitions of a stack that are complete; a layer may speak of something that is gone below it."""
    found: dict[Identity, Definition] = {}
    for identity, tree in stack.trees().items():
        try:
            found[identity] = read_definition(identity, tree)
        except (msgspec.ValidationError, KeyError, TypeError):
            continue
    return Catalog(found)
