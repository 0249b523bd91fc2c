"""What was retired: listed, brought back with its data, its rights and its places, or deleted for good."""

from typing import Any

from tests.admin.conftest import ADMIN, SELLER
from tests.admin.pages import document, follow, publish, send, texts
from tests.application import Application, Browser, unchanged

CLIENT = "/-/admin/entity/client"
RETIRED = "/-/admin/retired"


def catalog_of(world: Application) -> Any:
    """Return the catalog in force."""
    with world.runtime.reading() as unit:
        return unit.model.catalog


def retire(browser: Browser, url: str, **sent: str) -> None:
    """Retire and publish."""
    assert browser.post(f"{url}/retire", sent).status_code == 303
    assert publish(browser, confirm="1").status_code == 303


def listed(browser: Browser) -> list[str]:
    """Return the keys of what is retired."""
    return texts(browser.get(RETIRED), "//ol[contains(@class, 'retired')]/li//code")


def links(browser: Browser) -> list[str]:
    """Return where what is retired leads: to bring it back, to delete it."""
    found: list[str] = document(browser.get(RETIRED)).xpath("//ol[contains(@class, 'retired')]//a/@href")
    return found


def test_a_field_comes_back_with_values_rights_and_places(both: Application) -> None:
    admin = both.browser(ADMIN)
    before = catalog_of(both)
    with both.runtime.writing() as unit:
        from kartoteka.platform.actors import SYSTEM
        from kartoteka.platform.records import update_record

        update_record(unit, SYSTEM, "client", 1, {"rank": 7}, None)
    retire(admin, f"{CLIENT}/field/rank")
    assert "Client 1" in admin.get("/client").text
    assert listed(admin) == ["client.rank"]
    page = admin.get(RETIRED)
    assert "1 value" in page.text
    assert "Ada Admin" in page.text
    back = links(admin)[0]
    assert document(admin.get(back)).xpath("//input[@name='places']/@checked")
    page = follow(admin, send(admin, back))
    assert "In use again: Rank" in texts(page, "//*[@id='toasts']//span")[0]
    assert listed(admin) == []
    catalog = catalog_of(both)
    assert catalog.lists("client")[0].columns == before.lists("client")[0].columns
    assert catalog.roles["seller"] == before.roles["seller"]
    assert ">7<" in admin.get("/client").text.replace(" ", "").replace("\n", "")
    undo = document(page).xpath("//*[@id='toasts']//form/@action")[0]
    assert admin.post(undo).status_code == 303
    assert listed(admin)[0] == "client.rank"


def test_its_places_are_left_empty_on_request_and_its_rights_never(world: Application, admin: Browser) -> None:
    before = catalog_of(world).roles["seller"]
    retire(admin, f"{CLIENT}/field/rank")
    without = [each.field for each in catalog_of(world).roles["seller"].entities[0].fields]
    assert "rank" not in without
    admin.get(links(admin)[0])
    follow(admin, admin.post(links(admin)[0], {"places": ""}))
    catalog = catalog_of(world)
    assert "rank" in catalog.fields("client")
    assert "rank" not in [column.field for column in catalog.lists("client")[0].columns]
    assert {e.field: e.right for e in catalog.roles["seller"].entities[0].fields} == {
        e.field: e.right for e in before.entities[0].fields
    }


def test_a_card_type_comes_back_with_all_that_was_about_it(both: Application) -> None:
    admin = both.browser(ADMIN)
    before = catalog_of(both)
    visit = both.create("visit", client=1, report="Long talk")
    retire(admin, "/-/admin/entity/visit")
    assert admin.get(f"/visit/{visit}").status_code == 404
    assert "Card type · 1 card" in texts(admin.get(RETIRED), "//ol/li//p")[1]
    follow(admin, send(admin, links(admin)[0]))
    assert catalog_of(both).hash == before.hash
    assert "Long talk" in admin.get(f"/visit/{visit}").text
    assert both.browser(SELLER).get(f"/visit/{visit}").status_code == 200


def test_a_name_that_is_taken_meanwhile_is_told(world: Application, admin: Browser) -> None:
    send(admin, f"{CLIENT}/new-field?type=text", label__en="Motto", do="publish")
    retire(admin, f"{CLIENT}/field/x_motto")
    send(admin, f"{CLIENT}/new-field?type=text", label__en="Motto", do="publish")
    answer = unchanged(world, lambda: send(admin, links(admin)[0]))
    assert answer.status_code == 422
    assert "Something else is called “client.x_motto” now" in answer.text


def test_deleting_for_good_asks_for_the_key(both: Application) -> None:
    admin = both.browser(ADMIN)
    retire(admin, f"{CLIENT}/field/rank")
    purge = links(admin)[1]
    for typed in ("", "rank", "client.name"):
        answer = unchanged(both, lambda typed=typed: send(admin, purge, typed=typed))  # type: ignore[misc]
        assert answer.status_code == 422
        assert texts(answer, "//div[contains(@class, 'wrong')]/@data-field") == ["typed"]
    page = follow(admin, send(admin, purge, typed="client.rank"))
    assert "Deleted for good: client.rank" in page.text
    assert "Nothing is retired." in page.text
    assert unchanged(both, lambda: admin.get(purge)).status_code == 404
    assert any("are deleted for good" in each for each in texts(admin.get("/-/admin/journal"), "//ol//li/ul/li"))


def test_what_the_product_relies_on_is_not_retired(world: Application, admin: Browser) -> None:
    for url in ("/-/admin/entity/user/field/email",):
        assert admin.get(f"{url}/retire").status_code == 404
        assert unchanged(world, lambda url=url: admin.post(f"{url}/retire")).status_code == 404  # type: ignore[misc]
