"""Long work, each piece in a process of its own, so that its memory is its own: export, import, the bare writers.

`python -m bench.tasks WORK FOLDER URL ROWS` prints the figures as JSON.
"""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from io import TextIOWrapper
from pathlib import Path
from typing import Any, BinaryIO

from bench import workbooks
from bench.bare import recorded
from bench.budgets import Budget, Result
from bench.dataset import ENTITY, WIDTH
from bench.timing import peak_memory, taken
from bench.workspaces import Workspace
from kartoteka.app import make_runtime
from kartoteka.cli.memory import settle_memory
from kartoteka.forms.imports.csv_tables import open_csv
from kartoteka.forms.imports.exports import export_csv
from kartoteka.forms.imports.run import ImportOptions, import_rows
from kartoteka.platform.actors import SYSTEM
from kartoteka.platform.query import Query
from kartoteka.platform.runtime import Runtime
from kartoteka.platform.settings import load_settings
from kartoteka.platform.streams import compiled_all, ordered_ids, stored_rows

Task = Callable[[Runtime, Path, int], dict[str, float]]
MEMORY = Budget("peak MB", 150, "MB")
MOST_IMPORTED = 20_000


def measure_exports(workspace: Workspace) -> Iterator[Result]:
    """Measure a list of all fields and records as a file, beside the bare streamed writer of the same rows."""
    for form in ("xlsx", "csv"):
        ours, bare = (_done(f"{side}{form}", workspace, workspace.records) for side in ("", "bare "))
        figures = ours | {"bare CPU seconds": bare["CPU seconds"]}
        figures["ratio"] = ours["CPU seconds"] / bare["CPU seconds"]
        budgets = Budget("ratio", 1.5, "x"), MEMORY
        yield Result(f"export to {form}, 150 fields", workspace.database, workspace.records, figures, budgets)


def measure_import(workspace: Workspace) -> Iterator[Result]:
    """Measure bringing a CSV file of all fields in, with rules, links, history and jobs for the index."""
    rows = min(workspace.records, MOST_IMPORTED)
    figures = _done("import", workspace, rows)
    budgets = Budget("rows a second", 2000, "/s", "at least"), Budget("peak MB", 300, "MB")
    yield Result("import of CSV, 150 fields", workspace.database, rows, figures, budgets)


def _done(work: str, workspace: Workspace, rows: int) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.tasks", work, str(workspace.folder), workspace.url, str(rows)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def _export(form: str) -> Task:
    def work(runtime: Runtime, folder: Path, rows: int) -> dict[str, float]:
        assert runtime.workbooks is not None
        with runtime.reading() as unit, (folder / f"bench.{form}").open("wb") as file, taken() as figures:
            runtime.workbooks.write(unit, SYSTEM, _everything(runtime), "Dossiers", form, file)
        return figures

    return work


def _everything(runtime: Runtime) -> Query:
    with runtime.reading() as unit:
        return Query(ENTITY, tuple(unit.model.catalog.fields(ENTITY)), limit=None)


def _bare_export(form: str) -> Task:
    """The statements of our own stream straight through the driver, into the least that writes as many cells."""

    def work(runtime: Runtime, folder: Path, rows: int) -> dict[str, float]:
        query = _everything(runtime)
        with runtime.reading() as unit, recorded(runtime.database.engine) as seen:
            compiled = compiled_all(unit, SYSTEM, query)
            list(stored_rows(compiled, ordered_ids(unit, SYSTEM, query)[:1]))
            statement = seen[-1]
            head, _, tail = statement.sql.rpartition(" IN (")
            sql = f"{head} > 0 {LIST_OF_IDS.sub('', tail)}"
            cursor: Any = unit.connection.connection.cursor()
            with (folder / f"bare.{form}").open("wb") as file, taken() as figures:
                cursor.execute(sql, _without_ids(statement.parameters))
                BARE[form](file, iter(cursor))
        return figures

    return work


LIST_OF_IDS = re.compile(r"^(?:[^()]|\([^()]*\))*\)")
"""What is left of `IN (...)` behind its bracket; placeholders have brackets of their own on PostgreSQL."""


def _without_ids(parameters: Any) -> Any:
    """Return a statement's parameters without the single id at their end."""
    if isinstance(parameters, Mapping):
        return {name: value for name, value in parameters.items() if not name.startswith("wanted")}
    return parameters[:-1]


def _bare_xlsx(file: BinaryIO, rows: Iterator[tuple[Any, ...]]) -> None:
    workbooks.bare(file, (row[2 : 2 + WIDTH] for row in rows), WIDTH)


def _bare_csv(file: BinaryIO, rows: Iterator[tuple[Any, ...]]) -> None:
    text = TextIOWrapper(file, "utf-8", newline="")
    csv.writer(text).writerows(row[2 : 2 + WIDTH] for row in rows)
    text.flush()


BARE: Mapping[str, Callable[[BinaryIO, Iterator[tuple[Any, ...]]], None]] = {"xlsx": _bare_xlsx, "csv": _bare_csv}


def _import(runtime: Runtime, folder: Path, rows: int) -> dict[str, float]:
    file = folder / "import.csv"
    with runtime.reading() as unit, file.open("wb") as target:
        export_csv(unit, SYSTEM, ENTITY, target, ids=False, where=(f"id <= {rows}",))
    with open_csv(file) as table, taken() as figures:
        result = import_rows(runtime.writing, SYSTEM, ENTITY, table, ImportOptions())
    assert result.created == rows, result
    return figures | {"rows a second": rows / figures["seconds"]}


TASKS: Mapping[str, Task] = {
    "xlsx": _export("xlsx"),
    "csv": _export("csv"),
    "bare xlsx": _bare_export("xlsx"),
    "bare csv": _bare_export("csv"),
    "import": _import,
}


def main() -> None:
    """Do one piece of work and print its figures."""
    work, folder, url, rows = sys.argv[1:5]
    runtime = make_runtime(load_settings(Path(folder), database_url=url, worker=False))
    settle_memory()
    figures = TASKS[work](runtime, Path(folder), int(rows))
    print(json.dumps(figures | {"peak MB": peak_memory()}))


if __name__ == "__main__":
    main()
