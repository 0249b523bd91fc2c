"""The file as a whole: a sound zip, sheets that are set up, sheets that overflow, writing as a stream."""

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from lxml import etree

from kartoteka.reports.book import sheet_name
from kartoteka.reports.workbook import Chart, Column, Properties, Sheet, Workbook
from kartoteka.reports.xlsx import write_xlsx
from tests.reports.written import book_bytes, openpyxl_rows, part, recalculated

COLUMNS = (Column("Client"), Column("Deals", "integer", total="sum"))


def deals(count: int) -> Iterator[tuple[str, int]]:
    return ((f"Client {i}", i) for i in range(count))


def test_the_zip_is_sound() -> None:
    chart = Chart("column", series=(1,), title="Deals & more")
    data = book_bytes(Sheet("A", COLUMNS, deals(5), chart=chart), Sheet("B", COLUMNS, deals(5)))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        assert archive.testzip() is None
        assert [name for name, times in Counter(names).items() if times > 1] == []
        for name in names:
            etree.fromstring(archive.read(name))
        types = etree.fromstring(archive.read("[Content_Types].xml"))
    declared = {element.get("PartName", "").lstrip("/") for element in types if element.get("PartName")}
    assert declared <= set(names)
    assert {"xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml", "xl/charts/chart1.xml"} <= declared


def test_elements_of_a_sheet_stand_in_the_order_of_the_standard() -> None:
    chart = Chart("line", series=(1,))
    root = etree.fromstring(part(book_bytes(Sheet("A", COLUMNS, deals(5), chart=chart))).encode())
    order = [etree.QName(element).localname for element in root]
    standard = ["sheetPr", "sheetViews", "sheetFormatPr", "cols", "sheetData", "autoFilter"]
    assert order == [*standard, "pageMargins", "pageSetup", "ignoredErrors", "drawing"]


def test_a_sheet_is_set_up_for_reading() -> None:
    sheet = Sheet("Deals", COLUMNS, deals(3), title_lines=("Deals of Anna", "Stage is won"), frozen_columns=1)
    worksheet = openpyxl.load_workbook(io.BytesIO(book_bytes(sheet)))["Deals"]
    assert worksheet["A1"].value == "Deals of Anna"
    assert worksheet["A1"].font.bold
    assert worksheet["A2"].value == "Stage is won"
    assert [cell.value for cell in worksheet[4]] == ["Client", "Deals"]
    assert worksheet.freeze_panes == "B5"
    assert worksheet.auto_filter.ref == "A4:B7"
    assert worksheet["A5"].number_format == "@"
    assert worksheet["B5"].number_format == "#,##0"
    assert worksheet.print_title_rows == "$4:$4"


def test_widths_follow_the_values_unless_given() -> None:
    columns = (Column("Narrow"), Column("Wide"), Column("Given", width=33), Column("Huge"))
    sheet = Sheet("Data", columns, [("x", "y" * 40, "z", "w" * 500)])
    dimensions = openpyxl.load_workbook(io.BytesIO(book_bytes(sheet)))["Data"].column_dimensions
    assert dimensions["A"].width < 15 < 40 < dimensions["B"].width < 50
    assert dimensions["C"].width == 33
    assert dimensions["D"].width == 60


def test_rows_go_on_to_a_second_sheet_where_one_is_full() -> None:
    data = book_bytes(Sheet("Deals", COLUMNS, deals(12), totals=True), Sheet("Other", COLUMNS, deals(1)), last_row=6)
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert book.sheetnames == ["Deals", "Deals (2)", "Deals (3)", "Other"]
    rows = [row for name in book.sheetnames[:3] for row in list(book[name].values)[1:]]
    assert rows[:12] == list(deals(12))
    assert rows[12] == ("Total", "=SUBTOTAL(9,'Deals'!B2:B6,'Deals (2)'!B2:B6,B2:B3)")
    assert book["Deals"].auto_filter.ref == "A1:B6"
    assert book["Deals (3)"].auto_filter.ref == "A1:B3"
    assert [book.worksheets[3].cell(1, 1).value, book.worksheets[3].cell(2, 1).value] == [
        "Client",
        "Client 0",
    ]


def test_a_total_over_several_sheets_is_right(tmp_path: Path) -> None:
    data = book_bytes(Sheet("Anna's deals", COLUMNS, deals(10), totals=True), last_row=6)
    # The second sheet is full too, so the total alone stands on a third.
    assert recalculated(data, tmp_path, sheet=3) == [["Client", "Deals"], ["Total", "45"]]


@pytest.mark.parametrize("totals", [True, False])
def test_a_chart_on_a_sheet_that_overflows_is_drawn_once(totals: bool) -> None:
    chart = Chart("column", series=(1,))
    data = book_bytes(Sheet("Deals", COLUMNS, deals(8), totals=totals, chart=chart), last_row=6)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert sum(name.startswith("xl/charts/") for name in archive.namelist()) == 1
    assert "<drawing" in part(data)
    assert "<drawing" not in part(data, "xl/worksheets/sheet2.xml")


