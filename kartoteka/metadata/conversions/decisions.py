"""Decisions: what a person has said is to become of values that a conversion can't keep whole. One for each field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

import msgspec
from msgspec import Meta, Struct

from kartoteka.metadata.locales import LANGUAGES
from kartoteka.metadata.problems import Problem, Refused


class Decision(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What becomes of a field's values when its type or its options change."""

    failures: Annotated[
        Literal["stop", "empty"], Meta(description="Values that can't be converted: stop, or leave them empty.")
    ] = "stop"
    lossy: Annotated[bool, Meta(description="True: values may lose something, such as a fraction.")] = False
    makes: Annotated[bool, Meta(description="True: a card that a link would lead to is made where there is none.")] = (
        False
    )
    mapping: Annotated[
        dict[str, str | None], Meta(description="New values by old ones, as one would type them; null is empty.")
    ] = {}
    reads: Annotated[str | None, Meta(description="Language in which texts are read; any where none is said.")] = None
    writes: Annotated[str, Meta(description="Language in which texts are written.")] = "en"
    time_zone: Annotated[str, Meta(description="Clock by which days and times are meant.")] = "UTC"


UNDECIDED = Decision()


class Decisions(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The decisions of a plan by `entity.field`, and how the rest is read and written."""

    by_field: dict[str, Decision] = {}
    otherwise: Decision = UNDECIDED

    def of(self, entity: str, field: str) -> Decision:
        """Return the decision about a field."""
        return self.by_field.get(f"{entity}.{field}", self.otherwise)


NO_DECISIONS = Decisions()


def read_decisions(data: Any) -> Decisions:
    """Read what a file or a program says, `{"client.size": {"failures": "empty"}}`. Raises Refused."""
    try:
        by_field = msgspec.convert(data, dict[str, Decision])
    except msgspec.ValidationError as error:
        raise Refused([Problem("decisions.shape", {"reason": str(error)})]) from error
    problems = [problem for name, decision in by_field.items() for problem in _problems(name, decision)]
    if problems:
        raise Refused(problems)
    return Decisions(by_field=by_field)


def _problems(name: str, decision: Decision) -> list[Problem]:
    languages = {decision.writes, *([decision.reads] if decision.reads else [])}
    found = [Problem("decisions.language", {"name": name, "found": each}) for each in sorted(languages - {*LANGUAGES})]
    if decision.time_zone not in available_timezones():
        found.append(Problem("decisions.time_zone", {"name": name, "found": decision.time_zone[:60]}))
    return found


def decisions_to_tree(decisions: Mapping[str, Decision]) -> dict[str, Any]:
    """Return decisions as JSON, for drafts."""
    tree: dict[str, Any] = msgspec.to_builtins(decisions)
    return tree
