"""Search: building the index, and finding a rare word with the salesperson's rights."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from datetime import UTC, datetime

from bench.budgets import Budget, Result
from bench.clients import Client, percentile
from bench.dataset import ENTITY, rare_word
from bench.workspaces import Workspace
from kartoteka.platform import jobs
from kartoteka.platform.records import INDEX_JOB
from kartoteka.search.finder import finder_of
from kartoteka.search.indexer import index_records, reindex

QUESTIONS = 200


def measure_search(workspace: Workspace, port: int) -> Iterator[Result]:
    """Measure building the index, a rare word found, and the page that shows it."""
    runtime, finder = workspace.runtime, finder_of(workspace.runtime)
    started = time.perf_counter()
    reindex(runtime, finder.index, _go_on)
    built = workspace.records / (time.perf_counter() - started)
    _do_index_jobs(workspace)
    note = f"{runtime.settings.search_engine}, 150 fields each"
    yield Result("search index", workspace.database, workspace.records, {"records a second": built}, note=note)
    actor, found = workspace.actor(), list[float]()
    for number in range(QUESTIONS):
        wanted = number * 7919 % workspace.records
        started = time.perf_counter()
        with runtime.reading() as unit:
            ids = finder.find(unit, actor, rare_word(wanted), ENTITY, 20)
        found.append((time.perf_counter() - started) * 1000)
        assert ids, "the word is in one record"
    figures = {"median": statistics.median(found), "p95": percentile(found, 95)}
    budgets = Budget("median", 5, "ms"), Budget("p95", 50, "ms")
    yield Result("search, a rare word", workspace.database, workspace.records, figures, budgets)
    yield _page(workspace, port)


def _do_index_jobs(workspace: Workspace) -> None:
    """Do what the saves before have left for the worker, of which there is none here: it is never far behind."""
    runtime = workspace.runtime
    while True:
        with runtime.database.write() as connection:
            taken = jobs.claim(connection, (INDEX_JOB,), datetime.now(UTC), limit=500)
        if not taken:
            return
        index_records(runtime, finder_of(runtime).index, taken)
        with runtime.database.write() as connection:
            jobs.finish(connection, [job.id for job in taken])


def _go_on(_done: int, _total: int) -> bool:
    return True


def _page(workspace: Workspace, port: int) -> Result:
    client, shown = Client(port, workspace.secret), list[float]()
    for number in range(QUESTIONS // 2):
        started = time.perf_counter()
        page = client.get(f"/-/search?q={rare_word(number * 104_729 % workspace.records)}")
        shown.append((time.perf_counter() - started) * 1000)
        assert "Matter" in page
    figures = {"median": statistics.median(shown), "p95": percentile(shown, 95)}
    return Result("search page, a rare word", workspace.database, workspace.records, figures)