def test_title_lines_that_fill_a_sheet_are_refused() -> None:
    with pytest.raises(ValueError, match="no room"):
        book_bytes(Sheet("Deals", COLUMNS, deals(1), title_lines=("a", "b", "c")), last_row=5)


def test_an_empty_sheet_is_still_a_sheet(tmp_path: Path) -> None:
    data = book_bytes(Sheet("Deals", COLUMNS, [], totals=True, chart=Chart("pie", series=(1,))))
    assert openpyxl_rows(data) == [("Client", "Deals"), ("Total", None)]
    assert recalculated(data, tmp_path)[0] == ["Client", "Deals"]


@pytest.mark.parametrize(
    ("wanted", "name"),
    [
        ("Deals", "Deals (2)"),
        ("DEALS", "DEALS (2)"),
        ("a/b\\c:d*e?[f]", "a b c d e  f"),
        ("'quoted'", "quoted"),
        ("", "Sheet"),
        ("\x00'", "Sheet"),
        ("History", "History 1"),
        ("x" * 40, "x" * 31),
    ],
)
def test_sheet_names_are_made_legal_and_unique(wanted: str, name: str) -> None:
    assert sheet_name(wanted, ["Deals"]) == name


def test_long_names_stay_unique() -> None:
    first = sheet_name("y" * 40, [])
    second = sheet_name("y" * 40, [first])
    assert first != second
    assert len(second) == 31


def test_properties_are_the_files_own() -> None:
    file = io.BytesIO()
    made = datetime(2026, 1, 31, 10, 30)  # noqa: DTZ001
    sheet = Sheet("Deals", COLUMNS, deals(1))
    write_xlsx(Workbook((sheet,), Properties("Pipe\x00line", "Won", "Anna", "deals", made)), file)
    found = openpyxl.load_workbook(file).properties
    assert (found.title, found.subject, found.creator, found.keywords) == ("Pipeline", "Won", "Anna", "deals")
    assert found.created == made


class Pipe(io.RawIOBase):
    """A file that can only be written forward, as a response body."""

    def __init__(self) -> None:
        self.data = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.data += data
        return len(data)


def test_a_stream_that_cannot_seek_is_enough() -> None:
    pipe = Pipe()
    write_xlsx(Workbook((Sheet("Deals", COLUMNS, deals(3)),)), pipe)  # type: ignore[arg-type]
    assert openpyxl_rows(bytes(pipe.data))[1:] == list(deals(3))


def test_progress_grows_and_can_stop_the_writing() -> None:
    seen: list[int] = []
    write_xlsx(Workbook((Sheet("Deals", COLUMNS, deals(1200)),)), io.BytesIO(), seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == 1201

    def stop(rows: int) -> None:
        raise InterruptedError(rows)

    with pytest.raises(InterruptedError):
        write_xlsx(Workbook((Sheet("Deals", COLUMNS, deals(1200)),)), io.BytesIO(), stop)


def test_rows_are_streamed_and_not_kept() -> None:
    out = Pipe()
    behind: list[int] = []

    def rows() -> Iterator[tuple[str, int]]:
        for i in range(30_000):
            if i == 29_999:
                behind.append(len(out.data))
            yield (f"{i * 7919 % 10007} and {i}", i)

    write_xlsx(Workbook((Sheet("Deals", COLUMNS, rows()),)), out)  # type: ignore[arg-type]
    assert behind[0] > len(out.data) * 0.8


def test_a_row_of_the_wrong_length_is_an_error() -> None:
    with pytest.raises(ValueError, match="zip"):
        book_bytes(Sheet("Deals", COLUMNS, [("a",)]))


def test_charts_refer_to_the_rows_alone() -> None:
    for kind in ("column", "bar", "stacked", "line", "pie"):
        chart = Chart(kind, series=(1,), title="Deals")
        xml = part(book_bytes(Sheet("Deals", COLUMNS, deals(4), totals=True, chart=chart)), "xl/charts/chart1.xml")
        assert sorted(re.findall(r"'Deals'!([$\w:]+)", xml)) == ["$A$2:$A$5", "$B$2:$B$5", "B1"]


def test_a_chart_can_have_a_sheet_of_its_own() -> None:
    chart = Chart("column", series=(1,), title="By client", place="chart_sheet")
    data = book_bytes(Sheet("Deals", COLUMNS, deals(4), chart=chart), Sheet("Last", COLUMNS, deals(2)))
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert book.sheetnames == ["Deals", "By client", "Last"]
    assert book.chartsheets[0].title == "By client"
    assert len(list(book["Last"].values)) == 3
