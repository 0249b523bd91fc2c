"""Inference: which options a field would have as a choice, by the values that are there, the most frequent first."""

from __future__ import annotations

from collections import Counter

from kartoteka.metadata.conversions import NO_RECORDS, TheirLanguages
from kartoteka.metadata.conversions.texts import written
from kartoteka.metadata.fieldtypes.base import InvalidValue
from kartoteka.metadata.locales import Locale
from kartoteka.platform.conversions.census import distinct_values
from kartoteka.platform.conversions.held import Rows, held
from kartoteka.platform.conversions.records import LinkedRecords
from kartoteka.platform.units import Unit

MOST_OPTIONS = 60
"""Options that are made of values; what is rarer is shown as a value without an option."""
LONGEST_OPTION = 80


def inferred_options(unit: Unit, entity: str, key: str, language: str) -> list[str]:
    """Return the labels of options for a field in force: texts that differ in case alone are one."""
    field, placement = unit.model.catalog.field(entity, key), unit.model.placement.entities.get(entity)
    part = held(placement, key, field.type) if field and placement else None
    if field is None or placement is None or part is None:
        return []
    records = LinkedRecords(unit) if field.type.links_to else NO_RECORDS
    languages = TheirLanguages(writes=Locale(language), records=records)
    found: Counter[str] = Counter()
    spelt: dict[str, Counter[str]] = {}
    for page in distinct_values(unit, part, Rows(placement, part)):
        for stored, count, *_ in page:
            value = part.value(stored)
            for item in value if isinstance(value, tuple) else (value,):
                try:
                    label = item if isinstance(value, tuple) else written(field.type, item, languages)
                except InvalidValue:
                    continue
                if label and len(label) <= LONGEST_OPTION and "\n" not in label:
                    found[label.casefold()] += count
                    spelt.setdefault(label.casefold(), Counter())[label] += count
    return [spelt[folded].most_common(1)[0][0] for folded, _ in found.most_common(MOST_OPTIONS)]
