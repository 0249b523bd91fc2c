"""The journal: every publish, by whom and what; each can be taken back, its plan looked at first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from starlette.responses import Response

from kartoteka.admin.contexts import JournalLine, JournalPage
from kartoteka.admin.desk import Desk, open_desk
from kartoteka.admin.plan_pages import fingerprint, plan_page
from kartoteka.admin.tree import entity_url
from kartoteka.metadata.catalog import Catalog
from kartoteka.metadata.problems import Conflict, NotFound, Problem, Refused
from kartoteka.platform.journal import Entry, entries
from kartoteka.platform.publishing import publish
from kartoteka.platform.undoing import undo_plan
from kartoteka.platform.units import Unit
from kartoteka.platform.web.contexts import Toast
from kartoteka.platform.web.shell import make_shell, page, redirect
from kartoteka.platform.web.visits import Visit, local_path

URL = "/-/admin/journal"
MOST_ENTRIES = 100
MOST_LINES = 6


def show_journal(unit: Unit, visit: Visit) -> Response:
    """Show the newest publishes."""
    desk = open_desk(unit, visit)
    found = entries(unit.connection, MOST_ENTRIES)
    context = JournalPage(
        shell=make_shell(unit, visit, desk.say("Journal")),
        title=desk.say("Journal"),
        text=desk.say("Every change of the configuration. Any of them can be taken back."),
        entries=tuple(_lines(desk, found)),
        draft=desk.draft_bar(),
    )
    return page(visit, "admin/journal.html", context)


def _lines(desk: Desk, found: Iterable[Entry]) -> Iterator[JournalLine]:
    found = tuple(found)
    undone = {entry.undoes: entry.number for entry in found if entry.undoes is not None}
    for entry in found:
        told = [desk.told(change.describe()) for change in entry.changes]
        if len(told) > MOST_LINES:
            rest = len(told) - MOST_LINES + 1
            told = [*told[: MOST_LINES - 1], desk.ngettext("and %(count)s more", "and %(count)s more", rest)]
        can_be = entry.undoes is None and entry.number not in undone
        yield JournalLine(
            str(entry.number),
            desk.visit.actor.locale.datetime(entry.at),
            entry.actor,
            tuple(told) or (desk.say("Packages were applied; nothing that is in force changed."),),
            _note(desk, entry, undone),
            f"{URL}/{entry.number}" if can_be else "",
        )


def _note(desk: Desk, entry: Entry, undone: dict[int, int]) -> str:
    if entry.undoes is not None:
        return desk.say("takes back No. %(number)s") % {"number": entry.undoes}
    if entry.number in undone:
        return desk.say("taken back by No. %(number)s") % {"number": undone[entry.number]}
    return entry.why


def _number(visit: Visit) -> int:
    text = str(visit.path["number"])
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise NotFound("journal.nothing_to_undo", number=text[:20])
    return int(text)


def show_undo(unit: Unit, visit: Visit) -> Response:
    """Show what taking a publish back would change."""
    return _undo_page(open_desk(unit, visit))


def show_undo_again(unit: Unit, visit: Visit, refused: Refused) -> Response:
    """Show it with what keeps it from being taken back."""
    return _undo_page(open_desk(unit, visit, refused))


def _undo_page(desk: Desk) -> Response:
    number, plan = undo_plan(desk.unit.connection, desk.unit.model, _number(desk.visit))
    context = plan_page(
        desk,
        plan,
        title=desk.say("Undo No. %(number)s") % {"number": number},
        summary=desk.say("What is taken back. Values that went out of sight come back with it."),
        publish_url=f"{URL}/{number}/undo",
        publish_label=desk.say("Undo"),
        back_url=URL,
    )
    return page(desk.visit, "admin/plan.html", context, desk.status)


def undo(visit: Visit) -> Response:
    """Take a publish back: as it was looked at, or at once from the note that said it was done."""
    with visit.runtime.reading() as unit:
        number, plan = undo_plan(unit.connection, unit.model, _number(visit))
    expected = visit.text("expected")
    if expected and expected != fingerprint(plan):
        raise Conflict("plan.stale", [change.describe() for change in plan.changes])
    if expected and any(line.risk == "loss" for line in plan.lines) and not visit.text("confirm"):
        raise Refused([Problem("plan.confirm", {}, pointer="/confirm")])
    publish(visit.runtime.database, plan, actor=visit.actor.name, undoes=number)
    url = URL if expected else _where_it_was(visit, plan.catalog)
    return redirect(url, Toast(visit.say("Taken back: No. %(number)s") % {"number": number}))


def _where_it_was(visit: Visit, catalog: Catalog) -> str:
    """Return the page from which somebody undid, or the nearest one that is still there."""
    came_from = urlsplit(visit.request.headers.get("referer", ""))
    path = local_path(came_from.path, URL)
    if came_from.netloc != visit.request.headers.get("host", ""):
        return URL
    parts = path.strip("/").split("/")
    if parts[:2] != ["-", "admin"]:
        return path if parts[0] in ("", "-") or catalog.entity_named(parts[0]) else "/"
    if parts[2:3] != ["entity"]:
        return path if len(parts) < 4 else URL
    return entity_url(parts[3]) if len(parts) > 3 and parts[3] in catalog.entities else "/-/admin/"
