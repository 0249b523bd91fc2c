"""SQL column types that behave alike on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, DateTime, Float, Integer, Numeric, Text, func, types
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import BindParameter, Null
from sqlalchemy.sql.functions import FunctionElement

DIGITS = 18
"""At most so many digits a decimal has: what a 64-bit integer holds on SQLite."""


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """A column that a field needs. `role` is empty for the value itself, else `currency`, `sort` ..."""

    role: str
    type: types.TypeEngine[Any]


@cache
def exact_text() -> types.TypeEngine[Any]:
    """Return a text type that compares by code point on both databases."""
    return Text().with_variant(Text(collation="C"), "postgresql")


class Moment(types.TypeDecorator[datetime]):
    """A moment: aware UTC in Python, naive UTC in the database."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return naive UTC."""
        return value.astimezone(UTC).replace(tzinfo=None) if value is not None else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return aware UTC."""
        return value.replace(tzinfo=UTC) if value is not None else None

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        """Return the same in one step where the database gives a text: exports read millions of values."""
        return _read_moment if dialect.name == "sqlite" else super().result_processor(dialect, coltype)


def _read_moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text).replace(tzinfo=UTC)


class CalculatedNumber(types.TypeDecorator[Decimal]):
    """A number that the database calculates: NUMERIC on PostgreSQL, floating point on SQLite, Decimal in Python."""

    impl = Numeric
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> types.TypeEngine[Any]:
        """Choose how it is calculated."""
        return dialect.type_descriptor(Float() if dialect.name == "sqlite" else Numeric())

    def process_bind_param(self, value: Decimal | float | None, dialect: Dialect) -> Decimal | float | None:
        """Return what the driver takes."""
        return float(value) if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """Return a decimal: of a float the shortest that means it."""
        if value is None or isinstance(value, Decimal):
            return value
        return Decimal(repr(value))


class plain_number(FunctionElement[Decimal]):  # noqa: N801 - SQL functions are written in lower case
    """A scaled decimal as the number that it means, for arithmetic."""

    inherit_cache = True
    type = CalculatedNumber()

    def __init__(self, element: ColumnElement[Any], scale: int) -> None:
        self.scale = scale  # follows from the element's type, which is part of the cache key
        super().__init__(element)


@compiles(plain_number)
def _plain_number(element: plain_number, compiler: Any, **kw: Any) -> str:
    return str(compiler.process(element.clauses, **kw))


@compiles(plain_number, "sqlite")
def _plain_number_sqlite(element: plain_number, compiler: Any, **kw: Any) -> str:
    return f"({compiler.process(element.clauses, **kw)} / {10**element.scale}.0)"


class exact_total(FunctionElement[Any]):  # noqa: N801
    """A sum that does not overflow; see `total`."""

    inherit_cache = True

    def __init__(self, element: ColumnElement[Any]) -> None:
        super().__init__(element)
        self.type = element.type


@compiles(exact_total)
def _exact_total(element: exact_total, compiler: Any, **kw: Any) -> str:
    return f"sum({compiler.process(element.clauses, **kw)})"


@compiles(exact_total, "sqlite")
def _exact_total_sqlite(element: exact_total, compiler: Any, **kw: Any) -> str:
    """Add up billions and units apart: SQLite's sum() of whole numbers fails beyond 64 bits, its `*` and `+` don't."""
    inner = compiler.process(element.clauses, **kw)
    if not isinstance(element.type, ScaledDecimal | Integer):
        return f"sum({inner})"
    return f"(sum(({inner}) / 1000000000) * 1000000000 + sum(({inner}) % 1000000000))"


class ScaledDecimal(types.TypeDecorator[Decimal]):
    """A decimal of fixed scale: NUMERIC on PostgreSQL, a whole number of the smallest unit on SQLite.

    Comparing with a value keeps an index usable; arithmetic works on the number that is meant.
    """

    impl = Numeric
    cache_ok = True

    def __init__(self, scale: int) -> None:
        self.scale = scale
        super().__init__(DIGITS, scale)

    def load_dialect_impl(self, dialect: Dialect) -> types.TypeEngine[Any]:
        """Choose how it is stored."""
        return dialect.type_descriptor(BigInteger() if dialect.name == "sqlite" else Numeric(DIGITS, self.scale))

    def process_bind_param(self, value: Decimal | int | None, dialect: Dialect) -> Decimal | int | None:
        """Return what is stored; a value compared with may have more places than the column."""
        if value is None or dialect.name != "sqlite":
            return value
        scaled = Decimal(value) * 10**self.scale
        whole = int(scaled)
        fits = scaled == whole and abs(whole) < 2**63
        return whole if fits else float(scaled)  # type: ignore[return-value]

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """Return the decimal with exactly `scale` places."""
        if value is None:
            return None
        return Decimal(value).scaleb(-self.scale) if dialect.name == "sqlite" else Decimal(value)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        """Return the same in one step: exports read millions of values."""
        if dialect.name != "sqlite":
            return super().result_processor(dialect, coltype)
        places = -self.scale
        return lambda value: None if value is None else Decimal(value).scaleb(places)

    class Comparator(types.TypeDecorator.Comparator[Decimal]):
        """Take the plain number wherever something else than a given value is involved."""

        def operate(self, op: operators.OperatorType, *other: Any, **kwargs: Any) -> ColumnElement[Any]:
            """Compare stored with stored, calculate with numbers."""
            if _is_comparison(op) and all(_is_value(o) for o in other):
                return super().operate(op, *other, **kwargs)
            if op in _ORDERING:
                return super().operate(op, *other, **kwargs)
            result: ColumnElement[Any] = op(as_number(self.expr), *(as_number(o) for o in other), **kwargs)
            return result

    @property
    def comparator_factory(self) -> Callable[[Any], types.TypeDecorator.Comparator[Decimal]]:  # type: ignore[override]
        """SQLAlchemy asks a TypeDecorator for it per instance."""
        return ScaledDecimal.Comparator


_COMPARISONS = {operators.eq, operators.ne, operators.lt, operators.le, operators.gt, operators.ge}
_COMPARISONS |= {operators.in_op, operators.not_in_op, operators.is_, operators.is_not, operators.between_op}
_ORDERING = {operators.asc_op, operators.desc_op, operators.nulls_first_op, operators.nulls_last_op}


def _is_comparison(op: operators.OperatorType) -> bool:
    return op in _COMPARISONS


def _is_value(other: Any) -> bool:
    return not isinstance(other, ColumnElement) or isinstance(other, BindParameter | Null)


def as_number(element: Any) -> Any:
    """Return a column element fit for arithmetic and number functions; other things as they are."""
    if isinstance(element, ColumnElement) and isinstance(element.type, ScaledDecimal):
        return plain_number(element, element.type.scale)
    return element


def total(element: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return the sum of a number column: exact while it fits into 18 digits, never an overflow.

    (`func.sum`, `func.min` and `func.max` of a ScaledDecimal are right too; other functions need `as_number`.)
    """
    return exact_total(element)


def average(element: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return the average of a number column."""
    return func.avg(as_number(element), type_=CalculatedNumber())
