"""Reads a workbook in a process of its own, with limits, and writes its rows as lines of JSON.

Run as `python -m kartoteka.forms.imports.workbook_process FILE MEMORY SECONDS`. Nothing that a hostile file does to
this process reaches the one that asked: it only reads lines. A cell is `null`, a string, a number, a boolean, or an
object with one name: `date`, `datetime`, `time` (ISO 8601), `seconds`, `percent`, `error`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, BinaryIO
from zipfile import BadZipFile, ZipFile

import msgspec
from lxml import etree
from python_calamine import CalamineError, PasswordError, SheetTypeEnum, SheetVisibleEnum, load_workbook

from kartoteka.forms.imports.workbook_marks import Marks, read_marks

LARGEST_EXACT = 2**53


def main(path: str, memory: int, seconds: int, out: BinaryIO) -> None:
    """Write the rows of the first visible sheet, or one line `{"problem": code}`."""
    _limit(memory, seconds)
    encode = msgspec.json.encode
    try:
        out.writelines(encode(row) + b"\n" for row in _rows(path))
        out.write(b"{}\n")
    except PasswordError:
        out.write(encode({"problem": "workbook.password"}) + b"\n")
    except MemoryError:
        out.write(encode({"problem": "workbook.too_big"}) + b"\n")
    except (CalamineError, BadZipFile, etree.XMLSyntaxError, KeyError, StopIteration, ValueError, OSError):
        out.write(encode({"problem": "workbook.broken"}) + b"\n")


def _limit(memory: int, seconds: int) -> None:
    """Let the system end this process when it takes too much; Windows has no such limits."""
    try:
        import resource  # noqa: PLC0415 - not on Windows
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))


def _rows(path: str) -> Iterator[list[Any]]:
    """Yield every row from the first one on, the empty ones too, so that they can be counted."""
    with load_workbook(path) as workbook:
        name = next(
            sheet.name
            for sheet in workbook.sheets_metadata
            if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
        )
        with ZipFile(path) as archive:
            marks = read_marks(archive, name)
        sheet = workbook.get_sheet_by_name(name)
        left = sheet.start[1] if sheet.start else 0
        # Rows are given from the first one of the sheet, but their cells only from the leftmost that is filled.
        for number, row in enumerate(sheet.iter_rows()):
            yield [None] * left + _cells(row, number, left, marks)


def _cells(row: list[Any], number: int, left: int, marks: Marks) -> list[Any]:
    cells = [_cell(value) for value in row]
    for place, value in enumerate(row):
        if (number, left + place) in marks.errors:
            cells[place] = {"error": True}
        elif isinstance(value, float) and (number, left + place) in marks.percents:
            cells[place] = {"percent": str(Decimal(repr(value)).scaleb(2))}
    return cells


def _cell(value: Any) -> Any:
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) <= LARGEST_EXACT else value
    if isinstance(value, str | bool | int):
        return value if value != "" else None
    if isinstance(value, timedelta):
        return {"seconds": value.total_seconds()}
    kinds = {datetime: "datetime", date: "date", time: "time"}
    return {kinds[type(value)]: value.isoformat()}


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.stdout.buffer)
