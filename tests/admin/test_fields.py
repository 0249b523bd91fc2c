"""Fields: added, changed, retired, on a live system."""

from typing import Any

import pytest

from tests.admin.conftest import ADMIN, OTHER_ADMIN, SELLER
from tests.admin.pages import document, follow, publish, send, sentences, texts
from tests.application import Application, Browser, unchanged

FIELD = "/-/admin/entity/client/field"
NEW = "/-/admin/entity/client/new-field"


def fields_of(world: Application, entity: str = "client") -> dict[str, Any]:
    """Return the fields in force."""
    with world.runtime.reading() as unit:
        return dict(unit.model.catalog.fields(entity))


def test_a_field_is_added_published_and_filled_in(both: Application) -> None:
    browser = both.browser(ADMIN)
    answer = send(browser, f"{NEW}?type=integer", label__en="Employees", do="publish", section="main/facts")
    page = follow(browser, answer)
    assert fields_of(both)["x_employees"].type.name == "integer"
    assert "Added for everybody: Employees" in texts(page, "//*[@id='toasts']//span")[0]
    form = browser.get("/client/1/edit")
    assert document(form).xpath("//input[@name='x_employees']")
    saved = browser.post("/client/1/edit", {"rendered": "x_employees", "x_employees": "250"})
    assert saved.status_code == 303, saved.text[:500]
    assert 'value="250"' in browser.get("/client/1/edit").text


def test_the_note_that_says_so_takes_it_back(both: Application) -> None:
    browser = both.browser(ADMIN)
    page = follow(browser, send(browser, f"{NEW}?type=text", label__en="Motto", do="publish"))
    undo = document(page).xpath("//*[@id='toasts']//form/@action")[0]
    page = follow(browser, browser.post(undo, headers={"referer": f"http://testserver{FIELD}/x_motto"}))
    assert "x_motto" not in fields_of(both)
    assert page.status_code == 200


def test_a_new_field_stands_where_it_was_asked_for(world: Application, admin: Browser) -> None:
    send(
        admin, f"{NEW}?type=choice", label__en="Рейтинг", new_choice="Alpha\n\nBeta ", lists=["all"],
        role__seller="hide", section="main/facts", do="publish",
    )  # fmt: skip
    with world.runtime.reading() as unit:
        catalog = unit.model.catalog
    field = catalog.fields("client")["x_reyting"]
    assert [(each.key, each.label) for each in field.type.choices] == [("alpha", "Alpha"), ("beta", "Beta")]  # type: ignore[attr-defined]
    assert catalog.lists("client")[0].columns[-1].field == "x_reyting"
    form = catalog.form("client")
    assert form is not None
    assert form.tabs[0].sections[0].items[-1].field == "x_reyting"
    right = next(each for each in catalog.roles["seller"].entities if each.entity == "client")
    assert {each.field: each.right for each in right.fields}["x_reyting"] == "hide"
    assert "Рейтинг" not in world.browser(SELLER).get("/client/new?all=1").text


@pytest.mark.parametrize(
    ("type_name", "sent", "place"),
    [
        ("text", {"label__en": ""}, "label"),
        ("text", {"label__en": "Short", "max_length": "many"}, "max_length"),
        ("text", {"label__en": "Short", "max_length": "2.5"}, "max_length"),
        ("text", {"label__en": "Short", "max_length": "0"}, "max_length"),
        ("text", {"label__en": "Short", "pattern": "(a+)+"}, "pattern"),
        ("choice", {"label__en": "Empty", "new_choice": " "}, "choices"),
        ("formula", {"label__en": "Broken", "expression": "credit +"}, "expression"),
        ("link", {"label__en": "Nowhere", "target": ""}, "target"),
        ("text", {"label__en": "Key", "key": "Bad Key"}, "key"),
        ("text", {"label__en": "Default", "default": "1 + 1"}, "default"),
    ],
)
def test_what_is_wrong_is_told_at_its_input_and_what_was_typed_is_kept(
    world: Application, admin: Browser, type_name: str, sent: dict[str, str], place: str
) -> None:
    for deed in ("publish", "draft"):
        answer = unchanged(world, lambda deed=deed: send(admin, f"{NEW}?type={type_name}", do=deed, **sent))  # type: ignore[misc]
        assert answer.status_code == 422
        errors = texts(answer, "//div[contains(@class, 'wrong')]/@data-field")
        assert [name.partition("__")[0].replace("new_choice", "choices") for name in errors] == [place]
        for name, text in sent.items():
            assert (text.strip() or "") in answer.text, name


