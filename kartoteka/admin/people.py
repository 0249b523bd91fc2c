"""People: who works here, with which roles; passwords that are shown once."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from typing import Any

from starlette.responses import Response

from kartoteka.admin.contexts import SheetPage, SheetSection
from kartoteka.admin.desk import Desk, open_desk
from kartoteka.admin.people_contexts import PeoplePage, PersonLine
from kartoteka.forms.inputs import Input, read_form
from kartoteka.forms.widgets import Shown, make_widget, shown_value
from kartoteka.metadata.definitions import Sort
from kartoteka.metadata.labels import label_in, title_from_key
from kartoteka.metadata.problems import NotFound, Refused
from kartoteka.platform.people import end_sessions, set_password
from kartoteka.platform.query import Query, Row, fetch, get
from kartoteka.platform.records import create, update_record
from kartoteka.platform.units import Unit
from kartoteka.platform.web.contexts import Action, Option, Toast, Widget
from kartoteka.platform.web.login import LANGUAGE_NAMES
from kartoteka.platform.web.shell import index_tab, make_shell, page, person, redirect
from kartoteka.platform.web.visits import Visit, number_in

URL = "/-/admin/people"
MOST_PEOPLE = 1000
PASSWORD_BYTES = 9
FIELDS = ("name", "email", "phone", "job", "language", "time_zone")
"""What the studio asks of a person besides roles and the right to log in."""
SHOWN = ("name", "email", "roles", "language", "active")


def show_people(unit: Unit, visit: Visit) -> Response:
    """Show everybody who works here, those who may log in first."""
    desk = open_desk(unit, visit)
    sort = (Sort(field="active", descending=True), Sort(field="name"))
    rows = fetch(unit, visit.actor, Query("user", SHOWN, sort=sort, limit=MOST_PEOPLE)).rows
    context = PeoplePage(
        shell=make_shell(unit, visit, desk.say("People")),
        title=desk.say("People"),
        text=desk.say("Who works here, and in which roles."),
        people=tuple(_line(desk, row) for row in rows),
        draft=desk.draft_bar(),
        actions=(Action(desk.say("Add a person"), f"{URL}/new", "user-plus", style="primary"),),
    )
    return page(visit, "admin/people.html", context)


def _line(desk: Desk, row: Row) -> PersonLine:
    values: Mapping[str, Any] = row.values
    roles = tuple(values["roles"] or ())
    shown = person(str(values["name"] or values["email"]), desk.unit, roles, desk.language, row.id)
    language = LANGUAGE_NAMES.get(str(values["language"]), "")
    active = bool(values["active"])
    state = desk.say("may log in") if active else desk.say("may not log in")
    return PersonLine(shown, f"{URL}/{row.id}", str(values["email"] or ""), shown.detail, language, active, state)


def show_new_person(unit: Unit, visit: Visit) -> Response:
    """Show the form for somebody new."""
    return _person_page(open_desk(unit, visit), None, Input())


def show_person(unit: Unit, visit: Visit) -> Response:
    """Show somebody who works here."""
    desk = open_desk(unit, visit)
    return _person_page(desk, _row(desk), Input())


def show_person_again(unit: Unit, visit: Visit, refused: Refused) -> Response:
    """Show the form with what was sent and what is wrong with it."""
    desk = open_desk(unit, visit, refused)
    row = _row(desk) if "id" in visit.path else None
    return _person_page(desk, row, read_form(unit, visit, "user", row.values if row else {}))


def _row(desk: Desk) -> Row:
    text = str(desk.visit.path["id"])
    person = number_in(text)
    if person is None:
        raise NotFound("record.not_found", entity="user", id=text[:20])
    return get(desk.unit, desk.visit.actor, Query("user", (*FIELDS, "roles", "active")), person)


def _person_page(desk: Desk, row: Row | None, sent: Input) -> Response:
    values = row.values if row else {"active": True, "language": desk.language, "roles": ()}
    errors = {each.field or "": (desk.told(each),) for each in desk.problems}
    title = row.title if row else desk.say("New person")
    entity = desk.unit.model.catalog.entities["user"]
    shown = frozenset((*FIELDS, "roles", "active"))
    context = SheetPage(
        shell=make_shell(desk.unit, desk.visit, title),
        title=title,
        tab=index_tab(entity, desk.language),
        action=f"{URL}/{row.id}" if row else f"{URL}/new",
        sections=(
            SheetSection("", tuple(_widgets(desk, values, sent, errors))),
            SheetSection(desk.say("Rights"), tuple(_rights(desk, values, errors))),
        ),
        submits=(Option("save", desk.say("Save") if row else desk.say("Add, and make a password"), selected=True),),
        cancel_url=URL,
        hidden=(("rendered", " ".join((*FIELDS, "active"))),),
        problems=desk.summary("", shown),
        actions=tuple(_actions(desk, row)) if row else (),
    )
    return page(desk.visit, "admin/sheet.html", context, desk.status)


def _widgets(
    desk: Desk, values: Mapping[str, Any], sent: Input, errors: Mapping[str, tuple[str, ...]]
) -> Iterator[Widget]:
    fields = desk.unit.model.catalog.fields("user")
    locale = desk.visit.actor.locale
    for key in FIELDS:
        shown = sent.shown.get(key) or shown_value(fields[key], values.get(key), None, locale)
        yield make_widget(fields[key], shown, locale, errors=errors.get(key, ()), say=desk.say)


def _rights(desk: Desk, values: Mapping[str, Any], errors: Mapping[str, tuple[str, ...]]) -> Iterator[Widget]:
    catalog = desk.unit.model.catalog
    chosen = desk.visit.texts("roles") if desk.is_refused else list(values.get("roles") or ())
    options = tuple(
        Option(role.key, label_in(role.label, desk.language, title_from_key(role.key)), role.key in chosen)
        for role in catalog.roles.values()
    )
    yield Widget("multi_choice", "roles", desk.say("Roles"), options=options, errors=errors.get("roles", ()), span=2)
    active = catalog.fields("user")["active"]
    ticked = desk.visit.texts("active") if desk.is_refused else ["1"] if values.get("active") else []
    texts = ("true",) if "1" in ticked else ("false",)
    locale = desk.visit.actor.locale
    yield make_widget(active, Shown(texts), locale, errors=errors.get("active", ()), say=desk.say)


def _actions(desk: Desk, row: Row) -> Iterator[Action]:
    ask = desk.say("Make a new password? The old one stops working, and all sessions end.")
    yield Action(desk.say("New password"), f"{URL}/{row.id}/password", "key", "post", confirm=ask)
    leave = desk.say("End all sessions of this person?")
    yield Action(desk.say("Log out everywhere"), f"{URL}/{row.id}/sessions", "logout", "post", confirm=leave)


def add_person(unit: Unit, visit: Visit) -> Response:
    """Add somebody, and show the password once."""
    values = _sent(unit, visit, {})
    given = {key: value for key, value in values.items() if value is not None}
    person_id = create(unit, visit.actor, "user", given)
    return _password_page(unit, visit, person_id)


def save_person(unit: Unit, visit: Visit) -> Response:
    """Write what was changed of somebody; who may not log in any more is out at once."""
    desk = open_desk(unit, visit)
    row = _row(desk)
    values = _sent(unit, visit, row.values)
    update_record(unit, visit.actor, "user", row.id, values)
    return redirect(URL, Toast(visit.say("Saved: %(name)s") % {"name": values.get("name") or row.title}))


def _sent(unit: Unit, visit: Visit, old: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values that were sent. Raises Refused."""
    read = read_form(unit, visit, "user", old)
    if read.problems:
        raise Refused(read.problems)
    known = unit.model.catalog.roles
    roles = tuple(key for key in dict.fromkeys(visit.texts("roles")) if key in known)
    return {**read.values, "roles": roles or None}


def renew_password(unit: Unit, visit: Visit) -> Response:
    """Make a password for somebody and show it once; all the person's sessions end."""
    row = _row(open_desk(unit, visit))
    return _password_page(unit, visit, row.id)


def _password_page(unit: Unit, visit: Visit, person_id: int) -> Response:
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    set_password(unit, person_id, password)
    desk = open_desk(unit, visit)
    row = get(unit, visit.actor, Query("user", ("email",)), person_id)
    context = SheetPage(
        shell=make_shell(unit, visit, row.title),
        title=row.title,
        tab=index_tab(unit.model.catalog.entities["user"], desk.language),
        action="",
        sections=(),
        submits=(),
        cancel_url=URL,
        text=desk.say("Please hand this password over now: it is shown only once, and nobody can look it up."),
        secret=password,
        secret_label=desk.say("Password of %(email)s") % {"email": row.values["email"]},
    )
    return page(visit, "admin/sheet.html", context)


def log_out_everywhere(unit: Unit, visit: Visit) -> Response:
    """End somebody's sessions and tokens."""
    row = _row(open_desk(unit, visit))
    end_sessions(unit, row.id)
    return redirect(f"{URL}/{row.id}", Toast(visit.say("All sessions are ended")))
