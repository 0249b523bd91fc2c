"""The stack of layers: the packages in order, then what the client itself set (the local layer)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

import msgspec

from kartoteka import __version__
from kartoteka.metadata.catalog import Catalog
from kartoteka.metadata.checks import checked_catalog
from kartoteka.metadata.definitions import Identity, Manifest, Requirements
from kartoteka.metadata.layers import difference, merged
from kartoteka.metadata.packages import Package
from kartoteka.metadata.problems import Problem, Refused
from kartoteka.metadata.renames import clashes, with_names_of_now
from kartoteka.metadata.row_files import RowSet
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
    rows: Mapping[str, RowSet] = field(default_factory=dict)
    """A package's reference data, by card type as the package calls it."""

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
        """Return the effective definitions as trees, with or without the client's own layer; its names hold anyway."""
        trees: dict[Identity, Tree] = {}
        now = self.with_names_of_now()
        for layer in now if local else now.packages:
            for identity, tree in layer.definitions.items():
                if tree.get("removed"):
                    trees.pop(identity, None)
                else:
                    trees[identity] = merged(trees.get(identity, _named(identity)), tree)
        return trees

    def with_names_of_now(self) -> Stack:
        """Return the stack in which every layer calls things as they are called now (see `renames`)."""
        found = with_names_of_now([layer.definitions for layer in self])
        layers = [replace(layer, definitions=now) for layer, now in zip(self, found, strict=True)]
        return Stack(tuple(layers[:-1]), layers[-1])

    def catalog(self) -> Catalog:
        """Return the checked catalog. Raises Refused."""
        locked = list(self._locked_problems())
        if locked:
            raise Refused(locked)
        return checked_catalog(self.trees())

    def _locked_problems(self) -> Iterator[Problem]:
        """Yield what the client's own layer says of fields that their package has locked."""
        base = self.trees(local=False)
        for identity, overlay in self.with_names_of_now().local.definitions.items():
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
        layer = Layer(key, package.manifest, dict(package.definitions), package.rows)
        known = self.package(key)
        if known and version_number(known.version) > version_number(layer.version):
            params = {"key": key, "version": layer.version, "found": known.version}
            raise Refused([Problem("package.downgrade", params, file="kartoteka.json", pointer="/version")])
        stack = tuple(layer if each.key == key else each for each in self.packages)
        result = replace(self, packages=stack if known else (*stack, layer))
        result._check_requirements(layer)
        return result

    def without_package(self, key: str) -> Stack:
        """Return the stack without the package's layer. Raises Refused where there is none, or others require it."""
        if key not in {each.key for each in self.packages}:
            known = [each.key for each in self.packages]
            raise Refused([Problem("package.not_installed", {"key": key, "known": known})])
        rest = tuple(each for each in self.packages if each.key != key)
        needed = [each.key for each in rest if each.manifest and key in each.manifest.requires.packages]
        if needed:
            raise Refused([Problem("package.required_by", {"key": key, "packages": needed})])
        return replace(self, packages=rest)

    def package(self, key: str) -> Layer | None:
        """Return the layer of a package, or None."""
        return next((each for each in self.packages if each.key == key), None)

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
        """Return the stack whose local layer makes exactly `wanted` out of the packages.

        Raises Refused where an earlier name of something is the name of something else now.
        """
        clashing = list(clashes(wanted))
        if clashing:
            raise Refused(clashing)
        base = replace(self, local=Layer(LOCAL, None, wanted)).trees(local=False)
        return replace(self, local=Layer(LOCAL, None, {})).with_overlays({**dict.fromkeys(base), **wanted})

    def with_overlays(self, wanted: Mapping[Identity, Tree | None]) -> Stack:
        """Return the stack whose local layer makes these definitions what is wanted, None for gone; others stay."""
        overlays = {each: tree for each, tree in self.local.definitions.items() if each not in wanted}
        named = overlays | {each: tree for each, tree in wanted.items() if tree is not None}
        base = replace(self, local=Layer(LOCAL, None, named)).trees(local=False)
        for identity, tree in wanted.items():
            below = base.get(identity)
            if tree is None:
                overlay = {"removed": True} if below is not None else None
            else:
                overlay = _overlay(identity, below, tree) or (None if below is not None else {})
            if overlay is not None:
                overlays[identity] = {**_named(identity), **overlay}
        return replace(self, local=Layer(LOCAL, None, overlays))


def version_number(version: str) -> tuple[int, ...]:
    """Return a semantic version as numbers that compare."""
    return tuple(int(part) for part in version.split("."))


def _overlay(identity: Identity, base: Tree | None, wanted: Tree) -> Tree:
    """Return what makes `wanted` out of `base`; a default that a package spells out is no difference if it can be."""
    if base is None:
        return difference(_named(identity), wanted)
    overlay = difference(in_normal_form(identity, base), wanted)
    exact = in_normal_form(identity, merged(base, overlay)) == wanted
    return overlay if exact else difference(base, wanted)


def in_normal_form(identity: Identity, tree: Tree) -> Tree:
    """Return the tree as `write` would."""
    try:
        return write(read_definition(identity, tree))
    except (msgspec.ValidationError, KeyError):
        return tree  # incomplete where only a part of the layers is merged


def _changed_items(items: Iterable[Tree]) -> set[str]:
    return {item["key"] for item in items if not item.keys() <= {"key", "after"}}


def _named(identity: Identity) -> Tree:
    return {"entity": identity.entity, "key": identity.key} if identity.entity else {"key": identity.key}
