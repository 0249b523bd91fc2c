"""Merging layers, and the difference that is its inverse."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from kartoteka.metadata.layers import difference, merged

KEYS = st.sampled_from(["a", "b", "c", "d", "e"])
VALUES = st.one_of(st.booleans(), st.integers(0, 3), st.text("xy", max_size=2), st.lists(st.integers(0, 2), max_size=2))


@st.composite
def items(draw: st.DrawFn, depth: int) -> list[dict[str, Any]]:
    """Keyed lists, possibly nested, possibly empty."""
    inner = trees(depth - 1) if depth else st.dictionaries(st.sampled_from(["p", "q"]), VALUES, max_size=2)
    keys = draw(st.lists(KEYS, unique=True, max_size=5))
    return [{"key": key, **draw(inner)} for key in keys]


def trees(depth: int) -> st.SearchStrategy[Any]:
    """Objects with plain properties, keyed lists and nested objects."""
    values = st.one_of(VALUES, items(depth)) if depth else VALUES
    return st.dictionaries(st.sampled_from(["p", "q", "fields", "tabs"]), values, max_size=4)


@given(trees(2), trees(2))
def test_difference_is_the_inverse_of_merge(base: dict[str, Any], wanted: dict[str, Any]) -> None:
    assert merged(base, difference(base, wanted)) == wanted


@given(trees(2))
def test_equal_trees_differ_in_nothing(tree: dict[str, Any]) -> None:
    assert difference(tree, tree) == {}


def test_a_difference_names_only_what_changed() -> None:
    base = {"key": "client", "fields": [{"key": "name", "type": "text"}, {"key": "inn", "type": "text"}]}
    wanted = {
        "key": "client",
        "fields": [
            {"key": "inn", "type": "text", "label": "ИНН"},
            {"key": "name", "type": "text"},
            {"key": "x_rank", "type": "integer"},
        ],
    }
    overlay = difference(base, wanted)
    assert overlay == {
        "fields": [
            {"key": "inn", "label": "ИНН", "after": None},
            {"key": "x_rank", "type": "integer"},
        ]
    }


def test_what_a_package_adds_later_stays_beside_the_clients_own_items() -> None:
    old = {"columns": [{"field": "name"}, {"field": "city"}]}
    local = difference(old, {"columns": [{"field": "name"}, {"field": "x_rank"}, {"field": "city"}]})
    new = {"columns": [{"field": "name"}, {"field": "city"}, {"field": "phone"}]}
    fields = [column["field"] for column in merged(new, local)["columns"]]
    assert fields == ["name", "x_rank", "city", "phone"]


def test_a_removed_item_stays_removed_when_the_package_changes_it() -> None:
    local = difference({"fields": [{"key": "fax"}, {"key": "name"}]}, {"fields": [{"key": "name"}]})
    assert merged({"fields": [{"key": "fax", "label": "Fax"}, {"key": "name"}]}, local) == {"fields": [{"key": "name"}]}
