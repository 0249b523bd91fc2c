"""Backups: those that are stored, one made now, downloaded or verified, and when they are made by themselves."""

from __future__ import annotations

import shlex
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import structlog
from starlette.responses import FileResponse, Response

from kartoteka.admin.backup_contexts import BackupLine, BackupsPage
from kartoteka.admin.contexts import SheetPage, SheetSection
from kartoteka.admin.desk import Desk, calm_desk
from kartoteka.metadata.problems import Message, Problem, Refused
from kartoteka.platform.backups.schedule import (
    StoredBackup,
    ask_for_backup,
    change_timetable,
    failures,
    find_stored,
    stored,
    under_way,
)
from kartoteka.platform.backups.timetable import BOUNDS, Timetable, next_due, timetable_of
from kartoteka.platform.backups.verifying import Verdict, ask_for_verification, verdicts
from kartoteka.platform.units import Unit
from kartoteka.platform.web.attachments import download_headers
from kartoteka.platform.web.contexts import Action, ErrorLine, IndexTab, Option, Widget
from kartoteka.platform.web.shell import make_shell, page, redirect
from kartoteka.platform.web.visits import Visit, number_in

URL = "/-/admin/backups"
_log = structlog.get_logger()


def show_backups(unit: Unit, visit: Visit, refused: Refused | None = None) -> Response:
    """Show what is stored and what is under way; the part below the head fetches itself anew meanwhile."""
    desk = calm_desk(unit, visit, refused)
    settings = visit.runtime.settings
    timetable, known = timetable_of(unit.connection, settings), verdicts(unit.connection)
    found = list(stored(settings.backups))
    running = _running(desk)
    lines = tuple(_line(desk, each, known.get(each.path.name)) for each in found)
    change = Action(desk.say("Change times and number"), f"{URL}/schedule", "calendar-time")
    context = BackupsPage(
        shell=make_shell(unit, visit, desk.say("Backups")),
        title=desk.say("Backups"),
        text=desk.told(_told(timetable, settings.time_zone)),
        where=desk.told(Message("backup.where", {"path": str(settings.backups), "free": _free(settings.backups)})),
        next=_next(desk, timetable),
        actions=(Action(desk.say("Back up now"), URL, "archive", "post", "primary"),),
        schedule_action=change,
        lines=lines,
        running=running,
        empty=desk.say("There is no backup yet."),
        command=_command(unit, found, settings.backups),
        replacing=f"--replace {shlex.quote(settings.workspace.resolve().name)}",
        draft=desk.draft_bar(),
        problems=(*desk.summary(), *_failed(desk)),
        refresh_url=URL if running or any(each.is_busy for each in lines) else "",
    )
    return page(visit, "admin/_backups.html" if visit.is_fragment else "admin/backups.html", context, desk.status)


def _told(timetable: Timetable, zone: str) -> Message:
    """Say when backups are made."""
    params = {"at": f"{timetable.at}:00", "zone": zone, "keep": timetable.keep, "hours": timetable.hours}
    if not timetable.hours:
        return Message("backup.never")
    return Message("backup.daily", params) if timetable.hours == 24 else Message("backup.hourly", params)


def _next(desk: Desk, timetable: Timetable) -> str:
    if not timetable.hours:
        return ""
    due = next_due(desk.unit.now, timetable, desk.visit.runtime.settings.time_zone)
    return desk.say("Next one: %(when)s") % {"when": desk.visit.actor.locale.datetime(due)}


def _free(folder: Path) -> int:
    """Return how many bytes are left on the disk of a folder that may not be there yet."""
    there = next(each for each in (folder, *folder.resolve().parents) if each.is_dir())
    return shutil.disk_usage(there).free


def _running(desk: Desk) -> str:
    job = under_way(desk.unit.connection)
    if job is None:
        return ""
    if job.status == "running":
        return desk.say("A backup is being made. People can go on working.")
    return desk.say("A backup will be made in a moment.")


def _failed(desk: Desk) -> Iterator[ErrorLine]:
    for job in failures(desk.unit)[:1]:
        reason = {"reason": (job.error or "")[:300]}
        yield ErrorLine(desk.told(Message("doctor.backup_failed", reason)))


def _line(desk: Desk, each: StoredBackup, verdict: Verdict | None) -> BackupLine:
    locale, name, manifest = desk.visit.actor.locale, each.path.name, each.manifest
    if manifest is None:
        trouble = desk.say("It can't be read: it is damaged, or a newer version has made it.")
        return BackupLine(name, trouble=trouble)
    url = f"{URL}/{name}"
    busy = verdict is not None and verdict.at is None and verdict.problem is None
    verify = Action(desk.say("Verify"), f"{url}/verify", "shield", "post")
    holds = {"size": each.size, "rows": manifest.rows, "files": manifest.files, "hash": manifest.hash[:12]}
    return BackupLine(
        when=locale.datetime(manifest.made_at),
        text=desk.told(Message("backup.holds", holds)),
        verified=_verified(desk, verdict),
        trouble=" ".join(_troubles(desk, each, verdict)),
        is_busy=busy,
        actions=(Action(desk.say("Download"), f"{url}/file", "download", "post"), *(() if busy else (verify,))),
    )


