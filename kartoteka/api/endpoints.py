"""Endpoints: from the operations of a path to what Starlette calls.

A bearer token tells who calls; cookies count for nothing here, so there is nothing to forge. Nobody's body is read
before the token is known. A view runs in a thread, in one transaction with the look at the token: a token that is
withdrawn ends at once, and whatever is refused is an exception, which rolls everything back.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import cast

import structlog
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from kartoteka.api.answers import Rejected, problem_response
from kartoteka.api.bodies import MEGABYTE, MOST_JSON, read_body
from kartoteka.api.calls import Call
from kartoteka.api.operations import Act, Operation, View, check_parameters
from kartoteka.metadata.problems import Forbidden, Problem
from kartoteka.platform.people import Token, find_token, note_used
from kartoteka.platform.runtime import Runtime
from kartoteka.platform.units import Unit

Endpoint = Callable[[Request], Awaitable[Response]]
_log = structlog.get_logger()


def resource(operations: Sequence[Operation]) -> Endpoint:
    """Return the endpoint of a path with all its methods."""
    by_method: dict[str, Operation] = {operation.method: operation for operation in operations}
    allowed = sorted([*by_method, *(["HEAD"] if "GET" in by_method else [])])

    async def answer(request: Request) -> Response:
        response = await respond(request)
        if getattr(request.state, "unnoted", None) is not None:
            response.background = BackgroundTask(_note_use, request)
        return response

    async def respond(request: Request) -> Response:
        try:
            method = "GET" if request.method == "HEAD" else request.method
            operation = by_method.get(method)
            if operation is None:
                problem = Problem("request.method", {"method": request.method[:20], "known": allowed})
                raise Rejected(405, problem, {"Allow": ", ".join(allowed)})
            return await _answer(request, operation)
        except Exception as error:  # noqa: BLE001 - the last place before the server: everything becomes an answer
            return problem_response(request, error)

    return answer


async def _answer(request: Request, operation: Operation) -> Response:
    runtime: Runtime = request.app.state.runtime
    if operation.method == "GET":
        return await run_in_threadpool(_in_unit, request, operation, b"")
    await run_in_threadpool(_recognise, request)
    most = runtime.settings.upload_megabytes * MEGABYTE if operation.takes in ("package", "file") else MOST_JSON
    body = await read_body(request, most)
    return await run_in_threadpool(_act if operation.acts else _in_unit, request, operation, body)


def _recognise(request: Request) -> None:
    runtime: Runtime = request.app.state.runtime
    with runtime.reading() as unit:
        _entered(unit, request)


def _in_unit(request: Request, operation: Operation, body: bytes) -> Response:
    runtime: Runtime = request.app.state.runtime
    with runtime.writing() if operation.writes else runtime.reading() as unit:
        call = _permitted(unit, request, operation, body)
        return cast("View", operation.view)(unit, call)


def _act(request: Request, operation: Operation, body: bytes) -> Response:
    runtime: Runtime = request.app.state.runtime
    with runtime.reading() as unit:
        call = _permitted(unit, request, operation, body)
    return cast("Act", operation.view)(call)


def _permitted(unit: Unit, request: Request, operation: Operation, body: bytes) -> Call:
    call = replace(_entered(unit, request), body=body)
    if operation.need == "administrator" and not unit.model.access.is_administrator(call.actor):
        raise Forbidden("access.forbidden")
    check_parameters(call.query, operation.parameters)
    return call


def _entered(unit: Unit, request: Request) -> Call:
    runtime: Runtime = request.app.state.runtime
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not secret.strip():
        raise Rejected(401, Problem("request.no_token"), {"WWW-Authenticate": 'Bearer realm="kartoteka"'})
    token = find_token(unit, secret.strip(), runtime.settings)
    if token is None:
        address = request.client.host if request.client else ""
        _log.warning("token refused", address=address, path=request.url.path)
        header = 'Bearer realm="kartoteka", error="invalid_token"'
        raise Rejected(401, Problem("request.wrong_token"), {"WWW-Authenticate": header})
    request.state.unnoted = None if token.is_noted else token
    return Call(request, runtime, token.actor)


def _note_use(request: Request) -> None:
    """Note once a minute that a token is in use: after the answer, so that nobody waits for it, reading or writing."""
    runtime: Runtime = request.app.state.runtime
    token: Token = request.state.unnoted
    with runtime.writing() as unit:
        note_used(unit, token)
