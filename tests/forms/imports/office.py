"""A workspace with short words for importing."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from kartoteka.forms.imports.error_file import ErrorFile
from kartoteka.forms.imports.exports import export_csv
from kartoteka.forms.imports.files import open_table
from kartoteka.forms.imports.results import FailedRow, ImportResult
from kartoteka.forms.imports.run import ImportOptions, import_rows
from kartoteka.platform.actors import SYSTEM, Actor
from kartoteka.platform.query import Query
from tests.platform.workspace import Workspace


class Office(Workspace):
    """A workspace that imports texts and files."""

    folder: Path
    failed: list[FailedRow]
    errors: Path

    def write(self, text: str, name: str = "table.csv", encoding: str = "utf-8") -> Path:
        """Write a file and return its path."""
        path = self.folder / name
        path.write_text(text, encoding=encoding, newline="")
        return path

    def bring(self, source: str | Path, entity: str = "client", actor: Actor = SYSTEM, **options: Any) -> ImportResult:
        """Import a text or a file; what failed is in `failed` and in the file `errors`."""
        path = self.write(source) if isinstance(source, str) else source
        self.failed, self.errors = [], self.folder / "errors.csv"
        with open_table(path) as table, self.errors.open("wb") as file, ErrorFile(file, table.header) as errors:

            def note(row: FailedRow) -> None:
                self.failed.append(row)
                errors.add(row)

            return import_rows(self.writing, actor, entity, table, ImportOptions(**options), on_failed=note)

    def codes(self) -> list[tuple[int, str, str, str]]:
        """Return what failed: row, column, value, code."""
        return [(p.row, p.column, p.value, p.problem.code) for row in self.failed for p in row.problems]

    def all(self, *columns: str, entity: str = "client") -> list[Any]:
        """Return the values of all records, in the order of their ids; bare ones where one column is asked for."""
        rows = self.fetch(SYSTEM, Query(entity, columns, limit=None, titles=False)).rows
        if len(columns) == 1:
            return [row.values[columns[0]] for row in rows]
        return [tuple(row.values[column] for column in columns) for row in rows]

    def exported(self, entity: str = "client", actor: Actor = SYSTEM, **options: Any) -> str:
        """Return the text of an export."""
        file = io.BytesIO()
        with self.reading() as unit:
            export_csv(unit, actor, entity, file, **options)
        return file.getvalue().decode()
