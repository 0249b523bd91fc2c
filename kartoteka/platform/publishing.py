"""Publishing: carrying out a plan in one transaction, and taking it back. The journal remembers every publish."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, insert, select, text
from sqlalchemy.exc import IntegrityError, OperationalError

from kartoteka.metadata.catalog import Catalog
from kartoteka.metadata.changes import (
    AddEntity,
    AddField,
    Change,
    RestoreEntity,
    RestoreField,
    apply_changes,
    changes_from_trees,
    changes_to_trees,
    inverse_of,
)
from kartoteka.metadata.definitions import Identity, Manifest
from kartoteka.metadata.diff import diff
from kartoteka.metadata.problems import Conflict, NotFound, Problem, Refused
from kartoteka.metadata.stack import LOCAL, Layer, Stack
from kartoteka.metadata.trees import read_manifest, write
from kartoteka.platform import jobs, tables
from kartoteka.platform.configuration import (
    LayerRow,
    Model,
    layer_rows,
    load_model,
    load_stack,
    raise_revision,
    store_definitions,
    store_layers,
)
from kartoteka.platform.database import Database, is_lock_timeout
from kartoteka.platform.operations import StepRunner
from kartoteka.platform.placement import load_placement
from kartoteka.platform.plans import Plan, make_plan
from kartoteka.platform.steps import additions, moves

PAUSES = (0.5, 1, 2, 4)
"""Seconds between attempts where a table is in use; readers and writers go on meanwhile."""
CHANNEL = "kartoteka"
"""PostgreSQL's NOTIFY channel: a hint only."""
REINDEX_JOB = "reindex"
"""The job that brings the search index in line with the configuration."""


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


def publish(database: Database, plan: Plan, *, actor: str, why: str = "", undoes: int | None = None) -> Entry | None:
    """Carry out the plan; None when it is empty.

    Raises Conflict when the configuration is another one by now, or when somebody reads a table without end; Refused
    when the data forbid it.
    """
    for pause in PAUSES:
        try:
            return _publish_once(database, plan, actor, why, undoes)
        except OperationalError as error:
            if not is_lock_timeout(error):
                raise
            time.sleep(pause)
    raise Conflict("plan.table_busy")


def _publish_once(database: Database, plan: Plan, actor: str, why: str, undoes: int | None) -> Entry | None:
    started = time.monotonic()
    with database.publish() as connection:
        model = load_model(connection)
        if model.catalog.hash != plan.base:
            behind = [change.describe() for change in diff(model.catalog, plan.catalog)]
            raise Conflict("plan.stale", behind, expected=plan.base, found=model.catalog.hash)
        before = load_stack(connection)
        if before != plan.before:
            raise Conflict("plan.stale", [], expected=plan.base, found=model.catalog.hash)
        if not plan.changes and before == plan.stack:
            return None
        fresh = make_plan(connection, model, plan.stack, plan.changes)
        if fresh.problems:
            raise Refused(fresh.problems)
        _carry_out(connection, model, fresh)
        return _write_journal(connection, model, fresh, actor, why, undoes, started)


def _carry_out(connection: Connection, model: Model, plan: Plan) -> None:
    runner = StepRunner(connection, model.revision + 1)
    runner.run(moves(plan.changes))
    try:
        runner.run(additions(plan.catalog, load_placement(connection)))
    except IntegrityError as error:
        # A field that comes back was not looked at before: only its unique index tells that values repeat.
        raise Refused([Problem("plan.not_unique", {"count": 1})]) from error
    raise_revision(connection, plan.catalog.hash)


def _write_journal(
    connection: Connection, model: Model, plan: Plan, actor: str, why: str, undoes: int | None, started: float
) -> Entry:
    old, new = layer_rows(plan.before, plan.stack)
    store_definitions(connection, new)
    store_layers(connection, plan.stack)
    row: dict[str, Any] = {"at": datetime.now(UTC), "actor": actor, "why": why, "undoes": undoes}
    row["revision"] = model.revision + 1
    row |= {"hash_before": plan.base, "hash_after": plan.catalog.hash, "changes": changes_to_trees(plan.changes)}
    row |= {"layers_before": {"layers": _layers(plan.before), "definitions": old}}
    row |= {"layers_after": {"layers": _layers(plan.stack), "definitions": new}}
    row["milliseconds"] = int((time.monotonic() - started) * 1000)
    number = connection.execute(insert(tables.journal), row).inserted_primary_key
    jobs.enqueue(connection, REINDEX_JOB, [{}], row["at"])
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"NOTIFY {CHANNEL}"))
    assert number is not None
    return _entry({**row, "number": number[0]})


def _layers(stack: Stack) -> list[Any]:
    return [write(layer.manifest) for layer in stack.packages if layer.manifest]


