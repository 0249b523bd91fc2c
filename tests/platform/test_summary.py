"""Summaries against sums made in Python, on both databases; and what an actor may not see doesn't enter them."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, get_args
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from kartoteka.metadata.definitions import Group, Measure, Sort
from kartoteka.metadata.fieldtypes.money import Money
from kartoteka.metadata.locales import Locale
from kartoteka.metadata.problems import BadRequest, NotFound
from kartoteka.platform.actors import SYSTEM, Actor
from kartoteka.platform.periods import Period
from kartoteka.platform.summary import Summary, Summed, leaf_ids, summarise
from tests.platform.workspace import Workspace

FUNCTIONS = ("sum", "average", "minimum", "maximum")
AMOUNTS = ["10.10", "-3.35", None, "999999999999999.99", "0.01", None, "-0.02", "5", "5.55", "2.22"]
MARGINS = ["1.001", None, "-2.345", "999999999999.999", "0.001", "7", None, "3.333", "0", "-0.001"]
STAGES = ["won", "open", "lost", "open", "won", "lost", None, "open", "open", "won"]


def measures(field: str, *functions: str) -> tuple[Measure, ...]:
    return tuple(Measure(key=f"{function}", function=function, field=field) for function in functions)  # type: ignore[arg-type]


def ask(workspace: Workspace, summary: Summary, actor: Actor = SYSTEM) -> Summed:
    with workspace.reading() as unit:
        return summarise(unit, actor, summary)


def table(summed: Summed) -> dict[Any, dict[str, Any]]:
    return {row.key: {key: summed.value(key, row.tallies) for key in summed.figures} for row in summed.rows}


@pytest.fixture
def deals(workspace: Workspace) -> Workspace:
    currencies = ["EUR", "EUR", "EUR", "EUR", "USD", "EUR", "USD", "EUR", "PLN", "EUR"]
    for number, (amount, margin, stage) in enumerate(zip(AMOUNTS, MARGINS, STAGES, strict=True)):
        workspace.create(
            "deal",
            subject=f"Deal {number}",
            amount=Money(Decimal(amount), currencies[number]) if amount else None,
            margin=Decimal(margin) if margin else None,
            discount=Decimal(number) if number % 3 else None,
            stage=stage,
        )
    return workspace


def known(values: list[str | None]) -> list[Decimal]:
    return [Decimal(value) for value in values if value is not None]


def test_sums_of_decimals_are_pythons(deals: Workspace) -> None:
    summed = ask(deals, Summary("deal", measures=measures("margin", *FUNCTIONS)))
    values = known(MARGINS)
    found = {key: summed.value(key, summed.total) for key in FUNCTIONS}
    average = (sum(values, Decimal(0)) / len(values)).quantize(Decimal("0.001"))
    assert found == {"sum": sum(values), "average": average, "minimum": min(values), "maximum": max(values)}


def test_money_is_added_up_by_currency(deals: Workspace) -> None:
    summed = ask(deals, Summary("deal", measures=measures("amount", *FUNCTIONS)))
    euros = known([AMOUNTS[n] for n in (0, 1, 2, 3, 5, 7, 9)])
    assert summed.value("sum", summed.total) == (
        Money(sum(euros, Decimal(0)), "EUR"),
        Money(Decimal("5.55"), "PLN"),
        Money(Decimal("-0.01"), "USD"),
    )
    assert summed.value("minimum", summed.total)[0] == Money(min(euros), "EUR")
    assert summed.value("average", summed.total)[2] == Money(Decimal("0.00"), "USD")


def test_groups_of_choices_come_as_the_options_do_and_what_is_empty_comes_last(deals: Workspace) -> None:
    wanted = Summary("deal", (Group(field="stage"),), (Measure(key="n"), *measures("margin", "sum")))
    summed = ask(deals, wanted)
    expected: dict[Any, Decimal] = defaultdict(Decimal)
    for stage, margin in zip(STAGES, MARGINS, strict=True):
        expected[(stage,)] += Decimal(margin or 0)
    assert [row.key for row in summed.rows] == [("open",), ("won",), ("lost",), (None,)]
    assert {key: each["sum"] for key, each in table(summed).items()} == expected
    assert [each["n"] for each in table(summed).values()] == [4, 3, 2, 1]


def test_groups_are_ordered_as_asked(deals: Workspace) -> None:
    groups, counted = (Group(field="stage"),), (Measure(key="n"), *measures("margin", "sum"))
    by_field = ask(deals, Summary("deal", groups, counted, sort=(Sort(field="stage", descending=True),)))
    assert [row.key[0] for row in by_field.rows] == ["lost", "won", "open", None]
    by_measure = ask(deals, Summary("deal", groups, counted, sort=(Sort(field="n"),)))
    assert [row.key[0] for row in by_measure.rows] == [None, "lost", "won", "open"]


def test_levels_are_parts_of_one_whole(deals: Workspace) -> None:
    groups = (Group(field="stage"), Group(field="created_at", by="year"))
    summed = ask(deals, Summary("deal", groups, measures("margin", "sum", "average")))
    assert [len(row.key) for row in summed.rows] == [2] * 4
    assert summed.value("sum", summed.total) == sum(known(MARGINS))


def test_too_many_groups_end_but_the_total_is_over_everything(deals: Workspace) -> None:
    summed = ask(deals, Summary("deal", (Group(field="subject"),), measures("margin", "sum"), limit=3))
    assert (len(summed.rows), summed.is_whole) == (3, False)
    assert summed.value("sum", summed.total) == sum(known(MARGINS))


def test_nothing_adds_up_to_nought_and_has_no_average(workspace: Workspace) -> None:
    summed = ask(workspace, Summary("deal", measures=(Measure(key="n"), *measures("margin", *FUNCTIONS))))
    found = {key: summed.value(key, summed.total) for key in summed.figures}
    assert found == {"n": 0, "sum": 0, "average": None, "minimum": None, "maximum": None}
    money = ask(workspace, Summary("deal", measures=measures("amount", "sum", "average")))
    assert money.value("sum", money.total) == (Money(Decimal("0.00"), "EUR"),)
    assert money.value("average", money.total) == ()


def test_formulas_and_percentages_add_up(deals: Workspace) -> None:
    summed = ask(deals, Summary("deal", measures=measures("shown_margin", "sum"), where=("margin < 1000",)))
    assert summed.value("sum", summed.total) == sum(2 * value for value in known(MARGINS) if value < 1000)
    summed = ask(deals, Summary("deal", measures=measures("discount", "average")))
    assert summed.value("average", summed.total) == Decimal(27) / 6


def test_moments_are_grouped_on_the_readers_clock(workspace: Workspace) -> None:
    start = datetime(2024, 12, 28, 20, 45, tzinfo=UTC)
    moments = [start + timedelta(hours=31 * n) for n in range(60)] + [
        datetime(2025, 3, 30, 0, 59, 59, tzinfo=UTC),
        datetime(2025, 3, 31, 22, 30, tzinfo=UTC),
        datetime(2024, 12, 31, 23, 30, tzinfo=UTC),
        datetime(2001, 6, 30, 22, 30, tzinfo=UTC),
    ]
    for number, moment in enumerate(moments):
        workspace.create("client", name=f"Client {number}", met_at=moment)
    for zone in ("UTC", "Europe/Warsaw", "America/New_York", "Asia/Kolkata"):
        reader = Actor(None, "reader", locale=Locale("en", zone), is_system=True)
        for by in get_args(Period):
            summed = ask(workspace, Summary("client", (Group(field="met_at", by=by),), (Measure(key="n"),)), reader)
            expected: dict[date, int] = defaultdict(int)
            for moment in moments:
                expected[start_of(by, moment.astimezone(ZoneInfo(zone)).date())] += 1
            assert [(row.key[0], summed.value("n", row.tallies)) for row in summed.rows] == sorted(expected.items())


def start_of(by: str, day: date) -> date:
    match by:
        case "week":
            return day - timedelta(days=day.weekday())
        case "month":
            return day.replace(day=1)
        case "quarter":
            return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
        case "year":
            return day.replace(month=1, day=1)
    return day


def test_dates_are_grouped_by_weeks_from_monday(workspace: Workspace) -> None:
    days = [date(2025, 12, 29) + timedelta(days=n) for n in range(15)]
    for number, day in enumerate(days):
        workspace.create("client", name=f"Client {number}", founded=day)
    summed = ask(workspace, Summary("client", (Group(field="founded", by="week"),), (Measure(key="n"),)))
    assert {key[0]: each["n"] for key, each in table(summed).items()} == {
        date(2025, 12, 29): 7,
        date(2026, 1, 5): 7,
        date(2026, 1, 12): 1,
    }


def test_groups_of_links_have_titles_in_peoples_order(workspace: Workspace) -> None:
    ids = [workspace.create("client", name=name) for name in ("Ябеда", "ёлка", "Берег", "łąka")]
    for number in range(9):
        workspace.create("deal", subject=f"Deal {number}", client=ids[number % 4] if number else None)
    summed = ask(workspace, Summary("deal", (Group(field="client"),), (Measure(key="n"),)))
    assert [row.titles[0] for row in summed.rows] == ["łąka", "Берег", "ёлка", "Ябеда", None]
    workspace.delete("client", ids[2])
    summed = ask(workspace, Summary("deal", (Group(field="client"),), (Measure(key="n"),)))
    assert [(row.titles[0], summed.value("n", row.tallies)) for row in summed.rows][-1] == (None, 3)


def test_ids_of_groups_are_those_that_were_counted(deals: Workspace) -> None:
    summary = Summary("deal", (Group(field="stage"),), (Measure(key="n"),))
    summed = ask(deals, summary)
    with deals.reading() as unit:
        ids = leaf_ids(unit, SYSTEM, summary, (Sort(field="margin", descending=True),))
    assert {key: len(each) for key, each in ids.items()} == {k: v["n"] for k, v in table(summed).items()}
    margins = [deals.get("deal", each, "margin").values["margin"] for each in ids[("open",)]]
    assert margins == [*sorted((m for m in margins if m is not None), reverse=True), None]


@pytest.mark.parametrize(
    "summary",
    [
        Summary("client", (Group(field="credit"),)),
        Summary("client", (Group(field="parent.rank"),)),
        Summary("client", measures=measures("credit", "sum")),
        Summary("client", measures=measures("no_such", "sum")),
        Summary("client", where=("credit > 5",)),
        Summary("client", (Group(field="tags"),)),
        Summary("client", (Group(field="name", by="month"),)),
        Summary("client", measures=measures("name", "sum")),
        Summary("client", measures=measures("name", "minimum")),
    ],
)
def test_what_makes_no_sense_to_the_actor_is_refused(workspace: Workspace, summary: Summary) -> None:
    reader = workspace.person("Rita", "reader")
    with pytest.raises(BadRequest):
        ask(workspace, summary, reader)


def test_an_entity_that_is_not_to_be_read_is_not_there(workspace: Workspace) -> None:
    with pytest.raises(NotFound):
        ask(workspace, Summary("visit"), workspace.person("Rita", "reader"))


def test_what_an_actor_may_not_see_changes_nothing(workspace: Workspace) -> None:
    """T1 for aggregates: hidden records, hidden fields and the titles of linked records out of reach."""
    seller = workspace.person("Sal", "seller")
    mine = workspace.create("client", name="Mine", owner=seller.user_id, city="North")
    theirs = workspace.create("client", name="Theirs", owner=None, city="North")
    workspace.create("deal", subject="A", client=mine, margin=Decimal(3), stage="open")
    hidden = workspace.create("deal", subject="B", client=theirs, margin=Decimal(4), stage="won")
    child = workspace.create("client", name="Child", owner=seller.user_id, parent=theirs)

    def everything() -> list[Any]:
        asked = [
            Summary("deal", (Group(field="stage"),), (Measure(key="n"), *measures("margin", *FUNCTIONS))),
            Summary("deal", (Group(field="client"),), (Measure(key="n"),)),
            Summary("client", (Group(field="parent"),), (Measure(key="n"),)),
            Summary("client", (Group(field="parent.city"),), (Measure(key="n"), *measures("parent.id", "sum"))),
        ]
        return [(summed.rows, summed.total) for summed in (ask(workspace, each, seller) for each in asked)]

    before = everything()
    workspace.update("deal", hidden, margin=Decimal(99), stage="lost")
    workspace.update("client", theirs, name="Others", city="South", rank=7, credit=Money(Decimal(5), "EUR"))
    workspace.create("deal", subject="C", client=theirs, margin=Decimal(50), stage="open")
    assert everything() == before
    workspace.update("client", child, city="West", parent=mine)
    assert everything() != before


def test_values_that_only_sql_can_hold_do_not_break_a_sum(workspace: Workspace) -> None:
    """The largest whole numbers add up beyond 64 bits."""
    for number in range(20):
        workspace.create("client", name=f"Client {number}", rank=10**18 - 1)
    summed = ask(workspace, Summary("client", measures=measures("rank", "sum", "average")))
    total = summed.value("sum", summed.total)
    assert total == pytest.approx(20 * (10**18 - 1))
    with workspace.writing() as unit:
        place = unit.model.storage.of("client")
        unit.connection.execute(update(place.main).values({place.columns["rank", ""].name: None}))
    summed = ask(workspace, Summary("client", measures=measures("rank", "sum")))
    assert summed.value("sum", summed.total) == 0
