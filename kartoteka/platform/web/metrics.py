"""Metrics for operators, in the format of Prometheus: requests by route and status, jobs by state, the process itself.

They are told to this machine only, unless the setting `metrics` opens them. Each process counts its own requests.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kartoteka.platform import tables
from kartoteka.platform.runtime import Runtime

METHODS: Final = frozenset({"GET", "HEAD", "POST", "PATCH", "PUT", "DELETE", "OPTIONS"})
SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
FORWARDED: Final = ("forwarded", "x-forwarded-for", "x-real-ip")
"""Headers of proxies: who comes through one is not of this machine, wherever the proxy runs."""


class Metrics:
    """What one process counts, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        labels = ("method", "route", "status")
        self.requests = Counter("kartoteka_requests", "Requests answered.", labels, registry=self.registry)
        self.seconds = Histogram(
            "kartoteka_request_seconds", "Time to answer.", ("method", "route"), buckets=SECONDS, registry=self.registry
        )
        self.jobs = Gauge("kartoteka_jobs", "Jobs by state.", ("status",), registry=self.registry)
        self.revision = Gauge("kartoteka_revision", "Revision of the configuration.", registry=self.registry)
        self.database = Gauge("kartoteka_database_up", "1 where the database answers.", registry=self.registry)
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)

    def note(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request."""
        method = method if method in METHODS else "other"
        self.requests.labels(method, route, status).inc()
        self.seconds.labels(method, route).observe(seconds)

    def text(self, runtime: Runtime) -> bytes:
        """Return everything, with what the database tells at this moment."""
        try:
            with runtime.reading() as unit:
                of = tables.job.c
                counted = unit.connection.execute(select(of.status, func.count()).group_by(of.status)).all()
                self._note_jobs({row[0]: row[1] for row in counted})
                self.revision.set(unit.model.revision)
                self.database.set(1)
        except SQLAlchemyError:
            self.database.set(0)
        return generate_latest(self.registry)

    def _note_jobs(self, counts: Mapping[str, int]) -> None:
        self.jobs.clear()
        for status, number in counts.items():
            self.jobs.labels(status).set(number)


class Measured:
    """Counts every request under its route, never under its address: ids would make a series each."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app, self.metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        status, started = 500, time.perf_counter()

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, noting)
        finally:
            route = getattr(scope.get("route"), "path", "none")
            self.metrics.note(scope["method"], route, status, time.perf_counter() - started)


def show_metrics(request: Request) -> Response:
    """Answer the metrics, to those who may have them; to others there is nothing here."""
    runtime: Runtime = request.app.state.runtime
    if not (runtime.settings.metrics or _is_this_machine(request)):
        return PlainTextResponse("Not Found", 404)
    metrics: Metrics = request.app.state.metrics
    return Response(metrics.text(runtime), media_type=CONTENT_TYPE_LATEST)


def _is_this_machine(request: Request) -> bool:
    if request.client is None or any(name in request.headers for name in FORWARDED):
        return False
    try:
        return ip_address(request.client.host).is_loopback
    except ValueError:
        return False
