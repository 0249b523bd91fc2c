"""A query that is kept compiled answers everybody as one compiled for them alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from kartoteka.metadata.definitions import Identity
from kartoteka.metadata.problems import BadRequest
from kartoteka.platform.actors import SYSTEM, Actor
from kartoteka.platform.kept import Kept
from kartoteka.platform.query import Query, count, fetch
from tests.platform.workspace import Workspace


def test_people_of_one_role_see_their_own(workspace: Workspace) -> None:
    anna, boris = workspace.person("Anna", "seller"), workspace.person("Boris", "seller")
    ids = {each: workspace.create("client", name=each.name, owner=each.user_id) for each in (anna, boris)}
    query = Query("client", ("name",))
    for _ in range(2):
        for actor, mine in ids.items():
            with workspace.reading() as unit:
                assert [row.id for row in fetch(unit, actor, query).rows] == [mine]
                assert count(unit, actor, query) == 1


def test_other_ids_and_pages_of_the_same_query(workspace: Workspace) -> None:
    ids = [workspace.create("client", name=f"Client {number}") for number in range(5)]
    with workspace.reading() as unit:
        for wanted in (ids[:2], ids[3:], []):
            found = fetch(unit, SYSTEM, Query("client", ids=tuple(wanted))).rows
            assert [row.id for row in found] == wanted
        first = fetch(unit, SYSTEM, Query("client", limit=2))
        second = fetch(unit, SYSTEM, Query("client", limit=2, after=first.after))
        again = fetch(unit, SYSTEM, Query("client", limit=2))
    assert [row.id for row in first.rows + second.rows] == ids[:4]
    assert again.rows == first.rows


def test_today_is_another_day_tomorrow(workspace: Workspace) -> None:
    workspace.create("client", name="New")
    query = Query("client", where=("created_at >= TODAY()",))
    with workspace.reading() as unit:
        assert count(unit, SYSTEM, query) == 1
        later = replace(unit, now=unit.now + timedelta(days=2))
        assert count(later, SYSTEM, query) == 0
        assert count(unit, SYSTEM, query) == 1


def test_now_is_asked_each_time(workspace: Workspace) -> None:
    workspace.create("client", name="New")
    query = Query("client", where=("created_at >= NOW() - 1",))
    with workspace.reading() as unit:
        assert count(unit, SYSTEM, query) == 1
        later = replace(unit, now=unit.now + timedelta(days=2))
        assert count(later, SYSTEM, query) == 0


def test_what_a_publish_hides_is_hidden_at_once(workspace: Workspace) -> None:
    keeper = Actor(None, "Keeper", ("keeper",))
    query = Query("client", ("rank",))
    with workspace.reading() as unit:
        fetch(unit, keeper, query)
    trees = workspace.trees()
    role = Identity("role", "", "keeper")
    right = {**trees[role]["entities"][0], "fields": [{"field": "rank", "right": "hide"}]}
    workspace.put({**trees, role: {**trees[role], "entities": [right]}})
    with workspace.reading() as unit, pytest.raises(BadRequest):
        fetch(unit, keeper, query)


def test_the_longest_unused_goes_first() -> None:
    kept = Kept[int](2)
    kept.put("a", 1)
    kept.put("b", 2)
    assert kept.get("a") == 1
    kept.put("c", 3)
    assert (kept.get("a"), kept.get("b"), kept.get("c")) == (1, None, 3)
