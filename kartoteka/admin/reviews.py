"""The draft: looked at as a plan, published in one act, discarded, settled with what others published."""

from __future__ import annotations

from dataclasses import replace

from starlette.responses import Response

from kartoteka.admin.converting import decisions_of
from kartoteka.admin.desk import DRAFT_URL, Desk, open_desk
from kartoteka.admin.merge_contexts import CollisionsPage
from kartoteka.admin.plan_contexts import PlanPage
from kartoteka.admin.plan_pages import plan_page, refuse_unseen
from kartoteka.admin.publishing import publish, published
from kartoteka.admin.reasons import reason_given, reason_widget
from kartoteka.admin.tree import entity_url
from kartoteka.metadata.changes import entity_of
from kartoteka.metadata.problems import Refused
from kartoteka.platform import drafts
from kartoteka.platform.plans import Plan
from kartoteka.platform.units import Unit
from kartoteka.platform.web.contexts import Action, ErrorLine, Toast
from kartoteka.platform.web.shell import make_shell, page, redirect
from kartoteka.platform.web.visits import Visit

HOME = "/-/admin/"


def show_draft(unit: Unit, visit: Visit, refused: Refused | None = None) -> Response:
    """Show what publishing the draft would change."""
    return _review(open_desk(unit, visit, refused))


def _review(desk: Desk) -> Response:
    if not desk.changes:
        return page(desk.visit, "admin/plan.html", _empty(desk), desk.status)
    try:
        plan = drafts.plan_of(desk.unit, desk.catalog, decisions_of(desk))
    except Refused as refused:
        return page(desk.visit, "admin/collisions.html", _misfit(desk, refused), 422)
    counted = desk.ngettext("%(count)s change", "%(count)s changes", len(plan.changes))
    nobody = " ".join([desk.say("Nobody has to stop working, and it can be undone."), *map(desk.told, plan.forecast)])
    context = plan_page(
        desk,
        plan,
        title=desk.say("What will change"),
        summary=f"{counted}. {nobody}",
        publish_url=f"{DRAFT_URL}/publish",
        publish_label=desk.say("Publish"),
        back_url=_back(desk),
    )
    context = replace(context, why=reason_widget(desk))
    return page(desk.visit, "admin/plan.html", context, desk.status)


def _misfit(desk: Desk, refused: Refused) -> CollisionsPage:
    """Tell what of the draft has lost its ground: others have taken out what it uses."""
    title, discard = desk.say("What will change"), desk.say("Discard my whole draft")
    confirm = desk.say("Discard this draft?")
    return CollisionsPage(
        shell=make_shell(desk.unit, desk.visit, title),
        title=title,
        text=desk.say("The draft does not fit what others have published. Please change what is named here."),
        lines=(),
        action="",
        submit="",
        draft=desk.draft_bar(),
        problems=tuple(ErrorLine(desk.told(problem)) for problem in refused.problems),
        actions=(Action(discard, f"{DRAFT_URL}/discard", "trash", "post", "danger", confirm=confirm),),
        back_url=_back(desk),
    )


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
        back, number = _back(desk), drafts.current(unit, visit.person).number
        text = desk.ngettext("Published: %(count)s change", "Published: %(count)s changes", len(plan.changes))
    if not _is_agreed(visit, plan):
        return redirect(DRAFT_URL)
    done = publish(visit, plan, why=reason_given(visit), draft_id=number)
    return published(visit, done, back, text)


def _is_agreed(visit: Visit, plan: Plan) -> bool:
    """Tell whether the person has seen this very plan, or need not have. Raises Conflict, Refused."""
    if plan.problems:
        raise Refused(plan.problems)
    if not visit.text("expected"):
        return plan.is_harmless
    refuse_unseen(visit, plan)
    return True


def discard_draft(unit: Unit, visit: Visit) -> Response:
    """Throw the open draft away."""
    drafts.discard(unit, visit.person)
    return redirect(HOME, Toast(visit.say("The draft is discarded")))
