"""What a filter row or a `f.<field>=value` parameter means, as text of the expression language.

`condition` knows operators by name; which of them a field offers says its type (`FieldType.operators`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, time, timedelta
from decimal import Decimal

from kartoteka.metadata.expressions.kinds import DATETIME, TIME
from kartoteka.metadata.fieldtypes.base import FieldType, InvalidValue
from kartoteka.metadata.fieldtypes.dates import read_date
from kartoteka.metadata.locales import Locale

MOST_VALUES = 200
LONGEST = 4000
"""Characters that an expression may have."""


def condition(path: str, field_type: FieldType, operator: str, values: list[str], locale: Locale) -> str:
    """Return the condition that `operator` says of the field at `path`, with the values as a person typed them.

    Raises InvalidValue for a value that the field can't have, for too few or too many values, and for an operator
    that the type doesn't offer.
    """
    if operator not in field_type.operators:
        raise InvalidValue("filter.unknown_operator", operator=operator)
    if operator in _WITHOUT_VALUE:
        return _WITHOUT_VALUE[operator].format(path)
    given = [value for value in (value.strip() for value in values) if value]
    fewest, most = _COUNTS.get(operator, (1, 1))
    if not fewest <= len(given) <= most:
        raise InvalidValue("filter.value_count", fewest=fewest, most=most)
    written = _written(path, field_type, operator, given, locale)
    if len(written) > LONGEST:
        raise InvalidValue("filter.too_long", max=LONGEST)
    return written


def shorthand(path: str, field_type: FieldType, text: str, locale: Locale) -> str:
    """Return the condition that `f.<field>=text` means. Raises InvalidValue.

    Texts: contains. Choices, links and lists: any of a comma list. Numbers, dates and times: `10`, `10..20`, `..20`,
    `10..`, `>10`, `>=10`, `<10`, `<=10`. Yes and no: as a person writes them. Of every type: `-` is empty, `*` is not;
    of people: `me`.
    """
    wanted, operators = text.strip(), field_type.operators
    if wanted in _EMPTINESS:
        return condition(path, field_type, _EMPTINESS[wanted], [], locale)
    if wanted == "me" and "is_me" in operators:
        return condition(path, field_type, "is_me", [], locale)
    if "is_true" in operators:
        return condition(path, field_type, "is_true" if field_type.parse(wanted, locale) else "is_false", [], locale)
    if "between" in operators:
        return _range(path, field_type, wanted, locale)
    if "contains" in operators:
        return condition(path, field_type, "contains", [wanted], locale)
    operator = next((name for name in ("is_any_of", "has_any") if name in operators), "is_any_of")
    return condition(path, field_type, operator, wanted.split(","), locale)


_EMPTINESS = {"-": "is_empty", "*": "is_not_empty"}
_WITHOUT_VALUE = {
    "is_empty": "IS_EMPTY({0})",
    "is_not_empty": "NOT IS_EMPTY({0})",
    "is_true": "{0} = TRUE",
    "is_false": "{0} = FALSE",
    "is_me": "{0} = ME()",
}
_COUNTS = {
    "between": (2, 2),
    **dict.fromkeys(("is_any_of", "is_none_of", "has_any", "has_all", "has_none"), (1, MOST_VALUES)),
}
_BOUNDS = re.compile(r"(?P<low>.*?)\.\.(?P<high>.*)", re.DOTALL)
_SIGNS = {">=": "at_least", "<=": "at_most", ">": "more", "<": "less"}


def _range(path: str, field_type: FieldType, text: str, locale: Locale) -> str:
    for sign, operator in _SIGNS.items():
        if text.startswith(sign):
            return condition(path, field_type, operator, [text.removeprefix(sign)], locale)
    found = _BOUNDS.fullmatch(text)
    if not found:
        return condition(path, field_type, "equals", [text], locale)
    low, high = found["low"].strip(), found["high"].strip()
    if low and high:
        return condition(path, field_type, "between", [low, high], locale)
    return condition(path, field_type, "at_least" if low else "at_most", [low or high], locale)


def _written(path: str, field_type: FieldType, operator: str, values: list[str], locale: Locale) -> str:
    if operator in ("contains", "starts_with"):
        word = "CONTAINS" if operator == "contains" else "STARTS WITH"
        return f"{path} {word} {_quoted(field_type.sought(values[0]))}"
    if field_type.kind == DATETIME:
        days = [read_date(value, locale) for value in values]
        return _DAYS[operator](path, [(_day(day), _day(_next(day))) for day in days])
    subject = f"HOUR({path}) * 60 + MINUTE({path})" if field_type.kind == TIME else path
    return _WRITERS[operator](subject, [word for value in values for word in _literals(value, field_type, locale)])


def _literals(text: str, field_type: FieldType, locale: Locale) -> list[str]:
    """Return what a person typed as the language writes it, several for a list. Raises InvalidValue."""
    match field_type.operand(field_type.parse(text, locale)):
        case date() as day:
            return [_day(day)]
        case time() as clock:
            return [str(clock.hour * 60 + clock.minute)]
        case int() | Decimal() as number:
            return [f"{number:f}" if isinstance(number, Decimal) else str(number)]
        case tuple() as items:
            return [_quoted(item) for item in items]
        case str() as word:
            return [_quoted(word)]
    raise InvalidValue("filter.no_value", text=text[:60])


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _day(day: date) -> str:
    return f'DATE("{day.isoformat()}")'


def _next(day: date) -> date:
    try:
        return day + timedelta(days=1)
    except OverflowError:
        raise InvalidValue("date.not_a_date", text=day.isoformat()) from None


Writer = Callable[[str, list[str]], str]
_WRITERS: dict[str, Writer] = {
    "equals": lambda path, v: f"{path} = {v[0]}",
    # NOT, since an empty value is certainly not the given one, while a comparison with it never holds.
    "not_equals": lambda path, v: f"NOT {path} = {v[0]}",
    "less": lambda path, v: f"{path} < {v[0]}",
    "at_most": lambda path, v: f"{path} <= {v[0]}",
    "more": lambda path, v: f"{path} > {v[0]}",
    "at_least": lambda path, v: f"{path} >= {v[0]}",
    "between": lambda path, v: f"({path} >= {v[0]} AND {path} <= {v[1]})",
    "is_any_of": lambda path, v: f"{path} IN ({', '.join(v)})",
    "is_none_of": lambda path, v: f"NOT {path} IN ({', '.join(v)})",
    "has_any": lambda path, v: _joined(" OR ", [f"{path} HAS {item}" for item in v]),
    "has_all": lambda path, v: _joined(" AND ", [f"{path} HAS {item}" for item in v]),
    "has_none": lambda path, v: _joined(" AND ", [f"NOT {path} HAS {item}" for item in v]),
}

DayWriter = Callable[[str, list[tuple[str, str]]], str]
_DAYS: dict[str, DayWriter] = {
    # A moment is filtered by days, on the clock of whoever looks: from where one begins to where the next one does.
    "equals": lambda path, v: f"({path} >= {v[0][0]} AND {path} < {v[0][1]})",
    "not_equals": lambda path, v: f"NOT ({path} >= {v[0][0]} AND {path} < {v[0][1]})",
    "less": lambda path, v: f"{path} < {v[0][0]}",
    "at_most": lambda path, v: f"{path} < {v[0][1]}",
    "more": lambda path, v: f"{path} >= {v[0][1]}",
    "at_least": lambda path, v: f"{path} >= {v[0][0]}",
    "between": lambda path, v: f"({path} >= {v[0][0]} AND {path} < {v[1][1]})",
}


def _joined(word: str, conditions: list[str]) -> str:
    return conditions[0] if len(conditions) == 1 else f"({word.join(conditions)})"
