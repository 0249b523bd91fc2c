"""The routes of this room."""

from __future__ import annotations

from starlette.routing import BaseRoute, Route

from kartoteka.platform.web.endpoints import endpoint
from kartoteka.search.results import show_quick, show_results

routes: list[BaseRoute] = [
    Route("/-/search", endpoint(show_results), methods=["GET"]),
    Route("/-/search/quick", endpoint(show_quick), methods=["GET"]),
]
