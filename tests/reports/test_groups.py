"""Grouped sheets: outline, live subtotals, what LibreOffice makes of them, the chart's summary."""

import io
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from kartoteka.reports.summary import CHART_POINTS
from kartoteka.reports.workbook import Chart, Column, GroupStart, GroupTotal, RowEvent, Sheet, Total
from tests.reports.written import book_bytes, calamine_rows, openpyxl_rows, part, recalculated

COLUMNS = (
    Column("Deal"),
    Column("Amount", "decimal", total="sum"),
    Column("Chance", "integer", total="average"),
    Column("Client", "text", total="count"),
    Column("Opened", "date", total="min"),
    Column("Closed", "date", total="max"),
)
NORTH = [
    ("Mill", Decimal("100.10"), 50, "A", date(2024, 1, 5), date(2024, 3, 1)),
    ("Dam", Decimal("200.20"), 70, None, date(2023, 12, 31), None),
]
SOUTH = [
    ("Port", Decimal("-50.05"), None, "B", None, date(2025, 6, 30)),
    ("Quay", None, 20, "=C", date(2024, 2, 2), date(2024, 2, 3)),
]


def regions() -> list[RowEvent]:
    return [
        GroupStart("All of it"),
        GroupStart("North"),
        *NORTH,
        GroupTotal("North total"),
        GroupStart("South"),
        *SOUTH,
        GroupTotal("South total"),
        GroupTotal("All total"),
    ]


def grouped(**more: Any) -> Sheet:
    return Sheet("Deals", COLUMNS, regions(), groups=2, totals=True, **more)


# Sums by hand: label, amount, chance, clients, first opened, last closed.
NORTH_TOTAL = ("North total", 300.30, 60, 1, date(2023, 12, 31), date(2024, 3, 1))
SOUTH_TOTAL = ("South total", -50.05, 20, 2, date(2024, 2, 2), date(2025, 6, 30))
ALL = (250.25, pytest.approx(140 / 3), 3, date(2023, 12, 31), date(2025, 6, 30))


def test_totals_are_live_formulas_over_their_own_rows() -> None:
    rows = openpyxl_rows(book_bytes(grouped()))
    assert rows[5][:4] == ("North total", "=SUBTOTAL(9,B4:B5)", "=SUBTOTAL(1,C4:C5)", "=SUBTOTAL(3,D4:D5)")
    assert rows[10][1] == "=SUBTOTAL(9,B3:B10)"
    assert rows[11][:2] == ("Total", "=SUBTOTAL(9,B2:B11)")
    assert rows[5][4:] == ("=SUBTOTAL(5,E4:E5)", "=SUBTOTAL(4,F4:F5)")


def test_readers_that_do_not_calculate_see_the_results() -> None:
    rows = calamine_rows(book_bytes(grouped()))
    assert tuple(rows[5]) == NORTH_TOTAL
    assert tuple(rows[9]) == SOUTH_TOTAL
    assert tuple(rows[10][1:]) == ALL
    assert tuple(rows[11][1:]) == ALL


def test_libreoffice_recalculates_the_same(tmp_path: Path) -> None:
    rows = recalculated(book_bytes(grouped()), tmp_path)
    for index in (5, 9, 10, 11):
        expected = calamine_rows(book_bytes(grouped()))[index]
        assert [float(text) for text in rows[index][1:4]] == pytest.approx([float(value) for value in expected[1:4]])
    assert rows[5][0] == "North total"


def test_outline_levels_follow_the_groups() -> None:
    worksheet = openpyxl.load_workbook(io.BytesIO(book_bytes(grouped())))["Deals"]
    levels = [worksheet.row_dimensions[row].outlineLevel for row in range(1, 13)]
    assert levels == [0, 0, 1, 2, 2, 1, 1, 2, 2, 1, 0, 0]
    assert worksheet.sheet_format.outlineLevelRow == 2
    assert worksheet["A3"].value == "North"
    assert worksheet["A3"].font.bold
    assert worksheet["A3"].alignment.indent == 1
    assert worksheet["A6"].number_format == worksheet["A3"].number_format == "@"
    assert worksheet["B6"].number_format == "#,##0.00"
    assert worksheet["D6"].number_format == "#,##0"


def test_the_filter_leaves_the_grand_total_out() -> None:
    assert '<autoFilter ref="A1:F11"' in part(book_bytes(grouped()))


