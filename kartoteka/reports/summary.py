"""The outermost groups' totals of a grouped sheet, gathered for the chart that draws them."""

from openpyxl.utils import get_column_letter

from kartoteka.reports.totals import Group, quote_sheet
from kartoteka.reports.workbook import Chart, Column, Formula, Row, Sheet

CHART_POINTS = 500
"""Groups that a summary holds at most; nobody can read more bars. An ellipsis stands for the rest."""


class Summary:
    """Remembers where each group's total row is. Does nothing for a sheet without groups or chart."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        chart = sheet.chart if sheet.groups else None
        columns = sheet.columns
        self._measures = [(i, columns[i]) for i in chart.series if columns[i].total] if chart else []
        self._points: list[Row] = []

    def add(self, label: str, group: Group, sheet_name: str, row: int) -> None:
        """Note a group whose totals are in that row."""
        if not self._measures or len(self._points) > CHART_POINTS:
            return
        if len(self._points) == CHART_POINTS:
            self._points.append(("…", *[None] * len(self._measures)))
            return
        links = [_link(position, column, group, sheet_name, row) for position, column in self._measures]
        self._points.append((label, *links))

    def as_sheet(self) -> Sheet | None:
        """The sheet with a linked row for each group, and the chart over them."""
        chart = self._sheet.chart
        if chart is None or not self._points:
            return None
        columns = [_column(column) for _, column in self._measures]
        return Sheet(
            name=chart.summary_name,
            columns=(Column(self._sheet.columns[self._sheet.label_column()].title), *columns),
            rows=self._points,
            chart=Chart(chart.kind, tuple(range(1, len(columns) + 1)), title=chart.title, place=chart.place),
        )


def _link(position: int, column: Column, group: Group, sheet_name: str, row: int) -> Formula | None:
    known = group.tallies[position].result(column.total) if column.total else None
    cell = f"{quote_sheet(sheet_name)}!{get_column_letter(position + 1)}{row}"
    return None if known is None else Formula(cell, known)


def _column(column: Column) -> Column:
    if column.total == "count":
        return Column(column.title, "integer")
    return Column(column.title, column.kind, column.number_format, column.width)
