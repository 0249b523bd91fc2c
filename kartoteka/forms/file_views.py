"""Files as people get them: pictures are shown, everything else is downloaded."""

from __future__ import annotations

from starlette.responses import Response

from kartoteka.forms.edits import record_id_of
from kartoteka.platform.files import open_for
from kartoteka.platform.units import Unit
from kartoteka.platform.web.attachments import stored_file
from kartoteka.platform.web.visits import Visit

SHOWN = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})


def send_file(unit: Unit, visit: Visit) -> Response:
    """Send a file that stands in a field which the actor may see."""
    row, path = open_for(unit, visit.actor, visit.runtime.files, record_id_of(visit))
    return stored_file(row, path, SHOWN)
