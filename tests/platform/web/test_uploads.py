"""Files that come with a form or go out as a download are closed behind the request, also where nobody waits for it."""

from __future__ import annotations

import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, BinaryIO

import anyio
import pytest
from starlette import formparsers
from starlette.requests import ClientDisconnect

from kartoteka.metadata.definitions import Identity, Manifest
from kartoteka.metadata.packages import Package
from kartoteka.platform.web import attachments
from tests.application import running

CONTRACTS = Package(
    Manifest(format=1, key="contracts", version="1.0.0"),
    {
        Identity("entity", "", "client"): {
            "key": "client",
            "fields": [{"key": "name", "type": "text", "required": True}, {"key": "contract", "type": "file"}],
        }
    },
)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """All files that forms and downloads have opened."""
    files: list[Any] = []

    def open_file(*args: Any, **kwargs: Any) -> Any:
        files.append(tempfile.SpooledTemporaryFile(*args, **kwargs))  # noqa: SIM115
        return files[-1]

    class Recording:
        SpooledTemporaryFile = staticmethod(open_file)

    monkeypatch.setattr(formparsers, "SpooledTemporaryFile", open_file)
    monkeypatch.setattr(attachments, "tempfile", Recording)
    return files


@pytest.mark.parametrize(("name", "status"), [("Romashka", 303), ("", 422)])
def test_what_came_with_a_form_is_closed(tmp_path: Path, opened: list[Any], name: str, status: int) -> None:
    with running(tmp_path, "", CONTRACTS) as world:
        world.add_person("admin@test.example", "administrator")
        browser = world.browser("admin@test.example")
        browser.get("/client/new")
        values = {"rendered": "name contract", "name": name}
        answer = browser.post("/client/new", values, files={"contract": ("contract.txt", b"signed", "text/plain")})
        assert answer.status_code == status
    assert opened
    assert all(file.closed for file in opened)


def test_a_download_that_nobody_waits_for_is_closed(opened: list[Any]) -> None:
    def write(file: BinaryIO) -> None:
        file.write(b"text")

    async def gone(message: Any) -> None:
        raise OSError

    async def receive() -> Any:
        await anyio.sleep_forever()

    response = attachments.made_file("list", "csv", write)
    scope = {"type": "http", "asgi": {"spec_version": "2.4"}, "method": "GET", "path": "/", "headers": []}
    with ThreadPoolExecutor(1) as own_thread, pytest.raises(ClientDisconnect):  # a browser's test may run a loop here
        own_thread.submit(anyio.run, response, scope, receive, gone).result()
    assert [file.closed for file in opened] == [True]
