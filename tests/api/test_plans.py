"""Plans over the API: the plan that is shown is the plan that is carried out, only by administrators, only if fresh."""

from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile, ZipInfo

import pytest

from kartoteka.platform import forecasts
from kartoteka.platform.actors import SYSTEM
from kartoteka.platform.preparing import publications
from kartoteka.platform.query import Query, count
from tests.api.programs import BASE, Program, codes, undisturbed
from tests.application import Application, unchanged
from tests.zips import zipped

PLANS = f"{BASE}/plans"
MORE: dict[str, Any] = {
    "kartoteka.json": {"format": 1, "key": "more", "version": "1.0.0"},
    "entities/thing.json": {"key": "thing", "label": "Thing", "fields": [{"key": "name", "type": "text"}]},
    "entities/client.json": {"key": "client", "fields": [{"key": "size", "type": "integer", "label": "Size"}]},
}


def zipped_without_a_name() -> bytes:
    """Return a zip whose only entry is called nothing at all."""
    target = BytesIO()
    with ZipFile(target, "w") as archive:
        entry = ZipInfo("x")
        entry.filename = ""
        archive.writestr(entry, b"{}")
    return target.getvalue()


def send(admin: Program, files: dict[str, Any], **parameters: str) -> Any:
    return admin.call("POST", PLANS, json=files, params=parameters)


def test_plan_then_publish(world: Application, admin: Program) -> None:
    with undisturbed(world):
        plan = send(admin, MORE).json()
    assert [each["change"]["change"] for each in plan["changes"]] == ["add_field", "add_entity"]
    assert plan["changes"][0]["message"]
    assert plan["harmless"]
    published = send(admin, MORE, apply="1", expect=plan["base"], why="more").json()["published"]
    assert published["hash"] == plan["hash"]
    assert admin.make("thing", name="A thing")["title"] == "A thing"
    assert admin.make("client", name="Acme", size=5)["values"]["size"] == 5
    again = send(admin, MORE).json()
    assert (again["changes"], again["base"]) == ([], plan["hash"])
    assert send(admin, MORE, apply="1", expect=plan["hash"]).json()["published"] is None


def test_the_packages_rows_and_tests_are_told(world: Application, admin: Program) -> None:
    expected = {"totals": [{"label": "Two things", "entity": "thing", "equals": 2}]}
    files = {**MORE, "tests/things.json": expected}
    body = zipped({**files, "data/thing.csv": "ref,name\na,A\nb,B\n"})
    sent = {"content": body, "headers": {"content-type": "application/zip"}}
    with undisturbed(world):
        plan = admin.call("POST", PLANS, params={"tests": "1"}, **sent).json()
        assert admin.call("POST", PLANS, **sent).json()["tests"] is None
    (line,) = plan["rows"]
    assert (line["entity"], line["counts"]) == ("thing", {"new": 2})
    assert line["message"] == "Reference data of “Thing”: 2 rows are new."
    assert (plan["tests"]["passed"], plan["tests"]["count"], plan["tests"]["mended"]) == (1, 1, 1)
    admin.call("POST", PLANS, params={"apply": "1", "expect": plan["base"]}, **sent)
    with world.runtime.reading() as unit:
        assert count(unit, SYSTEM, Query("thing")) == 2


def test_a_zip_is_taken_too(admin: Program) -> None:
    body, headers = zipped(MORE), {"content-type": "application/zip"}
    answer = admin.call("POST", PLANS, content=body, headers=headers)
    assert answer.json() == send(admin, MORE).json()


def test_a_stale_plan_is_refused_with_the_difference(world: Application, admin: Program) -> None:
    plan = send(admin, MORE).json()
    other = {"kartoteka.json": {"format": 1, "key": "other", "version": "1.0.0"}, "entities/x.json": {"key": "x"}}
    send(admin, other, apply="1", expect=plan["base"])
    answer = unchanged(world, lambda: send(admin, MORE, apply="1", expect=plan["base"]))
    assert (answer.status_code, codes(answer)) == (409, [("plan.stale", None)])
    assert [each["message"] for each in answer.json()["details"]] == ["New card type “X” with 0 fields."]


