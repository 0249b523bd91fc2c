"""Purging: what was retired is destroyed for good, in tables and in the history, and its columns serve others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import MetaData, select

from kartoteka.metadata.changes import PurgeField
from kartoteka.metadata.definitions import Identity
from kartoteka.metadata.problems import Conflict, NotFound, Refused
from kartoteka.platform import history, purging, tables
from kartoteka.platform.journal import entries
from kartoteka.platform.retired import all_retired, count_of
from tests.platform.workspace import BASE, Workspace

PERSON = Identity("entity", "", "person")
FIELDS: list[dict[str, Any]] = [
    {"key": "name", "type": "text"},
    {"key": "pesel", "type": "text"},
    {"key": "paid", "type": "money"},
]


@pytest.fixture
def workspace(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    """Give a workspace with people in it, and batches so small that there are several."""
    monkeypatch.setattr(purging, "BATCH", 2)
    found = Workspace(database_url, packages=(BASE,))
    found.put({**found.trees(), PERSON: {"key": "person", "fields": FIELDS, "title": "name"}})
    for number in range(5):
        found.create("person", name=f"P{number}", pesel=f"secret {number}")
    found.update("person", 1, pesel="secret again")
    yield found
    found.close()


def purge(workspace: Workspace, key: str, typed: str = "", revision: int | None = None) -> Any:
    """Purge, with the key typed as it should be."""
    with workspace.reading() as unit:
        found = purging.find_retired(unit.connection, key, revision)
    return purging.purge(workspace.database, found, typed or key, actor="tester", why="asked to")


def whole_text(workspace: Workspace) -> str:
    """Return everything that the database holds, but for the journal, which keeps definitions and no values."""
    known, found = MetaData(), []
    with workspace.database.read() as connection:
        known.reflect(connection)
        for table in known.tables.values():
            if table.name != "kt_journal":
                found += [repr(row) for row in connection.execute(select(table))]
    return "\n".join(found)


def columns_of(workspace: Workspace) -> int:
    """Return how many columns the table of people has."""
    known = MetaData()
    with workspace.database.read() as connection:
        known.reflect(connection, only=["e_person"])
        return len(known.tables["e_person"].columns)


def test_values_are_gone_everywhere_and_the_history_holds(workspace: Workspace) -> None:
    workspace.edit("person", pesel=None)
    assert "secret 3" in whole_text(workspace)
    before = workspace.hash
    entry = purge(workspace, "person.pesel")
    assert "secret" not in whole_text(workspace)
    assert [type(change) for change in entry.changes] == [PurgeField]
    assert workspace.hash == before
    with workspace.reading() as unit:
        assert all(history.verify(unit.connection, "person", number) for number in range(1, 6))
        assert [set(e.changes) for e in history.of_record(unit.connection, "person", 1)] == [{"name"}, set()]
        assert all_retired(unit.connection) == []
        newest = entries(unit.connection)[0]
    assert (newest.actor, newest.why, newest.hash_before) == ("tester", "asked to", newest.hash_after)
    assert workspace.get("person", 4, "name").values == {"name": "P3"}


def test_the_chain_still_tells_of_a_forgery(workspace: Workspace) -> None:
    workspace.edit("person", pesel=None)
    purge(workspace, "person.pesel")
    with workspace.writing() as unit:
        of = tables.history
        first = unit.connection.execute(select(of).where(of.c.record_id == 1).order_by(of.c.id)).first()
        assert first is not None
        forged = {**first.changes, history.ERASED: "00" * 32}
        unit.connection.execute(of.update().where(of.c.id == first.id).values(changes=forged))
        assert not history.verify(unit.connection, "person", 1)


def test_its_column_serves_another_field_of_the_same_kind_which_inherits_nothing(workspace: Workspace) -> None:
    workspace.edit("person", pesel=None)
    purge(workspace, "person.pesel")
    size = columns_of(workspace)
    workspace.edit("person", motto={"type": "text"})
    assert columns_of(workspace) == size
    assert {workspace.get("person", n, "motto").values["motto"] for n in range(1, 6)} == {None}
    workspace.update("person", 2, motto="Onward")
    workspace.edit("person", pesel={"type": "text"})
    assert columns_of(workspace) == size + 1
    assert workspace.get("person", 2, "motto", "pesel").values == {"motto": "Onward", "pesel": None}


def test_of_several_that_had_the_key_one_is_chosen(workspace: Workspace) -> None:
    first = workspace.edit("person", pesel=None).revision
    workspace.edit("person", pesel={"type": "text"})
    workspace.update("person", 3, pesel="kept")
    retired = workspace.edit("person", pesel=None)
    second = retired.revision
    with workspace.reading() as unit:
        kept = all_retired(unit.connection)
        assert [(each.revision, count_of(unit.connection, each)) for each in kept] == [(second, 1), (first, 5)]
    purge(workspace, "person.pesel", revision=first)
    assert "secret" not in whole_text(workspace)
    workspace.undo(retired.number)
    assert workspace.get("person", 3, "pesel").values == {"pesel": "kept"}


def test_a_card_type_goes_with_tables_history_and_all(workspace: Workspace) -> None:
    trees = workspace.trees()
    workspace.put({each: tree for each, tree in trees.items() if each != PERSON})
    purge(workspace, "person")
    text = whole_text(workspace)
    assert "secret" not in text
    assert "person#" not in text
    with workspace.database.read() as connection:
        assert "e_person" not in connection.dialect.get_table_names(connection)
    workspace.put({**workspace.trees(), PERSON: {"key": "person", "fields": FIELDS, "title": "name"}})
    assert workspace.create("person", name="New") == 1
    with workspace.reading() as unit:
        assert len(history.of_record(unit.connection, "person", 1)) == 1


def test_what_is_in_use_is_refused_and_so_is_another_word(workspace: Workspace) -> None:
    before = workspace.digest()
    for key in ("person.pesel", "person"):
        with pytest.raises(Conflict, match=r"purge\.in_use"):
            purge(workspace, key)
    for key in ("person.nothing", "nothing", ""):
        with pytest.raises(NotFound, match=r"purge\.unknown"):
            purge(workspace, key)
    workspace.edit("person", pesel=None)
    before = workspace.digest()
    with pytest.raises(Refused, match=r"purge\.not_typed"):
        purge(workspace, "person.pesel", typed="person.name")
    assert workspace.digest() == before


def test_it_can_not_be_undone_and_older_undos_say_what_is_gone(workspace: Workspace) -> None:
    retired = workspace.edit("person", pesel=None)
    with workspace.reading() as unit:
        [known] = all_retired(unit.connection)
    number = purge(workspace, "person.pesel").number
    with pytest.raises(Conflict, match=r"undo\.purged"):
        workspace.undo(number)
    with workspace.reading() as unit:
        from kartoteka.platform.undoing import undo_plan

        _, plan = undo_plan(unit.connection, unit.model, retired.number)
    assert [each.code for line in plan.lines for each in line.effects] == ["effect.starts_empty"]
    with pytest.raises(NotFound, match=r"purge\.unknown"):
        purging.purge(workspace.database, known, "person.pesel", actor="tester")
    workspace.undo(retired.number)
    assert workspace.get("person", 1, "pesel").values == {"pesel": None}


def test_what_was_interrupted_goes_on(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace.edit("person", pesel=None)
    done = purging.finish
    monkeypatch.setattr(purging, "finish", lambda database: None)
    retired = purge(workspace, "person.pesel")
    with pytest.raises(Conflict, match=r"undo\.purged"):
        workspace.undo(retired.number)
    assert "secret" in whole_text(workspace)
    done(workspace.database)
    assert "secret" not in whole_text(workspace)
    before = workspace.digest()
    done(workspace.database)
    assert workspace.digest() == before
