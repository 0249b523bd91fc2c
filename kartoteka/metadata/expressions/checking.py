"""Whether an expression makes sense: fields that exist, kinds that go together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from kartoteka.metadata.expressions.errors import ExpressionError, suggestion
from kartoteka.metadata.expressions.functions import FUNCTIONS
from kartoteka.metadata.expressions.kinds import (
    ANY,
    BOOLEAN,
    DATE,
    DATETIME,
    LIST,
    NOTHING,
    NUMBER,
    ORDERED,
    TEXT,
    TIME,
    Kind,
    fits,
)
from kartoteka.metadata.expressions.printing import unparse
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
)


class Scope(Protocol):
    """The fields that an expression may name."""

    def kind_of(self, path: Path) -> Kind | None:
        """Return the kind of a field's values, None if there is no such field."""
        ...

    def suggestions(self, path: Path) -> Iterable[str]:
        """Return the names that could stand where the unknown `path` does, spelled with dots."""
        ...

    def choices(self, path: Path) -> tuple[str, ...] | None:
        """Return the values that a choice field knows; None for every other field."""
        ...

    def related(self, entity: str, link: str) -> Scope | None:
        """Return what may be said of the records of `entity` whose field `link` leads here; None if none does."""
        ...

    def relations(self) -> Iterable[str]:
        """Return how related records may be named: `deal.client`."""
        ...


def check(node: Node, scope: Scope, wanted: Kind | None = None) -> Kind:
    """Return the kind of the expression's value. Raises the first ExpressionError.

    `wanted` is the kind that the place asks for: BOOLEAN for a condition, the field's kind for a default.
    """
    kind, problems = examine(node, scope, wanted)
    if problems:
        raise problems[0]
    return kind


def examine(node: Node, scope: Scope, wanted: Kind | None = None) -> tuple[Kind, list[ExpressionError]]:
    """Return the kind of the expression's value and everything that is wrong with it, in reading order."""
    checker = _Checker(scope)
    kind = checker.kind(node)
    if wanted is not None:
        checker.expect(node, kind, (wanted,))
    return kind, sorted(checker.problems, key=lambda problem: problem.span.start)


