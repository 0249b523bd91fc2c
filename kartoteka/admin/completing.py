"""What could be written next in an expression: fields, also over links, functions, related cards, choices."""

from __future__ import annotations

import re
from collections.abc import Iterator

from starlette.responses import HTMLResponse, Response

from kartoteka.admin.desk import Desk, open_desk
from kartoteka.admin.layout_contexts import Word
from kartoteka.metadata.expressions import FUNCTIONS
from kartoteka.metadata.labels import label_in, title_from_key
from kartoteka.metadata.paths import SYSTEM_KINDS, EntityScope, resolve
from kartoteka.platform.units import Unit
from kartoteka.platform.web.visits import Visit

MOST_WORDS = 12
_WORD = re.compile(r"[\w.]*\Z")
_CHOICE = re.compile(r'([\w.]+)\s*(?:=|<>|HAS)\s*"(\w*)\Z', re.IGNORECASE)
_OPENED = re.compile(r'"(?:[^"]|"")*"?|(\w*)\s*\(|\)')
_RECORDS = re.compile(r"\s*(\w+)\.\w+\s*,")
_NAMES_RECORDS = re.compile(r"\s*[\w.]*\Z")


def show_words(unit: Unit, visit: Visit) -> Response:
    """Answer what could stand where the cursor is: `text` is the expression as far as it."""
    desk = open_desk(unit, visit)
    query = visit.request.query_params
    words = words_for(desk, query.get("entity", ""), query.get("text", ""))
    return HTMLResponse(visit.runtime.templates.render("admin/_words.html", visit.language, {"words": words}))


def words_for(desk: Desk, entity: str, text: str) -> tuple[Word, ...]:
    """Return the words that begin as the text ends, those that begin with it before those that contain it."""
    here, names_records = _place(entity, text)
    if text.count('"') % 2:
        found = _CHOICE.search(text)
        typed = found[2] if found else ""
        words = list(_choices(desk, here, found[1])) if found else []
    else:
        typed = _WORD.findall(text)[0]
        words = list(_relations(desk, here)) if names_records else list(_names(desk, here, typed))
    folded = typed.casefold()
    close = [word for word in words if folded in f"{word.insert} {word.label}".casefold() and word.insert != typed]
    close.sort(key=lambda word: not word.insert.casefold().startswith(folded))
    return tuple(Word(each.insert, each.label, each.hint, len(typed)) for each in close[:MOST_WORDS])


def _place(entity: str, text: str) -> tuple[str, bool]:
    """Return what card type the end of the text is about, and whether related cards are to be named there."""
    open_calls: list[tuple[str, int]] = []
    for found in _OPENED.finditer(text):
        if found[0] == ")":
            del open_calls[-1:]
        elif found[0].endswith("("):
            open_calls.append(((found[1] or "").upper(), found.end()))
    for name, start in open_calls:
        function = FUNCTIONS.get(name)
        if function and function.over_related:
            if named := _RECORDS.match(text, start):
                entity = named[1]
            elif _NAMES_RECORDS.match(text, start):
                return entity, True
    return entity, False


def _names(desk: Desk, entity: str, typed: str) -> Iterator[Word]:
    before = tuple(typed.split(".")[:-1])
    for name in EntityScope(desk.catalog, entity).names_behind(before):
        path = (*before, name)
        yield Word(".".join(path), _title(desk, entity, path))
    if not before:
        for function in FUNCTIONS.values():
            closed = "()" if function.shape.params(0) is not None and not function.over_related else "("
            yield Word(f"{function.name}{closed}", function.usage, function.description)


def _title(desk: Desk, entity: str, path: tuple[str, ...]) -> str:
    found = resolve(desk.catalog, entity, path)
    return found.field.title(desk.language) if found and found.field else title_from_key(path[-1])


def _relations(desk: Desk, entity: str) -> Iterator[Word]:
    for name in EntityScope(desk.catalog, entity).relations():
        other, link = name.split(".")
        if link not in SYSTEM_KINDS:
            label = desk.catalog.entities[other].names(desk.language)
            yield Word(name, label, _title(desk, other, (link,)))


def _choices(desk: Desk, entity: str, path: str) -> Iterator[Word]:
    found = resolve(desk.catalog, entity, path.split("."))
    for choice in getattr(found.field.type, "choices", ()) if found and found.field else ():
        yield Word(f'{choice.key}"', label_in(choice.label, desk.language, title_from_key(choice.key)))
