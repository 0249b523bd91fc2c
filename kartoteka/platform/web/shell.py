"""The frame round a page: menu, person, preferences, what has just happened."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from typing import Protocol
from urllib.parse import quote, urlsplit

import msgspec
from starlette.responses import HTMLResponse, RedirectResponse, Response

from kartoteka.metadata.definitions import Entity, MenuItem
from kartoteka.metadata.labels import label_in, title_from_key
from kartoteka.metadata.locales import LANGUAGES
from kartoteka.metadata.palette import PALETTE
from kartoteka.platform.units import Unit
from kartoteka.platform.web.contexts import (
    IndexTab,
    MenuEntry,
    MenuGroup,
    Option,
    Person,
    Shell,
    Toast,
)
from kartoteka.platform.web.errors import N_, PRODUCT
from kartoteka.platform.web.login import LANGUAGE_NAMES
from kartoteka.platform.web.visits import DENSITY_COOKIE, RAIL_COOKIE, THEME_COOKIE, Visit

TOAST_COOKIE = "kt_toast"
BUILT_IN = frozenset({"user", "file"})
"""Entities of the base package, which stand in no menu by themselves."""
THEMES = (("auto", N_("Auto")), ("light", N_("Light")), ("dark", N_("Dark")))


def make_shell(unit: Unit, visit: Visit, title: str) -> Shell:
    """Return the frame of a page for the person who visits."""
    actor = visit.actor
    session = visit.session
    assert session is not None
    cookies = visit.request.cookies
    return Shell(
        title=title,
        product=PRODUCT,
        language=visit.language,
        csrf=session.csrf,
        person=person(actor.name, unit, actor.roles, visit.language, actor.user_id),
        menu=tuple(_menu(unit, visit)),
        create=tuple(_create(unit, visit)),
        languages=tuple(Option(key, LANGUAGE_NAMES[key], selected=key == visit.language) for key in LANGUAGES),
        themes=tuple(Option(k, visit.say(t), selected=k == cookies.get(THEME_COOKIE, "auto")) for k, t in THEMES),
        theme=cookies.get(THEME_COOKIE, "auto"),
        folded=cookies.get(RAIL_COOKIE) == "folded",
        density=cookies.get(DENSITY_COOKIE, "auto"),
        path=visit.request.url.path,
        search_text=visit.request.query_params.get("q", "") if visit.request.url.path == "/-/search" else "",
        studio=_studio(unit, visit),
        toasts=tuple(_read_toasts(cookies.get(TOAST_COOKIE, ""))),
    )


def person(name: str, unit: Unit, roles: tuple[str, ...], language: str, user_id: int | None) -> Person:
    """Return how a person is shown: initials in a colour that stays the same."""
    known = unit.model.catalog.roles
    labels = [label_in(known[key].label, language, title_from_key(key)) for key in roles if key in known]
    return Person(name, initials_of(name), colour_of(user_id or 0), ", ".join(labels))


def initials_of(name: str) -> str:
    """Return one or two letters."""
    parts = name.split()
    return "".join(part[0] for part in (parts[:1] + parts[1:][-1:])).upper()


def colour_of(number: int) -> str:
    """Return a colour of the palette that belongs to a number."""
    return PALETTE[number % len(PALETTE)]


def _menu(unit: Unit, visit: Visit) -> Iterator[MenuGroup]:
    here = visit.request.url.path
    yield MenuGroup((MenuEntry(visit.say("Today"), "/", "sun", current=here == "/"),))
    menu = unit.model.catalog.menu
    if menu is None:
        entries = [_entity_entry(entity, visit) for entity in readable(unit, visit)]
        yield MenuGroup(tuple(entries), visit.say("Cards"))
        return
    for group in menu.groups:
        found = [entry for item in group.items if (entry := _menu_entry(unit, visit, item)) is not None]
        if found:
            yield MenuGroup(tuple(found), label_in(group.label, visit.language, title_from_key(group.key)))


def readable(unit: Unit, visit: Visit) -> list[Entity]:
    """Return the entities that people work with and the actor may read."""
    return [each for each in unit.model.access.readable(visit.actor) if each.key not in BUILT_IN]


def _menu_entry(unit: Unit, visit: Visit, item: MenuItem) -> MenuEntry | None:
    catalog = unit.model.catalog
    if item.report is not None:
        report = catalog.reports[item.report]
        if not unit.model.access.rights(visit.actor, report.entity).may("read"):
            return None
        label = label_in(item.label or report.label, visit.language, title_from_key(report.key))
        url = f"/-/reports/{report.key}"
        return MenuEntry(label, url, "report", current=visit.request.url.path == url)
    entity = catalog.entities[item.entity or ""]
    if not unit.model.access.rights(visit.actor, entity.key).may("read"):
        return None
    return _entity_entry(entity, visit, label_in(item.label, visit.language))


def _entity_entry(entity: Entity, visit: Visit, label: str = "") -> MenuEntry:
    current = visit.request.url.path.split("/")[1] == entity.key
    name = label or entity.names(visit.language)
    return MenuEntry(name, f"/{entity.key}", entity.icon, entity.colour, current)


def _create(unit: Unit, visit: Visit) -> Iterator[MenuEntry]:
    for entity in readable(unit, visit):
        if unit.model.access.rights(visit.actor, entity.key).create:
            yield MenuEntry(entity.name(visit.language), f"/{entity.key}/new", entity.icon, entity.colour)


def _studio(unit: Unit, visit: Visit) -> MenuEntry | None:
    if not unit.model.access.is_administrator(visit.actor):
        return None
    here = visit.request.url.path.startswith("/-/admin")
    return MenuEntry(visit.say("Studio"), "/-/admin/", "adjustments", current=here)


def gear_urls(unit: Unit, visit: Visit) -> Callable[[str, str], str]:
    """Return what gives, of an entity and a field of it, where an administrator changes the field and comes back from.

    For others it is empty.
    """
    if not unit.model.access.is_administrator(visit.actor):
        return lambda *_: ""
    shown = urlsplit(visit.request.headers.get("hx-current-url") or str(visit.request.url))
    back = quote(shown.path + (f"?{shown.query}" if shown.query else ""), safe="")
    return lambda entity, field: f"/-/admin/field/{entity}/{field}?back={back}"


def index_tab(entity: Entity, language: str, *, several: bool = False) -> IndexTab:
    """Return the index tab of an entity's card or list."""
    label = entity.names(language) if several else entity.name(language)
    return IndexTab(label, entity.icon, entity.colour, f"/{entity.key}")


