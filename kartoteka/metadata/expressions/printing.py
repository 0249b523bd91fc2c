"""Tree to text: one canonical spelling, with the fewest parentheses."""

from __future__ import annotations

from decimal import Decimal

from kartoteka.metadata.expressions.tree import Binary, Call, Literal, Logic, Membership, Name, Node, Related, Unary

_STRENGTH = {
    "OR": 1,
    "AND": 2,
    "NOT": 3,
    "&": 5,
    "+": 6,
    "-": 6,
    "*": 7,
    "/": 7,
    "^": 8,
}
_COMPARISON = 4
_SIGN = 9
_ATOM = 10


def unparse(node: Node) -> str:  # noqa: PLR0911 - one for each case
    """Return the expression as text; `parse` of it gives an equal tree."""
    match node:
        case Literal(value=value):
            return _literal(value)
        case Name(path=path):
            return ".".join(path)
        case Call(function=function, arguments=arguments):
            return f"{function}({_list(arguments)})"
        case Related(function=function, entity=entity, link=link, arguments=arguments):
            return f"{function}({', '.join([f'{entity}.{link}', *map(unparse, arguments)])})"
        case Logic(operator=operator, operands=operands):
            own = _STRENGTH[operator]
            return f" {operator} ".join(_within(part, own + 1) for part in operands)
        case Membership(subject=subject, options=options, negated=negated):
            word = "NOT IN" if negated else "IN"
            return f"{_within(subject, _COMPARISON + 1)} {word} ({_list(options)})"
        case Unary(operator="-", operand=operand):
            return "-" + _within(operand, _SIGN)
        case Unary(operator=operator, operand=operand):
            return f"{operator} {_within(operand, _STRENGTH[operator])}"
        case Binary(operator=operator, left=left, right=right):
            own = _strength(node)
            # Operators group from the left; comparisons don't group at all.
            left_own = own + 1 if own == _COMPARISON else own
            return f"{_within(left, left_own)} {operator} {_within(right, own + 1)}"


def _strength(node: Node) -> int:
    match node:
        case Logic(operator=operator):
            return _STRENGTH[operator]
        case Binary(operator=operator):
            return _STRENGTH.get(operator, _COMPARISON)
        case Membership():
            return _COMPARISON
        case Unary(operator="-"):
            return _SIGN
        case Unary():
            return _STRENGTH["NOT"]
    return _ATOM


def _within(node: Node, least: int) -> str:
    text = unparse(node)
    return text if _strength(node) >= least else f"({text})"


def _list(nodes: tuple[Node, ...]) -> str:
    return ", ".join(unparse(node) for node in nodes)


def _literal(value: Decimal | str | bool | None) -> str:
    match value:
        case None:
            return "NULL"
        case bool():
            return "TRUE" if value else "FALSE"
        case str():
            return '"' + value.replace('"', '""') + '"'
    return format(value, "f")
