"""Jobs: what must follow a commit, as rows written in the same transaction. Claimed with a lease, retried, visible."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Select, and_, delete, func, insert, or_, select, update

from kartoteka.metadata.problems import NotFound
from kartoteka.platform import tables
from kartoteka.platform.bulk_insert import insert_one

Status = Literal["waiting", "running", "done", "failed", "cancelled"]
OPEN: tuple[Status, ...] = ("waiting", "running")
LEASE = timedelta(seconds=30)
"""How long a job is left to its holder, who renews it while working."""
MOST_ATTEMPTS = 6
CLAIM_LOCK = 0x6B61_6A6F
"""PostgreSQL's advisory lock round claims of kinds that one holder at a time may work at."""
_job = tables.job
_NEW = insert(_job)


class Cancelled(Exception):
    """The job was called off while somebody was at it: whoever is may stop."""


@dataclass(frozen=True, slots=True)
class Job:
    """A piece of work."""

    id: int
    kind: str
    payload: Mapping[str, Any]
    status: Status
    created_at: datetime
    attempts: int
    user_id: int | None
    progress: Mapping[str, Any] | None
    result: Mapping[str, Any] | None
    error: str | None

    @property
    def is_open(self) -> bool:
        """True until it is over, however it ends."""
        return self.status in OPEN


def enqueue(
    connection: Connection,
    kind: str,
    payloads: Sequence[Mapping[str, Any]],
    now: datetime,
    *,
    user_id: int | None = None,
    due_at: datetime | None = None,
) -> int:
    """Write job rows in the caller's transaction; returns the id of the last one, 0 for several."""
    row = {"kind": kind, "status": "waiting", "created_at": now, "due_at": due_at or now, "attempts": 0}
    rows = [{**row, "payload": payload, "user_id": user_id} for payload in payloads]
    if len(rows) == 1:
        return insert_one(connection, _job, rows[0])
    if rows:
        connection.execute(_NEW, rows)
    return 0


def has_due(connection: Connection, kinds: Iterable[str], now: datetime) -> bool:
    """Tell whether there is a job to claim. Only reads, so asking often bothers nobody."""
    return connection.execute(_due(kinds, now).limit(1)).first() is not None


def has_waiting(connection: Connection, kind: str) -> bool:
    """Tell whether a job of the kind waits to be done, due or not."""
    waiting = select(_job.c.id).where(_job.c.status == "waiting", _job.c.kind == kind)
    return connection.execute(waiting.limit(1)).first() is not None


def withdraw(connection: Connection, kind: str) -> None:
    """Forget the jobs of a kind that wait: something else does what they were for."""
    connection.execute(delete(_job).where(_job.c.status == "waiting", _job.c.kind == kind))


def retry_failed(connection: Connection, kind: str, now: datetime) -> None:
    """Let the jobs of a kind that were given up be tried again from the beginning."""
    failed = update(_job).where(_job.c.status == "failed", _job.c.kind == kind)
    connection.execute(failed.values(status="waiting", due_at=now, attempts=0))


def claim(
    connection: Connection, kinds: Iterable[str], now: datetime, limit: int = 1, *, alone: bool = False
) -> list[Job]:
    """Take the oldest due jobs of these kinds; those whose holder died are taken again.

    With `alone` there is nothing to take while somebody else is at a job of these kinds.
    """
    wanted = tuple(kinds)
    if alone and _somebody_is_at(connection, wanted, now):
        return []
    found = _due(wanted, now).order_by(_job.c.id)
    if connection.dialect.name == "postgresql":
        found = found.with_for_update(skip_locked=True)
    ids = list(connection.execute(found.limit(limit)).scalars())
    if not ids:
        return []
    taken = update(_job).where(_job.c.id.in_(ids))
    connection.execute(taken.values(status="running", leased_until=now + LEASE, attempts=_job.c.attempts + 1))
    rows = connection.execute(select(_job).where(_job.c.id.in_(ids)).order_by(_job.c.id)).all()
    return [_read(row) for row in rows]


def _due(kinds: Iterable[str], now: datetime) -> Select[int]:
    free = and_(_job.c.status == "waiting", _job.c.due_at <= now)
    abandoned = and_(_job.c.status == "running", _job.c.leased_until < now)
    return select(_job.c.id).where(_job.c.kind.in_(tuple(kinds)), or_(free, abandoned))


def _somebody_is_at(connection: Connection, kinds: Sequence[str], now: datetime) -> bool:
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(CLAIM_LOCK)))
    held = and_(_job.c.kind.in_(kinds), _job.c.status == "running", _job.c.leased_until >= now)
    return connection.execute(select(_job.c.id).where(held).limit(1)).first() is not None


def renew(connection: Connection, ids: Iterable[int], now: datetime) -> None:
    """Keep the lease of jobs that take long."""
    connection.execute(update(_job).where(_of(tuple(ids))).values(leased_until=now + LEASE))


def report_progress(connection: Connection, job_id: int, progress: Mapping[str, Any], now: datetime) -> bool:
    """Note progress and keep the lease; False when the job was cancelled meanwhile."""
    running = update(_job).where(_job.c.id == job_id, _job.c.status == "running")
    return connection.execute(running.values(progress=progress, leased_until=now + LEASE)).rowcount == 1


def finish(connection: Connection, ids: Sequence[int], result: Mapping[str, Any] | None = None) -> None:
    """Mark jobs done. Those without a result that a person waits for are removed."""
    if result is None:
        connection.execute(delete(_job).where(_job.c.id.in_(ids)))
    else:
        connection.execute(update(_job).where(_of(ids)).values(status="done", result=result, leased_until=None))


def cancel(connection: Connection, job_id: int) -> bool:
    """Call a job off; who is at it learns so with the next progress. False when it was over already."""
    of = _job.c
    open_ones = update(_job).where(of.id == job_id, of.status.in_(OPEN))
    return connection.execute(open_ones.values(status="cancelled", leased_until=None)).rowcount == 1


def remove(connection: Connection, job_id: int) -> None:
    """Forget a job that is over and done with."""
    connection.execute(delete(_job).where(_job.c.id == job_id))


def fail(connection: Connection, job: Job, error: str, now: datetime, *, final: bool = False) -> None:
    """Let the job be tried again later, or give it up after the last attempt; the error stays visible.

    What was called off meanwhile stays so.
    """
    last = final or job.attempts >= MOST_ATTEMPTS
    due = now + timedelta(seconds=2**job.attempts * 5)
    values = {"status": "failed" if last else "waiting", "due_at": due, "leased_until": None, "error": error[:2000]}
    connection.execute(update(_job).where(_of((job.id,))).values(**values))


def get(connection: Connection, job_id: int) -> Job:
    """Return a job. Raises NotFound."""
    row = connection.execute(select(_job).where(_job.c.id == job_id)).one_or_none()
    if row is None:
        raise NotFound("job.not_found", id=job_id)
    return _read(row)


def _of(ids: Sequence[int]) -> ColumnElement[bool]:
    return and_(_job.c.id.in_(ids), _job.c.status == "running")


def _read(row: Any) -> Job:
    return Job(*(getattr(row, name) for name in Job.__slots__))
