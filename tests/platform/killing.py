"""A publish that is killed: the process that dies in the middle of it, and what must be true afterwards.

`python -m tests.platform.killing URL --records N --points N` kills many publishes over a big table and counts the ends.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection as Pipe
from typing import Any

from sqlalchemy import column, func, insert, inspect, literal, select, table

from kartoteka.metadata.definitions import Identity
from kartoteka.metadata.trees import Tree
from kartoteka.platform import forecasts, tables
from kartoteka.platform.plans import Plan
from kartoteka.platform.preparing import store
from kartoteka.platform.preparing.store import Preparation
from kartoteka.platform.preparing.works import Index
from kartoteka.platform.storage import companion_columns, record_columns
from kartoteka.platform.undoing import undo_plan
from tests.platform.workspace import Workspace, edited

MAIN_SYSTEM_COLUMNS = {each.name for each in record_columns()}
COMPANION_COLUMNS = {each.name for each in companion_columns()}
UNTOUCHED = ("id", "version", "name", "inn", "remark")
"""What the publish has nothing to do with."""
CONVERTED = "rank"
"""A number before, a text afterwards: it reads the same."""
SECONDS_TO_HEAL = 10
MOST_AT_ONCE = forecasts.MOST_FILLED_AT_ONCE
_processes = get_context("forkserver")
_processes.set_forkserver_preload([__name__])


@dataclass(frozen=True, slots=True)
class State:
    """What a workspace holds: the configuration's hash, and a checksum of what the publish doesn't touch."""

    hash: str
    checksum: str


def fill(workspace: Workspace, records: int) -> None:
    """Make records of the small package's client, one by the writer and the rest by doubling it in SQL."""
    workspace.create("client", name="One", inn="7700000001", city="Kraków", rank=7, remark="kept")
    with workspace.writing() as unit:
        main = unit.model.storage.of("client").main
        skipped = {"id", unit.model.storage.of("client").columns["inn", ""].name}
        names = [each.name for each in main.columns if each.name not in skipped]
        made = 1
        while made < records:
            few = select(*(main.c[name] for name in names)).limit(records - made)
            unit.connection.execute(insert(main).from_select(names, few))
            made *= 2


def next_plan(workspace: Workspace) -> tuple[Plan, int | None]:
    """Return the plan of the next publish: there, or back again where the last one was not taken back."""
    with workspace.reading() as unit:
        if "x_note" in unit.model.catalog.fields("client"):
            number, plan = undo_plan(unit.connection, unit.model)
            return plan, number
    return workspace.plan(_wanted(workspace.trees())), None


def _wanted(trees: dict[Identity, Tree]) -> dict[Identity, Tree]:
    """A new unique field, another type, a retired field, and a list that needs sort keys of all records."""
    wanted = edited(
        trees,
        "client",
        x_note={"type": "text", "unique": True},
        rank={"type": "text"},
        founded=None,
    )
    by_city = {"entity": "client", "key": "by_city", "columns": ["name", "city"], "sort": ["city"]}
    return {**wanted, Identity("list", "client", "by_city"): by_city}


def publish_next(url: str, most_at_once: int, ready: Pipe) -> None:
    """Publish, or go on with it; told to the parent just before, and afterwards. We may be killed at any time.

    Over more than `most_at_once` records it is made ready first.
    """
    forecasts.MOST_FILLED_AT_ONCE = forecasts.MOST_INDEXED_AT_ONCE = most_at_once
    workspace = Workspace(url, packages=())
    begun = under_way(workspace)
    plan, undoes = (None, None) if begun else next_plan(workspace)
    ready.send("begins")
    if begun:
        workspace.finish(begun.id)
    elif plan:
        workspace.publish(plan, undoes)
    ready.send("done")
    workspace.close()


def under_way(workspace: Workspace) -> Preparation | None:
    """Return the publish that a killed process has left behind, to be gone on with."""
    with workspace.reading() as unit:
        return store.open_one(unit.connection)


def kill_after(url: str, seconds: float, most_at_once: int) -> bool:
    """Start a publish in a process of its own and kill it after that time; tell whether it was done by then."""
    ours, theirs = _processes.Pipe()
    child = _processes.Process(target=publish_next, args=(url, most_at_once, theirs), daemon=True)
    child.start()
    theirs.close()
    with ours:
        assert ours.recv() == "begins"
        done = ours.poll(seconds)
        child.kill()
        child.join()
    child.close()
    return done


