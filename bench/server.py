"""The server that is measured: the product's application with the bare work beside it, in a process of its own."""

from __future__ import annotations

import argparse
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bench import dataset
from bench.bare import BareWork, Statement, about, recorded
from bench.forms import changed, sent_by
from bench.workspaces import Workspace
from kartoteka.app import make_app, make_runtime
from kartoteka.cli.memory import settle_memory
from kartoteka.platform.runtime import Runtime
from kartoteka.platform.settings import load_settings
from kartoteka.platform.web.visits import SESSION_COOKIE

OWN = 6
"""A record that belongs to the salesperson."""


@contextmanager
def served(workspace: Workspace) -> Iterator[int]:
    """Serve a workspace meanwhile; gives the port."""
    command = [sys.executable, "-m", "bench.server", "--"]
    command += [str(workspace.folder), workspace.url, workspace.secret]  # a secret may begin with a dash
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            raise SystemExit("the server did not start")
        try:
            yield int(line)
        finally:
            process.terminate()


def learn(app: Starlette, runtime: Runtime, secret: str) -> BareWork:
    """Ask our own application once for everything, and keep the statements that matter."""
    bare = BareWork(runtime.database)
    with runtime.reading() as unit:
        tables = unit.model.storage.of(dataset.ENTITY)
        score = tables.columns["score", ""].name
    table = tables.main.name
    client = TestClient(app, cookies={SESSION_COOKIE: secret}, follow_redirects=False)
    with recorded(runtime.database.engine) as seen:
        client.get(f"/{dataset.ENTITY}")
    bare.lists = about(seen, table, "SELECT")
    with recorded(runtime.database.engine) as seen:
        page = client.get(f"/{dataset.ENTITY}/{OWN}/edit").text
    bare.forms = about(seen, table, "SELECT")
    form = sent_by(page, f"/{dataset.ENTITY}/{OWN}/edit")
    with recorded(runtime.database.engine) as seen:
        answer = client.post(f"/{dataset.ENTITY}/{OWN}/edit", data=changed(form, score="7"))
    assert answer.status_code == 303, answer.text
    touch = f"UPDATE {table} SET {score} = {score} + 1, version = version + 1 WHERE id = {OWN}"
    bare.saves = [Statement(touch, ()), *about(seen, "kt_", "INSERT")]
    with recorded(runtime.database.engine) as seen:
        answer = client.post(f"/{dataset.ENTITY}/new", data=form)
    assert answer.status_code == 303, answer.text
    bare.creates = about(seen, "", "INSERT")
    return bare


def main() -> None:
    """Serve until the input ends or a signal comes; the first line of the output is the port."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("url")
    parser.add_argument("secret")
    arguments = parser.parse_args()
    runtime = make_runtime(load_settings(arguments.folder, database_url=arguments.url, worker=False))
    app = make_app(runtime)
    bare = learn(app, runtime, arguments.secret)
    app.router.routes[:0] = bare.routes()
    settle_memory()
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", loop="uvloop", http="httptools", lifespan="off"))
    threading.Thread(target=_follow, args=(server,), daemon=True).start()
    print(listening.getsockname()[1], flush=True)
    server.run(sockets=[listening])


def _follow(server: uvicorn.Server) -> None:
    """End when whoever started us does."""
    while sys.stdin.read(1):
        time.sleep(1)
    server.should_exit = True


if __name__ == "__main__":
    main()
