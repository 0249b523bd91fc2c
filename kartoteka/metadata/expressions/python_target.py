"""Tree to Python: closures that compute the value from a record's values. No eval; nothing in them raises."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from kartoteka.metadata.expressions.arithmetic import (
    as_text,
    calculate,
    compare,
    is_empty,
    settled,
    whole,
)
from kartoteka.metadata.expressions.clocks import Clock, clock_of
from kartoteka.metadata.expressions.functions import FUNCTIONS
from kartoteka.metadata.expressions.functions.texts import lower
from kartoteka.metadata.expressions.signatures import Function, Param
from kartoteka.metadata.expressions.tree import (
    Binary,
    Call,
    Literal,
    Logic,
    Membership,
    Name,
    Node,
    Path,
    Related,
    Unary,
    is_constant,
)
from kartoteka.metadata.folding import fold

Values = Callable[[Path], Any] | Mapping[Path, Any]
"""A record's values by path. Numbers are int or Decimal, lists tuples or lists of texts, links ids, moments aware."""


@dataclass(frozen=True, slots=True)
class Context:
    """What an expression knows besides the record: the day and the moment where the actor is, and the actor's id.

    `now` is aware; its zone is the clock on which expressions read moments.
    """

    today: date
    now: datetime
    me: int | None = None

    def __post_init__(self) -> None:
        if self.now.tzinfo is None:
            raise ValueError("Context.now must be an aware datetime")

    @property
    def clock(self) -> Clock:
        """The actor's clock."""
        return clock_of(self.now)


class _Frame(NamedTuple):
    """One evaluation. `now` is the naive local clock, as all moments inside an expression are."""

    read: Callable[[Path], Any]
    today: date
    now: datetime
    me: int | None
    clock: Clock


Compiled = Callable[[Values, Context], Any]
_Step = Callable[[_Frame], Any]


def compile_python(node: Node) -> Compiled:
    """Return a function of a record's values and a context that gives the expression's value.

    Numbers come as Decimal, unrounded; moments aware, in UTC; an empty text as None. The tree must have been checked.
    """
    on_wall = compile_on_wall(node)

    def evaluate(values: Values, context: Context) -> Any:
        value = on_wall(values, context)
        return context.clock.moment_of(value) if isinstance(value, datetime) else value

    return evaluate


def compile_on_wall(node: Node) -> Compiled:
    """Return the same, but for moments: they come naive, as the actor's clock shows them."""
    step = _step(node)

    def evaluate(values: Values, context: Context) -> Any:
        local = context.now.replace(tzinfo=None)
        value = step(_Frame(_reader(values), context.today, local, context.me, context.clock))
        return None if is_empty(value) else value

    return evaluate


def _inside(value: Any, clock: Clock) -> Any:
    """Return a record's value as expressions handle it."""
    match value:
        case datetime():
            return clock.on_wall(value if value.tzinfo else value.replace(tzinfo=UTC))
        case float():
            return Decimal(repr(value))
        case list():
            return tuple(value) or None
    return None if is_empty(value) else value


def _step(node: Node) -> _Step:  # noqa: PLR0911 - one for each case
    match node:
        case Literal(value=value):
            return lambda _frame: value
        case Name(path=path):
            return lambda frame: _inside(frame.read(path), frame.clock)
        case Unary(operator="-", operand=operand):
            negated = _step(operand)
            return lambda frame: calculate("-", Decimal(0), negated(frame))
        case Unary(operand=operand):
            denied = _step(operand)
            return lambda frame: not denied(frame)
        case Logic(operator=operator, operands=operands):
            return _logic(operator, [_step(operand) for operand in operands])
        case Membership():
            return _membership(node)
        case Call():
            return _call(node)
        case Related():
            return _related(node)
        case Binary():
            return _binary(node)


def _logic(operator: str, steps: list[_Step]) -> _Step:
    if operator == "AND":
        return lambda frame: all(step(frame) for step in steps)
    return lambda frame: any(step(frame) for step in steps)


def _membership(node: Membership) -> _Step:
    subject, options = _step(node.subject), [_step(option) for option in node.options]
    if node.negated:
        return lambda frame: _differs(subject(frame), [option(frame) for option in options])
    return lambda frame: _equals_one(subject(frame), [option(frame) for option in options])


def _equals_one(value: Any, options: list[Any]) -> bool:
    return any(compare("=", value, option) for option in options)


