"""Another key for a field, a card type, a list: everything follows, and the old name leads to it for ever."""

from typing import Any

import pytest

from tests.admin.conftest import ADMIN, SELLER
from tests.admin.pages import document, follow, publish, send, sentences, texts
from tests.application import Application, Browser, unchanged

CLIENT = "/-/admin/entity/client"
DEAL = "/-/admin/entity/deal"


def catalog_of(world: Application) -> Any:
    """Return the catalog in force."""
    with world.runtime.reading() as unit:
        return unit.model.catalog


def local_layer(world: Application) -> dict[str, Any]:
    """Return what the client's own layer says, by path."""
    from kartoteka.platform.configuration import load_stack

    with world.runtime.reading() as unit:
        return {i.path: tree for i, tree in load_stack(unit.connection).local.definitions.items()}


def rename(browser: Browser, url: str, key: str) -> list[str]:
    """Rename and publish; return what the review said."""
    page = follow(browser, send(browser, f"{url}/rename", key=key))
    assert page.status_code == 200
    said = sentences(browser.get("/-/admin/draft"))
    assert publish(browser).status_code == 303
    return said


def test_a_field_is_renamed_and_everything_follows(both: Application) -> None:
    admin = both.browser(ADMIN)
    said = rename(admin, f"{CLIENT}/field/credit", "limit")
    assert said == ["Field “credit” of “Client” is called “x_limit” from now on, in formulas and addresses."]
    catalog = catalog_of(both)
    assert catalog.fields("client")["risk"].type.expression == "x_limit / 3"
    assert "x_limit" in [column.field for column in catalog.lists("client")[0].columns]
    rights = catalog.roles["seller"].entities[0].fields
    assert {each.field: each.right for each in rights}["x_limit"] == "hide"
    assert "x_limit" not in both.browser(SELLER).get("/client/new?all=1").text
    # The package's files stay as they are; the client's own layer says two words.
    assert local_layer(both) == {
        "entities/client.json": {"key": "client", "fields": [{"key": "x_limit", "formerly": ["credit"]}]}
    }


def test_paths_over_links_and_rights_follow(both: Application) -> None:
    admin = both.browser(ADMIN)
    rename(admin, f"{CLIENT}/field/city", "town")
    rename(admin, f"{DEAL}/field/client", "customer")
    rename(admin, f"{CLIENT}/field/owner", "keeper")
    catalog = catalog_of(both)
    assert [column.field for column in catalog.lists("deal")[0].columns][-1] == "x_customer.x_town"
    assert catalog.roles["keeper"].entities[0].condition == 'x_town = "North"'
    assert catalog.roles["seller"].entities[1].condition == "x_customer.x_keeper = ME()"
    assert catalog.entities["client"].owner == "x_keeper"
    [related] = catalog.card("client").related
    assert related.link == "x_customer"
    assert admin.get("/deal").status_code == admin.get("/client/1").status_code == 200


def test_old_names_stay_valid_in_addresses_forms_and_the_api(both: Application) -> None:
    admin = both.browser(ADMIN)
    rename(admin, f"{CLIENT}/field/city", "town")
    listed = admin.get("/client?f.city=South&sort=-city")
    assert "Client 3" in listed.text
    assert "Client 1" not in listed.text
    assert "Client 3" in admin.get('/client?where=city = "South"').text
    saved = admin.post("/client/1/edit", {"rendered": "city", "city": "East", "version": "1"})
    assert saved.status_code == 303, saved.text[:500]
    with both.runtime.reading() as unit:
        from kartoteka.platform.actors import SYSTEM
        from kartoteka.platform.query import Query, get

        row = get(unit, SYSTEM, Query("client", ("x_town", "city")), 1)
    assert row.values == {"x_town": "East", "city": "East"}


