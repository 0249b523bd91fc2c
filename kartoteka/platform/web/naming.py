"""What people call the fields of a record: over columns, in filters, on cards, in workbooks."""

from __future__ import annotations

from collections.abc import Callable

from kartoteka.metadata.catalog import Catalog
from kartoteka.metadata.paths import resolve

Say = Callable[[str], str]
"""Gives one of the product's own texts in the reader's language."""


def path_label(catalog: Catalog, entity: str, path: str, language: str, say: Say) -> str:
    """Return a path from an entity in people's words: "Company: Segment"."""
    here, parts = entity, []
    for name in path.split("."):
        found = resolve(catalog, here, (name,))
        if found is None:
            return path
        parts.append(found.field.title(language) if found.field else system_label(found.key, say))
        here = found.links_to or here
    return ": ".join(parts)


def system_label(key: str, say: Say) -> str:
    """Return what people call a field that every record has."""
    labels = {
        "id": say("Number"),
        "created_at": say("Created"),
        "created_by": say("Created by"),
        "changed_at": say("Changed"),
        "changed_by": say("Changed by"),
    }
    return labels[key]
