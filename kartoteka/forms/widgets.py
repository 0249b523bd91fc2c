"""Fields as widgets: what a form shows for a field and its value."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from kartoteka.metadata.definitions import Field
from kartoteka.metadata.fieldtypes.choice import Option as Choice
from kartoteka.metadata.labels import label_in
from kartoteka.metadata.locales import Locale
from kartoteka.platform.web.contexts import FileItem, Option, Widget

TICKED = "1"


class Shown(Struct, frozen=True):
    """A field's value as a form shows it: the texts in its inputs, and the title of what a link leads to."""

    texts: tuple[str, ...] = ()
    title: str = ""
    display: str = ""


def shown_value(field: Field, value: Any, title: str | None, locale: Locale, *, reads: bool = True) -> Shown:
    """Return how a stored value is shown: its inputs, and where one `reads` it what stands in place of them."""
    if value is None:
        return Shown()
    texts = () if field.type.computed else tuple(field.type.edit(value, locale))
    display = field.type.display(value, locale) if reads or field.type.computed else ""
    return Shown(texts, title or "", title or display)


def make_widget(
    field: Field,
    shown: Shown,
    locale: Locale,
    *,
    errors: tuple[str, ...] = (),
    read_only: bool = False,
    wide: bool = False,
    label: str = "",
    gear_url: str = "",
    say: Callable[[str], str] = str,
) -> Widget:
    """Return the widget of a field with its value."""
    blank = blank_widget(field, locale.language, read_only=read_only, wide=wide, label=label)
    return filled_widget(blank, field, shown, locale, errors=errors, gear_url=gear_url, say=say)


def blank_widget(field: Field, language: str, *, read_only: bool, wide: bool, label: str) -> Widget:
    """Return the widget of a field without a value: what is the same in the forms of all records."""
    return Widget(
        kind=field.type.widget,
        name=field.key,
        label=label or field.title(language),
        help=label_in(field.help, language),
        required=field.required,
        read_only=read_only or field.type.computed,
        span=2 if wide else 1,
        max_length=getattr(field.type, "max_length", None),
    )


def filled_widget(
    blank: Widget,
    field: Field,
    shown: Shown,
    locale: Locale,
    *,
    errors: tuple[str, ...],
    gear_url: str,
    say: Callable[[str], str],
) -> Widget:
    """Return a field's blank widget with a value in it."""
    value = shown.texts[0] if shown.texts else ""
    widget = replace(blank, value=value, shown=shown.display, errors=errors, gear_url=gear_url)
    special = _SPECIAL.get(widget.kind)
    return special(widget, field, shown, locale, say) if special else widget


Special = Callable[[Widget, Field, Shown, Locale, Callable[[str], str]], Widget]


def _boolean(widget: Widget, field: Field, shown: Shown, locale: Locale, say: Callable[[str], str]) -> Widget:
    ticked = bool(widget.value) and field.type.parse(widget.value, locale) is True
    return replace(widget, value=TICKED if ticked else "", required=False)


def _choice(widget: Widget, field: Field, shown: Shown, locale: Locale, say: Callable[[str], str]) -> Widget:
    options = _options(field, shown.texts[:1], locale)
    return replace(widget, options=(Option("", "", selected=not widget.value), *options))


def _multi_choice(widget: Widget, field: Field, shown: Shown, locale: Locale, say: Callable[[str], str]) -> Widget:
    return replace(widget, options=tuple(_options(field, shown.texts, locale)))


def _options(field: Field, chosen: Iterable[str], locale: Locale) -> list[Option]:
    """Options that are no longer offered are shown only where they are the value."""
    chosen = set(chosen)
    choices: tuple[Choice, ...] = getattr(field.type, "choices", ())
    return [
        Option(each.key, each.title(locale.language), each.key in chosen, each.colour or "")
        for each in choices
        if each.offered or each.key in chosen
    ]


def _rating(widget: Widget, field: Field, shown: Shown, locale: Locale, say: Callable[[str], str]) -> Widget:
    top = int(getattr(field.type, "maximum", 5))
    empty = Option("", say("None"), not widget.value)
    return replace(
        widget, options=(empty, *(Option(str(n), str(n), str(n) == widget.value) for n in range(1, top + 1)))
    )


def _link(widget: Widget, field: Field, shown: Shown, locale: Locale, say: Callable[[str], str]) -> Widget:
    target = field.type.links_to
    url = f"/{target}/{widget.value}" if widget.value and shown.title else ""
    return replace(widget, shown=shown.title, pick_url=f"/{target}/-/pick", url=url)


def _file(widget: Widget, field: Field, shown: Shown, locale: Locale, say: Callable[[str], str]) -> Widget:
    accept = ",".join(getattr(field.type, "accept", ()))
    if not widget.value or not shown.title:
        return replace(widget, accept=accept, value="")
    address = f"/-/files/{widget.value}"
    thumbnail = address if field.type.widget == "image" else ""
    return replace(
        widget, accept=accept, value="", files=(FileItem(widget.value, shown.title, address, thumbnail=thumbnail),)
    )


def _money(widget: Widget, field: Field, shown: Shown, locale: Locale, say: Callable[[str], str]) -> Widget:
    usual = str(getattr(field.type, "currency", ""))
    return replace(widget, unit=shown.texts[1] if len(shown.texts) > 1 and shown.texts[1] else usual)


def _percent(widget: Widget, field: Field, shown: Shown, locale: Locale, say: Callable[[str], str]) -> Widget:
    return replace(widget, unit="%")


def _number(widget: Widget, field: Field, shown: Shown, locale: Locale, say: Callable[[str], str]) -> Widget:
    return replace(widget, unit=str(getattr(field.type, "unit", None) or ""))


_SPECIAL: Mapping[str, Special] = {
    "boolean": _boolean,
    "choice": _choice,
    "file": _file,
    "image": _file,
    "link": _link,
    "money": _money,
    "multi_choice": _multi_choice,
    "number": _number,
    "percent": _percent,
    "rating": _rating,
    "user": _link,
}
