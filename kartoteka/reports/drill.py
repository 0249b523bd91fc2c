"""From a figure to the records behind it: the address of a list that holds exactly them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from kartoteka.metadata.definitions import Group
from kartoteka.metadata.locales import Locale
from kartoteka.metadata.paths import Resolved
from kartoteka.reports.questions import FILTER, Answer, Branch

LONGEST = 1800
"""Characters of an address that every browser and proxy takes."""


def drill_url(answer: Answer, branch: Branch) -> str:
    """Return the address of the records of a group; empty where no list can show exactly them."""
    view = _unfiltered_list(answer)
    if view is None:
        return ""
    pairs = [("list", view)] if view else []
    conditions = [f"({each})" for each in answer.summary.where]
    for place, value in enumerate(branch.key):
        parameter = _parameter(answer, place, value)
        if parameter is None:
            return ""
        name, text = parameter
        if name == "where":
            conditions.append(text)
        else:
            # Of two levels of one date the inner one says it all.
            pairs = [pair for pair in pairs if pair[0] != name] + [(name, text)]
    if conditions:
        pairs.append(("where", " AND ".join(conditions)))
    url = f"/{answer.entity.key}" + (f"?{urlencode(pairs)}" if pairs else "")
    return url if len(url) <= LONGEST else ""


def _unfiltered_list(answer: Answer) -> str | None:
    """Return the key of a list that leaves nothing out; empty where there are no lists, None where all leave out."""
    lists = answer.unit.model.catalog.lists(answer.entity.key)
    return "" if not lists else next((each.key for each in lists if not each.filter), None)


def _parameter(answer: Answer, place: int, value: Any) -> tuple[str, str] | None:
    group, found = answer.report.groups[place], answer.summed.levels[place]
    if found.links_to:
        # Nothing there means: no record that the actor may read. So the condition goes over the link.
        return ("where", f"IS_EMPTY({group.field}.id)") if value is None else (FILTER + group.field, str(value))
    if value is None:
        return "where", f"IS_EMPTY({group.field})"
    if group.by != "value":
        return _period(group, found, value)
    if found.field is None or not found.field.type.columns():
        return None
    return _value(group.field, found, value, answer.actor.locale)


def _period(group: Group, found: Resolved, first: date) -> tuple[str, str]:
    last = last_day(first, group.by)
    if found.field is not None:
        return FILTER + group.field, first.isoformat() if last == first else f"{first.isoformat()}..{last.isoformat()}"
    after = (last + timedelta(days=1)).isoformat()
    return "where", f'{group.field} >= DATE("{first.isoformat()}") AND {group.field} < DATE("{after}")'


def last_day(first: date, by: str) -> date:
    """Return the last day of the period that begins on that day."""
    months = {"month": 1, "quarter": 3, "year": 12}.get(by, 0)
    if not months:
        return first + timedelta(days=6 if by == "week" else 0)
    year, month = divmod(first.month - 1 + months, 12)
    return date(first.year + year, month + 1, 1) - timedelta(days=1)


def _value(path: str, found: Resolved, value: Any, locale: Locale) -> tuple[str, str] | None:
    assert found.field is not None
    match value:
        case bool():
            return FILTER + path, "true" if value else "false"
        case str() if hasattr(found.field.type, "choices"):
            return FILTER + path, value
        case str():
            quoted = value.replace('"', '""')
            return "where", f'{path} = "{quoted}"'
        case _ if found.field.type.excel_kind in ("integer", "decimal", "date") and not hasattr(value, "currency"):
            return FILTER + path, found.field.type.edit(value, locale)[0]
    return None
