"""Conditions and formulas, checked while they are typed."""

from __future__ import annotations

from starlette.responses import HTMLResponse, Response

from kartoteka.admin.desk import Desk, open_desk
from kartoteka.admin.layout_contexts import Verdict
from kartoteka.admin.trials import trials
from kartoteka.metadata.expressions import ExpressionError, check, parse
from kartoteka.metadata.expressions.kinds import BOOLEAN, fits
from kartoteka.metadata.paths import EntityScope
from kartoteka.metadata.problems import Problem
from kartoteka.platform.units import Unit
from kartoteka.platform.web.visits import Visit

CONDITIONS = frozenset({"filter", "condition"})


def check_expression(unit: Unit, visit: Visit) -> Response:
    """Answer whether what is being typed makes sense, and where it does not."""
    desk = open_desk(unit, visit)
    query = visit.request.query_params
    name = query.get("name", "filter")
    verdict = verdict_on(desk, query.get("entity", ""), query.get(name, ""), is_condition=name in CONDITIONS)
    html = visit.runtime.templates.render("admin/_verdict.html", visit.language, {"verdict": verdict})
    return HTMLResponse(html)


def verdict_on(desk: Desk, entity: str, text: str, *, is_condition: bool) -> Verdict:
    """Return what is to be said of an expression about a card type."""
    if not text.strip():
        return Verdict(good=True, text="")
    try:
        kind = check(parse(text), EntityScope(desk.catalog, entity))
    except ExpressionError as error:
        start, end = error.span.start, max(error.span.end, error.span.start + 1)
        said = desk.told(Problem(error.code, error.params))
        return Verdict(good=False, text=said, before=text[:start], wrong=text[start:end] or " ", after=text[end:])
    if is_condition and not fits(kind, BOOLEAN):
        return Verdict(good=False, text=desk.told(Problem("query.no_condition", {"kind": str(kind)})))
    return Verdict(good=True, text=desk.say("Understood"), trials=trials(desk, entity, text))
