"""Forms without files are read whole: what browsers send comes out as it was, and too much is refused."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlencode

import anyio
import pytest
from starlette.exceptions import HTTPException
from starlette.requests import Request

from kartoteka.platform.web.posts import MOST_FIELDS, WITHOUT_FILES, posted

PAIRS = [
    ("name", "Ромашка & co = 100 %+1"),
    ("tags", "a"),
    ("tags", "b"),
    ("empty", ""),
    ("", "x"),
    ("lines", "1\r\n2"),
]


def read(*parts: bytes, most: int = 1000, content_type: str = WITHOUT_FILES) -> list[Any]:
    """Return what a form has that comes in these parts."""
    messages = [{"type": "http.request", "body": part, "more_body": True} for part in parts]
    messages.append({"type": "http.request", "body": b"", "more_body": False})

    async def receive() -> Any:
        return messages.pop(0)

    async def items() -> list[Any]:
        headers = [(b"content-type", content_type.encode())]
        async with posted(Request({"type": "http", "method": "POST", "headers": headers}, receive), most) as form:
            return form.multi_items()

    with ThreadPoolExecutor(1) as own_thread:  # a browser's test may run a loop here
        return own_thread.submit(anyio.run, items).result()


@pytest.mark.parametrize(
    "content_type", ["application/x-www-form-urlencoded", "Application/X-WWW-Form-Urlencoded; a=b"]
)
def test_what_a_browser_sends_comes_out(content_type: str) -> None:
    body = urlencode(PAIRS).encode()
    assert read(body[:7], body[7:], content_type=content_type) == PAIRS
    assert read(b"a=1&&b&c=%FF&=", content_type=content_type) == [("a", "1"), ("b", ""), ("c", "\ufffd"), ("", "")]
    assert read(b"") == []


def test_files_come_as_ever() -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x--\r\n'
    assert read(body, content_type="multipart/form-data; boundary=x") == [("a", "1")]


@pytest.mark.parametrize(
    ("parts", "status"), [([b"a=" + b"x" * 600, b"x" * 600], 413), ([b"&".join([b"a"] * (MOST_FIELDS + 1))], 400)]
)
def test_too_much_is_refused(parts: list[bytes], status: int) -> None:
    with pytest.raises(HTTPException) as refused:
        read(*parts, most=1000 if status == 413 else 1_000_000)
    assert refused.value.status_code == status
