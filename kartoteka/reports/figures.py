"""How a report's groups and measures are named and written, on screen and in sheets."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from kartoteka.metadata.definitions import Group, Measure
from kartoteka.metadata.fieldtypes.money import MoneyAmount
from kartoteka.metadata.labels import label_in
from kartoteka.metadata.locales import Locale
from kartoteka.metadata.paths import Resolved
from kartoteka.platform.tallies import Figure, Tally
from kartoteka.platform.web.naming import path_label
from kartoteka.reports.periods import PRESETS, period_label
from kartoteka.reports.questions import Answer, Branch
from kartoteka.reports.reader import Reader
from kartoteka.reports.workbook import Column


def measure_label(answer: Answer, measure: Measure, reader: Reader) -> str:
    """Return what stands over a measure: its own label, else its field's, else what is counted."""
    own = label_in(measure.label, reader.language)
    if own or measure.field is None:
        return own or answer.entity.names(reader.language)
    return field_label(answer, measure.field, reader)


def field_label(answer: Answer, path: str, reader: Reader) -> str:
    """Return a field in people's words."""
    return path_label(answer.unit.model.catalog, answer.entity.key, path, reader.language, reader.say)


def group_labels(answer: Answer, reader: Reader) -> str:
    """Return what stands over the groups: the fields they are made of, each once."""
    fields = dict.fromkeys(field_label(answer, group.field, reader) for group in answer.report.groups)
    return ", ".join(fields)


def branch_label(answer: Answer, branch: Branch, reader: Reader) -> str:
    """Return what a group is called."""
    place = len(branch.key) - 1
    group, found = answer.report.groups[place], answer.summed.levels[place]
    return value_label(group, found, branch.key[place], branch.title, reader)


def value_label(group: Group, found: Resolved, value: Any, title: str | None, reader: Reader) -> str:
    """Return what the group of a value is called."""
    if value is None:
        return reader.say("(none)")
    if group.by != "value":
        return period_label(value, group.by, reader.locale, reader.say)
    if title is not None:
        return title
    if found.field is not None:
        return found.field.type.display(value, reader.locale)
    return reader.locale.datetime(value) if found.kind.name == "datetime" else str(value)


def shown(figure: Figure, value: Any, locale: Locale) -> str:
    """Return a measure's value as people read it; money in several currencies as a sum of each."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        assert figure.type is not None
        return " + ".join(figure.type.display(each, locale) for each in value)
    if isinstance(value, int | Decimal) and (figure.type is None or figure.type.excel_kind == "integer"):
        return locale.number(value)
    assert figure.type is not None
    return figure.type.display(value, locale)


def currencies_of(figure: Figure, tally: Tally | None) -> tuple[str, ...]:
    """Return the currencies of a measure, the usual one first; one empty one where it is no money."""
    if not isinstance(figure.type, MoneyAmount):
        return ("",)
    own = figure.type.currency
    return (own, *sorted((tally.parts.keys() if tally else set()) - {own}))


def figure_column(figure: Figure, label: str, currency: str, *, several: bool) -> Column:
    """Return the column of a sheet that holds a measure, of money in one currency."""
    if figure.type is None or figure.measure.function == "count":
        return Column(label, "integer")
    if isinstance(figure.type, MoneyAmount):
        title = f"{label}, {currency}" if several else label
        return Column(title, "decimal", money_format(figure.type, currency))
    if figure.type.excel_kind == "integer" and figure.measure.function == "average":
        return Column(label, "decimal")
    return Column(label, figure.type.excel_kind, figure.type.number_format or None)


def money_format(money: MoneyAmount, currency: str) -> str:
    """Return the worksheet format of amounts in a currency."""
    return f"{money.places_format} [${currency}]"


def figure_cell(figure: Figure, value: Any, currency: str, locale: Locale) -> Any:
    """Return a measure's value as a cell holds it, of money the amount in one currency."""
    if isinstance(value, tuple):
        return next((each.amount for each in value if each.currency == currency), None)
    if value is None or figure.type is None or figure.measure.function == "count":
        return value
    return figure.type.excel(value, locale)


def headings(answer: Answer, reader: Reader) -> Iterator[str]:
    """Yield the lines over a report's sheet: what, what for, as of when and by whom."""
    report = answer.report
    yield label_in(report.label, reader.language, answer.entity.names(reader.language))
    description = label_in(report.description, reader.language)
    if description:
        yield description
    yield f"{as_of(answer, reader)}, {answer.actor.name}"


def as_of(answer: Answer, reader: Reader) -> str:
    """Return of when the figures are, and of which period."""
    parts = [reader.say("As of %(moment)s") % {"moment": reader.locale.datetime(answer.unit.now)}]
    if answer.period:
        field = field_label(answer, answer.period_field, reader)
        parts.append(f"{field}: {reader.say(PRESETS[answer.period][0])}")
    return ", ".join(parts)
