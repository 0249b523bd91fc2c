"""Card types: made with everything they need, changed, retired."""

import pytest

from tests.admin.conftest import ADMIN, SELLER
from tests.admin.pages import document, follow, publish, send, sentences, texts
from tests.application import Application, Browser, unchanged

NEW = "/-/admin/new-entity"


def test_a_new_card_type_is_ready_for_work(both: Application) -> None:
    admin = both.browser(ADMIN)
    sent = {"label__en": "Complaint", "plural__en": "Complaints", "icon": "flag", "colour": "red", "roles": ["seller"]}
    page = follow(admin, send(admin, NEW, do="publish", **sent))
    assert texts(page, "//h1") == ["Complaints"]
    seller = both.browser(SELLER)
    assert "Complaints" in texts(seller.get("/"), "//nav//a/span")
    form = seller.get("/x_complaint/new")
    assert document(form).xpath("//input[@name='x_name']")
    saved = seller.post("/x_complaint/new", {"rendered": "x_name x_notes", "x_name": "Late", "x_notes": "Twice"})
    assert saved.status_code == 303, saved.text[:500]
    assert "Late" in seller.get("/x_complaint").text
    assert "Late" in seller.get(saved.headers["location"]).text


def test_its_labels_speak_all_languages(world: Application, admin: Browser) -> None:
    send(admin, NEW, label__en="Жалоба", do="publish")
    with world.runtime.reading() as unit:
        field = unit.model.catalog.fields("x_zhaloba")["x_name"]
    assert isinstance(field.label, dict)
    assert field.label["ru"] != field.label["en"]


def test_without_a_role_only_administrators_see_it(world: Application, admin: Browser) -> None:
    send(admin, NEW, label__en="Secret", roles=[], do="publish")
    assert world.browser(SELLER).get("/x_secret").status_code == 404
    assert admin.get("/x_secret").status_code == 200


def test_keys_do_not_collide(world: Application, admin: Browser) -> None:
    for _ in range(2):
        send(admin, NEW, label__en="Client", do="publish")
    with world.runtime.reading() as unit:
        assert {"client", "x_client", "x_client_2"} <= unit.model.catalog.entities.keys()


def test_a_label_is_needed(world: Application, admin: Browser) -> None:
    answer = unchanged(world, lambda: send(admin, NEW, label__en=" ", icon="flag", do="publish"))
    assert answer.status_code == 422
    assert document(answer).xpath("//input[@name='icon'][@value='flag'][@checked]")


def test_its_properties_change(world: Application, admin: Browser) -> None:
    sent = {"label__en": "Customer", "icon": "star", "colour": "plum", "subtitle__add": "city"}
    page = follow(admin, send(admin, "/-/admin/entity/client", title='CONCAT(name, " ", city)', **sent))
    assert "Customer" in page.text
    publish(admin)
    with world.runtime.reading() as unit:
        entity = unit.model.catalog.entities["client"]
    assert (entity.icon, entity.colour, entity.subtitle) == ("star", "plum", ("city",))
    assert entity.name("en") == "Customer"
    assert "Client 1 North" in admin.get("/client/1").text


@pytest.mark.parametrize(("name", "value"), [("title", "nam"), ("icon", "No Icon!"), ("colour", "mauve")])
def test_a_bad_property_is_told_at_its_input(world: Application, admin: Browser, name: str, value: str) -> None:
    answer = unchanged(world, lambda: send(admin, "/-/admin/entity/client", **{name: value}))
    assert answer.status_code == 422
    assert texts(answer, "//div[contains(@class, 'wrong')]/@data-field") == [name]


