"""Files as people get them: pictures are shown, everything else is downloaded."""

from __future__ import annotations

from starlette.responses import FileResponse, Response

from kartoteka.forms.edits import record_id_of
from kartoteka.metadata.problems import NotFound
from kartoteka.platform.files import open_for
from kartoteka.platform.units import Unit
from kartoteka.platform.web.visits import Visit

SHOWN = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})


def send_file(unit: Unit, visit: Visit) -> Response:
    """Send a file that stands in a field which the actor may see."""
    row, path = open_for(unit, visit.actor, visit.runtime.files, record_id_of(visit))
    if not path.exists():
        raise NotFound("file.lost", id=row.id)
    media_type = str(row.values["media_type"] or "")
    shown = media_type in SHOWN
    response = FileResponse(
        path,
        media_type=media_type if shown else "application/octet-stream",
        filename=str(row.values["name"]),
        content_disposition_type="inline" if shown else "attachment",
    )
    response.headers["content-security-policy"] = "default-src 'none'; sandbox"
    return response
