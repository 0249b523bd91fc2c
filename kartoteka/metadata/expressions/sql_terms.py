"""Values of expressions as SQL: calculation, texts, functions. Truth values are in `sql_target`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Date, Integer, ScalarSelect, Time, cast, literal, null, types

from kartoteka.metadata.columns import ScaledDecimal, as_number
from kartoteka.metadata.expressions.arithmetic import settled, whole
from kartoteka.metadata.expressions.functions import FUNCTIONS
from kartoteka.metadata.expressions.kinds import BOOLEAN, DATE, DATETIME, NUMBER, TEXT, TIME, Kind
from kartoteka.metadata.expressions.python_target import Context, compile_on_wall
from kartoteka.metadata.expressions.signatures import Aggregate, Built, Function, Param
from kartoteka.metadata.expressions.sql_exact import exact_calculation
from kartoteka.metadata.expressions.sql_functions import Apart, Phrase
from kartoteka.metadata.expressions.sql_values import (
    BOOLEAN_TYPE,
    CLOCK_TYPE,
    DATE_TYPE,
    NUMBER_TYPE,
    TEXT_TYPE,
    TIME_TYPE,
    WHOLE_TYPE,
    constant,
    inside,
    is_moment,
    is_null,
    is_number,
    is_text,
)
from kartoteka.metadata.expressions.tree import Binary, Call, Literal, Name, Node, Path, Related, Unary, is_constant

Column = ColumnElement[Any]
Resolve = Callable[[Path], Column]
ResolveFolded = Callable[[Path], Column | None]


class Records(Protocol):
    """Records that link to the record in hand: their columns, and a choice of them as a subquery."""

    def element(self, path: Path) -> Column:
        """Return the column of a field."""
        ...

    def folded(self, path: Path) -> Column | None:
        """Return the column that holds a field's folded text, or None."""
        ...

    def relate(self, entity: str, link: str) -> Records:
        """Return the records that link to one of these."""
        ...

    def select(self, column: Column, condition: Column) -> ScalarSelect[Any]:
        """Return an aggregate over those for which a condition holds."""
        ...


Relate = Callable[[str, str], Records]

_TYPES: dict[Kind, types.TypeEngine[Any]] = {
    NUMBER: NUMBER_TYPE,
    TEXT: TEXT_TYPE,
    BOOLEAN: BOOLEAN_TYPE,
    DATE: DATE_TYPE,
    TIME: TIME_TYPE,
    DATETIME: CLOCK_TYPE,
}


