"""The command line as tests use it: in this process, and as programs of its own."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
from typer.testing import CliRunner, Result

from kartoteka.cli import program
from kartoteka.platform.web.login import DOOR_COOKIE

EMAIL = "chief@example.org"
PASSWORD = "a good password"
SMALL = Path(__file__).parent.parent / "samples" / "small"
STARTING_SECONDS = 60


@dataclass(frozen=True)
class Workspace:
    """A workspace folder and the commands that work on it."""

    folder: Path

    def run(self, *args: str, expect: int | None = 0, language: str = "en", stdin: str = "") -> Result:
        """Run a command on this workspace in this process; the exit code must be the one expected, None for any."""
        result = CliRunner(env={"LANGUAGE": language}).invoke(program, ["--workspace", str(self.folder), *args], stdin)
        assert expect in (None, result.exit_code), f"{args}: {result.exit_code}\n{result.output}\n{result.exception!r}"
        return result

    def lines(self, *args: str, expect: int = 0) -> list[str]:
        """Run a command and return the lines of its result."""
        return self.run(*args, expect=expect).stdout.splitlines()


def init(folder: Path, database_url: str = "") -> Workspace:
    """Make a workspace with the command."""
    workspace = Workspace(folder)
    url = ("--database-url", database_url) if database_url else ()
    workspace.run("init", str(folder), "--email", EMAIL, "--password", PASSWORD, *url)
    return workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Give a workspace with a database of its own."""
    return init(tmp_path / "workspace")


@pytest.fixture(params=["sqlite", "postgresql"])
def any_workspace(request: pytest.FixtureRequest, tmp_path: Path) -> Workspace:
    """Give a workspace on each kind of database."""
    url = str(request.getfixturevalue("postgresql_url")) if request.param == "postgresql" else ""
    return init(tmp_path / "workspace", url)


class Program:
    """A command that runs as a program of its own; `lines` is what it has printed so far."""

    def __init__(self, *args: str, log: Path) -> None:
        command = [sys.executable, "-m", "kartoteka", *args]
        self.log = log
        environment = {**os.environ, "LANGUAGE": "en", "PYTHONUNBUFFERED": "1"}
        with log.open("wb") as output:
            self.process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, env=environment)

    def wait_for(self, pattern: str, seconds: float = STARTING_SECONDS) -> re.Match[str]:
        """Wait until the program has printed something, and return the match."""
        found: re.Match[str] = until(lambda: re.search(pattern, self.text), seconds, lambda: self.text)
        return found

    @property
    def text(self) -> str:
        """What the program has printed."""
        return self.log.read_text(encoding="utf-8")

    @property
    def children(self) -> list[int]:
        """The ids of the processes that it started."""
        found = subprocess.run(["pgrep", "-P", str(self.process.pid)], capture_output=True, text=True, check=False)
        return [int(pid) for pid in found.stdout.split()]

    def end(self, number: int = signal.SIGTERM) -> int:
        """End it and return its exit code."""
        self.process.send_signal(number)
        return self.process.wait(30)


StartProgram = Callable[..., Program]


@pytest.fixture
def start_program(tmp_path: Path) -> Iterator[StartProgram]:
    """Give a function that starts a command as a program; at the end of the test none runs any more."""
    started: list[Program] = []

    def start(*args: str) -> Program:
        started.append(Program(*args, log=tmp_path / f"program-{len(started)}.log"))
        return started[-1]

    yield start
    for each in started:
        if each.process.poll() is None:
            each.process.kill()
            each.process.wait()


def until(found: Callable[[], Any], seconds: float, about: Callable[[], str] = lambda: "") -> Any:
    """Wait until something is there and return it."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        result = found()
        if result:
            return result
        time.sleep(0.05)
    raise AssertionError(f"not within {seconds} s\n{about()}")


def is_running(pid: int) -> bool:
    """Tell whether a process runs (one that ended and waits for its parent does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@contextmanager
def logged_in(address: str, email: str, password: str) -> Iterator[httpx2.Client]:
    """Give a client of a running server, logged in."""
    with httpx2.Client(base_url=address) as client:
        client.get("/-/login").raise_for_status()
        door = client.cookies[DOOR_COOKIE]
        client.post("/-/login", data={"email": email, "password": password, "csrf": door, "next": "/"})
        yield client
