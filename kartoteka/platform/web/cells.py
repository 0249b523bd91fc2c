"""Values as cells: how a list, a card or a report shows them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from kartoteka.metadata.fieldtypes.base import FieldType
from kartoteka.metadata.fieldtypes.choice import Option as Choice
from kartoteka.metadata.locales import Locale
from kartoteka.metadata.paths import Resolved
from kartoteka.platform.web.contexts import Cell, Option
from kartoteka.platform.web.shell import colour_of, initials_of

NUMBERS = frozenset({"integer", "decimal", "duration"})
GONE = "—"
"""Stands for a linked record that is in the trash or that the reader may not see."""
Build = Callable[[FieldType, Any, str | None, Locale], Cell]


def make_cell(found: Resolved, value: Any, title: str | None, locale: Locale) -> Cell:
    """Return the cell of what a path leads to; `title` is that of the record that a link leads to."""
    if value is None:
        return Cell("text")
    if found.field is None:
        return _system_cell(found, value, title, locale)
    field_type = found.field.type
    return _BUILD.get(field_type.cell, _plain)(field_type, value, title, locale)


def cell_kind(found: Resolved) -> str:
    """Return the kind of a column, by which it is aligned."""
    if found.field is None:
        return "date" if found.key.endswith("_at") else "person" if found.links_to else "number"
    field_type = found.field.type
    return "number" if field_type.excel_kind in NUMBERS and field_type.cell == "text" else field_type.cell


def _system_cell(found: Resolved, value: Any, title: str | None, locale: Locale) -> Cell:
    if found.links_to:
        return _person_cell(value, title)
    return Cell("date", locale.datetime(value)) if found.key.endswith("_at") else Cell("number", str(value))


def _plain(field_type: FieldType, value: Any, title: str | None, locale: Locale) -> Cell:
    kind = "number" if field_type.excel_kind in NUMBERS else "text"
    return Cell(kind, field_type.display(value, locale))


def _date(field_type: FieldType, value: Any, title: str | None, locale: Locale) -> Cell:
    return Cell("date", field_type.display(value, locale))


def _boolean(field_type: FieldType, value: Any, title: str | None, locale: Locale) -> Cell:
    return Cell("boolean", field_type.display(value, locale), on=bool(value))


def _choice(field_type: FieldType, value: Any, title: str | None, locale: Locale) -> Cell:
    option = next((each for each in getattr(field_type, "choices", ()) if each.key == value), None)
    return Cell("choice", field_type.display(value, locale), colour=(option.colour if option else None) or "slate")


def _choices(field_type: FieldType, value: Any, title: str | None, locale: Locale) -> Cell:
    known = _options(field_type)
    found = [(key, known.get(key)) for key in value]
    items = [
        Option(key, o.title(locale.language) if o else key, colour=(o.colour if o else "") or "") for key, o in found
    ]
    return Cell("choices", field_type.display(value, locale), items=tuple(items))


def _tags(field_type: FieldType, value: Any, title: str | None, locale: Locale) -> Cell:
    return Cell("tags", field_type.display(value, locale), items=tuple(Option(tag, tag) for tag in value))


def _link(field_type: FieldType, value: Any, title: str | None, locale: Locale) -> Cell:
    if title is None:
        return Cell("link", GONE, tone="quiet")
    return Cell("link", title, f"/{field_type.links_to}/{value}")


def _person(field_type: FieldType, value: Any, title: str | None, locale: Locale) -> Cell:
    return _person_cell(value, title)


def _person_cell(value: Any, title: str | None) -> Cell:
    name = title or GONE
    return Cell("person", name, initials=initials_of(name), colour=colour_of(int(value)))


def _email(field_type: FieldType, value: Any, title: str | None, locale: Locale) -> Cell:
    return Cell("email", str(value))


def _phone(field_type: FieldType, value: Any, title: str | None, locale: Locale) -> Cell:
    digits = "".join(c for c in str(value) if c.isdigit() or c == "+")
    return Cell("phone", field_type.display(value, locale), f"tel:{digits}")


def _url(field_type: FieldType, value: Any, title: str | None, locale: Locale) -> Cell:
    text = field_type.display(value, locale).removeprefix("https://").removeprefix("http://").rstrip("/")
    return Cell("url", text, str(value))


def _rating(field_type: FieldType, value: Any, title: str | None, locale: Locale) -> Cell:
    return Cell("rating", field_type.display(value, locale), level=int(value), top=getattr(field_type, "maximum", 5))


def _file(field_type: FieldType, value: Any, title: str | None, locale: Locale) -> Cell:
    return Cell(field_type.cell, title or GONE, f"/-/files/{value}" if title else "")


def _options(field_type: FieldType) -> Mapping[str, Choice]:
    choices: tuple[Choice, ...] = getattr(field_type, "choices", ())
    return {option.key: option for option in choices}


_BUILD: Mapping[str, Build] = {
    "boolean": _boolean,
    "choice": _choice,
    "choices": _choices,
    "date": _date,
    "email": _email,
    "file": _file,
    "image": _file,
    "link": _link,
    "person": _person,
    "phone": _phone,
    "rating": _rating,
    "tags": _tags,
    "url": _url,
}
