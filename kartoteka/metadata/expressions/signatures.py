"""What is said of a function: what it takes and gives, an example, and how each target works it out.

A function stands whole in one entry of the tables in `functions`; this module is the form that the entries fill in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Literal, Protocol

from sqlalchemy import ColumnElement

from kartoteka.metadata.expressions.kinds import DATE, DATETIME, NUMBER, TEXT, TIME, Kind, common
from kartoteka.metadata.expressions.tree import Call, Node, Related
from kartoteka.metadata.expressions.tree import Literal as Value

Handling = Literal["plain", "settled", "whole", "compared", "lowered", "written"]
"""What is done with an argument before a function gets it: nothing; numbers at ten decimal places, and yes or no never
empty; a whole number within reason; ready to be compared (numbers at ten places, no empty texts); small letters;
whatever it is, written out as a text."""


@dataclass(frozen=True, slots=True)
class Param:
    """A parameter: its name in the documentation, the kinds it takes (none: whatever comes), what stands for it."""

    name: str
    kinds: tuple[Kind, ...] = ()
    handling: Handling = "plain"
    default: Value | None = None

    def or_else(self, value: Any) -> Param:
        """Return the same parameter, which may be left out."""
        return replace(self, default=Value(value))


@dataclass(frozen=True, slots=True)
class Shape:
    """How a function is written, and its parameters for a number of arguments: None where it doesn't take so many."""

    usage: str
    params: Callable[[int], Sequence[Param] | None]


class SqlTerms(Protocol):
    """What the SQL target offers to a function that builds its own column."""

    def empty(self, node: Node) -> ColumnElement[Any]:
        """Return whether there is no value."""
        ...


class ExcelTerms(Protocol):
    """What the Excel target offers to a function that writes its own formula."""

    def value(self, node: Node) -> str:
        """Return a value within a formula."""
        ...

    def whole(self, node: Node) -> str:
        """Return a value that stands alone: an empty cell as an empty text."""
        ...

    def truth(self, node: Node) -> str:
        """Return a truth value; an empty one is FALSE."""
        ...

    def written(self, node: Node) -> str:
        """Return a value as a text."""
        ...

    def compared(self, operator: str, left: Node, right: Node) -> str:
        """Return a comparison."""
        ...

    def impossible(self, node: Node, reason: str) -> Exception:
        """Return the refusal of what Excel can't say."""
        ...


Phrasing = str | Callable[[Sequence[str]], str]
"""SQL text with the arguments as {0}, {1} ..., or what makes it of them."""
Phrases = tuple[Phrasing, Phrasing]
"""A phrasing for SQLite, one for PostgreSQL."""


@dataclass(frozen=True, slots=True)
class Built:
    """A function of which the SQL target makes a column from the arguments' trees."""

    column: Callable[[SqlTerms, Sequence[Node]], ColumnElement[Any]]


@dataclass(frozen=True, slots=True)
class Written:
    """A function of which the Excel target makes a formula from the arguments' trees."""

    formula: Callable[[ExcelTerms, Sequence[Node]], str]


@dataclass(frozen=True, slots=True)
class Aggregate:
    """A function over related records as SQL's own; `on_stored` if it may run on numbers as they are stored.

    `empty` is what it gives where there are none.
    """

    of: Callable[[ColumnElement[Any]], ColumnElement[Any]]
    on_stored: bool = False
    empty: Decimal | None = None


Sql = Phrases | Mapping[str, Phrases] | Built | Aggregate
"""Phrases; phrases by the kind of the first argument; a column that the function builds; an aggregate."""
Excel = str | Callable[[Sequence[str]], str] | Written


Choosing = Callable[[Sequence[Any]], Sequence[Any]]
"""Chooses among the arguments of a call, or their kinds, or whatever a target makes of them."""


def every(given: Sequence[Any]) -> Sequence[Any]:
    """Choose all of them."""
    return given


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """A function, whole.

    Unless it `takes_nulls`, a NULL argument is an empty text or FALSE where a text or a boolean is expected, and makes
    the result NULL elsewhere. `python` gets the arguments (after the context if it `needs_context`) and never raises.
    What `expands` (by its arguments, over related records by its node) is said in terms of the language itself, and no
    target knows it by name. `excel` is None where Excel has no such thing: a workbook gets the value instead.
    """

    name: str
    shape: Shape
    result: Kind | Choosing
    """The kind of the result, or which of the arguments may become it: they must be of one kind."""
    description: str
    example: tuple[str, str]
    """An expression and what it gives, as the language writes it."""
    over_related: bool = False
    """Its first argument names related records, the others are about them; `python` gets a list for each of these."""
    python: Callable[..., Any] | None = None
    sql: Sql | None = None
    excel: Excel | None = None
    expands: Callable[..., Node] | None = None
    takes_nulls: bool = False
    skips_nulls: bool = False
    """Arguments that are NULL are left out."""
    needs_context: bool = False
    alike: Choosing | None = None
    """Which of the arguments are compared with each other, and must be of one kind."""

    @property
    def usage(self) -> str:
        """How it is written: `ROUND(number [, places])`."""
        before = ("records" if self.shape.usage.startswith(" [") else "records, ") if self.over_related else ""
        return f"{self.name}({before}{self.shape.usage})"

    def kind_of(self, kinds: Sequence[Kind]) -> Kind | None:
        """Return the kind of the result for arguments of these kinds, None if they don't go together."""
        if self.alike and common(self.alike(kinds)) is None:
            return None
        return self.result if isinstance(self.result, Kind) else common(self.result(kinds))

    def arguments(self, call: Call | Related) -> list[tuple[Node, Param]]:
        """Return the arguments with their parameters, those that were left out too; none if there are too many."""
        params = self.shape.params(len(call.arguments)) or ()
        left_out = [param.default or Value(None) for param in params[len(call.arguments) :]]
        return list(zip([*call.arguments, *left_out], params, strict=False))

    def expanded(self, call: Call | Related) -> Node | None:
        """Return what a call of this function means in terms of the language; None if it is known by name."""
        if self.expands is None or isinstance(call, Related):
            return self.expands(call) if self.expands else None
        return self.expands(*(part for part, _ in self.arguments(call)))


def fixed(*params: Param) -> Shape:
    """Return the shape of a function with these parameters; those with a default may be left out."""
    fewest = sum(param.default is None for param in params)
    usage = ", ".join(param.name for param in params[:fewest])
    for param in params[fewest:]:
        usage += f" [, {param.name}]"
    return Shape(usage, lambda count: params if fewest <= count <= len(params) else None)


def many(param: Param, first: Sequence[Param] = (), at_least: int = 1) -> Shape:
    """Return the shape of a function that takes any number of like arguments, after the first ones."""
    fewest = len(first) + at_least
    usage = ", ".join([*(each.name for each in first), param.name, f"{param.name} ..."])
    return Shape(usage, lambda count: [*first, *[param] * (count - len(first))] if count >= fewest else None)


def text(name: str = "text", handling: Handling = "plain") -> Param:
    """Return a text parameter."""
    return Param(name, (TEXT,), handling)


def number(name: str = "number", handling: Handling = "settled") -> Param:
    """Return a number parameter."""
    return Param(name, (NUMBER,), handling)


def day(name: str = "date") -> Param:
    """Return a date parameter."""
    return Param(name, (DATE,))


WRITABLE = Param("value", (TEXT, NUMBER, DATE, DATETIME, TIME), "written")
"""What can be written out as a text."""
DAY_OR_MOMENT = Param("date", (DATE, DATETIME))
CLOCK = Param("time", (TIME, DATETIME))
