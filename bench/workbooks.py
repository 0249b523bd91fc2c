"""Export speed and memory: our writers against openpyxl's write-only mode and the bare streamed XML.

Run `python bench/workbooks.py` with Kartoteka installed. Each case is a child process of its own, so that
one's memory isn't another's. Figures: CPU seconds, size of the file, peak memory of the process. The rows are
made before the clock starts and repeated, so only writing is measured.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import cycle, islice
from typing import Any, BinaryIO, cast
from xml.sax.saxutils import escape

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils import get_column_letter

from kartoteka.reports.csv_file import write_csv
from kartoteka.reports.workbook import Column, Kind, Sheet, Workbook
from kartoteka.reports.xlsx import write_xlsx

KINDS: tuple[Kind, ...] = (
    "text",
    "text",
    "text",
    "integer",
    "decimal",
    "boolean",
    "date",
    "text",
    "datetime",
    "link",
)
CASES = [
    ("ours", 100_000, 30),
    ("bare", 100_000, 30),
    ("openpyxl", 100_000, 30),
    ("csv", 100_000, 30),
    ("ours", 10_000, 150),
    ("bare", 10_000, 150),
    ("openpyxl", 10_000, 150),
    ("csv", 10_000, 150),
    ("ours", 20_000, 30),
    ("ours", 200_000, 30),
]


def columns(count: int) -> tuple[Column, ...]:
    return tuple(Column(f"Column {i}", KINDS[i % len(KINDS)]) for i in range(count))


def value(kind: Kind, seed: int) -> Any:
    makers: dict[str, Callable[[], Any]] = {
        "integer": lambda: seed,
        "decimal": lambda: Decimal(seed).scaleb(-2),
        "boolean": lambda: seed % 2 == 0,
        "date": lambda: date(2020, 1, 1) + timedelta(seed % 3000),
        "datetime": lambda: datetime(2020, 1, 1, 10, 30) + timedelta(minutes=seed),  # noqa: DTZ001
        "link": lambda: f"https://example.org/clients/{seed}",
        "text": lambda: f"Ромашка & сыновья {seed}" if seed % 7 == 0 else f"Client number {seed}",
    }
    return makers[kind]()


def rows(count: int, width: int) -> Iterator[tuple[Any, ...]]:
    sample = [tuple(value(KINDS[i % len(KINDS)], row * 31 + i) for i in range(width)) for row in range(1000)]
    return islice(cycle(sample), count)


def ours(file: BinaryIO, data: Iterator[tuple[Any, ...]], width: int) -> None:
    write_xlsx(Workbook((Sheet("Clients", columns(width), data),)), file)


def as_csv(file: BinaryIO, data: Iterator[tuple[Any, ...]], width: int) -> None:
    write_csv(columns(width), data, file)


def bare(file: BinaryIO, data: Iterator[tuple[Any, ...]], width: int) -> None:
    """The least that writes typed cells: no checks, no columns or header, not even a valid package."""
    epoch = date(1899, 12, 30)
    letters = [get_column_letter(i + 1) for i in range(width)]
    with (
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("xl/worksheets/sheet1.xml", "w") as part,
    ):
        part.write(b"<worksheet><sheetData>")
        for number, row in enumerate(data, start=1):
            cells = "".join(
                [_bare_cell(f"{letter}{number}", cell, epoch) for letter, cell in zip(letters, row, strict=True)]
            )
            part.write(f'<row r="{number}">{cells}</row>'.encode())
        part.write(b"</sheetData></worksheet>")


def _bare_cell(name: str, cell: Any, epoch: date) -> str:
    if isinstance(cell, str):
        return f'<c r="{name}" s="1" t="inlineStr"><is><t>{escape(cell)}</t></is></c>'
    if isinstance(cell, bool):
        return f'<c r="{name}" s="2" t="b"><v>{cell:d}</v></c>'
    if isinstance(cell, datetime):
        return f'<c r="{name}" s="4"><v>{(cell - datetime(1899, 12, 30)) / timedelta(1)}</v></c>'  # noqa: DTZ001
    if isinstance(cell, date):
        return f'<c r="{name}" s="3"><v>{(cell - epoch).days}</v></c>'
    return f'<c r="{name}" s="5"><v>{cell}</v></c>'


def write_only(file: BinaryIO, data: Iterator[tuple[Any, ...]], width: int) -> None:
    """What openpyxl streams by itself, with a number format for every cell, as a typed book needs it."""
    formats = ["@", "@", "@", "#,##0", "#,##0.00", "General", "mm-dd-yy", "@", "m/d/yy h:mm", "@"]
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Clients")
    sheet.append([column.title for column in columns(width)])
    for row in data:
        cells = []
        for position, content in enumerate(row):
            cell = WriteOnlyCell(sheet, content)
            cell.number_format = formats[position % 10]
            cells.append(cell)
        sheet.append(cells)
    book.save(file)


WRITERS: dict[str, Callable[[BinaryIO, Iterator[tuple[Any, ...]], int], None]] = {
    "ours": ours,
    "bare": bare,
    "openpyxl": write_only,
    "csv": as_csv,
}


def measure(name: str, count: int, width: int) -> dict[str, float]:
    """Run one case here and say what it took."""
    data = rows(count, width)
    with tempfile.TemporaryFile() as file:
        start = time.process_time()
        WRITERS[name](cast("BinaryIO", file), data, width)
        seconds = time.process_time() - start
        size = file.seek(0, os.SEEK_END)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "file_mb": size / 2**20, "peak_mb": peak}


def main() -> None:
    print(f"{'writer':<10}{'rows':>9}{'columns':>9}{'CPU s':>8}{'file MB':>9}{'peak MB':>9}")
    for name, count, width in CASES:
        command = [sys.executable, __file__, name, str(count), str(width)]
        out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        found = json.loads(out)
        print(
            f"{name:<10}{count:>9,}{width:>9}{found['seconds']:>8.2f}{found['file_mb']:>9.1f}{found['peak_mb']:>9.0f}",
            flush=True,
        )


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(measure(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))))
    else:
        main()
