"""One sheet of a workbook's description, on as many physical sheets as its rows take."""

from collections.abc import Iterator
from itertools import chain

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from kartoteka.reports.block_rows import block_rows
from kartoteka.reports.book import MAX_OUTLINE, Styles, dress
from kartoteka.reports.cells import cell, cell_writer, empty_cell
from kartoteka.reports.chart import Source, build_chart
from kartoteka.reports.part import Part, Target
from kartoteka.reports.summary import Summary
from kartoteka.reports.totals import Group
from kartoteka.reports.widths import column_widths, first_events
from kartoteka.reports.workbook import Block, Chart, Column, GroupStart, GroupTotal, Row, RowEvent, Sheet

_TEXT = Column("")


class SheetWriter:
    """One sheet of the description, on as many physical sheets as it takes."""

    def __init__(self, target: Target, sheet: Sheet) -> None:
        self._target = target
        self._sheet = sheet
        self._letters = [get_column_letter(i) for i in range(1, len(sheet.columns) + 1)]
        self._label = sheet.label_column()
        # The header and the totals need a row each, and a sheet that is all header would never end.
        self._header_row = len(sheet.title_lines) + (2 if sheet.title_lines else 1)
        if self._header_row >= target.last_row:
            raise ValueError("no room for rows under the title lines")
        self._summary = Summary(sheet)
        self._parts = 0

    def write(self) -> Sheet | None:
        """Write everything; returns the summary sheet that a grouped sheet's chart asks for."""
        rows = iter(self._sheet.rows)
        sample = first_events(rows)
        self._widths = column_widths(self._sheet.columns, sample)
        self._open_part()
        try:
            self._whole = Group.opened(self._sheet.columns, self._part.row)
            self._open_groups: list[Group] = []
            self._write_rows(chain(sample, rows))
            self._finish()
        except BaseException:
            self._part.abandon()
            raise
        return self._summary.as_sheet()

    # --- parts ---

    def _open_part(self) -> None:
        sheet, book = self._sheet, self._target.book
        worksheet = book.add_sheet(sheet.name)
        self._styles = book.styles(worksheet, sheet)
        dress(worksheet, sheet, self._widths, self._header_row)
        self._name = worksheet.title
        self._writers = [cell_writer(*given) for given in zip(sheet.columns, self._styles.rows, strict=True)]
        self._part = Part(self._target, worksheet)
        self._parts += 1
        self._write_titles(self._styles)

    def _write_titles(self, styles: Styles) -> None:
        part = self._part
        for position, line in enumerate(self._sheet.title_lines):
            write = cell_writer(_TEXT, styles.note if position else styles.heading)
            part.add(cell(f"A{part.row}", write(line)))
        if self._sheet.title_lines:
            part.add("")
        cells = [
            _dressed(f"{letter}{part.row}", styles.header, column.title)
            for column, letter in zip(self._sheet.columns, self._letters, strict=True)
        ]
        part.add("".join(cells))

    def _make_room(self) -> None:
        """Go on to another sheet where this one is full."""
        if not self._part.is_full():
            return
        groups = [self._whole, *self._open_groups]
        for group in groups:
            group.close_span(self._name, self._part.row - 1)
        self._close_part(self._part.row - 1)
        self._open_part()
        for group in groups:
            group.first = self._part.row

    def _close_part(self, last: int) -> None:
        """End the sheet, whose last row of data is `last`."""
        area = f"{self._letters[-1]}{max(last, self._header_row)}"
        worksheet = self._part.worksheet
        if self._sheet.autofilter:
            worksheet.auto_filter.ref = f"A{self._header_row}:{area}"
        if self._parts == 1 and last > self._header_row and self._sheet.chart and not self._sheet.groups:
            self._place_chart(self._sheet.chart, worksheet, last)
        # Texts of digits (codes, phone numbers) are meant to be texts: no green corners.
        ignored = f'<ignoredError sqref="A1:{area}" numberStoredAsText="1"/>'
        self._part.close(f"<ignoredErrors>{ignored}</ignoredErrors>".encode())

    def _place_chart(self, chart: Chart, worksheet: Worksheet, last: int) -> None:
        series = tuple(position + 1 for position in chart.series)
        drawn = build_chart(chart, Source(worksheet, chart.category + 1, series, self._header_row, last))
        if chart.place == "chart_sheet":
            self._target.book.add_chart_sheet(chart.title or self._sheet.name, drawn)
        else:
            worksheet.add_chart(drawn, f"{get_column_letter(len(self._letters) + 2)}{self._header_row}")

    # --- rows ---

    def _write_rows(self, rows: Iterator[RowEvent]) -> None:
        counted = bool(self._whole.tallies)
        for row in rows:
            self._make_room()
            if isinstance(row, GroupStart):
                self._start_group(row)
            elif isinstance(row, GroupTotal):
                self._end_group(row)
            elif isinstance(row, Block):
                self._write_block(row)
            else:
                self._write_row(row)
                if counted:
                    (self._open_groups[-1] if self._open_groups else self._whole).add(row)

    def _write_row(self, row: Row) -> None:
        number = self._part.row
        cells = [
            cell(f"{letter}{number}", write(value))
            for letter, write, value in zip(self._letters, self._writers, row, strict=True)
            if value is not None
        ]
        self._part.add("".join(cells), _outline(len(self._open_groups)))

    def _write_block(self, block: Block) -> None:
        """Write rows column by column; one by one where totals count them, or where they need another sheet."""
        if self._whole.tallies or not self._part.has_room(len(block)):
            self._write_rows(block.rows())
            return
        for cells in block_rows(block, self._letters, self._writers, self._part.row):
            self._part.add(cells)

    def _start_group(self, start: GroupStart) -> None:
        level = len(self._open_groups)
        if level >= self._sheet.groups:
            raise ValueError(f"the sheet has only {self._sheet.groups} levels of groups")
        row = self._part.row
        cells = [empty_cell(f"{letter}{row}", self._styles.group) for letter in self._letters]
        cells[self._label] = _dressed(f"{self._letters[self._label]}{row}", self._styles.labels[level], start.label)
        self._part.add("".join(cells), _outline(level))
        self._open_groups.append(Group.opened(self._sheet.columns, self._part.row))

    def _end_group(self, end: GroupTotal) -> None:
        if not self._open_groups:
            raise ValueError("a group total without a group")
        group = self._open_groups.pop()
        group.close_span(self._name, self._part.row - 1)
        (self._open_groups[-1] if self._open_groups else self._whole).merge(group)
        if not self._open_groups:
            self._summary.add(end.label, group, self._name, self._part.row)
        self._write_totals(group, end.label, self._styles.group_totals, _outline(len(self._open_groups)))

    def _write_totals(self, group: Group, label: str, styles: tuple[int, ...], attributes: str) -> None:
        row = self._part.row
        cells = []
        for position, (column, letter, style) in enumerate(
            zip(self._sheet.columns, self._letters, styles, strict=True)
        ):
            value: object = label if position == self._label else None
            if column.total:
                value = group.total(position, column.total, letter, self._name)
            elif column.quotient:
                value = group.quotient(column.quotient, self._name)
            cells.append(_dressed(f"{letter}{row}", style, value))
        self._part.add("".join(cells), attributes)

    def _finish(self) -> None:
        if self._open_groups:
            raise ValueError("a group without its total")
        last = self._part.row - 1
        if self._sheet.totals:
            self._make_room()
            last = self._part.row - 1
            self._whole.close_span(self._name, last)
            self._write_totals(self._whole, self._sheet.total_label, self._styles.totals, "")
        self._close_part(last)


def _dressed(name: str, style: int, value: object) -> str:
    """A cell that has its looks even where there is no value."""
    written = "" if value is None else cell_writer(_TEXT, style)(value)
    return cell(name, written) or empty_cell(name, style)


def _outline(level: int) -> str:
    return f' outlineLevel="{min(level, MAX_OUTLINE)}"' if level else ""
