"""The results as a table on the terminal, as JSON, and as a page of the documentation."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

import msgspec
from rich.console import Console
from rich.table import Table

from bench.budgets import Result

FIGURES = {
    "median": "median ms",
    "p95": "p95 ms",
    "cpu": "CPU ms",
    "bare median": "bare ms",
    "ratio": "x bare",
    "cpu ratio": "x bare CPU",
    "a second": "a second, 8 clients",
}
"""Those with a column of their own; the others are said in words."""


def show(results: Iterable[Result]) -> None:
    """Print the table."""
    table = Table(title="Kartoteka's budgets")
    for name in ("work", "database", *FIGURES.values(), "besides", "budget"):
        table.add_column(name, justify="right" if name in FIGURES.values() else "left")
    for result in results:
        colour = "red" if result.missed else ""
        table.add_row(*_cells(result), style=colour)
    Console(width=200).print(table)


def _cells(result: Result) -> list[str]:
    known = [_number(result.figures[name]) if name in result.figures else "" for name in FIGURES]
    others = [f"{name} {_number(value)}" for name, value in result.figures.items() if name not in FIGURES]
    return [result.work, result.database, *known, ", ".join([*others, result.note]).strip(", "), verdict(result)]


def line(result: Result) -> str:
    """Return a result in one line."""
    return f"{result.database}, {result.work}: " + ", ".join(
        f"{name} {_number(value)}" for name, value in result.figures.items()
    )


def verdict(result: Result) -> str:
    """Return the budgets with what became of them."""
    return ", ".join(f"{'MISSED ' if each in result.missed else ''}{each}" for each in result.budgets)


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def as_json(results: Sequence[Result]) -> str:
    """Return everything, with what it was measured on."""
    return json.dumps({"machine": machine(), "results": [asdict(each) for each in results]}, indent=2)


def read(file: Path) -> list[Result]:
    """Return the results that a run before left; none where there was none, or on another machine."""
    if not file.exists():
        return []
    kept = msgspec.json.decode(file.read_bytes(), type=_Kept)
    return kept.results if kept.machine == machine() else []


class _Kept(msgspec.Struct):
    machine: str
    results: list[Result]


def merged(old: Sequence[Result], new: Sequence[Result]) -> list[Result]:
    """Return the results by database, those measured anew in the place of the old ones."""
    known = {(each.database, each.work): each for each in (*old, *new)}
    return sorted(known.values(), key=lambda each: each.database != "sqlite")


def machine() -> str:
    """Return what the figures were measured on."""
    return f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"


def as_page(results: Sequence[Result]) -> str:
    """Return the page of the documentation."""
    lines = ["# Benchmarks", "", INTRODUCTION, "", f"Measured on {machine()}.", ""]
    columns = ["work", "database", "records", *FIGURES.values(), "besides", "budget"]
    lines += [f"| {' | '.join(columns)} |", f"|{'---|' * len(columns)}"]
    for result in results:
        work, database, *rest = _cells(result)
        lines.append(f"| {' | '.join([work, database, f'{result.records:,}', *rest])} |")
    return "\n".join([*lines, ""])


INTRODUCTION = """Made by `make bench` (`python -m bench --page docs/benchmarks.md`); nothing in it is written by hand.

Requests go to a real server over the loopback address, one after the other for the medians, from eight clients for the
requests a second. The bare work is served by the same process: the SQL statements of the same request straight through
the driver, and a plain Jinja page of what they give. Ours and the bare one take turns: whatever else the machine does
meets both. CPU is the server's own, without the database server's."""
