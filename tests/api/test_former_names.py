"""Programs that know earlier names go on working: in what they read, filter, sort and write, and in addresses."""

from __future__ import annotations

from kartoteka.metadata.changes import Change, RenameEntity, RenameField
from kartoteka.platform.configuration import load_stack
from kartoteka.platform.plans import make_plan
from kartoteka.platform.publishing import publish
from tests.api.programs import Program, codes
from tests.application import Application, unchanged


def carry_out(world: Application, *changes: Change) -> None:
    """Publish renames."""
    for change in changes:
        with world.runtime.reading() as unit:
            stack = load_stack(unit.connection).with_local(change.applied_to(unit.model.catalog).trees)
            plan = make_plan(unit.connection, unit.model, stack)
        assert publish(world.runtime.database, plan, actor="test")


def test_the_old_name_of_a_field_is_read_filtered_sorted_and_written(world: Application, admin: Program) -> None:
    for number, city in enumerate(("East", "West"), 1):
        admin.make("client", name=f"C{number}", city=city)
    carry_out(world, RenameField(entity="client", key="city", to="town", formerly=("city",), was=()))
    found = admin.get("/client", fields="name,city", where='city = "West"', sort="-city").json()["records"]
    assert [each["values"] for each in found] == [{"name": "C2", "city": "West"}]
    changed = admin.change(f"/client/{found[0]['id']}", found[0]["version"], city="North").json()
    assert changed["values"]["town"] == "North"
    made = admin.make("client", name="C3", city="South")
    assert made["values"]["town"] == "South"
    assert "city" not in made["values"]


def test_one_field_under_both_its_names_is_refused(world: Application, admin: Program) -> None:
    carry_out(world, RenameField(entity="client", key="city", to="town", formerly=("city",), was=()))
    made = admin.make("client", name="C1")
    url = f"/client/{made['id']}"
    answer = unchanged(world, lambda: admin.change(url, made["version"], city="A", town="B"))
    assert answer.status_code in (400, 422), codes(answer)


def test_the_old_name_of_a_card_type_leads_to_it(world: Application, admin: Program) -> None:
    made = admin.make("client", name="C1", city="East")
    carry_out(
        world,
        RenameEntity(entity="client", to="firm", formerly=("client",), was=()),
        RenameField(entity="deal", key="client", to="buyer", formerly=("client",), was=()),
    )
    assert admin.get(f"/client/{made['id']}").json() == admin.get(f"/firm/{made['id']}").json()
    assert admin.change(f"/client/{made['id']}", made["version"], city="West").status_code == 200
    admin.make("deal", subject="D", client=made["id"])
    found = admin.get("/deal", fields="client.city", where='client.city = "West"').json()["records"]
    assert [each["values"] for each in found] == [{"client.city": "West"}]


def test_what_is_hidden_stays_hidden_under_its_old_name(world: Application, admin: Program, seller: Program) -> None:
    before = seller.get("/client", fields="credit").json()
    carry_out(world, RenameField(entity="client", key="credit", to="limit", formerly=("credit",), was=()))
    for asked in ({"fields": "credit"}, {"where": "credit > 1"}, {"sort": "credit"}):
        answer = seller.get("/client", **asked)
        assert answer.status_code == 400, asked
        assert "limit" not in answer.text
    assert seller.get("/client", fields="credit").json() == before
