"""Native Excel charts over cells that are already written."""

from dataclasses import dataclass

from openpyxl.chart import BarChart, LineChart, PieChart, Reference
from openpyxl.chart.label import DataLabelList
from openpyxl.worksheet.worksheet import Worksheet

from kartoteka.reports.cells import clean
from kartoteka.reports.workbook import Chart


@dataclass(frozen=True, slots=True)
class Source:
    """Where a chart's numbers are: columns (counted from 1), the row of titles above, the last row."""

    worksheet: Worksheet
    category: int
    series: tuple[int, ...]
    header_row: int
    last_row: int


def build_chart(chart: Chart, source: Source) -> BarChart | LineChart | PieChart:
    """The chart, ready to be placed on a sheet."""
    drawn = _shape(chart)
    drawn.title = clean(chart.title) or None
    drawn.width, drawn.height = 24, 12
    series = source.series[:1] if chart.kind == "pie" else source.series
    for column in series:
        drawn.add_data(_cells(source, column, source.header_row), titles_from_data=True)
    for line in drawn.series:
        line.smooth = False if chart.kind == "line" else None  # a curve would show values that nobody has
    drawn.set_categories(_cells(source, source.category, source.header_row + 1))
    if len(series) == 1 and chart.kind != "pie":
        drawn.legend = None
    return drawn


def _cells(source: Source, column: int, first_row: int) -> Reference:
    return Reference(source.worksheet, min_col=column, max_col=column, min_row=first_row, max_row=source.last_row)


def _shape(chart: Chart) -> BarChart | LineChart | PieChart:
    if chart.kind == "pie":
        pie = PieChart()
        pie.dataLabels = DataLabelList()
        pie.dataLabels.showPercent = True
        return pie
    drawn = LineChart() if chart.kind == "line" else _bars(chart)
    # openpyxl leaves the mark open, and Excel then takes the axes for deleted.
    drawn.x_axis.delete = False
    drawn.y_axis.delete = False
    return drawn


def _bars(chart: Chart) -> BarChart:
    bars = BarChart()
    bars.type = "bar" if chart.kind == "bar" else "col"
    if chart.kind == "stacked":
        bars.grouping = "stacked"
        bars.overlap = 100
    return bars
