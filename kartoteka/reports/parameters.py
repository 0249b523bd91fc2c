"""What a person can ask a report for: a period, and whose records."""

from __future__ import annotations

from collections.abc import Iterator

from kartoteka.metadata.definitions import Sort
from kartoteka.platform.query import Query, fetch
from kartoteka.platform.web.contexts import Option, Widget
from kartoteka.reports.figures import field_label
from kartoteka.reports.periods import PRESETS
from kartoteka.reports.questions import CREATED, FILTER, Answer
from kartoteka.reports.reader import Reader

MOST_PEOPLE = 200


def parameter_widgets(found: Answer, reader: Reader) -> Iterator[Widget]:
    """Yield the inputs over a report; what else its address says is handed on unseen."""
    given = dict(found.parameters)
    asked = reader.say("As defined") if found.period_field != CREATED else reader.say("Any time")
    presets = [Option("", asked, not found.period)]
    presets += [Option(key, reader.say(each[0]), key == found.period) for key, each in PRESETS.items()]
    yield Widget("choice", "period", field_label(found, found.period_field, reader), options=tuple(presets))
    owner = f"{FILTER}{found.entity.owner}"
    people = _people(found, reader, given.get(owner, ""))
    if people:
        yield Widget("choice", owner, field_label(found, str(found.entity.owner), reader), options=people)
    for name, text in found.parameters:
        if name != "period" and not (people and name == owner):
            yield Widget("hidden", name, "", text)


def _people(found: Answer, reader: Reader, chosen: str) -> tuple[Option, ...]:
    """Return whose records can be chosen: people whom the actor may see, if the owner may be seen at all."""
    access, owner = found.unit.model.access, found.entity.owner
    sees = owner is not None and access.rights(found.actor, found.entity.key).sees(owner)
    if not sees or not access.rights(found.actor, "user").may("read"):
        return ()
    query = Query("user", where=("active",), sort=(Sort(field="name"),), limit=MOST_PEOPLE)
    people = [
        Option(str(row.id), row.title, str(row.id) == chosen) for row in fetch(found.unit, found.actor, query).rows
    ]
    return (Option("", reader.say("Everyone"), not chosen), *people)
