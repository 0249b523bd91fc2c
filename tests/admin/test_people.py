"""People: added, changed, locked out; passwords that are shown once."""

from typing import Any

from tests.admin.conftest import ADMIN, SELLER
from tests.admin.pages import document, send, texts
from tests.application import Application, Browser, unchanged

URL = "/-/admin/people"


def add(browser: Browser, **changed: Any) -> Any:
    """Add somebody."""
    sent = {"name": "Nina New", "email": "nina@test.example", "roles": ["seller"], "language": "pl", **changed}
    return send(browser, f"{URL}/new", **sent)


def test_somebody_is_added_and_logs_in_with_the_password_that_is_shown_once(both: Application) -> None:
    admin = both.browser(ADMIN)
    password = texts(add(admin), "//code")[0]
    nina = both.browser()
    assert nina.log_in("nina@test.example", password).status_code == 303
    assert document(nina.get("/client")).get("lang") == "pl"
    assert password not in admin.get(f"{URL}/new").text
    assert "Nina New" in texts(admin.get(URL), "//tbody//a/span[2]")


def test_what_is_wrong_is_told_and_kept(world: Application, admin: Browser) -> None:
    answer = unchanged(world, lambda: add(admin, email="no address", name=""))
    assert answer.status_code == 422
    assert texts(answer, "//input[@name='email']/@value") == ["no address"]
    assert "seller" in texts(answer, "//input[@name='roles'][@checked]/@value")
    taken = unchanged(world, lambda: add(admin, email=SELLER))
    assert texts(taken, "//div[contains(@class, 'wrong')]/@data-field") == ["email"]


def test_a_new_password_ends_the_sessions(world: Application, admin: Browser) -> None:
    seller, person = world.browser(SELLER), world.people[SELLER]
    admin.get(f"{URL}/{person}")
    password = texts(admin.post(f"{URL}/{person}/password"), "//code")[0]
    assert seller.get("/").status_code == 303
    assert world.browser().log_in(SELLER).status_code == 422
    assert world.browser().log_in(SELLER, password).status_code == 303


def test_one_who_may_not_log_in_is_out_at_once(world: Application, admin: Browser) -> None:
    seller, person = world.browser(SELLER), world.people[SELLER]
    assert send(admin, f"{URL}/{person}", active=[""]).status_code == 303
    assert seller.get("/").status_code == 303
    assert world.browser().log_in(SELLER).status_code == 422
    assert send(admin, f"{URL}/{person}", active=["", "1"]).status_code == 303
    assert world.browser().log_in(SELLER).status_code == 303


def test_sessions_are_ended(world: Application, admin: Browser) -> None:
    seller, person = world.browser(SELLER), world.people[SELLER]
    admin.get(f"{URL}/{person}")
    assert admin.post(f"{URL}/{person}/sessions").status_code == 303
    assert seller.get("/").status_code == 303


def test_roles_change(world: Application, admin: Browser) -> None:
    person = world.people[SELLER]
    send(admin, f"{URL}/{person}", roles=["reader", "no such role"])
    assert world.actor(SELLER).roles == ("reader",)


def test_nobody_takes_the_studio_away_from_oneself(world: Application, admin: Browser) -> None:
    own = f"{URL}/{world.people[ADMIN]}"
    for changed, place in (({"roles": ["seller"]}, "roles"), ({"active": [""]}, "active")):
        answer = unchanged(world, lambda changed=changed: send(admin, own, **changed))  # type: ignore[misc]
        assert texts(answer, "//div[contains(@class, 'wrong')]/@data-field") == [place]


def test_what_the_form_did_not_show_stays(world: Application, admin: Browser) -> None:
    person = world.people[SELLER]
    send(admin, f"{URL}/{person}", job="Key accounts")
    values = world.runtime
    with values.reading() as unit:
        from kartoteka.platform.actors import SYSTEM
        from kartoteka.platform.query import Query, get

        row = get(unit, SYSTEM, Query("user", ("name", "job", "time_zone", "roles")), person)
    assert (row.values["name"], row.values["job"], row.values["time_zone"]) == ("Sam Seller", "Key accounts", "UTC")
    assert tuple(row.values["roles"]) == ("seller",)
