"""Carrying out what a form of the studio asks for: at once where it is harmless, else into the draft."""

from __future__ import annotations

from collections.abc import Callable

from starlette.responses import Response

from kartoteka.admin.desk import DRAFT_URL
from kartoteka.admin.publishing import publish, published
from kartoteka.metadata.catalog import Catalog
from kartoteka.metadata.problems import NotFound, Refused
from kartoteka.platform import drafts
from kartoteka.platform.carrying_over import wanted
from kartoteka.platform.drafts import Edit
from kartoteka.platform.plans import Plan
from kartoteka.platform.units import Unit
from kartoteka.platform.web.shell import redirect
from kartoteka.platform.web.visits import Visit

Url = str | Callable[[], str]
"""Where to go on to; asked for after the edit where it depends on it."""
AT_ONCE = "publish"
"""What the button says, as `do`, that publishes at once."""


def into_draft(visit: Visit, edit: Edit, url: Url) -> Response:
    """Put an edit into the draft and go on to `url`. Raises Refused with what is wrong with it, Conflict, NotFound."""
    with visit.runtime.writing() as unit:
        before = wanted(unit, drafts.current(unit, visit.person))
        after = drafts.edited(unit, before, edit)
        _checked_plan(unit, after)
        drafts.keep(unit, visit.person, after)
    return redirect(_address(url))


def carry_out(visit: Visit, edit: Edit, url: Url, done: str) -> Response:
    """Publish an edit by itself where that is harmless, and offer to undo it; else put it into the draft for review.

    `done` says what has happened. Raises as `into_draft`.
    """
    plan = _plan_by_itself(visit, edit)
    if plan is None or not plan.is_harmless:
        into_draft(visit, edit, url)
        return redirect(DRAFT_URL)
    return published(visit, publish(visit, plan), _address(url), done)


def _address(url: Url) -> str:
    return url if isinstance(url, str) else url()


def _plan_by_itself(visit: Visit, edit: Edit) -> Plan | None:
    """Return the plan of an edit of what is in force; None where it is about something that the draft alone has."""
    with visit.runtime.reading() as unit:
        try:
            after = drafts.edited(unit, unit.model.catalog, edit)
        except NotFound:
            return None
        return _checked_plan(unit, after)


def _checked_plan(unit: Unit, catalog: Catalog) -> Plan:
    """Return the plan. Raises Refused where the data forbid it: it is told while the person looks at the property.

    What a decision about values can mend is asked for on the page of the draft.
    """
    plan = drafts.plan_of(unit, catalog)
    if plan.obstacles:
        raise Refused(plan.obstacles)
    return plan