def test_nothing_is_published_without_an_expectation(world: Application, admin: Program) -> None:
    for expected in ("", "abc"):
        answer = unchanged(world, lambda expected=expected: send(admin, MORE, apply="1", expect=expected))  # type: ignore[misc]
        assert codes(answer) == [("plan.no_expectation", None)]


def test_all_problems_come_with_file_and_pointer(world: Application, admin: Program) -> None:
    broken = {
        **MORE,
        "entities/client.json": {"key": "client", "fields": [{"key": "Size", "type": "integer"}]},
        "lists/thing/all.json": {"entity": "thing", "key": "all", "columns": [{"field": "name", "wide": 5}]},
    }
    answer = unchanged(world, lambda: send(admin, broken))
    assert answer.status_code == 422
    places = {(each["file"], each["pointer"]) for each in answer.json()["problems"]}
    assert places == {("entities/client.json", "/fields/0/key"), ("lists/thing/all.json", "/columns/0/wide")}


@pytest.mark.parametrize(
    ("body", "media_type", "status", "code"),
    [
        (b"not a zip", "application/zip", 422, "package.broken_zip"),
        (zipped_without_a_name(), "application/zip", 422, "package.broken_zip"),
        (zipped({"../out.json": {}}), "application/zip", 422, "package.path_leads_out"),
        (b'{"../out.json": {}}', "application/json", 422, "package.path_leads_out"),
        (b'{"/etc/x.json": {}}', "application/json", 422, "package.path_leads_out"),
        (b'{"": {}}', "application/json", 400, "body.unknown_property"),
        (b"[]", "application/json", 400, "body.shape"),
        (b'{"kartoteka.json": 5}', "application/json", 400, "body.shape"),
        (b"x", "text/plain", 415, "body.media_type"),
    ],
)
def test_bad_bodies(lite: Application, body: bytes, media_type: str, status: int, code: str, tmp_path: Path) -> None:
    admin = Program(lite, "admin@test.example")
    send_it = lambda: admin.call("POST", PLANS, content=body, headers={"content-type": media_type})  # noqa: E731
    answer = unchanged(lite, send_it)
    assert (answer.status_code, codes(answer)[0][0]) == (status, code), answer.text


def test_what_data_forbid_is_told_and_refused(world: Application, admin: Program) -> None:
    for _ in range(2):
        admin.make("client", name="Acme", city="Same")
    change = {**MORE, "entities/client.json": {"key": "client", "fields": [{"key": "city", "unique": True}]}}
    plan = send(admin, change)
    [line] = [each for each in plan.json()["changes"] if each["problems"]]
    assert line["problems"][0]["code"] == "plan.not_unique"
    answer = unchanged(world, lambda: send(admin, change, apply="1", expect=plan.json()["base"]))
    assert (answer.status_code, codes(answer)) == (422, [("plan.not_unique", "city")])


UPGRADE: dict[str, Any] = {
    **MORE,
    "kartoteka.json": {"format": 1, "key": "more", "version": "1.1.0"},
    "entities/client.json": {"key": "client", "fields": [{"key": "size", "type": "integer", "label": "Extent"}]},
}
OWN: dict[str, Any] = {
    "kartoteka.json": {"format": 1, "key": "local", "version": "0.0.0"},
    "entities/client.json": {"key": "client", "fields": [{"key": "size", "label": "Mine"}]},
}


def publish(admin: Program, files: dict[str, Any], **parameters: str) -> Any:
    base = admin.get(f"{BASE}/packages").json()["hash"]
    return send(admin, files, apply="1", expect=base, **parameters)


def test_an_upgrade_tells_its_collisions_and_takes_decisions(world: Application, admin: Program) -> None:
    assert publish(admin, MORE).status_code == 200
    assert publish(admin, OWN).status_code == 200
    (collision,) = send(admin, UPGRADE).json()["collisions"]
    assert (collision["was"], collision["package_says"], collision["yours"]) == ("Size", "Extent", "Mine")
    assert (collision["decision"], collision["decided"]) == ("keep", "default")
    with undisturbed(world):
        assert codes(publish(admin, UPGRADE, undecided="stop")) == [("upgrade.undecided", None)]
        older = {**UPGRADE, "kartoteka.json": {"format": 1, "key": "more", "version": "0.9.0"}}
        assert codes(publish(admin, older)) == [("package.downgrade", None)]
    names = ("package", "definition", "property")
    decisions = {"format": 1, "decisions": [{**{name: collision[name] for name in names}, "decision": "take"}]}
    published = publish(admin, {**UPGRADE, "decisions.json": decisions}).json()
    assert published["collisions"][0]["decided"] == "given"
    found = admin.get(f"{BASE}/explain/client.size").json()["properties"]
    label = next(each for each in found if each["property"] == "label")
    assert (label["value"], label["layer"], label["version"]) == ("Extent", "more", "1.1.0")
    assert label["actor"] == "Ada Admin"


