"""Renames across layers: a client's own names over a package's, and a package's new names under a client's changes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kartoteka.metadata.definitions import Identity, Manifest
from kartoteka.metadata.problems import Refused
from kartoteka.metadata.stack import LOCAL, Layer, Stack
from kartoteka.metadata.trees import Tree

Trees = dict[Identity, Tree]
FIRM, ALL, MAIN = Identity("entity", "", "firm"), Identity("list", "firm", "all"), Identity("form", "firm", "main")


def stack_of(*layers: Trees, local: Trees | None = None) -> Stack:
    """Return a stack of packages a, b, ... and the client's own layer."""
    packages = tuple(
        Layer(name, Manifest(format=1, key=name, version="1.0.0"), layer)
        for name, layer in zip("abc", layers, strict=False)
    )
    return Stack(packages, Layer(LOCAL, None, local or {}))


def package(*fields: Tree, **more: object) -> Trees:
    """Return a package with a card type, a list and a form of its first field."""
    first = fields[0]["key"]
    item = {"field": first}
    return {
        FIRM: {"key": "firm", "fields": list(fields), "title": first, **more},
        ALL: {"entity": "firm", "key": "all", "columns": [item], "filter": f'{first} <> ""', "sort": [item]},
        MAIN: {"entity": "firm", "key": "main", "quick": [item]},
    }


NAME: Tree = {"key": "name", "type": "text", "label": "Name"}
CALLED: Tree = {"key": "called", "type": "text", "label": "Name", "formerly": ["name"]}


def test_a_clients_own_name_reaches_down_and_the_packages_next_version_still_counts() -> None:
    own: Trees = {FIRM: {"key": "firm", "fields": [{"key": "x_title", "formerly": ["name"]}]}}
    catalog = stack_of(package(NAME), local=own).catalog()
    [field] = catalog.entities["firm"].fields
    assert (field.key, field.label, field.formerly) == ("x_title", "Name", ("name",))
    assert catalog.lists("firm")[0].filter == 'x_title <> ""'
    form = catalog.form("firm")
    assert form is not None
    assert form.quick[0].field == "x_title"
    newer = package({**NAME, "label": "Full name", "max_length": 80})
    [field] = stack_of(newer, local=own).catalog().entities["firm"].fields
    assert (field.key, field.label, field.type.max_length) == ("x_title", "Full name", 80)  # type: ignore[attr-defined]


def test_a_packages_new_name_keeps_what_a_client_has_changed() -> None:
    own: Trees = {
        FIRM: {"key": "firm", "fields": [{"key": "name", "label": "Company", "required": True}]},
        ALL: {"entity": "firm", "key": "all", "columns": [{"field": "name", "label": "Who"}]},
        Identity("list", "firm", "x_mine"): {"entity": "firm", "key": "x_mine", "columns": [{"field": "name"}]},
        MAIN: {"entity": "firm", "key": "main", "quick": [{"field": "name", "width": "full"}]},
    }
    catalog = stack_of(package(CALLED), local=own).catalog()
    [field] = catalog.entities["firm"].fields
    assert (field.key, field.label, field.required) == ("called", "Company", True)
    first, mine = catalog.lists("firm")
    assert [(column.field, column.label) for column in first.columns] == [("called", "Who")]
    assert mine.columns[0].field == "called"
    form = catalog.form("firm")
    assert form is not None
    assert (form.quick[0].field, form.quick[0].width) == ("called", "full")


def test_both_have_renamed_and_the_clients_name_holds() -> None:
    own: Trees = {FIRM: {"key": "firm", "fields": [{"key": "x_title", "formerly": ["name"]}]}}
    catalog = stack_of(package(CALLED), local=own).catalog()
    assert [field.key for field in catalog.entities["firm"].fields] == ["x_title"]
    assert catalog.lists("firm")[0].columns[0].field == "x_title"


