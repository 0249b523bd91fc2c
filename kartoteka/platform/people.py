"""People: passwords, sessions, and the actor behind each of them. Users themselves are records of the base package."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import bindparam, case, delete, insert, select, update

from kartoteka.metadata.expressions.tree import Binary, Call, Literal, Name
from kartoteka.metadata.locales import LANGUAGES, Locale
from kartoteka.metadata.problems import Problem, Refused
from kartoteka.platform import tables
from kartoteka.platform.actors import SYSTEM, Actor
from kartoteka.platform.database import insert_absent
from kartoteka.platform.query import Query, Row, fetch
from kartoteka.platform.settings import Settings
from kartoteka.platform.units import Unit

SHORTEST_PASSWORD = 8
LONGEST_PASSWORD = 256
FREE_FAILURES = 5
"""Wrong passwords for an account or from an address before it has to wait."""
LONGEST_WAIT = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(hours=1)
LONGEST_EMAIL = 254
SEEN_EVERY = timedelta(minutes=5)
USED_EVERY = timedelta(minutes=1)
COLUMNS = ("name", "email", "roles", "language", "time_zone", "active")
_session = tables.session.c
_LIVE_SESSION = select(_session.user_id, _session.csrf, _session.digest, _session.seen_at).where(
    _session.digest == bindparam("secret"), _session.expires_at > bindparam("moment")
)

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_NOBODY = _hasher.hash(secrets.token_hex(16))
"""Checked when there is no such account, so that the answer takes as long."""


@dataclass(frozen=True, slots=True)
class Session:
    """A person who is logged in. `csrf` must come back with every unsafe request."""

    actor: Actor
    csrf: str
    digest: bytes
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Token:
    """A program that shows a token. `is_noted` is False where its use was not noted lately: see `note_used`."""

    actor: Actor
    id: int
    is_noted: bool


def set_password(unit: Unit, user_id: int, password: str) -> None:
    """Store a password and end the person's sessions. Raises Refused when it is too short or too long."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        params = {"min": SHORTEST_PASSWORD, "max": LONGEST_PASSWORD}
        raise Refused([Problem("password.length", params, field="password")])
    row = {"user_id": user_id, "password": _hasher.hash(password), "changed_at": unit.now}
    unit.connection.execute(delete(tables.credential).where(tables.credential.c.user_id == user_id))
    unit.connection.execute(insert(tables.credential), row)
    end_sessions(unit, user_id)


def check_password(unit: Unit, email: str, password: str, address: str) -> Row:
    """Return the person of that e-mail and password; raises Refused, alike whatever was wrong.

    The failures are to be counted in a unit that is committed: see `note_failure`.
    """
    if any(_waits(unit, key) for key in (_account_key(email), _address_key(address))):
        raise Refused([Problem("login.wait")])
    person = find_by_email(unit, email)
    hashed = _password_of(unit, person.id) if person else None
    try:
        _hasher.verify(hashed or _NOBODY, password[:LONGEST_PASSWORD])
    except (VerificationError, InvalidHashError):
        raise Refused([Problem("login.wrong")]) from None
    if person is None or hashed is None or not person.values["active"]:
        raise Refused([Problem("login.wrong")])
    return person


def note_failure(unit: Unit, email: str, address: str) -> None:
    """Count a wrong password; after a few, the account and the address wait, each time longer.

    What lies long enough back is forgotten: an office behind one address mistypes something every day.
    """
    of = tables.throttle
    old = of.c.until < unit.now - FORGOTTEN_AFTER
    for key in (_account_key(email), _address_key(address)):
        insert_absent(unit.connection, of, {"key": key, "failures": 0, "until": unit.now})
        counted = update(of).where(of.c.key == key).values(failures=case((old, 1), else_=of.c.failures + 1))
        failures = unit.connection.execute(counted.returning(of.c.failures)).scalar_one()
        wait = min(timedelta(seconds=2 ** min(failures - FREE_FAILURES, 20)), LONGEST_WAIT)
        until = unit.now + wait if failures > FREE_FAILURES else unit.now
        unit.connection.execute(update(of).where(of.c.key == key).values(until=until))


def forget_failures(unit: Unit, email: str) -> None:
    """Forget an account's wrong passwords after a right one."""
    key = _account_key(email)
    unit.connection.execute(delete(tables.throttle).where(tables.throttle.c.key == key))


def _account_key(email: str) -> str:
    return f"account {_known_as(email)}"


def _address_key(address: str) -> str:
    return f"address {address[:100]}"


