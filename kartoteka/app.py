"""The composition root: settings, database, catalog, runtime, ASGI app. The only module that imports every room."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

import kartoteka
from kartoteka.admin.routes import routes as admin_routes
from kartoteka.api.routes import routes as api_routes
from kartoteka.forms.routes import routes as forms_routes
from kartoteka.platform.backups.schedule import BACKUP_JOB, VERIFY_JOB, do_backup, plan_at_start
from kartoteka.platform.backups.verifying import do_verification
from kartoteka.platform.configuration import Models, create_tables
from kartoteka.platform.database import Database
from kartoteka.platform.preparing.publications import PUBLISH_JOB, clear_abandoned, do_publish
from kartoteka.platform.purging import finish_purges
from kartoteka.platform.runtime import Runtime
from kartoteka.platform.settings import Settings
from kartoteka.platform.web.environment import Templates
from kartoteka.platform.web.metrics import Measured, Metrics
from kartoteka.platform.web.routes import routes as web_routes
from kartoteka.platform.web.security import SecurityHeaders
from kartoteka.reports.exports import handlers as export_handlers
from kartoteka.reports.routes import routes as reports_routes
from kartoteka.reports.workbooks import Workbooks
from kartoteka.search.finder import Finder
from kartoteka.search.index import open_index
from kartoteka.search.indexer import check_at_start
from kartoteka.search.indexer import handlers as index_handlers
from kartoteka.search.routes import routes as search_routes

HERE = Path(kartoteka.__file__).parent
STATIC = HERE / "platform" / "web" / "static"
TEMPLATE_FOLDERS = tuple(HERE / room / "templates" for room in ("forms", "search", "reports", "admin"))


def make_runtime(settings: Settings) -> Runtime:
    """Put the services together; the database gets its system tables where it has none."""
    database = Database(settings.url)
    create_tables(database)
    cache_folder = settings.workspace / "cache"
    cache_folder.mkdir(parents=True, exist_ok=True)
    templates = Templates(TEMPLATE_FOLDERS, {"static": static_url(STATIC)}, cache_folder)
    index = open_index(settings.workspace / "index", settings.search_engine)
    workbooks = Workbooks(templates)
    own_handlers = {BACKUP_JOB: do_backup, VERIFY_JOB: do_verification, PUBLISH_JOB: do_publish}
    return Runtime(
        settings,
        database,
        Models(),
        templates,
        index=Finder(index, database),
        workbooks=workbooks,
        handlers={**index_handlers(index), **export_handlers(workbooks), **own_handlers},
        at_start=(check_at_start, plan_at_start, finish_purges, clear_abandoned),
    )


def make_app(runtime: Runtime) -> Starlette:
    """Return the ASGI application. The record screens come last: their first path segment may be any entity."""
    routes = [
        Mount("/-/static", StaticFiles(directory=STATIC), name="static"),
        *web_routes,
        *search_routes,
        *reports_routes,
        *api_routes,
        *admin_routes,
        *forms_routes,
    ]
    metrics = Metrics()
    app = Starlette(routes=routes, middleware=[Middleware(Measured, metrics), Middleware(SecurityHeaders)])
    app.state.runtime = runtime
    app.state.metrics = metrics
    return app


def static_url(folder: Path) -> Callable[[str], str]:
    """Return the function that gives a static file's address, which changes with its content."""

    @cache
    def address(name: str) -> str:
        digest = hashlib.sha256((folder / name).read_bytes()).hexdigest()[:12]
        return f"/-/static/{name}?v={digest}"

    return address
