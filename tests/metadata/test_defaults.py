"""Defaults name only what is known while a new card is filled in."""

import pytest

from kartoteka.metadata.checks import checked_catalog
from kartoteka.metadata.definitions import Identity
from kartoteka.metadata.problems import Refused


def problems(default: str) -> list[tuple[str, str]]:
    """Return what is wrong with a default in a small catalog."""
    fields = [
        {"key": "name", "type": "text"},
        {"key": "parent", "type": "link", "target": "client"},
        {"key": "number", "type": "auto_number"},
        {"key": "shout", "type": "formula", "result": "text", "expression": "UPPER(name)"},
        {"key": "note", "type": "text", "default": default},
    ]
    identity = Identity("entity", "", "client")
    try:
        checked_catalog({identity: {"key": "client", "fields": fields}})
    except Refused as refused:
        return [(each.code, each.params.get("name", "")) for each in refused.problems]
    return []


@pytest.mark.parametrize("default", ['"new"', "UPPER(name)", 'IF(name = "", "none", name)'])
def test_what_a_new_card_knows_is_taken(default: str) -> None:
    assert problems(default) == []


@pytest.mark.parametrize("name", ["parent.name", "parent.parent.name", "number", "shout"])
def test_what_it_can_not_know_is_refused(name: str) -> None:
    assert problems(f"UPPER({name})") == [("field.default_out_of_reach", name)]


def test_what_is_wrong_anyhow_is_told_once() -> None:
    assert problems("no_such_field") != [("field.default_out_of_reach", "no_such_field")]
    assert len(problems("parent.no_such_field")) == 1
