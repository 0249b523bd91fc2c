"""Upgrades of packages that a client has customised: what merges, what collides, what is decided about it."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy

import pytest

from kartoteka.metadata.collisions import Decisions, Spot
from kartoteka.metadata.decision_files import read_decisions, write_decisions
from kartoteka.metadata.definitions import Identity, Manifest
from kartoteka.metadata.merging import Choice
from kartoteka.metadata.packages import Package
from kartoteka.metadata.problems import Refused
from kartoteka.metadata.stack import Stack
from kartoteka.metadata.trees import Tree
from kartoteka.metadata.upgrades import Upgrade, uninstalled, upgraded

Trees = dict[Identity, Tree]
CLIENT, DEAL = Identity("entity", "", "client"), Identity("entity", "", "deal")
ALL, MINE = Identity("list", "client", "all"), Identity("list", "client", "x_mine")
FORM, ROLE = Identity("form", "client", "main"), Identity("role", "", "x_clerk")


def package_of(trees: Trees, version: str = "1.0.0", key: str = "pack") -> Package:
    return Package(Manifest(format=1, key=key, version=version), trees)


def first() -> Trees:
    """Return version 1 of a package: clients with a list and a form."""
    fields = [
        {"key": "name", "type": "text", "label": "Name"},
        {"key": "fax", "type": "text", "label": "Fax"},
        {"key": "size", "type": "integer", "label": "Size"},
    ]
    places = [{"field": "name"}, {"field": "fax"}]
    return {
        CLIENT: {"key": "client", "label": "Client", "fields": fields},
        ALL: {"entity": "client", "key": "all", "columns": [{"field": "name"}]},
        FORM: {
            "entity": "client",
            "key": "main",
            "tabs": [{"key": "main", "sections": [{"key": "a", "items": places}, {"key": "b"}]}],
        },
    }


def edited(trees: Trees, edit: Callable[[Trees], object]) -> Trees:
    changed = deepcopy(trees)
    edit(changed)
    return changed


def field(trees: Trees, key: str, entity: Identity = CLIENT) -> Tree:
    return next(each for each in trees[entity]["fields"] if each["key"] == key)


def take_out(trees: Trees, key: str) -> None:
    """Take a field out of its card type and of the package's form."""
    trees[CLIENT]["fields"].remove(field(trees, key))
    if FORM in trees:
        section = trees[FORM]["tabs"][0]["sections"][0]
        section["items"] = [item for item in section["items"] if item["field"] != key]


def customised(edit: Callable[[Trees], object]) -> Stack:
    """Return version 1 with what a client made of it."""
    stack = Stack().with_package(package_of(first()))
    return stack.with_local(edited(dict(stack.catalog().trees), edit))


def upgrade(
    stack: Stack, edit: Callable[[Trees], object], otherwise: Choice | None = "keep", **given: Choice
) -> Upgrade:
    new = stack.with_package(package_of(edited(first(), edit), "2.0.0"))
    return upgraded(stack, new, "pack", Decisions({}, {}, otherwise))


def spots(found: Upgrade) -> list[tuple[str, str, Choice | None]]:
    return [(".".join(each.clash.path), each.clash.kind, each.choice) for each in found.collisions]


def test_what_does_not_collide_merges() -> None:
    def client(trees: Trees) -> None:
        field(trees, "name")["label"] = "Full name"
        trees[CLIENT]["fields"].append({"key": "x_rank", "type": "integer"})
        trees[ALL]["columns"].append({"field": "x_rank"})

    def package(trees: Trees) -> None:
        field(trees, "fax")["label"] = "Telefax"
        trees[CLIENT]["fields"].insert(1, {"key": "phone", "type": "phone"})
        trees[ALL]["columns"].append({"field": "phone"})

    found = upgrade(customised(client), package)
    assert found.collisions == ()
    catalog = found.stack.catalog()
    assert list(catalog.fields("client")) == ["name", "phone", "fax", "size", "x_rank"]
    assert [each.label for each in catalog.fields("client").values()][:3] == ["Full name", None, "Telefax"]
    assert [column.field for column in catalog.lists("client")[0].columns] == ["name", "phone", "x_rank"]


