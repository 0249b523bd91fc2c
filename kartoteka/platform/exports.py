"""Exports: long downloads, asked for as jobs, made by the worker and kept for a day for the one who asked.

They are made with the rights that the person has then, and handed out only while these are still the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from kartoteka.metadata.definitions import Sort
from kartoteka.metadata.expressions import unparse
from kartoteka.metadata.problems import Forbidden, NotFound
from kartoteka.platform import jobs
from kartoteka.platform.actors import Actor
from kartoteka.platform.jobs import Cancelled, Job
from kartoteka.platform.people import actor_of
from kartoteka.platform.query import Query
from kartoteka.platform.runtime import Runtime
from kartoteka.platform.units import Unit

EXPORT: Final = "export"
FORGET: Final = "forget_export"
"""The kinds of job: make a file; remove it."""
KEPT = timedelta(days=1)
MOST_AT_ONCE = 20_000
"""Rows that are written while a person waits; more than that is a job."""


def ask_for_export(runtime: Runtime, actor: Actor, request: Mapping[str, Any]) -> int:
    """Have a file made later; returns the job's id. It is a unit of its own: who asks is only reading."""
    with runtime.writing() as unit:
        job = jobs.enqueue(unit.connection, EXPORT, [request], unit.now, user_id=actor.user_id)
        jobs.enqueue(unit.connection, FORGET, [{"job": job}], unit.now, due_at=unit.now + KEPT)
        return job


def list_request(query: Query, title: str, form: str, labels: Mapping[str, str], back: str) -> dict[str, Any]:
    """Return what is to be made of a list, as data; `labels` are the columns' own, by path.

    `back` is the address that the person comes from, filters and all.
    """
    return {
        "entity": query.entity,
        "columns": query.columns,
        "where": [each if isinstance(each, str) else unparse(each) for each in query.where],
        "sort": [[each.field, each.descending] for each in query.sort],
        "ids": query.ids,
        "title": title,
        "form": form,
        "labels": dict(labels),
        "back": back,
    }


def requested_query(request: Mapping[str, Any]) -> Query:
    """Return the query of a list's request."""
    sort = tuple(Sort(field=field, descending=descending) for field, descending in request["sort"])
    ids = None if request["ids"] is None else tuple(request["ids"])
    return Query(request["entity"], tuple(request["columns"]), tuple(request["where"]), sort, limit=None, ids=ids)


def report_request(key: str, parameters: Sequence[tuple[str, str]], title: str, form: str) -> dict[str, Any]:
    """Return what is to be made of a report, as data."""
    back = f"/-/reports/{key}" + (f"?{urlencode(parameters)}" if parameters else "")
    given = [list(each) for each in parameters]
    return {"report": key, "parameters": given, "title": title, "form": form, "back": back}


def continue_export(runtime: Runtime, job: Job, rights: str, done: int, total: int) -> None:
    """Note how far an export is. Raises Cancelled where it was called off, Forbidden where rights have changed since.

    `rights` is the digest of those that it was begun with: nothing more is made with rights of yesterday.
    """
    with runtime.writing() as unit:
        if not jobs.report_progress(unit.connection, job.id, {"done": done, "total": total}, unit.now):
            raise Cancelled
        if rights_digest(unit, exporting_actor(unit, runtime, job)) != rights:
            raise Forbidden("export.rights_changed")


def exporting_actor(unit: Unit, runtime: Runtime, job: Job) -> Actor:
    """Return who has asked for an export, as of now. Raises Forbidden for one who may not log in any more."""
    actor = actor_of(unit, job.user_id, runtime.settings) if job.user_id is not None else None
    if actor is None:
        raise Forbidden("access.no_export")
    return actor


def own_export(unit: Unit, actor: Actor, job_id: int) -> Job:
    """Return an export that the actor has asked for. Raises NotFound."""
    job = jobs.get(unit.connection, job_id)
    if job.user_id is None or job.user_id != actor.user_id or job.kind != EXPORT:
        raise NotFound("job.not_found", id=job_id)
    return job


def finished_file(unit: Unit, runtime: Runtime, actor: Actor, job: Job) -> Path:
    """Return the file of an export. Raises NotFound while there is none, Forbidden where rights have changed since."""
    path = path_of(runtime, job)
    if job.status != "done" or not job.result or not path.exists():
        raise NotFound("job.not_found", id=job.id)
    if not unit.model.access.may_export(actor):
        raise Forbidden("access.no_export")
    if job.result.get("rights") != rights_digest(unit, actor):
        raise Forbidden("export.rights_changed")
    return path


def rights_digest(unit: Unit, actor: Actor) -> str:
    """Return a digest of all that the actor may read, in any entity."""
    access = unit.model.access
    found = [
        (key, rights.conditions.get("read"), sorted(rights.fields.items()))
        for key in sorted(unit.model.catalog.entities)
        if (rights := access.rights(actor, key)).may("read")
    ]
    return hashlib.sha256(repr((actor.user_id, access.may_export(actor), found)).encode()).hexdigest()


def path_of(runtime: Runtime, job: Job) -> Path:
    """Return where the file of an export lies."""
    return runtime.files / "exports" / f"{job.id}.{job.payload['form']}"


def unfinished_path_of(runtime: Runtime, job: Job) -> Path:
    """Return where the file of an export lies while it is being made."""
    return path_of(runtime, job).with_suffix(".part")


def forget(runtime: Runtime, job: Job) -> None:
    """Remove the file of an export, and the export itself: the handler of FORGET."""
    with runtime.writing() as unit:
        try:
            made = jobs.get(unit.connection, int(job.payload["job"]))
        except NotFound:
            return
        for path in (path_of(runtime, made), unfinished_path_of(runtime, made)):
            path.unlink(missing_ok=True)
        jobs.remove(unit.connection, made.id)