def state(workspace: Workspace) -> State:
    """Read what is there."""
    with workspace.reading() as unit:
        stored = unit.model.storage.of("client")
        columns = [stored.columns[key, ""] if (key, "") in stored.columns else stored.main.c[key] for key in UNTOUCHED]
        digest = hashlib.sha256()
        columns.append(stored.columns[CONVERTED, ""])
        for *row, converted in unit.connection.execute(select(*columns).order_by(stored.main.c.id)):
            digest.update(f"{row} {converted}".encode())
        return State(unit.model.catalog.hash, digest.hexdigest())


def strays(workspace: Workspace) -> Iterator[str]:
    """Yield tables, columns and indexes that nobody knows, and known ones that are not there.

    An index that a publish under way is making may be there or not.
    """
    with workspace.database.read() as connection:
        found = inspect(connection)
        ours = found.default_schema_name
        own = {row.name: row.ordinal for row in connection.execute(select(tables.entity_table))}
        places: dict[str, set[str]] = {}
        for row in connection.execute(select(tables.placement)):
            places.setdefault(row.table, set()).add(row.column)
        indexes = set(connection.execute(select(tables.entity_index.c.name)).scalars())
        real = {name for name in found.get_table_names(ours) if not name.startswith(("kt_", "sqlite_"))}
        yield from real ^ own.keys()
        for name in real & own.keys():
            system = COMPANION_COLUMNS if own[name] else MAIN_SYSTEM_COLUMNS
            wanted = places.get(name, set()) | system
            yield from (f"{name}.{each}" for each in {each["name"] for each in found.get_columns(name, ours)} ^ wanted)
        there = {str(each["name"]) for name in real for each in found.get_indexes(name, ours)}
        begun = store.open_one(connection)
        made = {work.name for work in begun.works if isinstance(work, Index)} if begun else set()
        yield from (there - made) ^ (indexes - made)


def wait_for_locks(workspace: Workspace) -> None:
    """Wait until nothing of the killed process is left in the database: it must heal by itself, and soon."""
    deadline = time.monotonic() + SECONDS_TO_HEAL
    with workspace.database.publish() as connection:
        connection.execute(select(literal(1)))
    assert time.monotonic() < deadline


def rows_of(workspace: Workspace) -> int:
    """Count the rows of the client's main table."""
    with workspace.reading() as unit:
        main = table(unit.model.storage.of("client").main.name, column("id"))
        return unit.connection.execute(select(func.count()).select_from(main)).scalar_one()


def kill_publishes(
    workspace: Workspace,
    url: str,
    points: int,
    chance: random.Random,
    most_at_once: int = MOST_AT_ONCE,
    note: Callable[[str], object] = str,
) -> Counter[str]:
    """Kill that many publishes at random points; return how many ended old, how many new, and how many half way.

    `note` is told after each.
    Raises AssertionError when anything else than the old or the new state is found.
    """
    records = rows_of(workspace)
    durations: list[float] = []
    for _ in range(2):  # there and back: how long each takes
        begun = time.monotonic()
        assert kill_after(url, 600, most_at_once)
        durations.append(time.monotonic() - begun)
    found: Counter[str] = Counter()
    known = {False: state(workspace)}
    for _ in range(points):
        before = state(workspace)
        forth = before.hash == known[False].hash
        done = kill_after(url, chance.random() * durations[0 if forth else 1] * 1.1, most_at_once)
        wait_for_locks(workspace)
        after = state(workspace)
        assert list(strays(workspace)) == []
        assert (after.checksum, rows_of(workspace)) == (before.checksum, records)
        if after.hash != before.hash:
            assert known.setdefault(forth, after).hash == after.hash
        assert after.hash != before.hash or not done
        found["new" if after.hash != before.hash else "under way" if under_way(workspace) else "old"] += 1
        note(f"{found.total()}: {dict(found)}\n")
    assert under_way(workspace) is None or kill_after(url, 600, most_at_once)
    assert list(strays(workspace)) == []
    return found


def main() -> None:
    """Kill publishes of a new workspace in the (empty) database of that URL."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--records", type=int, default=200_000)
    parser.add_argument("--points", type=int, default=200)
    options: Any = parser.parse_args()
    workspace = Workspace(options.url)
    fill(workspace, options.records)
    begun = time.monotonic()
    found = kill_publishes(workspace, options.url, options.points, random.Random(1), note=sys.stderr.write)
    seconds = time.monotonic() - begun
    sys.stdout.write(f"{options.points} publishes over {options.records:,} records, {seconds:.0f} s: {dict(found)}\n")
    workspace.close()


if __name__ == "__main__":
    main()