def test_both_changed_a_label() -> None:
    stack = customised(lambda trees: field(trees, "fax").update(label="Fax no."))

    def package(trees: Trees) -> None:
        field(trees, "fax")["label"] = "Telefax"

    kept, taken = upgrade(stack, package), upgrade(stack, package, "take")
    assert spots(kept) == [("fields.fax.label", "changed", "keep")]
    clash = kept.collisions[0].clash
    assert (clash.old, clash.theirs, clash.mine) == ("Fax", "Telefax", "Fax no.")
    assert kept.stack.catalog().fields("client")["fax"].label == "Fax no."
    assert taken.stack.catalog().fields("client")["fax"].label == "Telefax"
    assert CLIENT not in taken.stack.local.definitions, "what is taken leaves nothing in the client's layer"


def test_a_field_that_the_package_takes_out_stays_where_the_client_made_it_his_own() -> None:
    stack = customised(lambda trees: field(trees, "fax").update(label="Fax no."))
    kept = upgrade(stack, lambda trees: take_out(trees, "fax"))
    assert spots(kept) == [("fields.fax", "removed", "keep")]
    assert kept.stack.catalog().fields("client")["fax"].label == "Fax no."
    taken = upgrade(stack, lambda trees: take_out(trees, "fax"), "take")
    assert "fax" not in taken.stack.catalog().fields("client")


def test_a_list_that_names_what_the_package_takes_out() -> None:
    def client(trees: Trees) -> None:
        columns = [{"field": "name"}, {"field": "fax"}]
        trees[MINE] = {"entity": "client", "key": "x_mine", "columns": columns, "sort": [{"field": "fax"}]}

    stack = customised(client)
    kept = upgrade(stack, lambda trees: take_out(trees, "fax"))
    assert spots(kept)[0] == ("columns.fax", "needs", "keep")
    assert kept.collisions[0].clash.needs == ("client.fax",)
    assert list(kept.stack.catalog().fields("client")) == ["name", "fax", "size"]
    taken = upgrade(stack, lambda trees: take_out(trees, "fax"), "take")
    assert spots(taken) == [("columns.fax", "needs", "take"), ("sort.fax", "needs", "take")]
    assert "fax" not in taken.stack.catalog().fields("client")
    assert [column.field for column in taken.stack.catalog().lists("client")[1].columns] == ["name"]


def test_a_list_that_asks_by_what_is_gone_goes_as_a_whole() -> None:
    def client(trees: Trees) -> None:
        trees[MINE] = {"entity": "client", "key": "x_mine", "columns": [{"field": "name"}], "filter": 'fax <> ""'}

    taken = upgrade(customised(client), lambda trees: take_out(trees, "fax"), "take")
    assert spots(taken) == [("filter", "needs", "take")]
    assert [each.key for each in taken.stack.catalog().lists("client")] == ["all"]


def test_nobodys_rights_become_wider_by_an_upgrade() -> None:
    def client(trees: Trees) -> None:
        right = {"entity": "client", "read": "all", "condition": 'fax <> ""'}
        trees[ROLE] = {"key": "x_clerk", "entities": [{"entity": "*", "read": "all"}, right]}

    stack = customised(client)
    kept = upgrade(stack, lambda trees: take_out(trees, "fax"))
    assert spots(kept) == [("entities.client.condition", "needs", "keep")]
    assert "fax" in kept.stack.catalog().fields("client")
    undecided = upgrade(stack, lambda trees: take_out(trees, "fax"), "take")
    assert spots(undecided) == [("entities.client.condition", "needs", None)]
    assert undecided.undecided[0].clash.choices == ("keep",)


def test_a_new_list_of_the_package_that_names_what_the_client_took_out() -> None:
    def package(trees: Trees) -> None:
        trees[ALL]["columns"].append({"field": "size"})

    stack = customised(lambda trees: trees[CLIENT]["fields"].remove(field(trees, "size")))
    kept = upgrade(stack, package)
    assert spots(kept) == [("columns.size", "needed", "keep")]
    assert "size" not in kept.stack.catalog().fields("client")
    assert [column.field for column in kept.stack.catalog().lists("client")[0].columns] == ["name"]
    taken = upgrade(stack, package, "take")
    assert "size" in taken.stack.catalog().fields("client")


