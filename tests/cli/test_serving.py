"""serve and worker as programs of their own: they start, take over, survive and end."""

import os
import signal
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import insert, select, update

from kartoteka.app import make_runtime
from kartoteka.platform import jobs, tables
from kartoteka.platform.records import INDEX_JOB
from kartoteka.platform.runtime import Runtime
from kartoteka.platform.settings import load_settings
from tests.cli.conftest import (
    EMAIL,
    PASSWORD,
    SMALL,
    Program,
    StartProgram,
    Workspace,
    init,
    is_running,
    logged_in,
    until,
)

READY = r"is ready: (http://\S+)"


def start_serving(start_program: StartProgram, workspace: Workspace, *args: str) -> tuple[Program, str]:
    """Start `serve` on a free port; return the program and its address."""
    program = start_program("--workspace", str(workspace.folder), "serve", "--port", "0", *args)
    return program, program.wait_for(READY)[1]


def open_jobs(runtime: Runtime) -> int:
    """Count the jobs that are due and not done."""
    due = select(tables.job.c.id).where(tables.job.c.due_at <= datetime.now(UTC))
    with runtime.database.read() as connection:
        return len(connection.execute(due).all())


def test_other_process_sees_a_publish_within_two_seconds(any_workspace: Workspace, start_program: StartProgram) -> None:
    _, address = start_serving(start_program, any_workspace, "--no-worker")
    with logged_in(address, EMAIL, PASSWORD) as client:
        assert client.get("/client").status_code == 404
        any_workspace.run("apply", str(SMALL), "--yes")
        until(lambda: client.get("/client").status_code == 200, 2)


def test_worker_ends_with_the_server(workspace: Workspace, start_program: StartProgram) -> None:
    program, address = start_serving(start_program, workspace)
    program.wait_for("worker started")
    (worker,) = program.children
    assert program.end(signal.SIGTERM) == 0
    assert not is_running(worker)
    with pytest.raises(httpx2.ConnectError):
        httpx2.get(address)


def test_worker_ends_when_the_server_is_killed(workspace: Workspace, start_program: StartProgram) -> None:
    program, _ = start_serving(start_program, workspace)
    program.wait_for("worker started")
    (worker,) = program.children
    program.end(signal.SIGKILL)
    until(lambda: not is_running(worker), 10)


def test_dead_worker_is_started_again(workspace: Workspace, start_program: StartProgram) -> None:
    program, _ = start_serving(start_program, workspace)
    program.wait_for("worker started")
    (worker,) = program.children
    os.kill(worker, signal.SIGKILL)
    until(lambda: [child for child in program.children if child != worker and is_running(child)], 10)
    program.wait_for("(?s)worker started.*worker started")


def test_interrupt_ends_quietly(workspace: Workspace, start_program: StartProgram) -> None:
    program, _ = start_serving(start_program, workspace, "--no-worker")
    assert program.end(signal.SIGINT) == 0
    assert "Traceback" not in program.text


def test_several_processes_answer(workspace: Workspace, start_program: StartProgram) -> None:
    program, address = start_serving(start_program, workspace, "--no-worker", "--workers", "2")
    until(lambda: answers(address), 30, lambda: program.text)
    assert program.end(signal.SIGTERM) == 0


def answers(address: str) -> bool:
    """Tell whether the server answers."""
    try:
        return httpx2.get(f"{address}/-/readyz", timeout=5).text.startswith("ok")
    except httpx2.HTTPError:
        return False


def test_forwarded_headers_are_not_believed_by_default(workspace: Workspace, start_program: StartProgram) -> None:
    _, address = start_serving(start_program, workspace, "--no-worker")
    answer = httpx2.get(f"{address}/-/login", headers={"X-Forwarded-For": "1.2.3.4", "X-Forwarded-Proto": "https"})
    assert answer.status_code == 200
    assert "server" not in answer.headers


def test_port_that_is_taken_is_told(workspace: Workspace) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = workspace.run("serve", "--port", str(port), expect=1)
    assert "server.port_taken" in refused.stderr
    assert str(port) in refused.stderr


