"""The title of a card: what it is called in lists, links, search hits and messages."""

from __future__ import annotations

from kartoteka.metadata.definitions import Entity


def title_expression(entity: Entity) -> str:
    """Return the formula of the entity's title: its own, else the first searchable text, else the number."""
    if entity.title:
        return entity.title
    first = next((field.key for field in entity.fields if field.type.search == "text"), None)
    return first or 'CONCAT("#", id)'