def test_a_filter_over_a_field_that_gets_another_type() -> None:
    def client(trees: Trees) -> None:
        trees[MINE] = {"entity": "client", "key": "x_mine", "columns": [{"field": "name"}], "filter": "size > 5"}

    def package(trees: Trees) -> None:
        field(trees, "size").update(type="text", max_length=20)

    stack = customised(client)
    kept = upgrade(stack, package)
    assert spots(kept) == [("filter", "needs", "keep")]
    assert kept.stack.catalog().fields("client")["size"].type.name == "integer"
    taken = upgrade(stack, package, "take")
    assert taken.stack.catalog().fields("client")["size"].type.name == "text"
    assert len(taken.stack.catalog().lists("client")) == 1


def test_both_added_a_field_of_the_same_key() -> None:
    stack = customised(lambda trees: trees[CLIENT]["fields"].append({"key": "rank", "type": "integer"}))

    def package(trees: Trees) -> None:
        trees[CLIENT]["fields"].append({"key": "rank", "type": "text", "max_length": 3})

    kept, taken = upgrade(stack, package), upgrade(stack, package, "take")
    assert spots(kept) == [("fields.rank", "added", "keep")]
    assert kept.stack.catalog().fields("client")["rank"].type.name == "integer"
    assert taken.stack.catalog().fields("client")["rank"].type.name == "text"
    assert upgrade(stack, lambda trees: trees[CLIENT]["fields"].append({"key": "rank", "type": "integer"})).stack == (
        taken.stack.with_package(package_of(edited(first(), _with_the_clients_rank), "2.0.0"))
    )


def _with_the_clients_rank(trees: Trees) -> None:
    trees[CLIENT]["fields"].append({"key": "rank", "type": "integer"})


def test_a_field_that_both_move_on_a_form_stands_there_once() -> None:
    def move(trees: Trees, to: Tree) -> None:
        first_section = trees[FORM]["tabs"][0]["sections"][0]
        first_section["items"] = [{"field": "name"}]
        to["items"] = [{"field": "fax"}]

    def client(trees: Trees) -> None:
        sections = trees[FORM]["tabs"][0]["sections"]
        sections.append({"key": "x_mine"})
        move(trees, sections[-1])

    stack = customised(client)
    kept = upgrade(stack, lambda trees: move(trees, trees[FORM]["tabs"][0]["sections"][1]))
    assert spots(kept) == [("tabs.main.sections.b.items.fax", "places", "keep")]
    form = kept.stack.catalog().form("client")
    assert form is not None
    shown = {section.key: [item.field for item in section.items] for section in form.tabs[0].sections}
    assert shown == {"a": ["name"], "b": [], "x_mine": ["fax"]}
    taken = upgrade(stack, lambda trees: move(trees, trees[FORM]["tabs"][0]["sections"][1]), "take")
    form = taken.stack.catalog().form("client")
    assert form is not None
    assert {section.key: len(section.items) for section in form.tabs[0].sections} == {"a": 1, "b": 1, "x_mine": 0}


def test_a_field_that_the_package_locks_waits_for_a_decision() -> None:
    stack = customised(lambda trees: field(trees, "fax").update(label="Fax no."))

    def package(trees: Trees) -> None:
        field(trees, "fax")["locked"] = True

    kept = upgrade(stack, package)
    assert [(each.clash.kind, each.choice) for each in kept.undecided] == [("locked", None)]
    taken = upgrade(stack, package, "take")
    assert taken.stack.catalog().fields("client")["fax"].label == "Fax"


def test_a_package_that_does_not_fit_together_by_itself_is_no_question() -> None:
    def broken(trees: Trees) -> None:
        trees[ALL]["columns"].append({"field": "nowhere"})

    found = upgrade(customised(lambda trees: field(trees, "fax").update(label="Fax no.")), broken)
    assert found.collisions == ()
    with pytest.raises(Refused, match=r"unknown\.field"):
        found.stack.catalog()


