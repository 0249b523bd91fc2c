"""The SQL types of what expressions compute, and columns as expressions handle them."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
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
    literal_column,
    null,
    types,
)
from sqlalchemy.engine import Dialect

from kartoteka.metadata.columns import Moment, as_number
from kartoteka.metadata.expressions.arithmetic import at_midnight, is_empty
from kartoteka.metadata.expressions.clocks import Clock
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


def inside(column: Column, clock: Clock) -> Column:
    """Return a stored column as expressions handle its values: numbers for numbers, moments on the actor's clock."""
    element = as_number(column)
    if isinstance(column.type, types.TypeDecorator) and not isinstance(column.type, Moment):
        impl: types.TypeEngine[Any] = column.type.impl_instance
    else:
        impl = column.type
    if isinstance(impl, Numeric | Integer | Float):
        return Phrase("number", element, type_=NUMBER_TYPE)
    if isinstance(impl, DateTime | Moment):
        return on_wall(column, clock)
    return column


def on_wall(element: Column, clock: Clock) -> Column:
    """Return a moment as the clock shows it."""
    return _shifted(element, clock.first, clock.later, CLOCK_TYPE)


def moment_of(element: Column, clock: Clock) -> Column:
    """Return the moment of a time that the clock shows."""
    return _shifted(element, -clock.first, tuple((since, -each) for since, each in clock.local_changes), Moment())


Changes = tuple[tuple[datetime, int], ...]


def _shifted(element: Column, first: int, later: Changes, type_: types.TypeEngine[Any]) -> Column:
    """Return a moment moved by the seconds that are in force at it; the newest come first, as most records do."""
    if not later and not first and is_moment(element):
        return Phrase("same", element, type_=type_)
    seconds: Column = literal(first, WHOLE_TYPE)
    if later:
        seconds = Phrase("in_force", element, literal_column(_listed(first, later)), type_=WHOLE_TYPE)
    return Phrase("shifted", element, seconds, type_=type_)


@lru_cache(maxsize=1000)
def _listed(first: int, later: Changes) -> str:
    """Return the offsets as the phrase takes them; it is part of the statement, since it differs from zone to zone."""
    return "|".join([str(first), *(f"{since.isoformat(' ', 'microseconds')}={seconds}" for since, seconds in later)])


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


def stored(value: Any, column: Column, clock: Clock) -> Any:
    """Return a computed value as the column's own type binds it, so that a comparison can use an index.

    None if the column can't be compared with it as it stands: a date column with a moment, a moment with a time in the
    night when the clock is changed.
    """
    if is_moment(column):
        wall = at_midnight(value)
        return clock.moment_of(wall) if clock.is_shown_once(wall) else None
    if isinstance(value, datetime):
        return None
    if isinstance(value, Decimal) and isinstance(column.type, Integer):
        return int(value) if value == value.to_integral_value() else literal(value, NUMBER_TYPE)
    return value
