"""Starting the server with two hundred card types of a hundred fields: until it answers, and what it holds then."""

from __future__ import annotations

import compileall
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import kartoteka
from bench.budgets import Budget, Result
from bench.dataset import wide_package
from bench.workspaces import Workspace, apply
from tests.services import find_free_port

ENTITIES, WIDTH = 200, 100
PATIENCE = 60


def measure_start(workspace: Workspace) -> Iterator[Result]:
    """Publish the card types, start the product's own `serve`, wait for its first answer."""
    started = time.perf_counter()
    apply(workspace.runtime, wide_package(ENTITIES, WIDTH))
    published = time.perf_counter() - started
    compileall.compile_dir(Path(kartoteka.__file__).parent, quiet=1)  # as an installation does
    port = find_free_port()
    command = [sys.executable, "-m", "kartoteka", "--workspace", str(workspace.folder), "serve", "--port", str(port)]
    environment = {"KARTOTEKA_WORKER": "false", "KARTOTEKA_DATABASE_URL": workspace.url, "PATH": ""}
    started = time.perf_counter()
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as process:
        try:
            _wait_for(f"http://127.0.0.1:{port}/-/login", process)
            seconds, held = time.perf_counter() - started, _resident(process.pid)
        finally:
            process.terminate()
    figures = {"seconds": seconds, "publish, seconds": published} | ({"MB": held} if held else {})
    budgets = (Budget("seconds", 2, "s"), *((Budget("MB", 300, "MB"),) if held else ()))
    yield Result("start, 200 card types of 100 fields", workspace.database, 0, figures, budgets)


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(PATIENCE * 100):
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except (urllib.error.URLError, ConnectionError):
            if process.poll() is not None:
                raise SystemExit("the server ended before it answered") from None
            time.sleep(0.01)
        else:
            return
    raise SystemExit("the server did not answer in time")


def _resident(pid: int) -> float:
    """Return the memory that a process holds, in MB; 0 where the system does not say so."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return 0.0
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024
