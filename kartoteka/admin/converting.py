"""Values that can't be converted whole: shown beside the change, with what a person decides of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kartoteka.admin.desk import DRAFT_URL, Desk
from kartoteka.admin.plan_contexts import Deciding, Mending
from kartoteka.metadata.conversions import Decision, Decisions, Verdict
from kartoteka.metadata.fieldtypes.choice import Option as Choosable
from kartoteka.metadata.trees import read_field
from kartoteka.platform.conversions.census import Finding
from kartoteka.platform.conversions.planning import Values
from kartoteka.platform.plans import PlannedChange
from kartoteka.platform.web.contexts import Option, Widget

SHOWN: tuple[Verdict, ...] = ("clean", "made", "mapped", "lossy")
"""Verdicts of which samples are shown beside the change; failures are shown with an input each."""
MOST_MENDED = 12
"""Values that are mended in place; more of them are mended in the workbook."""


def decisions_of(desk: Desk) -> Decisions:
    """Return what the person has decided; the rest is read and written as the person does."""
    locale = desk.visit.actor.locale
    return Decisions(
        by_field=dict(desk.decisions), otherwise=Decision(writes=locale.language, time_zone=locale.time_zone)
    )


def samples_of(desk: Desk, line: PlannedChange) -> tuple[tuple[str, str, str], ...]:
    """Return some values as they are now and as they will be."""
    census = line.values.census if line.values else None
    if census is None:
        return ()
    found = [each for verdict in SHOWN for each in census.samples[verdict][:3]]
    return tuple((_number(desk, each.count), each.shown, each.becomes) for each in found)


def _number(desk: Desk, count: int) -> str:
    return desk.visit.actor.locale.number(count)


def deciding_of(desk: Desk, line: PlannedChange) -> Deciding | None:
    """Return what is to be decided, or has been, about a change; None where there is nothing."""
    values = line.values
    if values is None or values.census is None:
        return None
    counts, decision = values.census.counts, values.change.decision
    if not (counts["failed"] or counts["lossy"] or counts["made"] or decision.mapping):
        return None
    name = f"{values.change.entity}.{values.change.after['key']}"
    return Deciding(
        name=name,
        url=f"{DRAFT_URL}/decide",
        widgets=tuple(_widgets(desk, name, values)),
        mendings=tuple(_mendings(desk, values)),
        workbook_url=f"{DRAFT_URL}/values/{name.replace('.', '/')}",
        upload_url=f"{DRAFT_URL}/mend",
    )


def input_name(kind: str, name: str) -> str:
    """Return how an input of the decision about a field is called: several are on one page."""
    return f"{kind}__{name.replace('.', '__')}"


def _widgets(desk: Desk, name: str, values: Values) -> Iterator[Widget]:
    assert values.census is not None
    counts, decision = values.census.counts, values.change.decision
    if counts["failed"] or decision.failures == "empty":
        stop, empty = desk.say("Don't publish"), desk.say("Leave them empty")
        options = (
            Option("stop", stop, selected=decision.failures == "stop"),
            Option("empty", empty, selected=decision.failures == "empty"),
        )
        label = desk.say("Values that can't be converted")
        yield Widget("choice", input_name("failures", name), label, options=options)
    if _reads_texts(values):
        label = desk.say("Language of the texts")
        yield Widget("choice", input_name("reads", name), label, options=tuple(_languages(desk, decision)))
    if counts["lossy"] or decision.lossy:
        label = desk.say("They may lose something: undo brings them back whole.")
        yield Widget("boolean", input_name("lossy", name), label, value="1" if decision.lossy else "")
    if read_field(values.change.after).type.links_to and (counts["failed"] or decision.makes):
        label = desk.say("Make a card where there is none of that name.")
        yield Widget("boolean", input_name("makes", name), label, value="1" if decision.makes else "")


def _reads_texts(values: Values) -> bool:
    assert values.census is not None
    is_unsure = any(
        each.outcome.problem is not None and each.outcome.problem.code == "conversion.ambiguous"
        for each in values.census.samples["failed"]
    )
    return is_unsure or values.change.decision.reads is not None


def _languages(desk: Desk, decision: Decision) -> Iterator[Option]:
    yield Option("", desk.say("any"), selected=decision.reads is None)
    names = {"en": desk.say("English"), "ru": desk.say("Russian"), "pl": desk.say("Polish")}
    for language, label in names.items():
        yield Option(language, label, selected=decision.reads == language)


def _mendings(desk: Desk, values: Values) -> Iterator[Mending]:
    """Yield what is mended in place: the most frequent failures, and what has been mended."""
    assert values.census is not None
    after = read_field(values.change.after).type
    choices: Sequence[Choosable] = getattr(after, "choices", ())
    said = values.change.decision.mapping
    for each in [*values.census.samples["failed"], *values.census.samples["mapped"]][:MOST_MENDED]:
        value = said.get(each.name) or ""
        yield Mending(
            each.name, each.shown, _number(desk, each.count), _why(desk, each), value, _options(desk, choices, value)
        )


def _why(desk: Desk, finding: Finding) -> str:
    return desk.told(finding.outcome.problem) if finding.outcome.problem else ""


def _options(desk: Desk, choices: Sequence[Choosable], value: str) -> tuple[Option, ...]:
    if not choices:
        return ()
    titles = (Option(each.key, each.title(desk.language), selected=each.key == value) for each in choices)
    return (Option("", "", selected=not value), *titles)