def test_a_group_that_goes_over_two_sheets_is_summed_over_both(tmp_path: Path) -> None:
    columns = (Column("Deal"), Column("Amount", "integer", total="sum"))
    rows: list[RowEvent] = [
        GroupStart("North"),
        *[(f"Deal {i}", i) for i in range(1, 11)],
        GroupTotal("North"),
    ]
    rows += [GroupStart("South"), ("Deal", 100), GroupTotal("South")]
    data = book_bytes(Sheet("Deals", columns, rows, groups=1, totals=True), last_row=8)
    second = openpyxl_rows(data, 1)
    assert second[5] == ("North", "=SUBTOTAL(9,'Deals'!B3:B8,B2:B5)")
    assert [row[1] for row in recalculated(data, tmp_path, sheet=2)[5:]] == ["55", "", "100"]
    third = calamine_rows(data, 2)
    assert third[-1] == ["Total", 155]


def test_labels_stay_out_of_counted_columns() -> None:
    columns = (Column("Client", total="count"), Column("Note"))
    rows: list[RowEvent] = [GroupStart("North"), ("A", "x"), GroupTotal("North total")]
    found = calamine_rows(book_bytes(Sheet("Deals", columns, rows, groups=1, totals=True)))
    assert found[1:] == [["", "North"], ["A", "x"], [1, "North total"], [1, "Total"]]


def test_a_sheet_without_room_for_labels_is_refused() -> None:
    with pytest.raises(ValueError, match="labels"):
        Sheet("Deals", (Column("A", "integer", total="sum"),), [], totals=True)


@pytest.mark.parametrize(
    "rows",
    [
        [GroupStart("a"), GroupStart("b"), GroupTotal("b"), GroupTotal("a")],
        [GroupTotal("a")],
        [GroupStart("a")],
    ],
)
def test_groups_that_do_not_nest_are_refused(rows: list[RowEvent]) -> None:
    with pytest.raises(ValueError, match="group"):
        book_bytes(Sheet("Deals", (Column("A"),), rows, groups=1))


@pytest.mark.parametrize(("kind", "total"), [("text", "sum"), ("date", "average"), ("boolean", "max")])
def test_totals_that_make_no_sense_are_refused(kind: Any, total: Total) -> None:
    with pytest.raises(ValueError, match=f"a {kind} column has no {total}"):
        Column("A", kind, total=total)


def by_region(count: int) -> list[RowEvent]:
    rows: list[RowEvent] = []
    for i in range(count):
        rows += [GroupStart(f"Region {i}"), ("Deal", i), ("Deal", 1), GroupTotal(f"Region {i}")]
    return rows


def charted(count: int) -> Sheet:
    columns = (Column("Deal"), Column("Amount", "integer", total="sum"))
    chart = Chart("column", series=(1,), title="Amount", summary_name="Amounts")
    return Sheet("Anna's deals", columns, by_region(count), groups=1, chart=chart)


def test_a_grouped_sheets_chart_draws_linked_totals(tmp_path: Path) -> None:
    data = book_bytes(charted(3))
    assert openpyxl_rows(data, "Amounts") == [
        ("Deal", "Amount"),
        ("Region 0", "='Anna''s deals'!B5"),
        ("Region 1", "='Anna''s deals'!B9"),
        ("Region 2", "='Anna''s deals'!B13"),
    ]
    assert "'Amounts'!$B$2:$B$4" in part(data, "xl/charts/chart1.xml")
    assert [row[1] for row in recalculated(data, tmp_path, sheet=2)[1:]] == ["1", "2", "3"]


def test_a_summary_has_an_end() -> None:
    found = calamine_rows(book_bytes(charted(CHART_POINTS + 5)), 1)
    assert len(found) == CHART_POINTS + 2
    assert found[-1] == ["…", ""]
    assert found[-2] == [f"Region {CHART_POINTS - 1}", CHART_POINTS]


def test_lines_are_straight_between_what_is_known() -> None:
    chart = Chart("line", (1,), title="Amounts")
    book = book_bytes(Sheet("Deals", (Column("Deal"), Column("Amount", "decimal")), [("A", 1), ("B", 5)], chart=chart))
    assert 'smooth val="0"' in part(book, "xl/charts/chart1.xml")
