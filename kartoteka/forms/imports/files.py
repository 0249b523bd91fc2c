"""Files: what a person uploads or names on the command line, opened as a table whatever it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kartoteka.forms.imports.csv_tables import open_csv
from kartoteka.forms.imports.tables import Table
from kartoteka.forms.imports.workbooks import open_workbook
from kartoteka.metadata.problems import Problem, Refused

_ZIP = b"PK\x03\x04"
_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"


@contextmanager
def open_table(path: Path, encoding: str | None = None) -> Iterator[Table]:
    """Open a CSV file or an .xlsx workbook (its first visible sheet), by what is in it, not by its name.

    `encoding` is for CSV files whose encoding can't be told. Raises Refused for what is neither, or too big.
    """
    try:
        with path.open("rb") as file:
            start = file.read(4)
    except OSError as error:
        raise Refused([Problem("import.no_file", {"name": path.name, "reason": error.strerror or ""})]) from error
    if start == _OLD_WORKBOOK:
        raise Refused([Problem("import.old_workbook", {"name": path.name})])
    with open_workbook(path) if start == _ZIP else open_csv(path, encoding) as table:
        yield table
