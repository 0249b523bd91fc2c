"""Records over the API: what is read, written, refused; a refusal leaves the database as it was."""

import json
from typing import Any

import pytest

from tests.api.programs import Program, codes
from tests.application import Application, unchanged

WHOLE = {
    "name": "Acme",
    "inn": "1234567890",
    "city": "Łódź",
    "segment": "key",
    "rank": 3,
    "credit": {"amount": "12.30", "currency": "PLN"},
    "remark": "one\ntwo",
    "active": False,
    "founded": "2001-02-03",
    "met_at": "2026-01-01T10:00:00Z",
    "tags": ["a", "b"],
}


def test_a_record_is_read_back_as_it_was_written(admin: Program) -> None:
    parent = admin.make("client", name="Parent")
    made = admin.make("client", **WHOLE, parent=parent["id"])
    assert made["title"] == "Acme"
    assert WHOLE.items() <= made["values"].items()
    assert made["values"]["code"] == "C-0002"
    assert made["values"]["risk"] == "4.10"
    assert made["values"]["parent"] == {"id": parent["id"], "title": "Parent"}
    assert admin.get(f"/client/{made['id']}").json() == made


def test_what_was_read_can_be_written_back(admin: Program) -> None:
    parent = admin.make("client", name="Parent")
    made = admin.make("client", **WHOLE, parent=parent["id"])
    answer = admin.change(f"/client/{made['id']}", made["version"], **made["values"])
    assert answer.status_code == 200
    assert answer.json() == made  # nothing changed, so not even the version


def test_making_tells_where_the_record_is(admin: Program) -> None:
    answer = admin.call("POST", "/client?fields=name", json={"values": {"name": "Acme"}})
    assert answer.headers["location"] == "/-/api/v1/records/client/1"
    assert answer.headers["etag"] == '"1"'
    assert answer.json() == {"id": 1, "version": 1, "title": "Acme", "values": {"name": "Acme"}}
    assert admin.client.get(answer.headers["location"]).status_code == 200


def test_several_are_made_in_order(admin: Program) -> None:
    answer = admin.call("POST", "/client", json=[{"values": {"name": name}} for name in ("b", "a", "c")])
    assert answer.status_code == 201
    names = [admin.get(f"/client/{each}").json()["title"] for each in answer.json()["ids"]]
    assert names == ["b", "a", "c"]


def test_of_several_all_or_none_are_made(world: Application, admin: Program) -> None:
    good, bad = {"values": {"name": "good"}}, {"values": {"inn": "12", "rank": "many", "zzz": 1}}
    answer = unchanged(world, lambda: admin.call("POST", "/client", json=[good, bad, good]))
    assert answer.status_code == 422
    found = {(each["code"], each["pointer"]) for each in answer.json()["problems"]}
    assert found == {
        ("required", "/1/values/name"),
        ("text.pattern", "/1/values/inn"),
        ("integer.not_integer", "/1/values/rank"),
        ("field.unknown", "/1/values/zzz"),
    }


def test_the_same_unique_value_twice_in_a_call(world: Application, admin: Program) -> None:
    twice = [{"values": {"name": name, "inn": "1234567890"}} for name in "ab"]
    answer = unchanged(world, lambda: admin.call("POST", "/client", json=twice))
    assert [(each["code"], each["pointer"]) for each in answer.json()["problems"]] == [("not_unique", "/1/values/inn")]


def test_only_what_is_named_changes(admin: Program) -> None:
    made = admin.make("client", **WHOLE)
    changed = admin.change(f"/client/{made['id']}", city=None, rank=5).json()
    assert changed["version"] == 2
    assert changed["values"] == made["values"] | {"city": None, "rank": 5}


def test_changes_of_other_fields_merge_and_of_the_same_conflict(world: Application, admin: Program) -> None:
    address = f"/client/{admin.make('client', name='Acme', city='Here')['id']}"
    assert admin.change(address, 1, city="There").status_code == 200
    assert admin.change(address, 1, rank=1).json()["version"] == 3
    answer = unchanged(world, lambda: admin.change(address, 1, city="Elsewhere"))
    assert answer.status_code == 409
    assert codes(answer) == [("record.changed", None)]
    assert answer.json()["details"] == [{"field": "city", "theirs": "There", "yours": "Elsewhere"}]


