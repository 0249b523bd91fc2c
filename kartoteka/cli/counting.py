"""Progress of a command that takes long, beside its output."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn


class Note(Protocol):
    """Is told how much is done, and of how much if that is known."""

    def __call__(self, done: int, total: int | None = None) -> None:
        """Take the figures."""


@contextmanager
def counting(what: str) -> Iterator[Note]:
    """Show progress beside the output; nothing where nobody looks."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(what, total=None)

        def note(done: int, total: int | None = None) -> None:
            progress.update(task, completed=done, total=total)

        yield note
