"""Functions on texts. An empty text and NULL are the same thing to all of them."""

from __future__ import annotations

from decimal import Decimal

from kartoteka.metadata.expressions.kinds import BOOLEAN, NUMBER, TEXT
from kartoteka.metadata.expressions.signatures import Function, fixed, number, text
from kartoteka.metadata.expressions.sql_fragments import in_any_letters

_COUNT = number("count", "whole")
_TEXT, _PART = text(), text("part")
_ANY_CASE = text(handling="lowered"), text("part", "lowered")
_IS_THERE = "{1} <> '' AND instr({0}, {1}) > 0", "{1} <> '' AND strpos({0}, {1}) > 0"


def upper(value: str) -> str:
    """Return capital letters; those without a single capital (as in German, sharp s) stay."""
    return "".join(big if len(big := letter.upper()) == 1 else letter for letter in value)


def lower(value: str) -> str:
    """Return small letters."""
    return "".join(small if len(small := letter.lower()) == 1 else letter for letter in value)


def _find(sought: str, value: str) -> Decimal | None:
    found = value.find(sought) + 1
    return Decimal(found) if sought and found else None


def _before(value: str, part: str) -> str:
    return value.partition(part)[0] if part else value


def _after(value: str, part: str) -> str:
    return value.partition(part)[2] if part else ""