class _Checker:
    """Goes through a tree once. NOTHING stands for what is unknown, so that one mistake is told once."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.problems: list[ExpressionError] = []

    def kind(self, node: Node) -> Kind:  # noqa: PLR0911 - one for each case
        match node:
            case Literal(value=value):
                return _literal_kind(value)
            case Name():
                return self._name(node)
            case Unary(operator=operator, operand=operand):
                wanted = NUMBER if operator == "-" else BOOLEAN
                self.expect(operand, self.kind(operand), (wanted,))
                return wanted
            case Logic(operands=operands):
                for operand in operands:
                    self.expect(operand, self.kind(operand), (BOOLEAN,))
                return BOOLEAN
            case Membership(subject=subject, options=options):
                self._membership(subject, options)
                return BOOLEAN
            case Call():
                return self._called(node, self)
            case Related():
                return self._related(node)
            case Binary():
                return self._binary(node)

    def expect(self, node: Node, kind: Kind, wanted: Sequence[Kind]) -> None:
        """Note a problem unless `kind` is one of `wanted`."""
        if not any(fits(kind, one) for one in wanted):
            told = {"expected": _told(wanted), "found": str(kind)}
            if meant := _converted(node, kind, wanted):
                told["suggestion"] = meant
            self._problem(node, "expression.kind_mismatch", **told)

    def _problem(self, node: Node, code: str, **params: Any) -> None:
        self.problems.append(ExpressionError(code, params, node.span))

    def _name(self, node: Name) -> Kind:
        kind = self.scope.kind_of(node.path)
        if kind is None:
            wrong = ".".join(node.path)
            known = list(self.scope.suggestions(node.path))
            meant = f"{wrong.upper()}()" if wrong.upper() in _WITHOUT_ARGUMENTS else suggestion(wrong, known)
            self._problem(node, "expression.unknown_field", field=wrong, suggestion=meant)
        return kind or NOTHING

    def _binary(self, node: Binary) -> Kind:
        left, right = self.kind(node.left), self.kind(node.right)
        match node.operator:
            case "+" | "-":
                return self._sum(node, left, right)
            case "*" | "/" | "^":
                self.expect(node.left, left, (NUMBER,))
                self.expect(node.right, right, (NUMBER,))
                return NUMBER
            case "&":
                for part, kind in ((node.left, left), (node.right, right)):
                    self.expect(part, kind, (TEXT, NUMBER, DATE, DATETIME, TIME))
                return TEXT
            case "HAS":
                self.expect(node.left, left, (LIST,))
                self.expect(node.right, right, (TEXT,))
                self._choice(node.left, node.right)
            case "CONTAINS" | "STARTS WITH":
                self.expect(node.left, left, (TEXT,))
                self.expect(node.right, right, (TEXT,))
            case _:
                self._comparison(node, left, right)
        return BOOLEAN

    def _sum(self, node: Binary, left: Kind, right: Kind) -> Kind:
        days = {DATE, DATETIME}
        if node.operator == "-" and left in days:
            self.expect(node.right, right, (NUMBER, DATE, DATETIME))
            return NUMBER if right in days else left
        if node.operator == "+" and right in days:
            self.expect(node.left, left, (NUMBER,))
            return right
        self.expect(node.left, left, (NUMBER, DATE, DATETIME) if node.operator == "+" else (NUMBER,))
        self.expect(node.right, right, (NUMBER,))
        return left if left in days else NUMBER

    def _comparison(self, node: Binary, left: Kind, right: Kind) -> None:
        if any(isinstance(part, Literal) and part.value in {None, ""} for part in (node.left, node.right)):
            return  # a test for emptiness, which every kind bears
        self._comparable(node.right, left, right)
        if node.operator not in {"=", "<>"}:
            for part, kind in ((node.left, left), (node.right, right)):
                if kind.name not in ORDERED and kind != NOTHING:
                    self._problem(part, "expression.no_order", found=str(kind))
        self._choice(node.left, node.right)
        self._choice(node.right, node.left)

    def _comparable(self, node: Node, left: Kind, right: Kind) -> None:
        """Note a problem if the kinds can't be compared; `node` is the right-hand one."""
        both = {left, right}
        if both & {LIST, ANY}:
            self._problem(node, "expression.not_comparable", found=str(LIST if LIST in both else ANY))
        elif both == {DATE, DATETIME} or {kind.name for kind in both} == {"record", "number"}:
            return
        elif both in ({DATE, TEXT}, {DATETIME, TEXT}):
            self._problem(node, "expression.text_for_date", expected=str(left), found=str(right), **_as_date(node))
        else:
            self.expect(node, right, (left,))

    def _membership(self, subject: Node, options: Sequence[Node]) -> None:
        kind = self.kind(subject)
        for option in options:
            self._comparable(option, kind, self.kind(option))
            self._choice(subject, option)

    def _choice(self, field: Node, value: Node) -> None:
        if not (isinstance(field, Name) and isinstance(value, Literal) and isinstance(value.value, str)):
            return
        known = self.scope.choices(field.path)
        if known is not None and value.value and value.value not in known:
            meant = suggestion(value.value, known)
            field_name = ".".join(field.path)
            self._problem(value, "expression.unknown_choice", field=field_name, value=value.value, suggestion=meant)

    def _related(self, node: Related) -> Kind:
        scope = self.scope.related(node.entity, node.link)
        if scope is not None:
            inside = _Checker(scope)
            inside.problems = self.problems
            return self._called(node, inside)
        wrong = f"{node.entity}.{node.link}"
        told = {"name": wrong, "suggestion": suggestion(wrong, self.scope.relations())}
        self.problems.append(ExpressionError("expression.unknown_records", told, node.source))
        result = FUNCTIONS[node.function].result
        return result if isinstance(result, Kind) else NOTHING

    def _called(self, node: Call | Related, inside: _Checker) -> Kind:
        """Return what a function gives; its arguments are about what `inside` checks."""
        function = FUNCTIONS[node.function]
        kinds = [inside.kind(argument) for argument in node.arguments]
        params = function.shape.params(len(kinds))
        if params is None:
            told = {"function": function.name, "usage": function.usage, "found": len(kinds)}
            self._problem(node, "expression.wrong_arguments", **told)
            return function.result if isinstance(function.result, Kind) else NOTHING
        for argument, kind, param in zip(node.arguments, kinds, params, strict=False):
            if param.kinds:
                inside.expect(argument, kind, param.kinds)
        result = function.kind_of(kinds)
        if result is None:
            self._problem(node, "expression.mixed_kinds", function=function.name, found=_told(kinds))
        return result or NOTHING


_CONVERTED = {("text", "number"): "VALUE", ("number", "text"): "TEXT", ("datetime", "date"): "DATE"}
"""The function that makes the second kind of the first."""
_WITHOUT_ARGUMENTS = frozenset(name for name, function in FUNCTIONS.items() if function.shape.params(0) is not None)
_LONGEST_SHOWN = 60


def _converted(node: Node, kind: Kind, wanted: Sequence[Kind]) -> str | None:
    """Return how a value of one kind is made one of the wanted kinds; None if there is no such way."""
    function = next((_CONVERTED[pair] for one in wanted if (pair := (kind.name, one.name)) in _CONVERTED), None)
    written = unparse(node)
    return f"{function}({written})" if function and len(written) <= _LONGEST_SHOWN else None


def _as_date(node: Node) -> dict[str, str]:
    """Return the date that a text spells, as the language writes it, for a suggestion."""
    is_date = isinstance(node, Literal) and isinstance(node.value, str) and _ISO_DATE.fullmatch(node.value)
    return {"suggestion": f"DATE({unparse(node)})"} if is_date else {}


_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _literal_kind(value: object) -> Kind:
    if value is None:
        return NOTHING
    if isinstance(value, bool):
        return BOOLEAN
    return TEXT if isinstance(value, str) else NUMBER


def _told(kinds: Iterable[Kind]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(kind) for kind in kinds if kind != NOTHING))
