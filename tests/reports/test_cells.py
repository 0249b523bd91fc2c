"""Every kind of value reads back as it was written, by two readers that we did not write."""

import json
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from kartoteka.reports.cells import CUT_MARK, TEXT_LIMIT, serial
from kartoteka.reports.workbook import Column, Formula, Kind, Sheet
from tests.reports.written import book_bytes, calamine_rows, column_sheet, openpyxl_rows, part

NAUGHTY = Path(__file__).parents[3] / "shared" / "real" / "blns.json"


def moment(*parts: int) -> datetime:
    return datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001 - a book holds naive moments


VALUES: list[tuple[Kind, list[Any]]] = [
    (
        "text",
        [
            "plain",
            "007",
            "+7 495 123-45-67",
            "=1+1",
            "-",
            "@SUM(A1)",
            "'quoted",
            "TRUE",
            "1.50",
            "2024-01-31",
        ],
    ),
    (
        "text",
        [
            'Żółć, ёж & <b>"x"</b> ]]>',
            " lead",
            "trail ",
            "two\nlines",
            "tab\there",
            "cr\rlf\r\n",
            "😀",
            "\u00a0",
        ],
    ),
    ("integer", [0, -1, 42, 999_999_999_999_999]),
    (
        "decimal",
        [Decimal("0.10"), Decimal("-1234567890123.45"), Decimal("1E+3"), 0.1, 2.5, Decimal("0.000001")],
    ),
    ("boolean", [True, False]),
    ("date", [date(1900, 3, 1), date(2024, 2, 29), date(9999, 12, 31)]),
    (
        "datetime",
        [moment(2024, 2, 29, 23, 59, 59), moment(1900, 3, 1), moment(2024, 1, 1, 12, 0, 0, 250_000)],
    ),
    ("time", [time(0, 0), time(8, 30), time(23, 59, 59)]),
    ("duration", [timedelta(0), timedelta(hours=26, minutes=30), timedelta(days=400, seconds=1)]),
    ("link", ["https://example.org/?a=1&b=<2>", "mailto:a@example.org"]),
]


def same(found: Any, value: Any) -> bool:
    """Equal in value and in type, where the reader has the type at all."""
    if isinstance(value, datetime) and isinstance(found, date) and not isinstance(found, datetime):
        return value.time() == time(0) and found == value.date()
    if isinstance(value, bool) or isinstance(found, bool):
        return found is value
    if isinstance(value, int | float | Decimal):
        return isinstance(found, int | float) and float(value) == found
    if isinstance(value, date) and not isinstance(value, datetime) and isinstance(found, datetime):
        return found == datetime.combine(value, time(0))
    return type(found) is type(value) and found == value


@pytest.mark.parametrize(("kind", "values"), VALUES)
def test_openpyxl_reads_back_what_was_written(kind: Kind, values: list[Any]) -> None:
    found = [row[0] for row in openpyxl_rows(book_bytes(column_sheet(kind, values)))[1:]]
    assert len(found) == len(values)
    wrong = [(f, v) for f, v in zip(found, values, strict=True) if not same(f, v)]
    assert wrong == []


@pytest.mark.parametrize(("kind", "values"), VALUES)
def test_calamine_reads_back_what_was_written(kind: Kind, values: list[Any]) -> None:
    found = [row[0] for row in calamine_rows(book_bytes(column_sheet(kind, values)))[1:]]
    assert len(found) == len(values)
    wrong = [(f, v) for f, v in zip(found, values, strict=True) if not same(f, v)]
    assert wrong == []


def naughty_strings() -> list[str]:
    if not NAUGHTY.exists():
        pytest.skip(f"the big list of naughty strings is not at {NAUGHTY}")
    return [text for text in json.loads(NAUGHTY.read_text(encoding="utf-8")) if text]


def forbidden(letter: str) -> bool:
    """What XML 1.0 has no way to write (https://www.w3.org/TR/xml/#charsets)."""
    return (letter < " " and letter not in "\t\n\r") or "\ud800" <= letter <= "\udfff" or letter in "\ufffe\uffff"


