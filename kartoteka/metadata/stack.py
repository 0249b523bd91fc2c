"""The stack of layers: the packages in order, then what the client itself set (the local layer)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import msgspec

from kartoteka import __version__
from kartoteka.metadata.catalog import Catalog
from kartoteka.metadata.checks import checked_catalog
from kartoteka.metadata.definitions import Identity, Manifest, Requirements
from kartoteka.metadata.layers import difference, merged
from kartoteka.metadata.packages import Package
from kartoteka.metadata.problems import Problem, Refused
from kartoteka.metadata.trees import Tree, read_definition, write

PLATFORM = "Kartoteka"
"""Stands for the platform among the things that a package requires; no package can have such a key."""
LOCAL = "local"
"""Key of the client's own layer; no package may have it."""


@dataclass(frozen=True, slots=True)
class Layer:
    """What one package, or the client, says. `manifest` is None for the local layer."""

    key: str
    manifest: Manifest | None
    definitions: Mapping[Identity, Tree]

    @property
    def version(self) -> str:
        """The package's version; empty for the local layer."""
        return self.manifest.version if self.manifest else ""


@dataclass(frozen=True, slots=True)
class Stack:
    """All layers, the lowest first; the local one is always last."""

    packages: tuple[Layer, ...] = ()
    local: Layer = Layer(LOCAL, None, {})

    def __iter__(self) -> Iterator[Layer]:
        yield from self.packages
        yield self.local

    def trees(self, *, local: bool = True) -> dict[Identity, Tree]:
        """Return the effective definitions as trees, with or without the client's own layer."""
        trees: dict[Identity, Tree] = {}
        for layer in self if local else self.packages:
            for identity, tree in layer.definitions.items():
                if tree.get("removed"):
                    trees.pop(identity, None)
                else:
                    trees[identity] = merged(trees.get(identity, _named(identity)), tree)
        return trees

    def catalog(self) -> Catalog:
        """Return the checked catalog. Raises Refused."""
        locked = list(self._locked_problems())
        if locked:
            raise Refused(locked)
        return checked_catalog(self.trees())

    def _locked_problems(self) -> Iterator[Problem]:
        """Yield what the client's own layer says of fields that their package has locked."""
        base = self.trees(local=False)
        for identity, overlay in self.local.definitions.items():
            fields = base.get(identity, {}).get("fields", ()) if identity.kind == "entity" else ()
            locked = {field["key"] for field in fields if field.get("locked")}
            touched = locked if overlay.get("removed") else locked & _changed_items(overlay.get("fields", ()))
            for key in sorted(touched):
                yield Problem("field.locked", {"name": key, "entity": identity.key}, key, identity.path, "/fields")

    def with_package(self, package: Package) -> Stack:
        """Return the stack with the package's layer replaced, or put on top of the others if it is new."""
        key = package.manifest.key
        if key == LOCAL:
            raise Refused([Problem("package.reserved_key", {"key": key}, file="kartoteka.json", pointer="/key")])
        layer = Layer(key, package.manifest, dict(package.definitions))
        known = key in {each.key for each in self.packages}
        stack = tuple(layer if each.key == key else each for each in self.packages)
        result = replace(self, packages=stack if known else (*stack, layer))
        result._check_requirements(layer)
        return result

    def _check_requirements(self, layer: Layer) -> None:
        versions = {each.key: each.version for each in self.packages} | {PLATFORM: __version__}
        requires = layer.manifest.requires if layer.manifest else Requirements()
        wanted = requires.packages | ({PLATFORM: requires.platform} if requires.platform else {})
        problems = [
            Problem(
                "package.requires",
                {"package": key, "version": version, "found": versions.get(key, "")},
                file="kartoteka.json",
                pointer="/requires/platform" if key == PLATFORM else f"/requires/packages/{key}",
            )
            for key, version in wanted.items()
            if key not in versions or version_number(versions[key]) < version_number(version)
        ]
        if problems:
            raise Refused(problems)

    def with_local(self, wanted: Mapping[Identity, Tree]) -> Stack:
        """Return the stack whose local layer makes exactly `wanted` out of the packages."""
        base = self.trees(local=False)
        overlays: dict[Identity, Tree] = {}
        for identity, tree in wanted.items():
            overlay = _overlay(identity, base.get(identity), tree)
            if overlay or identity not in base:
                overlays[identity] = {**_named(identity), **overlay}
        for identity in base.keys() - wanted.keys():
            overlays[identity] = {**_named(identity), "removed": True}
        return replace(self, local=Layer(LOCAL, None, overlays))


def version_number(version: str) -> tuple[int, ...]:
    """Return a semantic version as numbers that compare."""
    return tuple(int(part) for part in version.split("."))


def _overlay(identity: Identity, base: Tree | None, wanted: Tree) -> Tree:
    """Return what makes `wanted` out of `base`; a default that a package spells out is no difference if it can be."""
    if base is None:
        return difference(_named(identity), wanted)
    overlay = difference(_in_normal_form(identity, base), wanted)
    exact = _in_normal_form(identity, merged(base, overlay)) == wanted
    return overlay if exact else difference(base, wanted)


def _in_normal_form(identity: Identity, tree: Tree) -> Tree:
    """Return the tree as `write` would."""
    try:
        return write(read_definition(identity, tree))
    except (msgspec.ValidationError, KeyError):
        return tree  # incomplete where only a part of the layers is merged


def _changed_items(items: Iterable[Tree]) -> set[str]:
    return {item["key"] for item in items if not item.keys() <= {"key", "after"}}


def _named(identity: Identity) -> Tree:
    return {"entity": identity.entity, "key": identity.key} if identity.entity else {"key": identity.key}
