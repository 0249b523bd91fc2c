"""Sums, differences and products of stored numbers, which SQLite too calculates exactly: as whole numbers of units.

SQLite has no decimals. A calculation over fields is put together as one of whole numbers (`amount * 100 - price`, in
ten thousandths) and becomes a REAL only at its end, so that nothing is lost between two big sums. Beyond 64 bits SQLite
goes on with REAL by itself. PostgreSQL gets the same calculation over its NUMERICs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Integer, literal_column

from kartoteka.metadata.columns import ScaledDecimal
from kartoteka.metadata.expressions.sql_functions import Phrase
from kartoteka.metadata.expressions.sql_values import NUMBER_TYPE
from kartoteka.metadata.expressions.tree import Binary, Literal, Name, Node, Path, Unary

_MOST_PLACES = 18
_DEEPEST = 6


@dataclass(frozen=True, slots=True)
class _Whole:
    """A calculation: how SQLite writes it in units of 10 ** -places, how PostgreSQL writes it."""

    units: str
    number: str
    places: int

    def at(self, places: int) -> str:
        """Return the units of another scale."""
        return f"{self.units} * {10 ** (places - self.places)}" if places > self.places else self.units


def exact_calculation(node: Node, resolve: Callable[[Path], ColumnElement[Any]]) -> ColumnElement[Any] | None:
    """Return a calculation of stored numbers alone as a column; None for any other expression."""
    columns: list[ColumnElement[Any]] = []
    whole = _whole(node, resolve, columns, _DEEPEST) if isinstance(node, Unary | Binary) else None
    if whole is None or not columns or whole.places > _MOST_PLACES:
        return None
    plan: ColumnElement[str] = literal_column(f"{whole.places}|{whole.units}|{whole.number}")
    return Phrase("exact", plan, *columns, type_=NUMBER_TYPE)


def _whole(
    node: Node, resolve: Callable[[Path], ColumnElement[Any]], columns: list[ColumnElement[Any]], depth: int
) -> _Whole | None:
    match node:
        case Name(path=path):
            column = resolve(path)
            if not isinstance(column.type, ScaledDecimal | Integer):
                return None
            columns.append(column)
            place = f"{{{len(columns) - 1}}}"
            return _Whole(place, place, getattr(column.type, "scale", 0))
        case Literal(value=Decimal() as value):
            places = max(-int(value.as_tuple().exponent), 0)
            return _Whole(str(int(value.scaleb(places))), f"CAST({value:f} AS NUMERIC)", places)
        case Unary(operator="-", operand=operand) if depth:
            inner = _whole(operand, resolve, columns, depth - 1)
            return inner and _Whole(f"(- {inner.units})", f"(- {inner.number})", inner.places)
        case Binary(operator="+" | "-" | "*" as operator, left=left, right=right) if depth:
            a, b = (_whole(part, resolve, columns, depth - 1) for part in (left, right))
            return a and b and _joined(operator, a, b)
    return None


def _joined(operator: str, a: _Whole, b: _Whole) -> _Whole:
    number = f"({a.number} {operator} {b.number})"
    if operator == "*":
        return _Whole(f"({a.units} * {b.units})", number, a.places + b.places)
    places = max(a.places, b.places)
    return _Whole(f"({a.at(places)} {operator} {b.at(places)})", number, places)
