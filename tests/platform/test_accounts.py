"""What a write to a person's record means for who may log in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kartoteka.metadata.problems import Refused
from kartoteka.platform import people
from kartoteka.platform.actors import SYSTEM, Actor
from kartoteka.platform.settings import Settings
from tests.platform.workspace import BASE, Workspace

SETTINGS = Settings(workspace=Path())


@pytest.fixture
def office(database_url: str) -> Iterator[Workspace]:
    """A workspace with nobody in it."""
    found = Workspace(database_url, packages=(BASE,))
    yield found
    found.close()


def refusal(act: Callable[[], Any]) -> list[tuple[str, str | None]]:
    """Return why something is refused."""
    with pytest.raises(Refused) as refused:
        act()
    return [(each.code, each.field) for each in refused.value.problems]


def _id(person: Actor) -> int:
    assert person.user_id is not None
    return person.user_id


def lock_outs(office: Workspace, person: Actor, actor: Actor) -> list[list[tuple[str, str | None]]]:
    """Try every way to take the studio away from somebody."""
    return [
        refusal(lambda: office.update("user", _id(person), actor, active=False)),
        refusal(lambda: office.update("user", _id(person), actor, active=None)),
        refusal(lambda: office.update("user", _id(person), actor, roles=None)),
        refusal(lambda: office.update("user", _id(person), actor, roles=("no_such_role",))),
        refusal(lambda: office.delete("user", _id(person), actor)),
    ]


PLACES = ("active", "active", "roles", "roles", None)


def test_the_last_administrator_stays_one_whoever_acts(office: Workspace) -> None:
    ada, idle = office.person("Ada", "administrator"), office.person("Idle", "administrator")
    office.person("Sam")
    office.update("user", _id(idle), active=False)
    before = office.digest()
    assert lock_outs(office, ada, SYSTEM) == [[("people.last_administrator", place)] for place in PLACES]
    assert office.digest() == before
    office.update("user", _id(ada), roles=("administrator", "other"), job="Boss")


def test_nobody_takes_the_studio_away_from_oneself(office: Workspace) -> None:
    ada, bob = office.person("Ada", "administrator"), office.person("Bob", "administrator")
    assert lock_outs(office, ada, ada) == [[("people.not_oneself", place)] for place in PLACES]
    office.delete("user", _id(bob), ada)
    office.restore("user", _id(bob), ada)
    office.update("user", _id(ada), bob, active=False)


def test_two_who_lock_each_other_out_end_with_one_left(office: Workspace) -> None:
    ada, bob = office.person("Ada", "administrator"), office.person("Bob", "administrator")
    office.update("user", _id(ada), bob, active=False)
    assert refusal(lambda: office.update("user", _id(bob), SYSTEM, active=False)) == [
        ("people.last_administrator", "active")
    ]


@pytest.mark.parametrize("how", ["disabled", "deleted"])
def test_sessions_and_tokens_do_not_revive_with_the_account(how: str, office: Workspace) -> None:
    office.person("Ada", "administrator")
    sam = _id(office.person("Sam"))
    with office.writing() as unit:
        secret, token = people.open_session(unit, sam, SETTINGS), people.make_token(unit, sam, "script")
        assert people.find_session(unit, secret, SETTINGS)
    if how == "disabled":
        office.update("user", sam, active=False)
        office.update("user", sam, active=True)
    else:
        office.delete("user", sam)
        office.restore("user", sam)
    with office.writing() as unit:
        assert people.actor_of(unit, sam, SETTINGS)
        assert people.find_session(unit, secret, SETTINGS) is None
        assert people.find_token(unit, token, SETTINGS) is None
