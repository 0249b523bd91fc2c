"""Links: which record a cell means, by id (`#12`), by ref, by a named unique field, or by title."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from kartoteka.forms.imports.cells import converter
from kartoteka.forms.imports.columns import Column
from kartoteka.metadata.fieldtypes.base import InvalidValue
from kartoteka.metadata.problems import Problem
from kartoteka.platform.actors import Actor
from kartoteka.platform.lookups import ids_by_ref, ids_by_title, ids_by_value, readable_ids
from kartoteka.platform.units import Unit

KEPT = 50_000
"""Texts whose records are remembered; whether these still exist is a rule that every write checks."""

_ID = re.compile(r"#(\d{1,18})", re.ASCII)

Meaning = int | Problem
"""The id of the record that is meant, or why it can't be told."""


@dataclass(slots=True)
class Links:
    """Finds linked records for one actor; asks once for many texts."""

    actor: Actor
    package: str
    """Whose refs come first."""
    _known: dict[tuple[str, str], dict[str, int]] = field(default_factory=dict)

    def find(self, unit: Unit, column: Column, texts: Iterable[str]) -> Mapping[str, Meaning]:
        """Return what each text in the cells of a link's column means."""
        assert column.field is not None
        entity = column.field.type.links_to or ""
        wanted = dict.fromkeys(texts)
        known = self._known.setdefault((entity, column.by.key if column.by else ""), {})
        new = [text for text in wanted if text not in known]
        if not new:
            return known
        found = self._ask(unit, column, entity, new)
        if len(known) + len(found) > KEPT:
            known.clear()
        known.update({text: meaning for text, meaning in found.items() if isinstance(meaning, int)})
        return {**known, **found}

    def _ask(self, unit: Unit, column: Column, entity: str, texts: Sequence[str]) -> dict[str, Meaning]:
        if not unit.model.access.rights(self.actor, entity).may("read"):
            return {text: _missing(text, entity) for text in texts}
        ids = {text: int(found[1]) for text in texts if (found := _ID.fullmatch(text))}
        readable = readable_ids(unit, self.actor, entity, ids.values())
        meanings: dict[str, Meaning] = {
            text: record_id if record_id in readable else _missing(text, entity) for text, record_id in ids.items()
        }
        named = [text for text in texts if text not in ids]
        if column.by is not None:
            return meanings | self._by_field(unit, column, entity, named)
        by_ref = ids_by_ref(unit, self.actor, entity, named, self.package)
        by_title = ids_by_title(unit, self.actor, entity, [text for text in named if text not in by_ref])
        return meanings | {text: _only(text, entity, by_ref.get(text) or by_title.get(text, ())) for text in named}

    def _by_field(self, unit: Unit, column: Column, entity: str, texts: Sequence[str]) -> dict[str, Meaning]:
        assert column.by is not None
        read = converter(column.by, self.actor.locale)
        values = {}
        meanings: dict[str, Meaning] = {}
        for text in texts:
            try:
                values[text] = read(text)
            except InvalidValue as refused:
                meanings[text] = refused.problem
        found = ids_by_value(unit, self.actor, entity, column.by.key, values.values())
        return meanings | {text: _only(text, entity, found.get(value, ())) for text, value in values.items()}


def _only(text: str, entity: str, ids: Sequence[int]) -> Meaning:
    if len(ids) > 1:
        return Problem("link.ambiguous", {"text": text[:100], "entity": entity, "ids": list(ids[:5])})
    return ids[0] if ids else _missing(text, entity)


def _missing(text: str, entity: str) -> Problem:
    """Return the problem of a form in the same case: of an id, or of a name."""
    if _ID.fullmatch(text):
        return Problem("link.not_found", {"id": text, "entity": entity})
    return Problem("link.unknown_title", {"text": text[:100], "entity": entity})
