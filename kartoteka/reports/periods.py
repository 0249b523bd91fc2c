"""Periods as people choose and read them: "this quarter" as a condition, "March 2026" as the name of a group."""

from __future__ import annotations

from datetime import date
from types import MappingProxyType
from typing import Final

from babel import Locale as BabelLocale
from babel.dates import format_date, format_skeleton

from kartoteka.metadata.locales import Locale
from kartoteka.platform.web.errors import N_
from kartoteka.platform.web.naming import Say

_MONTH, _QUARTER, _YEAR = "START_OF_MONTH(TODAY())", "START_OF_QUARTER(TODAY())", "START_OF_YEAR(TODAY())"

PRESETS: Final = MappingProxyType(
    {
        "this_month": (N_("This month"), _MONTH, f"ADD_MONTHS({_MONTH}, 1)"),
        "last_month": (N_("Last month"), f"ADD_MONTHS({_MONTH}, -1)", _MONTH),
        "this_quarter": (N_("This quarter"), _QUARTER, f"ADD_MONTHS({_QUARTER}, 3)"),
        "last_quarter": (N_("Last quarter"), f"ADD_MONTHS({_QUARTER}, -3)", _QUARTER),
        "this_year": (N_("This year"), _YEAR, f"ADD_YEARS({_YEAR}, 1)"),
        "last_year": (N_("Last year"), f"ADD_YEARS({_YEAR}, -1)", _YEAR),
        "last_30_days": (N_("Last 30 days"), "TODAY() - 29", "TODAY() + 1"),
        "last_365_days": (N_("Last 365 days"), "TODAY() - 364", "TODAY() + 1"),
    }
)
"""By key: what people read, the first day, and the day after the last one."""


def period_condition(path: str, preset: str) -> str:
    """Return the condition that a date or a moment lies in a preset period. Raises KeyError for an unknown one."""
    _, first, after = PRESETS[preset]
    return f"{path} >= {first} AND {path} < {after}"


def period_label(first: date, by: str, locale: Locale, say: Say) -> str:
    """Return what people call the period that begins on that day."""
    language = BabelLocale.parse(locale.language)
    match by:
        case "week":
            year, week, _ = first.isocalendar()
            return say("Week %(week)s, %(year)s") % {"week": week, "year": year}
        case "month":
            return str(format_skeleton("yMMMM", first, locale=language))
        case "quarter":
            return format_date(first, "QQQ y", locale=language)
        case "year":
            return str(first.year)
    return locale.date(first)
