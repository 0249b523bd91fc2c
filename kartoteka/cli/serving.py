"""Serving: the web server, and beside it the worker process, which is started again when it dies."""

from __future__ import annotations

import errno
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from typing import Any

import structlog
import uvicorn
from starlette.applications import Starlette
from uvicorn.supervisors import Multiprocess

from kartoteka.app import make_app, make_runtime
from kartoteka.cli.memory import settle_memory
from kartoteka.metadata.problems import Problem, Refused
from kartoteka.platform.runtime import Runtime
from kartoteka.platform.settings import Settings
from kartoteka.platform.worker import Worker

WORKSPACE_VARIABLE = "KARTOTEKA_WORKSPACE"
GRACE_SECONDS = 10
"""How long open requests, and the worker's job, may take to finish at the end."""
LONGEST_PAUSE = 30.0
HEALTHY_SECONDS = 60.0
"""A worker that lived so long did not die of its start."""

_log = structlog.get_logger()


def bind(host: str, port: int) -> socket.socket:
    """Return a socket that listens. Raises Refused where the port is taken or the address is not ours."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        code = "server.port_taken" if error.errno == errno.EADDRINUSE else "server.no_address"
        raise Refused([Problem(code, {"host": host, "port": port, "reason": error.strerror or str(error)})]) from error


def address_of(listening: socket.socket) -> str:
    """Return the URL under which a socket is reached from this machine."""
    host, port = listening.getsockname()[:2]
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return f"http://{shown}:{port}"


def serve(
    runtime: Runtime,
    listening: socket.socket,
    *,
    processes: int = 1,
    proxy: str = "",
    ready: Callable[[], None] = lambda: None,
) -> None:
    """Serve until a signal ends it. `proxy` is the address whose X-Forwarded headers are believed."""
    settings = runtime.settings
    with runtime.reading():
        pass  # the model is built before the first person waits for it
    settle_memory()
    keeper = WorkerKeeper(settings.workspace) if settings.worker else None
    with _ending_quietly(), keeper or nullcontext():
        ready()
        if processes == 1:
            uvicorn.Server(_config(make_app(runtime), proxy)).run(sockets=[listening])
            return
        runtime.database.close()
        os.environ[WORKSPACE_VARIABLE] = str(settings.workspace)
        config = _config(f"{__name__}:{app_of_environment.__name__}", proxy, factory=True, workers=processes)
        Multiprocess(config, sockets=[listening]).run()


def _config(app: Any, proxy: str, **options: Any) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=bool(proxy),
        forwarded_allow_ips=proxy or None,
        timeout_graceful_shutdown=GRACE_SECONDS,
        **options,
    )


def app_of_environment() -> Starlette:
    """Return the application of the workspace that the environment names: each of several processes makes its own."""
    app = make_app(make_runtime(Settings()))
    settle_memory()
    return app


@contextmanager
def _ending_quietly() -> Iterator[None]:
    """Let a signal that the server has obeyed end the program as usual, so that what is open is closed."""

    def leave(number: int, frame: Any) -> None:
        raise SystemExit(0)

    before = signal.signal(signal.SIGTERM, leave)
    try:
        yield
    except KeyboardInterrupt:
        pass
    finally:
        signal.signal(signal.SIGTERM, before)


@dataclass
class WorkerKeeper:
    """Keeps one worker process running. The worker ends with us, however we end: its input is a pipe of ours."""

    workspace: Path
    _stop: Event = field(default_factory=Event)
    _thread: Thread | None = None

    def __enter__(self) -> WorkerKeeper:
        self._thread = Thread(target=self._keep, name="worker keeper", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *about: object) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def _keep(self) -> None:
        pause = 1.0
        while not self._stop.is_set():
            started = time.monotonic()
            process = start_worker(self.workspace)
            while process.poll() is None and not self._stop.wait(0.1):
                pass
            if self._stop.is_set():
                _end(process)
                return
            pause = 1.0 if time.monotonic() - started > HEALTHY_SECONDS else min(pause * 2, LONGEST_PAUSE)
            _log.error("the worker died and is started again", code=process.returncode, pause=pause)
            self._stop.wait(pause)


def start_worker(workspace: Path) -> subprocess.Popen[bytes]:
    """Start a worker that ends when its input does. A signal meant for us does not reach it."""
    command = [sys.executable, "-m", "kartoteka", "--workspace", str(workspace), "worker", "--follow-input"]
    return subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)  # noqa: S603 - ours


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.stdin is not None:
        process.stdin.close()
    try:
        process.wait(GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def work(runtime: Runtime, *, follow_input: bool) -> None:
    """Do jobs until a signal, or with `follow_input` the end of standard input, says to stop."""
    worker = Worker(runtime)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: worker.stop.set())
    if follow_input:
        Thread(target=_follow_input, args=(worker.stop,), daemon=True).start()
    worker.run()


def _follow_input(stop: Event) -> None:
    while os.read(0, 1024):
        pass
    stop.set()