def test_naughty_strings_survive_but_for_what_xml_forbids() -> None:
    strings = naughty_strings()
    data = book_bytes(column_sheet("text", strings))
    expected = ["".join(letter for letter in text if not forbidden(letter)) for text in strings]
    assert [row[0] or "" for row in openpyxl_rows(data)[1:]] == expected
    assert [row[0] for row in calamine_rows(data)[1:]] == expected
    assert "<f>" not in part(data)


def test_text_is_never_a_formula_and_only_our_formula_is() -> None:
    sheet = Sheet("Data", (Column("=1+1"), Column("Sum", "integer")), [("=A1", "=2+2"), ("x", Formula("1+1", 2))])
    xml = part(book_bytes(sheet))
    assert xml.count("<f>") == 1
    assert "<f>1+1</f><v>2</v>" in xml
    assert openpyxl_rows(book_bytes(sheet))[0][0] == "=1+1"


def test_control_characters_are_stripped_and_spaces_kept() -> None:
    rows = openpyxl_rows(
        book_bytes(column_sheet("text", ["a\x00b\x0bc\x1f", "  x  ", "\ud800y\uffff", "\x07", "", "end"]))
    )
    assert [row[0] for row in rows[1:]] == ["abc", "  x  ", "y", None, None, "end"]


def test_what_excel_takes_for_an_escape_is_escaped() -> None:
    assert "_x005F_x000D_ and _x12" in part(book_bytes(column_sheet("text", ["_x000D_ and _x12"])))


@pytest.mark.parametrize("letter", ["я", "😀"])
def test_long_text_is_cut_with_a_mark_at_excels_limit(letter: str) -> None:
    limit = TEXT_LIMIT // (len(letter.encode("utf-16-le")) // 2)
    fits, cut = (
        row[0] for row in openpyxl_rows(book_bytes(column_sheet("text", [letter * limit, letter * 40_000])))[1:]
    )
    assert fits == letter * limit
    assert cut.endswith(CUT_MARK)
    assert TEXT_LIMIT - 1 <= len(cut.encode("utf-16-le")) // 2 <= TEXT_LIMIT
    assert set(cut[:-1]) == {letter}


def test_days_before_march_1900_are_iso_text() -> None:
    old = book_bytes(column_sheet("date", [date(1900, 2, 28), date(988, 7, 28)]))
    assert [row[0] for row in openpyxl_rows(old)[1:]] == ["1900-02-28", "0988-07-28"]
    assert openpyxl_rows(book_bytes(column_sheet("datetime", [moment(1899, 12, 31, 10, 30)])))[1] == (
        "1899-12-31 10:30:00",
    )


def test_numbers_that_excel_would_round_are_text_unless_totalled() -> None:
    account, amount = 40702810500000012345, Decimal("1234567890123456.78")
    plain = Sheet("Data", (Column("A", "integer"), Column("B", "decimal")), [(account, amount)])
    assert openpyxl_rows(book_bytes(plain))[1] == ("40702810500000012345", "1234567890123456.78")
    columns = (Column("Name"), Column("A", "integer", total="sum"), Column("B", "decimal", total="sum"))
    summed = Sheet("Data", columns, [("x", account, amount)])
    assert openpyxl_rows(book_bytes(summed))[1] == ("x", account, float(amount))


def test_decimals_come_without_float_noise() -> None:
    assert "<v>0.10</v>" in part(book_bytes(column_sheet("decimal", [Decimal("0.10")])))


@pytest.mark.parametrize("value", [float("nan"), float("inf"), Decimal("NaN"), Decimal("-Infinity"), Decimal("1E+400")])
def test_what_is_no_number_for_excel_is_text(value: Any) -> None:
    assert openpyxl_rows(book_bytes(column_sheet("decimal", [value])))[1] == (str(value),)


@pytest.mark.parametrize("kind", ["integer", "decimal", "boolean", "date", "datetime", "time", "duration"])
def test_a_value_of_another_kind_is_text(kind: Kind) -> None:
    assert openpyxl_rows(book_bytes(column_sheet(kind, ["=hidden"])))[1] == ("=hidden",)


def test_aware_moments_are_refused() -> None:
    with pytest.raises(ValueError, match="naive"):
        serial(datetime(2024, 1, 1, tzinfo=UTC))
    with pytest.raises(ValueError, match="naive"):
        book_bytes(column_sheet("datetime", [datetime(2024, 1, 1, tzinfo=UTC)]))
