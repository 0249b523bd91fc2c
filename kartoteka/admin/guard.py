"""The guard: only administrators come in, and what others published meanwhile is told to all views alike."""

from __future__ import annotations

from collections.abc import Callable

from starlette.responses import Response

from kartoteka.admin import drafting, undoing
from kartoteka.admin.plan_pages import show_conflict
from kartoteka.metadata.problems import Conflict, Forbidden, Refused
from kartoteka.platform.units import Unit
from kartoteka.platform.web.endpoints import Act, Endpoint, Refusal, View, acting, endpoint
from kartoteka.platform.web.errors import error_response
from kartoteka.platform.web.visits import Visit

Again = Callable[[Unit, Visit, Refused], Response]
"""Shows what was sent once more, with what is wrong with it: mostly the very view that showed the page."""


def seen(view: View) -> Endpoint:
    """Return the endpoint of a page."""
    return endpoint(_for_administrators(view), on_refusal=_refusal(None))


def kept(view: View, again: Again | None = None) -> Endpoint:
    """Return the endpoint of a view that writes records or the draft."""
    return endpoint(_for_administrators(view), writes=True, on_refusal=_refusal(again))


def done(act: Act, again: Again | None = None) -> Endpoint:
    """Return the endpoint of a view that may publish."""

    def guarded(visit: Visit) -> Response:
        with visit.runtime.reading() as unit:
            _check(unit, visit)
        return act(visit)

    return acting(guarded, on_refusal=_refusal(again))


def _for_administrators(view: View) -> View:
    def guarded(unit: Unit, visit: Visit) -> Response:
        _check(unit, visit)
        return view(unit, visit)

    return guarded


def _check(unit: Unit, visit: Visit) -> None:
    if not unit.model.access.is_administrator(visit.actor):
        raise Forbidden


def _refusal(again: Again | None) -> Refusal:
    def answer(unit: Unit, visit: Visit, refused: Refused | Conflict) -> Response:
        if isinstance(refused, Conflict):
            return _conflict(unit, visit, refused)
        if again is None:
            return error_response(visit, refused)
        try:
            return again(unit, visit, refused)
        except Conflict as conflict:
            return _conflict(unit, visit, conflict)

    return answer


def _conflict(unit: Unit, visit: Visit, conflict: Conflict) -> Response:
    """Show what collides, to be decided on the spot where that can be."""
    match conflict.problem.code:
        case "draft.collides":
            return drafting.show_collisions(unit, visit)
        case "undo.collides":
            return undoing.show_undo_collisions(unit, visit)
    return show_conflict(unit, visit, conflict)
