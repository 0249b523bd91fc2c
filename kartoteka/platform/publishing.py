"""Publishing: carrying out a plan in one transaction, and writing it down in the journal."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError, OperationalError

from kartoteka.metadata.diff import diff
from kartoteka.metadata.problems import Conflict, Problem, Refused
from kartoteka.platform import jobs
from kartoteka.platform.configuration import (
    Model,
    layer_rows,
    load_model,
    load_stack,
    model_of,
    raise_revision,
    store_definitions,
    store_layers,
)
from kartoteka.platform.conversions.filling import fill, tasks_of
from kartoteka.platform.database import Database, is_lock_timeout
from kartoteka.platform.journal import Entry, entries, write_entry
from kartoteka.platform.operations import StepRunner
from kartoteka.platform.package_rows.writing import write_rows
from kartoteka.platform.placement import load_placement
from kartoteka.platform.plans import Plan, make_plan
from kartoteka.platform.steps import columns, indexes, moves
from kartoteka.platform.units import Unit
from kartoteka.platform.upgrades import remember

PAUSES = (0.5, 1, 2, 4)
"""Seconds between attempts where a table is in use; readers and writers go on meanwhile."""
CHANNEL = "kartoteka"
"""PostgreSQL's NOTIFY channel: a hint only."""
REINDEX_JOB = "reindex"
"""The job that brings the search index in line with the configuration."""


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
        if fresh.loses_more_than(plan):
            raise Conflict("plan.values_changed", [change.describe() for change in fresh.changes])
        _carry_out(connection, model, fresh)
        unit = Unit(connection, model_of(connection, fresh.catalog, model.revision + 1), datetime.now(UTC))
        write_rows(unit, before, fresh.stack, undoing=undoes is not None)
        entry = _write_journal(connection, model, fresh, actor, why, undoes, started)
        remember(connection, plan.collisions, actor, entry.at)
        return entry


def _carry_out(connection: Connection, model: Model, plan: Plan) -> None:
    revision = model.revision + 1
    runner = StepRunner(connection, revision)
    runner.run(moves(plan.changes))
    try:
        runner.run(columns(plan.catalog, load_placement(connection)))
        _fill(connection, plan, revision)
        runner.run(indexes(plan.catalog, load_placement(connection)))
    except IntegrityError as error:
        # A field that comes back was not looked at before: only its unique index tells that values repeat.
        raise Refused([Problem("plan.not_unique", {"count": 1})]) from error
    raise_revision(connection, plan.catalog.hash)


def _fill(connection: Connection, plan: Plan, revision: int) -> None:
    """Convert the values of fields whose type changes into their new columns."""
    tasks = tuple(tasks_of(plan.changes, revision))
    if tasks:
        unit = Unit(connection, model_of(connection, plan.catalog, revision), datetime.now(UTC))
        for task in tasks:
            fill(unit, task)


def _write_journal(
    connection: Connection, model: Model, plan: Plan, actor: str, why: str, undoes: int | None, started: float
) -> Entry:
    store_definitions(connection, layer_rows(plan.before, plan.stack)[1])
    store_layers(connection, plan.stack)
    row: dict[str, Any] = {"at": datetime.now(UTC), "actor": actor, "why": why, "undoes": undoes}
    row |= {"revision": model.revision + 1, "hash_before": plan.base, "hash_after": plan.catalog.hash}
    row |= {"changes": plan.changes, "milliseconds": int((time.monotonic() - started) * 1000)}
    entry = write_entry(connection, plan.before, plan.stack, row)
    jobs.enqueue(connection, REINDEX_JOB, [{}], row["at"])
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"NOTIFY {CHANNEL}"))
    return entry


MOST_SINCE = 10_000
"""Entries of the journal that are searched for what was published since a plan was made."""


def refuse_if_stale(connection: Connection, model: Model, expected: str) -> None:
    """Raise Conflict, with what was published since, where the configuration's hash doesn't begin with `expected`."""
    found = model.catalog.hash
    if found.startswith(expected):
        return
    since: list[Entry] = []
    for entry in entries(connection, MOST_SINCE):
        if entry.hash_after.startswith(expected):
            break
        since.append(entry)
    details = [change.describe() for entry in reversed(since) for change in entry.changes]
    raise Conflict("plan.stale", details, expected=expected, found=found)
