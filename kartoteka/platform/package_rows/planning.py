"""Reference data in a plan: how many rows come, change, stay as the client has them; told before anything is done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import Connection, select

from kartoteka.metadata.catalog import Catalog
from kartoteka.metadata.locales import Locale
from kartoteka.metadata.problems import Problem
from kartoteka.metadata.row_files import RowSet
from kartoteka.metadata.row_values import Refs, row_problems
from kartoteka.metadata.stack import LOCAL, Layer, Stack
from kartoteka.platform import tables
from kartoteka.platform.configuration import Model
from kartoteka.platform.journal import readable
from kartoteka.platform.package_rows.book import Book
from kartoteka.platform.package_rows.deciding import Decider, Decision, without_used
from kartoteka.platform.package_rows.lines import COUNTS, KeptValue, RowsLine
from kartoteka.platform.package_rows.tasks import TaskSet, task_sets
from kartoteka.platform.plans import Plan
from kartoteka.platform.renaming import renames_in
from kartoteka.platform.units import Unit


def with_row_lines(connection: Connection, model: Model, plan: Plan, *, undoing: bool = False) -> Plan:
    """Return the plan with what becomes of the packages' rows."""
    unit = Unit(connection, model, datetime.now(UTC))
    book = Book(unit, renames_in(plan.changes))
    decider = Decider(plan.catalog, book, undoing)
    sets = list(task_sets(connection, plan.before, plan.stack, plan.catalog))
    decided = [(found, decider.decide(found)) for found in sets]
    going = without_used(book, {(found.package, found.entity): each for found, each in decided})
    lines = (_line(decider, found, each, going[found.package, found.entity]) for found, each in decided)
    return replace(plan, rows=tuple(line for line in lines if line.counts))


def _line(decider: Decider, found: TaskSet, decisions: Sequence[Decision], going: set[int]) -> RowsLine:
    counted: Counter[str] = Counter()
    for each in decisions:
        counted[each.fate] += 1
        counted["updated"] += bool(each.written) and each.fate in ("merged", "adopted")
        counted["kept"] += bool(each.kept)
    counted["gone"] += counted["taken_back"] - len(going)
    counted["taken_back"] = len(going)
    kept = tuple(value for each in decisions for value in _kept(decider, found, each))
    return RowsLine(
        found.package, found.entity, found.file, {name: counted[name] for name in COUNTS if counted[name]}, kept
    )


def _kept(decider: Decider, found: TaskSet, decision: Decision) -> Iterator[KeptValue]:
    task, record = decision.task, decision.record
    for key in decision.kept:
        mine = record.values.get(key) if record else None
        field = decider.book.field(found.entity, key)
        shown = "" if mine is None or field is None else field.type.said(mine, Locale())
        if field and field.type.links_to and mine is not None:
            shown = decider.book.ref_of(str(decider.catalog.fields(found.entity)[key].type.links_to), mine)
        yield KeptValue(task.ref, key, (task.old or {}).get(key, ""), (task.new or {}).get(key, ""), shown)


def problems_of_rows(before: Stack, after: Stack, catalog: Catalog, refs: Refs) -> Iterator[Problem]:
    """Yield what is wrong with the rows of the packages that are about to change. `refs` are those of records here."""
    shipped: Catalog | None = None
    known = {entity: set(found) for entity, found in refs.items()}
    for layer in after.packages:
        for entity, rows in layer.rows.items():
            known.setdefault(entity, set()).update(rows.rows or ())
    for layer in after.packages:
        there = before.package(layer.key)
        fresh = {entity: rows for entity, rows in layer.rows.items() if _is_fresh(there, entity, rows)}
        if fresh:
            shipped = shipped or readable(replace(after, local=Layer(LOCAL, None, {})))
            yield from row_problems(catalog, shipped, fresh, known)


def _is_fresh(known: Layer | None, entity: str, rows: RowSet) -> bool:
    return rows.rows is not None and (known is None or known.rows.get(entity) != rows)


def refs_here(connection: Connection) -> Refs:
    """Return the refs of all records that came with packages, by card type."""
    of = tables.reference.c
    found: dict[str, set[str]] = {}
    for entity, ref in connection.execute(select(of.entity, of.ref)):
        found.setdefault(entity, set()).add(ref)
    return found