def _entry(row: dict[str, Any]) -> Entry:
    changes = changes_from_trees(row["changes"])
    names = [name for name in Entry.__slots__ if name != "changes"]
    return Entry(changes=changes, **{name: row[name] for name in names})


def entries(connection: Connection, limit: int = 50) -> Sequence[Entry]:
    """Return the newest publishes, the newest first."""
    rows = connection.execute(select(tables.journal).order_by(tables.journal.c.number.desc()).limit(limit))
    return [_entry(dict(row._mapping)) for row in rows]


def refuse_if_stale(connection: Connection, model: Model, expected: str, most: int) -> None:
    """Raise Conflict, with what was published since, where the configuration's hash doesn't begin with `expected`.

    The journal is searched `most` entries back.
    """
    found = model.catalog.hash
    if found.startswith(expected):
        return
    since: list[Entry] = []
    for entry in entries(connection, most):
        if entry.hash_after.startswith(expected):
            break
        since.append(entry)
    details = [change.describe() for entry in reversed(since) for change in entry.changes]
    raise Conflict("plan.stale", details, expected=expected, found=found)


def undo_plan(connection: Connection, model: Model, number: int | None = None) -> tuple[int, Plan]:
    """Return the journal number and the plan that takes a publish back; by default the newest not yet undone.

    Raises NotFound for an unknown number, Conflict when a later publish changed the same definitions.
    """
    rows = connection.execute(select(tables.journal).order_by(tables.journal.c.number.desc())).all()
    undone = {row.undoes for row in rows}
    candidates = [row for row in rows if row.number not in undone and row.undoes is None]
    chosen = next((row for row in candidates if number in (None, row.number)), None)
    if chosen is None:
        raise NotFound("journal.nothing_to_undo", number=number)
    later = [row for row in rows if row.number > chosen.number and row.number not in undone and row.undoes is None]
    touched = _touched(chosen)
    for row in reversed(later):
        if touched & _touched(row):
            raise Conflict("journal.changed_since", number=chosen.number, later=row.number)
    stack = _taken_back(load_stack(connection), chosen)
    changes = _taking_back(model.catalog, chosen, stack.catalog())
    return chosen.number, make_plan(connection, model, stack, changes)


def _taking_back(now: Catalog, chosen: Any, wanted: Catalog) -> tuple[Change, ...]:
    """Return the inverse of the changes made, and what else it takes to get to the catalog wanted."""
    inverse = inverse_of(changes_from_trees(chosen.changes))
    rest = diff(apply_changes(now, inverse), wanted)
    taken_out = (_restoring(change, chosen.revision) for change in inverse)
    return (*taken_out, *(_restoring(change, None) for change in rest))


def _touched(row: Any) -> set[tuple[str, ...]]:
    return {tuple(each[:4]) for each in row.layers_after["definitions"]}


def _restoring(change: Change, revision: int | None) -> Change:
    """What an undo adds again was only set aside, by the publish that is undone: it comes back with its data."""
    if isinstance(change, AddField):
        return RestoreField(entity=change.entity, field=change.field, place=change.place, revision=revision)
    if isinstance(change, AddEntity):
        return RestoreEntity(tree=change.tree, revision=revision)
    return change


def _taken_back(stack: Stack, chosen: Any) -> Stack:
    """Return the stack with what that publish did to the layers undone; what others did since stays.

    Raises Conflict when a package that it added, upgraded or removed is another one by now.
    """
    definitions = {layer.key: dict(layer.definitions) for layer in stack}
    rows: list[LayerRow] = chosen.layers_before["definitions"]
    for key, kind, entity, name, tree in rows:
        identity = Identity(kind, entity, name)
        definitions.setdefault(key, {}).pop(identity, None)
        if tree is not None:
            definitions[key][identity] = tree
    manifests = _manifests_back(stack, chosen)
    packages = tuple(Layer(each.key, each, definitions.get(each.key, {})) for each in manifests)
    return Stack(packages, Layer(LOCAL, None, definitions.get(LOCAL, {})))


def _manifests_back(stack: Stack, chosen: Any) -> list[Manifest]:
    old, new = (_by_key(state["layers"]) for state in (chosen.layers_before, chosen.layers_after))
    now = _by_key(_layers(stack))
    for key in old.keys() | new.keys():
        if old.get(key) != new.get(key) and now.get(key) != new.get(key):
            raise Conflict("journal.changed_since", number=chosen.number, package=key)
    kept = {key: tree for key, tree in now.items() if key in old or key not in new}
    changed = {key: tree for key, tree in old.items() if tree != new.get(key)}
    places = {key: place for place, key in enumerate(old)}
    wanted = sorted((kept | changed).items(), key=lambda each: places.get(each[0], len(places)))
    return [read_manifest(tree) for _, tree in wanted]


def _by_key(manifests: list[Any]) -> dict[str, Any]:
    return {tree["key"]: tree for tree in manifests}
