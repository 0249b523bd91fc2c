"""The routes of this room: login, preferences, health. Other rooms have their own."""

from __future__ import annotations

from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from kartoteka.platform.configuration import revision_of
from kartoteka.platform.runtime import Runtime
from kartoteka.platform.web import job_views, login
from kartoteka.platform.web.endpoints import endpoint, public
from kartoteka.platform.web.metrics import show_metrics
from kartoteka.platform.web.preferences import keep_preference


def is_alive(request: Request) -> Response:
    """Answer that the process runs."""
    return PlainTextResponse("ok")


def is_ready(request: Request) -> Response:
    """Answer whether the database does; 503 where it does not."""
    runtime: Runtime = request.app.state.runtime
    try:
        with runtime.database.read() as connection:
            return PlainTextResponse(f"ok, revision {revision_of(connection)}")
    except SQLAlchemyError:
        return PlainTextResponse("the database does not answer", 503)


routes = [
    Route("/-/login", public(login.show), methods=["GET"]),
    Route("/-/login", public(login.enter), methods=["POST"]),
    Route("/-/logout", public(login.leave), methods=["POST"]),
    Route("/-/preferences", endpoint(keep_preference, writes=True), methods=["POST"]),
    Route("/-/jobs/{id}", endpoint(job_views.show_job), methods=["GET"]),
    Route("/-/jobs/{id}/cancel", endpoint(job_views.cancel_job, writes=True), methods=["POST"]),
    Route("/-/jobs/{id}/file", endpoint(job_views.send_job_file), methods=["GET"]),
    Route("/-/healthz", is_alive),
    Route("/-/readyz", is_ready),
    Route("/-/metrics", show_metrics),
]
