"""Live formulas, worked out by LibreOffice, give what Python gives."""

from __future__ import annotations

import subprocess
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from kartoteka.metadata.expressions import ExpressionError, check, compile_excel, parse
from tests.metadata.expressions.card import CONTEXT, KINDS, ROWS, Deal, by_python
from tests.metadata.expressions.test_agreement import CONDITIONS, VALUES

COLUMNS = {path: chr(ord("A") + number) for number, path in enumerate(KINDS)}
NOT_ALIKE = {
    # Excel knows no date before 1900 and none after 9999, and has a clock of its own.
    "DATE(1, 1, 1) + pieces",
    "ADD_WORKDAYS(DATE(1, 1, 2), pieces)",
    "ADD_WORKDAYS(start, pieces)",
    "ADD_WORKDAYS(start, 1)",
    "END_OF_WEEK(start)",
    "YEARS(TODAY(), closing_date)",
    "YEARS(closing_date, TODAY())",
    "WORKDAYS(TODAY(), closing_date + pieces)",
    "BETWEEN(closing_date, start, TODAY())",
    "NOT BETWEEN(created_at, changed_at, NOW())",
    "HOURS(created_at, changed_at)",
    "MINUTES(closing_date, created_at)",
    "DATE(2026, pieces, pieces)",
    "DATE(2024 + pieces, 2, 29)",
    "ADD_DAYS(start, 9999999)",
    "closing_date - pieces * 100000",
    "ADD_MONTHS(start, 2)",
    "ADD_YEARS(start, pieces)",
    "ADD_YEARS(closing_date, -pieces * 1000)",
    "TODAY()",
    "NOW()",
    "closing_date > NOW()",
    "closing_date < TODAY() + 7",
    "TODAY() - closing_date > 100",
    "created_at >= TODAY()",
    "created_at < NOW()",
    # Its texts end at 32,767 characters.
    "REPEAT(name, 50000)",
    'REPLACE(REPEAT("a", 1000 + pieces), "a", REPEAT("b", 200))',
    # It has 15 digits.
    "amount + 99999999999.90 - 99999999999.90 = amount",
    # Powers that the other targets refuse as too big or too many.
    "pieces ^ 0.5",
    "pieces ^ pieces",
    "amount ^ 900",
    # Folded search (ё as е, half a Polish letter) is for columns.
    'name CONTAINS "елка"',
    'city STARTS WITH "l"',
    # Excel counts fractions of seconds.
    "created_at - changed_at",
    "closing_date - created_at",
}


def formula(text: str, row: int = 2) -> str:
    return compile_excel(parse(text), lambda path: f"{COLUMNS[path]}{row}", Deal())


def has_formula(text: str) -> bool:
    try:
        return bool(formula(text))
    except ExpressionError:
        return False


def cell_value(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(CONTEXT.now.tzinfo).replace(tzinfo=None)
    return "; ".join(value) if isinstance(value, tuple) else value


def recalculated(texts: list[str], libreoffice: Path, folder: Path) -> list[list[Any]]:
    """Return what a spreadsheet program shows for each formula, row by row of ROWS."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for number, row in enumerate(ROWS, 2):
        for path, column in COLUMNS.items():
            if row.get(path) not in {None, ""}:
                sheet[f"{column}{number}"] = cell_value(row[path])
        for place, text in enumerate(texts, len(COLUMNS) + 3):
            sheet.cell(number, place).value = "=" + formula(text, number)
    book.save(folder / "asked.xlsx")
    out = folder / "out"
    command = [str(libreoffice), f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless"]
    convert = ["--convert-to", "xlsx", "--outdir", str(out), str(folder / "asked.xlsx")]
    subprocess.run([*command, *convert], check=True, capture_output=True, timeout=120)
    answered = load_workbook(out / "asked.xlsx", data_only=True).active
    assert answered is not None
    first = len(COLUMNS) + 3
    return [
        [answered.cell(number, place).value for place in range(first, first + len(texts))]
        for number in range(2, len(ROWS) + 2)
    ]


def serial(value: Any) -> Any:
    """Return a date, or a time, as Excel counts days."""
    if isinstance(value, time):
        return (value.hour * 60 + value.minute) / (24 * 60)
    if not isinstance(value, date):
        return value
    moment = value if isinstance(value, datetime) else datetime.combine(value, time())
    return (moment - datetime.combine(date(1899, 12, 30), time())) / timedelta(days=1)


def same_in_excel(found: Any, expected: Any) -> bool:
    if expected is None:
        return found in {None, ""}
    if isinstance(expected, bool):
        return found is expected
    if isinstance(expected, datetime):
        expected = expected.astimezone(CONTEXT.now.tzinfo).replace(tzinfo=None)
    if isinstance(expected, date | time) or isinstance(found, date | time):
        expected, found = serial(expected), serial(found)
    if isinstance(expected, int | float | Decimal) and isinstance(found, int | float):
        return abs(float(expected) - found) <= max(abs(float(expected)), 1.0) * 1e-8
    return bool(found == expected)


def test_formulas_agree_with_python(libreoffice: Path, tmp_path: Path) -> None:
    texts = [text for text in [*VALUES, *CONDITIONS] if text not in NOT_ALIKE and has_formula(text)]
    answers = recalculated(texts, libreoffice, tmp_path)
    wrong = [
        (text, number, formula(text), found, expected)
        for number, row in enumerate(ROWS)
        for text, found in zip(texts, answers[number], strict=True)
        if not same_in_excel(found, expected := by_python(text, row))
    ]
    assert not wrong, "\n".join(map(str, wrong))
    assert len(texts) > 120


def test_what_a_formula_looks_like() -> None:
    texts = {
        "amount * (1 - price / 100)": 'IF(COUNT(E2,F2)<2,"",IFERROR(E2*(1-(F2/100)),""))',
        'stage = "won"': 'AND(C2<>"","won"<>"",EXACT(C2,"won"))',
        "city = NULL": '(B2="")',
        "name": 'IF(A2="","",A2)',
    }
    assert {text: formula(text) for text in texts} == texts


@pytest.mark.parametrize("text", ["owner = ME()", 'tags HAS "vip"', "COUNT(tags)", 'name < "b"', 'VALUE("1")'])
def test_what_has_no_formula(text: str) -> None:
    check(parse(text), Deal())
    with pytest.raises(ExpressionError) as caught:
        formula(text)
    assert caught.value.code == "expression.no_excel"
    assert caught.value.span.end > 0


def test_a_formula_never_outgrows_excel() -> None:
    text = "COALESCE(" * 30 + "name, city" + ", city)" * 29 + ")"
    with pytest.raises(ExpressionError) as caught:
        formula(text)
    assert caught.value.params["reason"] == "too_long"


def test_quotes_cannot_leave_a_text() -> None:
    assert formula('name & """,HYPERLINK(1)&"""') == '(A2&""",HYPERLINK(1)&""")'
