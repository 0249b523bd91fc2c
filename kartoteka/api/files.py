"""Files: uploaded as they are, then linked to by writing their id into a field; downloaded by who sees such a field."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from starlette.responses import Response

from kartoteka.api.answers import give
from kartoteka.api.calls import Call
from kartoteka.metadata.fieldtypes.base import InvalidValue
from kartoteka.metadata.fieldtypes.links import FILE
from kartoteka.metadata.problems import Forbidden, NotFound, Refused
from kartoteka.platform import files
from kartoteka.platform.lookups import may_upload
from kartoteka.platform.query import Row
from kartoteka.platform.units import Unit
from kartoteka.platform.web.attachments import stored_file
from kartoteka.platform.web.visits import number_in

ANY_TYPE = "application/octet-stream"


def keep_file(unit: Unit, call: Call) -> Response:
    """Keep the body as a file and answer its id, for a field of files to be written with."""
    if not may_upload(unit, call.actor):
        raise Forbidden("access.forbidden")
    media_type = call.request.headers.get("content-type", ANY_TYPE).partition(";")[0].strip().lower()
    name = _name(unit, call)
    file_id = files.keep(unit, call.actor, call.runtime.files, name, media_type, BytesIO(call.body))
    response = give(_tree(files.find(unit, file_id)), 201)
    response.headers["Location"] = f"/-/api/v1/files/{file_id}"
    return response


def _name(unit: Unit, call: Call) -> str:
    try:
        name: str | None = unit.model.catalog.fields(FILE)["name"].type.load(call.query.get("name", ""))
    except InvalidValue as wrong:
        raise Refused([wrong.problem.at(field="name")]) from wrong
    return name or ""


def _tree(row: Row) -> dict[str, Any]:
    values = row.values
    return {"id": row.id, "name": values["name"], "media_type": values["media_type"], "size": values["size"]}


def send_file(unit: Unit, call: Call) -> Response:
    """Send the content of a file that stands in a field which the actor may see."""
    text = str(call.path["id"])
    number = number_in(text)
    if number is None:
        raise NotFound("record.not_found", entity=FILE, id=text[:40])
    return stored_file(*files.open_for(unit, call.actor, call.runtime.files, number))
