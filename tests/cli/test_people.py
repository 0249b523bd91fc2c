"""user and token."""

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import select

from kartoteka.app import make_runtime
from kartoteka.metadata.problems import Refused
from kartoteka.platform import tables
from kartoteka.platform.people import check_password, find_by_email, find_token, note_used, open_session
from kartoteka.platform.runtime import Runtime
from kartoteka.platform.settings import load_settings
from tests.cli.conftest import EMAIL, PASSWORD, Workspace

ANNA = "anna@example.org"


@pytest.fixture
def runtime(workspace: Workspace) -> Iterator[Runtime]:
    """Give the workspace's runtime."""
    runtime = make_runtime(load_settings(workspace.folder))
    yield runtime
    runtime.database.close()


def may_log_in(runtime: Runtime, email: str, password: str) -> bool:
    """Tell whether e-mail and password go together and the person may log in."""
    with runtime.reading() as unit:
        try:
            return bool(check_password(unit, email, password, "here"))
        except Refused:
            return False


def test_added_person_logs_in_with_the_roles_given(workspace: Workspace, runtime: Runtime) -> None:
    workspace.run(
        "user", "add", ANNA, "--name", "Anna", "--roles", "administrator", "--language", "pl", "--password", PASSWORD
    )
    assert may_log_in(runtime, ANNA, PASSWORD)
    with runtime.reading() as unit:
        person = find_by_email(unit, ANNA)
    assert person is not None
    assert person.values["roles"] == ("administrator",)
    assert person.values["language"] == "pl"
    assert person.values["active"] is True


def test_password_is_made_where_none_is_given(workspace: Workspace, runtime: Runtime) -> None:
    made = workspace.run("user", "add", ANNA).stdout.strip()
    assert may_log_in(runtime, ANNA, made)
    other = workspace.run("user", "password", ANNA).stdout.strip()
    assert other != made
    assert may_log_in(runtime, ANNA, other)
    assert not may_log_in(runtime, ANNA, made)


def test_wrong_people_are_refused_and_nothing_is_kept(workspace: Workspace) -> None:
    before = workspace.run("user", "list").stdout
    assert "role.unknown" in workspace.run("user", "add", ANNA, "--roles", "king", expect=1).stderr
    assert "email.not_an_address" in workspace.run("user", "add", "anna", expect=1).stderr
    assert "password.length" in workspace.run("user", "add", ANNA, "--password", "short", expect=1).stderr
    assert "not_unique" in workspace.run("user", "add", EMAIL.upper(), "--password", PASSWORD, expect=1).stderr
    assert "person.unknown" in workspace.run("user", "disable", ANNA, expect=1).stderr
    assert workspace.run("user", "list").stdout == before


def test_disabled_person_is_out_at_once(workspace: Workspace, runtime: Runtime) -> None:
    workspace.run("user", "add", ANNA, "--password", PASSWORD)
    secret = workspace.run("token", "create", ANNA).stdout.strip()
    with runtime.writing() as unit:
        person = find_by_email(unit, ANNA)
        assert person is not None
        open_session(unit, person.id, runtime.settings)
    workspace.run("user", "disable", ANNA)
    assert not may_log_in(runtime, ANNA, PASSWORD)
    with runtime.reading() as unit:
        assert find_token(unit, secret, runtime.settings) is None
        assert unit.connection.execute(select(tables.session)).all() == []
    workspace.run("user", "enable", ANNA)
    assert may_log_in(runtime, ANNA, PASSWORD)


def test_roles_are_replaced(workspace: Workspace, runtime: Runtime) -> None:
    workspace.run("user", "add", ANNA, "--password", PASSWORD)
    workspace.run("user", "roles", ANNA, "administrator")
    with runtime.reading() as unit:
        person = find_by_email(unit, ANNA)
    assert person is not None
    assert person.values["roles"] == ("administrator",)


def test_token_acts_as_its_person_until_revoked(workspace: Workspace, runtime: Runtime) -> None:
    secret = workspace.run("token", "create", EMAIL, "--name", "sync", "--days", "3").stdout.strip()
    listed = workspace.run("token", "list").stdout
    assert "sync" in listed
    assert secret not in listed
    with runtime.reading() as unit:
        found = find_token(unit, secret, runtime.settings)
    assert found is not None
    assert found.actor.roles == ("administrator",)
    with runtime.writing() as unit:
        note_used(unit, found)
        year = str(unit.now.year)
    assert listed.count(year) == 2
    assert workspace.run("token", "list").stdout.count(year) == 3
    number = re.search(r"│ (\d+) ", listed)
    assert number
    workspace.run("token", "revoke", number[1])
    with runtime.reading() as unit:
        assert find_token(unit, secret, runtime.settings) is None
    assert "token.unknown" in workspace.run("token", "revoke", number[1], expect=1).stderr
