"""Consecutive versions that others published, below what a client made of the first one: nothing of it gets lost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from kartoteka.metadata.collisions import Collision, Decisions
from kartoteka.metadata.definitions import Identity
from kartoteka.metadata.merging import Choice
from kartoteka.metadata.packages import Package, read_package
from kartoteka.metadata.places import found_at
from kartoteka.metadata.provenance import Path as PropertyPath
from kartoteka.metadata.provenance import said
from kartoteka.metadata.stack import Stack
from kartoteka.metadata.upgrades import Upgrade, upgraded
from kartoteka.platform.configuration import load_stack
from kartoteka.platform.upgrades import plan_upgrade
from tests.platform.workspace import BASE, Workspace
from tests.real.versions import chains_of, customised, entity_of
from tests.services import own_schema

FEWEST_STEPS = 50
Edits = dict[tuple[Identity, PropertyPath], Any]


@pytest.fixture(scope="module")
def chains(real: Path) -> dict[str, list[Package]]:
    """Give the versions of each entity that differ."""
    return chains_of(real / "cdm_versions_core8.json")


def with_client(name: str, package: Package) -> Stack:
    stack = Stack().with_package(read_package(BASE)).with_package(package)
    return stack.with_local(customised(dict(stack.catalog().trees), entity_of(name), name))


def upgrade(stack: Stack, package: Package, otherwise: Choice = "keep") -> Upgrade:
    return upgraded(stack, stack.with_package(package), "cdm", Decisions(otherwise=otherwise))


def edits_of(stack: Stack) -> Edits:
    """Return what the client's layer says, property by property; None for what it takes out."""
    return {(each, path): value for each, tree in stack.local.definitions.items() for path, value in said(tree)}


def covers(collision: Collision, identity: Identity, path: PropertyPath) -> bool:
    about = collision.clash.path[:-1] if collision.clash.kind == "order" else collision.clash.path
    return collision.identity == identity and path[: len(about)] == about


def steps(chains: dict[str, list[Package]]) -> Iterator[tuple[str, Package, Package]]:
    for name, chain in chains.items():
        for old, new in pairwise(chain):
            yield name, old, new


def test_every_edit_survives_and_the_result_fits_together(chains: dict[str, list[Package]]) -> None:
    number = 0
    for name, old, new in steps(chains):
        stack = with_client(name, old)
        found = upgrade(stack, new)
        catalog = found.stack.catalog()
        for (identity, path), value in edits_of(stack).items():
            if path[-1] not in ("key", "entity", "field") and value != []:
                assert found_at(catalog.trees[identity], path) == value, (name, identity, path)
        assert upgrade(found.stack, new) == Upgrade(found.stack, "cdm"), "a second time changes nothing"
        number += 1
    assert number >= FEWEST_STEPS


def test_every_collision_is_listed(chains: dict[str, list[Package]]) -> None:
    listed = 0
    for name, old, new in steps(chains):
        stack = with_client(name, old)
        base, after, mine = stack.trees(local=False), upgrade(stack, new).stack.trees(local=False), stack.trees()
        collisions = upgrade(stack, new).collisions
        for identity, path in edits_of(stack):
            sides = [found_at(trees.get(identity), path) for trees in (base, after, mine)]
            if sides[2] is not None and sides[0] != sides[1] and sides[1] != sides[2]:
                assert any(covers(each, identity, path) for each in collisions), (name, identity, path)
        listed += len(collisions)
    assert listed > FEWEST_STEPS


def test_where_the_package_is_taken_only_what_is_listed_goes(chains: dict[str, list[Package]]) -> None:
    for name, old, new in steps(chains):
        stack = with_client(name, old)
        found = upgrade(stack, new, "take")
        catalog = found.stack.catalog()
        for (identity, path), value in edits_of(stack).items():
            if not any(covers(each, identity, path) for each in found.collisions) and value != []:
                assert found_at(catalog.trees.get(identity), path) == value, (name, identity, path)


@pytest.fixture(params=["sqlite", "postgresql"])
def longest(request: pytest.FixtureRequest, chains: dict[str, list[Package]]) -> tuple[str, list[str]]:
    """Give a kind of database and chains for it: the ten longest on SQLite, three on PostgreSQL."""
    names = sorted(chains, key=lambda name: len(chains[name]))
    return request.param, names[-10:] if request.param == "sqlite" else names[-3:]


def test_data_of_every_field_that_stays_are_intact(
    chains: dict[str, list[Package]], longest: tuple[str, list[str]], request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """One workspace a chain goes through all versions, with records whose fields are all filled."""
    kind, names = longest
    server = request.getfixturevalue("postgresql_database") if kind == "postgresql" else ""
    for number, name in enumerate(names):
        with own_schema(server) if server else nullcontext(f"sqlite:///{tmp_path / f'{number}.sqlite'}") as url:
            workspace = Workspace(url, packages=(BASE,))
            try:
                _go_through(workspace, name, chains[name])
            finally:
                workspace.close()


def _go_through(workspace: Workspace, name: str, chain: list[Package]) -> None:
    entity = entity_of(name)
    workspace.apply(chain[0])
    changing = _changing(chain, entity)
    trees = customised(workspace.trees(), entity, name)
    for field in trees[entity]["fields"]:
        if field["key"] in changing or field.get("target") == entity.key:
            field.pop("required", None)
    workspace.put(trees)
    _fill(workspace, entity, changing)
    for package in chain[1:]:
        before = _values(workspace, entity)
        with workspace.reading() as unit:
            plan = plan_upgrade(unit.connection, unit.model, upgrade(load_stack(unit.connection), package))
        assert plan.problems == ()
        workspace.publish(plan)
        after = _values(workspace, entity)
        for key in before.keys() & after.keys():
            assert before[key] == after[key], (name, package.manifest.version, key)
        with workspace.reading() as unit:
            again = plan_upgrade(unit.connection, unit.model, upgrade(load_stack(unit.connection), package))
            assert (again.changes, again.stack) == ((), load_stack(unit.connection))


def _changing(chain: list[Package], entity: Identity) -> set[str]:
    """Return the fields whose type changes on the way: what becomes of their values is a matter of its own."""
    types: dict[str, set[str]] = {}
    for package in chain:
        for field in package.definitions[entity]["fields"]:
            types.setdefault(field["key"], set()).add(field["type"])
    return {key for key, found in types.items() if len(found) > 1}


def _fill(workspace: Workspace, entity: Identity, besides: set[str]) -> None:
    with workspace.reading() as unit:
        fields = unit.model.catalog.fields(entity.key)
    linked: dict[str, Any] = {"user": workspace.person("Maria").user_id}
    for target in {field.type.links_to for field in fields.values()} - {None, "user", "file", entity.key}:
        linked[str(target)] = workspace.create(str(target), name="Linked")
    for number in range(1, 4):
        values: dict[str, Any] = {
            key: linked[field.type.links_to] if field.type.links_to else field.type.example(number)
            for key, field in fields.items()
            if key not in besides and field.type.links_to not in ("file", entity.key)
        }
        workspace.create(entity.key, **values)


def _values(workspace: Workspace, entity: Identity) -> dict[str, list[Any]]:
    """Return all values by field."""
    found: dict[str, list[Any]] = {}
    for _, *values in workspace.data()[entity.key]:
        for key, value in values:
            found.setdefault(key, []).append(value)
    return found
