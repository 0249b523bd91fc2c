"""Endpoints: from a view, a function of a unit and a visit, to what Starlette calls.

The form is read here, in the event loop; the view runs in a thread, in one transaction. An answer of 400 or more rolls
the transaction back, so what is refused leaves no trace.
"""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from typing import Protocol
from urllib.parse import quote, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from kartoteka.metadata.problems import Conflict, Forbidden, Refused
from kartoteka.platform.people import find_session, note_seen
from kartoteka.platform.runtime import Runtime
from kartoteka.platform.units import Unit
from kartoteka.platform.web.errors import error_response
from kartoteka.platform.web.login import expired_response
from kartoteka.platform.web.posts import posted
from kartoteka.platform.web.visits import SESSION_COOKIE, Visit

SAFE = frozenset({"GET", "HEAD"})
EXPECTED = (Refused, Conflict)

View = Callable[[Unit, Visit], Response]


class Refusal(Protocol):
    """Answers, in a transaction of its own, when the view has refused what was sent."""

    def __call__(self, unit: Unit, visit: Visit, refused: Refused | Conflict) -> Response:
        """Return the answer."""


Act = Callable[[Visit], Response]
"""A view that opens its own units: a publish waits for everybody who writes, its own visit included."""
Endpoint = Callable[[Request], Awaitable[Response]]


class _RolledBack(Exception):
    """Carries the answer out of a transaction that must not be committed."""

    def __init__(self, response: Response) -> None:
        self.response = response
        super().__init__()


def endpoint(view: View, *, writes: bool = False, on_refusal: Refusal | None = None) -> Endpoint:
    """Return the endpoint of a view for people who are logged in."""

    async def answer(request: Request) -> Response:
        async with _visiting(request) as visit:
            return await run_in_threadpool(_answer, visit, view, writes, on_refusal)

    return answer


def acting(act: Act, *, on_refusal: Refusal | None = None) -> Endpoint:
    """Return the endpoint of a view for people who are logged in that opens its own units."""

    async def answer(request: Request) -> Response:
        async with _visiting(request) as visit:
            return await run_in_threadpool(_act, visit, act, on_refusal)

    return answer


def public(view: Callable[[Visit], Response]) -> Endpoint:
    """Return the endpoint of a view for strangers; it opens its own units."""

    async def answer(request: Request) -> Response:
        async with _visiting(request) as visit:
            if request.method not in SAFE and not is_same_origin(request):
                return error_response(visit, Forbidden("request.foreign_origin"))
            return await run_in_threadpool(_guarded, visit, lambda: view(visit))

    return answer


@asynccontextmanager
async def _visiting(request: Request) -> AsyncIterator[Visit]:
    """Give the visit of a request. The files that it brought are closed behind it, whatever happens."""
    runtime: Runtime = request.app.state.runtime
    if request.method in SAFE:
        yield Visit(request, runtime)
        return
    size = runtime.settings.upload_megabytes * 1024 * 1024
    async with posted(request, size) as form:
        yield Visit(request, runtime, form=form)


def _act(visit: Visit, act: Act, on_refusal: Refusal | None) -> Response:
    def answer() -> Response:
        with visit.runtime.reading() as unit:
            known = _entered(unit, visit)
        return act(known)

    return _with_refusal(visit, answer, on_refusal)


def _answer(visit: Visit, view: View, writes: bool, on_refusal: Refusal | None) -> Response:
    return _with_refusal(visit, lambda: _in_unit(visit, view, writes), on_refusal)


def _with_refusal(visit: Visit, view: Callable[[], Response], on_refusal: Refusal | None) -> Response:
    try:
        return _guarded(visit, view)
    except EXPECTED as error:
        if on_refusal is None:
            return error_response(visit, error)
        show_again = partial(on_refusal, refused=error)
        return _guarded(visit, lambda: _in_unit(visit, show_again, writes=False))


def _guarded(visit: Visit, answer: Callable[[], Response]) -> Response:
    """Turn what is wrong with a request into a page; what a view expects is its own business."""
    try:
        return answer()
    except EXPECTED:
        raise
    except _RolledBack as rolled_back:
        return rolled_back.response
    except Exception as error:  # noqa: BLE001 - the last place before the server: everything becomes an answer
        return error_response(visit, error)


def _in_unit(visit: Visit, view: View, writes: bool) -> Response:
    runtime = visit.runtime
    with runtime.writing() if writes else runtime.reading() as unit:
        known = _entered(unit, visit)
        if writes and known.session is not None:
            note_seen(unit, known.session)
        response = view(unit, known)
        if writes and response.status_code >= 400:
            raise _RolledBack(response)
        return response


def _entered(unit: Unit, visit: Visit) -> Visit:
    """Return the visit with who makes it; strangers and foreign posts come no further."""
    secret = visit.request.cookies.get(SESSION_COOKIE, "")
    session = find_session(unit, secret, visit.runtime.settings) if secret else None
    if session is None:
        raise _RolledBack(_ask_to_log_in(visit))
    known = replace(visit, session=session)
    if visit.request.method not in SAFE:
        _check_csrf(known)
    return known


def _ask_to_log_in(visit: Visit) -> Response:
    """Send a stranger to the login; what was typed before the session expired is kept."""
    if visit.request.method not in SAFE:
        return expired_response(visit)
    url = urlsplit(str(visit.request.url))
    target = quote(url.path + (f"?{url.query}" if url.query else ""), safe="")
    address = f"/-/login?next={target}"
    if visit.is_fragment:
        return Response(status_code=401, headers={"HX-Redirect": address})
    return RedirectResponse(address, 303)


def _check_csrf(visit: Visit) -> None:
    """Every unsafe request brings back the session's token and comes from our own pages."""
    assert visit.session is not None
    sent = visit.request.headers.get("x-csrf-token") or visit.text("csrf")
    if not secrets.compare_digest(sent.encode(), visit.session.csrf.encode()) or not is_same_origin(visit.request):
        raise Forbidden("request.csrf")


def is_same_origin(request: Request) -> bool:
    """Tell whether a request comes from our own pages, as far as the browser says."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host", "")
