"""One sheet's part of the zip while its rows are streamed into it."""

import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from openpyxl.worksheet.worksheet import Worksheet

from kartoteka.reports.book import Book, head, tail

Progress: TypeAlias = Callable[[int], None]

LAST_ROW = 1_048_576
"""The last row that Excel has."""

# Beyond this a part would need the zip64 form, which not every reader takes.
_PART_LIMIT = 2_000_000_000
# A batch is written at so many rows or characters, whichever comes first: rows can be very wide.
_BATCH = 500
_BATCH_SIZE = 1_000_000


class Meter:
    """Tells how many rows are written, once a batch."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress
        self._rows = 0

    def add(self, rows: int) -> None:
        """Count rows in."""
        self._rows += rows
        if self._progress is not None:
            self._progress(self._rows)


@dataclass(frozen=True, slots=True)
class Target:
    """Where sheets are written to."""

    archive: zipfile.ZipFile
    book: Book
    meter: Meter
    last_row: int


class Part:
    """One physical sheet while its rows are streamed."""

    def __init__(self, target: Target, worksheet: Worksheet) -> None:
        self.worksheet = worksheet
        self.row = 1
        self._meter = target.meter
        self._buffer: list[str] = []
        self._buffered = 0
        self._size = 0
        self._limit = target.last_row
        self._stream = target.archive.open(target.book.part_name(worksheet), "w")
        self._stream.write(head(worksheet) + b"<sheetData>")

    def is_full(self) -> bool:
        """Whether the next row must go to another sheet."""
        return self.row > self._limit or self._size > _PART_LIMIT

    def has_room(self, rows: int) -> bool:
        """Whether so many rows surely fit."""
        return self.row + rows <= self._limit and self._size <= _PART_LIMIT

    def add(self, cells: str, attributes: str = "") -> None:
        """Write the next row."""
        self._buffer.append(f'<row r="{self.row}"{attributes}>{cells}</row>')
        self._buffered += len(cells)
        self.row += 1
        if len(self._buffer) >= _BATCH or self._buffered >= _BATCH_SIZE:
            self._flush()

    def close(self, extra: bytes) -> None:
        """Write what stands after the rows."""
        self._flush()
        self._stream.write(b"</sheetData>" + tail(self.worksheet, extra))
        self._stream.close()

    def abandon(self) -> None:
        """Let go of the zip's part after an error, so that the archive can be closed."""
        self._stream.close()

    def _flush(self) -> None:
        data = "".join(self._buffer).encode()
        self._size += len(data)
        self._stream.write(data)
        self._meter.add(len(self._buffer))
        self._buffer.clear()
        self._buffered = 0
