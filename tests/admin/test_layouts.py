"""Forms, cards, lists and the menu: arranged with buttons, which need no scripts, and by dragging."""

import pytest

from kartoteka.metadata.catalog import Catalog
from tests.admin.conftest import ADMIN
from tests.admin.pages import document, follow, publish, send, texts
from tests.application import Application, Browser, unchanged

ENTITY = "/-/admin/entity/client"


def catalog_of(world: Application) -> Catalog:
    """Return the catalog in force."""
    with world.runtime.reading() as unit:
        return unit.model.catalog


def items_of(world: Application) -> list[list[str]]:
    """Return the fields on the form, section by section."""
    form = catalog_of(world).form("client")
    assert form is not None
    return [[item.field for item in section.items] for tab in form.tabs for section in tab.sections]


@pytest.mark.parametrize(
    ("deed", "order"),
    [
        ("up:main-facts/inn", ["inn", "name", "remark"]),
        ("down:main-facts/name", ["inn", "name", "remark"]),
        ("up:main-facts/name", ["name", "inn", "remark"]),
        ("down:main-facts/remark", ["name", "inn", "remark"]),
        ("remove:main-facts/inn", ["name", "remark"]),
    ],
)
def test_fields_move_on_the_form(world: Application, admin: Browser, deed: str, order: list[str]) -> None:
    send(admin, f"{ENTITY}/form", do=deed)
    if order != ["name", "inn", "remark"]:
        publish(admin)
    assert items_of(world) == [order]


def test_a_field_is_put_on_the_form_and_keeps_its_width_when_it_moves(world: Application, admin: Browser) -> None:
    send(admin, f"{ENTITY}/form", **{"main-facts__add": "city", "new_section": "More", "new_section_tab": "main"})
    send(admin, f"{ENTITY}/form", **{"main-facts": ["name", "city"], "main-x_more": ["remark", "inn"]})
    publish(admin)
    assert items_of(world) == [["name", "city"], ["remark", "inn"]]
    form = catalog_of(world).form("client")
    assert form is not None
    assert form.tabs[0].sections[1].items[0].width == "full"
    assert form.tabs[0].sections[1].label == "More"


def test_a_section_that_is_empty_can_go(world: Application, admin: Browser) -> None:
    send(admin, f"{ENTITY}/form", new_section="More", new_section_tab="")
    page = send(admin, f"{ENTITY}/form", do="drop:x_more-x_more")
    assert page.status_code == 303
    assert admin.get("/-/admin/draft").text.count('class="change"') == 0


def test_dragging_in_the_preview_is_the_same(world: Application, admin: Browser) -> None:
    sent = {"field": "remark", "section": "main-facts", "before": "name"}
    follow(admin, admin.post(f"{ENTITY}/form/place", sent))
    publish(admin)
    assert items_of(world) == [["remark", "name", "inn"]]


def test_a_form_is_made_of_the_fields_where_there_is_none(world: Application, admin: Browser) -> None:
    page = admin.get("/-/admin/entity/visit/form")
    assert page.status_code == 200
    first = document(page).xpath("//ol[@data-sortable='form']/li/input/@value")[0]
    send(admin, "/-/admin/entity/visit/form", do=f"down:main-main/{first}")
    send(admin, "/-/admin/entity/visit/form", do=f"down:main-main/{first}")
    publish(admin)
    form = catalog_of(world).form("visit")
    assert form is not None
    assert form.tabs[0].sections[0].items[0].field != first


def test_columns_filter_and_order_of_a_list(both: Application) -> None:
    admin = both.browser(ADMIN)
    page = follow(
        admin,
        send(
            admin, f"{ENTITY}/list/all", columns__add="founded", do="up:columns/city", filter='city = "North"',
            sort__0="rank", descending__0="1", sort__1="name", label__en="Northern", position="5",
        ),
    )  # fmt: skip
    assert texts(page, "//section[@id='preview']//tbody/tr/td[2]") == ["Client 1", "Client 2"]
    publish(admin)
    each = catalog_of(both).lists("client")[0]
    assert [column.field for column in each.columns] == [
        "city", "name", "segment", "rank", "credit", "owner", "founded",
    ]  # fmt: skip
    assert (each.filter, each.position, each.label) == ('city = "North"', 5, {"en": "Northern", "ru": "Все клиенты"})
    assert [(sort.field, sort.descending) for sort in each.sort] == [("rank", True), ("name", False)]


def test_a_broken_filter_is_told_while_typing_and_refused(world: Application, admin: Browser) -> None:
    wrong = admin.get("/-/admin/check", params={"entity": "client", "name": "filter", "filter": "rank > citi"})
    assert texts(wrong, "//mark") == ["citi"]
    assert "Did you mean “city”?" in wrong.text
    number = admin.get("/-/admin/check", params={"entity": "client", "name": "filter", "filter": "rank + 1"})
    assert "must be true or false" in number.text
    good = admin.get("/-/admin/check", params={"entity": "client", "name": "filter", "filter": "rank > 1"})
    assert "Understood" in good.text
    answer = unchanged(world, lambda: send(admin, f"{ENTITY}/list/all", filter="rank > citi"))
    assert answer.status_code == 422
    assert texts(answer, "//div[contains(@class, 'wrong')]/@data-field") == ["filter"]
    assert texts(answer, "//textarea[@name='filter']") == ["rank > citi"]


def test_a_list_is_added_and_removed(world: Application, admin: Browser) -> None:
    answer = send(admin, f"{ENTITY}/new-list", label__en="Northern clients", filter='city = "North"', do="publish")
    assert answer.headers["location"] == f"{ENTITY}/list/x_northern_clients"
    listed = admin.get("/client?list=x_northern_clients")
    assert "Client 1" in listed.text
    assert "Client 3" not in listed.text
    admin.post(f"{ENTITY}/list/x_northern_clients/remove")
    publish(admin)
    assert [each.key for each in catalog_of(world).lists("client")] == ["all"]


def test_facts_and_linked_cards_of_a_card(world: Application, admin: Browser) -> None:
    before = catalog_of(world).card("client")
    assert before is not None
    send(admin, f"{ENTITY}/card", header__add="rank", facts__add="founded", related__add="client.parent")
    publish(admin)
    card = catalog_of(world).card("client")
    assert card is not None
    assert card.header[-1].field == "rank"
    assert card.facts[-1].field == "founded"
    assert (card.related[-1].entity, card.related[-1].link) == ("client", "parent")
    assert admin.get("/client/1").status_code == 200


def test_the_menu_is_arranged(world: Application, admin: Browser) -> None:
    send(admin, "/-/admin/menu", work__add="entity.deal", new_group="Others")
    send(admin, "/-/admin/menu", work=["months", "deal"], x_others=["clients"], title__work="Daily")
    publish(admin)
    menu = catalog_of(world).menu
    assert menu is not None
    assert [[item.key for item in group.items] for group in menu.groups] == [["months", "deal"], ["clients"]]
    assert menu.groups[0].label == "Daily"
    page = admin.get("/")
    assert "Daily" in page.text
    assert "Others" in page.text


def test_an_emptied_group_of_the_menu_can_go(world: Application, admin: Browser) -> None:
    send(admin, "/-/admin/menu", new_group="Others")
    send(admin, "/-/admin/menu", do="drop:x_others")
    assert texts(admin.get("/-/admin/menu"), "//*[@class='draft-bar']/b") == []