def _verified(desk: Desk, verdict: Verdict | None) -> str:
    if verdict is None or verdict.at is None or verdict.problem is not None:
        return ""
    when = desk.visit.actor.locale.datetime(verdict.at)
    return desk.say("verified %(when)s: all of it is well") % {"when": when}


def _troubles(desk: Desk, each: StoredBackup, verdict: Verdict | None) -> Iterator[str]:
    if verdict is not None and verdict.problem is not None:
        yield desk.told(verdict.problem)
    if each.manifest is not None and each.manifest.lost:
        yield desk.told(Message("backup.lost", {"count": len(each.manifest.lost)}))


def _command(unit: Unit, found: list[StoredBackup], folder: Path) -> str:
    """Return the command that puts the newest backup into a new folder."""
    good = next((each.path for each in found if each.manifest is not None), folder / "FILE.zip")
    database = " --database-url NEW_DATABASE" if unit.connection.dialect.name == "postgresql" else ""
    return f"kartoteka restore {shlex.quote(str(good.resolve()))} --workspace NEW_FOLDER{database}"


# --- when -------------------------------------------------------------------------------------------------


def show_schedule(unit: Unit, visit: Visit, refused: Refused | None = None) -> Response:
    """Show when backups are made by themselves and how many stay, to be changed."""
    desk = calm_desk(unit, visit, refused)
    title = desk.say("When backups are made")
    context = SheetPage(
        shell=make_shell(unit, visit, title),
        title=title,
        tab=IndexTab(desk.say("Backups"), "archive", "slate", URL),
        action=f"{URL}/schedule",
        sections=(SheetSection("", tuple(_widgets(desk))),),
        submits=(Option("save", desk.say("Save"), selected=True),),
        cancel_url=URL,
        text=desk.say("A worker makes them while people go on working. The oldest ones are removed."),
        problems=desk.summary("", frozenset(BOUNDS)),
    )
    return page(visit, "admin/sheet.html", context, desk.status)


_HOURS: Final = (0, 6, 12, 24, 48, 168)


def _widgets(desk: Desk) -> Iterator[Widget]:
    settings = desk.visit.runtime.settings
    now = timetable_of(desk.unit.connection, settings)
    errors = desk.errors()

    def typed(name: str, value: int) -> str:
        return desk.visit.text(name) if desk.is_refused else str(value)

    def choice(name: str, label: str, value: int, offers: Iterable[tuple[int, str]], hint: str = "") -> Widget:
        chosen = typed(name, value)
        options = tuple(Option(str(each), text, selected=str(each) == chosen) for each, text in offers)
        wrong = errors.get(name, ())
        return Widget("choice", name, label, chosen, help=hint, errors=wrong, options=options, required=True)

    hours = ((each, _every(desk, each)) for each in sorted({*_HOURS, now.hours}))
    yield choice("hours", desk.say("How often"), now.hours, hours)
    zone = desk.say("In the time zone %(zone)s") % {"zone": settings.time_zone}
    yield choice("at", desk.say("At"), now.at, ((each, f"{each:02}:00") for each in range(24)), zone)
    stay, wrong = desk.say("Backups that stay"), errors.get("keep", ())
    yield Widget("number", "keep", stay, typed("keep", now.keep), errors=wrong, required=True)


def _every(desk: Desk, hours: int) -> str:
    if hours == 0:
        return desk.say("Never")
    if hours == 24:
        return desk.say("Every day")
    if hours == 168:
        return desk.say("Every week")
    return desk.ngettext("Every %(count)s hour", "Every %(count)s hours", hours)


def save_schedule(unit: Unit, visit: Visit) -> Response:
    """Make backups at other times from now on. Raises Refused."""
    sent = {name: number_in(visit.text(name).strip()) for name in BOUNDS}
    problems = [Problem(code, gaps, pointer=f"/{name}") for name in sent for code, gaps in _wrong(name, sent[name])]
    if problems:
        raise Refused(problems)
    change_timetable(unit, visit.runtime.settings, Timetable(**{name: value or 0 for name, value in sent.items()}))
    _log.info("backups are made at other times", user=visit.actor.name, **sent)
    return redirect(URL)


def _wrong(name: str, value: int | None) -> Iterator[tuple[str, dict[str, int]]]:
    least, most = BOUNDS[name]
    if value is None:
        yield "number.not_a_number", {}
    elif value < least:
        yield "number.too_small", {"min": least}
    elif value > most:
        yield "number.too_big", {"max": most}


# --- acts -------------------------------------------------------------------------------------------------


def back_up(unit: Unit, visit: Visit) -> Response:
    """Have a backup made now."""
    ask_for_backup(unit, visit.person)
    return redirect(URL)


def verify(unit: Unit, visit: Visit) -> Response:
    """Have the whole of a backup read."""
    ask_for_verification(unit, visit.runtime.settings, str(visit.path["backup"]), visit.person)
    return redirect(URL)


def download(unit: Unit, visit: Visit) -> Response:
    """Send a backup. All that there is leaves the house with it, so the log says to whom."""
    path = find_stored(visit.runtime.settings.backups, str(visit.path["backup"]))
    known = {"user_id": visit.person, "user": visit.actor.name, "address": visit.address}
    _log.warning("backup downloaded", name=path.name, **known)
    return FileResponse(path, media_type="application/zip", headers=download_headers(path.name))
