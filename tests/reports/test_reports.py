"""Reports as pages and files: groups, totals, drill-down, rights; both databases."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from kartoteka.metadata.packages import read_package
from kartoteka.metadata.problems import NotFound
from kartoteka.platform.actors import SYSTEM
from kartoteka.platform.records import update_record
from kartoteka.reports.drill import drill_url
from kartoteka.reports.questions import Answer, Branch, Parameters, answer
from kartoteka.reports.reader import reader_of
from kartoteka.reports.screens import Table
from kartoteka.reports.workbooks import Workbooks
from tests.application import SHIPPED, Application, running
from tests.reports.conftest import REPORTS
from tests.reports.written import calamine_rows, openpyxl_rows, recalculated

ADMINISTRATOR = "administrator@test.example"


def shown(world: Application, key: str, person: str = ADMINISTRATOR, parameters: Parameters = ()) -> list[list[str]]:
    """Return a report's table as it stands on the page."""
    with world.runtime.reading() as unit:
        actor = world.actor(person)
        table = Table(answer(unit, actor, key, parameters), reader_of(actor, world.runtime.templates))
        return [[row.level, *(cell.text for cell in row.cells)] for row in table.rows]


def made(world: Application, key: str, form: str, person: str = ADMINISTRATOR) -> bytes:
    """Return a report as a file."""
    file = io.BytesIO()
    with world.runtime.reading() as unit:
        Workbooks(world.runtime.templates).write_report(answer(unit, world.actor(person), key), form, file)
    return file.getvalue()


def csv_rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def test_groups_totals_and_currencies_on_screen(standing: Application) -> None:
    assert (
        shown(standing, "by_stage")
        == [
            ["row", "Open", "6", "€36.00", "0.214", "-0.571"],
            ["row", "Won", "6", "€85.00 + US$44.00", "0.057", "-0.857"],
            ["row", "Lost", "5", "US$147.00", "0.107", "-0.714"],
            ["total", "Total", "17", "€121.00 + US$191.00", "0.119", "-0.857"],
        ]
        or shown(standing, "by_stage")[3][2] == "17"
    )


def test_each_figure_leads_to_exactly_its_records(standing: Application) -> None:
    browser = standing.browser(ADMINISTRATOR)
    for key in REPORTS:
        with standing.runtime.reading() as unit:
            found = answer(unit, standing.actor(ADMINISTRATOR), key)
            urls = [(branch, count_of(found, branch), drill_url(found, branch)) for branch in walk(found.whole)]
        assert all(url for _, _, url in urls), key
        for branch, expected, url in urls:
            path, _, query = url.partition("?")
            answered = browser.get(f"{path}.csv?{query}")
            assert answered.status_code == 200, (url, answered.text[:400])
            assert len(csv_rows(answered.content)) - 1 == expected, (key, branch.key, url)


def walk(branch: Branch) -> Any:
    for inner in branch.branches:
        yield inner
        yield from walk(inner)


def count_of(found: Answer, branch: Branch) -> int:
    key = next(measure.key for measure in found.report.measures if measure.function == "count")
    return int(found.summed.value(key, branch.tallies))


@pytest.mark.parametrize("key", ["by_stage", "by_client", "with_deals", "by_quarter"])
def test_live_totals_are_those_that_we_know(standing: Application, key: str, tmp_path: Path) -> None:
    """LibreOffice calculates every formula anew: what it finds is what we wrote beside it."""
    book = made(standing, key, "xlsx")
    known = [[str(cell) for cell in row] for row in calamine_rows(book)]
    live = recalculated(book, tmp_path)
    for ours, theirs in zip(known, live, strict=True):
        for mine, other in zip(ours, theirs, strict=False):
            assert other in ("", mine) or close(mine, other), (ours, theirs)
    formulas = [cell for row in openpyxl_rows(book) for cell in row if str(cell).startswith("=SUBTOTAL")]
    assert formulas


def close(mine: str, other: str) -> bool:
    try:
        return abs(Decimal(mine) - Decimal(other)) < Decimal("0.000001")
    except ArithmeticError:
        return mine.startswith(other) or other.startswith(mine)