def _differs(value: Any, options: list[Any]) -> bool:
    return not is_empty(value) and not _equals_one(value, options)


def _binary(node: Binary) -> _Step:
    left, right = _step(node.left), _step(node.right)
    operator = node.operator
    match operator:
        case "+" | "-" | "*" | "/" | "^":
            return lambda frame: calculate(operator, left(frame), right(frame))
        case "&":
            return lambda frame: as_text(left(frame)) + as_text(right(frame))
        case "HAS":
            return lambda frame: _has(left(frame), right(frame))
        case "CONTAINS" | "STARTS WITH":
            return _search(node, left, right)
    if tested := emptiness_test(node):
        inner, wanted = _step(tested), operator == "="
        return lambda frame: is_empty(inner(frame)) is wanted
    return lambda frame: compare(operator, left(frame), right(frame))


def emptiness_test(node: Binary) -> Node | None:
    """Return what `x = NULL`, `x <> ""` and the like test for emptiness; None for any other comparison."""
    if node.operator not in {"=", "<>"}:
        return None
    for part, other in ((node.right, node.left), (node.left, node.right)):
        if isinstance(part, Literal) and is_empty(part.value):
            return other
    return None


def _has(items: tuple[str, ...] | None, item: str | None) -> bool:
    return bool(items and item) and item in (items or ())


def is_folded_search(node: Binary) -> bool:
    """Tell whether a search goes over folded text: a field's own, for a text that is known beforehand."""
    return isinstance(node.left, Name) and is_constant(node.right)


def as_function(node: Binary) -> Call:
    """Return the function that a search is: `x CONTAINS y` is `CONTAINS(x, y)`."""
    return Call(node.operator.replace(" ", "_"), (node.left, node.right), node.span)


def _search(node: Binary, left: _Step, right: _Step) -> _Step:
    call = as_function(node)
    if not is_folded_search(node):
        return _call(call)
    found = _python(FUNCTIONS[call.function])
    return lambda frame: found(fold(left(frame) or ""), fold(right(frame) or ""))


def _call(node: Call) -> _Step:
    function = FUNCTIONS[node.function]
    if expanded := function.expanded(node):
        return _step(expanded)
    python = _python(function)
    if function.needs_context:
        return python
    steps = [_argument(_step(part), param) for part, param in function.arguments(node)]
    if function.takes_nulls:
        return lambda frame: python(*[step(frame) for step in steps])
    return lambda frame: _strict(python, [step(frame) for step in steps])


def _related(node: Related) -> _Step:
    function = FUNCTIONS[node.function]
    if expanded := function.expanded(node):
        return _step(expanded)
    path, python = relation(node), _python(function)
    steps = [_argument(_step(part), param) for part, param in function.arguments(node)]
    value, condition = steps[0], steps[-1]

    def over(frame: _Frame) -> Any:
        rows = [frame._replace(read=_reader(values)) for values in frame.read(path) or ()]
        return python([value(row) for row in rows if condition(row)])

    return over


def relation(node: Related) -> Path:
    """Return the path by which a record's values are asked for the values of related records, a list."""
    return (f"{node.entity}.{node.link}",)


def _reader(values: Values) -> Callable[[Path], Any]:
    return values if callable(values) else values.__getitem__


def _python(function: Function) -> Callable[..., Any]:
    assert function.python is not None, function.name
    return function.python


def _argument(step: _Step, param: Param) -> _Step:  # noqa: PLR0911 - one for each case
    """Return the step that gives an argument as its parameter asks for it."""
    match param.handling, [kind.name for kind in param.kinds]:
        case "written", _:
            return lambda frame: as_text(step(frame))
        case "lowered", _:
            return lambda frame: lower(step(frame) or "")
        case _, ["text"]:
            return lambda frame: step(frame) or ""
        case _, ["list"]:
            return lambda frame: step(frame) or ()
        case _, ["boolean"]:
            return lambda frame: bool(step(frame))
        case "plain", _:
            return step
    handle = whole if param.handling == "whole" else settled
    return lambda frame: _number(step(frame), handle)


def _number(value: Any, handle: Callable[[Decimal | int], Decimal | int]) -> Any:
    is_number = isinstance(value, Decimal | int) and not isinstance(value, bool)
    return handle(value) if is_number else value


def _strict(python: Callable[..., Any], arguments: list[Any]) -> Any:
    return None if None in arguments else python(*arguments)
