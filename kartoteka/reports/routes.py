"""The routes of this room."""

from __future__ import annotations

from starlette.routing import BaseRoute, Route

from kartoteka.platform.web.endpoints import endpoint
from kartoteka.reports import views

routes: list[BaseRoute] = [
    Route("/-/reports/", endpoint(views.show_reports), methods=["GET"]),
    Route("/-/reports/{key}.{form}", endpoint(views.download_report), methods=["GET"]),
    Route("/-/reports/{key}", endpoint(views.show_report), methods=["GET"]),
]
