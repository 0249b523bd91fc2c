"""Whose history an old entry is: keys pass from field to field, what they meant then stays."""

from __future__ import annotations

from typing import Any

from kartoteka.metadata.definitions import Identity
from kartoteka.platform import history
from tests.platform.workspace import Workspace

CLIENT = Identity("entity", "", "client")
TEXT = {"type": "text"}


def told(workspace: Workspace, record: int, *keys: str) -> dict[str, list[Any]]:
    """Return which values the history tells of fields, by the keys that they have now."""
    with workspace.reading() as unit:
        entries = history.of_record(unit.connection, "client", record)
        assert history.verify(unit.connection, "client", record)
    return {key: [entry.changes[key][1] for entry in entries if key in entry.changes] for key in keys}


def renamed(workspace: Workspace, key: str, to: str) -> None:
    tree = workspace.trees()[CLIENT]
    fields = [{**f, "key": to, "formerly": [key]} if f["key"] == key else f for f in tree["fields"]]
    workspace.put({**workspace.trees(), CLIENT: {**tree, "fields": fields}})


def test_a_new_field_of_an_old_key_inherits_no_history(workspace: Workspace) -> None:
    workspace.edit("client", x_note=TEXT)
    record = workspace.create("client", name="Ada", x_note="secret")
    workspace.edit("client", x_note=None)
    workspace.edit("client", x_note=TEXT)
    assert told(workspace, record, "x_note", "name") == {"x_note": [], "name": ["Ada"]}
    workspace.update("client", record, x_note="new")
    assert told(workspace, record, "x_note") == {"x_note": ["new"]}


def test_what_comes_back_brings_its_own_history(workspace: Workspace) -> None:
    workspace.edit("client", x_note=TEXT)
    record = workspace.create("client", name="Ada", x_note="first")
    retired = workspace.edit("client", x_note=None)
    workspace.edit("client", x_note=TEXT)
    workspace.update("client", record, x_note="second")
    workspace.undo()
    workspace.undo(retired.number)
    workspace.update("client", record, x_note="third")
    assert told(workspace, record, "x_note") == {"x_note": ["first", "third"]}


def test_a_key_that_a_rename_left_free_begins_anew(workspace: Workspace) -> None:
    workspace.edit("client", x_note=TEXT)
    record = workspace.create("client", name="Ada", x_note="one")
    renamed(workspace, "x_note", "x_remark")
    workspace.update("client", record, x_remark="two")
    renamed(workspace, "x_remark", "x_hint")
    assert told(workspace, record, "x_note", "x_remark", "x_hint") == {
        "x_note": [],
        "x_remark": [],
        "x_hint": ["one", "two"],
    }


def test_another_type_is_still_the_same_field(workspace: Workspace) -> None:
    workspace.edit("client", x_note=TEXT)
    record = workspace.create("client", name="Ada", x_note="12")
    workspace.edit("client", x_note={"type": "integer"})
    assert told(workspace, record, "x_note") == {"x_note": ["12"]}
