"""A report as a workbook: its groups with live totals, its records where it shows them, and its chart."""

from __future__ import annotations

from dataclasses import replace

from kartoteka.reports.figures import headings
from kartoteka.reports.questions import Answer
from kartoteka.reports.reader import Reader
from kartoteka.reports.recorded_sheets import recorded_sheet
from kartoteka.reports.summed_sheets import summed_sheet
from kartoteka.reports.workbook import Properties, Workbook


def report_workbook(answer: Answer, reader: Reader) -> Workbook:
    """Return the workbook of a report; its rows are read while it is written."""
    lines = tuple(headings(answer, reader))
    sheet = recorded_sheet(answer, reader) if answer.report.columns else summed_sheet(answer, reader)
    sheet = replace(sheet, title_lines=lines, total_label=reader.say("Total"))
    properties = Properties(lines[0], author=answer.actor.name, created=answer.unit.now.replace(tzinfo=None))
    return Workbook((sheet,), properties)