def test_a_package_is_uninstalled(world: Application, admin: Program, seller: Program) -> None:
    before = admin.get(f"{BASE}/packages").json()
    publish(admin, MORE)
    assert [each["key"] for each in admin.get(f"{BASE}/packages").json()["packages"]][-1] == "more"
    base = admin.get(f"{BASE}/packages").json()["hash"]
    gone = {"uninstall": "more", "apply": "1", "expect": base}
    with undisturbed(world):
        assert admin.call("POST", PLANS, params={"uninstall": "none"}).status_code == 422
        assert seller.call("POST", PLANS, params=gone).status_code == 403
    assert admin.call("POST", PLANS, params=gone).status_code == 200
    assert admin.get(f"{BASE}/packages").json() == before


def test_only_administrators_see_the_configuration(seller: Program) -> None:
    for path in ("packages", "explain/client.name", "explain/lists/client/all"):
        assert codes(seller.get(f"{BASE}/{path}")) == [("access.forbidden", None)]


def test_what_is_not_there_can_not_be_explained(admin: Program) -> None:
    assert admin.get(f"{BASE}/explain/lists/client/all").json()["properties"][0]["layer"] == "small"
    for name in ("none", "client.none", "lists/client/none"):
        assert admin.get(f"{BASE}/explain/{name}").status_code == 404


def test_values_that_lose_something_need_a_decision_in_the_body(world: Application, admin: Program) -> None:
    record = admin.make("client", name="Acme", remark="0123456789")
    change = {**MORE, "entities/client.json": {"key": "client", "fields": [{"key": "remark", "type": "integer"}]}}
    del change["entities/thing.json"]
    plan = send(admin, change).json()
    [line] = [each for each in plan["changes"] if "values" in each]
    assert line["values"]["lossy"] == 1
    assert line["values"]["samples"][0]["becomes"] == "123456789"
    answer = unchanged(world, lambda: send(admin, change, apply="1", expect=plan["base"]))
    assert (answer.status_code, codes(answer)) == (422, [("plan.values_lossy", "remark")])
    decided = {**change, "decisions.json": {"format": 1, "values": {"client.remark": {"lossy": True}}}}
    assert send(admin, decided, apply="1", expect=plan["base"]).json()["published"]
    assert admin.call("GET", f"{BASE}/records/client/{record['id']}").json()["values"]["remark"] == 123456789


def test_a_publish_over_a_big_table_goes_on_by_itself(
    world: Application, admin: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forecasts, "MOST_FILLED_AT_ONCE", 2)
    for rank in range(3):
        admin.make("client", name=f"Client {rank}", rank=rank)
    client = {"key": "client", "fields": [{"key": "rank", "type": "text"}]}
    package = {"kartoteka.json": MORE["kartoteka.json"], "entities/client.json": client}
    plan = send(admin, package).json()
    assert [each["code"] for each in plan["forecast"]] == ["effect.in_background"]
    answer = send(admin, package, apply="1", expect=plan["base"])
    assert answer.status_code == 202
    begun = answer.json()["publishing"]
    assert (begun["status"], begun["entry"]) == ("preparing", None)
    assert codes(send(admin, MORE, apply="1", expect=plan["base"])) == [("plan.under_way", None)]
    assert publications.take_over(world.runtime, lambda _: None)
    ended = admin.get(f"{BASE}/publishing/{begun['id']}").json()
    assert ended["status"] == "published"
    assert ended["entry"]
    assert codes(admin.call("POST", f"{BASE}/publishing/{begun['id']}/cancel")) == [("preparation.over", None)]
