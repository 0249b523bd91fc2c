"""The draft: looked at as a plan, published in one act, discarded, settled with what others published."""

from __future__ import annotations

from starlette.responses import Response

from kartoteka.admin.carrying import published_toast
from kartoteka.admin.contexts import PlanPage
from kartoteka.admin.converting import decisions_of
from kartoteka.admin.desk import DRAFT_URL, Desk, open_desk
from kartoteka.admin.plan_pages import entity_of, fingerprint, plan_page
from kartoteka.admin.tree import entity_url
from kartoteka.metadata.problems import Conflict, Problem, Refused
from kartoteka.platform import drafts
from kartoteka.platform.carrying_over import carry_over
from kartoteka.platform.plans import Plan
from kartoteka.platform.publishing import publish
from kartoteka.platform.units import Unit
from kartoteka.platform.web.contexts import Toast
from kartoteka.platform.web.shell import make_shell, page, redirect
from kartoteka.platform.web.visits import Visit

HOME = "/-/admin/"


def show_draft(unit: Unit, visit: Visit) -> Response:
    """Show what publishing the draft would change."""
    return _review(open_desk(unit, visit))


def show_draft_again(unit: Unit, visit: Visit, refused: Refused) -> Response:
    """Show it with what keeps it from being published."""
    return _review(open_desk(unit, visit, refused))


def _review(desk: Desk) -> Response:
    if not desk.changes:
        return page(desk.visit, "admin/plan.html", _empty(desk), desk.status)
    plan = drafts.plan_of(desk.unit, desk.catalog, decisions_of(desk))
    counted = desk.ngettext("%(count)s change", "%(count)s changes", len(plan.changes))
    nobody = desk.say("Nobody has to stop working, and it can be undone.")
    context = plan_page(
        desk,
        plan,
        title=desk.say("What will change"),
        summary=f"{counted}. {nobody}",
        publish_url=f"{DRAFT_URL}/publish",
        publish_label=desk.say("Publish"),
        back_url=_back(desk),
    )
    return page(desk.visit, "admin/plan.html", context, desk.status)


def _empty(desk: Desk) -> PlanPage:
    return PlanPage(
        shell=make_shell(desk.unit, desk.visit, desk.say("What will change")),
        title=desk.say("What will change"),
        summary=desk.say("There is nothing to publish."),
        counts=(),
        groups=(),
        publish_url="",
        expected="",
        back_url=HOME,
    )


def _back(desk: Desk) -> str:
    key = next((entity_of(change) for change in desk.changes), "")
    return entity_url(key) if key in desk.catalog.entities else HOME


def publish_draft(visit: Visit) -> Response:
    """Publish the draft: as it was reviewed, or without a review where all of it is harmless."""
    with visit.runtime.reading() as unit:
        desk = open_desk(unit, visit)
        if not desk.changes:
            return redirect(HOME, Toast(visit.say("There is nothing to publish.")))
        plan = drafts.plan_of(unit, desk.catalog, decisions_of(desk))
        back = _back(desk)
        text = desk.ngettext("Published: %(count)s change", "Published: %(count)s changes", len(plan.changes))
    if not _is_agreed(visit, plan):
        return redirect(DRAFT_URL)
    entry = publish(visit.runtime.database, plan, actor=visit.actor.name)
    _forget(visit)
    return redirect(back, published_toast(visit, entry, text))


def _is_agreed(visit: Visit, plan: Plan) -> bool:
    """Tell whether the person has seen this very plan, or need not have. Raises Conflict, Refused."""
    expected = visit.text("expected")
    if plan.problems:
        raise Refused(plan.problems)
    if not expected:
        return plan.is_harmless
    if expected != fingerprint(plan):
        raise Conflict("plan.stale", [change.describe() for change in plan.changes])
    if any(line.risk == "loss" for line in plan.lines) and not visit.text("confirm"):
        raise Refused([Problem("plan.confirm", {}, pointer="/confirm")])
    return True


def _forget(visit: Visit) -> None:
    """Empty the draft. Were the process killed before, the next visit would find all its changes made already."""
    assert visit.actor.user_id is not None
    with visit.runtime.writing() as unit:
        drafts.discard(unit, visit.actor.user_id)


def discard_draft(unit: Unit, visit: Visit) -> Response:
    """Throw the draft away."""
    assert visit.actor.user_id is not None
    drafts.discard(unit, visit.actor.user_id)
    return redirect(HOME, Toast(visit.say("The draft is discarded")))


def settle_draft(unit: Unit, visit: Visit) -> Response:
    """Keep of the draft what does not collide with what others published."""
    user_id = visit.actor.user_id
    assert user_id is not None
    drafts.keep(unit, user_id, carry_over(unit, drafts.current(unit, user_id)).catalog)
    return redirect(DRAFT_URL)
