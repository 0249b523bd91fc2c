"""People: logging in, being throttled, losing access."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from kartoteka.metadata.problems import Refused
from kartoteka.platform import people, tables
from kartoteka.platform.actors import SYSTEM, Actor
from kartoteka.platform.query import Query
from kartoteka.platform.records import update_record
from kartoteka.platform.settings import Settings
from kartoteka.platform.units import Unit
from tests.platform.workspace import BASE, Workspace

SETTINGS = Settings(workspace=Path())
WORD = "correct horse"


@pytest.fixture
def office(database_url: str) -> Iterator[Workspace]:
    """A workspace with people in it."""
    found = Workspace(database_url, packages=(BASE,))
    person = found.person("Ada", "administrator")
    found.person("Bob", "administrator")
    with found.writing() as unit:
        people.set_password(unit, _id(person), WORD)
    yield found
    found.close()


def _id(actor: Actor) -> int:
    assert actor.user_id is not None
    return actor.user_id


def ada(office: Workspace) -> int:
    return office.fetch(SYSTEM, Query("user")).rows[0].id


def later(unit: Unit, **time: float) -> Unit:
    """Return the same unit of work at a later moment."""
    return Unit(unit.connection, unit.model, unit.now + timedelta(**time))


def refusal(unit: Unit, email: str, password: str, address: str = "10.0.0.1") -> str | None:
    """Return why a login is refused, as the login page does: with the failure counted."""
    try:
        people.check_password(unit, email, password, address)
    except Refused as refused:
        code = refused.problems[0].code
        if code == "login.wrong":
            people.note_failure(unit, email, address)
        return code
    return None


def test_a_right_password_logs_in(office: Workspace) -> None:
    with office.writing() as unit:
        for email in ("ada@example.org", " ADA@Example.org "):
            assert people.check_password(unit, email, WORD, "10.0.0.1").values["name"] == "Ada"


@pytest.mark.parametrize(
    "email", ["nobody@example.org", "", "x" * 5000, 'a"@example.org', "a\x00", "\udcff", "ada@example.org%", "клиент"]
)
def test_every_wrong_login_gets_the_same_answer(email: str, office: Workspace) -> None:
    with office.writing() as unit:
        assert refusal(unit, email, WORD) == "login.wrong"
        assert refusal(unit, "ada@example.org", "wrong" * 100) == "login.wrong"


def test_after_some_failures_an_account_waits(office: Workspace) -> None:
    spellings = [
        "ada@example.org",
        "ADA@example.org",
        " ada@example.org",
        "ada@example.org\t",
        "Ada@Example.Org",
        "ada@example.org ",
    ]
    with office.writing() as unit:
        for number, email in enumerate(spellings):
            assert refusal(unit, email, "wrong", f"10.0.0.{number}") == "login.wrong"
        assert refusal(unit, "ada@example.org", WORD, "10.0.0.99") == "login.wait"
        assert refusal(later(unit, seconds=3), "ada@example.org", WORD, "10.0.0.99") is None


def test_an_address_waits_whatever_the_account(office: Workspace) -> None:
    with office.writing() as unit:
        for number in range(6):
            assert refusal(unit, f"p{number}@example.org", "wrong") == "login.wrong"
        assert refusal(unit, "ada@example.org", WORD) == "login.wait"
        assert refusal(unit, "ada@example.org", WORD, "10.0.0.2") is None


def test_waiting_grows_to_a_limit_and_is_forgotten(office: Workspace) -> None:
    with office.writing() as unit:
        for number in range(80):
            people.note_failure(unit, "ada@example.org", f"10.0.0.{number}")
        limit = people.LONGEST_WAIT.total_seconds()
        assert refusal(later(unit, seconds=limit - 1), "ada@example.org", WORD) == "login.wait"
        assert refusal(later(unit, seconds=limit + 1), "ada@example.org", WORD) is None
        after = later(unit, seconds=limit + people.FORGOTTEN_AFTER.total_seconds() + 1)
        assert refusal(after, "ada@example.org", "wrong") == "login.wrong"
        assert refusal(after, "ada@example.org", WORD) is None


def test_a_success_forgets_the_accounts_failures(office: Workspace) -> None:
    with office.writing() as unit:
        for _ in range(5):
            refusal(unit, "ada@example.org", "wrong")
        people.forget_failures(unit, " ADA@example.org")
        for number in range(5):
            assert refusal(unit, "ada@example.org", "wrong", f"10.0.1.{number}") == "login.wrong"


@pytest.mark.parametrize("password", ["", "short", "x" * 257])
def test_a_password_has_a_length(password: str, office: Workspace) -> None:
    with office.writing() as unit, pytest.raises(Refused, match=r"password\.length"):
        people.set_password(unit, 1, password)


def test_a_new_password_ends_sessions_and_tokens(office: Workspace) -> None:
    user = ada(office)
    with office.writing() as unit:
        secret = people.open_session(unit, user, SETTINGS)
        token = people.make_token(unit, user, "script")
        session = people.find_session(unit, secret, SETTINGS)
        assert session
        assert session.actor.name == "Ada"
        assert people.find_token(unit, token, SETTINGS)
        people.set_password(unit, user, "another horse")
        assert people.find_session(unit, secret, SETTINGS) is None
        assert people.find_token(unit, token, SETTINGS) is None
        assert refusal(unit, "ada@example.org", WORD) == "login.wrong"
        assert refusal(unit, "ada@example.org", "another horse") is None


def test_secrets_are_stored_as_digests(office: Workspace) -> None:
    user = ada(office)
    with office.writing() as unit:
        secrets = [people.open_session(unit, user, SETTINGS), people.make_token(unit, user, "script"), WORD]
        kept = [
            str(unit.connection.execute(select(t)).all()) for t in (tables.session, tables.token, tables.credential)
        ]
    assert not any(secret in rows for secret in secrets for rows in kept)


@pytest.mark.parametrize("how", ["disabled", "deleted"])
def test_who_may_not_log_in_is_out_at_once(how: str, office: Workspace) -> None:
    user = ada(office)
    with office.writing() as unit:
        secret, token = people.open_session(unit, user, SETTINGS), people.make_token(unit, user, "script")
    if how == "disabled":
        office.update("user", user, active=False)
    else:
        office.delete("user", user)
    with office.writing() as unit:
        assert people.find_session(unit, secret, SETTINGS) is None
        assert people.find_token(unit, token, SETTINGS) is None
        assert refusal(unit, "ada@example.org", WORD) == "login.wrong"


def test_withdrawn_rights_are_withdrawn_from_live_sessions(office: Workspace) -> None:
    user = ada(office)
    with office.writing() as unit:
        secret = people.open_session(unit, user, SETTINGS)
        update_record(unit, SYSTEM, "user", user, {"roles": None, "language": "pl"})
        session = people.find_session(unit, secret, SETTINGS)
        assert session
        assert session.actor.roles == ()
        assert session.actor.locale.language == "pl"


def test_sessions_and_tokens_end(office: Workspace) -> None:
    user = ada(office)
    with office.writing() as unit:
        first, second = (people.open_session(unit, user, SETTINGS) for _ in range(2))
        token = people.make_token(unit, user, "script", unit.now + timedelta(hours=1))
        people.end_session(unit, first)
        assert people.find_session(unit, first, SETTINGS) is None
        assert people.find_session(unit, second, SETTINGS)
        end = later(unit, hours=SETTINGS.session_hours, seconds=1)
        assert people.find_session(end, second, SETTINGS) is None
        assert people.find_token(unit, token, SETTINGS)
        assert people.find_token(later(unit, hours=1), token, SETTINGS) is None


def test_the_use_of_a_token_is_noted_once_a_minute(office: Workspace) -> None:
    user = ada(office)
    with office.writing() as unit:
        secret = people.make_token(unit, user, "script")
        found = people.find_token(unit, secret, SETTINGS)
        assert found
        assert not found.is_noted
        people.note_used(unit, found)
        for seconds, is_noted in ((59, True), (61, False)):
            again = people.find_token(later(unit, seconds=seconds), secret, SETTINGS)
            assert again
            assert again.is_noted == is_noted
