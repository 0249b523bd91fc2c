"""The chart of a report on its page: a bar for each outermost group."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from kartoteka.metadata.fieldtypes.money import Money
from kartoteka.reports.contexts import Bar
from kartoteka.reports.drill import drill_url
from kartoteka.reports.figures import branch_label, measure_label, shown
from kartoteka.reports.questions import Answer, Branch
from kartoteka.reports.reader import Reader

MOST_BARS = 40


def bars_of(found: Answer, reader: Reader) -> tuple[tuple[Bar, ...], str]:
    """Return a bar for each outermost group, of money in one currency, and what stands over them."""
    chart = found.report.chart
    if chart is None or not found.whole.branches:
        return (), ""
    measure = next(each for each in found.report.measures if each.key == chart.measure)
    branches = found.whole.branches[:MOST_BARS]
    values = [found.summed.value(measure.key, branch.tallies) for branch in branches]
    currencies = [each.currency for value in values if isinstance(value, tuple) for each in value]
    currency = currencies[0] if currencies else ""
    sizes = [_size(value, currency) for value in values]
    longest = max(sizes, default=Decimal(0))
    figure = found.summed.figures[measure.key]
    bars = tuple(
        Bar(
            branch_label(found, branch, reader),
            shown(figure, value, reader.locale),
            round(100 * float(size / longest), 1) if longest > 0 else 0,
            _colour(found, branch),
            drill_url(found, branch),
        )
        for branch, value, size in zip(branches, values, sizes, strict=True)
    )
    title = measure_label(found, measure, reader)
    return bars, f"{title}, {currency}" if len(set(currencies)) > 1 else title


def _size(value: Any, currency: str) -> Decimal:
    """Return how long a bar is; what is below nought, or can't be measured, has none."""
    if isinstance(value, tuple):
        value = next((each.amount for each in value if isinstance(each, Money) and each.currency == currency), None)
    return max(Decimal(value), Decimal(0)) if isinstance(value, int | Decimal) else Decimal(0)


def _colour(found: Answer, branch: Branch) -> str:
    """Return the colour of a choice's option, else the card type's."""
    field = found.summed.levels[0].field
    options = getattr(field.type, "choices", ()) if field else ()
    chosen = next((each for each in options if each.key == branch.key[0]), None)
    return (chosen.colour if chosen else None) or found.entity.colour