class PageContext(Protocol):
    """What every page's context has: the frame."""

    @property
    def shell(self) -> Shell:
        """The frame."""


def page(visit: Visit, template: str, context: PageContext, status: int = 200) -> Response:
    """Return a page, or a fragment of one, as HTML; templates know the context as `page` and its frame as `shell`."""
    names = {"page": context, "shell": context.shell}
    response = HTMLResponse(visit.runtime.templates.render(template, visit.language, names), status)
    if TOAST_COOKIE in visit.request.cookies:
        response.delete_cookie(TOAST_COOKIE)
    return response


def redirect(url: str, toast: Toast | None = None) -> Response:
    """Go on to another page, which says what has happened."""
    response = RedirectResponse(url, 303)
    if toast is not None:
        data = msgspec.json.encode([toast.text, toast.undo_url, toast.kind])
        cookie = base64.urlsafe_b64encode(data).decode()
        response.set_cookie(TOAST_COOKIE, cookie, max_age=60, httponly=True, samesite="lax")
    return response


def _read_toasts(cookie: str) -> Iterator[Toast]:
    """A cookie can be set by others: it is shown as text, and its address must be one of ours."""
    if not cookie:
        return
    try:
        text, undo_url, kind = msgspec.json.decode(base64.urlsafe_b64decode(cookie), type=tuple[str, str, str])
    except (msgspec.MsgspecError, ValueError):
        return
    if not undo_url or (undo_url.startswith("/") and not undo_url.startswith("//")):
        yield Toast(text[:300], undo_url, "error" if kind == "error" else "done")
