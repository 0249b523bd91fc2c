"""Text to tree and back, and what is said about texts that are none."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

import pytest

from kartoteka.metadata.expressions import FUNCTIONS, ExpressionError, names, parse, renamed, unparse
from kartoteka.metadata.expressions.other_names import _BY_NAME, _FOUND
from kartoteka.metadata.expressions.tree import Binary, Call, Literal, Logic, Membership, Name, Unary


def failure(text: str) -> ExpressionError:
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    return caught.value


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ('if(stage="won",amount*(1-discount/100),0)', 'IF(stage = "won", amount * (1 - discount / 100), 0)'),
        ("a and(b or c)and not d", "a AND (b OR c) AND NOT d"),
        ("(a or b) or (c or d)", "a OR b OR c OR d"),
        ("NOT (a AND b)", "NOT (a AND b)"),
        ("(NOT a) AND b", "NOT a AND b"),
        ("NOT (a = b)", "NOT a = b"),
        ("(NOT a) = b", "(NOT a) = b"),
        ("(a = b) = c", "(a = b) = c"),
        ("a - (b - c) - d", "a - (b - c) - d"),
        ("(a * b) + c", "a * b + c"),
        ("-2 ^ 2", "-2 ^ 2"),
        ("-(2 ^ 2)", "-(2 ^ 2)"),
        ("2 ^ (3 ^ 2)", "2 ^ (3 ^ 2)"),
        ("- -a", "--a"),
        ("a not  in (1,2) ", "a NOT IN (1, 2)"),
        ("not a in (1)", "NOT a IN (1)"),
        ('a starts   with "x"', 'a STARTS WITH "x"'),
        ('contains(has, "x") OR in HAS "y"', 'CONTAINS(has, "x") OR in HAS "y"'),
        ('"a""b"', '"a""b"'),
        ("true_north & falsely", "true_north & falsely"),
        ("Null", "NULL"),
        ("1.50", "1.50"),
        ("Sum_Of( deal.client ,x,  y)", "SUM_OF(deal.client, x, y)"),
        ("me()", "ME()"),
        ("\n a\t+\n b ", "a + b"),
    ],
)
def test_canonical_spelling(written: str, canonical: str) -> None:
    tree = parse(written)
    assert unparse(tree) == canonical
    assert parse(canonical) == tree


def test_the_tree() -> None:
    assert parse('-x * 2 > 1 OR y IN ("a") AND NOT ME() = z.id') == Logic(
        "OR",
        (
            Binary(">", Binary("*", Unary("-", Name(("x",))), Literal(parse("2").value)), parse("1")),  # type: ignore[union-attr]
            Logic(
                "AND",
                (
                    Membership(Name(("y",)), (Literal("a"),)),
                    Unary("NOT", Binary("=", Call("ME"), Name(("z", "id")))),
                ),
            ),
        ),
    )


def test_true_is_not_one() -> None:
    assert parse("TRUE") != parse("1")


def test_places() -> None:
    tree = parse("a +\n  IF(b, c.d, 1)")
    assert isinstance(tree, Binary)
    assert tree.right.span.place("a +\n  IF(b, c.d, 1)") == (2, 3)
    assert (tree.right.span.start, tree.right.span.end) == (6, 19)


def test_rename() -> None:
    tree = parse("client.segment = a AND IS_EMPTY(a) AND b.a > 1")
    assert names(tree) == {("client", "segment"), ("a",), ("b", "a")}
    new = renamed(tree, {("a",): ("z",), ("client", "segment"): ("client", "branch")})
    assert unparse(new) == "client.branch = z AND IS_EMPTY(z) AND b.a > 1"


@pytest.mark.parametrize(
    ("text", "code", "start"),
    [
        ("", "expression.syntax", 0),
        ("a +", "expression.syntax", 3),
        ("a b", "expression.syntax", 2),
        ("(a", "expression.syntax", 2),
        ("a)", "expression.syntax", 1),
        ("1 = 2 = 3", "expression.syntax", 6),
        ("a ! b", "expression.syntax", 2),
        ("a\n+ b\n ! c", "expression.syntax", 7),
        ("a IN ()", "expression.syntax", 6),
        ("a.", "expression.syntax", 1),
        ("'a'", "expression.syntax", 0),
        ('a & "b', "expression.unclosed_text", 4),
        ('"a\0b"', "expression.character", 2),
        ('"a\x1fb"', "expression.character", 2),
        ("\ud800", "expression.character", 0),
        ("1 + RUOND(1)", "expression.unknown_function", 4),
        ("__import__(1)", "expression.unknown_function", 0),
        ("SUM_OF(amount)", "expression.no_records", 7),
        ("COUNT_OF()", "expression.no_records", 0),
        ("SUM_OF(a.b.c, d)", "expression.no_records", 7),
        ("SUM_OF(a.b, " * 60 + "1" + ")" * 60, "expression.too_deep", 0),
        ("1234567890123456789", "expression.number_too_long", 0),
        ("0.12345678901", "expression.number_too_long", 0),
        ("a" + " " * 4000, "expression.too_long", 0),
        ("NOT " * 60 + "a", "expression.too_deep", 0),
        ("-" * 3999 + "a", "expression.too_big", 0),
        ("+".join(["a"] * 300), "expression.too_big", 0),
        ("1," * 100, "expression.syntax", 1),
        ("(" * 4000, "expression.syntax", 4000),
        ("IF(" * 1300, "expression.syntax", 3900),
    ],
)
def test_what_is_refused(text: str, code: str, start: int) -> None:
    error = failure(text)
    assert (error.code, error.span.start) == (code, start)


def test_what_was_expected() -> None:
    assert failure("a +").params == {"expected": ("value",), "found": ""}
    assert failure("IF(a").params == {"expected": ("operator", "comma", "closing_parenthesis"), "found": ""}
    assert failure("a b").params == {"expected": ("operator", "end"), "found": "b"}
    assert failure("RUOND(1)").params == {"function": "RUOND", "suggestion": "ROUND"}


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("a == b", "="),
        ("a != b", "<>"),
        ("a && b", "AND"),
        ("a || b", "OR"),
        ("IF(a; b; c)", ","),
        ("'a'", '"'),
        ("amount * 5%", "/ 100"),
        ("a ≤ b", "<="),
    ],
)
def test_signs_of_elsewhere(text: str, meant: str) -> None:
    assert failure(text).params["suggestion"] == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("SUBSTITUTE(a)", "REPLACE"),
        ("если(a)", "IF"),
        ("Dziś()", "TODAY"),
        ("isblank(a)", "IS_EMPTY"),
        ("CONCATT(a)", "CONCAT"),
        ("ZAOKR.GÓRA(a)", "ROUND_UP"),
        ("QQQQ(a)", None),
    ],
)
def test_functions_by_other_names(written: str, meant: str | None) -> None:
    assert failure(written).params["suggestion"] == meant


def test_other_names_lead_to_functions_and_are_none() -> None:
    assert set(_BY_NAME) <= set(FUNCTIONS)
    assert not set(_FOUND) & set(FUNCTIONS)
    assert len(_FOUND) == sum(len(others.split()) for others in _BY_NAME.values())


def test_the_place_is_told() -> None:
    assert failure("a +\n  * b").told("a +\n  * b").items() >= {"line": 2, "character": 3}.items()
    assert "line" not in failure("a + * b").told("a + * b")


def test_the_longest_and_deepest_are_taken() -> None:
    assert len(unparse(parse("a" * 4000))) == 4000
    parse("NOT " * 49 + "a")
    parse(" OR ".join(["a"] * 400))
    parse("(" * 1999 + "a" + ")" * 1999)


def test_naughty_texts_are_texts_or_refused(real: Path) -> None:
    codes = set()
    for naughty in json.loads((real / "blns.json").read_text(encoding="utf-8")):
        literal = '"' + naughty.replace('"', '""') + '"'
        try:
            tree = parse(literal)
        except ExpressionError as error:
            codes.add(error.code)
        else:
            assert tree == Literal(naughty)
            assert parse(unparse(tree)) == tree
        with suppress(ExpressionError):
            parse(naughty)
    assert codes <= {"expression.character"}
