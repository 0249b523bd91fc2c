"""Tree to SQL: a column expression for either database, made of bound values and the caller's columns.

A condition is written so that an index stays usable: `stage = "won"` becomes `stage = :p`. There NULL already counts as
FALSE; where a truth value is needed as a value, or under NOT, it is made two-valued with coalesce.
"""

from __future__ import annotations

import operator as operators
from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, and_, false, not_, or_, true

from kartoteka.metadata.expressions.arithmetic import is_empty
from kartoteka.metadata.expressions.python_target import Context, as_function, emptiness_test, is_folded_search
from kartoteka.metadata.expressions.sql_functions import Phrase
from kartoteka.metadata.expressions.sql_terms import Column, Relate, Resolve, ResolveFolded, Terms, alike
from kartoteka.metadata.expressions.sql_values import (
    BOOLEAN_TYPE,
    TEXT_TYPE,
    is_moment,
    is_null,
    is_text,
    moment_of,
    stored,
)
from kartoteka.metadata.expressions.tree import Binary, Call, Logic, Membership, Name, Node, Unary, is_constant
from kartoteka.metadata.folding import fold

_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "=": operators.eq,
    "<>": operators.ne,
    "<": operators.lt,
    "<=": operators.le,
    ">": operators.gt,
    ">=": operators.ge,
}
_MIRRORED = {"=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


def compile_sql(
    node: Node,
    resolve: Resolve,
    context: Context,
    folded: ResolveFolded | None = None,
    relate: Relate | None = None,
) -> Column:
    """Return the expression's value as a column: numbers as Decimal, moments aware, empty texts as NULL.

    `resolve` gives the column of a field: numbers of any numeric type, dates Date, moments Moment, lists as text whose
    items are delimited by U+001F, links as ids. `folded` gives the column that holds a field's folded text, or None;
    `relate` the records of another card type that link to the record.
    """
    compiler = _Compiler(resolve, folded or (lambda _path: None), context, relate)
    value = compiler.value(node)
    if is_null(value):
        return value
    return moment_of(value, context.clock) if is_moment(value) else compiler.settled_text(value)


def compile_condition(
    node: Node,
    resolve: Resolve,
    context: Context,
    folded: ResolveFolded | None = None,
    relate: Relate | None = None,
) -> Column:
    """Return the expression as a condition for WHERE, in which NULL means no; parameters as for `compile_sql`."""
    return _Compiler(resolve, folded or (lambda _path: None), context, relate).condition(node)


def _compared(operator: str, left: Column, right: Any) -> Column:
    compared: Column = _COMPARE[operator](left, right)
    return compared


def _by_code_point(element: Column) -> Column:
    return Phrase("by_code_point", element, type_=TEXT_TYPE)


def _like(column: Column, before: str, part: str, after: str) -> Column:
    escaped = part.replace("/", "//").replace("%", "/%").replace("_", "/_")
    return column.like(f"{before}{escaped}{after}", escape="/")


class _Compiler(Terms):
    """Compiles truth values; the other values are the business of `Terms`."""

    def condition(self, node: Node) -> Column:  # noqa: PLR0911 - one for each case
        """Return a truth value in which NULL means no."""
        if is_constant(node):
            return true() if self.known(node) else false()
        match node:
            case Logic(operator=operator, operands=operands):
                join = and_ if operator == "AND" else or_
                return join(*[self.condition(operand) for operand in operands])
            case Unary(operator="NOT", operand=operand):
                return not_(self.two_valued(operand))
            case Membership():
                return self._membership(node)
            case Binary(operator="HAS"):
                return self._has(node)
            case Binary(operator="CONTAINS" | "STARTS WITH"):
                return self._search(node)
            case Binary(operator=operator) if operator in _COMPARE:
                if tested := emptiness_test(node):
                    return self.empty(tested) if operator == "=" else not_(self.empty(tested))
                return self._compare(operator, node.left, node.right)
        value = self.value(node)
        return false() if is_null(value) else value

    def two_valued(self, node: Node) -> Column:
        """Return a truth value that is never NULL."""
        if is_constant(node):
            return self.condition(node)
        match node:
            case Logic(operator=operator, operands=operands):
                join = and_ if operator == "AND" else or_
                return join(*[self.two_valued(operand) for operand in operands])
            case Unary(operator="NOT") | Call(function="IS_EMPTY"):
                return self.condition(node)
            case Binary() if emptiness_test(node):
                return self.condition(node)
        return Phrase("truth", self.condition(node), type_=BOOLEAN_TYPE)

    def _compare(self, operator: str, left: Node, right: Node) -> Column:
        """Compare by value; plain column against parameter where that is all there is to it."""
        if isinstance(left, Name) and is_constant(right):
            plain = self._plain(operator, self.resolve(left.path), self.known(right))
            if plain is not None:
                return plain
        if isinstance(right, Name) and is_constant(left):
            plain = self._plain(_MIRRORED[operator], self.resolve(right.path), self.known(left))
            if plain is not None:
                return plain
        a, b = self.operand(left), self.operand(right)
        if is_null(a) or is_null(b):
            return false()
        a, b = alike(a, b)
        if is_text(a) and operator not in {"=", "<>"}:
            a = _by_code_point(a)
        return _compared(operator, a, b)

    def _plain(self, operator: str, column: Column, value: Any) -> Column | None:
        if is_empty(value):
            return false()
        bound = stored(value, column, self.context.clock)
        if bound is None:
            return None
        if isinstance(bound, bool):
            bound = true() if bound else false()
        if not is_text(column):
            return _compared(operator, column, bound)
        ordered = column if operator in {"=", "<>"} else _by_code_point(column)
        if operator in {"=", ">", ">="}:
            return _compared(operator, ordered, bound)
        return and_(_compared(operator, ordered, bound), column != "")

    def _membership(self, node: Membership) -> Column:
        if isinstance(node.subject, Name) and all(is_constant(option) for option in node.options):
            column = self.resolve(node.subject.path)
            known = [value for option in node.options if not is_empty(value := self.known(option))]
            bound = [stored(value, column, self.context.clock) for value in known]
            if not any(one is None for one in bound):
                given = [value for value in bound if not isinstance(value, ColumnElement)]
                if node.negated:
                    return and_(column.not_in(given), not_(self.empty(node.subject)))
                return column.in_(given)
        equal = [self._compare("=", node.subject, option) for option in node.options]
        if not node.negated:
            return or_(*equal)
        unequal = [not_(Phrase("truth", one, type_=BOOLEAN_TYPE)) for one in equal]
        return and_(not_(self.empty(node.subject)), *unequal)

    def empty(self, node: Node) -> Column:
        """Return whether there is no value, or an empty text."""
        if isinstance(node, Name):
            column = self.resolve(node.path)
            return or_(column.is_(None), column == "") if is_text(column) else column.is_(None)
        value = self.value(node)
        return true() if is_null(value) else self.settled_text(value).is_(None)

    def _has(self, node: Binary) -> Column:
        items, item = self.value(node.left), self.value(node.right)
        if is_null(items) or is_null(item):
            return false()
        found = Phrase("has", items, item, type_=BOOLEAN_TYPE)
        return and_(item != "", found) if not is_constant(node.right) else found

    def _search(self, node: Binary) -> Column:
        if is_folded_search(node) and isinstance(node.left, Name):
            column = self.folded(node.left.path)
            part = fold(self.known(node.right) or "")
            if not part:
                return false()
            if column is not None:
                return _like(column, "%" if node.operator == "CONTAINS" else "", part, "%")
        return self.value(as_function(node))
