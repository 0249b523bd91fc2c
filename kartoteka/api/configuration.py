"""The configuration as programs see it: the packages that are installed, and which layer set what."""

from __future__ import annotations

from starlette.responses import Response

from kartoteka.api.answers import give
from kartoteka.api.calls import Call
from kartoteka.metadata.definitions import Manifest
from kartoteka.metadata.trees import Tree, write
from kartoteka.platform import explaining
from kartoteka.platform.configuration import load_stack
from kartoteka.platform.units import Unit


def list_packages(unit: Unit, call: Call) -> Response:
    """Answer the packages, the lowest first, and the hash of the configuration in force."""
    manifests = [each.manifest for each in load_stack(unit.connection).packages if each.manifest]
    trees = [_package(each, call.language) for each in manifests]
    return give({"packages": trees, "hash": unit.model.catalog.hash})


def _package(manifest: Manifest, language: str) -> Tree:
    about = {"key": manifest.key, "version": manifest.version, "title": manifest.name(language)}
    return {**about, "requires": write(manifest.requires)}


def explain(unit: Unit, call: Call) -> Response:
    """Answer which layer and version set each property of what is named, who and when."""
    name = str(call.path["key"])
    found = explaining.explain(unit.connection, explaining.target_of(unit.model.catalog, name))
    return give({"properties": explaining.explained_trees(found)})
