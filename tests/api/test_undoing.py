"""Undo over the API: looked at first, carried out for what was looked at, collisions decided by name."""

from __future__ import annotations

from typing import Any

from tests.api.programs import BASE, Program, codes, undisturbed
from tests.api.test_plans import MORE, OWN, publish
from tests.application import Application, unchanged

JOURNAL = f"{BASE}/journal"
LABEL = "entity/client/fields/size/label"


def newest(admin: Program) -> dict[str, Any]:
    found: dict[str, Any] = admin.get(JOURNAL, limit="1").json()["entries"][0]
    return found


def undo(admin: Program, number: int, body: Any = None, **parameters: str) -> Any:
    sent = {} if body is None else {"json": body}
    return admin.call("POST", f"{JOURNAL}/{number}/undo", params=parameters, **sent)


def relabelled(label: str) -> dict[str, Any]:
    """Return the client's own layer with a label of its own."""
    return {**OWN, "entities/client.json": {"key": "client", "fields": [{"key": "size", "label": label}]}}


def test_the_journal_is_told_page_by_page(world: Application, admin: Program) -> None:
    publish(admin, MORE, why="more of it")
    first = newest(admin)
    assert (first["actor"], first["why"], first["undone_by"]) == ("Ada Admin", "more of it", None)
    assert first["sentences"][0].startswith("New field “Size”")
    older = admin.get(JOURNAL, before=str(first["number"])).json()["entries"]
    assert [each["number"] for each in older] == list(range(first["number"] - 1, 0, -1))
    assert codes(admin.get(JOURNAL, limit="101")) == [("request.number", None)]


def test_plan_then_undo_then_undo_of_that(world: Application, admin: Program) -> None:
    before = admin.get(f"{BASE}/packages").json()["hash"]
    publish(admin, MORE)
    record = admin.make("client", name="Acme", size=5)["id"]
    published = newest(admin)
    with undisturbed(world):
        plan = undo(admin, published["number"]).json()
    assert [each["change"]["change"] for each in plan["changes"]] == ["retire_field", "retire_entity"]
    assert (plan["undoes"], plan["collisions"], plan["hash"]) == (published["number"], [], before)
    done = undo(admin, published["number"], apply="1", expect=plan["base"], why="a mistake").json()["published"]
    assert done["hash"] == before
    found = newest(admin)
    assert (found["undoes"], found["why"], found["number"]) == (published["number"], "a mistake", done["number"])
    assert admin.get(JOURNAL).json()["entries"][1]["undone_by"] == done["number"]
    assert codes(undo(admin, published["number"])) == [("undo.done", None)]
    assert undo(admin, done["number"], apply="1", expect=before).status_code == 200
    assert admin.get(f"/client/{record}").json()["values"]["size"] == 5


def test_nothing_is_undone_without_an_expectation_or_for_a_stale_one(world: Application, admin: Program) -> None:
    publish(admin, MORE)
    published = newest(admin)
    base = admin.get(f"{BASE}/packages").json()["hash"]
    publish(admin, relabelled("Mine"))
    with undisturbed(world):
        assert codes(undo(admin, published["number"], apply="1")) == [("plan.no_expectation", None)]
        answer = undo(admin, published["number"], apply="1", expect=base)
    assert (answer.status_code, codes(answer)) == (409, [("plan.stale", None)])
    assert answer.json()["details"]


def test_what_collides_is_listed_and_decided_by_name(world: Application, admin: Program) -> None:
    publish(admin, MORE)
    publish(admin, relabelled("First"))
    first = newest(admin)
    publish(admin, relabelled("Second"))
    second = newest(admin)
    with undisturbed(world):
        plan = undo(admin, first["number"]).json()
        [collision] = plan["collisions"]
        assert (collision["name"], collision["now"], collision["taken_back"]) == (LABEL, "Second", "Size")
        assert (collision["number"], collision["actor"], collision["decision"]) == (second["number"], "Ada Admin", None)
        assert "“Second”" in collision["message"]
        base = {"apply": "1", "expect": plan["base"]}
        refused = undo(admin, first["number"], **base)
        assert (refused.status_code, codes(refused)) == (409, [("undo.collides", None)])
        assert codes(undo(admin, first["number"], {"choices": {"nothing": "keep"}})) == [
            ("body.unknown_property", None)
        ]
        bodies: list[Any] = [[], {"choices": []}, {"choices": {LABEL: "both"}}, {"choices": {}, "more": 1}]
        for body in bodies:
            assert codes(undo(admin, first["number"], body)) == [("body.shape", None)], body
        kept = undo(admin, first["number"], {"choices": {LABEL: "keep"}}).json()
        assert (kept["changes"], kept["collisions"][0]["decision"]) == ([], "keep")
        assert codes(undo(admin, first["number"], undecided="keep", **base)) == [("undo.nothing", None)]
        assert undo(admin, first["number"], undecided="take").json()["collisions"][0]["decision"] == "take"
    done = undo(admin, first["number"], {"choices": {LABEL: "take"}}, **base)
    assert done.status_code == 200, done.text
    fields = admin.get(f"{BASE}/explain/client.size").json()["properties"]
    assert next(each["value"] for each in fields if each["property"] == "label") == "Size"


def test_what_others_build_on_is_not_taken_away(world: Application, admin: Program) -> None:
    publish(admin, MORE)
    published = newest(admin)
    listed = {
        "kartoteka.json": OWN["kartoteka.json"],
        "lists/client/big.json": {"entity": "client", "key": "big", "columns": [{"field": "size"}]},
    }
    publish(admin, listed)
    answer = unchanged(world, lambda: undo(admin, published["number"]))
    assert (answer.status_code, answer.json()["problems"][0]["file"]) == (422, "lists/client/big.json")


def test_there_is_no_such_entry(world: Application, admin: Program) -> None:
    for number in ("99999", "0", "x", "9" * 30):
        answer = unchanged(world, lambda number=number: admin.call("POST", f"{JOURNAL}/{number}/undo"))  # type: ignore[misc]
        assert codes(answer) == [("journal.unknown", None)]
