"""Undo in the studio: what it would change is looked at first; where it collides the person decides."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

from starlette.responses import Response

from kartoteka.admin.collisions import PREFIX, choices_in, collision_lines
from kartoteka.admin.desk import JOURNAL_URL, Desk, calm_desk
from kartoteka.admin.merge_contexts import CollisionsPage
from kartoteka.admin.plan_pages import plan_page, refuse_unseen
from kartoteka.admin.publishing import publish, published
from kartoteka.admin.reasons import reason_given, reason_widget
from kartoteka.admin.tree import entity_url
from kartoteka.metadata.catalog import Catalog
from kartoteka.metadata.merging import Choice
from kartoteka.metadata.problems import Conflict, Problem, Refused
from kartoteka.platform.plans import Plan
from kartoteka.platform.preparing.publications import Begun
from kartoteka.platform.undoing import Undo, prepare_undo
from kartoteka.platform.units import Unit
from kartoteka.platform.web.contexts import ErrorLine, Option, Toast
from kartoteka.platform.web.shell import make_shell, page, redirect
from kartoteka.platform.web.visits import Visit, local_path, read_number


def show_undo(unit: Unit, visit: Visit, refused: Refused | None = None) -> Response:
    """Show what taking a publish back would change, or first what there is to decide."""
    desk = calm_desk(unit, visit, refused)
    return _undo_page(desk, desk.status)


def show_undo_collisions(unit: Unit, visit: Visit) -> Response:
    """Show what has to be decided before a publish can be taken back."""
    return _undo_page(calm_desk(unit, visit), 409)


def _prepared(unit: Unit, visit: Visit) -> Undo:
    number = read_number(str(visit.path["number"]), "journal.unknown")
    return prepare_undo(unit.connection, unit.model, number, choices_in(visit))


def _undo_page(desk: Desk, status: int) -> Response:
    undo = _prepared(desk.unit, desk.visit)
    if undo.undecided:
        return page(desk.visit, "admin/collisions.html", _collisions(desk, undo), status)
    try:
        plan = undo.plan(desk.unit.connection, desk.unit.model)
    except Refused as refused:
        return page(desk.visit, "admin/collisions.html", _blocked(desk, undo, refused), status)
    context = plan_page(
        replace(desk, catalog=_both(desk, plan)),
        plan,
        title=_title(desk, undo),
        summary=desk.say("What is taken back. Values that went out of sight come back with it."),
        publish_url=f"{JOURNAL_URL}/{undo.entry.number}/undo",
        publish_label=desk.say("Undo"),
        back_url=f"{JOURNAL_URL}/{undo.entry.number}",
    )
    if not undo.changes and not plan.lines and not plan.rows:
        summary = desk.told(Problem("undo.nothing", {"number": undo.entry.number}))
        context = replace(context, publish_url="", summary=summary)
    hidden = tuple((PREFIX + name, side) for name, side in choices_in(desk.visit).items())
    context = replace(context, hidden=hidden, why=reason_widget(desk))
    return page(desk.visit, "admin/plan.html", context, status)


def _both(desk: Desk, plan: Plan) -> Catalog:
    """Return the catalog that calls things by name: what comes back is not in the one in force."""
    return Catalog({**plan.catalog.definitions, **desk.unit.model.catalog.definitions})


def _title(desk: Desk, undo: Undo) -> str:
    return desk.say("Undo No. %(number)s") % {"number": undo.entry.number}


def _collisions(desk: Desk, undo: Undo) -> CollisionsPage:
    labels: dict[Choice, str] = {"keep": desk.say("Leave it as it is now"), "take": desk.say("Take it back too")}
    return CollisionsPage(
        shell=make_shell(desk.unit, desk.visit, _title(desk, undo)),
        title=_title(desk, undo),
        text=desk.say("Others have changed the same again since. Nothing else stands in the way of the undo."),
        lines=collision_lines(desk, undo.disputed, labels, choices_in(desk.visit)),
        action=f"{JOURNAL_URL}/{undo.entry.number}/undo",
        method="get",
        submit=desk.say("Look at what will change"),
        draft=desk.draft_bar(),
        back_url=f"{JOURNAL_URL}/{undo.entry.number}",
    )


def _blocked(desk: Desk, undo: Undo, refused: Refused) -> CollisionsPage:
    context = _collisions(desk, undo)
    links = ((each.number, f"{JOURNAL_URL}/{each.number}", each.actor) for each in undo.builds_on(refused))
    number = desk.say("No. %(number)s")
    return replace(
        context,
        text=desk.say("Something else uses what would go. Please take that back first, or change it."),
        lines=(),
        submit="",
        problems=tuple(ErrorLine(desk.told(problem)) for problem in refused.problems),
        links=tuple(Option(url, f"{number % {'number': each}} · {who}") for each, url, who in links),
    )


def undo(visit: Visit) -> Response:
    """Take a publish back: as it was looked at, or at once from the note that said it was done."""
    with visit.runtime.reading() as unit:
        found = _prepared(unit, visit)
        if found.undecided:
            raise Conflict("undo.collides", number=found.entry.number, count=len(found.undecided))
        plan = found.plan(unit.connection, unit.model)
    number, was_shown = found.entry.number, bool(visit.text("expected"))
    if was_shown:
        refuse_unseen(visit, plan)
    elif any(line.values is not None and line.risk == "loss" for line in plan.lines):
        return redirect(f"{JOURNAL_URL}/{number}/undo")  # somebody's edits would be lost: that is looked at first
    why = reason_given(visit)
    done = publish(visit, plan, why=why, undoes=number)
    if done is None:
        raise Conflict("undo.nothing", number=number)
    if isinstance(done, Begun):
        return published(visit, done, "", "")
    url = f"{JOURNAL_URL}/{done.number}" if was_shown else _where_it_was(visit, plan.catalog)
    return redirect(url, Toast(visit.say("Taken back: No. %(number)s") % {"number": number}))


def _where_it_was(visit: Visit, catalog: Catalog) -> str:
    """Return the page from which somebody undid, or the nearest one that is still there."""
    came_from = urlsplit(visit.request.headers.get("referer", ""))
    path = local_path(came_from.path, JOURNAL_URL)
    if came_from.netloc != visit.request.headers.get("host", ""):
        return JOURNAL_URL
    parts = path.strip("/").split("/")
    if parts[:2] != ["-", "admin"]:
        return path if parts[0] in ("", "-") or catalog.entity_named(parts[0]) else "/"
    if parts[2:3] != ["entity"]:
        return path if len(parts) < 4 else JOURNAL_URL
    return entity_url(parts[3]) if len(parts) > 3 and parts[3] in catalog.entities else "/-/admin/"
