"""Files that are made for a person at once, and sent as downloads."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, Final, cast
from urllib.parse import quote

from starlette.responses import FileResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from kartoteka.metadata.problems import NotFound
from kartoteka.platform.query import Row

FORMS: Final = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
"""The media types of what is made, by its ending."""
IN_MEMORY = 1_000_000
CHUNK = 64 * 1024


def made_file(name: str, form: str, write: Callable[[BinaryIO], object]) -> Response:
    """Let a file be written, wholly, and send it: what fails while it is written becomes an answer of its own."""
    file = cast("BinaryIO", tempfile.SpooledTemporaryFile(IN_MEMORY))  # noqa: SIM115 - closed when it has been sent
    try:
        write(file)
    except BaseException:
        file.close()
        raise
    size = file.tell()
    file.seek(0)
    headers = {**download_headers(f"{name}.{form}"), "content-length": str(size)}
    return _Download(file, media_type=FORMS[form], headers=headers)


def stored_file(row: Row, path: Path, shown: frozenset[str] = frozenset()) -> Response:
    """Send an uploaded file: only those of the media types `shown` are displayed, in a sandbox. Raises NotFound."""
    if not path.exists():
        raise NotFound("file.lost", id=row.id)
    media_type = str(row.values["media_type"] or "")
    response = FileResponse(
        path,
        media_type=media_type if media_type in shown else "application/octet-stream",
        filename=str(row.values["name"]),
        content_disposition_type="inline" if media_type in shown else "attachment",
    )
    response.headers["content-security-policy"] = "default-src 'none'; sandbox"
    return response


def known_form(form: str) -> str:
    """Return the ending if it is one that is made. Raises NotFound."""
    if form not in FORMS:
        raise NotFound
    return form


def download_headers(name: str) -> dict[str, str]:
    """Return the headers of a download under a name, which may be of any script."""
    plain = "".join(
        letter if letter.isascii() and letter.isprintable() and letter not in '"\\' else "_" for letter in name
    )
    safe = quote(name.replace("/", "_"), safe="")
    return {
        "content-disposition": f"attachment; filename=\"{plain.replace('/', '_')}\"; filename*=UTF-8''{safe}",
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
    }


class _Download(StreamingResponse):
    """Sends a file and closes it, also when nobody waits for it any more."""

    def __init__(self, file: BinaryIO, *, media_type: str, headers: dict[str, str]) -> None:
        self._file = file
        super().__init__(_chunks(file), media_type=media_type, headers=headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._file.close()


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    while chunk := file.read(CHUNK):
        yield chunk
