"""What may be wrong with a workspace, looked at without changing anything."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import func, inspect, select

from kartoteka.cli.terminal import Terminal
from kartoteka.metadata.problems import Refused
from kartoteka.platform import tables
from kartoteka.platform.configuration import load_stack
from kartoteka.platform.runtime import Runtime
from kartoteka.platform.units import Unit


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that was looked at, and whether it is well."""

    well: bool
    text: str


def examine(terminal: Terminal, runtime: Runtime) -> Iterator[Finding]:
    """Yield what was found, the good things too."""
    say = terminal.say
    writable = os.access(runtime.settings.workspace, os.W_OK)
    yield Finding(writable, say("The workspace {path:code} can be written.", path=str(runtime.settings.workspace)))
    with runtime.reading() as unit:
        yield _definitions(terminal, unit)
        yield _hash(terminal, unit)
        yield _columns(terminal, unit)
        yield _jobs(terminal, unit)
        if runtime.database.is_sqlite:
            state = unit.connection.exec_driver_sql("PRAGMA quick_check").scalar_one()
            yield Finding(state == "ok", say("The database file is sound: {state:code}.", state=state))


def _definitions(terminal: Terminal, unit: Unit) -> Finding:
    try:
        catalog = load_stack(unit.connection).catalog()
    except Refused as refused:
        lines = "; ".join(terminal.problem_line(problem) for problem in refused.problems)
        return Finding(well=False, text=terminal.say("Definitions don't fit together: {lines:code}", lines=lines))
    count = len(catalog.definitions)
    return Finding(well=True, text=terminal.say("{count} {count:definition|definitions} fit together.", count=count))


def _hash(terminal: Terminal, unit: Unit) -> Finding:
    stored = unit.connection.execute(select(tables.state.c.hash)).scalar_one()
    found = unit.model.catalog.hash
    text = terminal.say("Configuration {found:code} is the one published ({stored:code}).", found=found, stored=stored)
    return Finding(stored == found, text)


def _columns(terminal: Terminal, unit: Unit) -> Finding:
    """Compare the tables that there are with those in which records are to lie."""
    looker = inspect(unit.connection)
    there = set(looker.get_table_names())
    lacking: list[str] = []
    for entity in unit.model.catalog.entities:
        for table in unit.model.storage.of(entity).tables:
            known = {column["name"] for column in looker.get_columns(table.name)} if table.name in there else set()
            lacking += [f"{table.name}.{column.name}" for column in table.columns if column.name not in known]
    if lacking:
        return Finding(well=False, text=terminal.say("These columns are missing: {columns:code}.", columns=lacking))
    return Finding(well=True, text=terminal.say("Every field has its column."))


def _jobs(terminal: Terminal, unit: Unit) -> Finding:
    of = tables.job.c
    failed = unit.connection.execute(select(func.count()).where(of.status == "failed")).scalar_one()
    waiting = unit.connection.execute(select(func.count()).where(of.status == "waiting")).scalar_one()
    text = terminal.say("Jobs: {waiting} waiting, {failed} given up.", waiting=waiting, failed=failed)
    return Finding(failed == 0, text)
