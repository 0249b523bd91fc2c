"""What both shapes of a report's sheet share: columns, where each measure is, and the chart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from kartoteka.reports.questions import Answer
from kartoteka.reports.reader import Reader
from kartoteka.reports.workbook import Chart, ChartKind, Column, Total

TOTALS: dict[str, Total] = {"sum": "sum", "average": "average", "minimum": "min", "maximum": "max"}
_CHARTS: dict[str, ChartKind] = {"bar": "bar", "line": "line", "pie": "pie"}


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of a report's sheet, where each measure's is, and how its records become rows."""

    columns: tuple[Column, ...]
    places: dict[str, int] = field(default_factory=dict)
    row: Callable[[Sequence[Any]], list[Any]] = list


def chart_of(answer: Answer, reader: Reader, layout: Layout) -> Chart | None:
    """Return the chart of the outermost groups, where there are any and the measure can be drawn out of them."""
    chart = answer.report.chart
    if chart is None or not answer.report.groups or not answer.whole.branches:
        return None
    place = layout.places[chart.measure]
    nested = len(answer.report.groups) > 1 or bool(answer.report.columns)
    if nested and layout.columns[place].total is None:
        return None
    name = reader.say("Chart")
    return Chart(_CHARTS[chart.kind], (place,), title=layout.columns[place].title, summary_name=name)
