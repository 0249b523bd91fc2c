"""What is said of a function: what it takes and gives, and how Python and Excel work it out.

How a database works it out is in `sql_functions`, under the same name.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from kartoteka.metadata.expressions.kinds import DATE, DATETIME, NUMBER, TEXT, TIME, Kind

Handling = Literal["plain", "settled", "whole"]
"""What is done with a number before a function gets it: nothing; ten decimal places; a whole number within reason."""


@dataclass(frozen=True, slots=True)
class Param:
    """A parameter: its name in the documentation and the kinds it takes (none: whatever comes)."""

    name: str
    kinds: tuple[Kind, ...] = ()
    handling: Handling = "plain"


Shape = Callable[[int], Sequence[Param] | None]
"""The parameters for a number of arguments, or None where a function doesn't take so many."""
ExcelText = str | Callable[[Sequence[str]], str]


@dataclass(frozen=True, slots=True)
class Function:
    """A function.

    Unless it `takes_nulls`, a NULL argument is an empty text or FALSE where a text or a boolean is expected, and makes
    the result NULL elsewhere. `python` gets the arguments (after the context if it `needs_context`) and never raises.
    """

    name: str
    usage: str
    description: str
    shape: Shape
    result: Kind | Callable[[Sequence[Kind]], Kind | None]
    python: Callable[..., Any]
    excel: ExcelText | None = None
    takes_nulls: bool = False
    needs_context: bool = False


def fixed(*params: Param, optional: int = 0) -> Shape:
    """Return the shape of a function with these parameters, the last `optional` of which may be left out."""

    def shape(count: int) -> Sequence[Param] | None:
        return params[:count] if len(params) - optional <= count <= len(params) else None

    return shape


def many(param: Param, at_least: int = 1) -> Shape:
    """Return the shape of a function that takes any number of like arguments."""
    return lambda count: [param] * count if count >= at_least else None


def text(name: str = "text") -> Param:
    """Return a text parameter."""
    return Param(name, (TEXT,))


def number(name: str = "number", handling: Handling = "settled") -> Param:
    """Return a number parameter."""
    return Param(name, (NUMBER,), handling)


def day(name: str = "date") -> Param:
    """Return a date parameter."""
    return Param(name, (DATE,))


DAY_OR_MOMENT = Param("date", (DATE, DATETIME))
CLOCK = Param("time", (TIME, DATETIME))
