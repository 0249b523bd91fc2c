"""Shadows in the history: entries that were written before a field's type changed, read as what they were then."""

from __future__ import annotations

from collections.abc import Mapping

from kartoteka.metadata.definitions import Field
from kartoteka.metadata.trees import read_field
from kartoteka.platform.retired import all_retired
from kartoteka.platform.units import Unit


def field_then(unit: Unit, entity: str, name: str) -> tuple[Field, Field] | None:
    """Return the field that a name in the history means, and as it was then; None for one that is in use no more."""
    field = unit.model.catalog.field_named(entity, name)
    if field is not None:
        return field, field
    known = _shadows(unit).get((entity, name))
    now = unit.model.catalog.field_named(entity, known.key) if known else None
    return (now, known) if now and known else None


def _shadows(unit: Unit) -> Mapping[tuple[str, str], Field]:
    """Return the fields whose values were converted, as they were, by card type and the name that placement keeps."""
    return unit.model.once("shadows", lambda: _worked_out(unit))


def _worked_out(unit: Unit) -> Mapping[tuple[str, str], Field]:
    return {
        (each.entity, each.name): read_field({**each.tree, "key": each.field})
        for each in all_retired(unit.connection)
        if each.is_shadow
    }
