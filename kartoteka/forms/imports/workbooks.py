"""Workbooks (.xlsx) as tables. What is inside is checked before it is unpacked, then read in a bounded process."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import IO, Any
from zipfile import BadZipFile, ZipFile

import msgspec

from kartoteka.forms.imports.tables import MOST_COLUMNS, MOST_ROWS, BrokenCell, Cell, Share, SourceRow, Table
from kartoteka.metadata.problems import Problem, Refused

MOST_BYTES = 1 << 30
"""Unpacked size of all parts."""
MOST_PARTS = 5_000
HIGHEST_RATIO = 200
"""How many times smaller than itself a part may be packed; only of parts beyond `SMALL_PART`."""
SMALL_PART = 1 << 22
MOST_MEMORY = 2 << 30
MOST_SECONDS = 300
"""What the reading process may take."""


@contextmanager
def open_workbook(path: Path) -> Iterator[Table]:
    """Open the first visible sheet of a workbook as a table of typed cells. Raises Refused when it can't be read."""
    _check_parts(path)
    command = [sys.executable, "-m", "kartoteka.forms.imports.workbook_process", str(path.resolve())]
    limits = [str(MOST_MEMORY), str(MOST_SECONDS)]
    with subprocess.Popen(  # noqa: S603 - our own module, no shell
        [*command, *limits], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        assert process.stdout is not None
        try:
            rows = _rows(process, process.stdout)
            first = next(rows, None)
            yield Table(_header(first), _body(rows))
        finally:
            process.kill()


def _check_parts(path: Path) -> None:
    """Refuse what unpacks to too much, by what the zip's own list says; memory is limited besides."""
    try:
        with ZipFile(path) as archive:
            parts = archive.infolist()
            names = set(archive.namelist())
    except (BadZipFile, OSError) as error:
        raise Refused([Problem("workbook.broken", {"name": path.name})]) from error
    if "xl/workbook.xml" not in names:
        raise Refused([Problem("workbook.not_xlsx", {"name": path.name})])
    too_big = len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_BYTES
    dense = [p for p in parts if p.file_size > SMALL_PART and p.file_size > HIGHEST_RATIO * max(p.compress_size, 1)]
    if too_big or dense:
        raise Refused([Problem("workbook.too_big", {"name": path.name})])


def _rows(process: subprocess.Popen[bytes], lines: IO[bytes]) -> Iterator[tuple[int, list[Any]]]:
    """Yield rows as the process writes them. Raises Refused when it ends without saying that this was all."""
    decode = msgspec.json.decode
    for number, line in enumerate(lines, 1):
        row = decode(line)
        if isinstance(row, list):
            if number > MOST_ROWS:
                raise Refused([Problem("import.too_many_rows", {"max": MOST_ROWS})])
            yield number, row
        elif "problem" in row:
            raise Refused([Problem(row["problem"])])
        else:
            return
    # Ended by the system for its memory or time, or by itself when no memory was left.
    raise Refused([Problem("workbook.too_big" if process.wait() < 0 else "workbook.broken")])


def _header(first: tuple[int, list[Any]] | None) -> tuple[str, ...]:
    titles = tuple("" if cell is None else str(cell).strip() for cell in (first[1] if first else ()))
    width = max((place for place, title in enumerate(titles, 1) if title), default=0)
    if not width:
        raise Refused([Problem("import.no_header")])
    if width > MOST_COLUMNS:
        raise Refused([Problem("import.too_many_columns", {"max": MOST_COLUMNS, "count": width})])
    return titles[:width]


def _body(rows: Iterator[tuple[int, list[Any]]]) -> Iterator[SourceRow]:
    for number, cells in rows:
        if any(cell is not None for cell in cells):
            yield SourceRow(number, tuple(_typed(cell) if isinstance(cell, dict) else cell for cell in cells))


def _typed(cell: dict[str, Any]) -> Cell:
    [(kind, value)] = cell.items()
    match kind:
        case "date":
            return date.fromisoformat(value)
        case "datetime":
            return datetime.fromisoformat(value)
        case "time":
            return time.fromisoformat(value)
        case "seconds":
            return timedelta(seconds=value)
        case "percent":
            return Share(Decimal(value))
    return BrokenCell()
