"""Nobody but administrators comes into the studio, and what is refused leaves no trace."""

import re

import pytest
from starlette.routing import Route

from kartoteka.admin.routes import routes
from tests.admin.conftest import ADMIN, SELLER
from tests.application import Application

FILLED = {"entity": "client", "field": "city", "list": "all", "role": "seller", "number": "1", "id": "1"}
FILLED |= {"package": "small", "name": "client.city", "file": "0" * 32, "backup": "kartoteka-20260101-000000.zip"}
NEEDS = ("{number}", "{file}", "/draft/values/")
"""Pages of what is only there once somebody has made it: a publish, an upload, a change of a type."""
EVERY = [(method, each.path) for each in routes if isinstance(each, Route) for method in sorted(each.methods or ())]


def address(path: str) -> str:
    """Return a route's path with its gaps filled by things that are there."""
    return re.sub(r"\{(\w+)(:path)?\}", lambda gap: FILLED[gap[1]], path)


def test_there_are_routes_of_both_kinds() -> None:
    assert {"GET", "HEAD", "POST"} == {method for method, _ in EVERY}
    assert len(EVERY) > 70


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> object:
    """Run one sample for all refusals: they change nothing."""
    from tests.admin.conftest import studio_world

    folder = tmp_path_factory.mktemp("studio")
    yield from studio_world(folder / "workspace", f"sqlite:///{folder / 'kartoteka.sqlite'}")


def test_a_salesperson_is_refused_everywhere(shared: Application) -> None:
    seller = shared.browser(SELLER)
    before = shared.digest()
    for method, path in EVERY:
        url = address(path)
        answer = (
            seller.post(url, {"label__en": "x", "do": "publish"})
            if method == "POST"
            else seller.client.request(method, url)
        )
        assert answer.status_code == 403, (method, path, answer.status_code)
    assert shared.digest() == before


def test_a_stranger_is_asked_to_log_in(shared: Application) -> None:
    stranger = shared.browser()
    before = shared.digest()
    for method, path in EVERY:
        url = address(path)
        if method == "POST":
            answer = stranger.post(url, {"label__en": "x"})
            assert (answer.status_code, "Log in again" in answer.text) == (401, True), path
        else:
            answer = stranger.client.request(method, url)
            assert (answer.status_code, answer.headers["location"][:9]) == (303, "/-/login?"), path
    assert shared.digest() == before


def test_an_administrator_comes_in_everywhere(shared: Application) -> None:
    admin = shared.browser(ADMIN)
    for method, path in EVERY:
        if method == "GET" and not any(part in path for part in NEEDS):
            assert admin.get(address(path)).status_code == 200, path


def test_posts_without_the_token_are_refused(shared: Application) -> None:
    admin = shared.browser(ADMIN)
    before = shared.digest()
    for method, path in EVERY:
        if method == "POST":
            assert admin.client.post(address(path), data={"label__en": "x"}).status_code == 403, path
    assert shared.digest() == before


def test_what_is_not_there_is_not_found(shared: Application) -> None:
    admin = shared.browser(ADMIN)
    for gap in FILLED:
        for method, path in EVERY:
            if f"{{{gap}}}" in path and method != "HEAD":
                url = address(path.replace(f"{{{gap}}}", "99999" if gap in ("number", "id") else "nothing"))
                before = shared.digest()
                answer = admin.post(url) if method == "POST" else admin.get(url)
                assert answer.status_code in (404, 422), (method, url, answer.status_code)
                assert shared.digest() == before, url


def test_one_who_is_no_administrator_any_more_is_out_at_once(world: Application) -> None:
    second = world.browser("second@test.example")
    assert second.get("/-/admin/").status_code == 200
    admin = world.browser(ADMIN)
    person = world.people["second@test.example"]
    admin.get(f"/-/admin/people/{person}")
    sent = {"rendered": "name email active", "name": "Second", "email": "second@test.example", "active": "1"}
    assert admin.post(f"/-/admin/people/{person}", {**sent, "roles": ["seller"]}).status_code == 303
    assert second.get("/-/admin/").status_code == 403
