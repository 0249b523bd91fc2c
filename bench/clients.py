"""Clients: browsers' requests over the loopback address, one after the other or from several threads."""

from __future__ import annotations

import http.client
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

CLIENTS = 8
ROUNDS = 5
"""Ours and the bare work take turns so often: what else the machine does meets both."""


@dataclass
class Client:
    """One browser: a connection that is kept, and a session."""

    port: int
    secret: str
    _connection: http.client.HTTPConnection = field(init=False)

    def __post_init__(self) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def get(self, path: str) -> str:
        """Return a page. Raises where the answer is not 200."""
        return self._ask("GET", path, None, 200)

    def post(self, path: str, form: Mapping[str, Any], *, fragment: bool = False) -> str:
        """Send a form, as the browser or as htmx does. Raises where the answer is no redirect or page."""
        return self._ask("POST", path, urlencode(form, doseq=True), 303, fragment=fragment)

    def _ask(self, method: str, path: str, body: str | None, expected: int, *, fragment: bool = False) -> str:
        headers = {"cookie": f"kt_session={self.secret}", "content-type": "application/x-www-form-urlencoded"}
        headers |= {"hx-request": "true"} if fragment else {}
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        text = answer.read().decode()
        if answer.status not in (200, expected):
            raise RuntimeError(f"{method} {path}: {answer.status} {text[:2000]}")
        return text


Act = Callable[[Client], object]


def compare(port: int, secret: str, act: Act, bare: Act, count: int = 100) -> dict[str, float]:
    """Return the figures of a work beside the bare one: median and p95 in ms, CPU of the server, the ratio of both."""
    client = Client(port, secret)
    for each in (act, bare) * 3:
        each(client)
    ours: list[float] = []
    theirs: list[float] = []
    used = [0.0, 0.0]
    for _ in range(ROUNDS):
        for place, (each, samples) in enumerate(((act, ours), (bare, theirs))):
            before = float(client.get("/-/bench/cpu"))
            samples.extend(_timed(client, each, count // ROUNDS))
            used[place] += float(client.get("/-/bench/cpu")) - before
    figures = {"median": statistics.median(ours), "p95": percentile(ours, 95), "cpu": used[0] / len(ours) * 1000}
    figures |= {"bare median": statistics.median(theirs), "bare cpu": used[1] / len(theirs) * 1000}
    ratio = figures["median"] / figures["bare median"]
    return figures | {"ratio": ratio, "cpu ratio": figures["cpu"] / figures["bare cpu"]}


def _timed(client: Client, act: Act, count: int) -> Iterator[float]:
    for _ in range(count):
        started = time.perf_counter()
        act(client)
        yield (time.perf_counter() - started) * 1000


def percentile(samples: list[float], percent: int) -> float:
    """Return the sample below which so many percent lie."""
    return sorted(samples)[min(len(samples) - 1, len(samples) * percent // 100)]


def throughput(port: int, secret: str, act: Act, count: int = 400) -> float:
    """Return requests a second of eight clients; so many requests in all."""

    def run(_: int) -> None:
        client = Client(port, secret)
        for _ in range(count // CLIENTS):
            act(client)

    with ThreadPoolExecutor(CLIENTS) as pool:
        started = time.perf_counter()
        list(pool.map(run, range(CLIENTS)))
        return count / (time.perf_counter() - started)
