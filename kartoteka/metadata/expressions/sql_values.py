"""The SQL types of what expressions compute, and columns as expressions handle them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Date,
    DateTime,
    Float,
    Integer,
    Numeric,
    Text,
    Time,
    literal,
    null,
    types,
)
from sqlalchemy.engine import Dialect

from kartoteka.metadata.columns import Moment, as_number
from kartoteka.metadata.expressions.arithmetic import at_midnight, is_empty
from kartoteka.metadata.expressions.sql_functions import Phrase


class Computed(types.TypeDecorator[Decimal]):
    """A computed number: NUMERIC on PostgreSQL, REAL of 15 digits on SQLite, a Decimal in Python on both."""

    impl = Numeric
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> types.TypeEngine[Any]:
        """Choose how it travels."""
        return dialect.type_descriptor(Float() if dialect.name == "sqlite" else Numeric())

    def process_bind_param(self, value: Decimal | int | None, dialect: Dialect) -> Any:
        """SQLite's driver knows no Decimal."""
        return float(value) if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """Return the digits that REAL holds for certain."""
        return Decimal(format(value, ".15g")) if isinstance(value, float) else value


NUMBER_TYPE = Computed()
TEXT_TYPE = Text()
BOOLEAN_TYPE = Boolean()
DATE_TYPE = Date()
TIME_TYPE = Time()
CLOCK_TYPE = DateTime()
"""A moment on the actor's clock, naive; `Moment` is the stored one, in UTC."""
WHOLE_TYPE = Integer()

Column = ColumnElement[Any]


def is_number(element: Column) -> bool:
    """Tell whether the element's values are numbers, or ids."""
    return isinstance(element.type, Computed | Numeric | Integer | Float)


def is_text(element: Column) -> bool:
    """Tell whether the element's values are texts, or lists stored as one."""
    return isinstance(element.type, types.String)


def is_moment(element: Column) -> bool:
    """Tell whether the element's values are moments."""
    return isinstance(element.type, DateTime | Moment)


def is_null(element: Column) -> bool:
    """Tell whether the element is the literal NULL, which has no kind."""
    return isinstance(element.type, types.NullType)


def inside(column: Column, offset: timedelta) -> Column:
    """Return a stored column as expressions handle its values: numbers for numbers, moments on the actor's clock."""
    element = as_number(column)
    if isinstance(column.type, types.TypeDecorator) and not isinstance(column.type, Moment):
        impl: types.TypeEngine[Any] = column.type.impl_instance
    else:
        impl = column.type
    if isinstance(impl, Numeric | Integer | Float):
        return Phrase("number", element, type_=NUMBER_TYPE)
    if isinstance(impl, DateTime | Moment):
        return shifted(column, offset, CLOCK_TYPE)
    return column


def shifted(element: Column, offset: timedelta, type_: types.TypeEngine[Any]) -> Column:
    """Return the moment moved by a fixed offset; needed only where the clock isn't UTC."""
    seconds = int(offset.total_seconds())
    if not seconds and is_moment(element):
        return Phrase("same", element, type_=type_)
    return Phrase("shifted", element, literal(seconds, WHOLE_TYPE), type_=type_)


def constant(value: Any) -> Column:
    """Return a value that was computed in Python (moments naive, on the actor's clock) as a bound parameter."""
    if is_empty(value):
        return null()
    type_: types.TypeEngine[Any]
    match value:
        case bool():
            type_ = BOOLEAN_TYPE
        case str():
            type_ = TEXT_TYPE
        case datetime():
            type_ = CLOCK_TYPE
        case date():
            type_ = DATE_TYPE
        case time():
            type_ = TIME_TYPE
        case _:
            type_ = NUMBER_TYPE
    return literal(value, type_)


def stored(value: Any, column: Column, offset: timedelta) -> Any:
    """Return a computed value as the column's own type binds it, so that a comparison can use an index.

    None if the column can't be compared with it as it stands: a date column with a moment.
    """
    if is_moment(column):
        return _in_utc(at_midnight(value), offset)
    if isinstance(value, datetime):
        return None
    if isinstance(value, Decimal) and isinstance(column.type, Integer):
        return int(value) if value == value.to_integral_value() else literal(value, NUMBER_TYPE)
    return value


def _in_utc(local: datetime, offset: timedelta) -> datetime | None:
    try:
        return (local - offset).replace(tzinfo=UTC)
    except OverflowError:
        return None
