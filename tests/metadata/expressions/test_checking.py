"""Kinds, and what is said when they don't go together."""

from __future__ import annotations

from typing import Any

import pytest

from kartoteka.metadata.expressions import ExpressionError, Kind, check, examine, parse
from kartoteka.metadata.expressions.kinds import BOOLEAN, DATE, DATETIME, NOTHING, NUMBER, TEXT, record
from tests.metadata.expressions.card import Deal


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("amount * 2", NUMBER),
        ("name & amount", TEXT),
        ("closing_date + 7", DATE),
        ("7 + closing_date", DATE),
        ("created_at - 1", DATETIME),
        ("closing_date - start", NUMBER),
        ("created_at - closing_date", NUMBER),
        ("created_at > TODAY()", BOOLEAN),
        ("IF(active, amount)", NUMBER),
        ("IF(active, NULL, name)", TEXT),
        ("COALESCE(owner, boss, ME())", record("user")),
        ("NULL", NOTHING),
        ('closing_date = ""', BOOLEAN),
        ("MAX(closing_date, TODAY())", DATE),
        ("MAX_OF(deal.parent, closing_date, active)", DATE),
        ("COUNT_OF(deal.parent)", NUMBER),
        ("ANY_OF(deal.parent, active)", BOOLEAN),
        ('SWITCH(stage, "won", 1, 0)', NUMBER),
    ],
)
def test_kinds(text: str, kind: Kind) -> None:
    assert check(parse(text), Deal()) == kind


@pytest.mark.parametrize(
    ("text", "code", "start", "params"),
    [
        ("amuont > 1", "expression.unknown_field", 0, {"field": "amuont", "suggestion": "amount"}),
        ("TODAY > 1", "expression.unknown_field", 0, {"field": "TODAY", "suggestion": "TODAY()"}),
        ("Amount > 1", "expression.unknown_field", 0, {"field": "Amount", "suggestion": "amount"}),
        ("amount > 1 AND qqqq", "expression.unknown_field", 15, {"field": "qqqq", "suggestion": None}),
        ("client.segmnt = 1", "expression.unknown_field", 0, {"suggestion": "client.segment"}),
        ('amount + "1"', "expression.kind_mismatch", 9, {"expected": ("number",), "suggestion": 'VALUE("1")'}),
        ("LEN(amount)", "expression.kind_mismatch", 4, {"found": "number", "suggestion": "TEXT(amount)"}),
        ("DAYS(created_at, start)", "expression.kind_mismatch", 5, {"suggestion": "DATE(created_at)"}),
        ("BETWEEN(amount, 1, closing_date)", "expression.mixed_kinds", 0, {"found": ("number", "date")}),
        ("NOT amount", "expression.kind_mismatch", 4, {"expected": ("boolean",), "found": "number"}),
        ('amount = "1"', "expression.kind_mismatch", 9, {"expected": ("number",), "found": "text"}),
        ("owner = parent", "expression.kind_mismatch", 8, {"expected": ("record (user)",)}),
        ('closing_date < "2026-01-01"', "expression.text_for_date", 15, {"suggestion": 'DATE("2026-01-01")'}),
        ('closing_date < "soon"', "expression.text_for_date", 15, {}),
        ("active > urgent", "expression.no_order", 0, {"found": "boolean"}),
        ('tags = "vip"', "expression.not_comparable", 7, {"found": "list"}),
        ('name HAS "x"', "expression.kind_mismatch", 0, {"expected": ("list",)}),
        ('stage = "wonn"', "expression.unknown_choice", 8, {"value": "wonn", "suggestion": "won"}),
        ('stage IN ("won", "lots")', "expression.unknown_choice", 17, {"suggestion": "lost"}),
        ("ROUND()", "expression.wrong_arguments", 0, {"usage": "ROUND(number [, places])", "found": 0}),
        ("IF(active, 1, name)", "expression.mixed_kinds", 0, {"found": ("boolean", "number", "text")}),
        ("DATE(1, 2)", "expression.wrong_arguments", 0, {}),
        ("SUM_OF(deal.parnet, amount)", "expression.unknown_records", 7, {"suggestion": "deal.parent"}),
        ("SUM_OF(deal.parent, amuont)", "expression.unknown_field", 20, {"suggestion": "amount"}),
        ("SUM_OF(deal.parent, name)", "expression.kind_mismatch", 20, {"suggestion": "VALUE(name)"}),
        ("SUM_OF(deal.parent)", "expression.wrong_arguments", 0, {"usage": "SUM_OF(records, number [, condition])"}),
        ("closing_date + start", "expression.kind_mismatch", 0, {}),
    ],
)
def test_problems(text: str, code: str, start: int, params: dict[str, Any]) -> None:
    with pytest.raises(ExpressionError) as caught:
        check(parse(text), Deal())
    assert (caught.value.code, caught.value.span.start) == (code, start)
    assert params.items() <= caught.value.params.items()


def test_every_problem_is_told_once() -> None:
    _, problems = examine(parse('NOT (qq + 1 > "a") AND LEN(xx, yy) = 2'), Deal())
    assert [p.code for p in problems] == [
        "expression.unknown_field",
        "expression.kind_mismatch",
        "expression.wrong_arguments",
        "expression.unknown_field",
        "expression.unknown_field",
    ]


def test_the_place_asks_for_a_kind() -> None:
    with pytest.raises(ExpressionError):
        check(parse("amount"), Deal(), BOOLEAN)
    assert check(parse("NULL"), Deal(), BOOLEAN) == NOTHING