def test_a_renamed_card_type_takes_what_other_packages_add_to_it() -> None:
    extra: Trees = {
        FIRM: {"key": "firm", "fields": [{"key": "inn", "type": "text"}]},
        Identity("list", "firm", "taxes"): {"entity": "firm", "key": "taxes", "columns": [{"field": "inn"}]},
        Identity("entity", "", "deal"): {
            "key": "deal", "fields": [{"key": "firm", "type": "link", "target": "firm"}], "title": "firm.name",
        },
    }  # fmt: skip
    own: Trees = {Identity("entity", "", "x_company"): {"key": "x_company", "formerly": ["firm"], "label": "Company"}}
    catalog = stack_of(package(NAME), extra, local=own).catalog()
    assert sorted(catalog.entities) == ["deal", "x_company"]
    assert catalog.entities["x_company"].label == "Company"
    assert [field.key for field in catalog.entities["x_company"].fields] == ["name", "inn"]
    assert [each.key for each in catalog.lists("x_company")] == ["all", "taxes"]
    assert catalog.fields("deal")["firm"].type.links_to == "x_company"


@pytest.mark.parametrize("old", ["name", "a", "b"])
def test_with_local_makes_exactly_what_is_wanted_in_the_fewest_words(old: str) -> None:
    fields = [NAME, {"key": "a", "type": "text"}, {"key": "b", "type": "integer", "required": True}]
    stack = stack_of(package(*fields))
    wanted = dict(stack.catalog().trees)
    tree = wanted[FIRM]
    changed = [{**f, "key": f"x_{old}", "formerly": [old]} if f["key"] == old else f for f in tree["fields"]]
    listed = {ALL: wanted[ALL], MAIN: wanted[MAIN]}
    if old == "name":
        listed = {each: _renamed(t) for each, t in listed.items()}
    wanted |= {FIRM: {**tree, "title": "x_name" if old == "name" else "name", "fields": changed}, **listed}
    found = stack.with_local(wanted)
    assert found.catalog().trees == wanted
    assert found.local.definitions == {FIRM: {"key": "firm", "fields": [{"key": f"x_{old}", "formerly": [old]}]}}


def _renamed(tree: Tree) -> Tree:
    return {
        name: [{**i, "field": "x_name"} for i in value] if isinstance(value, list) else value.replace("name", "x_name")
        for name, value in tree.items()
    }


def test_an_earlier_name_that_something_else_has_is_refused() -> None:
    stack = stack_of(package(NAME))
    wanted = dict(stack.catalog().trees)
    fields = [{**NAME, "formerly": ["old"]}, {"key": "old", "type": "text"}]
    with pytest.raises(Refused, match=r"field\.duplicate"):
        stack.with_local({**wanted, FIRM: {**wanted[FIRM], "fields": fields}})
    for formerly, code in (
        ([{"key": "a", "type": "text", "formerly": ["b"]}, {"key": "b", "type": "text", "formerly": ["a"]}], "field"),
        ([{"key": "a", "type": "text", "formerly": ["a"]}], "field"),
    ):
        with pytest.raises(Refused, match=rf"{code}\.duplicate"):
            stack_of(package(*formerly)).catalog()


def test_lists_and_reports_that_claim_the_same_earlier_name_are_refused() -> None:
    for kind, more in (("list", "list"), ("report", "report")):
        home = "firm" if kind == "list" else ""
        each = {"entity": "firm", "formerly": ["old"]}
        both = {Identity(kind, home, key): {**each, "key": key} for key in ("one", "two")}
        with pytest.raises(Refused, match=rf"{more}\.duplicate"):
            stack_of({**package(NAME), **both}).catalog()


def test_a_locked_field_keeps_its_name() -> None:
    own: Trees = {FIRM: {"key": "firm", "fields": [{"key": "x_title", "formerly": ["name"]}]}}
    with pytest.raises(Refused, match=r"field\.locked"):
        stack_of(package({**NAME, "locked": True}), local=own).catalog()


def test_layers_as_older_versions_wrote_them_are_understood() -> None:
    """They took the old field out and put the new one in as a whole."""
    own: Trees = {FIRM: {"key": "firm", "fields": [{"key": "name", "removed": True}, {**CALLED, "after": None}]}}
    catalog = stack_of(package(NAME), local=own).catalog()
    assert [field.key for field in catalog.entities["firm"].fields] == ["called"]


def test_without_renames_the_layers_are_left_alone() -> None:
    stack = stack_of(package(NAME), local={ALL: {"entity": "firm", "key": "all", "label": "Mine"}})
    assert stack.with_names_of_now() == stack
    assert replace(stack, local=Layer(LOCAL, None, {})).trees() == stack.trees(local=False)
