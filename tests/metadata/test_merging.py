"""The three-way merge: its laws over random trees, and what each kind of collision asks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from kartoteka.metadata.layers import is_keyed, item_name
from kartoteka.metadata.merging import ORDER, Choice, Clash, merge_item

Tree = dict[str, Any]
KEYS = st.sampled_from(["a", "b", "c", "d"])
VALUES = st.one_of(st.integers(2, 4), st.text("xy", max_size=2), st.lists(st.integers(2, 3), max_size=2))


@st.composite
def items(draw: st.DrawFn, depth: int) -> list[Tree]:
    """Keyed lists, possibly nested; never empty, as definitions leave an empty list out."""
    inner = trees(depth - 1)
    keys = draw(st.lists(KEYS, unique=True, min_size=1, max_size=4))
    return [{"key": key, **draw(inner)} for key in keys]


def trees(depth: int) -> st.SearchStrategy[Tree]:
    """Objects with plain properties, keyed lists and labels by language."""
    label = st.dictionaries(st.sampled_from(["en", "ru"]), st.text("xy", max_size=1), min_size=1)
    values = {"p": VALUES, "q": VALUES, "label": label, "type": st.sampled_from(["text", "choice"])}
    nested = {"fields": items(depth), "tabs": items(depth)} if depth else {}
    return st.fixed_dictionaries({}, optional=values | nested)


def merge(old: Any, theirs: Any, mine: Any, choice: Choice = "keep") -> tuple[Tree | None, list[Clash]]:
    """Return what becomes of the trees where every collision is decided alike, and the collisions."""
    asked: list[Clash] = []

    def ask(clash: Clash) -> Choice:
        asked.append(clash)
        return choice if choice in clash.choices else clash.choices[0]

    return merge_item(ask, (), old, theirs, mine), asked


def said(tree: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield every property with its value, items of lists by their keys."""
    if isinstance(tree, dict):
        for name, value in tree.items():
            yield from said(value, (*path, name))
    elif is_keyed(tree):
        for item in tree:
            yield from said(item, (*path, item_name(item) or ""))
    else:
        yield path, tree


def is_listed(path: tuple[str, ...], clashes: list[Clash]) -> bool:
    """Tell whether a collision is about a property: about itself, what it is in, its type or what it holds."""
    for clash in clashes:
        about = clash.path[:-1] if clash.path[-1:] == ("type",) else clash.path
        if path[: len(about)] == about or about[: len(path)] == path:
            return True
    return False


@settings(max_examples=60)
@given(trees(2), trees(2))
def test_a_package_that_says_the_same_leaves_the_client_alone(old: Tree, mine: Tree) -> None:
    assert merge(old, old, mine) == (mine, [])


@settings(max_examples=60)
@given(trees(2), trees(2))
def test_a_client_who_changed_nothing_gets_the_new_package(old: Tree, theirs: Tree) -> None:
    assert merge(old, theirs, old) == (theirs, [])


@settings(max_examples=60)
@given(trees(2), trees(2))
def test_what_both_changed_alike_is_no_question(old: Tree, new: Tree) -> None:
    assert merge(old, new, new) == (new, [])


@settings(max_examples=60)
@given(trees(1), trees(1), trees(1))
def test_no_edit_of_the_client_is_lost(old: Tree, theirs: Tree, mine: Tree) -> None:
    result, _ = merge(old, theirs, mine, "keep")
    found, before = dict(said(result)), dict(said(old))
    for path, value in said(mine):
        if before.get(path) != value:
            assert found.get(path) == value, path
    for path in before.keys() - dict(said(mine)).keys():
        assert path not in found or dict(said(theirs))[path] != before[path], path


@settings(max_examples=60)
@given(trees(1), trees(1), trees(1))
def test_no_edit_is_lost_unless_it_is_listed(old: Tree, theirs: Tree, mine: Tree) -> None:
    result, clashes = merge(old, theirs, mine, "take")
    found, before = dict(said(result)), dict(said(old))
    for path, value in said(mine):
        if before.get(path) != value and found.get(path) != value:
            assert is_listed(path, clashes), path


@settings(max_examples=60)
@given(trees(1), trees(1), trees(1))
def test_nothing_new_of_the_package_is_lost_unless_it_is_listed(old: Tree, theirs: Tree, mine: Tree) -> None:
    result, clashes = merge(old, theirs, mine, "keep")
    found, before = dict(said(result)), dict(said(old))
    for path, value in said(theirs):
        if before.get(path) != value and found.get(path) != value:
            assert is_listed(path, clashes), path


