"""The tree that an expression is parsed into. Frozen; equal when the meaning is equal, wherever it was written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from kartoteka.metadata.expressions.errors import Span

Path = tuple[str, ...]
"""A field name: `("client", "segment")` for `client.segment`."""


@dataclass(frozen=True, slots=True, eq=False)
class Literal:
    """A number (never negative: that is a minus before it), a text, TRUE, FALSE or NULL."""

    value: Decimal | str | bool | None
    span: Span = field(default=Span(), compare=False, repr=False)

    def __eq__(self, other: object) -> bool:
        # Python holds that True == 1; here TRUE and 1 are different things.
        return isinstance(other, Literal) and (type(self.value), self.value) == (
            type(other.value),
            other.value,
        )

    def __hash__(self) -> int:
        return hash((type(self.value), self.value))


@dataclass(frozen=True, slots=True)
class Name:
    """The value of a field, reached through links where the path has several parts."""

    path: Path
    span: Span = field(default=Span(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Unary:
    """`-` or `NOT` before an operand."""

    operator: str
    operand: Node
    span: Span = field(default=Span(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Binary:
    """Calculation, text joining or comparison of two operands."""

    operator: str
    left: Node
    right: Node
    span: Span = field(default=Span(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Logic:
    """`AND` or `OR` between two or more operands, none of which is a Logic of the same operator."""

    operator: str
    operands: tuple[Node, ...]
    span: Span = field(default=Span(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Membership:
    """`subject IN (options)` or `subject NOT IN (options)`."""

    subject: Node
    options: tuple[Node, ...]
    negated: bool = False
    span: Span = field(default=Span(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Call:
    """A function, its name in upper case, and its arguments."""

    function: str
    arguments: tuple[Node, ...] = ()
    span: Span = field(default=Span(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Related:
    """A function over the records of `entity` whose field `link` leads to this one; the arguments are about them.

    It is a leaf of its tree: what its arguments name are fields of those records, not of this one.
    """

    function: str
    entity: str
    link: str
    arguments: tuple[Node, ...] = ()
    span: Span = field(default=Span(), compare=False, repr=False)
    source: Span = field(default=Span(), compare=False, repr=False)
    """Where the records are named: `deal.client`."""


Node = Literal | Name | Unary | Binary | Logic | Membership | Call | Related


def children(node: Node) -> tuple[Node, ...]:
    """Return the direct parts of `node`, in the order in which they are written."""
    match node:
        case Unary(operand=operand):
            return (operand,)
        case Binary(left=left, right=right):
            return (left, right)
        case Logic(operands=operands):
            return operands
        case Membership(subject=subject, options=options):
            return (subject, *options)
        case Call(arguments=arguments):
            return arguments
    return ()


def with_children(node: Node, parts: tuple[Node, ...]) -> Node:
    """Return `node` with its direct parts replaced."""
    match node:
        case Unary():
            return replace(node, operand=parts[0])
        case Binary():
            return replace(node, left=parts[0], right=parts[1])
        case Logic(operator=operator, span=span):
            return logic(operator, parts, span)
        case Membership():
            return replace(node, subject=parts[0], options=parts[1:])
        case Call():
            return replace(node, arguments=parts)
    return node


def logic(operator: str, operands: tuple[Node, ...], span: Span = Span()) -> Node:  # noqa: B008 - frozen
    """Return the operands joined by AND or OR, chains of the same operator in one node."""
    flat: list[Node] = []
    for operand in operands:
        same = isinstance(operand, Logic) and operand.operator == operator
        flat.extend(children(operand) if same else (operand,))
    return flat[0] if len(flat) == 1 else Logic(operator, tuple(flat), span)


def walk(node: Node) -> Iterator[Node]:
    """Yield `node` and everything below it, parents first. Works at any depth."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        yield current
        waiting.extend(reversed(children(current)))


def walk_all(node: Node) -> Iterator[Node]:
    """Yield `node` and everything below it, what is said of related records too."""
    waiting = [node]
    while waiting:
        for part in walk(waiting.pop()):
            yield part
            waiting.extend(part.arguments if isinstance(part, Related) else ())


def is_constant(node: Node) -> bool:
    """Tell whether the value is the same for every record."""
    return not any(isinstance(part, Name | Related) for part in walk(node))


def names(node: Node) -> set[Path]:
    """Return the paths of all fields of the record that the expression reads, over links too."""
    return {part.path for part in walk(node) if isinstance(part, Name)}


def depth(node: Node) -> int:
    """Return how deeply the tree is nested; 1 for a single value. Works at any depth."""
    deepest, level = 0, [node]
    while level:
        deepest += 1
        parts = (current.arguments if isinstance(current, Related) else children(current) for current in level)
        level = [each for part in parts for each in part]
    return deepest


def rewritten(node: Node, change: Callable[[Node], Node]) -> Node:
    """Return the tree with `change` applied to every node, parts before wholes."""
    parts = tuple(rewritten(part, change) for part in children(node))
    return change(with_children(node, parts))


def renamed(node: Node, mapping: Mapping[Path, Path]) -> Node:
    """Return the expression as it reads once fields have new names: whole paths, old to new."""

    def change(part: Node) -> Node:
        return replace(part, path=mapping.get(part.path, part.path)) if isinstance(part, Name) else part

    return rewritten(node, change)
