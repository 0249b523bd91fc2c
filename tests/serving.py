"""A real server for a browser: uvicorn on a free port of this machine, in a thread of the test."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from tests.application import Application


@contextmanager
def served(application: Application) -> Iterator[str]:
    """Serve an application and give its address."""
    server = uvicorn.Server(uvicorn.Config(application.app, port=0, log_level="warning", lifespan="on"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield _address(server)
    finally:
        server.should_exit = True
        thread.join(10)


def _address(server: uvicorn.Server, seconds: float = 15) -> str:
    end = time.monotonic() + seconds
    while not server.started:
        if time.monotonic() > end:
            raise TimeoutError("the server did not start")
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    return f"http://127.0.0.1:{port}"
