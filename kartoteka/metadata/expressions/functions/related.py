"""Functions over related records: those of a card type whose link leads to the record in hand.

`SUM_OF(deal.client, amount, stage = "won")`, said of a client, adds up the amounts of the deals whose field `client`
leads to it. What is said behind the name of the records is about one of them. Whoever reads the result counts only
the records that he may see.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from sqlalchemy import func

from kartoteka.metadata.columns import total
from kartoteka.metadata.expressions.arithmetic import CONTEXT, comparable
from kartoteka.metadata.expressions.kinds import BOOLEAN, DATE, DATETIME, NUMBER
from kartoteka.metadata.expressions.signatures import Aggregate, Function, Param, fixed, number
from kartoteka.metadata.expressions.tree import Binary, Literal, Node, Related, Unary

_VALUE = Param("value", (NUMBER, DATE, DATETIME))
_CONDITION = Param("condition", (BOOLEAN,)).or_else(True)
_NONE = Literal(Decimal(0))


def _present(values: Sequence[Any]) -> list[Any]:
    return [value for value in values if value is not None]


def _sum(values: Sequence[Any]) -> Decimal:
    found = Decimal(0)
    for value in _present(values):
        found = CONTEXT.add(found, value)
    return found


def _average(values: Sequence[Any]) -> Decimal | None:
    present = _present(values)
    return CONTEXT.divide(_sum(present), Decimal(len(present))) if present else None


def _extreme(choose: Callable[..., Any]) -> Callable[[Sequence[Any]], Any]:
    return lambda values: choose(_present(values), key=lambda value: comparable(value, value)[0], default=None)


def _counted_without(node: Related) -> Node:
    denied = tuple(Unary("NOT", condition) for condition in node.arguments)
    return replace(node, function="COUNT_OF", arguments=denied)


FUNCTIONS = (
    Function(
        name="COUNT_OF",
        shape=fixed(_CONDITION),
        result=NUMBER,
        description="How many related records there are, or for how many a condition holds.",
        example=('COUNT_OF(deal.parent, stage = "won")', "2"),
        over_related=True,
        python=lambda values: Decimal(len(values)),
        sql=Aggregate(lambda _value: func.count(), empty=Decimal(0)),
    ),
    Function(
        name="SUM_OF",
        shape=fixed(number(handling="plain"), _CONDITION),
        result=NUMBER,
        description="The sum of a number over related records, of all or of those for which a condition holds.",
        example=("SUM_OF(deal.parent, amount)", "350.25"),
        over_related=True,
        python=_sum,
        sql=Aggregate(total, on_stored=True, empty=Decimal(0)),
    ),
    Function(
        name="AVERAGE_OF",
        shape=fixed(number(handling="plain"), _CONDITION),
        result=NUMBER,
        description="The mean of a number over related records; empty ones are passed over.",
        example=('AVERAGE_OF(deal.parent, amount, stage = "won")', "150.125"),
        over_related=True,
        python=_average,
        sql=Aggregate(lambda value: func.avg(value, type_=value.type)),
    ),
    Function(
        name="MIN_OF",
        shape=fixed(_VALUE, _CONDITION),
        result=lambda given: given[:1],
        description="The least number or the earliest date over related records.",
        example=("MIN_OF(deal.parent, amount)", "50"),
        over_related=True,
        python=_extreme(min),
        sql=Aggregate(func.min, on_stored=True),
    ),
    Function(
        name="MAX_OF",
        shape=fixed(_VALUE, _CONDITION),
        result=lambda given: given[:1],
        description="The greatest number or the latest date over related records.",
        example=("MAX_OF(deal.parent, closing_date)", 'DATE("2026-03-31")'),
        over_related=True,
        python=_extreme(max),
        sql=Aggregate(func.max, on_stored=True),
    ),
    Function(
        name="ANY_OF",
        shape=fixed(Param("condition", (BOOLEAN,))),
        result=BOOLEAN,
        description="TRUE if the condition holds for at least one related record.",
        example=("ANY_OF(deal.parent, amount > 100)", "TRUE"),
        over_related=True,
        expands=lambda node: Binary(">", replace(node, function="COUNT_OF"), _NONE),
    ),
    Function(
        name="ALL_OF",
        shape=fixed(Param("condition", (BOOLEAN,))),
        result=BOOLEAN,
        description="TRUE if the condition holds for every related record, also where there is none.",
        example=("ALL_OF(deal.parent, amount > 100)", "FALSE"),
        over_related=True,
        expands=lambda node: Binary("=", _counted_without(node), _NONE),
    ),
)
