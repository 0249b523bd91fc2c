"""What the tests of this room share: writing a book into memory, reading it by other people's programs."""

import csv
import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from kartoteka.reports.part import LAST_ROW
from kartoteka.reports.workbook import Column, Kind, Sheet, Workbook
from kartoteka.reports.xlsx import write_xlsx


def book_bytes(*sheets: Sheet, last_row: int = LAST_ROW) -> bytes:
    file = io.BytesIO()
    write_xlsx(Workbook(sheets), file, last_row=last_row)
    return file.getvalue()


def column_sheet(kind: Kind, values: Iterable[Any], **more: Any) -> Sheet:
    """A sheet of one column under the title "Value"."""
    return Sheet("Data", (Column("Value", kind, **more),), [(value,) for value in values])


def openpyxl_rows(data: bytes, sheet: str | int = 0) -> list[tuple[Any, ...]]:
    book = openpyxl.load_workbook(io.BytesIO(data))
    worksheet = book.worksheets[sheet] if isinstance(sheet, int) else book[sheet]
    return list(worksheet.iter_rows(values_only=True))


def calamine_rows(data: bytes, sheet: int = 0) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(sheet).to_python()


def part(data: bytes, name: str = "xl/worksheets/sheet1.xml") -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name).decode()


def recalculated(data: bytes, folder: Path, sheet: int = 1) -> list[list[str]]:
    """The sheet (counted from 1) as LibreOffice calculates and shows it.

    The results that we wrote beside the formulas are taken out first: LibreOffice would trust them.
    """
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("LibreOffice (soffice) is not installed: live formulas are not checked here")
    source = folder / "book.xlsx"
    source.write_bytes(without_results(data))
    # Comma, quote, UTF-8, from line 1, no column formats, English, texts unquoted, values as stored.
    options = f"csv:Text - txt - csv (StarCalc):44,34,76,1,,1033,false,false,false,false,false,{sheet}"
    command = [program, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless"]
    subprocess.run(
        [*command, "--convert-to", options, "--outdir", str(folder), str(source)],
        check=True,
        capture_output=True,
        timeout=120,
    )
    (found,) = folder.glob("book*.csv")
    with found.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def without_results(data: bytes) -> bytes:
    spoilt = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(spoilt, "w") as target:
        for name in source.namelist():
            target.writestr(name, re.sub(rb"</f><v>[^<]*</v>", b"</f>", source.read(name)))
    return spoilt.getvalue()
