"""Linked records: what they are called, and which ones a text means. Asked for many at once, remembered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from kartoteka.metadata.catalog import Catalog
from kartoteka.metadata.definitions import Entity, Field
from kartoteka.metadata.fieldtypes.base import InvalidValue
from kartoteka.metadata.fieldtypes.text import Written
from kartoteka.metadata.locales import Locale
from kartoteka.metadata.titles import title_expression
from kartoteka.platform.actors import SYSTEM
from kartoteka.platform.lookups import CHUNK, ids_by_title, ids_by_value
from kartoteka.platform.query import Query, fetch
from kartoteka.platform.records import create
from kartoteka.platform.units import Unit


@dataclass
class LinkedRecords:
    """Finds linked records as the system sees them: live ones by title or a unique text, the trash for titles alone."""

    unit: Unit
    made: list[int] = field(default_factory=list)
    """The records that were made for want of one."""
    _titles: dict[tuple[str, int], str | None] = field(default_factory=dict)
    _ids: dict[tuple[str, str], tuple[int, ...]] = field(default_factory=dict)

    def title(self, entity: str, record_id: int) -> str | None:
        """Return what a record is called; None where there is none."""
        if (entity, record_id) not in self._titles:
            self.learn_titles(entity, [record_id])
        return self._titles[entity, record_id]

    def ids(self, entity: str, text: str) -> Sequence[int]:
        """Return the live records that are called so, or have it as a unique text."""
        if (entity, text) not in self._ids:
            self.learn_ids(entity, [text])
        return self._ids[entity, text]

    def learn_titles(self, entity: str, ids: Iterable[int]) -> None:
        """Look up what these records are called."""
        found = self.unit.model.catalog.entity_named(entity)
        wanted = [each for each in dict.fromkeys(ids) if (entity, each) not in self._titles]
        self._titles |= {(entity, each): None for each in wanted}
        for start in range(0, len(wanted) if found else 0, CHUNK):
            assert found is not None
            chunk = tuple(wanted[start : start + CHUNK])
            for trash in (True, False):
                rows = fetch(self.unit, SYSTEM, Query(found.key, ids=chunk, limit=len(chunk), trash=trash)).rows
                self._titles |= {(entity, row.id): row.title or None for row in rows}

    def learn_ids(self, entity: str, texts: Iterable[str]) -> None:
        """Look up which records these texts mean."""
        found = self.unit.model.catalog.entity_named(entity)
        wanted = [each for each in dict.fromkeys(texts) if (entity, each) not in self._ids]
        self._ids |= dict.fromkeys(((entity, each) for each in wanted), ())
        if found is None:
            return
        by_title = ids_by_title(self.unit, SYSTEM, found.key, wanted)
        self._ids |= {(entity, text): tuple(ids) for text, ids in by_title.items()}
        left = [text for text in wanted if not self._ids[entity, text]]
        for each in self._named_by(found):
            values = dict(_read(each, left))
            by_value = ids_by_value(self.unit, SYSTEM, found.key, each.key, values.values())
            self._ids |= {(entity, text): tuple(by_value[v]) for text, v in values.items() if v in by_value}

    def make(self, entity: str, text: str) -> int:
        """Make a record that is called so. Raises Refused where it needs more than that."""
        found = self.unit.model.catalog.entity_named(entity)
        assert found is not None
        key = naming_field(self.unit.model.catalog, found)
        assert key is not None
        record_id = create(self.unit, SYSTEM, found.key, {key.key: key.type.parse(text, Locale())})
        self._ids[entity, text] = (record_id,)
        self.made.append(record_id)
        return record_id

    def _named_by(self, entity: Entity) -> Iterator[Field]:
        return (each for each in entity.fields if each.unique and isinstance(each.type, Written))


def _read(field_: Field, texts: Iterable[str]) -> Iterator[tuple[str, str]]:
    for text in texts:
        try:
            value = field_.type.parse_all([text], Locale())
        except InvalidValue:
            continue
        if value is not None:
            yield text, value


def naming_field(catalog: Catalog, entity: Entity) -> Field | None:
    """Return the text field that is an entity's title; None where the title is made of something else."""
    found = catalog.field(entity.key, title_expression(entity))
    return found if found and isinstance(found.type, Written) and not found.type.computed else None
