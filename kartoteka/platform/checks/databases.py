"""The database against what should be in it: soundness, the system's tables, and every column and index of a field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Connection, delete, inspect, select

from kartoteka.metadata.catalog import Catalog
from kartoteka.metadata.needs import indexes_of
from kartoteka.metadata.problems import Problem, Refused
from kartoteka.platform import tables
from kartoteka.platform.checks.findings import Finding, judged
from kartoteka.platform.configuration import load_stack
from kartoteka.platform.operations import StepRunner, complete_system_tables
from kartoteka.platform.placement import Placement, load_placement
from kartoteka.platform.runtime import Runtime
from kartoteka.platform.steps import CreateIndex
from kartoteka.platform.storage import record_columns

MOST_NAMED = 20
_OWN = frozenset(column.name for column in record_columns())


def check_database(runtime: Runtime) -> Iterator[Finding]:
    """Look whether the database itself is sound."""
    with runtime.database.read() as connection:
        if runtime.database.is_sqlite:
            found = list(connection.exec_driver_sql(f"PRAGMA integrity_check({MOST_NAMED})").scalars())
            told = [] if found == ["ok"] else found
        else:
            told = list(connection.exec_driver_sql(_INVALID_INDEXES).scalars())
            failures = connection.exec_driver_sql(_CHECKSUM_FAILURES).scalar()
            told += [f"checksums: {failures}"] if failures else []
        version = connection.execute(select(tables.state.c.schema_version)).scalar_one()
        missing = _system_gaps(connection)
    yield judged(bool(told), "database", "database_damaged", {"details": told[:MOST_NAMED]})
    yield judged(
        bool(missing), "system_tables", "system_tables_missing", {"version": version, "names": missing}, _complete
    )


_INVALID_INDEXES = """
SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
WHERE c.relnamespace = current_schema()::regnamespace AND NOT i.indisvalid ORDER BY 1
"""
_CHECKSUM_FAILURES = "SELECT checksum_failures FROM pg_stat_database WHERE datname = current_database()"


def _system_gaps(connection: Connection) -> list[str]:
    there = _There.of(connection, {table.name for table in tables.metadata.sorted_tables})
    gaps = []
    for table in tables.metadata.sorted_tables:
        gaps += [f"{table.name}.{c.name}" for c in table.columns if c.name not in there.columns.get(table.name, ())]
        gaps += [str(index.name) for index in table.indexes if index.name not in there.indexes]
    return gaps


def _complete(runtime: Runtime) -> None:
    with runtime.database.publish() as connection:
        complete_system_tables(connection)


@dataclass(frozen=True, slots=True)
class _There:
    """What there really is."""

    columns: Mapping[str, Set[str]]
    indexes: Set[str]

    @classmethod
    def of(cls, connection: Connection, wanted: Set[str] | None = None) -> _There:
        looker = inspect(connection)
        names = [each for each in looker.get_table_names() if wanted is None or each in wanted]
        columns = {name: {column["name"] for column in looker.get_columns(name)} for name in names}
        return cls(columns, {str(each["name"]) for name in names for each in looker.get_indexes(name)})


def check_configuration(runtime: Runtime) -> Iterator[Finding]:
    """Look whether the definitions load, and are those that were published."""
    with runtime.database.read() as connection:
        stored = connection.execute(select(tables.state.c.hash)).scalar_one()
        stack = load_stack(connection)
    try:
        catalog = stack.catalog()
    except Refused as refused:
        yield Finding("definitions_broken", "wrong", {"lines": [_line(each) for each in refused.problems]})
        return
    except Exception as error:  # noqa: BLE001 - what was written past the product may break in any way
        yield Finding("definitions_broken", "wrong", {"lines": [repr(error)[:200]]})
        return
    yield Finding("definitions", "well", {"count": len(catalog.definitions)})
    params = {"found": catalog.hash[:12], "stored": stored[:12]}
    yield judged(catalog.hash != stored, "hash", "hash_differs", params)
    local = {"count": len(stack.local.definitions)}
    yield Finding("local_layer", "well", local)


def _line(problem: Problem) -> str:
    return " ".join(filter(None, (problem.file, problem.pointer, problem.code)))


def check_placement(runtime: Runtime) -> Iterator[Finding]:
    """Hold every field's column and index against the tables that there are, both ways."""
    with runtime.reading() as unit:
        placement, there = load_placement(unit.connection), _There.of(unit.connection)
        catalog = unit.model.catalog
    lost = sorted(_lost_columns(placement, there))
    yield judged(bool(lost), "columns", "columns_missing", {"names": lost[:MOST_NAMED], "count": len(lost)})
    gaps = sorted(_missing_indexes(catalog, placement, there), key=lambda step: step.name)
    names = [step.name for step in gaps]
    repair = partial(_make_indexes, gaps)
    yield judged(bool(gaps), "indexes", "indexes_missing", {"names": names[:MOST_NAMED], "count": len(names)}, repair)
    stray = sorted(_strays(placement, there))
    if stray:
        yield Finding("strays", "note", {"names": stray[:MOST_NAMED], "count": len(stray)})


def _lost_columns(placement: Placement, there: _There) -> Iterator[str]:
    for table in placement.table_names:
        if table not in there.columns:
            yield table
    for table, columns in placement.column_names.items():
        yield from (f"{table}.{name}" for name in columns if name not in there.columns.get(table, {name}))


def _missing_indexes(catalog: Catalog, placement: Placement, there: _There) -> Iterator[CreateIndex]:
    """Yield the steps that make again what placement says there is, and there is not."""
    for entity in catalog.entities:
        known = placement.entities[entity].indexes if entity in placement.entities else {}
        for spec in indexes_of(catalog, entity) & known.keys():
            if known[spec] not in there.indexes:
                yield CreateIndex(entity, spec, known[spec])


def _make_indexes(steps: list[CreateIndex], runtime: Runtime) -> None:
    for step in steps:
        with runtime.database.publish() as connection:
            connection.execute(delete(tables.entity_index).where(tables.entity_index.c.name == step.name))
            StepRunner(connection, 0).carry_out(step)


def _strays(placement: Placement, there: _There) -> Iterator[str]:
    """Yield tables and columns of entities that nothing knows of."""
    for table, columns in there.columns.items():
        if not table.startswith("e_"):
            continue
        if table not in placement.table_names:
            yield table
            continue
        known = placement.column_names.get(table, frozenset()) | _OWN
        yield from (f"{table}.{name}" for name in columns if name not in known)
