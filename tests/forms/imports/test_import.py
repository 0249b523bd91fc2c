"""Importing: columns, cells, links, keys, and that good and bad rows add up."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import Workbook

from kartoteka.forms.imports import run
from kartoteka.metadata.fieldtypes import Money
from kartoteka.metadata.locales import Locale
from kartoteka.metadata.problems import NotFound, Refused
from kartoteka.platform import history
from kartoteka.platform.actors import SYSTEM, Actor
from kartoteka.platform.query import Query
from tests.forms.imports.office import Office

NINE_THIRTY = datetime.fromisoformat("2026-01-31T09:30:00")


def whole(entity: str, *columns: str) -> Query:
    return Query(entity, columns, limit=None, titles=False)


def refusals(office: Office, text: str, **options: Any) -> list[tuple[str, Any]]:
    before = office.digest()
    with pytest.raises(Refused) as refused:
        office.bring(text, **options)
    assert office.digest() == before
    return [(p.code, p.params.get("title", p.params.get("name"))) for p in refused.value.problems]


def test_columns_are_found_by_key_former_key_and_label(office: Office) -> None:
    office.bring("COMPANY  name,number,#note,\nFirst,1,x,y\n")
    office.bring("название,CODE\nSecond,2\n")
    assert office.all("name", "code") == [("First", "1"), ("Second", "2")]


def test_unknown_and_doubled_columns_are_all_told(office: Office) -> None:
    assert refusals(office, "name,nmae,Company name,colour\na,b,c,d\n") == [
        ("import.unknown_column", "nmae"),
        ("import.unknown_column", "colour"),
        ("import.doubled_column", "name"),
    ]
    assert office.bring("name,nmae\na,b\n", ignore_unknown=True).created == 1


def test_texts_are_read_as_the_reader_writes_them(office: Office) -> None:
    reader = Actor(None, "importer", locale=Locale("ru", "Europe/Moscow"), is_system=True)
    office.bring(
        "name;staff;turnover;share;since;seen_at;active;size;tags;lasts\r\n"
        "A;1 200;12000.00 EUR;12,5 %;31.01.2026;2026-01-31T09:30;да;large;a, b;1:30\r\n",
        actor=reader,
    )
    [values] = office.all("staff", "turnover", "share", "since", "seen_at", "active", "size", "tags", "lasts")
    moment = datetime(2026, 1, 31, 6, 30, tzinfo=UTC)
    money = Money(Decimal("12000.00"), "EUR")
    assert values == (1200, money, Decimal("12.50"), date(2026, 1, 31), moment, True, "l", ("a", "b"), 5400)


def test_nothing_is_coerced(office: Office) -> None:
    result = office.bring("name,staff,since,active\nA,test,,\nB,1,31/31/2026,\nC,2.5,,maybe\nD,7,2026-01-01,no\n")
    assert (result.total, result.created, result.failed) == (4, 1, 3)
    assert office.codes() == [
        (2, "staff", "test", "number.not_a_number"),
        (3, "since", "31/31/2026", "date.not_a_date"),
        (4, "staff", "2.5", "integer.fraction"),
        (4, "active", "maybe", "boolean.unknown"),
    ]
    assert office.all("name", "staff") == [("D", 7)]


def test_typed_cells_of_a_workbook(office: Office) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["name", "code", "staff", "turnover", "share", "since", "seen_at", "active", "opens", "lasts"])
    sheet.append(["A", 1234, 12, 2.5, 0.125, date(2026, 1, 31), NINE_THIRTY, True, time(9, 5), None])
    sheet["E2"].number_format = "0.0%"
    sheet.append(["B", 12.5, True, date(2026, 1, 1), "12.5", 45000, time(9), "x", 0.5, 90])
    path = office.folder / "t.xlsx"
    book.save(path)
    result = office.bring(path, actor=Actor(None, "x", locale=Locale("pl", "Europe/Warsaw"), is_system=True))
    assert (result.created, result.failed) == (1, 1)
    [values] = office.all("code", "staff", "turnover", "share", "since", "seen_at", "active", "opens")
    moment = datetime(2026, 1, 31, 8, 30, tzinfo=UTC)
    money = Money(Decimal("2.50"), "EUR")
    assert values == ("1234", 12, money, Decimal("12.50"), date(2026, 1, 31), moment, True, time(9, 5))
    assert [code for *_, code in office.codes()] == [
        "cell.inexact_number",
        "cell.boolean",
        "cell.date",
        "cell.number",
        "cell.time",
        "boolean.unknown",
        "cell.number",
        "cell.number",
    ]


def test_rules_hold_and_unique_values_clash_inside_the_file_too(office: Office) -> None:
    office.create("client", name="Old", code="old")
    result = office.bring("name,code,staff\nA,old,1\n,x,1\nC,c,-1\nD,d,1\nE,d,1\n")
    assert (result.created, result.failed) == (1, 4)
    assert [(row, column, code) for row, column, _, code in office.codes()] == [
        (2, "code", "not_unique"),
        (3, "name", "required"),
        (4, "staff", "number.too_small"),
        (6, "code", "not_unique"),
    ]


def test_rows_of_another_width_have_slipped(office: Office) -> None:
    result = office.bring("name,code\nA\nB,b\nC,c,\nD,d,e\n")
    assert (result.created, result.failed) == (2, 2)
    assert {code for *_, code in office.codes()} == {"import.cell_count"}


def test_links_by_id_ref_title_and_unique_field(office: Office) -> None:
    office.bring("ref,name,code\nr_north,North,N\nr_south,South,S\n,Twin,T1\n,Twin,T2\n", "region")
    north, south, *_ = [row.id for row in office.fetch(SYSTEM, whole("region")).rows]
    office.create("user", name="Ann", email="ann@example.org")
    result = office.bring(
        f"name,region,manager.email\na,#{north},ann@example.org\nb,r_south,\nc,North,\nd,Twin,\ne,Nowhere,\nf,#999,\n"
    )
    assert (result.created, result.failed) == (3, 3)
    assert office.all("region") == [north, south, north]
    assert office.all("manager")[0] is not None
    assert [code for *_, code in office.codes()] == ["link.ambiguous", "link.unknown_title", "link.not_found"]
    office.bring("name,region.code\ng,S\n")
    assert office.all("name", "region")[-1] == ("g", south)


def test_links_to_rows_of_the_same_file_wherever_they_stand(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "BATCH", 2)
    result = office.bring("ref,name,parent\nc,C,b\nb,B,a\nx,X,x\ny,Y,nobody\nd,D,\na,A,\n")
    assert (result.total, result.created, result.failed) == (6, 4, 2)
    ids = {row.values["name"]: row.id for row in office.fetch(SYSTEM, whole("client", "name")).rows}
    parents = dict(office.all("name", "parent"))
    assert (parents["C"], parents["B"]) == (ids["B"], ids["A"])
    assert sorted((value, code) for _, _, value, code in office.codes()) == [
        ("nobody", "link.unknown_title"),
        ("x", "link.unknown_title"),
    ]


def test_a_key_updates_what_differs_and_makes_no_duplicates(office: Office) -> None:
    text = "code,name,staff\n1,A,1\n2,B,2\n3,C,3\n"
    assert office.bring(text, key=("code",)).created == 3
    again = office.bring(text, key=("code",))
    assert (again.created, again.updated, again.unchanged) == (0, 0, 3)
    changed = office.bring("code,name,staff\n1,A,\n2,B,20\n4,D,4\n,E,5\n", key=("code",))
    assert (changed.created, changed.updated, changed.unchanged, changed.failed) == (1, 2, 0, 1)
    assert office.all("name", "staff") == [("A", None), ("B", 20), ("C", 3), ("D", 4)]
    with office.reading() as unit:
        [entry] = history.of_record(unit.connection, "client", 2, since_version=1)
    assert entry.changes == {"staff": [2, 20]}


def test_two_rows_of_one_key_become_one_record(office: Office) -> None:
    result = office.bring("code,name\n1,First\n1,Second\n", key=("code",))
    assert (result.created, result.updated) == (1, 1)
    assert office.all("name") == ["Second"]


def test_a_key_of_two_fields_and_one_that_is_not_unique(office: Office) -> None:
    office.bring("name,staff,code\nA,1,a\nA,2,b\nA,2,c\n")
    result = office.bring("name,staff,code\nA,1,z\nA,2,y\nA,3,x\n", key=("name", "staff"))
    assert (result.updated, result.created, result.failed) == (1, 1, 1)
    assert [code for *_, code in office.codes()] == ["import.ambiguous_key"]
    assert refusals(office, "name\nA\n", key=("code",)) == [("import.no_key_column", "code")]


def test_all_or_nothing_and_dry_runs_leave_no_trace(office: Office) -> None:
    before = office.digest()
    text = "name,staff\nA,1\nB,x\nC,3\n"
    result = office.bring(text, all_or_nothing=True)
    assert (result.total, result.withheld, result.failed, result.created) == (3, 2, 1, 0)
    tried = office.bring(text, dry_run=True)
    assert (tried.total, tried.created, tried.failed) == (3, 2, 1)
    assert office.digest() == before
    assert office.bring("name\nA\n", all_or_nothing=True).created == 1


def test_hidden_fields_do_not_exist_and_read_only_ones_are_refused(office: Office) -> None:
    clerk = office.person("Clerk", "clerk")
    assert refusals(office, "name,turnover\nA,1\n", actor=clerk) == [("import.unknown_column", "turnover")]
    office.bring("name,staff\nA,1\nB,\n", actor=clerk)
    assert [(column, code) for _, column, _, code in office.codes()] == [
        ("staff", "field.read_only"),
        ("staff", "field.read_only"),
    ]
    with pytest.raises(NotFound):
        office.bring("name\nX\n", "region", actor=clerk)


def test_dates_relative_to_a_day(office: Office) -> None:
    now = datetime(2026, 3, 10, 12, tzinfo=UTC)
    office.bring("name,since,seen_at\nA,-3d,+2d 10:00\nB,0d,0d 14:30\n", relative_to=now)
    assert office.all("since", "seen_at") == [
        (date(2026, 3, 7), datetime(2026, 3, 12, 10, tzinfo=UTC)),
        (date(2026, 3, 10), datetime(2026, 3, 10, 14, 30, tzinfo=UTC)),
    ]
    assert office.bring("name,since\nC,-3d\n").failed == 1


def test_columns_of_values_that_nobody_writes_are_passed_over(office: Office) -> None:
    assert office.bring("name,serial\nA,99999\n").created == 1
    assert office.all("serial") == ["00001"]


def rows_with_errors(count: int) -> tuple[str, str]:
    """Return a table of so many rows of which every hundredth is bad, and the same table without the mistakes."""
    bad, good = io.StringIO(), io.StringIO()
    for file, broken in ((bad, True), (good, False)):
        writer = csv.writer(file)
        writer.writerow(["code", "name", "staff", "region"])
        for number in range(count):
            wrong = broken and number % 100 == 7
            writer.writerow([f"C{number}", f"Client {number}", "many" if wrong else number, f"R{number % 5}"])
    return bad.getvalue(), good.getvalue()


def test_one_percent_of_bad_rows(office: Office) -> None:
    office.bring("name\n" + "".join(f"R{number}\n" for number in range(5)), "region")
    bad, good = rows_with_errors(1_200)
    result = office.bring(bad, key=("code",))
    assert (result.total, result.created, result.failed) == (1_200, 1_188, 12)
    assert {code for *_, code in office.codes()} == {"number.not_a_number"}
    mended = office.errors.read_text("utf-8-sig").replace(",many,", ",7,")
    assert "staff: number.not_a_number (text=many)" in mended
    assert office.bring(mended, key=("code",)).created == 12
    assert office.bring(bad, key=("code",)).unchanged == 1_188
    office.bring(good, key=("code",))
    rows = office.all("code", "name", "staff", "region")
    assert len(rows) == 1_200
    regions = {row.values["name"]: row.id for row in office.fetch(SYSTEM, whole("region", "name")).rows}
    assert sorted(rows) == sorted((f"C{n}", f"Client {n}", n, regions[f"R{n % 5}"]) for n in range(1_200))


def test_each_record_has_its_history_and_a_job(office: Office) -> None:
    office.bring("name,turnover\nA,1.50 PLN\nB,2\n")
    with office.reading() as unit:
        for record_id in (1, 2):
            assert history.verify(unit.connection, "client", record_id)
        [entry] = history.of_record(unit.connection, "client", 1)
        jobs = unit.connection.exec_driver_sql("SELECT payload FROM kt_job WHERE kind = 'index'").scalars().all()
    assert entry.changes["turnover"] == [None, {"amount": "1.50", "currency": "PLN"}]
    assert any('"ids":[1,2]' in str(job).replace(" ", "") or "[1, 2]" in str(job) for job in jobs)
