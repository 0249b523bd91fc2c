"""Accounts: what a write to a person's record means for who may log in. Only `records` asks here.

Somebody must be left who can give rights back, and who may not log in any more is out: at every outlet alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import func, select

from kartoteka.metadata.problems import Problem
from kartoteka.platform.actors import SYSTEM, Actor
from kartoteka.platform.people import end_sessions
from kartoteka.platform.query import Query, fetch
from kartoteka.platform.units import Unit

GUARD_LOCK = 0x6B61_6163
"""PostgreSQL's advisory lock round the guard: two administrators may not lock each other out at the same moment."""


def change_problems(unit: Unit, actor: Actor, person_id: int, changed: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield what forbids a change: it takes the studio away from oneself, or from everybody."""
    if not changed.get("active", True):
        yield from _lock_outs(unit, actor, person_id, "active")
    elif "roles" in changed and not _administer(unit, changed["roles"]):
        yield from _lock_outs(unit, actor, person_id, "roles")


def removal_problems(unit: Unit, actor: Actor, person_id: int) -> Iterator[Problem]:
    """Yield what forbids to delete a person, for the same reasons."""
    return _lock_outs(unit, actor, person_id, None)


def _lock_outs(unit: Unit, actor: Actor, person_id: int, field: str | None) -> Iterator[Problem]:
    if unit.connection.dialect.name == "postgresql":
        unit.connection.execute(select(func.pg_advisory_xact_lock(GUARD_LOCK)))
    administrators = _administrators(unit)
    if person_id not in administrators:
        return
    if person_id == actor.user_id:
        yield Problem("people.not_oneself", {}, field=field)
    elif len(administrators) == 1:
        yield Problem("people.last_administrator", {}, field=field)


def _administrators(unit: Unit) -> set[int]:
    """Return who may log in and configure everything."""
    query = Query("user", ("roles",), where=("active = TRUE",), limit=None, titles=False)
    return {row.id for row in fetch(unit, SYSTEM, query).rows if _administer(unit, row.values["roles"])}


def _administer(unit: Unit, roles: Iterable[str] | None) -> bool:
    known = unit.model.catalog.roles
    return any(known[key].administrator for key in roles or () if key in known)


def follow_change(unit: Unit, person_id: int, changed: Mapping[str, Any]) -> None:
    """End the sessions and tokens of who may not log in any more, so that none revives with the account.

    Roles need nothing: each request and each part of a long job asks for those of that moment.
    """
    if not changed.get("active", True):
        end_sessions(unit, person_id)


def follow_removal(unit: Unit, person_id: int) -> None:
    """End the sessions and tokens of a deleted person, who may be taken out of the trash again."""
    end_sessions(unit, person_id)
