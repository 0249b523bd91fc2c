"""Publishing: carrying out a plan in one transaction, and writing it down in the journal."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError, OperationalError

from kartoteka.metadata.changes import ChangeType
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
from kartoteka.platform.preparing.store import refuse_meanwhile
from kartoteka.platform.steps import columns, indexes, moves
from kartoteka.platform.units import Unit
from kartoteka.platform.upgrades import remember

T = TypeVar("T")
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
    return trying_again(lambda: _publish_once(database, plan, actor, why, undoes))


def trying_again(act: Callable[[], T]) -> T:
    """Do what needs tables for itself, again where somebody was reading one. Raises Conflict where that never ends."""
    for pause in PAUSES:
        try:
            return act()
        except OperationalError as error:
            if not is_lock_timeout(error):
                raise
            time.sleep(pause)
    raise Conflict("plan.table_busy")


def _publish_once(database: Database, plan: Plan, actor: str, why: str, undoes: int | None) -> Entry | None:
    started_at = datetime.now(UTC)
    with database.publish() as connection:
        model = load_model(connection)
        refuse_if_changed(connection, model, plan)
        if not plan.changes and plan.before == plan.stack:
            return None
        fresh = make_plan(connection, model, plan.stack, plan.changes)
        refuse_loss(fresh, plan.losing)
        entry = put_in_force(connection, model, fresh, actor=actor, why=why, undoes=undoes, started_at=started_at)
        remember(connection, plan.decided, actor, entry.at)
        return entry


def refuse_if_changed(connection: Connection, model: Model, plan: Plan) -> None:
    """Raise Conflict where the configuration is another one than the plan was made for, or about to be."""
    if model.catalog.hash != plan.base:
        behind = [change.describe() for change in diff(model.catalog, plan.catalog)]
        raise Conflict("plan.stale", behind, expected=plan.base, found=model.catalog.hash)
    if load_stack(connection) != plan.before:
        raise Conflict("plan.stale", [], expected=plan.base, found=model.catalog.hash)
    refuse_meanwhile(connection)


def refuse_loss(fresh: Plan, shown: Sequence[int]) -> None:
    """Raise Refused where the data forbid a plan by now, Conflict where changes lose more values than was shown."""
    if fresh.problems:
        raise Refused(fresh.problems)
    if fresh.loses_more_than(shown):
        raise Conflict("plan.values_changed", [change.describe() for change in fresh.changes])


def put_in_force(
    connection: Connection,
    model: Model,
    plan: Plan,
    *,
    actor: str,
    why: str,
    undoes: int | None,
    started_at: datetime,
    converted: Collection[int] = (),
) -> Entry:
    """Carry out a plan that is known to be right, and write it down. Raises Refused where values repeat or fail.

    `converted` are the changes, by number, whose values are in their new columns already.
    """
    _carry_out(connection, model, plan, converted)
    unit = Unit(connection, model_of(connection, plan.catalog, model.revision + 1), datetime.now(UTC))
    write_rows(unit, plan.before, plan.stack, undoing=undoes is not None)
    return _write_journal(connection, model, plan, actor, why, undoes, started_at)


def _carry_out(connection: Connection, model: Model, plan: Plan, converted: Collection[int]) -> None:
    revision = model.revision + 1
    runner = StepRunner(connection, revision)
    runner.run(moves(plan.changes))
    try:
        runner.run(columns(plan.catalog, load_placement(connection)))
        _fill(connection, plan, revision, converted)
        runner.run(indexes(plan.catalog, load_placement(connection)))
    except IntegrityError as error:
        # A field that comes back was not looked at before: only its unique index tells that values repeat.
        raise Refused([Problem("plan.not_unique", {"count": 1})]) from error
    raise_revision(connection, plan.catalog.hash)


def _fill(connection: Connection, plan: Plan, revision: int, converted: Collection[int]) -> None:
    """Convert the values of fields whose type changes into their new columns."""
    changed = (number for number, change in enumerate(plan.changes) if isinstance(change, ChangeType))
    tasks = tuple(
        task for number, task in zip(changed, tasks_of(plan.changes, revision), strict=True) if number not in converted
    )
    if tasks:
        unit = Unit(connection, model_of(connection, plan.catalog, revision), datetime.now(UTC))
        for task in tasks:
            fill(unit, task)


def _write_journal(
    connection: Connection, model: Model, plan: Plan, actor: str, why: str, undoes: int | None, started_at: datetime
) -> Entry:
    store_definitions(connection, layer_rows(plan.before, plan.stack)[1])
    store_layers(connection, plan.stack)
    now = datetime.now(UTC)
    row: dict[str, Any] = {"at": now, "actor": actor, "why": why, "undoes": undoes}
    row |= {"revision": model.revision + 1, "hash_before": plan.base, "hash_after": plan.catalog.hash}
    row |= {"changes": plan.changes, "milliseconds": (now - started_at) // timedelta(milliseconds=1)}
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
