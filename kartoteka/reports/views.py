"""The pages of reports: all that one may see; one of them; and as a file."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

from starlette.responses import Response

from kartoteka.metadata.labels import label_in
from kartoteka.metadata.problems import Forbidden
from kartoteka.platform.exports import MOST_AT_ONCE, ask_for_export, report_request
from kartoteka.platform.units import Unit
from kartoteka.platform.web.attachments import known_form, made_file
from kartoteka.platform.web.contexts import Action, Empty, Option
from kartoteka.platform.web.shell import index_tab, make_shell, page, redirect
from kartoteka.platform.web.visits import Visit
from kartoteka.reports.bars import bars_of
from kartoteka.reports.contexts import ReportEntry, ReportPage, ReportsPage
from kartoteka.reports.figures import as_of, measure_label, shown
from kartoteka.reports.parameters import parameter_widgets
from kartoteka.reports.questions import FILTER, Answer, Parameters, answer, usable_reports
from kartoteka.reports.reader import Reader, reader_of
from kartoteka.reports.screens import Table
from kartoteka.reports.workbooks import Workbooks

MOST_HEADLINES = 4
HANDED_ON = ("where", "period")
"""Parameters of a report besides the filters of single fields."""


def show_reports(unit: Unit, visit: Visit) -> Response:
    """Show the reports that make sense to the person."""
    entries = []
    for report in usable_reports(unit, visit.actor):
        entity = unit.model.catalog.entities[report.entity]
        label = label_in(report.label, visit.language, entity.names(visit.language))
        description = label_in(report.description, visit.language)
        tab = index_tab(entity, visit.language, several=True)
        entries.append(ReportEntry(label, description, f"/-/reports/{report.key}", tab))
    entries.sort(key=lambda each: (each.tab.label, each.label))
    text = visit.say("Reports come with packages, or are made in the studio.")
    empty = Empty("nothing_yet", visit.say("No reports"), text, "report") if not entries else None
    context = ReportsPage(make_shell(unit, visit, visit.say("Reports")), tuple(entries), empty)
    return page(visit, "reports/reports.html", context)


def show_report(unit: Unit, visit: Visit) -> Response:
    """Show a report: the whole page, or the part that a changed parameter asks for."""
    found = answer(unit, visit.actor, str(visit.path["key"]), parameters_of(visit))
    return page(
        visit, "reports/_report.html" if visit.is_fragment else "reports/report.html", report_page(visit, found)
    )


def download_report(unit: Unit, visit: Visit) -> Response:
    """Send a report as a file; of one with many records go on to the page that waits for it."""
    form, key = known_form(str(visit.path["form"])), str(visit.path["key"])
    if not unit.model.access.may_export(visit.actor):
        raise Forbidden("access.no_export")
    parameters = parameters_of(visit)
    found = answer(unit, visit.actor, key, parameters)
    title = label_in(found.report.label, visit.language, found.entity.names(visit.language))
    if found.count > MOST_AT_ONCE:
        job = ask_for_export(visit.runtime, visit.actor, report_request(key, parameters, title, form))
        return redirect(f"/-/jobs/{job}")
    workbooks = Workbooks(visit.runtime.templates)
    return made_file(title, form, lambda file: workbooks.write_report(found, form, file))


def parameters_of(visit: Visit) -> Parameters:
    """Return what of the address narrows the report down."""
    given = visit.request.query_params.multi_items()
    return tuple((name, text) for name, text in given if name in HANDED_ON or name.startswith(FILTER))


def report_page(visit: Visit, found: Answer) -> ReportPage:
    """Return everything that the report's template shows."""
    reader = reader_of(visit.actor, visit.runtime.templates)
    table = Table(found, reader)
    title = label_in(found.report.label, reader.language, found.entity.names(reader.language))
    bars, chart_title = bars_of(found, reader)
    nothing = not found.whole.branches and (found.report.groups or not found.count) and not _has_figures(found)
    return ReportPage(
        shell=make_shell(found.unit, visit, title),
        title=title,
        description=label_in(found.report.description, reader.language),
        url=f"/-/reports/{found.report.key}",
        columns=table.heads,
        rows=table.rows,
        parameters=tuple(parameter_widgets(found, reader)),
        chart_title=chart_title,
        bars=bars,
        headlines=tuple(_headlines(found, reader)),
        actions=tuple(_actions(visit, found)),
        note=_note(found, reader, table),
        empty=_empty(found, reader) if nothing else None,
    )


def _has_figures(found: Answer) -> bool:
    return not found.report.groups and bool(found.report.measures)


def _headlines(found: Answer, reader: Reader) -> Iterator[Option]:
    for measure in found.report.measures[:MOST_HEADLINES]:
        value = found.summed.value(measure.key, found.summed.total)
        text = shown(found.summed.figures[measure.key], value, reader.locale)
        yield Option(text or "–", measure_label(found, measure, reader))


def _note(found: Answer, reader: Reader, table: Table) -> str:
    parts = [f"{as_of(found, reader)}."]
    if table.left_out:
        count = reader.locale.number(table.left_out)
        parts.append(reader.say("More cards in the downloads: %(count)s.") % {"count": count})
    if not found.summed.is_whole:
        parts.append(reader.say("There are more groups than can be shown; the totals are over all of them."))
    return " ".join(parts)


def _empty(found: Answer, reader: Reader) -> Empty:
    clear = Action(reader.say("Clear filters"), f"/-/reports/{found.report.key}", "filter-x")
    text = reader.say("No card meets what this report asks for.")
    return Empty("no_match", reader.say("Nothing matches"), text, "report", (clear,) if found.parameters else ())


def _actions(visit: Visit, found: Answer) -> Iterator[Action]:
    if not found.unit.model.access.may_export(visit.actor):
        return
    asked = f"?{urlencode(found.parameters)}" if found.parameters else ""
    address = f"/-/reports/{found.report.key}"
    yield Action(visit.say("Download as CSV"), f"{address}.csv{asked}", "file-text")
    yield Action(visit.say("Download as Excel"), f"{address}.xlsx{asked}", "file-spreadsheet", style="primary")