def test_retiring_takes_everything_about_it_along_and_undo_brings_it_back(both: Application) -> None:
    admin = both.browser(ADMIN)
    both.create("visit", **{"client": 1} if "client" in _fields(both, "visit") else {})
    page = admin.get("/-/admin/entity/visit/retire")
    assert any("Role “Seller”" in each for each in texts(page, "//ul[@class='uses']/li"))
    follow(admin, admin.post("/-/admin/entity/visit/retire"))
    review = admin.get("/-/admin/draft")
    assert any("is retired" in each for each in sentences(review))
    assert "1 card goes out of sight" in review.text
    assert publish(admin, confirm="1").status_code == 303
    assert admin.get("/visit").status_code == 404
    journal = admin.get("/-/admin/journal")
    newest = document(journal).xpath("//ol[contains(@class, 'journal')]/li[1]/a/@href")[0]
    expected = document(admin.get(newest)).xpath("//input[@name='expected']/@value")[0]
    assert admin.post(newest, {"expected": expected}).status_code == 303
    assert "1" in admin.get("/visit").text
    assert admin.get("/visit/1").status_code == 200


def test_another_card_type_takes_the_place_of_one_that_is_retired(both: Application) -> None:
    """What has a meaning without it leads to the other one, what has none goes, and undo brings all of it back."""
    admin = both.browser(ADMIN)
    page = admin.get("/-/admin/entity/client/retire")
    assert texts(page, "//select[@name='instead']/option/@value") == ["", "deal", "visit"]
    assert any("a right depends on it" in each for each in texts(page, "//li[@class='stands']"))
    refused = unchanged(both, lambda: admin.post("/-/admin/entity/client/retire", {"instead": "user"}))
    assert (refused.status_code, "can&#39;t stand in its place" in refused.text) == (422, True)
    refused = unchanged(both, lambda: admin.post("/-/admin/entity/client/retire", {"instead": "visit"}))
    assert refused.status_code == 422, "sellers see deals by the owner of their client, and visits have no owner"
    with both.runtime.reading() as unit:
        before = unit.model.catalog
    follow(admin, admin.post("/-/admin/entity/client/retire", {"instead": "deal"}))
    assert publish(admin, confirm="1").status_code == 303
    with both.runtime.reading() as unit:
        catalog = unit.model.catalog
    assert "client" not in catalog.entities
    assert {catalog.fields(each)["client"].type.links_to for each in ("deal", "visit")} == {"deal"}
    assert catalog.menu is not None
    assert [item.entity for item in catalog.menu.groups[0].items if item.entity] == ["deal"]
    assert not [each for each in catalog.definitions if each.entity == "client"], "its own layouts went"
    assert catalog.entities["visit"].title is None, "deals have no name to make it of"
    columns = [column.field for column in catalog.lists("deal")[0].columns]
    assert columns == [each.field for each in before.lists("deal")[0].columns if each.field != "client.city"]
    for role in ("seller", "reader"):
        kept = [right for right in before.roles[role].entities if right.entity != "client"]
        assert list(catalog.roles[role].entities) == kept, "nobody's rights change"
    newest = document(admin.get("/-/admin/journal")).xpath("//ol[contains(@class, 'journal')]/li[1]/a/@href")[0]
    expected = document(admin.get(newest)).xpath("//input[@name='expected']/@value")[0]
    assert admin.post(newest, {"expected": expected}).status_code == 303
    with both.runtime.reading() as unit:
        assert unit.model.catalog.hash == before.hash


def test_links_that_hold_values_are_not_led_elsewhere_unseen(world: Application, admin: Browser) -> None:
    world.create("deal", subject="Deal", client=1)
    admin.get("/-/admin/entity/client/retire")
    answer = unchanged(world, lambda: admin.post("/-/admin/entity/client/retire", {"instead": "deal"}))
    assert answer.status_code == 422
    assert "1 card leads to “Client” here" in texts(answer, "//*[@role='alert']")[0]


def _fields(world: Application, entity: str) -> set[str]:
    with world.runtime.reading() as unit:
        return set(unit.model.catalog.fields(entity))


def test_people_and_files_can_not_be_retired(world: Application, admin: Browser) -> None:
    assert admin.get("/-/admin/entity/user/retire").status_code == 404
    assert unchanged(world, lambda: admin.post("/-/admin/entity/user/retire")).status_code in (404, 422)
    assert not document(admin.get("/-/admin/entity/user")).xpath("//a[contains(@href, 'retire')]")