def test_a_card_type_is_renamed_and_old_addresses_lead_there(both: Application) -> None:
    admin = both.browser(ADMIN)
    rename(admin, CLIENT, "company")
    catalog = catalog_of(both)
    assert "client" not in catalog.entities
    assert [each.entity for each in catalog.lists("x_company")] == ["x_company"]
    assert catalog.fields("deal")["client"].type.links_to == "x_company"
    assert local_layer(both) == {"entities/x_company.json": {"key": "x_company", "formerly": ["client"]}}
    for url in ("/client", "/client?f.city=South", "/client/3", "/client/3/edit", "/client/new", "/client.csv"):
        answer = admin.get(url)
        while answer.status_code in (303, 307, 308):
            answer = admin.get(answer.headers["location"].removeprefix("http://testserver"))
        assert answer.status_code == 200, url
    assert admin.post("/client/1/edit", {"rendered": "city", "city": "East", "version": "1"}).status_code == 303
    assert "x_company" in admin.get("/x_company").text


def test_a_list_is_renamed_and_its_old_address_opens_it(world: Application, admin: Browser) -> None:
    send(admin, f"{CLIENT}/new-list", label__en="Southern", filter='city = "South"', do="publish")
    said = rename(admin, f"{CLIENT}/list/x_southern", "x_south")
    assert said[0].startswith("List “Southern” of “Client” is called “x_south” instead of “x_southern” in addresses.")
    for name in ("x_south", "x_southern"):
        listed = admin.get(f"/client?list={name}").text
        assert "Client 3" in listed, name
        assert "Client 1" not in listed, name


def test_a_draft_of_one_rename_is_one_change_and_undo_gives_the_same_hash(both: Application) -> None:
    admin = both.browser(ADMIN)
    before, data = catalog_of(both).hash, both.create("client", name="Fifth", city="West")
    rename(admin, f"{CLIENT}/field/city", "town")
    newest = document(admin.get("/-/admin/journal")).xpath("//ol[contains(@class, 'journal')]/li[1]/a/@href")[0]
    expected = document(admin.get(newest)).xpath("//input[@name='expected']/@value")[0]
    assert admin.post(newest, {"expected": expected}).status_code == 303
    assert catalog_of(both).hash == before
    assert "West" in admin.get(f"/client/{data}").text


def test_renamed_there_and_back_is_no_change(world: Application, admin: Browser) -> None:
    before = catalog_of(world).hash
    rename(admin, f"{CLIENT}/field/city", "town")
    assert local_layer(world)["entities/client.json"]["fields"] == [{"key": "x_town", "formerly": ["city"]}]
    rename(admin, f"{CLIENT}/field/x_town", "city")
    assert catalog_of(world).fields("client")["city"].formerly == ("x_town",)
    assert catalog_of(world).hash != before
    assert "South" in admin.get("/client?f.x_town=South").text


@pytest.mark.parametrize("key", ["", "Town", "x town", "city", "x_" + "a" * 60])
def test_names_that_can_not_be_are_refused(world: Application, admin: Browser, key: str) -> None:
    answer = unchanged(world, lambda: send(admin, f"{CLIENT}/field/city/rename", key=key))
    assert answer.status_code == 422
    assert texts(answer, "//div[contains(@class, 'wrong')]/@data-field") == ["key"]


def test_a_name_that_something_has_or_had_is_refused(world: Application, admin: Browser) -> None:
    send(admin, f"{CLIENT}/new-field?type=text", label__en="Town", do="publish")
    for url, key in ((f"{CLIENT}/field/city", "town"), (f"{CLIENT}/field/city", "x_town")):
        answer = unchanged(world, lambda url=url, key=key: send(admin, f"{url}/rename", key=key))  # type: ignore[misc]
        assert "Something else is or was called" in answer.text
    rename(admin, f"{CLIENT}/field/x_town", "place")
    answer = unchanged(world, lambda: send(admin, f"{CLIENT}/field/city/rename", key="x_town"))
    assert "Something else is or was called" in answer.text
    answer = unchanged(world, lambda: send(admin, f"{CLIENT}/new-field?type=text", label__en="T", key="x_town"))
    assert answer.status_code == 422


def test_what_the_product_itself_relies_on_keeps_its_name(world: Application, admin: Browser) -> None:
    assert admin.get("/-/admin/entity/user/rename").status_code == 404
    assert admin.get("/-/admin/entity/user/field/name/rename").status_code == 404
    for url in ("/-/admin/entity/user", "/-/admin/entity/user/field/name"):
        assert unchanged(world, lambda url=url: admin.post(f"{url}/rename", {"key": "x_other"})).status_code == 404  # type: ignore[misc]
