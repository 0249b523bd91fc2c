"""Publications: a publish begun, carried on by a job in batches, and at last put in force; or called off."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Connection, update
from sqlalchemy.exc import IntegrityError

from kartoteka.metadata.changes import Change, changes_from_trees
from kartoteka.metadata.problems import Conflict, Problem, Refused
from kartoteka.platform import drafts, jobs, purging, records, tables
from kartoteka.platform.actors import SYSTEM
from kartoteka.platform.configuration import Model, Models, load_model, raise_revision, store_rows
from kartoteka.platform.database import Database
from kartoteka.platform.journal import Entry
from kartoteka.platform.operations import StepRunner, unmake_index
from kartoteka.platform.placement import FREE, is_ready
from kartoteka.platform.plans import Plan, make_plan
from kartoteka.platform.preparing import store
from kartoteka.platform.preparing.store import Preparation
from kartoteka.platform.preparing.working import MOST_CAUGHT_UP, caught_up, filled_further, make_ready, newest_entry
from kartoteka.platform.preparing.works import Convert, Index, Work, find_works
from kartoteka.platform.publishing import publish, put_in_force, refuse_if_changed, refuse_loss, trying_again
from kartoteka.platform.query import Query, fetch
from kartoteka.platform.runtime import Runtime
from kartoteka.platform.units import Unit, writing
from kartoteka.platform.upgrades import remember

PUBLISH_JOB: Final = "publish"
Told = Callable[[Preparation], bool]
"""Is told after each batch how far it is; False where it had better stop."""
BREATH_SECONDS = 0.02
"""Pause between batches, in which whoever waits to write comes to it."""
STEPS_OF_INDEX = 10
"""An index over so many records takes as long as filling one."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A publish that goes on by itself: see its preparation."""

    id: int


def publish_or_begin(
    database: Database,
    plan: Plan,
    *,
    actor: str,
    why: str = "",
    undoes: int | None = None,
    draft_id: int | None = None,
) -> Entry | Begun | None:
    """Carry out the plan at once, or begin with it where it takes long; None when it is empty.

    `draft_id` is a draft that ends with it. Raises as `publish`.
    """
    if plan.forecast:
        _look_again(database, plan)
        begun = trying_again(lambda: _begin(database, plan, actor, why, undoes, draft_id))
        if begun is not None:
            return begun
    entry = publish(database, plan, actor=actor, why=why, undoes=undoes)
    if draft_id is not None:  # were the process killed before, its changes would be found made already
        with database.write() as connection:
            drafts.end(connection, draft_id)
    return entry


def _look_again(database: Database, plan: Plan) -> None:
    """Look at the data once more while nobody waits. Raises as `publish` does."""
    with database.read() as connection:
        model = load_model(connection)
        refuse_if_changed(connection, model, plan)
        fresh = make_plan(connection, model, plan.stack, plan.changes)
    refuse_loss(fresh, plan.losing)


def _begin(
    database: Database, plan: Plan, actor: str, why: str, undoes: int | None, draft_id: int | None
) -> Begun | None:
    with database.publish() as connection:
        model = load_model(connection)
        refuse_if_changed(connection, model, plan)
        works, steps = find_works(connection, model, plan)
        if not works and not steps:
            return None
        StepRunner(connection, model.revision).run(steps)
        store_rows(connection, plan.stack)
        raise_revision(connection)
        now = datetime.now(UTC)
        row: dict[str, Any] = {"job_id": 0, "started_at": now, "actor": actor, "why": why, "undoes": undoes}
        row |= {"draft_id": draft_id, "base_hash": plan.base, "plan": store.plan_to_tree(plan)}
        number = store.add(connection, {**row, "mark": newest_entry(connection)}, works)
        _ask(connection, number)
        return Begun(number)


def _ask(connection: Connection, number: int) -> None:
    """Have it carried on by a job."""
    job = jobs.enqueue(connection, PUBLISH_JOB, [{"preparation": number}], datetime.now(UTC))
    store.note(connection, number, job_id=job)


def do_publish(runtime: Runtime, job: jobs.Job, told: Callable[[Preparation], None] | None = None) -> dict[str, Any]:
    """Carry a publish on until it is in force, or called off: the handler of PUBLISH_JOB. `told` looks on."""

    def tell(now: Preparation) -> bool:
        if told is not None:
            told(now)
        done, total = progress_of(now)
        with runtime.database.write() as connection:
            return jobs.report_progress(connection, job.id, {"done": done, "total": total}, datetime.now(UTC))

    with runtime.database.read() as connection:
        found = store.get(connection, int(job.payload["preparation"]))
    ended = carry_on(runtime.database, runtime.models, found, tell)
    return {"status": ended.status, "entry": ended.entry}


def take_over(runtime: Runtime, told: Callable[[Preparation], None]) -> bool:
    """Carry on the publish that nobody is at, to its end; False where somebody is."""
    with runtime.database.write() as connection:
        taken = jobs.claim(connection, (PUBLISH_JOB,), datetime.now(UTC))
    for job in taken:
        result = do_publish(runtime, job, told)
        with runtime.database.write() as connection:
            jobs.finish(connection, [job.id], result)
    return bool(taken)


def carry_on(database: Database, models: Models, found: Preparation, tell: Told) -> Preparation:
    """Do what is left of a publish; return it as it ended, or as it stands where `tell` said to stop."""
    while found.is_open:
        found = _step(database, models, found)
        if not tell(found):
            return found
        time.sleep(BREATH_SECONDS)
    return found


