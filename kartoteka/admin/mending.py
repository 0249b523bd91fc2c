"""Mending: what a person says that old values mean, on the page of the draft or in a workbook that comes back."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
from starlette.datastructures import UploadFile
from starlette.responses import Response

from kartoteka.admin.converting import decisions_of, input_name
from kartoteka.admin.desk import DRAFT_URL, Desk, open_desk
from kartoteka.forms.imports.files import open_table
from kartoteka.forms.imports.tables import Table, cell_text
from kartoteka.metadata.conversions import Decision
from kartoteka.metadata.locales import LANGUAGES
from kartoteka.metadata.problems import NotFound, Problem, Refused
from kartoteka.platform import drafts
from kartoteka.platform.conversions.census import converter_of, findings
from kartoteka.platform.conversions.planning import Values
from kartoteka.platform.conversions.records import LinkedRecords
from kartoteka.platform.units import Unit
from kartoteka.platform.web.attachments import made_file
from kartoteka.platform.web.contexts import Toast
from kartoteka.platform.web.errors import N_
from kartoteka.platform.web.shell import redirect
from kartoteka.platform.web.visits import Visit

COLUMNS = (
    N_("Old value"), N_("As people read it"), N_("Cards"), N_("Why not"), N_("For example"), N_("New value"),
)  # fmt: skip
"""Of the workbook: the first one says which value is meant, the last one is filled in."""
MOST_MAPPED = 50_000
"""Values that one decision says the meaning of."""
MOST_BYTES = 20_000_000


def decide(unit: Unit, visit: Visit) -> Response:
    """Keep what the person has decided of the values of a field. Raises NotFound where nothing is to be decided."""
    desk = open_desk(unit, visit)
    name, before = _asked_about(desk)
    asked = {_as_stored(old) for old in visit.texts("old")}
    kept = {old: new for old, new in before.mapping.items() if old not in asked}
    decision = msgspec.structs.replace(
        before,
        failures="empty" if visit.text(input_name("failures", name)) == "empty" else "stop",
        lossy=_is_ticked(visit, input_name("lossy", name)),
        makes=_is_ticked(visit, input_name("makes", name)),
        reads=_language(visit.text(input_name("reads", name))),
        mapping=kept | dict(_mended(visit)),
    )
    return _keep(desk, name, decision)


def _asked_about(desk: Desk) -> tuple[str, Decision]:
    """Return the field that was named, and what is decided of it so far."""
    name = desk.visit.text("name")
    entity, _, field = name.partition(".")
    if desk.catalog.field(entity, field) is None:
        raise NotFound("query.unknown_field", name=name[:100])
    return name, decisions_of(desk).of(entity, field)


def _is_ticked(visit: Visit, name: str) -> bool:
    return "1" in visit.texts(name)


def _language(text: str) -> str | None:
    return text if text in LANGUAGES else None


def _mended(visit: Visit) -> Iterator[tuple[str, str]]:
    for old, new in zip(visit.texts("old"), visit.texts("new"), strict=False):
        if new.strip():
            yield _as_stored(old), new.strip()


def _as_stored(text: str) -> str:
    """Return a text of several lines as it is stored: a form sends other line ends."""
    return text.replace("\r\n", "\n")


def _keep(desk: Desk, name: str, decision: Decision) -> Response:
    drafts.decide(desk.unit, desk.visit.person, name, decision)
    return redirect(DRAFT_URL, Toast(desk.say("The decision is kept with the draft")))


# --- the workbook -----------------------------------------------------------------------------------------


def download_values(unit: Unit, visit: Visit) -> Response:
    """Send every value that is not converted whole as a workbook with a column for what it means."""
    desk = open_desk(unit, visit)
    entity, field = str(visit.path["entity"]), str(visit.path["field"])
    plan = drafts.plan_of(unit, desk.catalog, decisions_of(desk))
    meant = [line.values for line in plan.lines if line.values and _is_of(line.values, entity, field)]
    if not meant or meant[0].census is None:
        raise NotFound("query.unknown_field", name=field[:100])
    workbooks = visit.runtime.workbooks
    assert workbooks is not None
    columns = [desk.say(each) for each in COLUMNS]
    title = f"{entity}.{field}"
    tables = ((title, columns, _rows(desk, meant[0])),)
    return made_file(title, "xlsx", lambda file: workbooks.write_tables(title, tables, file))


def _is_of(values: Values, entity: str, field: str) -> bool:
    return (values.change.entity, values.change.after["key"]) == (entity, field)


def _rows(desk: Desk, values: Values) -> Iterator[list[Any]]:
    converter = converter_of(desk.unit, values.change)
    assert converter is not None
    titles = LinkedRecords(desk.unit)
    said = values.change.decision.mapping
    for each in findings(desk.unit, values.names, converter):
        if each.outcome.verdict != "clean":
            why = desk.told(each.outcome.problem) if each.outcome.problem else ""
            example = titles.title(values.names.entity, each.record) or f"#{each.record}"
            yield [each.name, each.shown, each.count, why, example, said.get(each.name) or ""]


def mend(unit: Unit, visit: Visit) -> Response:
    """Take the new values of an uploaded workbook as what the old ones mean. Raises Refused for another table."""
    desk = open_desk(unit, visit)
    name, before = _asked_about(desk)
    upload = visit.form.get("workbook")
    if not isinstance(upload, UploadFile) or not upload.filename:
        raise Refused([Problem("mending.no_workbook")])
    with tempfile.TemporaryDirectory(prefix="kartoteka-") as folder:
        path = Path(folder) / "mended"
        path.write_bytes(upload.file.read(MOST_BYTES + 1))
        if path.stat().st_size > MOST_BYTES:
            raise Refused([Problem("workbook.too_big", {"name": upload.filename[:100]})])
        with open_table(path) as table:
            mapping = before.mapping | read_mended(table, visit)
    if len(mapping) > MOST_MAPPED:
        raise Refused([Problem("mending.too_many", {"max": MOST_MAPPED})])
    return _keep(desk, name, msgspec.structs.replace(before, mapping=mapping))


def read_mended(table: Table, visit: Visit) -> dict[str, str | None]:
    """Return the new values by old ones; a row without a new one says nothing. Raises Refused for another table."""
    old, new = _place(table, COLUMNS[0], visit), _place(table, COLUMNS[-1], visit)
    found: dict[str, str | None] = {}
    for row in table.rows:
        cells = [cell_text(each) for each in row.cells] + [""] * len(table.header)
        if cells[new].strip():
            found[cells[old]] = cells[new].strip()
    return found


def _place(table: Table, title: str, visit: Visit) -> int:
    """Return where the column of that title is, in whatever language the workbook was made."""
    names = {visit.runtime.templates.gettext(language)(title) for language in LANGUAGES}
    found = next((place for place, each in enumerate(table.header) if each in names), None)
    if found is None:
        raise Refused([Problem("mending.no_column", {"title": visit.say(title)})])
    return found
