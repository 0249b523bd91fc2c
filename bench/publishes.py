"""Publishing: a field added to the full card type, while somebody keeps asking for lists."""

from __future__ import annotations

import time
from collections.abc import Iterator
from threading import Event, Thread

import msgspec

from bench.budgets import Budget, Result
from bench.clients import Client
from bench.dataset import ENTITY, package
from bench.workspaces import Workspace, apply
from kartoteka.metadata.definitions import Identity
from kartoteka.metadata.packages import Package


def measure_publish(workspace: Workspace, port: int) -> Iterator[Result]:
    """Measure adding a field, and what others wait for meanwhile."""
    waits: list[float] = []
    stop = Event()
    asking = Thread(target=_keep_asking, args=(Client(port, workspace.secret), stop, waits))
    asking.start()
    time.sleep(1)
    started = time.perf_counter()
    apply(workspace.runtime, _with_field())
    seconds = time.perf_counter() - started
    time.sleep(1)
    stop.set()
    asking.join()
    figures = {"seconds": seconds, "longest request, seconds": max(waits)}
    budgets = Budget("seconds", 1, "s"), Budget("longest request, seconds", 1, "s")
    yield Result("publish: add a field", workspace.database, workspace.records, figures, budgets)


def _with_field() -> Package:
    known = package()
    identity = Identity("entity", "", ENTITY)
    tree = known.definitions[identity]
    added = {**tree, "fields": [*tree["fields"], {"key": "added", "type": "text"}]}
    manifest = msgspec.structs.replace(known.manifest, version="1.1.0")
    return Package(manifest, {**known.definitions, identity: added})


def _keep_asking(client: Client, stop: Event, waits: list[float]) -> None:
    while not stop.is_set():
        started = time.perf_counter()
        client.get(f"/{ENTITY}")
        waits.append(time.perf_counter() - started)
