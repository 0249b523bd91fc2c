"""What people wait for all day: the list, the form, the card; saving one field, the whole form, a new record."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from bench.budgets import Budget, Result
from bench.clients import Act, Client, compare, throughput
from bench.dataset import ENTITY
from bench.forms import changed, sent_by
from bench.server import OWN
from bench.workspaces import Workspace

SAVE = (Budget("median", 5, "ms"), Budget("a second", 200, "/s", "at least"))


def measure_list(workspace: Workspace, port: int) -> Iterator[Result]:
    """Measure a list's page: 50 rows of 8 columns, filtered, sorted, counted."""
    bounds = Budget("median", 10, "ms"), Budget("p95", 50, "ms"), Budget("ratio", 3, "x")
    act, bare = _getting(f"/{ENTITY}"), _getting("/-/bench/list")
    yield _result(
        "list, 50 rows of 8", workspace, port, act, bare, (*bounds, Budget("a second", 100, "/s", "at least"))
    )


def measure_form(workspace: Workspace, port: int) -> Iterator[Result]:
    """Measure a record's form of 150 fields, the whole HTML; and its card."""
    act, bare = _getting(f"/{ENTITY}/{OWN}/edit"), _getting("/-/bench/form")
    yield _result("form, 150 fields", workspace, port, act, bare, (Budget("median", 8, "ms"),))
    yield _result("card", workspace, port, _getting(f"/{ENTITY}/{OWN}"), bare, ())


def measure_saves(workspace: Workspace, port: int) -> Iterator[Result]:
    """Measure saving: one field in place, the whole form of which one field changed, a new record of 150 values."""
    client = Client(port, workspace.secret)
    page = client.get(f"/{ENTITY}/{OWN}/edit")
    form = sent_by(page, f"/{ENTITY}/{OWN}/edit")
    numbers = count(1)
    clerks = count()

    def in_place(client: Client) -> None:
        number = next(numbers)
        fact = {"csrf": form["csrf"], "rendered": "score", "score": str(number % 1000)}
        client.post(f"/{ENTITY}/{_own(next(clerks))}/-/fact/score", fact, fragment=True)

    def whole_form(client: Client) -> None:
        sent = changed(form, score=str(next(numbers) % 1000))
        del sent["version"]
        client.post(f"/{ENTITY}/{OWN}/edit", sent)

    def new(client: Client) -> None:
        client.post(f"/{ENTITY}/new", form)

    saving, creating = _posting("/-/bench/save"), _posting("/-/bench/create")
    yield _result("save, one field in place", workspace, port, in_place, saving, SAVE)
    yield _result("save, form of 150 fields", workspace, port, whole_form, saving, SAVE)
    yield _result("create, 150 values", workspace, port, new, creating, (Budget("median", 7, "ms"), SAVE[1]))


def _own(number: int) -> int:
    """Return the id of one of the salesperson's records: all clients at one record would only measure its lock."""
    return OWN + number % 50 * 10


def _getting(path: str) -> Act:
    return lambda client: client.get(path)


def _posting(path: str) -> Act:
    return lambda client: client.post(path, {})


def _result(work: str, workspace: Workspace, port: int, act: Act, bare: Act, budgets: tuple[Budget, ...]) -> Result:
    figures = compare(port, workspace.secret, act, bare)
    figures["a second"] = throughput(port, workspace.secret, act)
    return Result(work, workspace.database, workspace.records, figures, budgets)
