"""What the operators mean, in Python. The other targets agree with what is written here."""

from __future__ import annotations

import math
from datetime import date, datetime, time, timedelta
from decimal import ROUND_DOWN, ROUND_HALF_UP, Context, Decimal
from typing import Any

CONTEXT = Context(prec=50, traps=[])
"""Precise enough for every product that a person means; nothing in it raises."""

TENTH_PLACE = Decimal("1e-10")
LARGEST_WHOLE = 4_000_000
LARGEST_POWER = Decimal("1e30")
LARGEST_EXPONENT = 1000
SECONDS_A_DAY = 86_400
SEPARATOR = "\x1f"
"""Stands before, between and behind the items of a stored list."""


def settled(number: Decimal | int) -> Decimal:
    """Return a number at ten decimal places, which is how numbers are compared: so 1 / 3 * 3 = 1."""
    exact = Decimal(number)
    if isinstance(number, int) or exact.adjusted() > 30:
        return exact
    return exact.quantize(TENTH_PLACE, ROUND_HALF_UP, CONTEXT)


def whole(number: Decimal | int) -> int:
    """Return a number without its fraction, kept within four million either way."""
    return int(min(max(settled(number), Decimal(-LARGEST_WHOLE)), Decimal(LARGEST_WHOLE)))


def calculate(operator: str, left: Any, right: Any) -> Any:  # noqa: PLR0911 - one for each case
    """Return `left operator right` for + - * / ^; NULL if either is NULL or there is no answer."""
    if left is None or right is None:
        return None
    if isinstance(left, date) or isinstance(right, date):
        return _with_dates(operator, left, right)
    match operator:
        case "+":
            return CONTEXT.add(left, right)
        case "-":
            return CONTEXT.subtract(left, right)
        case "*":
            return CONTEXT.multiply(left, right)
        case "/":
            return CONTEXT.divide(left, right) if settled(right) else None
    return power(Decimal(left), settled(right))


def power(base: Decimal, exponent: Decimal) -> Decimal | None:
    """Return base ^ exponent; NULL for a fractional or huge exponent, a huge result, or 0 ^ -1."""
    if exponent != exponent.to_integral_value() or abs(exponent) > LARGEST_EXPONENT:
        return None
    if not base:
        return Decimal(int(exponent == 0)) if exponent >= 0 else None
    if float(exponent) * math.log(abs(base)) > math.log(LARGEST_POWER):
        return None
    return CONTEXT.power(base, int(exponent))


def _with_dates(operator: str, left: Any, right: Any) -> Any:
    if isinstance(left, date) and isinstance(right, date):
        return days_between(left, right)
    start, days = (left, right) if isinstance(left, date) else (right, left)
    days = CONTEXT.minus(Decimal(days)) if operator == "-" else days
    return add_seconds(start, days) if isinstance(start, datetime) else add_days(start, whole(days))


def days_between(later: date, earlier: date) -> Decimal:
    """Return the days from `earlier` to `later`; moments count by whole seconds."""
    if isinstance(later, datetime) or isinstance(earlier, datetime):
        gap = at_midnight(later).replace(microsecond=0) - at_midnight(earlier).replace(microsecond=0)
        return CONTEXT.divide(Decimal(int(gap.total_seconds())), Decimal(SECONDS_A_DAY))
    return Decimal((later - earlier).days)


def add_days(start: date, days: int) -> date | None:
    """Return the date so many days later, NULL outside the years 1 to 9999."""
    try:
        return start + timedelta(days=days)
    except OverflowError:
        return None


def add_seconds(start: datetime, days: Decimal | int) -> datetime | None:
    """Return the moment so many days, or fractions of them, later."""
    seconds = (settled(CONTEXT.multiply(Decimal(days), SECONDS_A_DAY))).quantize(Decimal(1), ROUND_HALF_UP, CONTEXT)
    try:
        return start + timedelta(seconds=int(seconds))
    except OverflowError:
        return None


def at_midnight(value: date) -> datetime:
    """Return a date as the moment at which it begins; moments as they are."""
    return value if isinstance(value, datetime) else datetime.combine(value, time())


def comparable(left: Any, right: Any) -> tuple[Any, Any]:
    """Return two values that are not NULL in a form in which Python compares them as the language does."""
    if isinstance(left, date) and isinstance(right, date) and type(left) is not type(right):
        return at_midnight(left), at_midnight(right)
    return _exact(left), _exact(right)


def _exact(value: Any) -> Any:
    number = isinstance(value, Decimal | int) and not isinstance(value, bool)
    return settled(value) if number else value


def compare(operator: str, left: Any, right: Any) -> bool:  # noqa: PLR0911 - one for each case
    """Return `left operator right`; FALSE as soon as one of them is empty."""
    if is_empty(left) or is_empty(right):
        return False
    a, b = (left, right) if isinstance(left, str) else comparable(left, right)
    match operator:
        case "=":
            return bool(a == b)
        case "<>":
            return bool(a != b)
        case "<":
            return bool(a < b)
        case "<=":
            return bool(a <= b)
        case ">":
            return bool(a > b)
    return bool(a >= b)


def is_empty(value: Any) -> bool:
    """Tell whether a value is NULL, an empty text or an empty list."""
    return value is None or (isinstance(value, (str, tuple)) and not value)


def rounded(number: Decimal, places: int, rounding: str = ROUND_HALF_UP) -> Decimal:
    """Return the number rounded (halves away from zero) to so many places; negative ones round to tens, hundreds ..."""
    step = Decimal(1).scaleb(-max(min(places, 10), -10))
    units = CONTEXT.divide(number, step).quantize(Decimal(1), rounding, CONTEXT)
    return CONTEXT.multiply(units, step)


def without_fraction(number: Decimal) -> Decimal:
    """Return the number cut off towards zero."""
    return number.to_integral_value(ROUND_DOWN)


def as_text(value: Any) -> str:  # noqa: PLR0911 - one for each case
    """Return a value as `&` and TEXT write it: plain digits, ISO dates, nothing for NULL."""
    match value:
        case None:
            return ""
        case bool():
            return "TRUE" if value else "FALSE"
        case datetime():
            return f"{value.year:04d}-{value:%m-%d %H:%M}"
        case date():
            return value.isoformat()
        case time():
            return f"{value:%H:%M}"
        case Decimal() | int():
            return _digits(settled(value))
    return str(value)


def _digits(number: Decimal) -> str:
    text = format(number or abs(number), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