@settings(max_examples=60)
@given(trees(1), trees(1), trees(1))
def test_a_collision_has_three_different_sides(old: Tree, theirs: Tree, mine: Tree) -> None:
    for clash in merge(old, theirs, mine)[1]:
        sides = [clash.old, clash.theirs, clash.mine]
        assert all(sides.count(each) == 1 for each in sides)
        assert clash.path


def client(*fields: Tree, **rest: Any) -> Tree:
    return {"key": "client", **rest, "fields": list(fields)}


def test_languages_of_a_label_merge_apart() -> None:
    old = client({"key": "inn", "label": {"en": "INN", "ru": "ИНН"}})
    theirs = client({"key": "inn", "label": {"en": "Tax no.", "ru": "ИНН"}})
    mine = client({"key": "inn", "label": {"en": "INN", "ru": "Налоговый номер"}})
    merged, clashes = merge(old, theirs, mine)
    assert merged == client({"key": "inn", "label": {"en": "Tax no.", "ru": "Налоговый номер"}})
    assert clashes == []


def test_the_type_of_a_field_goes_with_its_options() -> None:
    old = client({"key": "size", "type": "text", "max_length": 9})
    theirs = client({"key": "size", "type": "choice", "choices": [{"key": "big"}]})
    mine = client({"key": "size", "type": "text", "max_length": 20, "required": True})
    kept, clashes = merge(old, theirs, mine)
    assert kept == mine
    assert [(clash.path, clash.kind) for clash in clashes] == [(("fields", "size", "type"), "changed")]
    taken, _ = merge(old, theirs, mine, "take")
    assert taken == client({"key": "size", "type": "choice", "choices": [{"key": "big"}], "required": True})


def test_an_item_that_one_took_out_and_the_other_changed_is_asked_for() -> None:
    old = client({"key": "fax"}, {"key": "telex"})
    theirs = client({"key": "telex", "label": "Telex"})
    mine = client({"key": "fax", "label": "Fax"})
    kept, clashes = merge(old, theirs, mine)
    assert kept == mine
    assert [(clash.path[-1], clash.kind) for clash in clashes] == [("telex", "removed_here"), ("fax", "removed")]
    assert merge(old, theirs, mine, "take")[0] == theirs


def test_what_both_added_is_asked_for_as_a_whole() -> None:
    old, theirs = client(), client({"key": "rank", "type": "integer"})
    mine = client({"key": "rank", "type": "text", "label": "Rank"})
    kept, clashes = merge(old, theirs, mine)
    assert (kept, [clash.kind for clash in clashes]) == (mine, ["added"])
    assert merge(old, theirs, mine, "take")[0] == theirs


def test_a_locked_field_can_only_be_taken() -> None:
    old, mine = client({"key": "inn"}), client({"key": "inn", "label": "Mine"})
    theirs = client({"key": "inn", "locked": True})
    merged, clashes = merge(old, theirs, mine)
    assert merged == theirs
    assert [clash.choices for clash in clashes] == [("take",)]


def keys(tree: Tree | None) -> str:
    return "".join(item["key"] for item in (tree or {})["fields"])


def of(order: str) -> Tree:
    return client(*({"key": key} for key in order))


def test_each_side_may_order_and_add() -> None:
    assert keys(merge(of("abc"), of("cab"), of("abcx"))[0]) == "cabx"
    assert keys(merge(of("abc"), of("abcn"), of("axbc"))[0]) == "axbcn"
    assert keys(merge(of("abc"), of("anbc"), of("cba"))[0]) == "cban"
    assert keys(merge(of("abc"), of("abcn"), of("abcx"))[0]) == "abcnx"
    kept, clashes = merge(of("abc"), of("bca"), of("cba"))
    assert keys(kept) == "cba"
    assert [clash.path[-1] for clash in clashes] == [ORDER]
    assert keys(merge(of("abc"), of("bca"), of("cba"), "take")[0]) == "bca"


def test_an_item_that_the_package_renames_keeps_what_the_client_made_of_it() -> None:
    old = client({"key": "state", "type": "choice", "choices": [{"key": "old"}, {"key": "new"}]})
    theirs = client(
        {"key": "state", "type": "choice", "choices": [{"key": "aged", "formerly": ["old"]}, {"key": "new"}]}
    )
    mine = client({"key": "state", "type": "choice", "choices": [{"key": "old", "label": "Old"}, {"key": "new"}]})
    merged, clashes = merge(old, theirs, mine)
    assert clashes == []
    assert (merged or {})["fields"][0]["choices"][0] == {"key": "aged", "formerly": ["old"], "label": "Old"}