def test_a_rename_of_the_package_takes_the_clients_changes_along() -> None:
    def client(trees: Trees) -> None:
        field(trees, "fax")["label"] = "Fax no."
        trees[MINE] = {"entity": "client", "key": "x_mine", "columns": [{"field": "name"}, {"field": "fax"}]}

    def package(trees: Trees) -> None:
        field(trees, "fax").update(key="telefax", formerly=["fax"])
        trees[FORM]["tabs"][0]["sections"][0]["items"][1]["field"] = "telefax"

    found = upgrade(customised(client), package)
    assert found.collisions == ()
    catalog = found.stack.catalog()
    assert catalog.fields("client")["telefax"].label == "Fax no."
    assert [column.field for column in catalog.lists("client")[1].columns] == ["name", "telefax"]


def test_a_decision_counts_for_its_spot_and_is_read_back_from_its_file() -> None:
    def client(trees: Trees) -> None:
        field(trees, "fax")["label"] = "Fax no."
        field(trees, "name")["label"] = "Full name"

    def package(trees: Trees) -> None:
        field(trees, "fax")["label"] = "Telefax"
        field(trees, "name")["label"] = "Called"

    stack = customised(client)
    new = stack.with_package(package_of(edited(first(), package), "2.0.0"))
    spot: Spot = ("pack", "entities/client.json", "fields/fax/label")
    found = upgraded(stack, new, "pack", Decisions({spot: "take"}))
    assert [(each.choice, each.by) for each in found.collisions] == [("keep", "default"), ("take", "given")]
    again = read_decisions(write_decisions(found.collisions), "decisions.json")
    assert again == {spot: "take", (*spot[:2], "fields/name/label"): "keep"}
    remembered = upgraded(stack, new, "pack", Decisions({}, {spot: "take"}))
    assert remembered.stack == found.stack
    assert remembered.collisions[1].by == "remembered"


def test_several_packages_extend_the_same_card_type() -> None:
    other = {CLIENT: {"key": "client", "fields": [{"key": "bonus", "type": "integer"}]}}
    stack = Stack().with_package(package_of(first())).with_package(package_of(other, key="other"))
    local = stack.with_local(edited(dict(stack.catalog().trees), lambda t: field(t, "bonus").update(label="Mine")))
    changed = edited(first(), lambda trees: field(trees, "fax").update(label="Telefax"))
    found = upgraded(local, local.with_package(package_of(changed, "2.0.0")), "pack", Decisions())
    assert found.collisions == ()
    fields = found.stack.catalog().fields("client")
    assert (fields["bonus"].label, fields["fax"].label) == ("Mine", "Telefax")


def test_uninstalling_leaves_what_was_before() -> None:
    stack = Stack().with_package(package_of(first()))
    other = {DEAL: {"key": "deal", "fields": [{"key": "subject", "type": "text"}]}}
    more = stack.with_package(package_of(other, key="other"))
    found = uninstalled(more, "other", Decisions())
    assert found.stack.catalog().hash == stack.catalog().hash
    assert found.stack == stack
    with pytest.raises(Refused, match=r"package\.not_installed"):
        uninstalled(stack, "other", Decisions())


def test_uninstalling_what_the_client_builds_on_is_asked_for() -> None:
    other = {DEAL: {"key": "deal", "fields": [{"key": "subject", "type": "text"}]}}
    stack = Stack().with_package(package_of(first())).with_package(package_of(other, key="other"))

    def client(trees: Trees) -> None:
        trees[CLIENT]["fields"].append({"key": "x_deal", "type": "link", "target": "deal"})

    stack = stack.with_local(edited(dict(stack.catalog().trees), client))
    asked = uninstalled(stack, "other", Decisions(otherwise=None))
    assert spots(asked) == [("fields.x_deal", "needs", None)]
    kept, taken = uninstalled(stack, "other", Decisions()), uninstalled(stack, "other", Decisions(otherwise="take"))
    assert "deal" in kept.stack.catalog().entities
    assert "deal" not in taken.stack.catalog().entities
    assert "x_deal" not in taken.stack.catalog().fields("client")
