"""All 17,285 rows of the Nonprofit Success Pack's test data through the import, links resolved."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select

from kartoteka.forms.imports.samples import load_samples
from kartoteka.platform import tables
from kartoteka.platform.actors import SYSTEM
from kartoteka.platform.query import Query, fetch
from kartoteka.platform.units import Unit
from tests.platform.workspace import BASE, Workspace
from tests.real.npsp import Npsp

ROWS = 17_285


@pytest.fixture(scope="module")
def npsp(real: Path) -> Npsp:
    """Give the tables."""
    return Npsp(real)


@pytest.fixture
def workspace(database_url: str) -> Iterator[Workspace]:
    """Give a workspace with nothing but people."""
    found = Workspace(database_url, packages=(BASE,))
    yield found
    found.close()


def test_every_row_comes_in_with_its_links_and_sums(workspace: Workspace, npsp: Npsp) -> None:
    package = npsp.package()
    workspace.apply(package)
    results = load_samples(workspace.writing, package)
    assert [problem for result in results.values() for problem in result.problems] == []
    assert sum(result.created for result in results.values()) == ROWS
    for entity, table in npsp.tables.items():
        check_table(workspace, npsp, entity, table)
    again = load_samples(workspace.writing, package)
    assert sum(result.unchanged for result in again.values()) == ROWS


def check_table(workspace: Workspace, npsp: Npsp, entity: str, table: str) -> None:
    """Compare counts and sums of every column, and where every link leads, with the SQL's."""
    fields = npsp.entities[entity]
    with workspace.reading() as unit:
        refs = {record_id: ref for ref, record_id in references(unit, entity).items()}
        columns = tuple(field["key"] for field in fields.values())
        found = {refs[row.id]: row for row in fetch(unit, SYSTEM, Query(entity, columns, limit=None)).rows}
    wanted = npsp.rows.execute(f'SELECT * FROM "{table}"').fetchall()
    assert len(found) == len(wanted)
    for place, field in enumerate(fields.values(), 1):
        cells = {f"{entity}_{row[0]}": row[place] for row in wanted if row[place]}
        values = {ref: row.values[field["key"]] for ref, row in found.items() if row.values[field["key"]] is not None}
        assert values.keys() == cells.keys(), field
        if field["type"] == "money":
            assert sum(value.amount for value in values.values()) == sum(map(Decimal, cells.values()))
        elif field["type"] == "percent":
            assert sum(values.values()) == sum(map(Decimal, cells.values()))
        elif field["type"] == "link":
            check_links(workspace, field["target"], values, cells)
        elif field["type"] in ("text", "email"):
            assert {ref: str(value).casefold() for ref, value in values.items()} == {
                ref: cell.strip().casefold() for ref, cell in cells.items()
            }


def check_links(workspace: Workspace, target: str, values: dict[str, int], cells: dict[str, str]) -> None:
    """Compare where links lead."""
    with workspace.reading() as unit:
        ids = references(unit, target)
    assert values == {ref: ids[f"{target}_{cell}"] for ref, cell in cells.items()}


def references(unit: Unit, entity: str) -> dict[str, int]:
    """Return the ids of an entity's records by their refs."""
    of = tables.reference.c
    rows = unit.connection.execute(select(of.ref, of.record_id).where(of.entity == entity))
    return {row.ref: row.record_id for row in rows}
