"""What was taken out of use, over the API: listed, and deleted for good when its key is typed."""

from __future__ import annotations

from typing import Any

from tests.api.programs import BASE, Program, codes, undisturbed
from tests.api.test_plans import MORE, publish
from tests.application import Application

RETIRED = f"{BASE}/retired"
NOT_ANY_MORE = {**MORE, "kartoteka.json": {"format": 1, "key": "more", "version": "2.0.0"}}
del NOT_ANY_MORE["entities/client.json"]


def retire_a_field(admin: Program) -> int:
    """Give clients a field with two values, and take it out of use; return the number of a client that had one."""
    publish(admin, MORE)
    admin.make("client", name="Acme", size=5)
    record: int = admin.make("client", name="Bolt", size=77777)["id"]
    assert publish(admin, NOT_ANY_MORE).status_code == 200
    return record


def purge(admin: Program, key: str, body: Any, **parameters: str) -> Any:
    return admin.call("POST", f"{RETIRED}/{key}/purge", json=body, params=parameters)


def test_it_is_listed_and_deleted_for_good(world: Application, admin: Program) -> None:
    record = retire_a_field(admin)
    [found] = admin.get(RETIRED).json()["retired"]
    assert (found["key"], found["label"], found["type"], found["count"]) == ("client.size", "Size", "integer", 2)
    assert (found["actor"], found["is_shadow"]) == ("Ada Admin", False)
    answer = purge(admin, "client.size", {"typed": "client.size"}, revision=str(found["revision"]), why="asked to")
    assert (answer.status_code, answer.json()["count"]) == (200, 2), answer.text
    newest = admin.get(f"{BASE}/journal", limit="1").json()["entries"][0]
    assert (newest["number"], newest["why"]) == (answer.json()["number"], "asked to")
    assert admin.get(RETIRED).json() == {"retired": []}
    assert "77777" not in admin.get(f"/client/{record}/history").text
    assert codes(purge(admin, "client.size", {"typed": "client.size"})) == [("purge.unknown", None)]


def test_a_whole_card_type(world: Application, admin: Program) -> None:
    publish(admin, MORE)
    admin.make("thing", name="A thing")
    base = admin.get(f"{BASE}/packages").json()["hash"]
    admin.call("POST", f"{BASE}/plans", params={"uninstall": "more", "apply": "1", "expect": base})
    found = {each["key"]: each for each in admin.get(RETIRED).json()["retired"]}
    assert (found["thing"]["type"], found["thing"]["count"]) == (None, 1)
    assert purge(admin, "thing", {"typed": "thing"}).status_code == 200
    assert [each["key"] for each in admin.get(RETIRED).json()["retired"]] == ["client.size"]


def test_whatever_is_not_meant_is_refused(world: Application, admin: Program) -> None:
    retire_a_field(admin)
    with undisturbed(world):
        answer = purge(admin, "client.size", {"typed": "client.siz"})
        assert (answer.status_code, codes(answer)) == (422, [("purge.not_typed", "typed")])
        bodies: list[Any] = [{}, [], "client.size", {"typed": 5}, {"typed": "client.size", "force": True}]
        for body in bodies:
            assert codes(purge(admin, "client.size", body)) == [("body.shape", None)], body
        assert codes(purge(admin, "client.city", {"typed": "client.city"})) == [("purge.in_use", None)]
        for key in ("client.nothing", "nothing", "client.size.x", "%2e%2e"):
            assert codes(purge(admin, key, {"typed": key})) == [("purge.unknown", None)], key
        assert codes(purge(admin, "client.size", {"typed": "client.size"}, revision="1")) == [("purge.unknown", None)]
        assert codes(purge(admin, "client.size", {"typed": "client.size"}, revision="x")) == [("request.number", None)]