def test_the_version_may_come_as_a_tag(world: Application, admin: Program) -> None:
    address = f"/client/{admin.make('client', name='Acme')['id']}"
    admin.change(address, name="Other")
    old, body = {"if-match": '"1"'}, {"values": {"name": "Mine"}}
    assert unchanged(world, lambda: admin.call("PATCH", address, json=body, headers=old)).status_code == 409
    assert unchanged(world, lambda: admin.call("DELETE", address, headers=old)).status_code == 409
    new = {"if-match": admin.get(address).headers["etag"]}
    for version in (None, 0, True, "1", 1.0):
        answer = admin.call("PATCH", address, json=body | {"version": version})
        assert (answer.status_code, codes(answer)) == (400, [("body.shape", None)])
    both = body | {"version": 1}
    assert codes(admin.call("PATCH", address, json=both, headers=new)) == [("request.two_versions", None)]
    assert codes(admin.call("PATCH", address, json=body, headers={"if-match": '"x"'})) == [("request.if_match", None)]
    assert admin.call("PATCH", address, json=body, headers=new).status_code == 200
    assert admin.call("DELETE", address, headers={"if-match": '"3"'}).status_code == 204


def test_trash_and_back(admin: Program) -> None:
    address = f"/client/{admin.make('client', name='Acme', inn='1234567890')['id']}"
    assert admin.call("DELETE", address).status_code == 204
    assert admin.get(address).status_code == 404
    assert admin.get("/client").json()["records"] == []
    assert [each["title"] for each in admin.get("/client", trash="1").json()["records"]] == ["Acme"]
    other = admin.make("client", name="Taker", inn="1234567890")
    assert codes(admin.call("POST", f"{address}/restore")) == [("not_unique", "inn")]
    admin.call("DELETE", f"/client/{other['id']}")
    assert admin.call("POST", f"{address}/restore").json()["values"]["inn"] == "1234567890"


def test_history_tells_old_and_new(admin: Program, seller: Program) -> None:
    made = seller.make("client", name="Acme")
    address = f"/client/{made['id']}"
    admin.change(address, name="Bcme", credit="5")
    entries = admin.get(f"{address}/history").json()["entries"]
    assert [(each["version"], each["action"]) for each in entries] == [(1, "create"), (2, "update")]
    assert entries[1]["changes"] == {
        "name": {"old": "Acme", "new": "Bcme"},
        "credit": {"old": None, "new": {"amount": "5.00", "currency": "EUR"}},
    }
    assert "credit" not in seller.get(f"{address}/history").text
    admin.change(address, credit="6")
    assert [each["version"] for each in seller.get(f"{address}/history").json()["entries"]] == [1, 2]
    assert [each["version"] for each in admin.get(f"{address}/history", since="2").json()["entries"]] == [3]


# --- lists ------------------------------------------------------------------------------------------------


@pytest.fixture
def ten(admin: Program) -> list[int]:
    """Make ten clients."""
    batch = [{"values": {"name": f"Client {n}", "rank": n, "city": "North" if n % 2 else "South"}} for n in range(10)]
    ids: list[int] = admin.call("POST", "/client", json=batch).json()["ids"]
    return ids


def names(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [record["title"].removeprefix("Client ") for record in answer.json()["records"]]


def test_filters_and_order(admin: Program, ten: list[int]) -> None:
    assert names(admin.get("/client", where='city = "North"', sort="-rank")) == list("97531")
    assert names(admin.get("/client", **{"f.rank": "3..5", "f.city": "north"})) == list("35")
    assert names(admin.call("GET", "/client", params=[("where", "rank > 3"), ("where", "rank < 6")])) == list("45")
    assert names(admin.get("/client", sort="city,-rank", limit="3")) == list("975")


def test_pages_follow_each_other_both_ways(admin: Program, ten: list[int]) -> None:
    first = admin.get("/client", sort="-rank", limit="4")
    assert names(first) == list("9876")
    assert first.json()["before"] is None
    second = admin.get("/client", sort="-rank", limit="4", after=first.json()["after"])
    assert names(second) == list("5432")
    third = admin.get("/client", sort="-rank", limit="4", after=second.json()["after"])
    assert (names(third), third.json()["after"]) == (list("10"), None)
    assert names(admin.get("/client", sort="-rank", limit="4", before=third.json()["before"])) == list("5432")


def test_counts(admin: Program, ten: list[int]) -> None:
    assert "count" not in admin.get("/client").json()
    for wanted in ("exact", "capped"):
        answer = admin.get("/client", count=wanted, where="rank > 6", limit="1").json()
        assert (answer["count"], answer["count_is_exact"]) == (3, True)


def test_fields_over_links_and_of_every_record(admin: Program) -> None:
    parent = admin.make("client", name="Parent", city="South")
    admin.make("client", name="Child", parent=parent["id"])
    [record] = admin.get("/client", fields="id,parent.city,created_by,parent", where='name = "Child"').json()["records"]
    assert record["values"] == {
        "id": 2,
        "parent.city": "South",
        "created_by": {"id": 1, "title": "Ada Admin"},
        "parent": {"id": 1, "title": "Parent"},
    }


def test_text_is_found(admin: Program, ten: list[int]) -> None:
    admin.make("client", name="Quokka Ltd", remark="a marsupial")
    assert names(admin.get("/client", q="quokka")) == ["Quokka Ltd"]
    hits = admin.get("/-/api/v1/search", q="quokka").json()["hits"]
    assert hits == [{"entity": "client", "id": 11, "title": "Quokka Ltd"}]
    assert admin.get("/-/api/v1/search", q="quokka", entity="deal").json()["hits"] == []


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({"feilds": "name"}, "request.unknown_parameter"),
        ({"f.nothing": "1"}, "query.unknown_field"),
        ({"f.rank": "many"}, "number.not_a_number"),
        ({"where": "rank >"}, "expression.syntax"),
        ({"where": "rank + 1"}, "query.no_condition"),
        ({"fields": "name,nothing"}, "query.unknown_field"),
        ({"sort": "tags"}, "query.not_sortable"),
        ({"sort": "a,b,c,d,e"}, "request.too_many_sorts"),
        ({"limit": "501"}, "request.number"),
        ({"limit": "x"}, "request.number"),
        ({"count": "all"}, "request.word"),
        ({"trash": "yes"}, "request.word"),
        ({"after": "x"}, "query.bad_cursor"),
        ({"after": "x", "before": "y"}, "request.one_direction"),
        ({"where": "name = \x00"}, "expression.character"),
    ],
)
def test_a_question_without_sense(lite: Application, parameters: dict[str, str], code: str) -> None:
    answer = Program(lite, "admin@test.example").get("/client", **parameters)
    assert answer.status_code == 400, answer.text
    assert codes(answer)[0][0] == code


