"""The page of a long download: how far it is, then the file. It looks again by itself, also without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from starlette.responses import FileResponse, Response

from kartoteka.metadata.problems import NotFound
from kartoteka.platform import jobs
from kartoteka.platform.exports import finished_file, own_export
from kartoteka.platform.jobs import Job
from kartoteka.platform.units import Unit
from kartoteka.platform.web.attachments import FORMS, download_headers
from kartoteka.platform.web.contexts import Action, Shell
from kartoteka.platform.web.shell import make_shell, page, redirect
from kartoteka.platform.web.visits import Visit, number_in

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class JobPage:
    """How far a long download is. `percent` is None where nobody knows; `refresh_url` is empty when it is over."""

    shell: Shell
    title: str
    text: str
    icon: str
    percent: int | None = None
    refresh_url: str = ""
    actions: tuple[Action, ...] = ()


def show_job(unit: Unit, visit: Visit) -> Response:
    """Show how far a download is."""
    job = own_export(unit, visit.actor, job_id_of(visit))
    title = str(job.payload["title"])
    under_way = job.is_open
    context = JobPage(
        shell=make_shell(unit, visit, title),
        title=title,
        text=_text(visit, job),
        icon=_icon(job),
        percent=_percent(job) if under_way else None,
        refresh_url=f"/-/jobs/{job.id}" if under_way else "",
        actions=tuple(_actions(visit, job)),
    )
    return page(visit, "_job.html" if visit.is_fragment else "job.html", context)


def send_job_file(unit: Unit, visit: Visit) -> Response:
    """Send the file of a download, to the one who asked and may still have it."""
    job = own_export(unit, visit.actor, job_id_of(visit))
    path = finished_file(unit, visit.runtime, visit.actor, job)
    form = str(job.payload["form"])
    return FileResponse(path, media_type=FORMS[form], headers=download_headers(f"{job.payload['title']}.{form}"))


def cancel_job(unit: Unit, visit: Visit) -> Response:
    """Call a download off; one that was ready by then stays."""
    job = own_export(unit, visit.actor, job_id_of(visit))
    jobs.cancel(unit.connection, job.id)
    return redirect(f"/-/jobs/{job.id}")


def job_id_of(visit: Visit) -> int:
    """Return the number in the path. Raises NotFound where there is none."""
    text = str(visit.path["id"])
    number = number_in(text)
    if number is None:
        raise NotFound("job.not_found", id=text)
    return number


def _icon(job: Job) -> str:
    icons = {"waiting": "hourglass", "running": "hourglass", "done": "download", "cancelled": "x"}
    return icons.get(job.status, "alert-circle")


def _percent(job: Job) -> int | None:
    progress = job.progress or {}
    total = progress.get("total")
    return min(99, int(100 * progress.get("done", 0) / total)) if total else None


def _text(visit: Visit, job: Job) -> str:
    if job.status == "done" and job.result:
        numbers = visit.actor.locale
        size = numbers.number(Decimal(job.result["size"]) / MEGABYTE, 1)
        text = visit.say("Rows: %(count)s, %(size)s MB. The file is kept for a day.")
        return text % {"count": numbers.number(int(job.result["rows"])), "size": size}
    if job.status == "waiting":
        return visit.say("Your file will be made in a moment.")
    if job.status == "running":
        progress = job.progress or {"done": 0}
        done = visit.actor.locale.number(int(progress["done"]))
        return visit.say("Your file is being made. Rows so far: %(count)s.") % {"count": done}
    if job.status == "cancelled":
        return visit.say("Cancelled. Nothing was made.")
    return visit.say("The file could not be made. Please try again; if it fails again, tell your administrator.")


def _actions(visit: Visit, job: Job) -> Iterator[Action]:
    if job.status == "done":
        yield Action(visit.say("Download"), f"/-/jobs/{job.id}/file", "download", style="primary")
    if job.is_open:
        yield Action(visit.say("Cancel"), f"/-/jobs/{job.id}/cancel", "x", "post")
    yield Action(visit.say("Back"), str(job.payload["back"]), "arrow-back-up")
