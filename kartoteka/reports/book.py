"""The frame of a workbook: what openpyxl makes, which is everything but the rows.

openpyxl keeps the styles, the order of sheets, the charts and the properties; a sheet's XML before and after
its rows is taken from its worksheet writer, and the rows are streamed between by `xlsx`.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import openpyxl
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.workbook.child import INVALID_TITLE_REGEX
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from kartoteka.reports.cells import clean
from kartoteka.reports.workbook import Column, Kind, Properties, Sheet

# The built-in date formats (14, 21, 22) are shown in the way of the reader's own country.
FORMATS: dict[Kind, str] = {
    "text": "@",
    "link": "@",
    "boolean": "General",
    "integer": "#,##0",
    "decimal": "#,##0.00",
    "date": "mm-dd-yy",
    "datetime": "m/d/yy h:mm",
    "time": "h:mm:ss",
    "duration": "[h]:mm:ss",
}
COUNT_FORMAT = "#,##0"
MAX_OUTLINE = 7

_INK = "0B5C5F"
_HEADER_FILL = PatternFill("solid", fgColor="E3EEEE")
_GROUP_FILL = PatternFill("solid", fgColor="F4F2EF")
_LINE = Side(style="thin", color="9AA5A5")
_SHEET_PART = re.compile(r"xl/worksheets/sheet\d+\.xml")


@dataclass(frozen=True, slots=True)
class Look:
    """The parts of a cell's style that differ."""

    number_format: str = FORMATS["text"]
    font: Font | None = None
    fill: PatternFill | None = None
    border: Border | None = None
    alignment: Alignment | None = None


@dataclass(frozen=True, slots=True)
class Styles:
    """Style indexes of one sheet: per column for rows and totals; group labels per level."""

    heading: int
    note: int
    header: int
    rows: tuple[int, ...]
    group_totals: tuple[int, ...]
    totals: tuple[int, ...]
    group: int
    labels: tuple[int, ...]


class Book:
    """A workbook under construction. Sheets come in the order of `add_sheet`."""

    def __init__(self, properties: Properties) -> None:
        self._book = openpyxl.Workbook()
        self._book.remove(self._book.worksheets[0])
        _fill_properties(self._book, properties)

    def add_sheet(self, name: str) -> Worksheet:
        """A new, empty sheet; its title is the name made legal and unique."""
        worksheet: Worksheet = self._book.create_sheet(sheet_name(name, self._book.sheetnames))
        return worksheet

    def add_chart_sheet(self, name: str, chart: object) -> None:
        """A sheet that is nothing but a chart."""
        self._book.create_chartsheet(sheet_name(name, self._book.sheetnames)).add_chart(chart)

    def part_name(self, worksheet: Worksheet) -> str:
        """Where in the zip openpyxl expects the sheet's XML."""
        names = [sheet.title for sheet in self._book.worksheets]
        return f"xl/worksheets/sheet{names.index(worksheet.title) + 1}.xml"

    def styles(self, worksheet: Worksheet, sheet: Sheet) -> Styles:
        """Register the styles that the sheet's rows use."""
        bold = Font(bold=True)
        group = Look(font=bold, fill=_GROUP_FILL)
        columns = sheet.columns
        return Styles(
            heading=_style(worksheet, Look(font=Font(bold=True, size=14, color=_INK))),
            note=_style(worksheet, Look(font=Font(color="5F6B6B"))),
            header=_style(worksheet, _header_look()),
            rows=tuple(_style(worksheet, _column_look(column)) for column in columns),
            group_totals=_total_styles(worksheet, columns, Border(top=_LINE)),
            totals=_total_styles(worksheet, columns, Border(top=Side(style="double", color=_INK))),
            group=_style(worksheet, group),
            labels=tuple(
                _style(worksheet, Look(font=bold, fill=_GROUP_FILL, alignment=Alignment(indent=level)))
                for level in range(max(sheet.groups, 1))
            ),
        )

    def copy_frame(self, archive: zipfile.ZipFile) -> None:
        """Write every part but the sheets into the archive."""
        saved = io.BytesIO()
        self._book.save(saved)
        with zipfile.ZipFile(saved) as frame:
            for name in frame.namelist():
                if not _SHEET_PART.fullmatch(name):
                    archive.writestr(name, frame.read(name))


