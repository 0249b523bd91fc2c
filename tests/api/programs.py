"""A program that uses the API with a token."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from starlette.testclient import TestClient

from kartoteka.platform.people import make_token
from tests.application import Application

BASE = "/-/api/v1"
RECORDS = f"{BASE}/records"


class Program:
    """A client with somebody's token, or with none."""

    def __init__(self, application: Application, email: str = "", token: str = "") -> None:
        self.application = application
        self.client = TestClient(application.app, base_url="http://testserver", raise_server_exceptions=True)
        if email:
            with application.runtime.writing() as unit:
                token = make_token(unit, application.people[email], "test")
        if token:
            self.client.headers["authorization"] = f"Bearer {token}"

    def call(self, method: str, path: str, **kwargs: Any) -> Any:
        """Ask; addresses that begin with a slash and a letter are record addresses."""
        url = path if path.startswith("/-/") else f"{RECORDS}{path}"
        return self.client.request(method, url, **kwargs)

    def get(self, path: str, **parameters: Any) -> Any:
        """Read."""
        return self.call("GET", path, params=parameters)

    def make(self, entity: str, **values: Any) -> Any:
        """Make a record; return what was answered."""
        answer = self.call("POST", f"/{entity}", json={"values": values})
        assert answer.status_code == 201, answer.text
        return answer.json()

    def change(self, address: str, version: int | None = None, **values: Any) -> Any:
        """Change a record."""
        body = {"values": values} | ({} if version is None else {"version": version})
        return self.call("PATCH", address, json=body)


@contextmanager
def undisturbed(application: Application) -> Iterator[None]:
    """Hold that the database is afterwards as it was; one look for many requests."""
    before = application.digest()
    yield
    assert application.digest() == before


def codes(answer: Any) -> list[tuple[str, str | None]]:
    """Return code and field of each problem of an answer."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    assert answer.json()["status"] == answer.status_code
    return [(problem["code"], problem.get("field")) for problem in answer.json()["problems"]]