def _known_as(email: str) -> str:
    """Return the one form of an address under which an account is found and its failures are counted."""
    return "".join(letter for letter in email.strip().lower() if letter.isprintable())[:LONGEST_EMAIL]


def _waits(unit: Unit, key: str) -> bool:
    until = select(tables.throttle.c.until).where(tables.throttle.c.key == key)
    found: datetime | None = unit.connection.execute(until).scalar_one_or_none()
    return found is not None and found > unit.now


def _password_of(unit: Unit, user_id: int) -> str | None:
    found = select(tables.credential.c.password).where(tables.credential.c.user_id == user_id)
    return unit.connection.execute(found).scalar_one_or_none()


def find_by_email(unit: Unit, email: str) -> Row | None:
    """Return the person of that e-mail address, active or not."""
    wanted = Binary("=", Call("LOWER", (Name(("email",)),)), Literal(_known_as(email)))
    page = fetch(unit, SYSTEM, Query("user", COLUMNS, where=(wanted,), limit=1, titles=False))
    return page.rows[0] if page.rows else None


def open_session(unit: Unit, user_id: int, settings: Settings) -> str:
    """Start a session and return its secret, of which only the digest is stored."""
    secret = secrets.token_urlsafe(32)
    expires = unit.now + timedelta(hours=settings.session_hours)
    row = {"digest": _digest(secret), "user_id": user_id, "csrf": secrets.token_urlsafe(24)}
    row |= {"created_at": unit.now, "seen_at": unit.now, "expires_at": expires}
    unit.connection.execute(insert(tables.session), row)
    return secret


def find_session(unit: Unit, secret: str, settings: Settings) -> Session | None:
    """Return the live session of a secret, with the rights that its person has now."""
    row = unit.connection.execute(_LIVE_SESSION, {"secret": _digest(secret), "moment": unit.now}).one_or_none()
    if row is None:
        return None
    user_id, csrf, digest, seen_at = row
    actor = actor_of(unit, user_id, settings)
    return Session(actor, csrf, digest, seen_at) if actor else None


def end_session(unit: Unit, secret: str) -> None:
    """Log out."""
    unit.connection.execute(delete(tables.session).where(tables.session.c.digest == _digest(secret)))


def end_sessions(unit: Unit, user_id: int) -> None:
    """Log a person out everywhere, and withdraw the person's tokens."""
    for of in (tables.session, tables.token):
        unit.connection.execute(delete(of).where(of.c.user_id == user_id))


def actor_of(unit: Unit, user_id: int, settings: Settings) -> Actor | None:
    """Return the actor that a person is now; None for one who may not log in."""
    page = fetch(unit, SYSTEM, Query("user", COLUMNS, ids=(user_id,), limit=1, titles=False))
    if not page.rows or not page.rows[0].values["active"]:
        return None
    return _actor(page.rows[0], settings)


def _actor(row: Row, settings: Settings) -> Actor:
    values: Any = row.values
    language = values["language"] if values["language"] in LANGUAGES else settings.language
    locale = Locale(language, values["time_zone"] or settings.time_zone)
    return Actor(row.id, values["name"] or values["email"], tuple(values["roles"] or ()), locale)


def make_token(unit: Unit, user_id: int, name: str, expires_at: datetime | None = None) -> str:
    """Make an API token that acts as a person; it is shown once and stored as a digest."""
    secret = f"kt_{secrets.token_urlsafe(32)}"
    row = {"digest": _digest(secret), "user_id": user_id, "name": name}
    unit.connection.execute(insert(tables.token), {**row, "created_at": unit.now, "expires_at": expires_at})
    return secret


def find_token(unit: Unit, secret: str, settings: Settings) -> Token | None:
    """Return a live token, with the rights that its person has now."""
    of = tables.token
    found = select(of).where(of.c.digest == _digest(secret))
    row = unit.connection.execute(found).one_or_none()
    if row is None or (row.expires_at is not None and row.expires_at <= unit.now):
        return None
    actor = actor_of(unit, row.user_id, settings)
    is_noted = row.used_at is not None and row.used_at > unit.now - USED_EVERY
    return Token(actor, row.id, is_noted) if actor else None


def note_used(unit: Unit, token: Token) -> None:
    """Note that a token is in use."""
    of = tables.token
    unit.connection.execute(update(of).where(of.c.id == token.id).values(used_at=unit.now))


def note_seen(unit: Unit, session: Session) -> None:
    """Note now and then that a session is in use."""
    if session.seen_at < unit.now - SEEN_EVERY:
        seen = update(tables.session).where(_session.digest == session.digest).values(seen_at=unit.now)
        unit.connection.execute(seen)


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
