"""Errors as pages: what happened and what can be done, in the person's language, with the right status."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy.exc import OperationalError
from starlette.responses import HTMLResponse, Response

from kartoteka.metadata.problems import BadRequest, Conflict, Forbidden, NotFound, Problem, Refused
from kartoteka.platform.web.contexts import Action, ErrorLine, ErrorPage
from kartoteka.platform.web.sentences import sentence
from kartoteka.platform.web.visits import THEME_COOKIE, Visit

PRODUCT = "Kartoteka"
_log = structlog.get_logger()


def N_(text: str) -> str:  # noqa: N802 - the customary name of the mark for texts that are translated later
    """Mark a text to be translated where it is used."""
    return text


@dataclass(frozen=True, slots=True)
class Answer:
    """What a kind of failure is answered with."""

    status: int
    title: str
    icon: str


ANSWERS: tuple[tuple[type[Exception], Answer], ...] = (
    (BadRequest, Answer(400, N_("This address makes no sense"), "help-circle")),
    (Forbidden, Answer(403, N_("You may not do this"), "lock")),
    (NotFound, Answer(404, N_("There is nothing here"), "search-off")),
    (Conflict, Answer(409, N_("Somebody was faster"), "users")),
    (Refused, Answer(422, N_("This can't be accepted"), "alert-circle")),
    (OperationalError, Answer(503, N_("The database does not answer"), "database-off")),
)
BROKEN = Answer(500, N_("Something went wrong"), "bug")


def answer_to(error: Exception) -> Answer:
    """Return what an exception is answered with."""
    return next((answer for kind, answer in ANSWERS if isinstance(error, kind)), BROKEN)


def problems_of(error: Exception) -> tuple[Problem, ...]:
    """Return the problems that an exception carries."""
    if isinstance(error, Refused):
        return error.problems
    problem: Any = getattr(error, "problem", None)
    return (problem,) if isinstance(problem, Problem) else ()


def error_response(visit: Visit, error: Exception) -> Response:
    """Return the page for an exception; what nobody expected is logged under a reference that the page shows."""
    answer = answer_to(error)
    reference = ""
    if answer.status >= 500:
        reference = secrets.token_hex(4)
        _log.error("request failed", reference=reference, path=visit.request.url.path, exc_info=error)
    lines = tuple(ErrorLine(say_problem(visit, problem)) for problem in problems_of(error))
    text = visit.say("Nothing has been changed.") if visit.request.method != "GET" else ""
    page = ErrorPage(
        status=answer.status,
        title=visit.say(answer.title),
        text=text,
        icon=answer.icon,
        product=PRODUCT,
        language=visit.language,
        actions=(Action(visit.say("To the start page"), "/", icon="home", style="primary"),),
        lines=lines,
        reference=reference,
        theme=visit.request.cookies.get(THEME_COOKIE, "auto"),
    )
    name = "errors/_error.html" if visit.is_fragment else "errors/error.html"
    return HTMLResponse(visit.runtime.templates.render(name, visit.language, {"error": page}), answer.status)


def say_problem(visit: Visit, problem: Problem) -> str:
    """Return a problem as a sentence in the person's language."""
    return sentence(problem, visit.language, visit.runtime.templates.gettext(visit.language))
