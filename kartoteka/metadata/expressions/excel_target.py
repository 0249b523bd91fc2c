"""Tree to a live Excel formula.

Excel takes an empty cell for 0 and compares texts without regard to case; the formulas are written so that they answer
as the other targets do: a calculation with an empty cell is empty (`""` is Excel's NULL), texts are compared exactly.
Functions newer than Excel 2007 are avoided, for they need prefixes and are unknown to other programs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kartoteka.metadata.expressions.checking import Scope, check
from kartoteka.metadata.expressions.errors import ExpressionError
from kartoteka.metadata.expressions.functions import FUNCTIONS
from kartoteka.metadata.expressions.kinds import BOOLEAN, DATE, DATETIME, NUMBER, TEXT, TIME, Kind
from kartoteka.metadata.expressions.printing import unparse
from kartoteka.metadata.expressions.python_target import as_function, emptiness_test
from kartoteka.metadata.expressions.signatures import Param, Written
from kartoteka.metadata.expressions.tree import (
    Binary,
    Call,
    Literal,
    Logic,
    Membership,
    Name,
    Node,
    Path,
    Related,
    Unary,
)

LONGEST = 8000
"""Characters; Excel takes 8,192."""
LONGEST_TEXT = 255
"""Characters of a text literal in a formula."""

_ISO_DATE = '(TEXT(YEAR({0}),"0000")&"-"&TEXT(MONTH({0}),"00")&"-"&TEXT(DAY({0}),"00"))'
_CLOCK = '(TEXT(HOUR({0}),"00")&":"&TEXT(MINUTE({0}),"00"))'
_WRITTEN = {DATE: _ISO_DATE, DATETIME: f'({_ISO_DATE}&" "&{_CLOCK})', TIME: _CLOCK}


def compile_excel(node: Node, cell: Callable[[Path], str], scope: Scope) -> str:
    """Return the formula, without the leading equals sign, over the cells that hold the fields.

    Raises ExpressionError `expression.no_excel` for what Excel can't say: ME(), lists, the order of texts.
    """
    return _Writer(cell, scope).whole(node)


@dataclass(frozen=True, slots=True)
class _Sum:
    """A calculation in the making: its text, and the cells that must hold a number for it to have an answer."""

    text: str
    cells: tuple[str, ...]

    def closed(self) -> str:
        """Return the calculation as a value: empty where there is no answer."""
        if not self.cells:
            return f'IFERROR({self.text},"")'
        return f'IF(COUNT({",".join(self.cells)})<{len(self.cells)},"",IFERROR({self.text},""))'


class _Writer:
    def __init__(self, cell: Callable[[Path], str], scope: Scope) -> None:
        self.cell = cell
        self.scope = scope

    def whole(self, node: Node) -> str:
        """Return a value that stands alone: an empty cell as an empty text, not as 0."""
        if isinstance(node, Name):
            cell = self.cell(node.path)
            return f'IF({cell}="","",{cell})'
        return self.value(node)

    def value(self, node: Node) -> str:
        """Return a value within a formula. Raises ExpressionError where Excel has no words, or too few, for it."""
        text = self._value(node)
        if len(text) > LONGEST:
            raise ExpressionError("expression.no_excel", {"reason": "too_long", "part": unparse(node)[:80]}, node.span)
        return text

    def _kind(self, node: Node) -> Kind:
        return check(node, self.scope)

    def impossible(self, node: Node, reason: str) -> ExpressionError:
        """Return the refusal of what Excel can't say."""
        return ExpressionError("expression.no_excel", {"reason": reason, "part": unparse(node)[:80]}, node.span)

    def _value(self, node: Node) -> str:
        match node:
            case Literal(value=value):
                return self._literal(node, value)
            case Name(path=path):
                return self.cell(path)
            case Binary(operator="&", left=left, right=right):
                return f"({self.written(left)}&{self.written(right)})"
            case Call():
                return self._call(node)
            case Related():
                raise self.impossible(node, "related")
            case Unary(operator="-") | Binary(operator="+" | "-" | "*" | "/" | "^"):
                return self._sum(node).closed()
        return self._test(node)

    def _test(self, node: Unary | Binary | Logic | Membership) -> str:
        match node:
            case Unary(operator="NOT", operand=operand):
                return f"NOT({self.truth(operand)})"
            case Logic(operator=operator, operands=operands):
                return f"{operator}({','.join(self.truth(operand) for operand in operands)})"
            case Membership(subject=subject, options=options, negated=negated):
                equal = f"OR({','.join(self.compared('=', subject, option) for option in options)})"
                return f'AND({self.whole(subject)}<>"",NOT({equal}))' if negated else equal
            case Binary(operator="CONTAINS" | "STARTS WITH"):
                return self.value(as_function(node))
            case Binary(operator="=" | "<>" | "<" | "<=" | ">" | ">=" as operator, left=left, right=right):
                if tested := emptiness_test(node):
                    return f'({self.value(tested)}{operator}"")'
                return self.compared(operator, left, right)
        raise self.impossible(node, "list")

    def _literal(self, node: Node, value: Any) -> str:
        match value:
            case None:
                return '""'
            case bool():
                return "TRUE" if value else "FALSE"
            case str():
                if len(value) > LONGEST_TEXT:
                    raise self.impossible(node, "too_long")
                return '"' + value.replace('"', '""') + '"'
        return format(value, "f")

    def truth(self, node: Node) -> str:
        """Return a truth value; an empty one is FALSE."""
        nullable = isinstance(node, Name | Literal | Call)
        return f"(N({self.value(node)})<>0)" if nullable else self.value(node)

    def compared(self, operator: str, left: Node, right: Node) -> str:
        """Return a comparison, which is FALSE where there is nothing to compare."""
        kind = self._kind(left)
        a, b = self.value(left), self.value(right)
        if TEXT in {kind, self._kind(right)}:
            if operator not in {"=", "<>"}:
                raise self.impossible(left, "text_order")
            exact = f"EXACT({a},{b})"
            return f'AND({a}<>"",{b}<>"",{exact if operator == "=" else f"NOT({exact})"})'
        if kind == BOOLEAN:
            return f'AND({self.whole(left)}<>"",{self.whole(right)}<>"",{a}{operator}{b})'
        # Ten decimal places, as in the other targets; COUNT tells numbers and dates from empty cells.
        return f"IF(COUNT({a},{b})<2,FALSE,ROUND(N({a})-N({b}),10){operator}0)"

    def written(self, node: Node) -> str:
        """Return a value as text joining writes it."""
        kind, text = self._kind(node), self.value(node)
        if kind == NUMBER:
            return f'IF(COUNT({text})=0,"",ROUND(N({text}),10)&"")'
        if kind not in _WRITTEN:
            return text
        return f'IF({text}="","",{_WRITTEN[kind].format(text)})'

    # --- calculation ---

    def _sum(self, node: Node) -> _Sum:
        match node:
            case Name(path=path) if self._kind(node) in {NUMBER, DATE, DATETIME, TIME}:
                return _Sum(self.cell(path), (self.cell(path),))
            case Unary(operator="-", operand=operand):
                inner = self._sum(operand)
                return _Sum(
                    f"-({inner.text})" if not isinstance(operand, Name | Literal) else f"-{inner.text}", inner.cells
                )
            case Binary(operator="+" | "-" | "*" | "/" | "^" as operator, left=left, right=right):
                a, b = self._sum(left), self._sum(right)
                if DATE in {self._kind(left), self._kind(right)} and NUMBER in {self._kind(left), self._kind(right)}:
                    a, b = self._whole_days(left, a), self._whole_days(right, b)
                return _Sum(f"{_bracketed(left, a)}{operator}{_bracketed(right, b)}", _united(a.cells, b.cells))
        return _Sum(self.value(node), ())

    def _whole_days(self, node: Node, part: _Sum) -> _Sum:
        return _Sum(f"TRUNC({part.text})", part.cells) if self._kind(node) == NUMBER else part

    # --- functions ---

    def _call(self, node: Call) -> str:
        function = FUNCTIONS[node.function]
        if expanded := function.expanded(node):
            return self.value(expanded)
        given = function.arguments(node)
        if isinstance(function.excel, Written):
            return function.excel.formula(self, [part for part, _ in given])
        if function.excel is None:
            raise self.impossible(node, "function")
        parts: list[str] = []
        cells: tuple[str, ...] = ()
        measured = False
        for argument, param in given:
            if param.kinds in {(TEXT,), (BOOLEAN,)} or function.takes_nulls:
                parts.append(self._taken(argument, param))
                continue
            inner, measured = self._sum(argument), True
            parts.append(inner.text)
            cells = _united(cells, inner.cells)
        text = function.excel.format(*parts) if isinstance(function.excel, str) else function.excel(parts)
        if not measured and (not parts or function.takes_nulls or function.result in {TEXT, BOOLEAN}):
            return text
        return _Sum(text, cells).closed()

    def _taken(self, node: Node, param: Param) -> str:
        """Return an argument whose emptiness is no matter."""
        if param.kinds == (BOOLEAN,):
            return self.truth(node)
        return f"LOWER({self.value(node)})" if param.handling == "lowered" else self.value(node)


def _bracketed(node: Node, part: _Sum) -> str:
    return part.text if isinstance(node, Name | Literal | Call) else f"({part.text})"


def _united(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*first, *second]))
