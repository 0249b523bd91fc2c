"""Functions on lists: tags, and fields of several choices. A list is stored as a text with a mark round each item."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from kartoteka.metadata.expressions.kinds import BOOLEAN, LIST, NUMBER, TEXT
from kartoteka.metadata.expressions.signatures import Function, Param, fixed, many, text

_LIST = Param("list", (LIST,))
_LAST_OF = "rtrim({0}, char(31))"


def _sql_has(word: str, mark: str, found: str) -> Callable[[Sequence[str]], str]:
    """Return SQL that asks for each of several items; the list is computed once."""

    def phrase(parts: Sequence[str]) -> str:
        asked = f" {word} ".join(f"{found}(l, {mark} || {part} || {mark}) > 0" for part in parts[1:])
        return f"(SELECT {asked} FROM (SELECT {parts[0]} AS l) AS _h)"

    return phrase


def _has(choose: Callable[..., bool]) -> Callable[..., bool]:
    return lambda items, *wanted: choose(bool(item) and item in items for item in wanted)


def _item(place: int) -> Callable[[Any], str]:
    return lambda items: str(items[place]) if items else ""


FUNCTIONS = (
    Function(
        name="COUNT",
        shape=fixed(_LIST),
        result=NUMBER,
        description="How many items a list field holds.",
        example=("COUNT(tags)", "2"),
        python=lambda items: Decimal(len(items)),
        sql=(
            "(max(length({0}) - length(replace({0}, char(31), '')) - 1, 0) + 0.0)",
            "CAST(greatest(length({0}) - length(replace({0}, chr(31), '')) - 1, 0) AS NUMERIC)",
        ),
    ),
    Function(
        name="FIRST",
        shape=fixed(_LIST),
        result=TEXT,
        description="The first item of a list.",
        example=("FIRST(tags)", '"vip"'),
        python=_item(0),
        sql=(
            "substr({0}, 2, max(instr(substr({0}, 2), char(31)) - 1, 0))",
            "split_part({0}, chr(31), 2)",
        ),
    ),
    Function(
        name="LAST",
        shape=fixed(_LIST),
        result=TEXT,
        description="The last item of a list.",
        example=("LAST(tags)", '"north"'),
        python=_item(-1),
        sql=(
            f"substr({_LAST_OF}, length(rtrim({_LAST_OF}, replace({{0}}, char(31), ''))) + 1)",
            "reverse(split_part(reverse({0}), chr(31), 2))",
        ),
    ),
    Function(
        name="ITEMS",
        shape=fixed(_LIST, text("separator").or_else(", ")),
        result=TEXT,
        description="The items of a list as one text, with a separator (a comma and a space) between them.",
        example=('ITEMS(tags, "/")', '"vip/north"'),
        python=lambda items, separator: separator.join(items),
        sql=(
            "replace(trim({0}, char(31)), char(31), {1})",
            "replace(btrim({0}, chr(31)), chr(31), {1})",
        ),
    ),
    Function(
        name="HAS_ANY",
        shape=many(text("item"), (_LIST,)),
        result=BOOLEAN,
        description="TRUE if the list has at least one of the items.",
        example=('HAS_ANY(tags, "south", "north")', "TRUE"),
        python=_has(any),
        sql=(_sql_has("OR", "char(31)", "instr"), _sql_has("OR", "chr(31)", "strpos")),
    ),
    Function(
        name="HAS_ALL",
        shape=many(text("item"), (_LIST,)),
        result=BOOLEAN,
        description="TRUE if the list has all of the items.",
        example=('HAS_ALL(tags, "south", "north")', "FALSE"),
        python=_has(all),
        sql=(_sql_has("AND", "char(31)", "instr"), _sql_has("AND", "chr(31)", "strpos")),
    ),
)