def test_folder_that_is_no_workspace_is_told(tmp_path: Path) -> None:
    nothing = Workspace(tmp_path)
    assert "workspace.none" in nothing.run("serve", expect=1).stderr
    assert "workspace.none" in nothing.run("worker", expect=1).stderr


CLAIM_AND_HANG = """
import sys, time
from datetime import UTC, datetime
from kartoteka.platform import jobs
from kartoteka.platform.database import Database
with Database(sys.argv[1]).write() as connection:
    taken = jobs.claim(connection, ["index"], datetime.now(UTC), 100)
print(len(taken), flush=True)
time.sleep(600)
"""


def test_jobs_of_a_killed_worker_are_taken_again(any_workspace: Workspace, start_program: StartProgram) -> None:
    runtime = make_runtime(load_settings(any_workspace.folder))
    waiting = open_jobs(runtime)
    assert waiting > 0
    command = [sys.executable, "-c", CLAIM_AND_HANG, runtime.settings.url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert int(holder.stdout.readline()) > 0
        holder.kill()
    let_lease_end(runtime, timedelta(minutes=10))
    program = start_program("--workspace", str(any_workspace.folder), "worker")
    program.wait_for("worker started")
    time.sleep(1)
    assert held(runtime), "nobody takes a job before its lease has run out"
    let_lease_end(runtime, timedelta(seconds=-1))
    until(lambda: not held(runtime), 20, lambda: program.text)
    assert program.end(signal.SIGTERM) == 0
    runtime.database.close()


def let_lease_end(runtime: Runtime, after: timedelta) -> None:
    """Let the leases of index jobs end so long after now."""
    with runtime.database.write() as connection:
        held_ones = update(tables.job).where(tables.job.c.kind == INDEX_JOB, tables.job.c.status == "running")
        connection.execute(held_ones.values(leased_until=datetime.now(UTC) + after))


def held(runtime: Runtime) -> int:
    """Count the index jobs that somebody holds or that wait."""
    with runtime.database.read() as connection:
        return len(connection.execute(select(tables.job.c.id).where(tables.job.c.kind == INDEX_JOB)).all())


def test_save_is_found_within_two_seconds(workspace: Workspace, start_program: StartProgram, tmp_path: Path) -> None:
    workspace.run("apply", str(SMALL), "--yes")
    program = start_program("--workspace", str(workspace.folder), "worker")
    program.wait_for("worker started")
    runtime = make_runtime(load_settings(workspace.folder))
    until(lambda: not open_jobs(runtime), 30, lambda: program.text)
    with runtime.database.write() as connection:
        jobs.enqueue(connection, INDEX_JOB, [{"entity": "client", "ids": [1]}], datetime.now(UTC))
    until(lambda: not open_jobs(runtime), 2, lambda: program.text)
    runtime.database.close()


def test_unknown_kinds_of_jobs_are_left_to_others(workspace: Workspace, start_program: StartProgram) -> None:
    runtime = make_runtime(load_settings(workspace.folder))
    now = datetime.now(UTC)
    row = {"kind": "from a plugin", "payload": {}, "status": "waiting", "created_at": now, "due_at": now, "attempts": 0}
    with runtime.database.write() as connection:
        connection.execute(insert(tables.job), row)
    program = start_program("--workspace", str(workspace.folder), "worker")
    until(lambda: not held(runtime), 30, lambda: program.text)
    with runtime.database.read() as connection:
        assert connection.execute(
            select(tables.job.c.attempts).where(tables.job.c.kind == row["kind"])
        ).scalars().all() == [0]
    assert program.end(signal.SIGINT) == 0
    runtime.database.close()


def test_workspace_of_another_database_is_served(
    postgresql_url: str, tmp_path: Path, start_program: StartProgram
) -> None:
    workspace = init(tmp_path / "workspace", postgresql_url)
    _, address = start_serving(start_program, workspace, "--no-worker")
    assert httpx2.get(f"{address}/-/readyz").text.startswith("ok")
