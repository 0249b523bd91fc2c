"""Layers on top of each other: the local one says exactly what differs, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

import kartoteka
from kartoteka.metadata.definitions import Identity, Manifest, Requirements
from kartoteka.metadata.packages import Package, read_package, write_package
from kartoteka.metadata.problems import Refused
from kartoteka.metadata.stack import Stack
from kartoteka.metadata.trees import read_definition, write
from tests.platform.workspace import BASE, SMALL, edited

SALES = Path(kartoteka.__file__).parent / "packages" / "sales"
CLIENT = Identity("entity", "", "client")


@pytest.fixture(scope="module")
def stack() -> Stack:
    return Stack().with_package(read_package(BASE)).with_package(read_package(SMALL))


def test_a_client_who_changed_nothing_has_an_empty_layer(stack: Stack) -> None:
    assert stack.with_local(stack.catalog().trees).local.definitions == {}


def test_the_local_layer_makes_exactly_what_is_wanted(stack: Stack) -> None:
    wanted = edited(
        dict(stack.catalog().trees),
        "client",
        city=None,
        rank={"label": "Rank", "maximum": "5"},
        risk={"type": "text", "expression": None, "result": None},
        x_new={"type": "choice", "choices": [{"key": "a"}]},
    )
    wanted[CLIENT]["fields"] = [
        {name: value for name, value in field.items() if value is not None} for field in wanted[CLIENT]["fields"]
    ]
    del wanted[Identity("report", "", "by_month")], wanted[Identity("list", "client", "all")]
    del wanted[Identity("list", "deal", "open")], wanted[Identity("card", "client", "main")]
    del (
        wanted[Identity("menu", "", "main")],
        wanted[Identity("role", "", "reader")],
        wanted[Identity("role", "", "keeper")],
    )
    wanted[Identity("list", "deal", "x_mine")] = {"entity": "deal", "key": "x_mine", "columns": [{"field": "subject"}]}
    local = stack.with_local(wanted)
    normalised = {identity: write(read_definition(identity, tree)) for identity, tree in wanted.items()}
    assert dict(local.catalog().trees) == normalised
    fields = {field["key"]: field for field in local.local.definitions[CLIENT]["fields"]}
    assert fields["city"] == {"key": "city", "removed": True}
    assert fields["rank"] == {"key": "rank", "label": "Rank", "maximum": "5"}
    assert "name" not in fields


def test_what_is_exported_and_applied_is_the_same(stack: Stack, tmp_path: Path) -> None:
    layer = stack.packages[1]
    assert layer.manifest is not None
    write_package(Package(layer.manifest, layer.definitions), tmp_path)
    again = Stack().with_package(read_package(BASE)).with_package(read_package(tmp_path))
    assert again.catalog().hash == stack.catalog().hash


def test_the_order_of_files_and_properties_makes_no_other_hash(stack: Stack) -> None:
    mixed = Stack(
        tuple(
            type(layer)(layer.key, layer.manifest, dict(reversed(list(layer.definitions.items()))))
            for layer in stack.packages
        )
    )
    assert mixed.catalog().hash == stack.catalog().hash


def test_a_locked_field_is_the_packages_own(stack: Stack) -> None:
    small = read_package(SMALL)
    client = small.definitions[CLIENT]
    fields = [field | {"locked": True} if field["key"] == "inn" else field for field in client["fields"]]
    locked = stack.with_package(Package(small.manifest, {**small.definitions, CLIENT: {**client, "fields": fields}}))
    allowed = locked.with_local(edited(dict(locked.catalog().trees), "client", city={"label": "Town"}))
    assert allowed.catalog().fields("client")["city"].label == "Town"
    changed = locked.with_local(edited(dict(locked.catalog().trees), "client", inn={"label": "Mine"}))
    with pytest.raises(Refused, match=r"field\.locked"):
        changed.catalog()


def test_a_package_that_needs_a_newer_platform_is_refused() -> None:
    manifest = Manifest(format=1, key="later", version="1.0.0", requires=Requirements(platform="99.0.0"))
    with pytest.raises(Refused) as refused:
        Stack().with_package(Package(manifest, {}))
    assert [(problem.code, problem.pointer) for problem in refused.value.problems] == [
        ("package.requires", "/requires/platform")
    ]