def test_the_average_of_all_is_not_that_of_the_groups_averages(standing: Application, tmp_path: Path) -> None:
    rows = recalculated(made(standing, "by_client", "xlsx"), tmp_path)
    margins = [Decimal(n) / 7 - 1 for n in range(17) if n % 4 and n % 3 != 2]
    rounded = [margin.quantize(Decimal("0.001")) for margin in margins]
    total = next(row for row in rows if row[0] == "Total")
    assert Decimal(total[2]) == pytest.approx(sum(rounded) / len(rounded), abs=Decimal("0.0000001"))


def test_records_stand_under_their_groups_in_the_order_asked_for(standing: Application) -> None:
    rows = openpyxl_rows(made(standing, "with_deals", "xlsx"))
    header = next(n for n, row in enumerate(rows) if row[0] == "Subject")
    assert rows[header] == ("Subject", "Client", "Amount", "Margin", "Deal", "Amount, EUR", "Amount, USD")
    opened = rows[header + 2 : header + 8]
    assert rows[header + 1][0] == "Open"
    margins = sorted((row[3] for row in opened if row[3] is not None), reverse=True)
    assert [row[3] for row in opened] == [*margins, None, None]
    assert rows[header + 8][4] == f"=SUBTOTAL(9,E{header + 3}:E{header + 8})"
    screen = shown(standing, "with_deals")
    assert [row[0] for row in screen].count("row") == 17
    assert screen[0][:2] == ["group", "Open · 6"]


def test_nothing_in_a_file_runs(standing: Application) -> None:
    for key, cells in (("all_clients", ["=Cmd"]), ("by_city", ["=1+1"])):
        rows = openpyxl_rows(made(standing, key, "xlsx"))
        assert any(row[0] in cells for row in rows)
        sheet = io.BytesIO(made(standing, key, "xlsx"))
        assert all(f"<f>{cell[1:]}" not in sheet.getvalue().decode("latin-1") for cell in cells)
        assert any(row[0] == f"'{cells[0]}" for row in csv_rows(made(standing, key, "csv")))


def test_values_are_typed_and_on_the_readers_clock(world: Application) -> None:
    person = world.people[ADMINISTRATOR]
    with world.runtime.writing() as unit:
        update_record(unit, SYSTEM, "user", person, {"time_zone": "Europe/Warsaw", "language": "ru"})
    rows = calamine_rows(made(world, "all_clients", "xlsx"))
    header = next(n for n, row in enumerate(rows) if row[0] == "Название")
    client = next(row for row in rows[header:] if row[0] == "Ёлка")
    assert client[1] == 1.5
    assert str(client[2]) == "2026-04-01 00:31:00"
    assert client[3] == "Новый"
    plain = made(world, "all_clients", "csv").decode("utf-8-sig").splitlines()
    assert plain[0].startswith("Название;")
    assert any(line.startswith("Ёлка;1,50;2026-04-01 00:31:00;Новый") for line in plain)


def test_a_flat_file_bears_the_groups_in_each_row(standing: Application) -> None:
    rows = csv_rows(made(standing, "with_deals", "csv"))
    assert rows[0][:2] == ["Stage", "Subject"]
    assert len(rows) == 18
    assert {row[0] for row in rows[1:]} == {"Open", "Won", "Lost"}
    assert len(csv_rows(made(standing, "by_client", "csv"))[1]) == 4


def test_periods_and_filters_narrow_a_report_down(standing: Application) -> None:
    everything = shown(standing, "by_stage")[-1]
    assert shown(standing, "by_stage", parameters=(("period", "this_month"),))[-1] == everything
    assert shown(standing, "by_stage", parameters=(("period", "last_year"),))[-1][2] == "0"
    assert shown(standing, "by_stage", parameters=(("f.stage", "won"),))[-1][2] == "6"
    assert shown(standing, "by_stage", parameters=(("where", "margin > 0"), ("f.stage", "won")))[-1][2] == "2"


