"""Functions that make texts: joined, replaced, padded, written out, and read as numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from kartoteka.metadata.expressions.arithmetic import as_text
from kartoteka.metadata.expressions.kinds import BOOLEAN, NUMBER, TEXT
from kartoteka.metadata.expressions.signatures import (
    WRITABLE,
    ExcelTerms,
    Function,
    Written,
    fixed,
    many,
    number,
    text,
)
from kartoteka.metadata.expressions.sql_fragments import settled
from kartoteka.metadata.expressions.tree import Literal, Node

LONGEST = 100_000
"""Characters that a function makes out of fewer; where they would be more the result is nothing."""
_WIDEST = 1000
_PLAIN_NUMBER = re.compile(r"[+-]?[0-9]{1,18}(\.[0-9]{1,10})?", re.ASCII)
_TEXT, _PART = text(), text("part")

_SIGNLESS = "(substr(trim({0}, ' '), 1 + (substr(trim({0}, ' '), 1, 1) IN ('+', '-'))))"
_POINT = f"(instr({_SIGNLESS} || '.', '.'))"
_IS_NUMBER = (
    f"{_SIGNLESS} NOT GLOB '*[^0-9.]*' AND {_SIGNLESS} NOT GLOB '*.*.*' AND {_SIGNLESS} GLOB '*[0-9]' "
    f"AND {_POINT} BETWEEN 2 AND 19 AND length({_SIGNLESS}) - {_POINT} <= 10",
    "btrim({0}, ' ') ~ '^[+-]?[0-9]{{1,18}}([.][0-9]{{1,10}})?$'",
)
_GROWTH = (
    "(length({0}) - length(replace({0}, {1}, ''))) / max(length({1}), 1) * (length({2}) - length({1}))",
    "CAST(length({0}) - length(replace({0}, {1}, '')) AS BIGINT) / greatest(length({1}), 1) "
    "* (length({2}) - length({1}))",
)
_REPLACED = tuple(
    f"CASE WHEN {growth} <= 0 OR length({{0}}) + {growth} <= {LONGEST} THEN replace({{0}}, {{1}}, {{2}}) END"
    for growth in _GROWTH
)
_TIMES = f"min(max({{1}}, 0), {LONGEST})", f"(least(greatest({{1}}, 0), {LONGEST}) + 0 * {{1}})"
_MISSING = f"(min({{1}}, {_WIDEST}) - length({{0}}))", f"(least({{1}}, {_WIDEST}) + 0 * {{1}} - length({{0}}))"
_PADDED = (
    f"CASE WHEN {_MISSING[0]} > 0 AND {{2}} <> '' "
    f"THEN replace(hex(zeroblob({_MISSING[0]})), '00', substr({{2}}, 1, 1)) "
    "WHEN {1} IS NOT NULL THEN '' END",
    f"CASE WHEN {{1}} IS NOT NULL THEN repeat(left({{2}}, 1), greatest({_MISSING[1]}, 0)) END",
)
_PADDING = f"REPT(LEFT({{2}},1),MAX(0,MIN({_WIDEST},TRUNC({{1}}))-LEN({{0}})))"
_MOST_IN_A_CELL = 32_767
_ASCII = 128


def _replace(value: str, old: str, new: str) -> str | None:
    if not old:
        return value
    growth = value.count(old) * (len(new) - len(old))
    return value.replace(old, new) if growth <= 0 or len(value) + growth <= LONGEST else None


def _repeat(value: str, count: int) -> str | None:
    return value * count if len(value) * min(max(count, 0), LONGEST) <= LONGEST else None


def _pad_left(value: str, length: int, fill: str) -> str:
    return value.rjust(min(length, _WIDEST), fill[0]) if fill else value


def _pad_right(value: str, length: int, fill: str) -> str:
    return value.ljust(min(length, _WIDEST), fill[0]) if fill else value


def _join(separator: str, *values: str) -> str:
    return separator.join(filter(None, values))


def _value(value: str) -> Decimal | None:
    trimmed = value.strip(" ")
    return Decimal(trimmed) if _PLAIN_NUMBER.fullmatch(trimmed) else None


def _char(code: int) -> str | None:
    is_one = code in {9, 10, 13} or 32 <= code <= 0xD7FF or 0xE000 <= code <= 0x10FFFF
    return chr(code) if is_one else None


def _sql_joined(parts: Sequence[str]) -> str:
    return "(" + " || ".join(parts) + ")"


def _sql_join(parts: Sequence[str]) -> str:
    separator, *rest = parts
    joined = " || ".join(f"coalesce(s || nullif({part}, ''), '')" for part in rest)
    return f"(SELECT substr({joined}, length(s) + 1) FROM (SELECT {separator} AS s) AS _j)"


def _excel_join(terms: ExcelTerms, given: Sequence[Node]) -> str:
    separator = terms.value(given[0])
    written = [terms.written(part) for part in given[1:]]
    joined = "&".join(f'IF({part}="","",{separator}&{part})' for part in written)
    return f"MID({joined},LEN({separator})+1,{_MOST_IN_A_CELL})"


def _excel_char(terms: ExcelTerms, given: Sequence[Node]) -> str:
    code = given[0].value if isinstance(given[0], Literal) else None
    if not isinstance(code, Decimal) or not code < _ASCII or _char(int(code)) is None:
        raise terms.impossible(given[0], "function")  # beyond ASCII it is up to the machine's code page
    return f"CHAR({int(code)})"


FUNCTIONS = (
    Function(
        name="CONCAT",
        shape=many(WRITABLE),
        result=TEXT,
        description="All values as one text; the same as `value & value`.",
        example=('CONCAT("No. ", 7, "/", DATE(2026, 1, 31))', '"No. 7/2026-01-31"'),
        python=lambda *values: "".join(values),
        sql=(_sql_joined, _sql_joined),
        excel=Written(lambda terms, given: f"({'&'.join(map(terms.written, given))})"),
        takes_nulls=True,
    ),
    Function(
        name="JOIN",
        shape=many(WRITABLE, (text("separator"),)),
        result=TEXT,
        description="The values that are not empty as one text, with a separator between them.",
        example=('JOIN(", ", "Kraków", "", "Polska")', '"Kraków, Polska"'),
        python=_join,
        sql=(_sql_join, _sql_join),
        excel=Written(_excel_join),
        takes_nulls=True,
    ),
    Function(
        name="TRIM",
        shape=fixed(_TEXT),
        result=TEXT,
        description="Without spaces at both ends, and with single spaces between the words.",
        example=('TRIM("  Jan   Kowalski ")', '"Jan Kowalski"'),
        python=lambda value: " ".join(word for word in value.split(" ") if word),
        sql=(
            "trim(replace(replace(replace({0}, ' ', char(1) || char(2)), char(2) || char(1), ''), "
            "char(1) || char(2), ' '), ' ')",
            "btrim(regexp_replace({0}, ' +', ' ', 'g'), ' ')",
        ),
        excel="TRIM({0})",
    ),
    Function(
        name="REPLACE",
        shape=fixed(_TEXT, text("old"), text("new")),
        result=TEXT,
        description="The text with every `old` replaced by `new`; capital letters matter.",
        example=('REPLACE("2026/01/31", "/", "-")', '"2026-01-31"'),
        python=_replace,
        sql=(_REPLACED[0], _REPLACED[1]),
        excel="SUBSTITUTE({0},{1},{2})",
    ),
    Function(
        name="REPEAT",
        shape=fixed(_TEXT, number("count", "whole")),
        result=TEXT,
        description="The text so many times, one behind the other; nothing beyond 100,000 characters.",
        example=('REPEAT("★", 3)', '"★★★"'),
        python=_repeat,
        sql=(
            f"CASE WHEN length({{0}}) * {_TIMES[0]} <= {LONGEST} "
            f"THEN replace(hex(zeroblob({_TIMES[0]})), '00', {{0}}) END",
            f"CASE WHEN CAST(length({{0}}) AS BIGINT) * {_TIMES[1]} <= {LONGEST} THEN repeat({{0}}, {_TIMES[1]}) END",
        ),
        excel=f"REPT({{0}},MAX(0,MIN({_MOST_IN_A_CELL},TRUNC({{1}}))))",
    ),
    Function(
        name="PAD_LEFT",
        shape=fixed(_TEXT, number("length", "whole"), text("fill").or_else(" ")),
        result=TEXT,
        description="The text with a character (space) before it until it is so long, at most 1,000 characters.",
        example=('PAD_LEFT(TEXT(42), 5, "0")', '"00042"'),
        python=_pad_left,
        sql=(f"({_PADDED[0]} || {{0}})", f"({_PADDED[1]} || {{0}})"),
        excel=f"{_PADDING}&{{0}}",
    ),
    Function(
        name="PAD_RIGHT",
        shape=fixed(_TEXT, number("length", "whole"), text("fill").or_else(" ")),
        result=TEXT,
        description="The text with a character (space) behind it until it is so long, at most 1,000 characters.",
        example=('PAD_RIGHT("ab", 4, ".")', '"ab.."'),
        python=_pad_right,
        sql=(f"({{0}} || {_PADDED[0]})", f"({{0}} || {_PADDED[1]})"),
        excel=f"{{0}}&{_PADDING}",
    ),
    Function(
        name="TEXT",
        shape=fixed(replace(WRITABLE, handling="plain")),
        result=TEXT,
        description="A number or date as text: 1250.5, 2026-01-31, 2026-01-31 09:30, 09:30.",
        example=("TEXT(1250.50)", '"1250.5"'),
        python=as_text,
        sql={
            "number": (
                f"CASE WHEN abs({{0}}) >= 0.001 AND abs({{0}}) < 1e15 "
                f"THEN rtrim(rtrim(CAST({settled('{0}')} AS TEXT), '0'), '.') "
                f"WHEN {{0}} IS NOT NULL THEN rtrim(rtrim(printf('%.10f', {settled('{0}')} + 0.0), '0'), '.') END",
                "CAST(trim_scale(round({0}, 10)) AS TEXT)",
            ),
            "date": ("{0}", "to_char({0}, 'YYYY-MM-DD')"),
            "datetime": ("substr({0}, 1, 16)", "to_char({0}, 'YYYY-MM-DD HH24:MI')"),
            "time": ("substr({0}, 1, 5)", "to_char({0}, 'HH24:MI')"),
            "text": ("{0}", "{0}"),
        },
        excel=Written(lambda terms, given: terms.written(given[0])),
    ),
    Function(
        name="VALUE",
        shape=fixed(_TEXT),
        result=NUMBER,
        description="The number that a text such as `1250.5` spells; nothing for any other text.",
        example=('VALUE("1250.5") + 1', "1251.5"),
        python=_value,
        sql=(
            f"CASE WHEN {_IS_NUMBER[0]} THEN CAST(trim({{0}}, ' ') AS REAL) END",
            f"CASE WHEN {_IS_NUMBER[1]} THEN CAST(btrim({{0}}, ' ') AS NUMERIC) END",
        ),
    ),
    Function(
        name="IS_NUMBER",
        shape=fixed(_TEXT),
        result=BOOLEAN,
        description="TRUE if the text spells a number such as `1250.5`.",
        example=('IS_NUMBER("12 pcs")', "FALSE"),
        python=lambda value: _value(value) is not None,
        sql=(f"({_IS_NUMBER[0]})", f"({_IS_NUMBER[1]})"),
    ),
    Function(
        name="CHAR",
        shape=fixed(number("code", "whole")),
        result=TEXT,
        description="The character with that Unicode number: `CHAR(10)` is a new line.",
        example=("CHAR(8364)", '"€"'),
        python=_char,
        sql=(
            "CASE WHEN {0} IN (9, 10, 13) OR {0} BETWEEN 32 AND 55295 OR {0} BETWEEN 57344 AND 1114111 "
            "THEN char({0}) END",
            "CASE WHEN {0} IN (9, 10, 13) OR {0} BETWEEN 32 AND 55295 OR {0} BETWEEN 57344 AND 1114111 "
            "THEN chr({0}) END",
        ),
        excel=Written(_excel_char),
    ),
    Function(
        name="CODE",
        shape=fixed(_TEXT),
        result=NUMBER,
        description="The Unicode number of the first character; nothing for an empty text.",
        example=('CODE("€")', "8364"),
        python=lambda value: Decimal(ord(value[0])) if value else None,
        sql=("(unicode({0}) + 0.0)", "CASE WHEN {0} <> '' THEN CAST(ascii({0}) AS NUMERIC) END"),
    ),
)