# --- bodies -----------------------------------------------------------------------------------------------

JSON = {"content-type": "application/json"}


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "body.not_json"),
        (b"", 400, "body.not_json"),
        (b'{"values": {"rank": NaN}}', 400, "body.not_json"),
        (b'{"values": {"name": "\\ud800"}}', 400, "body.not_json"),
        (b"\xff", 400, "body.not_json"),
        (b"[" * 100_000 + b"]" * 100_000, 400, "body.not_json"),
        (b'{"values": {"name": "a", "name": "b"}}', 400, "body.repeated_name"),
        (b'{"name": "a"}', 400, "body.shape"),
        (b'"a"', 400, "body.shape"),
        (b'{"values": []}', 400, "body.shape"),
        (b'{"values": {}, "id": 7}', 400, "body.unknown_property"),
        (b"[" + b",".join([b'{"values":{}}'] * 1001) + b"]", 400, "body.too_many"),
        (b'{"values": {"name": ' + b"9" * 5000 + b"}}", 400, "body.not_json"),
        (b'{"values": {"name": 5}}', 422, "text.not_text"),
        (b'{"values": {"name": "a", "parent": {"id": 1, "x": 2}}}', 422, "link.not_an_id"),
        (b'{"values": {"name": "a", "parent": 99}}', 422, "link.not_found"),
        (b'{"values": {"name": "a", "credit": {"amount": 1e400}}}', 422, "number.not_a_number"),
        (b'{"values": {"name": "a\\u0000b"}}', 422, "text.control_character"),
    ],
)
def test_a_body_without_sense(lite: Application, body: bytes, status: int, code: str) -> None:
    admin = Program(lite, "admin@test.example")
    answer = unchanged(lite, lambda: admin.call("POST", "/client", content=body, headers=JSON))
    assert answer.status_code == status, answer.text
    assert codes(answer)[0][0] == code


def test_other_bodies(lite: Application) -> None:
    admin = Program(lite, "admin@test.example")
    form = unchanged(lite, lambda: admin.call("POST", "/client", data={"name": "a"}))
    assert (form.status_code, codes(form)[0][0]) == (415, "body.media_type")
    large = json.dumps({"values": {"name": "a" * (17 * 1024 * 1024)}}).encode()
    answer = unchanged(lite, lambda: admin.call("POST", "/client", content=large, headers=JSON))
    assert (answer.status_code, codes(answer)[0][0]) == (413, "body.too_large")


def test_nothing_there(lite: Application) -> None:
    admin = Program(lite, "admin@test.example")
    for path in ("/nothing", "/client/1", "/client/x", "/client/99999999999999999999", "/-/api/v1/other", "/-/api/v2"):
        answer = unchanged(lite, lambda path=path: admin.get(path))  # type: ignore[misc]
        assert answer.status_code == 404, path
        assert codes(answer)
    answer = unchanged(lite, lambda: admin.call("PUT", "/client/1", json={}))
    assert (answer.status_code, answer.headers["allow"]) == (405, "DELETE, GET, HEAD, PATCH")


def test_sentences_come_in_the_language_asked_for(lite: Application) -> None:
    admin = Program(lite, "admin@test.example")
    said = {
        language: admin.call("GET", "/nothing", headers={"accept-language": language}).json()["title"]
        for language in ("en", "ru", "pl-PL,pl;q=0.9", "xx")
    }
    assert said["en"] == said["xx"] == "There is nothing here"
    assert len(set(said.values())) == 3
