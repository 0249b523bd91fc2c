"""Answers: JSON, and what went wrong as application/problem+json (RFC 9457) in the language asked for."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import structlog
from starlette.requests import Request
from starlette.responses import Response

from kartoteka.metadata.catalog import Catalog
from kartoteka.metadata.problems import Conflict, Message, Problem
from kartoteka.platform.runtime import Runtime
from kartoteka.platform.web.errors import Answer, answer_to, problems_of
from kartoteka.platform.web.sentences import sentence
from kartoteka.platform.web.told import Say, item_tree, placed_tree
from kartoteka.platform.web.visits import preferred_language

PROBLEM = "application/problem+json"
_log = structlog.get_logger()


def N_(text: str) -> str:  # noqa: N802 - the customary name of the mark for texts that are translated later
    """Mark a text to be translated where it is used."""
    return text


class Rejected(Exception):
    """The request itself can't be taken, whatever it is about: no token, too large, of a wrong media type."""

    def __init__(self, status: int, problem: Problem, headers: Mapping[str, str] | None = None) -> None:
        self.status, self.problem, self.headers = status, problem, headers or {}
        super().__init__(problem.code)


TITLES = {
    400: N_("This request makes no sense"),
    401: N_("A valid token is needed"),
    405: N_("This can't be done here"),
    413: N_("This is too large"),
    415: N_("This format is not understood"),
    503: N_("This does not work at the moment"),
}
"""What a rejection of that status is called."""


def give(data: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return data as a JSON answer."""
    return Response(_encoded(data), status, headers, media_type="application/json")


def _encoded(data: Any) -> bytes:
    return json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=str).encode()


def problem_response(request: Request, error: Exception) -> Response:
    """Return what is wrong; what nobody expected is logged under a reference that the answer names."""
    runtime: Runtime = request.app.state.runtime
    language = preferred_language(request, runtime.settings.language)
    say = runtime.templates.gettext(language)
    answer = _answer(error)
    found: dict[str, Any] = {"title": say(answer.title), "status": answer.status}
    found["problems"] = [problem_tree(each, language, runtime) for each in problems_of(error)]
    if isinstance(error, Conflict) and error.details:
        found["details"] = [detail_tree(each, language, runtime) for each in error.details]
    if answer.status >= 500 and not isinstance(error, Rejected):
        found["reference"] = secrets.token_hex(4)
        _log.error("call failed", reference=found["reference"], path=request.url.path, exc_info=error)
    headers = error.headers if isinstance(error, Rejected) else {}
    return Response(_encoded(found), answer.status, headers, media_type=PROBLEM)


def _answer(error: Exception) -> Answer:
    if isinstance(error, Rejected):
        return Answer(error.status, TITLES[error.status], "")
    answer = answer_to(error)
    return replace(answer, title=TITLES.get(answer.status, answer.title))


def problem_tree(problem: Problem, language: str, runtime: Runtime, catalog: Catalog | None = None) -> dict[str, Any]:
    """Return a problem as JSON data; file, field and pointer only where they are known."""
    return placed_tree(problem, _sayer(language, runtime, catalog))


def message_tree(
    item: Problem | Message, language: str, runtime: Runtime, catalog: Catalog | None = None
) -> dict[str, Any]:
    """Return a problem or a message as JSON data: its code, its parameters, and what they say."""
    return item_tree(item, _sayer(language, runtime, catalog))


def _sayer(language: str, runtime: Runtime, catalog: Catalog | None) -> Say:
    return lambda item: sentence(item, language, runtime.templates.gettext(language), catalog)


def detail_tree(detail: Any, language: str, runtime: Runtime) -> Any:
    """Return a detail of a conflict: both values of a field, or a change that was published meanwhile."""
    return message_tree(detail, language, runtime) if isinstance(detail, Message) else detail