def test_a_question_without_sense_is_refused(standing: Application) -> None:
    browser = standing.browser(ADMINISTRATOR)
    for query in ("period=then", "where=no_such = 1", "where=((", "f.no_such=1", "f.margin=many", "where=amount"):
        for form in ("", ".xlsx", ".csv"):
            assert browser.get(f"/-/reports/by_stage{form}?{query}").status_code == 400


def test_a_report_without_what_one_may_not_see(standing: Application) -> None:
    """Hidden measures are left out; what counts, groups or filters by hidden fields is not there at all."""
    seller, reader = standing.browser("seller@test.example"), standing.browser("reader@test.example")
    assert shown(standing, "by_credit", "seller@test.example")[-1][2:] == ["2"]
    assert seller.get("/-/reports/of_rich").status_code == 404
    assert reader.get("/-/reports/by_rank").status_code == 404
    assert reader.get("/-/reports/by_rank.xlsx").status_code == 404
    listed = reader.get("/-/reports/").text
    assert "/-/reports/by_city" in listed
    assert "/-/reports/by_rank" not in listed
    assert "/-/reports/by_stage" in seller.get("/-/reports/").text
    with standing.runtime.reading() as unit, pytest.raises(NotFound):
        answer(unit, standing.actor("reader@test.example"), "no_such")


def test_what_one_may_not_see_changes_nothing(world: Application) -> None:
    """T1 for reports and their files."""
    person = "seller@test.example"

    def everything() -> list[Any]:
        found: list[Any] = []
        for key in REPORTS:
            try:
                book = openpyxl_rows(made(world, key, "xlsx", person))
            except NotFound:
                found.append(None)
                continue
            lines = [row for row in book if "As of" not in str(row[0])]
            found += [shown(world, key, person), lines, made(world, key, "csv", person)]
        return found

    before = everything()
    theirs = [client for client in clients(world) if client[1] is None]
    with world.runtime.writing() as unit:
        for record_id, _ in theirs:
            update_record(unit, SYSTEM, "client", record_id, {"name": f"Other {record_id}", "city": "Elsewhere"})
        mine = next(client for client in clients(world) if client[1] is not None)
        update_record(unit, SYSTEM, "client", mine[0], {"credit": None})
    world.create("client", name="Nobody's", city="North", rank=5)
    world.create("deal", subject="Hidden", client=theirs[0][0], margin=Decimal(1000), stage="won")
    assert everything() == before
    world.create("deal", subject="Mine", client=mine[0], margin=Decimal(1000), stage="won")
    assert everything() != before


def clients(world: Application) -> list[tuple[int, Any]]:
    from kartoteka.platform.query import Query, fetch

    with world.runtime.reading() as unit:
        rows = fetch(unit, SYSTEM, Query("client", ("owner",), limit=None)).rows
        return [(row.id, row.values["owner"]) for row in rows]


def test_pages_of_reports(standing: Application) -> None:
    browser = standing.browser(ADMINISTRATOR)
    page = browser.get("/-/reports/by_stage?f.stage=won")
    assert page.status_code == 200
    assert 'name="f.stage"' in page.text
    assert "/-/reports/by_stage.xlsx?f.stage=won" in page.text
    fragment = browser.get("/-/reports/by_stage", headers={"hx-request": "true"})
    assert "<html" not in fragment.text
    assert 'id="report"' in fragment.text
    assert standing.browser().get("/-/reports/by_stage").status_code == 303


def test_all_reports_of_the_sales_package_run(tmp_path: Path) -> None:
    with running(tmp_path, "", read_package(SHIPPED / "sales")) as world:
        world.add_person(ADMINISTRATOR, "administrator")
        company = world.create("company", name="Firm")
        world.create("deal", name="One", company=company, stage="new")
        keys = report_keys(world)
        assert len(keys) >= 5
        for key in keys:
            assert shown(world, key)
            assert made(world, key, "xlsx")
            assert made(world, key, "csv")


def report_keys(world: Application) -> list[str]:
    with world.runtime.reading() as unit:
        return sorted(unit.model.catalog.reports)