def progress_of(found: Preparation) -> tuple[int, int]:
    """Return how much is done, of how much."""
    weights = [work.size // (STEPS_OF_INDEX if isinstance(work, Index) else 1) + 1 for work in found.works]
    parts = [
        weight if work.last is None else min(work.last, weight)
        for work, weight in zip(found.works, weights, strict=True)
    ]
    return sum(parts), sum(weights) + 1


def _step(database: Database, models: Models, found: Preparation) -> Preparation:
    try:
        if found.status == "clearing":
            return _cleared(database, models, found)
        number = next((place for place, work in enumerate(found.works) if work.last is not None), None)
        if number is None:
            return trying_again(lambda: _end(database, models, found))
        return _worked(database, models, found, number)
    except Refused as refused:
        return _given_up(database, found, refused.problems)
    except IntegrityError:
        return _given_up(database, found, (Problem("plan.not_unique", {"count": 1}),))


def _worked(database: Database, models: Models, found: Preparation, number: int) -> Preparation:
    """Do a batch of one of the works."""
    work = found.works[number]
    if isinstance(work, Index):
        done = make_ready(database, work)
        with writing(database, models) as unit:
            return _noted(unit.connection, found, number, done)
    with writing(database, models) as unit:
        now = store.get(unit.connection, found.id)
        if now.status != "preparing":
            return now
        return _noted(unit.connection, now, number, filled_further(unit, _changes(now), work))


def _noted(connection: Connection, found: Preparation, number: int, done: Work) -> Preparation:
    works = [*found.works]
    works[number] = done
    store.note(connection, found.id, works=works)
    return replace(found, works=works)


def _changes(found: Preparation) -> Sequence[Change]:
    return changes_from_trees(found.plan["changes"])


# --- the end ----------------------------------------------------------------------------------------------


def _end(database: Database, models: Models, found: Preparation) -> Preparation:
    """Do once more what was written meanwhile; put it in force where that is little."""
    with database.publish() as connection:
        now = store.get(connection, found.id)
        if now.status != "preparing":
            return now
        unit = Unit(connection, models.at(connection), datetime.now(UTC))
        works, mark, is_all = caught_up(unit, _changes(now), now.works, now.mark, MOST_CAUGHT_UP)
        store.note(connection, now.id, works=works, mark=mark)
        if is_all:
            entry = _publish(connection, unit.model, now)
            store.note(connection, now.id, status="published", entry=entry.number)
        return store.get(connection, found.id)


def _publish(connection: Connection, model: Model, found: Preparation) -> Entry:
    plan = store.stored_plan(connection, found)
    ready = frozenset(work.change for work in found.works if isinstance(work, Convert))
    about: dict[str, Any] = {"actor": found.actor, "why": found.why, "undoes": found.undoes}
    entry = put_in_force(connection, model, plan, started_at=found.started_at, converted=ready, **about)
    remember(connection, plan.decided, found.actor, entry.at)
    if found.draft_id is not None:
        drafts.end(connection, found.draft_id)
    return entry


# --- calling off ------------------------------------------------------------------------------------------


def call_off(database: Database, preparation_id: int) -> Preparation:
    """Call a publish off. Raises NotFound, and Conflict where it is over."""
    with database.write() as connection:
        found = store.get(connection, preparation_id)
        if not found.is_open:
            raise Conflict("preparation.over")
        _clear(connection, found)
        return store.get(connection, preparation_id)


def _clear(connection: Connection, found: Preparation) -> None:
    """Let what was made ready be taken away, by another job where there is none any more."""
    store.note(connection, found.id, status="clearing")
    if not jobs.get(connection, found.job_id).is_open:
        _ask(connection, found.id)


def _given_up(database: Database, found: Preparation, problems: Sequence[Problem]) -> Preparation:
    with database.write() as connection:
        store.note(connection, found.id, status="clearing", problems=problems)
        return store.get(connection, found.id)


def _cleared(database: Database, models: Models, found: Preparation) -> Preparation:
    """Take away what was made ready: indexes are dropped, columns emptied and free for other fields."""
    with database.publish() as connection:
        for work in found.works:
            if isinstance(work, Index):
                unmake_index(connection, work.name)
        of = tables.placement.c
        for field in set(connection.execute(tables.placement.select().with_only_columns(of.field)).scalars()):
            if is_ready(field):
                here = update(tables.placement).where(of.field == field)
                connection.execute(here.values(field=FREE + field))
        raise_revision(connection)
    purging.finish(database)
    for work in found.works:
        if isinstance(work, Convert):
            _put_away(database, models, work)
    with database.write() as connection:
        ended = "refused" if found.problems else "cancelled"
        store.note(connection, found.id, status=ended)
        return store.get(connection, found.id)


def _put_away(database: Database, models: Models, work: Convert) -> None:
    """Put into the trash what was made for links to lead to, but for what somebody has written in since."""
    for record_id in work.made:
        with writing(database, models) as unit:
            page = fetch(unit, SYSTEM, Query(work.makes, ids=(record_id,)))
            if any(row.version == 1 for row in page.rows):
                records.delete(unit, SYSTEM, work.makes, record_id)


def clear_abandoned(runtime: Runtime) -> None:
    """Call off what no job carries on: one of a backup that was put back, or that died again and again."""
    with runtime.database.write() as connection:
        found = store.open_one(connection)
        if found is not None and not jobs.get(connection, found.job_id).is_open:
            _clear(connection, found)
