"""`python -m bench`: measure the budgets, print them, keep them in bench/results.json.

A run replaces what it measured anew and keeps the rest, so that the page holds both databases whichever way they ran.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from bench import publishes, report, screens, searches, startup, tasks
from bench.budgets import Result
from bench.server import served
from bench.workspaces import Workspace, durability, opened

RECORDS = 100_000
QUICK = 10_000
FILE = Path(__file__).parent / "results.json"
Alone = Callable[[Workspace], Iterator[Result]]
Served = Callable[[Workspace, int], Iterator[Result]]
SERVED: Mapping[str, Served] = {
    "list": screens.measure_list,
    "form": screens.measure_form,
    "saves": screens.measure_saves,
    "search": searches.measure_search,
    "publish": publishes.measure_publish,
}
"""Works that are asked of a running server."""
ALONE: Mapping[str, Alone] = {
    "export": tasks.measure_exports,
    "import": tasks.measure_import,
    "start": startup.measure_start,
}
"""Works that have the machine to themselves."""


def main() -> int:
    """Measure; 1 where a budget was missed."""
    options = _options()
    results: list[Result] = []
    for result in _measured(options):
        results.append(result)
        print(report.line(result), flush=True)
    report.show(results)
    known = report.merged(report.read(FILE), results)
    FILE.write_text(report.as_json(known))
    if options.page:
        options.page.write_text(report.as_page(known))
    return 1 if any(result.missed for result in results) else 0


def _measured(options: argparse.Namespace) -> Iterator[Result]:
    for database in options.database or ["sqlite", "postgresql"]:
        with opened(database, options.records) as workspace:
            figures = {"records a second": workspace.seed_rate}
            note = f"{durability(workspace.runtime)}; past rules and history"
            yield Result("fill", workspace.database, workspace.records, figures, note=note)
            with served(workspace) as port:
                for name in _chosen(SERVED, options.only):
                    yield from SERVED[name](workspace, port)
            for name in _chosen(ALONE, options.only):
                yield from ALONE[name](workspace)


def _chosen(works: Mapping[str, object], only: list[str] | None) -> list[str]:
    return [name for name in works if not only or name in only]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--records", type=int, default=RECORDS, help="records of 150 fields (default %(default)s)")
    parser.add_argument("--quick", dest="records", action="store_const", const=QUICK, help=f"{QUICK:,} records")
    parser.add_argument("--database", action="append", help="sqlite, postgresql or a URL; may be repeated")
    parser.add_argument("--only", action="append", choices=[*SERVED, *ALONE], help="one work; may be repeated")
    parser.add_argument("--page", type=Path, help="also write the page of the documentation there")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
