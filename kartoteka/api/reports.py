"""Reports: those that the actor may see, and what one of them finds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from starlette.responses import Response

from kartoteka.api.answers import give
from kartoteka.api.calls import Call
from kartoteka.metadata.definitions import Group, Measure, Report
from kartoteka.metadata.labels import label_in, title_from_key
from kartoteka.metadata.paths import Resolved
from kartoteka.platform.plain import plain
from kartoteka.platform.tallies import Tally
from kartoteka.platform.units import Unit
from kartoteka.reports.questions import Answer, Branch, answer, usable_reports


def list_reports(unit: Unit, call: Call) -> Response:
    """Answer the reports that make sense to the actor."""
    return give({"reports": [_head(call, each) for each in usable_reports(unit, call.actor)]})


def _head(call: Call, report: Report) -> dict[str, Any]:
    label = label_in(report.label, call.language, title_from_key(report.key))
    return {"key": report.key, "label": label, "entity": report.entity}


def run_report(unit: Unit, call: Call) -> Response:
    """Answer a report's groups, one inside the other, with their figures and the total of everything."""
    asker = replace(call.actor, locale=call.locale)
    found = answer(unit, asker, str(call.path["key"]), call.query.multi_items())
    return give(
        {
            **_head(call, found.report),
            "groups": [_group(each) for each in found.report.groups],
            "measures": [_measure(call, each) for each in found.report.measures],
            "rows": [_branch(found, each) for each in found.whole.branches],
            "total": _figures(found, found.whole.tallies),
            "is_whole": found.summed.is_whole,
        }
    )


def _group(group: Group) -> dict[str, Any]:
    return {"field": group.field, "by": group.by}


def _measure(call: Call, measure: Measure) -> dict[str, Any]:
    label = label_in(measure.label, call.language, title_from_key(measure.key))
    return {"key": measure.key, "function": measure.function, "field": measure.field, "label": label}


def _branch(found: Answer, branch: Branch) -> dict[str, Any]:
    depth = len(branch.key) - 1
    group, level = found.report.groups[depth], found.summed.levels[depth]
    tree: dict[str, Any] = {"group": _group_value(group, level, branch)}
    tree["values"] = _figures(found, branch.tallies)
    if branch.branches:
        tree["rows"] = [_branch(found, each) for each in branch.branches]
    return tree


def _group_value(group: Group, level: Resolved, branch: Branch) -> Any:
    """Return what a group is known by: a value as records have it, or the first day of a period."""
    value = branch.key[-1]
    if value is None:
        return None
    if level.links_to is not None:
        return {"id": value, "title": branch.title}
    if group.by == "value" and level.field is not None:
        return level.field.type.dump(value)
    return plain(value)


def _figures(found: Answer, tallies: Mapping[str, Tally]) -> dict[str, Any]:
    return {each.key: plain(found.summed.value(each.key, tallies)) for each in found.report.measures}
