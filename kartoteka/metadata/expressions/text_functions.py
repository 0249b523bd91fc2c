"""Functions on texts. An empty text and NULL are the same thing to all of them."""

from __future__ import annotations

import re
from decimal import Decimal

from kartoteka.metadata.expressions.arithmetic import as_text
from kartoteka.metadata.expressions.kinds import BOOLEAN, DATE, DATETIME, NUMBER, TEXT, TIME
from kartoteka.metadata.expressions.signatures import Function, Param, fixed, many, number, text

_PLAIN_NUMBER = re.compile(r"[+-]?[0-9]{1,18}(\.[0-9]{1,10})?", re.ASCII)
_JOINED = Param("value", (TEXT, NUMBER, DATE, DATETIME, TIME))


def upper(value: str) -> str:
    """Return capital letters; those without a single capital (as in German, sharp s) stay."""
    return "".join(big if len(big := letter.upper()) == 1 else letter for letter in value)


def lower(value: str) -> str:
    """Return small letters."""
    return "".join(small if len(small := letter.lower()) == 1 else letter for letter in value)


def _left(value: str, count: int = 1) -> str:
    return value[: max(count, 0)]


def _right(value: str, count: int = 1) -> str:
    return value[-count:] if count > 0 else ""


def _mid(value: str, start: int, count: int) -> str:
    return value[max(start, 1) - 1 :][: max(count, 0)]


def _find(sought: str, value: str) -> Decimal | None:
    found = value.find(sought) + 1
    return Decimal(found) if sought and found else None


def _replace(value: str, old: str, new: str) -> str:
    return value.replace(old, new) if old else value


def _value(value: str) -> Decimal | None:
    trimmed = value.strip(" ")
    return Decimal(trimmed) if _PLAIN_NUMBER.fullmatch(trimmed) else None


def contains(value: str, part: str) -> bool:
    """Tell whether `part` stands in `value`, capital or small letters alike."""
    return bool(part) and lower(part) in lower(value)


def starts_with(value: str, part: str) -> bool:
    """Tell whether `value` begins with `part`, capital or small letters alike."""
    return bool(part) and lower(value).startswith(lower(part))


def _ends_with(value: str, part: str) -> bool:
    return bool(part) and lower(value).endswith(lower(part))


FUNCTIONS = (
    Function(
        "LEN",
        "text",
        "How many characters.",
        fixed(text()),
        NUMBER,
        lambda value: Decimal(len(value)),
        "LEN({0})",
    ),
    Function(
        "LEFT",
        "text [, count]",
        "The first characters (1).",
        fixed(text(), number("count", "whole"), optional=1),
        TEXT,
        _left,
        lambda given: f"LEFT({given[0]},MAX(0,{given[1] if len(given) > 1 else 1}))",
    ),
    Function(
        "RIGHT",
        "text [, count]",
        "The last characters (1).",
        fixed(text(), number("count", "whole"), optional=1),
        TEXT,
        _right,
        lambda given: f"RIGHT({given[0]},MAX(0,{given[1] if len(given) > 1 else 1}))",
    ),
    Function(
        "MID",
        "text, start, count",
        "So many characters from a place on; the first character is 1.",
        fixed(text(), number("start", "whole"), number("count", "whole")),
        TEXT,
        _mid,
        "MID({0},MAX(1,{1}),MAX(0,{2}))",
    ),
    Function("UPPER", "text", "In capital letters.", fixed(text()), TEXT, upper, "UPPER({0})"),
    Function("LOWER", "text", "In small letters.", fixed(text()), TEXT, lower, "LOWER({0})"),
    Function(
        "TRIM",
        "text",
        "Without spaces at both ends, and with single spaces between the words.",
        fixed(text()),
        TEXT,
        lambda value: " ".join(word for word in value.split(" ") if word),
        "TRIM({0})",
    ),
    Function(
        "CONCAT",
        "value, value ...",
        "All values as one text; the same as `value & value`.",
        many(_JOINED),
        TEXT,
        lambda *values: "".join(map(as_text, values)),
        takes_nulls=True,
    ),
    Function(
        "REPLACE",
        "text, old, new",
        "The text with every `old` replaced by `new`; capital letters matter.",
        fixed(text(), text("old"), text("new")),
        TEXT,
        _replace,
        "SUBSTITUTE({0},{1},{2})",
    ),
    Function(
        "CONTAINS",
        "text, part",
        "TRUE if the part stands somewhere in the text, capital or small letters alike.",
        fixed(text(), text("part")),
        BOOLEAN,
        contains,
        "AND(LEN({1})>0,ISNUMBER(FIND(LOWER({1}),LOWER({0}))))",
    ),
    Function(
        "STARTS_WITH",
        "text, part",
        "TRUE if the text begins with the part, capital or small letters alike.",
        fixed(text(), text("part")),
        BOOLEAN,
        starts_with,
        "AND(LEN({1})>0,EXACT(LEFT(LOWER({0}),LEN({1})),LOWER({1})))",
    ),
    Function(
        "ENDS_WITH",
        "text, part",
        "TRUE if the text ends with the part, capital or small letters alike.",
        fixed(text(), text("part")),
        BOOLEAN,
        _ends_with,
        "AND(LEN({1})>0,EXACT(RIGHT(LOWER({0}),LEN({1})),LOWER({1})))",
    ),
    Function(
        "FIND",
        "part, text",
        "At which character the part begins, nothing if it isn't there; capital letters matter.",
        fixed(text("part"), text()),
        NUMBER,
        _find,
        'IF(LEN({0})=0,"",IFERROR(FIND({0},{1}),""))',
    ),
    Function(
        "TEXT",
        "value",
        "A number or date as text: 1250.5, 2026-01-31, 2026-01-31 09:30, 09:30.",
        fixed(_JOINED),
        TEXT,
        as_text,
    ),
    Function(
        "VALUE",
        "text",
        "The number that a text such as `1250.5` spells; nothing for any other text.",
        fixed(text()),
        NUMBER,
        _value,
    ),
)
