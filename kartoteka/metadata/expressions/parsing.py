"""Text to tree."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from typing import Any

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken, VisitError

from kartoteka.metadata.expressions.errors import ExpressionError, Span
from kartoteka.metadata.expressions.functions import FUNCTIONS
from kartoteka.metadata.expressions.grammar import GRAMMAR, in_words, meant_at
from kartoteka.metadata.expressions.other_names import meant_by
from kartoteka.metadata.expressions.tree import (
    Binary,
    Call,
    Literal,
    Membership,
    Name,
    Node,
    Related,
    Unary,
    depth,
    logic,
    walk_all,
)

LONGEST = 4000
"""Characters."""
DEEPEST = 50
MOST_NODES = 500
MOST_DIGITS = 18
"""Before the decimal point of a number; at most PLACES after it."""
PLACES = 10

_FORBIDDEN = re.compile("[\x00\x1f\ud800-\udfff]")
"""What no database text holds, and the mark that separates the items of a stored list."""
_WORD_BEFORE = re.compile(r"([\w.]+)\s*$")
_CONSTANTS = {"TRUE": True, "FALSE": False, "NULL": None}


@lru_cache(maxsize=2000)
def parse(text: str) -> Node:
    """Return the tree of an expression. Raises ExpressionError, and nothing else, when it is none."""
    _check_text(text)
    try:
        tree: Node = _parser().parse(text)
    except VisitError as error:
        if isinstance(error.orig_exc, ExpressionError):
            raise error.orig_exc from None
        raise
    except UnexpectedInput as error:
        raise _syntax_error(text, error) from None
    _check_size(tree)
    return tree


def _check_text(text: str) -> None:
    if len(text) > LONGEST:
        raise ExpressionError("expression.too_long", {"length": len(text), "limit": LONGEST})
    if not text.strip():
        raise ExpressionError("expression.syntax", {"expected": ("value",), "found": ""})
    if bad := _FORBIDDEN.search(text):
        found = f"U+{ord(bad.group()):04X}"
        raise ExpressionError("expression.character", {"found": found}, Span(bad.start(), bad.end()))


def _check_size(tree: Node) -> None:
    span = Span(tree.span.start, tree.span.end)
    count = sum(1 for _ in walk_all(tree))
    if count > MOST_NODES:
        raise ExpressionError("expression.too_big", {"parts": count, "limit": MOST_NODES}, span)
    if depth(tree) > DEEPEST:
        raise ExpressionError("expression.too_deep", {"limit": DEEPEST}, span)


def _syntax_error(text: str, error: UnexpectedInput) -> ExpressionError:
    match error:
        case UnexpectedToken(token=token, accepts=accepts, expected=expected):
            found = "" if token.type == "$END" else str(token)
            start = len(text) if token.type == "$END" else token.start_pos or 0
            wanted = in_words(set(accepts or expected))
        case UnexpectedCharacters(allowed=allowed, line=line, column=column):
            start = _offset(text, line, column)
            found, wanted = text[start], in_words(set(allowed or ()))
        case _:
            found, start, wanted = "", len(text), ("value",)
    if found == '"':
        return ExpressionError("expression.unclosed_text", {}, Span(start, len(text)))
    params: dict[str, Any] = {"expected": wanted, "found": found}
    if meant := _function_before(text, start) if found == "(" else meant_at(text, start):
        params["suggestion"] = meant
    return ExpressionError("expression.syntax", params, Span(start, start + len(found)))


def _function_before(text: str, start: int) -> str | None:
    """Return the function that a name with points in it was meant to be, as Excel has them in Polish."""
    named = _WORD_BEFORE.search(text[:start])
    return meant_by(named.group(1), FUNCTIONS) if named else None


def _offset(text: str, line: int, column: int) -> int:
    """Return the offset of a place that the lexer tells by line and column, both counted from 1."""
    lines = text.split("\n")
    return sum(len(before) + 1 for before in lines[: line - 1]) + column - 1


def _span(first: Token | Node, last: Token | Node) -> Span:
    start = first.start_pos if isinstance(first, Token) else first.span.start
    end = last.end_pos if isinstance(last, Token) else last.span.end
    return Span(start if start is not None else 0, end if end is not None else 0)


def _operator(token: Token) -> str:
    return " ".join(token.upper().split())


def _related(name: Token, arguments: tuple[Node, ...], closing: Token) -> Node:
    """Return a function over related records. Raises ExpressionError where nothing names them."""
    function = FUNCTIONS[name.upper()]
    match arguments:
        case (Name(path=(entity, link), span=source), *rest):
            return Related(function.name, entity, link, tuple(rest), _span(name, closing), source)
    span = arguments[0].span if arguments else _span(name, closing)
    raise ExpressionError("expression.no_records", {"function": function.name, "usage": function.usage}, span)


@v_args(inline=True)
class _Builder(Transformer[Token, Node]):
    """Makes nodes while the parser runs, so that no depth of nesting needs Python's stack."""

    def start(self, node: Node) -> Node:
        return node

    def group(self, node: Node, _closing: Token) -> Node:
        return node

    def list(self, *nodes: Node) -> tuple[Node, ...]:
        return nodes

    def number(self, token: Token) -> Node:
        whole, _, fraction = token.partition(".")
        if len(whole.lstrip("0")) > MOST_DIGITS or len(fraction) > PLACES:
            params = {"digits": MOST_DIGITS, "places": PLACES}
            raise ExpressionError("expression.number_too_long", params, _span(token, token))
        return Literal(Decimal(token), _span(token, token))

    def string(self, token: Token) -> Node:
        return Literal(token[1:-1].replace('""', '"'), _span(token, token))

    def constant(self, token: Token) -> Node:
        return Literal(_CONSTANTS[token.upper()], _span(token, token))

    def name(self, token: Token) -> Node:
        return Name(tuple(token.split(".")), _span(token, token))

    def unary(self, operator: Token, operand: Node) -> Node:
        return Unary(_operator(operator), operand, _span(operator, operand))

    def binary(self, left: Node, operator: Token, right: Node) -> Node:
        return Binary(_operator(operator), left, right, _span(left, right))

    def logic(self, left: Node, operator: Token, right: Node) -> Node:
        return logic(_operator(operator), (left, right), _span(left, right))

    def membership(self, subject: Node, operator: Token, options: tuple[Node, ...], closing: Token) -> Node:
        return Membership(subject, options, operator.type == "NOT_IN", _span(subject, closing))

    def call(self, name: Token, arguments: tuple[Node, ...] | None, closing: Token) -> Node:
        function = name.upper()
        if function not in FUNCTIONS:
            params: dict[str, Any] = {"function": str(name), "suggestion": meant_by(name, FUNCTIONS)}
            raise ExpressionError("expression.unknown_function", params, _span(name, name))
        if FUNCTIONS[function].over_related:
            return _related(name, arguments or (), closing)
        return Call(function, arguments or (), _span(name, closing))


@lru_cache(maxsize=1)
def _parser() -> Any:
    """Return the parser; its tables are built once, at first use."""
    build: Callable[..., Any] = Lark
    return build(GRAMMAR, parser="lalr", transformer=_Builder(), maybe_placeholders=True)
