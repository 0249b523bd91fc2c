"""The worker's side of long downloads: the file is made with the rights that the person has now."""

from __future__ import annotations

import time
from collections.abc import Mapping
from functools import partial
from typing import Any, BinaryIO

from kartoteka.platform.actors import Actor
from kartoteka.platform.exports import (
    EXPORT,
    FORGET,
    continue_export,
    exporting_actor,
    forget,
    path_of,
    requested_query,
    rights_digest,
    unfinished_path_of,
)
from kartoteka.platform.jobs import Job
from kartoteka.platform.runtime import JobHandler, Runtime
from kartoteka.platform.units import Unit
from kartoteka.reports.questions import answer
from kartoteka.reports.workbooks import Progress, Workbooks

PROGRESS_SECONDS = 0.5


def handlers(workbooks: Workbooks) -> dict[str, JobHandler]:
    """Return the job kinds of this room."""
    return {EXPORT: partial(export, workbooks), FORGET: forget}


def export(workbooks: Workbooks, runtime: Runtime, job: Job) -> Mapping[str, Any]:
    """Make the file of a job. Raises Forbidden where the person may not have it any more, Cancelled."""
    path, unfinished = path_of(runtime, job), unfinished_path_of(runtime, job)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with runtime.reading() as unit, unfinished.open("wb") as file:
            actor = exporting_actor(unit, runtime, job)
            rights = rights_digest(unit, actor)
            rows = _write(workbooks, unit, actor, job.payload, file, _reporter(runtime, job, rights))
        continue_export(runtime, job, rights, rows, rows)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return {"rows": rows, "size": path.stat().st_size, "rights": rights}


def _write(
    workbooks: Workbooks, unit: Unit, actor: Actor, wanted: Mapping[str, Any], file: BinaryIO, progress: Progress
) -> int:
    if "report" in wanted:
        found = answer(unit, actor, wanted["report"], tuple((name, text) for name, text in wanted["parameters"]))
        return workbooks.write_report(found, wanted["form"], file, progress)
    query = requested_query(wanted)
    return workbooks.write(unit, actor, query, wanted["title"], wanted["form"], file, wanted["labels"], progress)


def _reporter(runtime: Runtime, job: Job, rights: str) -> Progress:
    """Return what notes progress, twice a second at most: a person looks on, and others want to write.

    It looks each time whether the file is still wanted, and may still be had.
    """
    last = time.monotonic()

    def report(done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last >= PROGRESS_SECONDS:
            last = time.monotonic()
            continue_export(runtime, job, rights, done, total)

    return report
