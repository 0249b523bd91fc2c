"""View models of a report: its parameters, its chart and its table of groups."""

from __future__ import annotations

from dataclasses import dataclass

from kartoteka.platform.web.contexts import Action, Cell, Empty, IndexTab, Option, Shell, Widget


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of the chart. `length` is in percent of the longest, `text` the formatted value."""

    label: str
    text: str
    length: float
    colour: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class ReportColumn:
    """A column; `kind` is a kind of cell and gives the alignment."""

    label: str
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A row. `level` is "group", "row", "subtotal" or "total"; `url` opens the records behind it."""

    cells: tuple[Cell, ...]
    level: str = "row"
    url: str = ""


@dataclass(frozen=True, slots=True)
class ReportPage:
    """A report as it is read on screen; the same question as its workbook."""

    shell: Shell
    title: str
    description: str
    url: str
    columns: tuple[ReportColumn, ...]
    rows: tuple[ReportRow, ...]
    parameters: tuple[Widget, ...] = ()
    chart_title: str = ""
    bars: tuple[Bar, ...] = ()
    headlines: tuple[Option, ...] = ()
    actions: tuple[Action, ...] = ()
    note: str = ""
    empty: Empty | None = None


@dataclass(frozen=True, slots=True)
class ReportEntry:
    """A report in the list of all; `tab` is the card type that it counts."""

    label: str
    description: str
    url: str
    tab: IndexTab


@dataclass(frozen=True, slots=True)
class ReportsPage:
    """All reports that a person may see."""

    shell: Shell
    entries: tuple[ReportEntry, ...]
    empty: Empty | None = None