FUNCTIONS = (
    Function(
        name="LEN",
        shape=fixed(_TEXT),
        result=NUMBER,
        description="How many characters.",
        example=('LEN("Łódź")', "4"),
        python=lambda value: Decimal(len(value)),
        sql=("(length({0}) + 0.0)", "CAST(length({0}) AS NUMERIC)"),
        excel="LEN({0})",
    ),
    Function(
        name="LEFT",
        shape=fixed(_TEXT, _COUNT.or_else(Decimal(1))),
        result=TEXT,
        description="The first characters (1).",
        example=('LEFT("Москва", 3)', '"Мос"'),
        python=lambda value, count: value[: max(count, 0)],
        sql=("substr({0}, 1, max({1}, 0))", "substr({0}, 1, greatest({1}, 0) + 0 * {1})"),
        excel="LEFT({0},MAX(0,{1}))",
    ),
    Function(
        name="RIGHT",
        shape=fixed(_TEXT, _COUNT.or_else(Decimal(1))),
        result=TEXT,
        description="The last characters (1).",
        example=('RIGHT("Москва", 3)', '"ква"'),
        python=lambda value, count: value[-count:] if count > 0 else "",
        sql=(
            "CASE WHEN {1} > 0 THEN substr({0}, -({1})) ELSE '' END",
            "CASE WHEN {1} > 0 THEN right({0}, {1}) ELSE '' END",
        ),
        excel="RIGHT({0},MAX(0,{1}))",
    ),
    Function(
        name="MID",
        shape=fixed(_TEXT, number("start", "whole"), _COUNT),
        result=TEXT,
        description="So many characters from a place on; the first character is 1.",
        example=('MID("Kartoteka", 4, 3)', '"tot"'),
        python=lambda value, start, count: value[max(start, 1) - 1 :][: max(count, 0)],
        sql=(
            "substr({0}, max({1}, 1), max({2}, 0))",
            "substr({0}, greatest({1}, 1) + 0 * {1}, greatest({2}, 0) + 0 * {2})",
        ),
        excel="MID({0},MAX(1,{1}),MAX(0,{2}))",
    ),
    Function(
        name="BEFORE",
        shape=fixed(_TEXT, _PART),
        result=TEXT,
        description="What stands before the part where it first occurs; the whole text if it doesn't.",
        example=('BEFORE("anna@example.com", "@")', '"anna"'),
        python=_before,
        sql=(
            f"CASE WHEN {_IS_THERE[0]} THEN substr({{0}}, 1, instr({{0}}, {{1}}) - 1) ELSE {{0}} END",
            f"CASE WHEN {_IS_THERE[1]} THEN substr({{0}}, 1, strpos({{0}}, {{1}}) - 1) ELSE {{0}} END",
        ),
        excel='IF(LEN({1})=0,{0},IFERROR(LEFT({0},FIND({1},{0})-1),{0}))&""',
    ),
    Function(
        name="AFTER",
        shape=fixed(_TEXT, _PART),
        result=TEXT,
        description="What stands behind the part where it first occurs; nothing if it doesn't.",
        example=('AFTER("anna@example.com", "@")', '"example.com"'),
        python=_after,
        sql=(
            f"CASE WHEN {_IS_THERE[0]} THEN substr({{0}}, instr({{0}}, {{1}}) + length({{1}})) ELSE '' END",
            f"CASE WHEN {_IS_THERE[1]} THEN substr({{0}}, strpos({{0}}, {{1}}) + length({{1}})) ELSE '' END",
        ),
        excel='IF(LEN({1})=0,"",IFERROR(MID({0},FIND({1},{0})+LEN({1}),32767),""))',
    ),
    Function(
        name="FIND",
        shape=fixed(_PART, _TEXT),
        result=NUMBER,
        description="At which character the part begins, nothing if it isn't there; capital letters matter.",
        example=('FIND("t", "Kartoteka")', "4"),
        python=_find,
        sql=(
            "CASE WHEN {0} <> '' THEN nullif(instr({1}, {0}), 0) + 0.0 END",
            "CASE WHEN {0} <> '' THEN CAST(nullif(strpos({1}, {0}), 0) AS NUMERIC) END",
        ),
        excel='IF(LEN({0})=0,"",IFERROR(FIND({0},{1}),""))',
    ),
    Function(
        name="OCCURRENCES",
        shape=fixed(_TEXT, _PART),
        result=NUMBER,
        description="How many times the part stands in the text; capital letters matter.",
        example=('OCCURRENCES("a, b, c", ",")', "2"),
        python=lambda value, part: Decimal(value.count(part) if part else 0),
        sql=(
            "CASE WHEN {1} <> '' THEN (length({0}) - length(replace({0}, {1}, ''))) / length({1}) + 0.0 ELSE 0.0 END",
            "CAST(CASE WHEN {1} <> '' THEN (length({0}) - length(replace({0}, {1}, ''))) / length({1}) ELSE 0 END "
            "AS NUMERIC)",
        ),
        excel='IF(LEN({1})=0,0,(LEN({0})-LEN(SUBSTITUTE({0},{1},"")))/MAX(1,LEN({1})))',
    ),
    Function(
        name="CONTAINS",
        shape=fixed(*_ANY_CASE),
        result=BOOLEAN,
        description="TRUE if the part stands somewhere in the text, capital or small letters alike.",
        example=('CONTAINS("Nowy Sącz", "SĄ")', "TRUE"),
        python=lambda value, part: bool(part) and part in value,
        sql=("({1} <> '' AND instr({0}, {1}) > 0)", "({1} <> '' AND strpos({0}, {1}) > 0)"),
        excel="AND(LEN({1})>0,ISNUMBER(FIND({1},{0})))",
    ),
    Function(
        name="STARTS_WITH",
        shape=fixed(*_ANY_CASE),
        result=BOOLEAN,
        description="TRUE if the text begins with the part, capital or small letters alike.",
        example=('STARTS_WITH("Ёлка", "ё")', "TRUE"),
        python=lambda value, part: bool(part) and value.startswith(part),
        sql=("({1} <> '' AND substr({0}, 1, length({1})) = {1})", "({1} <> '' AND left({0}, length({1})) = {1})"),
        excel="AND(LEN({1})>0,EXACT(LEFT({0},LEN({1})),{1}))",
    ),
    Function(
        name="ENDS_WITH",
        shape=fixed(*_ANY_CASE),
        result=BOOLEAN,
        description="TRUE if the text ends with the part, capital or small letters alike.",
        example=('ENDS_WITH("offer.PDF", ".pdf")', "TRUE"),
        python=lambda value, part: bool(part) and value.endswith(part),
        sql=("({1} <> '' AND substr({0}, -length({1})) = {1})", "({1} <> '' AND right({0}, length({1})) = {1})"),
        excel="AND(LEN({1})>0,EXACT(RIGHT({0},LEN({1})),{1}))",
    ),
    Function(
        name="UPPER",
        shape=fixed(_TEXT),
        result=TEXT,
        description="In capital letters.",
        example=('UPPER("Łódź, ёлка")', '"ŁÓDŹ, ЁЛКА"'),
        python=upper,
        sql=in_any_letters("upper"),
        excel="UPPER({0})",
    ),
    Function(
        name="LOWER",
        shape=fixed(_TEXT),
        result=TEXT,
        description="In small letters.",
        example=('LOWER("Łódź, ЁЛКА")', '"łódź, ёлка"'),
        python=lower,
        sql=in_any_letters("lower"),
        excel="LOWER({0})",
    ),
    Function(
        name="CAPITALIZE",
        shape=fixed(_TEXT),
        result=TEXT,
        description="With a capital letter at the beginning; the other letters stay as they are.",
        example=('CAPITALIZE("żółw Zenon")', '"Żółw Zenon"'),
        python=lambda value: upper(value[:1]) + value[1:],
        sql=(
            f"({in_any_letters('upper', 'substr({0}, 1, 1)')[0]} || substr({{0}}, 2))",
            f"({in_any_letters('upper', 'substr({0}, 1, 1)')[1]} || substr({{0}}, 2))",
        ),
        excel="UPPER(LEFT({0},1))&MID({0},2,32767)",
    ),
)