class Terms(ABC):
    """Carries what does not change while one tree is compiled, and compiles values."""

    def __init__(self, resolve: Resolve, folded: ResolveFolded, context: Context, relate: Relate | None = None) -> None:
        self.resolve: Resolve = cache(resolve)
        self.folded = folded
        self.context = context
        self.relate = relate

    @abstractmethod
    def condition(self, node: Node) -> Column:
        """Return a truth value in which NULL means no."""

    @abstractmethod
    def two_valued(self, node: Node) -> Column:
        """Return a truth value that is never NULL."""

    @abstractmethod
    def empty(self, node: Node) -> Column:
        """Return whether there is no value."""

    def value(self, node: Node) -> Column:  # noqa: PLR0911 - one for each case
        """Return the value; moments on the actor's clock, NULL where there is none."""
        if is_constant(node):
            return constant(self.known(node))
        match node:
            case Name(path=path):
                return inside(self.resolve(path), self.context.clock)
            case Unary(operator="-") | Binary(operator="+" | "-" | "*") if (
                exact := exact_calculation(node, self.resolve)
            ) is not None:
                return exact
            case Unary(operator="-", operand=operand):
                return self._calculation("-", constant(Decimal(0)), self.value(operand))
            case Binary(operator="+" | "-" | "*" | "/" | "^" as operator, left=left, right=right):
                return self._calculation(operator, self.value(left), self.value(right))
            case Binary(operator="&", left=left, right=right):
                return Phrase("CONCAT", self.written(left), self.written(right), type_=TEXT_TYPE)
            case Call():
                return self._call(node)
            case Related():
                return self._related(node)
        return Phrase("same", self.two_valued(node), type_=BOOLEAN_TYPE)

    def known(self, node: Node) -> Any:
        """Return the value of an expression that reads no field; moments naive, on the actor's clock."""
        return compile_on_wall(node)({}, self.context)

    def settled_text(self, value: Column) -> Column:
        """Return NULL for an empty text, other values as they are."""
        return Phrase("filled", value, type_=TEXT_TYPE) if is_text(value) else value

    def operand(self, node: Node) -> Column:
        """Return a value ready to be compared: numbers at ten places, no empty texts."""
        value = self.value(node)
        if is_null(value):
            return value
        if is_number(value) and not isinstance(node, Name | Literal):
            return Phrase("settled", value, type_=NUMBER_TYPE)
        return self.settled_text(value)

    def text(self, node: Node) -> Column:
        """Return a text value, empty instead of NULL."""
        value = self.value(node)
        if is_null(value):
            return literal("", TEXT_TYPE)
        return Phrase("text", value, type_=TEXT_TYPE) if not is_constant(node) else value

    def written(self, node: Node) -> Column:
        """Return a value as a text, empty instead of NULL."""
        value = self.value(node)
        if is_null(value):
            return literal("", TEXT_TYPE)
        written = value if is_text(value) else Phrase(f"TEXT.{_kind_word(value)}", value, type_=TEXT_TYPE)
        return Phrase("text", written, type_=TEXT_TYPE)

    def _calculation(self, operator: str, left: Column, right: Column) -> Column:
        if is_null(left) or is_null(right):
            return null()
        if is_number(left) and is_number(right):
            if operator == "^":
                return Phrase("POWER", left, Phrase("settled", right, type_=NUMBER_TYPE), type_=NUMBER_TYPE)
            return Phrase(operator, left, right, type_=NUMBER_TYPE)
        if not (is_number(left) or is_number(right)):
            return _between(left, right)
        start, days = (right, left) if is_number(left) else (left, right)
        if operator == "-":
            days = Phrase("-", constant(Decimal(0)), days, type_=NUMBER_TYPE)
        if is_moment(start):
            return Phrase("later_moment", start, days, type_=CLOCK_TYPE)
        return Phrase("later_day", start, Phrase("whole", days, type_=WHOLE_TYPE), type_=DATE_TYPE)

    def _call(self, node: Call) -> Column:
        function = FUNCTIONS[node.function]
        if expanded := function.expanded(node):
            return self.value(expanded)
        if isinstance(function.sql, Built):
            return function.sql.column(self, node.arguments)
        given = [self._argument(part, param) for part, param in function.arguments(node)]
        if function.skips_nulls:
            given = [self.settled_text(one) for one in given if not is_null(one)]
        if not given or (not function.takes_nulls and any(is_null(one) for one in given)):
            return null()
        if callable(function.result) and all(is_null(one) for one in function.result(given)):
            return null()  # of no kind: nothing is what it gives whatever the condition
        return _phrase(function, _typed(function, given))

    def _related(self, node: Related) -> Column:
        function, aggregate = FUNCTIONS[node.function], FUNCTIONS[node.function].sql
        if expanded := function.expanded(node):
            return self.value(expanded)
        assert isinstance(aggregate, Aggregate), node.function
        assert self.relate is not None, node.function
        records = self.relate(node.entity, node.link)
        inside_of = type(self)(records.element, records.folded, self.context, records.relate)
        value, condition = (function.arguments(node)[place][0] for place in (0, -1))
        column = inside_of.summed(value, stored=aggregate.on_stored)
        found = Apart(records.select(aggregate.of(column), inside_of.condition(condition)))
        if not (is_number(found) or isinstance(found.type, ScaledDecimal)):
            return found
        number = Phrase("number", as_number(found), type_=NUMBER_TYPE)
        if aggregate.empty is None:
            return number
        return Phrase("COALESCE", number, constant(aggregate.empty), type_=NUMBER_TYPE)

    def summed(self, node: Node, *, stored: bool) -> Column:
        """Return what is aggregated: numbers as they are `stored` if that is exact, else as expressions have them."""
        column = self.resolve(node.path) if stored and isinstance(node, Name) else null()
        if isinstance(column.type, ScaledDecimal | Integer):
            return column
        value = self.value(node)
        return cast(null(), NUMBER_TYPE) if is_null(value) else value

    def _argument(self, node: Node, param: Param) -> Column:  # noqa: PLR0911 - one for each case
        """Return an argument as its parameter asks for it."""
        match param.handling, [kind.name for kind in param.kinds]:
            case "written", _:
                return self.written(node)
            case "lowered", _:
                return Phrase("lowered", self.text(node), type_=TEXT_TYPE)
            case "compared", _:
                return self.operand(node)
            case _, ["text" | "list"]:
                return self.text(node)
            case "settled", ["boolean"]:
                return self.two_valued(node)
            case _, ["boolean"]:
                return self.condition(node)
        return self._measured(node, param)

    def _measured(self, node: Node, param: Param) -> Column:
        """Return an argument that may be a number, as precise as its parameter asks."""
        value = self.value(node)
        if is_null(value) and param.handling == "whole":
            return cast(null(), WHOLE_TYPE)
        if param.handling == "plain" or is_null(value) or not is_number(value):
            return value
        if is_constant(node):
            known = self.known(node)
            return literal(whole(known), WHOLE_TYPE) if param.handling == "whole" else constant(settled(known))
        return Phrase(param.handling, value, type_=WHOLE_TYPE if param.handling == "whole" else NUMBER_TYPE)


def _typed(function: Function, given: list[Column]) -> list[Column]:
    """Give a literal NULL the type of what it is compared with: PostgreSQL would take it for a text."""
    compared = function.alike(given) if function.alike else ()
    known = next((one.type for one in compared if not is_null(one)), None)
    if known is None:
        return given
    return [cast(null(), known) if is_null(one) and any(one is each for each in compared) else one for one in given]


def _phrase(function: Function, given: Sequence[Column]) -> Column:
    """Return a function over its arguments, NULL where nothing else could come of it."""
    key = f"{function.name}.{_kind_word(given[0])}" if isinstance(function.sql, Mapping) else function.name
    if isinstance(function.result, Kind):
        return Phrase(key, *given, type_=_TYPES[function.result])
    found = next((one for one in function.result(given) if not is_null(one)), None)
    return null() if found is None else Phrase(key, *given, type_=found.type)


def _kind_word(element: Column) -> str:
    if is_moment(element):
        return "datetime"
    if isinstance(element.type, Date):
        return "date"
    if isinstance(element.type, Time):
        return "time"
    return "text" if is_text(element) else "number"


def alike(left: Column, right: Column) -> tuple[Column, Column]:
    """Return both as moments where one is a moment and the other a date."""
    if is_moment(left) == is_moment(right):
        return left, right
    return tuple(  # type: ignore[return-value]
        one if is_moment(one) else Phrase("midnight", one, type_=CLOCK_TYPE) for one in (left, right)
    )


def _between(later: Column, earlier: Column) -> Column:
    a, b = alike(later, earlier)
    return Phrase("moments_between" if is_moment(a) else "days_between", a, b, type_=NUMBER_TYPE)