def test_properties_go_into_the_draft_and_a_second_edit_takes_no_second_change(
    world: Application, admin: Browser
) -> None:
    for label in ("Town", "City of residence"):
        page = follow(admin, send(admin, f"{FIELD}/city", label__en=label))
        assert texts(page, "//*[@class='draft-bar']/b") == ["1 unpublished change"]
    assert fields_of(world)["city"].label is None
    page = follow(admin, send(admin, f"{FIELD}/city", label__en=""))
    assert texts(page, "//*[@class='draft-bar']/b") == []


def test_harmless_changes_publish_in_one_press(world: Application, admin: Browser) -> None:
    send(admin, f"{FIELD}/city", label__en="Town", help__en="Where they live")
    answer = admin.post("/-/admin/draft/publish")
    assert "Published: 1 change" in follow(admin, answer).text
    assert fields_of(world)["city"].title("en") == "Town"


def test_a_draft_belongs_to_one_person(world: Application, admin: Browser) -> None:
    send(admin, f"{FIELD}/city", label__en="Town")
    other = world.browser(OTHER_ADMIN)
    assert texts(other.get(f"{FIELD}/city"), "//*[@class='draft-bar']/b") == []


def test_labels_have_languages(world: Application, admin: Browser) -> None:
    send(admin, f"{FIELD}/name", label__en="Company", label__pl="Firma")
    publish(admin)
    assert fields_of(world)["name"].label == {"en": "Company", "ru": "Название", "pl": "Firma"}


def test_choices_are_renamed_recoloured_moved_added_and_taken_out_of_offer(world: Application, admin: Browser) -> None:
    send(
        admin, f"{FIELD}/segment", choice_label__key="Key account", choice_colour__lost="red",
        choice_offered__lost=[""], new_choice="Dormant", do="up:choice/lost",
    )  # fmt: skip
    publish(admin)
    choices = {each.key: each for each in fields_of(world)["segment"].type.choices}
    assert list(choices) == ["new", "lost", "key", "x_dormant"]
    assert choices["new"].label == {"en": "New", "ru": "Новый"}
    assert choices["key"].label == "Key account"
    assert (choices["lost"].colour, choices["lost"].offered) == ("red", False)
    assert (choices["x_dormant"].label, choices["x_dormant"].offered) == ("Dormant", True)


def test_the_gear_changes_label_and_choices_for_everybody_and_goes_back(world: Application, admin: Browser) -> None:
    gear = "/-/admin/field/client/segment?back=/client/1"
    answer = send(admin, gear, label__en="Group", choice_label__lost="Gone", do="publish")
    assert answer.headers["location"] == "/client/1"
    assert fields_of(world)["segment"].title("en") == "Group"
    page = follow(admin, answer)
    undo = document(page).xpath("//*[@id='toasts']//form/@action")[0]
    back = admin.post(undo, headers={"referer": "http://testserver/client/1", "host": "testserver"})
    assert back.headers["location"] == "/client/1"
    assert fields_of(world)["segment"].label is None


def test_the_gear_leads_to_no_other_site(world: Application, admin: Browser) -> None:
    answer = send(admin, "/-/admin/field/client/city?back=//evil.example/", label__en="Town", do="publish")
    assert answer.headers["location"] == "/client"


def test_a_type_that_formulas_forbid_says_so(world: Application, admin: Browser) -> None:
    answer = unchanged(world, lambda: send(admin, f"{FIELD}/city", type="integer"))
    assert answer.status_code == 422
    assert "Here should be a number, but this is a text." in answer.text


def test_a_type_without_values_changes_with_what_it_needs(world: Application, admin: Browser) -> None:
    answer = send(admin, f"{FIELD}/remark", type="choice")
    page = follow(admin, answer)
    assert texts(page, "//fieldset[@id='f-choices']//li/input[@type='text']/@value") == ["…"]
    send(admin, f"{FIELD}/remark", new_choice="Good")
    publish(admin)
    assert fields_of(world)["remark"].type.name == "choice"


def test_repeated_values_keep_a_field_from_being_unique(world: Application, admin: Browser) -> None:
    answer = unchanged(world, lambda: send(admin, f"{FIELD}/city", unique="1"))
    assert texts(answer, "//div[contains(@class, 'wrong')]/@data-field") == ["unique"]


