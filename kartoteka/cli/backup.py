"""Commands for backups: backup, restore."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from kartoteka.cli.founding import check_is_free, make_folders, write_settings
from kartoteka.cli.sample import clear
from kartoteka.cli.terminal import Terminal, connected, is_interactive, read_settings, terminal_of
from kartoteka.metadata.problems import Problem, Refused
from kartoteka.platform.backups.archive import SETTINGS, Archive, reading
from kartoteka.platform.backups.making import make_backup
from kartoteka.platform.backups.manifest import Manifest
from kartoteka.platform.backups.restoring import is_empty, restore_into, verify_backup
from kartoteka.platform.backups.schedule import name_at
from kartoteka.platform.settings import Settings, readable_settings

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def backup(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The archive to write; in a folder it gets a name.")],
    verify: Annotated[bool, typer.Option("--verify", help="Only check an archive that is there.")] = False,
    as_json: AsJson = False,
) -> None:
    """Save database and files of one moment in one archive, while people work."""
    terminal = terminal_of(context)
    if verify:
        manifest = verify_backup(file)
    else:
        with terminal.runtime() as runtime:
            file = file / name_at(datetime.now(UTC)) if file.is_dir() else file
            manifest = make_backup(runtime, file)
    _tell(terminal, file, manifest, as_json)
    if manifest.lost:
        lost = terminal.say(
            "{count} {count:uploaded file|uploaded files} could not be saved whole: missing or damaged on the disk. "
            "“kartoteka doctor” names them.",
            count=len(manifest.lost),
        )
        terminal.warn(lost, "red")
        raise typer.Exit(1)


def _tell(terminal: Terminal, file: Path, manifest: Manifest, as_json: bool) -> None:
    if as_json:
        tree = {"file": str(file), "size": file.stat().st_size, **msgspec.to_builtins(manifest)}
        sys.stdout.write(json.dumps(tree, ensure_ascii=False, indent=2) + "\n")
        return
    text = terminal.say(
        "{path:code}: {rows} {rows:row|rows}, {files} {files:file|files}, configuration {hash:code}, {size:size}.",
        path=str(file),
        rows=manifest.rows,
        files=manifest.files,
        hash=manifest.hash[:12],
        size=file.stat().st_size,
    )
    terminal.tell(text, "green")


def restore(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The archive.")],
    replace: Annotated[
        str, typer.Option(metavar="NAME", help="Replace what is in this workspace; its folder's name, to be sure.")
    ] = "",
    keep_tokens: Annotated[
        bool, typer.Option("--keep-tokens", help="Let programs' tokens work again, those revoked since too.")
    ] = False,
    database_url: Annotated[str, typer.Option(metavar="URL", help="Database of a new workspace.")] = "",
) -> None:
    """Put a backup into a new workspace, or in the place of what is in this one. All sessions end."""
    terminal = terminal_of(context)
    with reading(file) as archive, _target(terminal, archive, replace, database_url) as settings:
        with connected(settings) as database:
            if not is_empty(database):
                _refuse_unless_named(terminal, replace)
            restore_into(archive, database, settings.workspace, keep_tokens=keep_tokens)
        manifest = archive.manifest
    moment = terminal.locale.datetime(manifest.made_at)
    path = str(terminal.folder)
    terminal.tell(
        terminal.say("{path:code} is again as it was at {moment:code} UTC.", path=path, moment=moment), "green"
    )
    if not keep_tokens:
        terminal.warn(terminal.say("Sessions and tokens have ended: people log in again, programs need new tokens."))


@contextmanager
def _target(terminal: Terminal, archive: Archive, replace: str, database_url: str) -> Iterator[Settings]:
    """Give the settings to restore with; a new workspace is finished by its settings, or leaves nothing behind."""
    if terminal.is_workspace:
        yield terminal.settings()
        return
    folder = terminal.folder
    check_is_free(folder)
    values: dict[str, Any] = readable_settings(b"".join(archive.read(SETTINGS)).decode())
    values |= {"database_url": database_url} if database_url else {}
    made = not folder.exists()
    make_folders(folder)
    try:
        yield read_settings(folder, values)
    except BaseException:
        clear(folder)
        if made:
            folder.rmdir()
        raise
    write_settings(folder, values)


def _refuse_unless_named(terminal: Terminal, given: str) -> None:
    """Raise Refused unless the person has named the workspace that is to be replaced."""
    name = terminal.folder.name
    if not given and is_interactive():
        ask = terminal.say("Everything in {path:code} will be replaced. Its folder's name", path=str(terminal.folder))
        given = typer.prompt(ask)
    if not given:
        raise Refused([Problem("restore.in_use", {"name": name})])
    if given != name:
        raise Refused([Problem("restore.wrong_name", {"name": name, "found": given})])


COMMANDS: tuple[Callable[..., None], ...] = (backup, restore)