def sheet_name(wanted: str, taken: Iterable[str]) -> str:
    """A name that Excel takes: short, without wildcards and brackets, unique whatever the case."""
    plain = re.sub(INVALID_TITLE_REGEX, " ", clean(wanted).replace("\n", " ").replace("\t", " "))
    plain = plain.strip(" '\r")[:31].rstrip(" '") or "Sheet"
    if plain.casefold() == "history":  # Excel keeps that one for itself
        plain += " 1"
    used = {name.casefold() for name in taken}
    name, counter = plain, 1
    while name.casefold() in used:
        counter += 1
        suffix = f" ({counter})"
        name = plain[: 31 - len(suffix)] + suffix
    return name


def dress(worksheet: Worksheet, sheet: Sheet, widths: Sequence[float], header_row: int) -> None:
    """Give the sheet its columns, panes, outline and print set-up."""
    for position, (column, width) in enumerate(zip(sheet.columns, widths, strict=True), start=1):
        dimension = worksheet.column_dimensions[get_column_letter(position)]
        dimension.width = width
        dimension.number_format = number_format(column)
        dimension.hidden = column.hidden
    if sheet.freeze:
        worksheet.freeze_panes = f"{get_column_letter(sheet.frozen_columns + 1)}{header_row + 1}"
    worksheet.sheet_format.outlineLevelRow = min(sheet.groups, MAX_OUTLINE)
    worksheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    worksheet.page_setup.fitToHeight = 0
    worksheet.page_setup.orientation = "landscape" if sum(widths) > 90 else "portrait"
    worksheet.print_title_rows = f"{header_row}:{header_row}"


def head(worksheet: Worksheet) -> bytes:
    """The sheet's XML up to its rows."""
    out = io.BytesIO()
    writer = WorksheetWriter(worksheet, out)
    writer.write_properties()
    writer.write_views()
    writer.write_format()
    writer.write_cols()
    writer.close()
    return out.getvalue().removesuffix(b"</worksheet>")


def tail(worksheet: Worksheet, extra: bytes = b"") -> bytes:
    """The sheet's XML after its rows; `extra` is put where the standard wants ignoredErrors."""
    out = io.BytesIO()
    writer = WorksheetWriter(worksheet, out)
    writer.write_tail()
    writer.close()
    xml = out.getvalue()
    xml = xml[xml.index(b">") + 1 :]
    place = xml.find(b"<drawing")
    place = xml.index(b"</worksheet>") if place < 0 else place
    return xml[:place] + extra + xml[place:]


def number_format(column: Column) -> str:
    """The column's own format, or the one of its kind."""
    return column.number_format or FORMATS[column.kind]


def _fill_properties(book: openpyxl.Workbook, properties: Properties) -> None:
    target = book.properties
    target.title = clean(properties.title) or None
    target.subject = clean(properties.subject) or None
    target.creator = clean(properties.author) or "Kartoteka"
    target.keywords = clean(properties.keywords) or None
    target.created = properties.created or datetime.now(UTC).replace(tzinfo=None)


def _style(worksheet: Worksheet, look: Look) -> int:
    """The index of a style, by way of a cell that never enters the sheet."""
    cell = Cell(worksheet, row=1, column=1)
    cell.number_format = look.number_format
    if look.font:
        cell.font = look.font
    if look.fill:
        cell.fill = look.fill
    if look.border:
        cell.border = look.border
    if look.alignment:
        cell.alignment = look.alignment
    return int(cell.style_id)


def _header_look() -> Look:
    return Look(
        font=Font(bold=True, color=_INK),
        fill=_HEADER_FILL,
        border=Border(bottom=Side(style="thin", color=_INK)),
        alignment=Alignment(vertical="center", wrap_text=True),
    )


def _column_look(column: Column) -> Look:
    font = Font(color=_INK, underline="single") if column.kind == "link" else None
    return Look(number_format=number_format(column), font=font)


def _total_styles(worksheet: Worksheet, columns: Sequence[Column], border: Border) -> tuple[int, ...]:
    bold = Font(bold=True)
    return tuple(
        _style(worksheet, Look(number_format=_total_format(column), font=bold, fill=_GROUP_FILL, border=border))
        for column in columns
    )


def _total_format(column: Column) -> str:
    """A count is a plain number whatever is counted; a column without a total holds labels or nothing."""
    if not column.has_total:
        return FORMATS["text"]
    return COUNT_FORMAT if column.total == "count" else number_format(column)