def test_retiring_shows_the_uses_and_takes_them_out(both: Application) -> None:
    browser = both.browser(ADMIN)
    page = browser.get(f"{FIELD}/segment/retire")
    uses = texts(page, "//ul[@class='uses']/li")
    assert any(each.startswith("List “All clients” (Clients): shows it") for each in uses), uses
    page = follow(browser, browser.post(f"{FIELD}/segment/retire"))
    assert any("is retired" in each for each in sentences(page))
    assert publish(browser).status_code == 422
    assert publish(browser, confirm="1").status_code == 303
    assert "segment" not in fields_of(both)
    listed = browser.get("/client")
    assert listed.status_code == 200
    entry = browser.get("/-/admin/journal")
    newest = document(entry).xpath("//ol[contains(@class, 'journal')]/li[1]/a/@href")[0]
    shown = browser.get(newest)
    assert any("comes back" in each for each in sentences(shown)), sentences(shown)
    expected = document(shown).xpath("//input[@name='expected']/@value")[0]
    assert browser.post(newest, {"expected": expected}).status_code == 303
    assert "segment" in fields_of(both)


def test_what_others_calculate_with_stays(world: Application, admin: Browser) -> None:
    page = admin.get(f"{FIELD}/credit/retire")
    assert texts(page, "//li[@class='stands']") == ["Card type “Client”: “Risk” is calculated with it"]
    assert texts(page, "//select[@name='instead']/option/@value") == ["", "rank"]
    answer = unchanged(world, lambda: admin.post(f"{FIELD}/credit/retire"))
    assert answer.status_code == 422


def test_the_owner_and_what_rights_depend_on_stay(world: Application, admin: Browser) -> None:
    for field in ("owner", "city"):
        assert unchanged(world, lambda field=field: admin.post(f"{FIELD}/{field}/retire")).status_code == 422  # type: ignore[misc]
    assert any("a right depends on it" in each for each in texts(admin.get(f"{FIELD}/city/retire"), "//ul/li"))


def test_an_unknown_field_is_not_there(world: Application, admin: Browser) -> None:
    assert admin.get(f"{FIELD}/nothing").status_code == 404
    assert unchanged(world, lambda: admin.post(f"{FIELD}/nothing", {"label__en": "x"})).status_code == 404
    assert admin.get("/-/admin/entity/nothing").status_code == 404


def test_another_field_takes_the_place_of_one_that_is_retired(both: Application) -> None:
    browser = both.browser(ADMIN)
    send(browser, f"{NEW}?type=money", label__en="Limit", lists=["all"], section="main/facts", do="publish")
    page = browser.get(f"{FIELD}/credit/retire")
    assert texts(page, "//li[@class='stands']") == ["Card type “Client”: “Risk” is calculated with it"]
    assert texts(page, "//select[@name='instead']/option/@value") == ["", "rank", "x_limit"]
    refused = unchanged(both, lambda: browser.post(f"{FIELD}/credit/retire", {"instead": "city"}))
    assert "can&#39;t stand in its place" in refused.text
    follow(browser, browser.post(f"{FIELD}/credit/retire", {"instead": "x_limit"}))
    assert publish(browser, confirm="1").status_code == 303
    with both.runtime.reading() as unit:
        catalog = unit.model.catalog
    assert "credit" not in catalog.fields("client")
    assert catalog.fields("client")["risk"].type.expression == "x_limit / 3"  # type: ignore[attr-defined]
    columns = [column.field for column in catalog.lists("client")[0].columns]
    assert columns == ["name", "city", "segment", "rank", "owner", "x_limit"]
    rights = catalog.roles["seller"].entities[0].fields
    assert [each.field for each in rights] == ["risk", "rank"]
    assert browser.get("/client").status_code == 200


def test_a_replacement_stands_where_the_retired_one_stood(world: Application, admin: Browser) -> None:
    send(admin, f"{NEW}?type=text", label__en="Town", do="publish", section="main/facts")
    follow(admin, admin.post(f"{FIELD}/name/retire", {"instead": "x_town"}))
    publish(admin, confirm="1")
    with world.runtime.reading() as unit:
        catalog = unit.model.catalog
    assert catalog.entities["client"].title == "x_town"
    form = catalog.form("client")
    assert form is not None
    assert [item.field for item in form.tabs[0].sections[0].items] == ["inn", "remark", "x_town"]
    assert [sort.field for sort in catalog.lists("client")[0].sort] == ["x_town"]
    assert catalog.entities["visit"].title == 'CONCAT("Visit to ", client.x_town)'
