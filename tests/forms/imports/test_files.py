"""Files: encodings, delimiters, typed cells of workbooks, and what is refused."""

from __future__ import annotations

import zipfile
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from kartoteka.forms.imports import workbooks
from kartoteka.forms.imports.files import open_table
from kartoteka.forms.imports.tables import BrokenCell, Share, cell_text
from kartoteka.metadata.problems import Refused

RUSSIAN = "имя;город\r\nРомашка;Нижний Новгород\r\n«Берёзка» №5;Орёл\r\n"
POLISH = "imię;miasto\r\nŁucja;Łódź\r\nGrażyna Wąż;Świnoujście\r\n"


def read(path: Path, encoding: str | None = None) -> list[tuple[int, tuple[Any, ...]]]:
    with open_table(path, encoding) as table:
        return [(1, table.header), *((row.number, row.cells) for row in table.rows)]


def refusal(path: Path) -> str:
    with pytest.raises(Refused) as refused:
        read(path)
    return refused.value.problems[0].code


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251"])
def test_russian_is_read_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text(RUSSIAN, encoding=encoding, newline="")
    assert read(path)[2] == (3, ("«Берёзка» №5", "Орёл"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-be", "cp1250"])
def test_polish_is_read_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes((b"\xfe\xff" if encoding == "utf-16-be" else b"") + POLISH.encode(encoding))
    assert read(path)[1:] == [(2, ("Łucja", "Łódź")), (3, ("Grażyna Wąż", "Świnoujście"))]


def test_an_encoding_that_is_not_certain_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes("name\r\nMüller à Besançon\r\n".encode("latin-1"))
    assert refusal(path) == "csv.unknown_encoding"
    assert read(path, "latin-1")[1] == (2, ("Müller à Besançon",))


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_told_by_the_titles(tmp_path: Path, delimiter: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text(f'"a,;x"{delimiter}b{delimiter}c\n1{delimiter}"two\nlines"{delimiter}\n', newline="")
    assert read(path) == [(1, ("a,;x", "b", "c")), (2, ("1", "two\nlines", ""))]


def test_empty_rows_are_left_out_and_counted(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("a,b\n\n1,2\n,\n3,4\n")
    assert [number for number, _ in read(path)] == [1, 3, 5]


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "import.no_header"), ('a,b\n"1,2\n', "csv.broken"), (",".join("a" * 2001), "import.too_many_columns")],
)
def test_what_is_no_table_is_refused(tmp_path: Path, text: str, code: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text(text)
    assert refusal(path) == code


def test_a_workbook_gives_typed_cells(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["B1"], sheet["C1"] = "title", "other"
    moment = datetime.fromisoformat("2026-01-31T09:30:00")
    values: list[Any] = [12, 2.5, "text", True, date(2026, 1, 31), moment, time(9, 30), timedelta(hours=30)]
    for number, value in enumerate(values, 2):
        sheet.cell(number, 2, value)
    sheet["C3"], sheet["C3"].number_format = 0.125, "0.0%"
    sheet["C4"], sheet["C4"].data_type = "#DIV/0!", "e"
    path = tmp_path / "t.xlsx"
    book.save(path)
    rows = read(path)
    assert rows[0] == (1, ("", "title", "other"))
    assert [cells[1] for _, cells in rows[1:]] == values
    assert [type(cells[1]) for _, cells in rows[1:]] == [type(value) for value in values]
    assert (rows[2][1][2], rows[3][1][2]) == (Share(Decimal("12.5")), BrokenCell())


def test_cells_as_texts_read_the_same(tmp_path: Path) -> None:
    cells = (None, "x", 12, 2.5, True, date(2026, 1, 31), timedelta(hours=30), Share(Decimal("12.50")), time(9, 5))
    texts = ["", "x", "12", "2.5", "true", "2026-01-31", "30:00:00", "12.50%", "09:05:00"]
    assert [cell_text(cell) for cell in cells] == texts


def packed(path: Path, parts: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


def test_hostile_workbooks_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "t.xlsx"
    assert refusal(packed(path, {"a.txt": b""})) == "workbook.not_xlsx"
    assert refusal(packed(path, {"xl/workbook.xml": b"<broken"})) == "workbook.broken"
    assert refusal(packed(path, {"xl/workbook.xml": b"", "xl/x": bytes(50_000_000)})) == "workbook.too_big"
    path.write_bytes(b"\xd0\xcf\x11\xe0rest")
    assert refusal(path) == "import.old_workbook"


def test_a_workbook_that_takes_too_much_memory_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "MOST_MEMORY", 600 << 20)
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["XFD1048576"] = "far", "apart"
    path = tmp_path / "t.xlsx"
    book.save(path)
    assert refusal(path) == "workbook.too_big"
