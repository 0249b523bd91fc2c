"""The worker's side of long downloads: the file is made with the rights that the person has now."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any, BinaryIO

from kartoteka.metadata.problems import Forbidden
from kartoteka.platform import jobs
from kartoteka.platform.actors import Actor
from kartoteka.platform.exports import EXPORT, FORGET, forget, path_of, requested_query, rights_digest
from kartoteka.platform.jobs import Job
from kartoteka.platform.people import actor_of
from kartoteka.platform.runtime import JobHandler, Runtime
from kartoteka.platform.units import Unit
from kartoteka.reports.questions import answer
from kartoteka.reports.workbooks import Progress, Workbooks

PROGRESS_SECONDS = 0.5


def handlers(workbooks: Workbooks) -> dict[str, JobHandler]:
    """Return the job kinds of this room."""
    return {EXPORT: partial(export, workbooks), FORGET: forget}


def export(workbooks: Workbooks, runtime: Runtime, job: Job) -> Mapping[str, Any]:
    """Make the file of a job. Raises Forbidden where the person may not have it any more."""
    path = path_of(runtime, job)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part")
    with runtime.reading() as unit:
        actor = actor_of(unit, job.user_id, runtime.settings) if job.user_id is not None else None
        if actor is None:
            raise Forbidden("access.no_export")
        with unfinished.open("wb") as file:
            rows = _write(workbooks, unit, actor, job.payload, file, _reporter(runtime, job))
        rights = rights_digest(unit, actor)
    unfinished.replace(path)
    return {"rows": rows, "size": path.stat().st_size, "rights": rights}


def _write(
    workbooks: Workbooks, unit: Unit, actor: Actor, wanted: Mapping[str, Any], file: BinaryIO, progress: Progress
) -> int:
    if "report" in wanted:
        found = answer(unit, actor, wanted["report"], tuple((name, text) for name, text in wanted["parameters"]))
        return workbooks.write_report(found, wanted["form"], file, progress)
    query = requested_query(wanted)
    return workbooks.write(unit, actor, query, wanted["title"], wanted["form"], file, wanted["labels"], progress)


def _reporter(runtime: Runtime, job: Job) -> Progress:
    """Return what notes progress, twice a second at most: a person looks on, and others want to write."""
    last = time.monotonic()

    def report(done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last >= PROGRESS_SECONDS:
            last = time.monotonic()
            with runtime.database.write() as connection:
                jobs.report_progress(connection, job.id, {"done": done, "total": total}, datetime.now(UTC))

    return report
