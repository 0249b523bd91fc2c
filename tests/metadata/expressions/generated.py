"""Well-typed expressions and records at random, for property tests."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from kartoteka.metadata.expressions import FUNCTIONS, Kind, Node, Path
from kartoteka.metadata.expressions.kinds import BOOLEAN, DATE, DATETIME, LIST, NUMBER, TEXT, TIME, record
from kartoteka.metadata.expressions.signatures import Param
from kartoteka.metadata.expressions.tree import Binary, Call, Literal, Membership, Name, Related, Unary, logic
from tests.metadata.expressions.card import KINDS

USER = record("user")
LETTERS = "aBzЖжЁёйąĆłńŻ %_/'\"\\-.1290é"
FIELDS = {path: kind for path, kind in KINDS.items() if path not in {("stage",), ("client", "segment"), ("parent",)}}
SPECIAL = {"IF", "IFS", "SWITCH", "CHOOSE", "COALESCE", "NULL_IF", "BETWEEN", "MIN", "MAX"}
EXACT = {"TEXT", "CONCAT", "JOIN", "MOD", "POWER", "QUOTIENT", "ROUND_TO", "ROUND_UP", "ROUND_DOWN"}
"""Functions that a sixteenth digit may tip over; SQLite has fifteen, so they get fields and constants."""
CHOOSABLE = (NUMBER, TEXT, BOOLEAN, DATE)
DEPTH = 3

texts = st.text(LETTERS, max_size=8)
items = st.lists(st.text("aąЖ -", min_size=1, max_size=3), unique=True, max_size=3).map(tuple)


def decimals(limit: int, places: int) -> st.SearchStrategy[Decimal]:
    return st.integers(-limit, limit).map(lambda units: Decimal(units).scaleb(-places))


def moments() -> st.SearchStrategy[datetime]:
    seconds = st.integers(-(10**9), 3 * 10**9)
    return st.builds(
        lambda s, m: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=s, microseconds=m),
        seconds,
        st.sampled_from([0, 250000, 999999]),
    )


VALUES: dict[Kind, st.SearchStrategy[Any]] = {
    TEXT: texts,
    BOOLEAN: st.booleans(),
    DATE: st.dates(date(1900, 1, 1), date(2100, 12, 31)),
    DATETIME: moments(),
    TIME: st.builds(time, st.integers(0, 23), st.integers(0, 59), st.integers(0, 59)),
    LIST: items,
    USER: st.integers(5, 8),
}
NUMBERS = {
    ("amount",): decimals(99999, 2),
    ("price",): decimals(99999, 4),
    ("pieces",): st.integers(-20, 20),
}


@st.composite
def records(draw: st.DrawFn) -> Mapping[Path, Any]:
    values = {}
    for path, kind in FIELDS.items():
        known = NUMBERS[path] if path in NUMBERS else VALUES[kind]
        values[path] = draw(st.none() | known)
    values["parent",] = draw(st.none() | st.integers(0, 2))
    return values


@st.composite
def expressions(draw: st.DrawFn, kind: Kind, depth: int = DEPTH) -> Node:
    """A tree whose value is of `kind`."""
    if depth <= 0 or kind in {LIST, TIME, USER}:
        return draw(_leaf(kind))
    ways = [_leaf(kind), _call(kind, depth - 1)]
    if kind in _OPERATIONS:
        ways.append(_OPERATIONS[kind](depth - 1))
    if kind in {NUMBER, BOOLEAN, DATE, DATETIME}:
        ways.append(_over_related(kind, depth - 2))
    return draw(st.one_of(ways))


def _leaf(kind: Kind) -> st.SearchStrategy[Node]:
    named = st.sampled_from([path for path, known in FIELDS.items() if known == kind]).map(Name)
    return st.one_of(named, _literal(kind)) if kind not in {LIST, TIME} else named


def _literal(kind: Kind) -> st.SearchStrategy[Node]:
    if kind == USER:
        return st.just(Call("ME"))
    if kind == DATE:
        written = st.dates(date(1990, 1, 1), date(2050, 1, 1)).map(lambda d: Call("DATE", (Literal(d.isoformat()),)))
        return st.one_of(written, st.just(Call("TODAY")))
    if kind == DATETIME:
        return st.just(Call("NOW"))
    known: dict[Kind, st.SearchStrategy[Any]] = {
        NUMBER: decimals(3000, 2).map(abs) | st.integers(0, 12).map(Decimal),
        TEXT: texts,
        BOOLEAN: st.booleans(),
    }
    return st.one_of(known[kind], known[kind], known[kind], st.none()).map(Literal)


@st.composite
def _number(draw: st.DrawFn, depth: int) -> Node:
    way = draw(st.sampled_from(["negative", "power", "days", "moments", *"+-*/"]))
    if way == "negative":
        return Unary("-", draw(expressions(NUMBER, depth)))
    if way == "power":
        return Binary("^", draw(_leaf(NUMBER)), Literal(Decimal(draw(st.integers(0, 3)))))
    if way == "days":
        return Binary("-", draw(expressions(DATE, depth)), draw(expressions(DATE, depth)))
    if way == "moments":
        return Binary("-", draw(expressions(DATETIME, depth)), draw(expressions(DATE, depth)))
    return Binary(way, draw(expressions(NUMBER, depth)), draw(expressions(NUMBER, depth)))


@st.composite
def _truth(draw: st.DrawFn, depth: int) -> Node:
    way = draw(st.sampled_from(["not", "logic", "in", "has", "search", "empty", "compare", "compare"]))
    if way == "not":
        return Unary("NOT", draw(expressions(BOOLEAN, depth)))
    if way == "logic":
        operands = draw(st.lists(expressions(BOOLEAN, depth), min_size=2, max_size=3))
        return logic(draw(st.sampled_from(["AND", "OR"])), tuple(operands))
    if way == "has":
        return Binary("HAS", draw(_leaf(LIST)), draw(expressions(TEXT, depth)))
    if way == "search":
        operator = draw(st.sampled_from(["CONTAINS", "STARTS WITH"]))
        return Binary(operator, draw(expressions(TEXT, depth)), draw(expressions(TEXT, depth)))
    kind = draw(st.sampled_from([NUMBER, TEXT, BOOLEAN, DATE, DATETIME, USER]))
    subject = draw(expressions(kind, depth))
    if way == "in":
        options = draw(st.lists(expressions(kind, depth), min_size=1, max_size=3))
        return Membership(subject, tuple(options), draw(st.booleans()))
    if way == "empty":
        return Binary(draw(st.sampled_from(["=", "<>"])), subject, Literal(draw(st.sampled_from([None, ""]))))
    operators = ["=", "<>"] if kind in {BOOLEAN, USER} else ["=", "<>", "<", "<=", ">", ">="]
    other = draw(st.sampled_from([DATE, DATETIME])) if kind in {DATE, DATETIME} else kind
    return Binary(draw(st.sampled_from(operators)), subject, draw(expressions(other, depth)))


@st.composite
def _joined(draw: st.DrawFn, depth: int) -> Node:
    # A computed number written out shows all its digits, of which SQLite has 15.
    other = st.one_of(expressions(TEXT, depth), *[_leaf(kind) for kind in (NUMBER, DATE, DATETIME, TIME)])
    return Binary("&", draw(expressions(TEXT, depth)), draw(other))


@st.composite
def _day(draw: st.DrawFn, depth: int) -> Node:
    return Binary(draw(st.sampled_from("+-")), draw(expressions(DATE, depth)), draw(expressions(NUMBER, depth)))


@st.composite
def _moment(draw: st.DrawFn, depth: int) -> Node:
    return Binary(draw(st.sampled_from("+-")), draw(expressions(DATETIME, depth)), draw(_leaf(NUMBER)))


@st.composite
def _over_related(draw: st.DrawFn, kind: Kind, depth: int) -> Node:
    names = {
        NUMBER: ["COUNT_OF", "SUM_OF", "AVERAGE_OF", "MIN_OF", "MAX_OF"],
        BOOLEAN: ["ANY_OF", "ALL_OF"],
    }.get(kind, ["MIN_OF", "MAX_OF"])
    name = draw(st.sampled_from(names))
    value = [] if name in {"COUNT_OF", "ANY_OF", "ALL_OF"} else [draw(expressions(kind, depth))]
    condition = [draw(expressions(BOOLEAN, depth))] if name in {"ANY_OF", "ALL_OF"} or draw(st.booleans()) else []
    return Related(name, "deal", "parent", (*value, *condition))


_OPERATIONS: dict[Kind, Any] = {
    NUMBER: _number,
    BOOLEAN: _truth,
    TEXT: _joined,
    DATE: _day,
    DATETIME: _moment,
}


@st.composite
def _call(draw: st.DrawFn, kind: Kind, depth: int) -> Node:
    functions = [each for each in FUNCTIONS.values() if each.name not in SPECIAL and not each.over_related]
    plain = [each.name for each in functions if each.result == kind]
    special = sorted(SPECIAL - {"BETWEEN"} - (set() if kind in {NUMBER, DATE} else {"MIN", "MAX"}))
    name = draw(st.sampled_from([*plain, *special, *(["BETWEEN"] if kind == BOOLEAN else [])]))
    shape = FUNCTIONS[name].shape
    count = draw(st.sampled_from([count for count in range(6) if shape.params(count) is not None]))
    if name in SPECIAL:
        return draw(_choosing(name, kind, count, depth))
    arguments = [draw(_argument(name, param, depth)) for param in (shape.params(count) or ())[:count]]
    return Call(name, tuple(arguments))


def _argument(name: str, param: Param, depth: int) -> st.SearchStrategy[Node]:
    kinds = param.kinds or CHOOSABLE
    if name in EXACT:
        return st.one_of([_leaf(kind) for kind in kinds])
    return st.one_of([expressions(kind, depth) for kind in kinds])


@st.composite
def _choosing(draw: st.DrawFn, name: str, kind: Kind, count: int, depth: int) -> Node:
    subject = draw(st.sampled_from([NUMBER, TEXT, DATE]))
    kinds = {
        "IF": [BOOLEAN, *[kind] * (count - 1)],
        "IFS": [BOOLEAN if n % 2 == 0 and n < count - count % 2 else kind for n in range(count)],
        "SWITCH": [subject, *[subject if n % 2 and n < count - 1 + count % 2 else kind for n in range(1, count)]],
        "CHOOSE": [NUMBER, *[kind] * (count - 1)],
        "BETWEEN": [draw(st.sampled_from([NUMBER, DATE, DATETIME]))] * count,
    }.get(name, [kind] * count)
    return Call(name, tuple(draw(expressions(one, depth)) for one in kinds))
