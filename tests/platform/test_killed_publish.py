"""kill -9 at any point of a publish leaves exactly the old or the new state (TRUST, faults)."""

from __future__ import annotations

import random
from contextlib import closing

import pytest
from sqlalchemy import text

from tests.platform.killing import fill, kill_publishes, strays
from tests.platform.workspace import Workspace


@pytest.mark.parametrize("most_at_once", [10_000, 100], ids=["at once", "made ready"])
def test_a_killed_publish_leaves_the_old_or_the_new_state(database_url: str, most_at_once: int) -> None:
    """One that is made ready may also be under way, and is gone on with."""
    with closing(Workspace(database_url)) as workspace:
        fill(workspace, 4000)
        found = kill_publishes(workspace, database_url, 8, random.Random(7), most_at_once)
    assert sum(found.values()) == 8
    assert most_at_once == 100 or not found["under way"]


def test_what_nobody_knows_of_is_noticed(database_url: str) -> None:
    with closing(Workspace(database_url)) as workspace:
        assert list(strays(workspace)) == []
        with workspace.reading() as unit:
            main = unit.model.storage.of("client").main.name
        with workspace.database.publish() as connection:
            connection.execute(text("CREATE TABLE half_made (id integer)"))
            connection.execute(text(f'ALTER TABLE "{main}" ADD COLUMN half integer'))
            connection.execute(text(f'CREATE INDEX half_index ON "{main}" (version)'))
        assert set(strays(workspace)) == {"half_made", f"{main}.half", "half_index"}
