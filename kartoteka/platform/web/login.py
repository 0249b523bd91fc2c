"""The way in and out."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from sqlalchemy import select
from starlette.responses import HTMLResponse, RedirectResponse, Response

from kartoteka.metadata.locales import LANGUAGES
from kartoteka.metadata.problems import Forbidden, Refused
from kartoteka.platform import tables
from kartoteka.platform.actors import SYSTEM
from kartoteka.platform.people import (
    check_password,
    end_session,
    find_session,
    forget_failures,
    note_failure,
    open_session,
)
from kartoteka.platform.query import Query, Row, fetch
from kartoteka.platform.units import Unit
from kartoteka.platform.web.contexts import LoginPage, Option, Widget
from kartoteka.platform.web.errors import N_, PRODUCT, say_problem
from kartoteka.platform.web.visits import LANGUAGE_COOKIE, SESSION_COOKIE, THEME_COOKIE, Visit, local_path

DOOR_COOKIE = "kt_door"
KEPT = "kept."
"""Prefix of the inputs that carry a form over a login."""
LANGUAGE_NAMES = {"en": "English", "ru": "Русский", "pl": "Polski"}
DEMO_PEOPLE = (
    ("salesperson", N_("Enter as salesperson"), N_("Works with clients and deals all day")),
    ("administrator", N_("Enter as administrator"), N_("May also change fields, forms and lists")),
)


def show(visit: Visit) -> Response:
    """Show the login."""
    response = login_page(visit, target=visit.request.query_params.get("next", "/"))
    language = visit.request.query_params.get("language")
    if language in LANGUAGES:
        response.set_cookie(LANGUAGE_COOKIE, language, max_age=31_536_000, samesite="lax")
    return response


def enter(visit: Visit) -> Response:
    """Log in and go on to where the person wanted to; a form that was kept is sent on."""
    if not _comes_from_our_door(visit):
        raise Forbidden("request.csrf")
    email, kept = visit.text("email"), _kept(visit)
    target = local_path(visit.text("next"))
    try:
        secret = _demo_session(visit) if visit.text("demo") else _session(visit, email)
    except Refused as refused:
        if refused.problems[0].code == "login.wrong":
            with visit.runtime.writing() as unit:
                note_failure(unit, email, visit.address)
        return login_page(visit, 422, say_problem(visit, refused.problems[0]), target, kept, email)
    response = _go_on(visit, secret, target, kept)
    secure = visit.runtime.settings.secure_cookies
    age = visit.runtime.settings.session_hours * 3600
    response.set_cookie(SESSION_COOKIE, secret, max_age=age, httponly=True, samesite="lax", secure=secure)
    return response


def _session(visit: Visit, email: str) -> str:
    """Check in a transaction that only reads: hashing takes long, and nobody should wait for it."""
    with visit.runtime.reading() as unit:
        person = check_password(unit, email, visit.text("password"), visit.address)
    with visit.runtime.writing() as unit:
        forget_failures(unit, email)
        return open_session(unit, person.id, visit.runtime.settings)


def _demo_session(visit: Visit) -> str:
    """Enter as one of the sample people: only where the operator has set up a demo."""
    if not visit.runtime.settings.demo:
        raise Forbidden("login.no_demo")
    with visit.runtime.writing() as unit:
        person = demo_person(unit, visit.text("demo"), visit.language)
        if person is None:
            raise Forbidden("login.no_demo")
        return open_session(unit, person, visit.runtime.settings)


def demo_person(unit: Unit, role: str, language: str) -> int | None:
    """Return the sample person who has that role, one who speaks the language if there is one."""
    known = select(tables.reference.c.record_id).where(tables.reference.c.entity == "user")
    ids = tuple(unit.connection.execute(known).scalars())
    if not ids:
        return None
    people = Query("user", ("roles", "language", "active"), ids=ids, limit=len(ids), titles=False)
    able = [each for each in fetch(unit, SYSTEM, people).rows if each.values["active"] and _has_role(each, role)]
    able.sort(key=lambda each: (each.values["language"] != language, each.id))
    return able[0].id if able else None


def _has_role(person: Row, role: str) -> bool:
    return role in (person.values["roles"] or ())


def _go_on(visit: Visit, secret: str, target: str, kept: Sequence[tuple[str, str]]) -> Response:
    if not kept:
        return RedirectResponse(target, 303)
    with visit.runtime.reading() as unit:
        session = find_session(unit, secret, visit.runtime.settings)
    assert session is not None
    fields = [("csrf", session.csrf), *kept]
    context = {"action": target, "fields": fields, "product": PRODUCT, "language": visit.language}
    theme = visit.request.cookies.get(THEME_COOKIE, "auto")
    html = visit.runtime.templates.render("send_on.html", visit.language, {**context, "theme": theme})
    return HTMLResponse(html)


def leave(visit: Visit) -> Response:
    """Log out."""
    secret = visit.request.cookies.get(SESSION_COOKIE, "")
    with visit.runtime.writing() as unit:
        end_session(unit, secret)
    response = RedirectResponse("/-/login", 303)
    response.delete_cookie(SESSION_COOKIE)
    return response


def login_page(
    visit: Visit,
    status: int = 200,
    error: str = "",
    target: str = "/",
    kept: Sequence[tuple[str, str]] = (),
    email: str = "",
) -> Response:
    """Return the login page; `kept` are the inputs of a form to be sent on afterwards."""
    door = visit.request.cookies.get(DOOR_COOKIE) or secrets.token_urlsafe(16)
    say = visit.say
    page = LoginPage(
        product=PRODUCT,
        language=visit.language,
        csrf=door,
        action="/-/login",
        languages=tuple(Option(key, LANGUAGE_NAMES[key], selected=key == visit.language) for key in LANGUAGES),
        login=Widget("email", "email", say("E-mail"), value=email, required=True, autocomplete="username"),
        password=Widget("password", "password", say("Password"), required=True, autocomplete="current-password"),
        error=error,
        demo=_demo_doors(visit),
        theme=visit.request.cookies.get(THEME_COOKIE, "auto"),
        note=say("A demo with sample data. Nothing you do here can break anything.") if _demo_doors(visit) else "",
        hidden=(("next", local_path(target)), *((KEPT + name, value) for name, value in kept)),
    )
    response = HTMLResponse(visit.runtime.templates.render("login.html", visit.language, {"login": page}), status)
    response.set_cookie(DOOR_COOKIE, door, httponly=True, samesite="lax", secure=visit.runtime.settings.secure_cookies)
    return response


def _demo_doors(visit: Visit) -> tuple[Option, ...]:
    if not visit.runtime.settings.demo:
        return ()
    return tuple(Option(key, visit.say(label), hint=visit.say(hint)) for key, label, hint in DEMO_PEOPLE)


def _kept(visit: Visit) -> list[tuple[str, str]]:
    pairs = [(name, value) for name, value in visit.form.multi_items() if isinstance(value, str)]
    return [(name.removeprefix(KEPT), value) for name, value in pairs if name.startswith(KEPT)]


def _comes_from_our_door(visit: Visit) -> bool:
    """A stranger has no session to hold a token: the form brings back what its page put into a cookie."""
    door = visit.request.cookies.get(DOOR_COOKIE, "")
    return bool(door) and secrets.compare_digest(door.encode(), visit.text("csrf").encode())


def expired_response(visit: Visit) -> Response:
    """Ask to log in again, carrying along what was typed; logging in sends it on."""
    kept = [(name, value) for name, value in visit.form.multi_items() if isinstance(value, str) and name != "csrf"]
    note = visit.say("Your session has expired. Log in again; what you have typed is kept.")
    return login_page(visit, 401, note, visit.request.url.path, kept)
