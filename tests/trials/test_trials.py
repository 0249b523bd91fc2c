"""Tests that packages bring: what they accept, what they refuse, and what an upgrade makes of them."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from kartoteka.cli.shipped import FOLDER
from kartoteka.metadata.definitions import Identity, Manifest
from kartoteka.metadata.package_tests import PackageTest
from kartoteka.metadata.packages import Package, read_package
from kartoteka.metadata.row_files import read_row_sets
from kartoteka.metadata.stack import Stack
from kartoteka.metadata.trees import Tree, normal
from kartoteka.trials.comparing import compare
from kartoteka.trials.expecting import same
from kartoteka.trials.running import Verdict, run_tests

FIELDS: list[Tree] = [
    {"key": "name", "type": "text", "required": True},
    {"key": "owner", "type": "user"},
    {"key": "region", "type": "link", "target": "region"},
    {"key": "price", "type": "decimal", "scale": 2},
    {"key": "number", "type": "integer", "default": "1"},
    {"key": "total", "type": "formula", "expression": "price * number", "result": "number", "scale": 2},
    {"key": "due", "type": "date"},
]
RIGHTS: list[Tree] = [
    {"entity": "order", "read": "own", "create": True, "edit": "own"},
    {"entity": "region", "read": "all"},
]
GIVEN: list[Tree] = [
    {"entity": "user", "ref": "ann", "values": {"roles": ["seller"]}},
    {"entity": "order", "ref": "first", "values": {"name": "First", "owner": "ann", "price": "2.50", "number": 4}},
    {"entity": "order", "ref": "second", "values": {"name": "Second", "price": "1", "due": "-1d", "region": "north"}},
]


def stack(**order: Any) -> Stack:
    """Return the base package and one with orders, whose definition may be changed."""
    trees: dict[Identity, Tree] = {
        Identity("entity", "", "order"): {"key": "order", "title": "name", "owner": "owner", "fields": FIELDS, **order},
        Identity("entity", "", "region"): {"key": "region", "fields": [{"key": "name", "type": "text"}]},
        Identity("role", "", "seller"): {"key": "seller", "entities": RIGHTS},
        Identity("list", "order", "late"): {
            "entity": "order",
            "key": "late",
            "columns": ["name"],
            "filter": "due < TODAY()",
        },
        Identity("report", "", "sums"): {
            "key": "sums",
            "entity": "order",
            "measures": [{"key": "all", "function": "sum", "field": "total"}],
        },
    }
    rows = read_row_sets({"data/region.csv": b"ref,name\nnorth,North\n"}, [])
    package = Package(
        Manifest(format=1, key="orders", version="1.0.0"), {k: normal(t) for k, t in trees.items()}, rows=rows
    )
    return Stack().with_package(read_package(FOLDER / "base")).with_package(package)


def given_tests(**found: Any) -> dict[str, PackageTest]:
    return {"tests/orders.json": msgspec.convert({"records": GIVEN, **found}, PackageTest)}


def told(verdicts: list[Verdict]) -> dict[str, list[str]]:
    return {each.pointer: [problem.code for problem in each.problems] for each in verdicts}


def test_saves_are_accepted_and_refused_as_expected() -> None:
    found = run_tests(
        stack(),
        given_tests(
            saves=[
                {
                    "entity": "order",
                    "as": "ann",
                    "values": {"name": "A", "price": "3"},
                    "gives": {"number": 1, "total": 3},
                },
                {"entity": "order", "values": {}, "refused": [{"code": "required", "field": "name"}]},
                {"entity": "order", "record": "second", "values": {"region": "north"}, "gives": {"region": "north"}},
                {"entity": "order", "as": "ann", "record": "second", "refused": [{"code": "record.not_found"}]},
                {"entity": "order", "values": {"name": "A"}, "gives": {"number": 2}},
                {"entity": "order", "values": {"name": "A"}, "refused": [{"code": "required"}]},
                {"entity": "order", "values": {}, "refused": [{"code": "not_unique"}]},
                {"entity": "order", "values": {}},
                {"entity": "order", "values": {"name": "A", "region": "south"}},
                {"entity": "order", "as": "bob", "values": {"name": "A"}},
                {"entity": "ghost", "values": {}},
            ]
        ),
    )
    assert told(found) == {
        "/saves/0": [],
        "/saves/1": [],
        "/saves/2": [],
        "/saves/3": [],
        "/saves/4": ["test.otherwise"],
        "/saves/5": ["test.accepted"],
        "/saves/6": ["test.not_refused", "required"],
        "/saves/7": ["required"],
        "/saves/8": ["test.unknown_ref"],
        "/saves/9": ["test.unknown_ref"],
        "/saves/10": ["query.unknown_entity"],
    }


def test_totals_reports_and_lists_are_those_of_the_role() -> None:
    found = run_tests(
        stack(),
        given_tests(
            totals=[
                {"entity": "order", "equals": 2},
                {"entity": "order", "as": "ann", "equals": 1},
                {"entity": "order", "sum": "total", "equals": "11.00"},
                {"entity": "order", "where": "price > 2", "equals": 2},
                {"entity": "order", "where": "nonsense", "equals": 0},
            ],
            reports=[
                {"report": "sums", "total": {"all": 11}},
                {"report": "sums", "as": "ann", "total": {"all": "10.0"}},
                {"report": "sums", "total": {"all": 10, "none": 0}},
                {"report": "ghost", "total": {}},
            ],
            lists=[
                {"entity": "order", "list": "late", "rows": ["second"]},
                {"entity": "order", "list": "late", "as": "ann", "rows": []},
                {"entity": "order", "list": "late", "rows": ["first", "second"]},
                {"entity": "order", "list": "ghost", "rows": []},
            ],
        ),
    )
    assert told(found) == {
        "/totals/0": [],
        "/totals/1": [],
        "/totals/2": [],
        "/totals/3": ["test.otherwise"],
        "/totals/4": ["expression.unknown_field"],
        "/reports/0": [],
        "/reports/1": [],
        "/reports/2": ["test.otherwise", "unknown.measure"],
        "/reports/3": ["report.unknown"],
        "/lists/0": [],
        "/lists/1": [],
        "/lists/2": ["test.otherwise"],
        "/lists/3": ["list.unknown"],
    }


def test_records_that_can_not_be_made_are_told_instead() -> None:
    given = [*GIVEN, {"entity": "order", "values": {"price": "much"}}]
    found = run_tests(stack(), given_tests(records=given, totals=[{"entity": "order", "equals": 3}]))
    assert told(found) == {"/records/3": ["number.not_a_number", "required"]}


def test_one_expectation_leaves_nothing_for_the_next() -> None:
    one = {"entity": "order", "values": {"name": "A"}}
    found = run_tests(stack(), given_tests(saves=[one, one], totals=[{"entity": "order", "equals": 2}]))
    assert [each.is_passed for each in found] == [True, True, True]


def test_an_upgrade_tells_what_it_breaks_and_mends() -> None:
    expected = given_tests(
        saves=[
            {"entity": "order", "values": {"name": "A"}, "gives": {"number": 1}},
            {"entity": "order", "values": {"name": "A"}, "gives": {"number": 2}},
            {"entity": "order", "values": {"name": "A", "size": 1}},
        ]
    )
    later = [{**each, "default": "2"} if each["key"] == "number" else each for each in FIELDS]
    found = compare(stack(), stack(fields=later), expected)
    assert [each.pointer for each in found.broken] == ["/saves/0"]
    assert [each.pointer for each in found.still_failing] == ["/saves/2"]
    assert found.mended == 1
    assert [message.code for message, _ in found.told()] == ["test.passed", "test.broken", "test.failed", "test.mended"]


@pytest.mark.parametrize(
    ("wanted", "found", "alike"),
    [
        ("10.00", "10", True),
        (10, "10.0", True),
        ("a", "a", True),
        ("1,0", "1.0", False),
        (None, None, True),
        (None, 0, False),
        (True, 1, False),
        ("5.00", [{"amount": "5.00", "currency": "EUR"}], True),
        ({"amount": "5", "currency": "USD"}, [{"amount": "5.00", "currency": "EUR"}], False),
        ("5.00", [{"amount": "5.00", "currency": "EUR"}, {"amount": "5.00", "currency": "USD"}], False),
        (["a", "b"], ("a", "b"), True),
        (["a"], ["a", "b"], False),
    ],
)
def test_values_are_the_same_by_what_they_are_worth(wanted: Any, found: Any, alike: bool) -> None:
    assert same(wanted, found) is alike


def test_what_we_ship_passes_its_tests() -> None:
    sales = read_package(FOLDER / "sales")
    whole = Stack().with_package(read_package(FOLDER / "base")).with_package(sales)
    verdicts = run_tests(whole, sales.tests)
    assert len(verdicts) >= 10
    assert [each for each in verdicts if not each.is_passed] == []
