"""What a request sends: the fields of a form, and the files that come with it.

Starlette reads a form without files piece by piece, which takes milliseconds where there are hundreds of fields. Ours
is read whole, and may have as many bytes in all as a file.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import parse_qsl

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request

MOST_FIELDS = 20_000
"""Fields of a form: an entity of 1,000 fields, each with several inputs."""
MOST_FILES = 100
WITHOUT_FILES = "application/x-www-form-urlencoded"


@asynccontextmanager
async def posted(request: Request, most: int) -> AsyncIterator[FormData]:
    """Give a request's form; the files that it brought are closed behind it, whatever happens.

    Raises HTTPException for one of too many fields, and where a file or all the fields have more than `most` bytes.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() == WITHOUT_FILES:
        yield FormData(_texts(await _body(request, most)))
        return
    async with request.form(max_files=MOST_FILES, max_fields=MOST_FIELDS, max_part_size=most) as form:
        yield form


def _texts(body: bytes) -> list[tuple[str, str | UploadFile]]:
    try:
        return [*parse_qsl(body.decode("latin-1"), keep_blank_values=True, max_num_fields=MOST_FIELDS)]
    except ValueError:
        raise HTTPException(400, f"Too many fields: at most {MOST_FIELDS}.") from None


async def _body(request: Request, most: int) -> bytes:
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > most:
            raise HTTPException(413, f"The form is too large: at most {most} bytes.", {"Connection": "close"})
    return bytes(body)
