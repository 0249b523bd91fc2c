"""Metrics: counted by route, told to this machine only."""

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tests.application import Application, running


def client(application: Application, address: str) -> TestClient:
    return TestClient(application.app, client=(address, 50000))


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("192.0.2.7", {}, 404),
        ("somewhere", {}, 404),
        ("127.0.0.1", {"x-forwarded-for": "127.0.0.1"}, 404),
        ("127.0.0.1", {"forwarded": "for=192.0.2.7"}, 404),
    ],
)
def test_only_this_machine_gets_them(tmp_path: Path, address: str, headers: dict[str, str], status: int) -> None:
    with running(tmp_path) as application:
        assert client(application, address).get("/-/metrics", headers=headers).status_code == status


def test_a_setting_opens_them(tmp_path: Path) -> None:
    with running(tmp_path, metrics=True) as application:
        assert client(application, "192.0.2.7").get("/-/metrics").status_code == 200


def test_requests_are_counted_under_their_route(tmp_path: Path) -> None:
    with running(tmp_path) as application:
        here = client(application, "127.0.0.1")
        for number in range(3):
            here.get(f"/-/api/v1/records/user/{number}")
        here.request("BREW", "/-/healthz")
        text = here.get("/-/metrics").text
    path = "/-/api/v1/records/{entity}/{id}"
    assert f'kartoteka_requests_total{{method="GET",route="{path}",status="401"}} 3.0' in text
    assert 'method="other"' in text
    assert "kartoteka_revision 1.0" in text
    assert "kartoteka_database_up 1.0" in text
    assert "/user/" not in text
