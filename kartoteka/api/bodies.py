"""Bodies: what a program sends, within limits. JSON is read strictly: names said twice, NaN and such are refused."""

from __future__ import annotations

import json
from typing import Any

from starlette.requests import ClientDisconnect, Request

from kartoteka.api.answers import Rejected
from kartoteka.metadata.problems import BadRequest, Problem

MEGABYTE = 1024 * 1024
MOST_JSON = 16 * MEGABYTE
"""Bytes of a JSON body: some 1,000 records of 150 fields."""


async def read_body(request: Request, most: int) -> bytes:
    """Return the body. Raises Rejected when it has more than `most` bytes."""
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > most:
        raise _too_large(most)
    parts: list[bytes] = []
    size = 0
    try:
        async for part in request.stream():
            size += len(part)
            if size > most:
                raise _too_large(most)
            parts.append(part)
    except ClientDisconnect:
        raise BadRequest(Problem("body.not_json", {"reason": "it ends early"})) from None
    return b"".join(parts)


def _too_large(most: int) -> Rejected:
    return Rejected(413, Problem("body.too_large", {"max": most}), {"Connection": "close"})


def media_type(request: Request) -> str:
    """Return the media type of the body, without its parameters; JSON where nothing is said."""
    return request.headers.get("content-type", "application/json").partition(";")[0].strip().lower()


def read_json(request: Request, body: bytes) -> Any:
    """Return the body as JSON data. Raises Rejected for another media type, BadRequest for what is no JSON."""
    if media_type(request) not in ("application/json", "application/merge-patch+json"):
        raise Rejected(415, Problem("body.media_type", {"known": ["application/json"]}))
    if len(body) > MOST_JSON:
        raise _too_large(MOST_JSON)
    return decode_json(body)


def decode_json(body: bytes) -> Any:
    """Return JSON data. Raises BadRequest where the bytes are not exactly that."""
    try:
        text = body.decode().removeprefix("\ufeff")
        data = json.loads(text, object_pairs_hook=_object, parse_constant=_refuse)
        if "\\u" in text:  # an escaped half of a surrogate pair is a text that can be neither stored nor sent
            json.dumps(data, ensure_ascii=False).encode()
    except BadRequest:
        raise
    except RecursionError:
        raise BadRequest(Problem("body.not_json", {"reason": "nested too deep"})) from None
    except ValueError as error:
        raise BadRequest(Problem("body.not_json", {"reason": str(error)[:200]})) from error
    return data


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise BadRequest(Problem("body.repeated_name", {"name": ascii(twice)[1:-1][:60]}))
    return found


def _refuse(constant: str) -> Any:
    raise ValueError(constant)


def version_of(request: Request, body: Any = None) -> int | None:
    """Return the version of the record that the program looked at: of If-Match or the body. Raises BadRequest."""
    tag = request.headers.get("if-match", "").strip()
    is_named = isinstance(body, dict) and "version" in body
    named = body["version"] if is_named else None
    if is_named and (isinstance(named, bool) or not isinstance(named, int) or named < 1):
        raise BadRequest(Problem("body.shape", {"wanted": "version: integer"}, pointer="/version"))
    if tag in ("", "*"):
        return named
    digits = tag.removeprefix("W/").strip('"')
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 18):
        raise BadRequest(Problem("request.if_match", {"found": tag[:60]}))
    if named is not None and named != int(digits):
        raise BadRequest(Problem("request.two_versions"))
    return int(digits)


def etag(version: int) -> dict[str, str]:
    """Return the header that tells a record's version."""
    return {"ETag": f'"{version}"'}
