"""A package with a card type that has a field of every type."""

from __future__ import annotations

from kartoteka.metadata.definitions import Entity, Field, Identity, Manifest
from kartoteka.metadata.fieldtypes import FieldType
from kartoteka.metadata.packages import Package
from kartoteka.metadata.trees import write
from tests.metadata.fieldtypes.samples import STORED

TYPES: dict[str, FieldType] = {f"f{place}": each for place, each in enumerate(STORED) if not each.computed}


def kinds_package() -> Package:
    """Return the package; its card type is called `kind`."""
    fields = (Field(key="label", type=TYPES["f0"]), *(Field(key=key, type=each) for key, each in TYPES.items()))
    entity = Entity(key="kind", title="label", fields=fields)
    return Package(Manifest(format=1, key="kinds", version="1.0.0"), {Identity("entity", "", "kind"): write(entity)})
