"""The drafts of a person: what each would change, which one is open, and what collides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from starlette.responses import Response

from kartoteka.admin.collisions import choices_in, collision_lines
from kartoteka.admin.desk import DRAFT_URL, DRAFTS_URL, Desk, calm_desk
from kartoteka.admin.merge_contexts import CollisionsPage, DraftLine, DraftsPage
from kartoteka.metadata.diff import diff
from kartoteka.metadata.merging import Choice
from kartoteka.metadata.problems import Conflict, Problem, Refused
from kartoteka.platform import drafts
from kartoteka.platform.carrying_over import CarriedOver, carry_over, lay_over
from kartoteka.platform.drafts import Draft
from kartoteka.platform.units import Unit
from kartoteka.platform.web.contexts import Action, Toast
from kartoteka.platform.web.shell import make_shell, page, redirect
from kartoteka.platform.web.visits import Visit, read_number

MOST_LINES = 8


def show_drafts(unit: Unit, visit: Visit, refused: Refused | None = None) -> Response:
    """Show all drafts with what each would change."""
    return _drafts_page(calm_desk(unit, visit, refused))


def _drafts_page(desk: Desk) -> Response:
    found = drafts.of_person(desk.unit, desk.visit.person)
    current = next((each for each in found if each.is_open), None)
    context = DraftsPage(
        shell=make_shell(desk.unit, desk.visit, desk.say("Drafts")),
        title=desk.say("Drafts"),
        text=desk.say("What you have changed and not published yet. Edits go into the draft that is open."),
        drafts=tuple(_line(desk, each, current) for each in found),
        new_url=DRAFTS_URL,
        name=desk.visit.text("name"),
        errors=tuple(desk.told(problem) for problem in desk.problems),
        draft=desk.draft_bar(),
    )
    return page(desk.visit, "admin/drafts.html", context, desk.status)


def _line(desk: Desk, draft: Draft, current: Draft | None) -> DraftLine:
    carried = _carried(desk.unit, draft)
    if carried is None or carried.undecided:
        told = tuple(desk.told(change.describe()) for change in draft.changes)
    else:
        over = replace(desk, catalog=carried.catalog)
        told = tuple(over.told(each.describe()) for each in diff(desk.unit.model.catalog, carried.catalog))
    when = desk.visit.actor.locale.datetime(draft.changed_at) if draft.changed_at else ""
    return DraftLine(
        number=str(draft.number),
        title=draft.name or desk.say("Without a name"),
        name=draft.name,
        when=when,
        lines=desk.shortened(told, MOST_LINES) or (desk.say("Nothing is changed yet."),),
        is_open=draft.is_open,
        notes=tuple(_notes(desk, draft, carried, current)),
        actions=tuple(_actions(desk, draft, current)),
        rename_url=f"{DRAFTS_URL}/{draft.number}/name",
    )


def _carried(unit: Unit, draft: Draft) -> CarriedOver | None:
    """Return the draft over what is in force; None where that makes no sense any more."""
    try:
        return carry_over(unit, draft)
    except (Conflict, Refused):
        return None


def _notes(desk: Desk, draft: Draft, carried: CarriedOver | None, current: Draft | None) -> Iterator[str]:
    """Tell with what the draft collides."""
    if carried is None:
        yield desk.say("It does not fit what others have published.")
        return
    count = len(carried.undecided)
    if count:
        yield desk.ngettext(
            "collides in %(count)s place with what others published",
            "collides in %(count)s places with what others published",
            count,
        )
    if current is not None and not draft.is_open:
        count = _collisions(desk.unit, current, draft)
        if count:
            yield desk.ngettext(
                "collides in %(count)s place with the open draft",
                "collides in %(count)s places with the open draft",
                count,
            )


def _collisions(unit: Unit, current: Draft, draft: Draft) -> int:
    try:
        return len(lay_over(unit, current, draft).disputed)
    except (Conflict, Refused):
        return 0


def _actions(desk: Desk, draft: Draft, current: Draft | None) -> Iterator[Action]:
    url = f"{DRAFTS_URL}/{draft.number}"
    if draft.is_open:
        yield Action(desk.say("Review"), DRAFT_URL, "eye")
        yield Action(desk.say("Put aside"), f"{DRAFTS_URL}/close", "clock-pause", "post")
    else:
        yield Action(desk.say("Open"), f"{url}/open", "pencil", "post", name="open")
        if current is not None and draft.changes:
            yield Action(desk.say("Move into the open draft"), f"{url}/merge", "git-merge")
    confirm = desk.say("Discard this draft?") if draft.changes else ""
    yield Action(desk.say("Discard"), f"{url}/discard", "trash", "post", "quiet", confirm=confirm)


def settle_draft(unit: Unit, visit: Visit) -> Response:
    """Carry the open draft over what others published, as the person has decided; `all` decides for all at once."""
    person = visit.person
    draft, choices = drafts.current(unit, person), dict(choices_in(visit))
    if visit.text("all") == "keep":
        choices = dict.fromkeys((each.collision.name for each in carry_over(unit, draft).disputed), "keep")
    carried = carry_over(unit, draft, choices)
    if carried.undecided:
        return show_collisions(unit, visit)
    drafts.keep(unit, person, carried.catalog)
    return redirect(DRAFT_URL)


def show_collisions(unit: Unit, visit: Visit) -> Response:
    """Show where the open draft collides with what others published, with both sides."""
    desk, draft = calm_desk(unit, visit), drafts.current(unit, visit.person)
    found = carry_over(unit, draft).disputed
    title = desk.say("Somebody has published meanwhile")
    labels: dict[Choice, str] = {"keep": desk.say("Theirs, as published"), "take": desk.say("Mine, from the draft")}
    drop, discard = desk.say("Drop these, keep the rest"), desk.say("Discard my whole draft")
    context = CollisionsPage(
        shell=make_shell(unit, visit, title),
        title=title,
        text=desk.told(Problem("draft.collides", {"count": len(found)})),
        lines=collision_lines(desk, found, labels, choices_in(visit)),
        action=f"{DRAFT_URL}/settle",
        submit=desk.say("Keep what is chosen"),
        draft=desk.draft_bar(),
        actions=(
            Action(drop, f"{DRAFT_URL}/settle", "git-merge", "post", fields=(("all", "keep"),)),
            Action(discard, f"{DRAFT_URL}/discard", "trash", "post", "danger", confirm=desk.say("Discard this draft?")),
        ),
        back_url=DRAFTS_URL,
        back_label=desk.say("Drafts"),
    )
    return page(visit, "admin/collisions.html", context, 409)


def begin_draft(unit: Unit, visit: Visit) -> Response:
    """Open a new draft."""
    drafts.begin(unit, visit.person, visit.text("name"))
    return redirect(DRAFTS_URL)


def open_draft(unit: Unit, visit: Visit) -> Response:
    """Let edits go into another draft."""
    found = drafts.open_one(unit, visit.person, _number(visit))
    name = found.name or visit.say("Without a name")
    return redirect(DRAFTS_URL, Toast(visit.say("Open: %(name)s") % {"name": name}))


def close_draft(unit: Unit, visit: Visit) -> Response:
    """Put the open draft aside."""
    drafts.close(unit, visit.person)
    return redirect(DRAFTS_URL)


def rename_draft(unit: Unit, visit: Visit) -> Response:
    """Give a draft another name."""
    drafts.rename(unit, visit.person, _number(visit), visit.text("name"))
    return redirect(DRAFTS_URL)


def discard_one(unit: Unit, visit: Visit) -> Response:
    """Throw a draft away."""
    found = drafts.numbered(unit, visit.person, _number(visit))
    drafts.discard(unit, visit.person, found.number)
    return redirect(DRAFTS_URL, Toast(visit.say("The draft is discarded")))


def _number(visit: Visit) -> int:
    return read_number(str(visit.path["number"]), "draft.unknown")


def show_merge(unit: Unit, visit: Visit) -> Response:
    """Show where a draft collides with the open one."""
    return _merge_page(calm_desk(unit, visit), 200)


def merge_drafts(unit: Unit, visit: Visit) -> Response:
    """Move a draft into the open one, so that only that is left; where they collide it is decided which word counts."""
    person, choices = visit.person, choices_in(visit)
    other = drafts.numbered(unit, person, _number(visit))
    current = drafts.current(unit, person)
    if other.is_open or current.number is None:
        return redirect(DRAFTS_URL)
    merged = lay_over(unit, current, other, choices)
    if merged.undecided:
        return _merge_page(calm_desk(unit, visit), 409)
    drafts.discard(unit, person, other.number)
    drafts.keep(unit, person, merged.catalog)
    for name, decision in other.decisions.items():
        drafts.decide(unit, person, name, decision)
    return redirect(DRAFT_URL)


def _merge_page(desk: Desk, status: int) -> Response:
    other = drafts.numbered(desk.unit, desk.visit.person, _number(desk.visit))
    current = drafts.current(desk.unit, desk.visit.person)
    names = (current.name or desk.say("Without a name"), other.name or desk.say("Without a name"))
    found = lay_over(desk.unit, current, other, choices_in(desk.visit)).disputed
    labels: dict[Choice, str] = {"keep": names[0], "take": names[1]}
    title = desk.say("Move “%(other)s” into “%(name)s”") % {"other": names[1], "name": names[0]}
    nothing = desk.say("The two drafts have nothing in each other's way.")
    context = CollisionsPage(
        shell=make_shell(desk.unit, desk.visit, title),
        title=title,
        text=desk.say("Both drafts change the same. Whose word counts?") if found else nothing,
        lines=collision_lines(desk, found, labels, choices_in(desk.visit)),
        action=f"{DRAFTS_URL}/{other.number}/merge",
        submit=desk.say("Move"),
        draft=desk.draft_bar(),
        back_url=DRAFTS_URL,
    )
    return page(desk.visit, "admin/collisions.html", context, status)
