"""CSV: typed values in ISO form, no formulas by surprise, and exact where a program reads it."""

import csv
import io
import json
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from kartoteka.reports.csv_file import Dialect, guard, write_csv
from kartoteka.reports.workbook import Column, Kind

NAUGHTY = Path(__file__).parents[3] / "shared" / "real" / "blns.json"
MOMENT = datetime(2026, 1, 31, 10, 30)  # noqa: DTZ001
VALUES: list[tuple[Kind, Any, str, str]] = [
    # kind, value, for people, faithful
    ("text", "007", "007", "007"),
    ("text", "=1+1", "'=1+1", "=1+1"),
    ("text", "+7 495", "'+7 495", "+7 495"),
    ("text", "-", "'-", "-"),
    ("text", "@x", "'@x", "@x"),
    ("text", "\t=1", "'\t=1", "\t=1"),
    ("text", "\r=1", "'\r=1", "\r=1"),
    ("text", "  =1", "'  =1", "  =1"),
    ("text", "＝1", "'＝1", "＝1"),
    ("text", "\tplain", "'\tplain", "\tplain"),
    ("text", "a=b", "a=b", "a=b"),
    ("link", "=x", "'=x", "=x"),
    ("integer", -5, "-5", "-5"),
    ("integer", "=5", "'=5", "=5"),
    ("decimal", Decimal("-1.50"), "-1.50", "-1.50"),
    ("decimal", Decimal("1E+3"), "1000", "1000"),
    ("boolean", True, "true", "true"),
    ("boolean", "=5", "'=5", "=5"),
    ("date", date(988, 7, 28), "0988-07-28", "0988-07-28"),
    ("date", "=5", "'=5", "=5"),
    ("datetime", MOMENT, "2026-01-31 10:30:00", "2026-01-31T10:30:00"),
    ("time", time(8, 5), "08:05:00", "08:05:00"),
    ("duration", timedelta(hours=26, minutes=30), "26:30:00", "PT26H30M"),
    ("duration", timedelta(seconds=-1.5), "-0:00:01.500000", "-PT1.5S"),
    ("duration", timedelta(0), "0:00:00", "PT0S"),
    ("duration", "-x", "'-x", "-x"),
    ("text", None, "", ""),
]


def written(columns: Iterable[Column], rows: Iterable[Any], dialect: Dialect | None = None) -> bytes:
    file = io.BytesIO()
    if dialect is None:
        write_csv(tuple(columns), rows, file)
    else:
        write_csv(tuple(columns), rows, file, dialect)
    assert not file.closed
    return file.getvalue()


def read(data: bytes, delimiter: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=delimiter))


@pytest.mark.parametrize(("kind", "value", "text", "exact"), VALUES)
def test_values_are_written_for_people_and_for_programs(kind: Kind, value: Any, text: str, exact: str) -> None:
    columns = (Column("Name"), Column("Value", kind))
    assert read(written(columns, [("x", value)]))[1] == ["x", text]
    assert read(written(columns, [("x", value)], Dialect(faithful=True)))[1] == ["x", exact]


def test_the_mark_is_there_unless_unwanted() -> None:
    assert written([Column("Имя")], []) == "\ufeffИмя\r\n".encode()
    assert written([Column("Имя")], [], Dialect(byte_order_mark=False)) == "Имя\r\n".encode()


def test_semicolons_and_decimal_commas() -> None:
    dialect = Dialect(";", decimal_mark=",")
    data = written([Column("a;b"), Column("c", "decimal")], [("x", Decimal("-1.5")), ("y", None)], dialect)
    assert data.decode("utf-8-sig") == '"a;b";c\r\nx;-1,5\r\ny;\r\n'
    with pytest.raises(ValueError, match="decimal mark"):
        Dialect(",", decimal_mark=",")


def test_titles_are_guarded_too() -> None:
    assert read(written([Column("=cmd")], []))[0] == ["'=cmd"]


def test_naughty_strings_are_exact_when_faithful_and_harmless_when_not() -> None:
    if not NAUGHTY.exists():
        pytest.skip(f"the big list of naughty strings is not at {NAUGHTY}")
    strings = [text for text in json.loads(NAUGHTY.read_text(encoding="utf-8")) if text]
    rows = [("x", text) for text in strings]
    columns = [Column("a"), Column("b")]
    faithful = read(written(columns, rows, Dialect(faithful=True)))[1:]
    assert [row[1] for row in faithful] == strings
    guarded = [row[1] for row in read(written(columns, rows))[1:]]
    assert [text for text in guarded if text.lstrip()[:1] in {"=", "+", "-", "@"}] == []
    assert [text.removeprefix("'") for text in guarded] == [text.removeprefix("'") for text in strings]


def test_half_a_surrogate_pair_does_not_stop_the_file() -> None:
    assert read(written([Column("a")], [("x\ud800",)]))[1] == ["x?"]


def test_only_text_is_guarded() -> None:
    assert guard(-5) == -5
    assert guard("-5") == "'-5"


def test_rows_are_streamed_and_counted() -> None:
    seen: list[int] = []
    file = io.BytesIO()
    held: list[int] = []

    def rows() -> Iterable[tuple[int]]:
        for i in range(20_000):
            yield (i,)
        held.append(len(file.getvalue()))

    write_csv([Column("n", "integer")], rows(), file, progress=seen.append)
    assert seen == list(range(1000, 20_001, 1000))
    assert held[0] > len(file.getvalue()) * 0.8


def test_a_row_of_the_wrong_length_is_an_error() -> None:
    with pytest.raises(ValueError, match="zip"):
        written([Column("a")], [("x", "y")])
