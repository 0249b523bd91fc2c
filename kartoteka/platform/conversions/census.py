"""The census: what a change of type would do to every value that is there, by distinct values."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select

from kartoteka.metadata.changes import ChangeType
from kartoteka.metadata.conversions import Conversion, Outcome, Verdict, conversion
from kartoteka.metadata.conversions.texts import written
from kartoteka.metadata.fieldtypes.base import InvalidValue
from kartoteka.metadata.trees import read_field
from kartoteka.platform.conversions.held import Held, Rows, Stored, held
from kartoteka.platform.conversions.records import LinkedRecords, naming_field
from kartoteka.platform.units import Unit

PAGE = 500
"""Distinct values that are looked at together: the records that links lead to are looked up at once."""
MOST_SAMPLES = 5
MOST_FAILURES = 20
"""Values of each verdict that a census shows, the most frequent ones; more of those that a person has to mend."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A distinct value: what it is called in a mapping, how people know it, what becomes of it, how often it is there.

    `record` is one of the cards that have it.
    """

    name: str
    shown: str
    becomes: str
    count: int
    record: int
    outcome: Outcome


@dataclass
class Census:
    """How many values there are by what becomes of them, with samples of each."""

    counts: Counter[Verdict] = field(default_factory=Counter)
    distinct: Counter[Verdict] = field(default_factory=Counter)
    samples: dict[Verdict, list[Finding]] = field(default_factory=lambda: defaultdict(list))
    repeated: int = 0
    """New values that more than one live card would have."""
    moved: int = 0
    """Values that are stored in another way afterwards."""

    @property
    def total(self) -> int:
        """All values."""
        return self.counts.total()

    def count(self, finding: Finding) -> None:
        """Take a distinct value in."""
        verdict = finding.outcome.verdict
        self.counts[verdict] += finding.count
        self.distinct[verdict] += 1
        kept = self.samples[verdict]
        kept.append(finding)
        kept.sort(key=lambda each: (-each.count, each.name))
        del kept[MOST_FAILURES if verdict in ("failed", "mapped") else MOST_SAMPLES :]


def converter_of(unit: Unit, change: ChangeType) -> Conversion | None:
    """Return what converts the values of a change, with records at hand; None for a pair that makes no sense."""
    before, after = read_field(change.before), read_field(change.after)
    return conversion(before, after, change.decision, change.languages, LinkedRecords(unit))


@dataclass(frozen=True, slots=True)
class Names:
    """The names under which an entity and a field are known in force, where a plan renames them too."""

    entity: str
    field: str


def take_census(unit: Unit, change: ChangeType, names: Names, converter: Conversion) -> Census:
    """Count what the change does to every value, those of cards in the trash included."""
    census = Census()
    after = read_field(change.after)
    live: Counter[Stored] = Counter()
    same_columns = [repr(c.type) for c in converter.before.columns()] == [
        repr(c.type) for c in converter.after.columns()
    ]
    for finding, stored, alive in _looked_at(unit, names, converter):
        census.count(finding)
        value = finding.outcome.value
        new = None if value is None else tuple(converter.after.store(value))
        if not same_columns or new != stored:
            census.moved += finding.count
        if after.unique and new is not None:
            live[new[:1]] += alive
    census.repeated = sum(1 for count in live.values() if count > 1)
    return census


def findings(unit: Unit, names: Names, converter: Conversion) -> Iterator[Finding]:
    """Yield every distinct value with what becomes of it."""
    return (finding for finding, _, _ in _looked_at(unit, names, converter))


def _looked_at(unit: Unit, names: Names, converter: Conversion) -> Iterator[tuple[Finding, Stored, int]]:
    source = source_of(unit, names, converter)
    if source is None:
        return
    part, rows = source
    makes = makes_records(unit, converter)
    for page in distinct_values(unit, part, rows):
        values = [(stored, part.value(stored), *rest) for stored, *rest in page]
        learn(converter, (value for _, value, *_ in values))
        for stored, value, count, record, alive in values:
            outcome = converter.outcome(value)
            if outcome.verdict == "made" and not makes:
                outcome = replace_verdict(outcome)
            becomes = converter.shown(value) if outcome.verdict == "made" else converter.shown_after(outcome.value)
            found = Finding(converter.name(value), converter.shown(value), becomes, count, record, outcome)
            yield found, stored, alive


def replace_verdict(outcome: Outcome) -> Outcome:
    """Return an outcome as a failure: no record can be made."""
    return outcome._replace(verdict="failed")


def makes_records(unit: Unit, converter: Conversion) -> bool:
    """Tell whether a record can be made by its title alone."""
    entity = unit.model.catalog.entity_named(converter.after.links_to or "")
    return entity is None or naming_field(unit.model.catalog, entity) is not None


def source_of(unit: Unit, names: Names, converter: Conversion) -> tuple[Held, Rows] | None:
    """Return where the values lie that are converted; None where nothing is stored yet."""
    placement = unit.model.placement.entities.get(names.entity)
    part = held(placement, names.field, converter.before) if placement else None
    return (part, Rows(placement, part)) if placement and part else None


def distinct_values(unit: Unit, part: Held, rows: Rows) -> Iterator[list[tuple[Stored, int, int, int]]]:
    """Yield pages of distinct values as stored: with how many cards have it, one of those, and how many are live."""
    columns = rows.columns(part)
    main = rows.main.c
    alive = func.count().filter(main.deleted_at.is_(None))
    query = select(*columns, func.count(), func.min(main.id), alive).select_from(rows.joined())
    query = query.where(columns[0].is_not(None)).group_by(*columns)
    width = len(columns)
    result = unit.connection.execute(query, execution_options={"yield_per": PAGE})
    for page in result.partitions(PAGE):
        yield [(tuple(row[:width]), *row[width:]) for row in page]


def learn(converter: Conversion, values: Iterable[Any]) -> None:
    """Look the records up that the values name, all at once."""
    records = converter.languages.records
    if not isinstance(records, LinkedRecords):
        return
    known = list(values)
    if converter.before.links_to:
        records.learn_titles(converter.before.links_to, known)
    for field_type in (converter.after, converter.before):
        if field_type.links_to:
            records.learn_ids(field_type.links_to, _texts(converter, known))


def _texts(converter: Conversion, values: Iterable[Any]) -> Iterator[str]:
    for value in values:
        try:
            yield written(converter.before, value, converter.languages)
        except InvalidValue:
            continue


def counted(census: Census) -> Mapping[str, int]:
    """Return the counts as data, for programs."""
    return {verdict: census.counts[verdict] for verdict in ("clean", "lossy", "failed", "mapped", "made")}
