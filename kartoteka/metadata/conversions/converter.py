"""The converter: says of every value of a field what it will be, and whether something of it is lost."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple

from kartoteka.metadata.conversions.decisions import UNDECIDED, Decision
from kartoteka.metadata.conversions.routes import STAY, Route, items_of, route_of
from kartoteka.metadata.conversions.texts import NO_RECORDS, Records, TheirLanguages, understood, written
from kartoteka.metadata.definitions import Field
from kartoteka.metadata.fieldtypes.base import FieldType, InvalidValue
from kartoteka.metadata.locales import LANGUAGES, Locale
from kartoteka.metadata.problems import Problem

Verdict = Literal["clean", "lossy", "failed", "mapped", "made"]
"""`clean`: nothing is lost. `mapped`: as a person has said. `made`: a record is made for it to lead to."""


class Outcome(NamedTuple):
    """What becomes of a value: the new one (None is empty), and what was wrong with the old one."""

    verdict: Verdict
    value: Any = None
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Conversion:
    """Turns the values of one field type into those of another. Pure, but for the records that links lead to."""

    before: FieldType
    after: FieldType
    route: Route
    decision: Decision = UNDECIDED
    languages: TheirLanguages = TheirLanguages()

    def outcome(self, value: Any) -> Outcome:
        """Return what becomes of a value, which is not None. Never raises."""
        try:
            if self.decision.mapping:
                mapped = self._mapped(value)
                if mapped is not None:
                    return mapped
            return self._judged(value)
        except InvalidValue as refused:
            if refused.problem.code == "link.unknown_title" and self.decision.makes:
                return Outcome("made", problem=refused.problem)
            return Outcome("failed", problem=refused.problem)

    def name(self, value: Any) -> str:
        """Return how a decision's mapping calls an old value: the text itself, an option's key, else as data."""
        data = self.before.dump(value)
        return data if isinstance(data, str) else self._said(value)

    def shown(self, value: Any) -> str:
        """Return an old value as people know it."""
        return self._said(value)[:200]

    def shown_after(self, value: Any) -> str:
        """Return a new value as people know it."""
        if value is None:
            return ""
        try:
            return written(self.after, value, self.languages)[:200]
        except InvalidValue:
            return str(value)

    def _said(self, value: Any) -> str:
        try:
            return written(self.before, value, self.languages)
        except InvalidValue:
            return str(value)

    def _judged(self, value: Any) -> Outcome:
        if self.route.reads_texts:
            turned, cut = understood(self.after, value, self.languages)
            cut = cut or not self._comes_back(turned)
        else:
            turned = self.route.turn(self.before, self.after, value, self.languages)
            if turned is None:
                raise InvalidValue("conversion.nothing", text=self._said(value)[:60])
            cut = self.route is not STAY and self._turned_back(turned) != value
        self._check(turned)
        return Outcome("lossy" if cut else "clean", turned)

    def _check(self, turned: Any) -> None:
        problem = next(self.after.check(turned), None)
        if problem is not None:
            raise InvalidValue(problem.code, **problem.params)

    def _comes_back(self, turned: Any) -> bool:
        """Tell whether a new value could be an old one again; the tags of a web address with a comma could not."""
        if self.after.links_to or route_of(self.after, self.before) is None:
            return True
        back = self._turned_back(turned)
        return back is not None and next(self.before.check(back), None) is None

    def _turned_back(self, turned: Any) -> Any:
        """Return what the new value would be as an old one; None where it is none."""
        back = route_of(self.after, self.before)
        if back is None:
            return None
        try:
            return back.turn(self.after, self.before, turned, self.languages)
        except InvalidValue:
            return None

    # --- what a person has said

    def _mapped(self, value: Any) -> Outcome | None:
        """Return what the person wants of a value, or of some items of a list; None where nothing was said of it."""
        said = self.decision.mapping
        name = self.name(value)
        if name in said:
            return self._meant(said[name])
        if not isinstance(value, tuple) or not any(item in said for item in value):
            return None
        texts = [said[item] if item in said else self._kept_item(item) for item in items_of(value)]
        kept = [text for text in texts if text is not None]
        return self._meant("; ".join(kept) if kept else None)

    def _kept_item(self, item: str) -> str:
        outcome = replace(self, decision=UNDECIDED).outcome((item,))
        if outcome.value is None:
            raise InvalidValue("choice.unknown", value=item)
        return ";".join(items_of(outcome.value))

    def _meant(self, text: str | None) -> Outcome:
        if text is None or not text.strip():
            return Outcome("mapped")
        turned, _ = understood(self.after, text.strip(), self.languages)
        self._check(turned)
        return Outcome("mapped", turned)


def conversion(
    before: Field,
    after: Field,
    decision: Decision = UNDECIDED,
    languages: tuple[str, ...] = LANGUAGES,
    records: Records = NO_RECORDS,
) -> Conversion | None:
    """Return what converts the values of a field into those of another; None for a pair that makes no sense.

    `languages` are those of the catalog: a text is read in any of them, unless the decision names one.
    """
    route = route_of(before.type, after.type)
    if route is None:
        return None
    reads = (decision.reads,) if decision.reads else languages or LANGUAGES
    theirs = TheirLanguages(
        tuple(Locale(each, decision.time_zone) for each in reads), Locale(decision.writes, decision.time_zone), records
    )
    return Conversion(before.type, after.type, route, decision, theirs)
