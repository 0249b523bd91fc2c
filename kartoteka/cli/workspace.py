"""Commands for the system itself: init, demo, serve, worker."""

from __future__ import annotations

import os
import sys
import time
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from socket import socket
from typing import Annotated, Any

import typer

from kartoteka.cli import sample, serving
from kartoteka.cli.founding import (
    add_administrator,
    check_is_free,
    install,
    is_in_use,
    make_folders,
    write_settings,
)
from kartoteka.cli.logs import set_up_logs
from kartoteka.cli.people import ask_password
from kartoteka.cli.shipped import BASE
from kartoteka.cli.terminal import Terminal, is_interactive, opened, read_settings, terminal_of
from kartoteka.platform.runtime import Runtime

PLACEHOLDER_EMAIL = "admin@example.org"

Host = Annotated[str | None, typer.Option(help="Address to listen on.")]
Port = Annotated[int | None, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")]


def init(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The new workspace.")],
    email: Annotated[str, typer.Option(help="The administrator's e-mail address.")] = "",
    name: Annotated[str, typer.Option(help="The administrator's name.")] = "",
    password: Annotated[
        str, typer.Option(envvar="KARTOTEKA_PASSWORD", help="The password; asked for, or made and shown once, without.")
    ] = "",
    database_url: Annotated[str, typer.Option(metavar="URL", help="postgresql://...; a SQLite file without.")] = "",
    language: Annotated[str, typer.Option(help="Language of people who have chosen none.")] = "",
    time_zone: Annotated[str, typer.Option(help="Time zone of people who have chosen none.")] = "",
) -> None:
    """Make a new workspace with an administrator."""
    terminal = terminal_of(context)
    folder = folder.resolve()
    check_is_free(folder)
    given = {"database_url": database_url, "language": language, "time_zone": time_zone}
    values = {key: value for key, value in given.items() if value}
    settings = read_settings(folder, values)
    made = not folder.exists()
    make_folders(folder)
    try:
        with opened(settings) as runtime:
            joined = is_in_use(runtime)
            if not joined:
                _found(terminal, runtime, email, name, password)
    except BaseException:
        _clean_up(folder, made)
        raise
    write_settings(folder, values)
    if joined:
        terminal.tell(terminal.say("The database is in use already; this workspace joins it. Nothing in it changes."))
    terminal.tell(terminal.say("Made {path:code}. Start it: kartoteka serve --workspace {path:code}", path=str(folder)))


def _found(terminal: Terminal, runtime: Runtime, email: str, name: str, password: str) -> None:
    if not email:
        prompt = terminal.say("Administrator's e-mail address")
        email = typer.prompt(prompt) if is_interactive() else PLACEHOLDER_EMAIL
    chosen, made = ask_password(terminal, password)
    language = runtime.settings.language
    install(runtime, BASE)
    with runtime.writing() as unit:
        add_administrator(unit, email, name or terminal.say("Administrator"), chosen, language)
    terminal.tell(terminal.say("Administrator: {email:code}", email=email))
    if made:
        terminal.tell(terminal.say("Password, shown only now: {password:code}", password=chosen), "bold")


def _clean_up(folder: Path, made: bool) -> None:
    """Leave nothing half-made behind; the folder was empty, or was not there."""
    sample.clear(folder)
    if made:
        folder.rmdir()


def demo(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the demo lies.")] = Path("demo"),
    host: Host = None,
    port: Port = None,
    browser: Annotated[bool, typer.Option(help="Open a browser if there is one.")] = True,
) -> None:
    """Make and serve a ready CRM with sample data."""
    terminal = terminal_of(context)
    folder = folder.resolve()
    with serving.bind(**_address(host, port)) as listening:
        if not sample.is_finished(folder):
            text = terminal.say("Making a demo with sample data in {path:code} ...", path=str(folder))
            with _taking_time(terminal, text):
                sample.make(folder)
        with opened(read_settings(folder, {})) as runtime:
            set_up_logs()
            serving.serve(runtime, listening, ready=partial(_welcome, terminal, runtime, listening, browser))


def _welcome(terminal: Terminal, runtime: Runtime, listening: socket, browser: bool) -> None:
    """Say where the demo is and who may log in."""
    _tell_address(terminal, listening)
    for login in sample.logins(runtime, terminal.language):
        terminal.tell(f"  {login.email:<24} {login.name}, {', '.join(login.roles)}")
    terminal.tell(terminal.say("  Password of all of them: {password:code}", password=sample.PASSWORD))
    folder = str(runtime.settings.workspace)
    terminal.tell(terminal.say("Ctrl+C ends it. To begin anew delete {path:code}.", path=folder), "dim")
    if browser and has_display():
        webbrowser.open(serving.address_of(listening))


def _address(host: str | None, port: int | None) -> dict[str, Any]:
    return {"host": host or "127.0.0.1", "port": 8000 if port is None else port}


@contextmanager
def _taking_time(terminal: Terminal, text: str) -> Iterator[None]:
    terminal.tell(text)
    started = time.monotonic()
    yield
    terminal.tell(terminal.say("Done in {seconds} s.", seconds=round(time.monotonic() - started)), "dim")


def has_display() -> bool:
    """Tell whether a browser could open here."""
    return sys.platform in ("darwin", "win32") or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


def serve(
    context: typer.Context,
    host: Host = None,
    port: Port = None,
    workers: Annotated[int, typer.Option(min=1, help="Processes that answer requests.")] = 1,
    worker: Annotated[bool | None, typer.Option(help="Start the process that does the jobs.")] = None,
    trust_proxy: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Believe the X-Forwarded headers of this proxy; none without.")
    ] = "",
) -> None:
    """Serve the workspace."""
    terminal = terminal_of(context)
    given = {"host": host, "port": port, "worker": worker}
    settings = terminal.settings({key: value for key, value in given.items() if value is not None})
    with serving.bind(settings.host, settings.port) as listening, opened(settings) as runtime:
        set_up_logs()
        ready = partial(_tell_address, terminal, listening)
        serving.serve(runtime, listening, processes=workers, proxy=trust_proxy, ready=ready)


def _tell_address(terminal: Terminal, listening: socket) -> None:
    address = serving.address_of(listening)
    terminal.tell(terminal.say("Kartoteka is ready: {address:code}", address=address), "bold green")


def worker(
    context: typer.Context,
    follow_input: Annotated[bool, typer.Option("--follow-input", hidden=True)] = False,
) -> None:
    """Do the jobs of the workspace: search index, long downloads. `serve` starts one by itself."""
    terminal = terminal_of(context)
    with terminal.runtime() as runtime:
        set_up_logs()
        serving.work(runtime, follow_input=follow_input)


COMMANDS: tuple[Callable[..., None], ...] = (init, demo, serve, worker)
