"""The functions of the language, as one table. An entry has all of a function: what it says, means and compiles to."""

from __future__ import annotations

from kartoteka.metadata.expressions.functions import (
    calendar,
    dates,
    lists,
    logic,
    numbers,
    related,
    rounding,
    texts,
    writing,
)
from kartoteka.metadata.expressions.signatures import Function

GROUPS: dict[str, tuple[Function, ...]] = {
    "Logic": logic.FUNCTIONS,
    "Numbers": (*numbers.FUNCTIONS, *rounding.FUNCTIONS),
    "Texts": (*texts.FUNCTIONS, *writing.FUNCTIONS),
    "Lists": lists.FUNCTIONS,
    "Related records": related.FUNCTIONS,
    "Dates and times": (*dates.FUNCTIONS, *calendar.FUNCTIONS),
}

FUNCTIONS: dict[str, Function] = {function.name: function for group in GROUPS.values() for function in group}
