"""Planning: what a change of type means for the values that are there, in numbers and in what a person must decide."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import func, select

from kartoteka.metadata.changes import Change, ChangeField, ChangeType
from kartoteka.metadata.conversions import UNDECIDED, Decisions
from kartoteka.metadata.locales import LANGUAGES
from kartoteka.metadata.problems import Message, Problem
from kartoteka.metadata.stack import Stack
from kartoteka.metadata.trees import read_field
from kartoteka.platform.conversions.census import Census, Finding, Names, converter_of, counted, take_census
from kartoteka.platform.conversions.held import Rows, held
from kartoteka.platform.conversions.returning import Return, count_return
from kartoteka.platform.units import Unit


@dataclass(frozen=True, slots=True)
class Values:
    """What becomes of the values of a field: `census` where they are converted, `returned` where old ones come back.

    `stuck` values have no way to the new type.
    """

    change: ChangeType
    names: Names
    census: Census | None = None
    returned: Return | None = None
    stuck: int = 0

    @property
    def losing(self) -> int:
        """How many values lose something, or go out of sight."""
        if self.returned is not None:
            return self.returned.lost
        return self.stuck + (self.census.counts["lossy"] + self.census.counts["failed"] if self.census else 0)

    @property
    def stay(self) -> bool:
        """True where every value stays in its column as it is."""
        after, before = read_field(self.change.after).type, read_field(self.change.before).type
        same = type(after) is type(before) and after.links_to == before.links_to
        return same and self.census is not None and not self.census.moved and self.returned is None

    @property
    def is_put_aside(self) -> bool:
        """True where the new type holds no values at all."""
        return not read_field(self.change.after).type.columns()

    def effects(self) -> Iterator[Message]:
        """Yield what happens to the values."""
        if self.returned is not None:
            yield from _some("effect.values_restored", self.returned.restored)
            yield from _some("effect.edits_converted_back", self.returned.converted)
            yield from _some("effect.edits_lost", self.returned.lost)
        if self.is_put_aside:
            yield from _some("effect.values_out_of_sight", self.stuck)
        if self.census is not None:
            counts, decision = self.census.counts, self.change.decision
            yield from _some("effect.values_clean", counts["clean"])
            yield from _some("effect.values_mapped", counts["mapped"])
            if counts["made"]:
                params = {"count": self.census.distinct["made"], "to": self.change.after["target"]}
                yield Message("effect.records_made", params)
            yield from _some("effect.values_lossy", counts["lossy"] if decision.lossy else 0)
            yield from _some("effect.values_left_empty", counts["failed"] if decision.failures == "empty" else 0)

    def obstacles(self) -> Iterator[Problem]:
        """Yield what forbids the change, whatever anybody decides."""
        key = self.change.after["key"]
        if self.stuck and not self.is_put_aside:
            params = {"from": self.change.before["type"], "to": self.change.after["type"], "count": self.stuck}
            if "target" in self.change.before and "target" in self.change.after:
                params |= {"was": self.change.before["target"], "other": self.change.after["target"]}
            yield Problem("plan.no_conversion", params, field=key)
        if self.census is not None and self.census.repeated:
            yield Problem("plan.not_unique", {"count": self.census.repeated}, field=key)

    def questions(self) -> Iterator[Problem]:
        """Yield what a person has to decide."""
        if self.census is None:
            return
        counts, decision, key = self.census.counts, self.change.decision, self.change.after["key"]
        if counts["failed"] and decision.failures == "stop":
            params = {"count": counts["failed"], "distinct": self.census.distinct["failed"]}
            yield Problem("plan.values_fail", params, field=key)
        if counts["lossy"] and not decision.lossy:
            yield Problem("plan.values_lossy", {"count": counts["lossy"]}, field=key)


def _some(code: str, count: int) -> Iterator[Message]:
    if count:
        yield Message(code, {"count": count})


def values_of(unit: Unit, change: ChangeType, names: Names) -> Values:
    """Return what becomes of the values of a change."""
    returned = count_return(unit, change, names)
    if returned is not None:
        return Values(change, names, returned=returned)
    converter = converter_of(unit, change)
    if converter is None:
        return Values(change, names, stuck=_held(unit, change, names))
    return Values(change, names, census=take_census(unit, change, names, converter))


def _held(unit: Unit, change: ChangeType, names: Names) -> int:
    """Count the values that are there."""
    placement = unit.model.placement.entities.get(names.entity)
    part = held(placement, names.field, read_field(change.before).type) if placement else None
    if placement is None or part is None:
        return 0
    rows = Rows(placement, part)
    filled = rows.columns(part)[0].is_not(None)
    counted = select(func.count()).select_from(rows.joined()).where(filled)
    return int(unit.connection.execute(counted).scalar_one())


def as_decided(change: Change, decisions: Decisions, languages: tuple[str, ...]) -> Change:
    """Return a change with what a person has decided about it, in the form that the journal keeps.

    A change of options that leaves values without an option is one of values too.
    """
    if not isinstance(change, ChangeField):
        return change
    if not isinstance(change, ChangeType):
        if read_field(change.after).type.keeps(read_field(change.before).type):
            return change
        change = ChangeType(entity=change.entity, before=change.before, after=change.after)
    decided = decisions.by_field.get(f"{change.entity}.{change.after['key']}")
    if decided is None:
        decided = decisions.otherwise if change.decision == UNDECIDED else change.decision
    return msgspec.structs.replace(change, decision=decided, languages=change.languages or languages)


def languages_of(stack: Stack) -> tuple[str, ...]:
    """Return the languages of the packages: in which people here write."""
    found = {each for layer in stack.packages if layer.manifest for each in layer.manifest.languages}
    return tuple(each for each in LANGUAGES if each in found)


def values_tree(values: Values) -> dict[str, Any]:
    """Return what becomes of values as JSON data."""
    if values.returned is not None:
        return {name: getattr(values.returned, name) for name in ("restored", "converted", "lost")}
    if values.census is None:
        return {"stuck": values.stuck}
    samples = [each for found in values.census.samples.values() for each in found]
    return {**counted(values.census), "samples": [_sample(each) for each in samples]}


def _sample(finding: Finding) -> dict[str, Any]:
    problem = finding.outcome.problem
    tree = {"value": finding.name, "shown": finding.shown, "becomes": finding.becomes, "count": finding.count}
    return {**tree, "record": finding.record, "verdict": finding.outcome.verdict, "problem": problem and problem.code}
