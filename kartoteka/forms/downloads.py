"""Lists as files: what a list's address shows, all of it, typed; at once, or as a job where it is long."""

from __future__ import annotations

from starlette.responses import Response

from kartoteka.forms.lists import column_label
from kartoteka.forms.picking import entity_of
from kartoteka.forms.questions import ask
from kartoteka.metadata.labels import label_in
from kartoteka.metadata.problems import Forbidden
from kartoteka.platform.exports import MOST_AT_ONCE, ask_for_export, list_request
from kartoteka.platform.query import count
from kartoteka.platform.units import Unit
from kartoteka.platform.web.attachments import known_form, made_file
from kartoteka.platform.web.shell import redirect
from kartoteka.platform.web.visits import Visit


def download_list(unit: Unit, visit: Visit) -> Response:
    """Send a list as a file; of a long one go on to the page that waits for it."""
    form = known_form(str(visit.path["form"]))
    entity = entity_of(unit, visit)
    if not unit.model.access.may_export(visit.actor):
        raise Forbidden("access.no_export")
    question = ask(unit, visit, entity)
    query = question.whole_query
    labels = {each.field: column_label(unit, visit, entity, each) for each in question.view.columns}
    names = entity.names(visit.language)
    label = label_in(question.view.label, visit.language)
    title = f"{names}: {label}" if label and label != names else names
    if count(unit, visit.actor, query, MOST_AT_ONCE) > MOST_AT_ONCE:
        job = ask_for_export(visit.runtime, visit.actor, list_request(query, title, form, labels, question.url()))
        return redirect(f"/-/jobs/{job}")
    workbooks = visit.runtime.workbooks
    assert workbooks is not None
    return made_file(
        title, form, lambda file: workbooks.write(unit, visit.actor, query, title, form, file, labels=labels)
    )
