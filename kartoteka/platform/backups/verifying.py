"""Verifying stored backups on request: a job reads the whole of one, and what it found stays as the job's result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, delete, select

from kartoteka.metadata.problems import NotFound, Problem, Refused
from kartoteka.platform import jobs, tables
from kartoteka.platform.backups.restoring import verify_backup
from kartoteka.platform.backups.schedule import VERIFY_JOB, find_stored, stored
from kartoteka.platform.jobs import Job
from kartoteka.platform.runtime import Runtime
from kartoteka.platform.settings import Settings
from kartoteka.platform.units import Unit

_of = tables.job.c


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of reading a backup; `at` is None while nobody has finished, `problem` where all is well."""

    at: datetime | None = None
    problem: Problem | None = None


def ask_for_verification(unit: Unit, settings: Settings, name: str, user_id: int) -> None:
    """Have the whole of a stored backup read soon. Raises NotFound."""
    find_stored(settings.backups, name)
    verdict = verdicts(unit.connection).get(name)
    if verdict is not None and verdict.at is None and verdict.problem is None:
        return
    there = {each.path.name for each in stored(settings.backups)}
    old = [job.id for job in _jobs(unit.connection) if job.payload["name"] not in there - {name}]
    unit.connection.execute(delete(tables.job).where(_of.id.in_(old)))
    jobs.enqueue(unit.connection, VERIFY_JOB, [{"name": name}], unit.now, user_id=user_id)


def do_verification(runtime: Runtime, job: Job) -> Mapping[str, Any] | None:
    """Read the whole of a backup: the handler of VERIFY_JOB. A damaged one is a finding, not a failure."""
    found: dict[str, Any] = {}
    try:
        verify_backup(find_stored(runtime.settings.backups, str(job.payload["name"])))
    except NotFound:  # removed in the meantime
        return None
    except Refused as refused:
        found = {"code": refused.problems[0].code, "params": dict(refused.problems[0].params)}
    return {"at": datetime.now(UTC).isoformat(), **found}


def verdicts(connection: Connection) -> dict[str, Verdict]:
    """Return what is known of backups that somebody wanted verified, by name."""
    return {str(job.payload["name"]): _verdict(job) for job in _jobs(connection)}


def _jobs(connection: Connection) -> list[Job]:
    ids = connection.execute(select(_of.id).where(_of.kind == VERIFY_JOB).order_by(_of.id)).scalars().all()
    return [jobs.get(connection, each) for each in ids]


def _verdict(job: Job) -> Verdict:
    if job.status == "done" and job.result:
        code = job.result.get("code")
        problem = Problem(code, job.result["params"]) if code else None
        return Verdict(datetime.fromisoformat(job.result["at"]), problem)
    failed = job.status in ("failed", "cancelled")
    return Verdict(None, Problem("backup.not_verified", {"reason": (job.error or "")[:200]}) if failed else None)
