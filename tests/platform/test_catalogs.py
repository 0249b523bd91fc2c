"""Any two catalogs: the changes between them lead there and back, and so do the tables and the data."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count, islice

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kartoteka.metadata.changes import apply_changes, changes_from_trees, changes_to_trees, inverse_of
from kartoteka.metadata.checks import checked_catalog
from kartoteka.metadata.conversions import Decision, Decisions
from kartoteka.metadata.definitions import Identity
from kartoteka.metadata.diff import diff
from kartoteka.metadata.problems import Refused
from kartoteka.metadata.trees import Tree
from kartoteka.platform.actors import SYSTEM
from kartoteka.platform.configuration import load_stack
from kartoteka.platform.plans import Plan, make_plan
from kartoteka.platform.records import create_many
from tests.platform.workspace import BASE, Workspace

Trees = dict[Identity, Tree]

NUMBERS = count(1)
YES_OR_NO: st.SearchStrategy[bool] = st.sampled_from([True, False])
ENTITIES = ("alpha", "beta", "gamma")
FIELDS = ("one", "two", "three", "four", "five")
OPTIONS: dict[str, list[Tree]] = {
    "text": [{}, {"max_length": 20}, {"required": True}, {"unique": True}],
    "integer": [{}, {"label": "Number"}],
    "money": [{}, {"currency": "PLN"}],
    "tags": [{}],
    "boolean": [{}, {"default": "TRUE"}],
    "auto_number": [{}, {"prefix": "N-"}],
    "formula": [{"expression": "1 + id", "result": "number"}],
}


@st.composite
def fields(draw: st.DrawFn) -> list[Tree]:
    """Fields in any order; some were called otherwise before."""
    keys: list[str] = draw(st.lists(st.sampled_from(FIELDS), unique=True, max_size=4))
    former = [key for key in FIELDS if key not in keys]
    found = []
    for key in keys:
        type_name = draw(st.sampled_from(sorted(OPTIONS)))
        field: Tree = {"key": key, "type": type_name, **draw(st.sampled_from(OPTIONS[type_name]))}
        if draw(YES_OR_NO) and former:
            field["formerly"] = [former.pop()]
        found.append(field)
    return found


@st.composite
def catalogs(draw: st.DrawFn) -> Trees:
    """A few entities with lists that make sort keys and indexes; some were called otherwise before."""
    keys: list[str] = draw(st.lists(st.sampled_from(ENTITIES), unique=True, max_size=2))
    former = [key for key in ENTITIES if key not in keys]
    found: Trees = {}
    for key in keys:
        tree: Tree = {"key": key, "fields": draw(fields()), "title": 'CONCAT("#", id)'}
        if draw(YES_OR_NO) and former:
            tree["formerly"] = [former.pop()]
        found[Identity("entity", "", key)] = tree
        sortable = [field["key"] for field in tree["fields"] if field["type"] in ("text", "integer", "money")]
        if draw(YES_OR_NO) and sortable:
            listed = {
                "entity": key,
                "key": "all",
                "columns": [{"field": sortable[0]}],
                "sort": [{"field": sortable[-1]}],
            }
            found[Identity("list", key, "all")] = listed
    return found


@given(catalogs(), catalogs())
@settings(max_examples=150, deadline=None)
def test_changes_lead_there_and_back(old_trees: Trees, new_trees: Trees) -> None:
    old, new = checked_catalog(old_trees), checked_catalog(new_trees)
    changes = diff(old, new)
    assert apply_changes(old, changes).hash == new.hash
    assert apply_changes(new, inverse_of(changes)).hash == old.hash
    assert changes_from_trees(changes_to_trees(changes)) == changes
    assert diff(new, new) == ()
    assert all(change.describe().code.startswith("change.") for change in changes)


def fill(workspace: Workspace) -> None:
    """Put some records into every entity, each with other values than any before."""
    with workspace.writing() as unit:
        for entity in ENTITIES:
            stored = unit.model.catalog.fields(entity).values()
            types = {f.key: f.type for f in stored if f.type.columns() and not f.type.computed}
            if entity in unit.model.catalog.entities:
                rows = [{key: each.example(number) for key, each in types.items()} for number in islice(NUMBERS, 3)]
                create_many(unit, SYSTEM, entity, rows)


def planned(workspace: Workspace, trees: Trees) -> Plan:
    """Plan to put these entities in place of all that are not of the base package."""
    base = {i: tree for i, tree in workspace.trees().items() if i.entity not in ENTITIES and i.key not in ENTITIES}
    return workspace.plan({**base, **trees}, Decisions(otherwise=Decision(failures="empty", lossy=True)))


@pytest.fixture
def empty(database_url: str) -> Iterator[Workspace]:
    """A workspace with nothing but the base package."""
    found = Workspace(database_url, packages=(BASE,))
    yield found
    found.close()


STEPS = settings(
    max_examples=12,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@given(steps=st.lists(catalogs(), min_size=2, max_size=3))
@STEPS
def test_publishing_and_undoing_brings_everything_back(empty: Workspace, steps: list[Trees]) -> None:
    """One workspace goes through catalog after catalog, with data; every publish can be taken back and made again."""
    for trees in steps:
        fill(empty)
        before, data = empty.hash, empty.data()
        plan = planned(empty, trees)
        if plan.problems:
            with pytest.raises(Refused, match=r"plan\.(no_conversion|not_unique)"):
                empty.publish(plan)
            assert (empty.hash, empty.data()) == (before, data)
            continue
        entry = empty.publish(plan)
        if entry is None:
            continue
        with empty.reading() as unit:
            assert unit.model.catalog.hash == entry.hash_after
            assert make_plan(unit.connection, unit.model, load_stack(unit.connection)).changes == ()
        published = empty.hash
        empty.undo(entry.number)
        assert (empty.hash, empty.data()) == (before, data)
        empty.publish(planned(empty, trees))
        assert empty.hash == published
