"""The functions of the language, as one table."""

from __future__ import annotations

from kartoteka.metadata.expressions import date_functions, logic_functions, number_functions, text_functions
from kartoteka.metadata.expressions.signatures import Function

GROUPS: dict[str, tuple[Function, ...]] = {
    "Logic": logic_functions.FUNCTIONS,
    "Numbers": number_functions.FUNCTIONS,
    "Texts": text_functions.FUNCTIONS,
    "Dates and times": date_functions.FUNCTIONS,
}

FUNCTIONS: dict[str, Function] = {function.name: function for group in GROUPS.values() for function in group}
