"""The runtime: the services that rooms work with, put together in `app.py`. It has no behaviour of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from kartoteka.platform.actors import Actor
from kartoteka.platform.configuration import Models
from kartoteka.platform.database import Database
from kartoteka.platform.jobs import Job
from kartoteka.platform.query import Query
from kartoteka.platform.settings import Settings
from kartoteka.platform.units import Unit, reading, writing
from kartoteka.platform.web.environment import Templates


class SearchIndex(Protocol):
    """What other rooms need of search."""

    def find(self, unit: Unit, actor: Actor, text: str, entity: str, limit: int) -> list[int]:
        """Return the ids of the records of an entity that a text finds, the best first, that the actor may read."""


Table = tuple[str, Sequence[str], Iterable[Sequence[Any]]]
"""Title, columns, rows."""


class WorkbookMaker(Protocol):
    """What other rooms need of reports: any query as a file."""

    def write(
        self,
        unit: Unit,
        actor: Actor,
        query: Query,
        title: str,
        form: str,
        file: Any,
        labels: Mapping[str, str] | None = None,
    ) -> int:
        """Write all rows of a query as `form` ("xlsx" or "csv") into a binary file; returns how many.

        `labels` are the columns' own, by path. Raises Forbidden for who may not download.
        """

    def write_tables(self, title: str, tables: Iterable[Table], file: Any) -> None:
        """Write tables of texts and whole numbers as the sheets of a workbook into a binary file."""


JobHandler = Callable[["Runtime", Job], Mapping[str, Any] | None]
"""Does a job; what it returns is kept for the person who waits, None when nobody does."""


@dataclass(frozen=True, slots=True)
class BatchHandler:
    """Does up to `most` jobs of one kind at once, oldest first; nobody else is at that kind meanwhile.

    It must not mind doing a job again: where a batch fails its jobs are done one by one.
    """

    work: Callable[[Runtime, Sequence[Job]], None]
    most: int = 200


@dataclass(frozen=True)
class Runtime:
    """Everything that a request or a job may need. `handlers` are the job kinds, by name.

    `at_start` is done once by each worker before it takes jobs.
    """

    settings: Settings
    database: Database
    models: Models
    templates: Templates
    index: SearchIndex | None = None
    workbooks: WorkbookMaker | None = None
    handlers: Mapping[str, JobHandler | BatchHandler] = field(default_factory=dict)
    at_start: tuple[Callable[[Runtime], None], ...] = ()

    def reading(self) -> AbstractContextManager[Unit]:
        """Open a unit of work that only reads."""
        return reading(self.database, self.models)

    def writing(self) -> AbstractContextManager[Unit]:
        """Open a unit of work that writes; leaving the block commits."""
        return writing(self.database, self.models)

    @property
    def files(self) -> Path:
        """The folder of uploaded and produced files."""
        return self.settings.workspace / "files"
