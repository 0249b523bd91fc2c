"""Roles: the matrix of rights, rights to fields, conditions."""

from kartoteka.metadata.definitions import EntityRight, Role
from tests.admin.conftest import ADMIN, SELLER
from tests.admin.pages import document, publish, send, texts
from tests.application import Application, Browser, unchanged

SELLERS = "/-/admin/role/seller"


def role_of(world: Application, key: str = "seller") -> Role:
    """Return a role in force."""
    with world.runtime.reading() as unit:
        return unit.model.catalog.roles[key]


def right_of(world: Application, entity: str, key: str = "seller") -> EntityRight:
    """Return what a role may do with cards of a type."""
    return next(each for each in role_of(world, key).entities if each.entity == entity)


def test_saving_the_matrix_as_it_is_changes_nothing(world: Application, admin: Browser) -> None:
    before = role_of(world)
    assert send(admin, SELLERS).status_code == 303
    assert texts(admin.get(SELLERS), "//*[@class='draft-bar']/b") == []
    assert role_of(world) == before


def test_rights_change_and_work_at_once(both: Application) -> None:
    admin, seller = both.browser(ADMIN), both.browser(SELLER)
    assert seller.get("/client/1/edit").status_code == 200
    send(admin, SELLERS, edit__client="none", export=[""])
    publish(admin)
    assert right_of(both, "client").edit == "none"
    assert not role_of(both).export
    assert "edit" not in document(seller.get("/client/1")).xpath("//a/@data-action")
    sent = {"rendered": "city", "city": "East"}
    assert unchanged(both, lambda: seller.post("/client/1/edit", sent)).status_code == 403


def test_a_right_to_a_card_type_that_had_none(world: Application, admin: Browser) -> None:
    send(admin, "/-/admin/role/reader", read__visit="all", create__visit=["", "1"])
    publish(admin)
    right = right_of(world, "visit", "reader")
    assert (right.read, right.create, right.edit) == ("all", True, "none")


def test_own_is_not_offered_where_nobody_owns(world: Application, admin: Browser) -> None:
    page = admin.get(SELLERS)
    owned = texts(page, "//select[@name='read__client']/option/@value")
    assert owned == ["none", "own", "all"]
    for entity in ("user", "file"):
        assert texts(page, f"//select[@name='read__{entity}']/option/@value") == ["none", "all"]
    answer = unchanged(world, lambda: send(admin, SELLERS, read__file="own"))
    assert answer.status_code == 422


def test_rights_to_fields(world: Application, admin: Browser) -> None:
    page = admin.get(f"{SELLERS}/client")
    assert texts(page, "//select[@name='right__credit']/option[@selected]/@value") == ["hide"]
    send(admin, f"{SELLERS}/client", right__credit="read", right__rank="", right__city="hide")
    publish(admin)
    right = right_of(world, "client")
    assert {each.field: each.right for each in right.fields} == {"credit": "read", "risk": "hide", "city": "hide"}
    assert "North" not in world.browser(SELLER).get("/client/1").text


def test_a_condition_and_the_right_to_other_fields(world: Application, admin: Browser) -> None:
    send(admin, f"{SELLERS}/client", condition='city = "South"', other_fields="read")
    publish(admin)
    right = right_of(world, "client")
    assert (right.condition, right.other_fields) == ('city = "South"', "read")
    assert world.browser(SELLER).get("/client/1").status_code == 404
    answer = unchanged(world, lambda: send(admin, f"{SELLERS}/client", condition="city ="))
    assert texts(answer, "//div[contains(@class, 'wrong')]/@data-field") == ["condition"]


def test_who_may_see_a_field(world: Application, admin: Browser) -> None:
    url = "/-/admin/entity/client/rights/city"
    assert "Seller" in texts(admin.get(url), "//tbody//th/a")
    send(admin, url, role__seller="hide", role__reader="edit")
    publish(admin)
    assert {each.field: each.right for each in right_of(world, "client").fields}["city"] == "hide"
    assert {each.field: each.right for each in right_of(world, "client", "reader").fields}["city"] == "edit"


def test_a_role_is_added_with_the_rights_of_another(world: Application, admin: Browser) -> None:
    answer = send(admin, "/-/admin/new-role", label__en="Trainee", like="seller", do="publish")
    assert answer.headers["location"] == "/-/admin/role/x_trainee"
    assert role_of(world, "x_trainee").entities == role_of(world).entities
    assert unchanged(world, lambda: send(admin, "/-/admin/new-role", label__en="", do="publish")).status_code == 422


def test_what_a_formula_tells_of_a_hidden_field_is_said_where_rights_are_given(
    world: Application, admin: Browser
) -> None:
    note = "Reader can't see “Credit”, but the formula “Risk” shows what is computed from it."
    said = "//*[contains(@class, 'amber')]//a"
    for url in ("/-/admin/role/reader", "/-/admin/role/reader/client", "/-/admin/entity/client/rights/credit"):
        page = admin.get(url)
        assert texts(page, said) == [note], url
        [target] = document(page).xpath(f"{said}/@href")
        place, _, anchor = target.partition("#")
        assert document(admin.get(place)).xpath(f"//select[@id='{anchor}']")
    assert texts(admin.get(SELLERS), said) == []
    send(admin, f"{SELLERS}/client", right__risk="read")
    assert texts(admin.get(SELLERS), said) == [note.replace("Reader", "Seller")]
    assert note.replace("Reader", "Seller") in admin.get("/-/admin/draft").text.replace("&#39;", "'")
