"""Packages in the studio: uploaded, looked at, decided, published, uninstalled, taken back."""

from __future__ import annotations

from typing import Any

from kartoteka.platform.actors import SYSTEM
from kartoteka.platform.records import update_record
from tests.admin.conftest import ADMIN, SELLER
from tests.admin.pages import document, follow, texts, values
from tests.application import Application, Browser, unchanged
from tests.zips import zipped

URL = "/-/admin/packages"
MORE: dict[str, Any] = {
    "kartoteka.json": {"format": 1, "key": "more", "version": "1.0.0", "title": "More"},
    "entities/client.json": {"key": "client", "fields": [{"key": "size", "type": "integer", "label": "Size"}]},
    "lists/client/big.json": {"entity": "client", "key": "big", "label": "Big ones", "columns": ["name", "size"]},
}
NEWER: dict[str, Any] = {
    **MORE,
    "kartoteka.json": {"format": 1, "key": "more", "version": "1.1.0", "title": "More"},
    "entities/client.json": {"key": "client", "fields": [{"key": "size", "type": "integer", "label": "Extent"}]},
}


def upload(browser: Browser, content: bytes, name: str = "more.zip") -> Any:
    browser.get(URL)
    return browser.post(f"{URL}/upload", files={"package": (name, content, "application/zip")})


def install(browser: Browser, files: dict[str, Any], **chosen: str) -> Any:
    """Upload a package, decide, publish what is shown; return the page that follows."""
    url = upload(browser, zipped(files)).headers["location"]
    page = browser.get(url)
    if chosen:
        page = browser.post(f"{url}/decide", chosen)
    return follow(browser, browser.post(f"{url}/publish", {**flat(values(page, "none")), **publishing(page)}))


def flat(found: dict[str, list[str]]) -> dict[str, str]:
    return {name: each[-1] for name, each in found.items() if name != "csrf"}


def publishing(page: Any) -> dict[str, str]:
    """Return what the form with the one button would send."""
    inputs = document(page).xpath("//form[contains(@class, 'plan-foot')]//input[@type='hidden']")
    return {each.get("name"): each.get("value") for each in inputs if each.get("name") != "csrf"}


def versions(page: Any) -> dict[str, str]:
    return dict(zip(texts(page, "//tbody/tr/td[1]/b"), texts(page, "//tbody/tr/td[2]"), strict=True))


def label_of(world: Application) -> Any:
    with world.runtime.reading() as unit:
        return unit.model.catalog.fields("client")["size"].label


def relabel(browser: Browser, label: str) -> None:
    url = "/-/admin/entity/client/field/size"
    page = browser.get(url)
    browser.post(url, {**values(page), "label__en": label})
    page = browser.get("/-/admin/draft")
    browser.post("/-/admin/draft/publish", publishing(page))


def test_a_package_is_installed_upgraded_and_taken_back(world: Application, admin: Browser) -> None:
    page = install(admin, MORE)
    assert "“More” 1.0.0 is installed" in page.text
    assert versions(page)["More"] == "1.0.0"
    assert label_of(world) == "Size"
    install(admin, NEWER)
    assert label_of(world) == "Extent"
    newest = document(admin.get("/-/admin/journal")).xpath("//ol[contains(@class, 'journal')]/li[1]//a/@href")[-1]
    number = "".join(each for each in newest if each.isdigit())
    admin.post(f"/-/admin/journal/{number}/undo")
    assert label_of(world) == "Size"
    assert versions(admin.get(URL))["More"] == "1.0.0"


def test_rows_are_told_and_come_with_the_package(world: Application, admin: Browser) -> None:
    region = {"key": "region", "label": "Region", "fields": [{"key": "name", "type": "text", "label": "Name"}]}
    files = {**MORE, "entities/region.json": region, "data/region.csv": "ref,name\neast,East\nwest,West\n"}
    page = admin.get(upload(admin, zipped(files)).headers["location"])
    assert "Reference data of “Region”: 2 rows are new." in page.text
    install(admin, files)
    assert "East" in admin.get("/region").text
    row = world.create("region", name="Mine")
    with world.runtime.writing() as unit:
        update_record(unit, SYSTEM, "region", row - 1, {"name": "Wild west"})
    newer = {**files, "kartoteka.json": NEWER["kartoteka.json"], "data/region.csv": "ref,name\neast,East!\nwest,W\n"}
    page = admin.get(upload(admin, zipped(newer)).headers["location"])
    assert "west, Name: yours is “Wild west”, the package says “W”." in page.text
    assert "Nothing that people see changes." not in page.text
    assert "Undo" in install(admin, newer).text
    assert "East!" in admin.get("/region").text
    newest = document(admin.get("/-/admin/journal")).xpath("//ol[contains(@class, 'journal')]/li[1]//a/@href")[-1]
    number = "".join(each for each in newest if each.isdigit())
    assert "1 row is updated." in admin.get(f"/-/admin/journal/{number}/undo").text
    admin.post(f"/-/admin/journal/{number}/undo")
    assert "East!" not in admin.get("/region").text


def test_the_packages_tests_are_tried_before_and_after(world: Application, admin: Browser) -> None:
    expected = {
        "saves": [
            {"label": "Small by itself", "entity": "client", "values": {"name": "A"}, "gives": {"size": 1}},
            {"label": "Large by itself", "entity": "client", "values": {"name": "A"}, "gives": {"size": 2}},
        ]
    }
    files = {**MORE, "tests/sizes.json": expected}
    size = {"key": "size", "type": "integer", "default": "1"}
    install(admin, {**files, "entities/client.json": {"key": "client", "fields": [size]}})
    larger = {"key": "client", "fields": [{**size, "default": "2"}]}
    url = upload(admin, zipped({**NEWER, "entities/client.json": larger, "tests/sizes.json": expected})).headers[
        "location"
    ]
    page = admin.get(url)
    (action,) = document(page).xpath("//form[@id='trial']/@action")
    before = world.digest()
    page = admin.post(action)
    assert "1 of 2 tests pass." in page.text
    assert "1 test that passed fails now:" in page.text
    assert "Small by itself: “size” should be 1, and is 2." in page.text
    assert "1 test that failed passes now." in page.text
    assert world.digest() == before
    assert admin.post(f"{url}/publish", publishing(page)).status_code == 303


def test_where_it_meets_the_clients_own_it_is_decided(world: Application, admin: Browser) -> None:
    install(admin, MORE)
    relabel(admin, "My size")
    assert label_of(world) == "My size"
    url = upload(admin, zipped(NEWER)).headers["location"]
    page = admin.get(url)
    assert "meets your own changes in 1 place" in page.text
    (legend,) = texts(page, "//fieldset/legend")
    assert "“My size” of “Client”" in legend
    name = "choice:entities/client.json#fields/size/label"
    assert values(page, "collisions")[name] == ["keep"]
    assert "Nothing that people see changes." in page.text
    page = admin.post(f"{url}/decide", {name: "take"})
    assert page.status_code == 200
    assert "“Extent” of “Client” changes: label" in page.text
    sent = publishing(page)
    assert sent[name] == "take"
    stale = unchanged(world, lambda: admin.post(f"{url}/publish", {**sent, name: "keep"}))
    assert stale.status_code == 409
    assert admin.post(f"{url}/publish", sent).status_code == 303
    assert label_of(world) == "Extent"


def test_what_can_not_be_read_is_refused(world: Application, admin: Browser) -> None:
    for content in (b"no zip", zipped({"entities/x.json": {"key": "x"}}), zipped({"../x.json": {}})):
        refused = unchanged(world, lambda content=content: upload(admin, content))  # type: ignore[misc]
        assert refused.status_code == 422
        assert document(refused).xpath("//*[@role='alert']//li")
    nothing = unchanged(world, lambda: admin.post(f"{URL}/upload"))
    assert nothing.status_code == 422


def test_what_can_not_be_installed_says_why_and_can_not_be_published(world: Application, admin: Browser) -> None:
    install(admin, NEWER)
    for files in (MORE, {**MORE, "kartoteka.json": {"format": 1, "key": "odd", "version": "1.0.0",
                                                    "requires": {"packages": {"none": "2.0.0"}}}}):  # fmt: skip
        url = upload(admin, zipped(files)).headers["location"]
        page = admin.get(url)
        assert document(page).xpath("//*[@role='alert']//li")
        assert publishing(page) == {}
        assert unchanged(world, lambda url=url: admin.post(f"{url}/publish")).status_code == 422  # type: ignore[misc]


def test_a_package_is_uninstalled(world: Application, admin: Browser) -> None:
    with world.runtime.reading() as unit:
        before = unit.model.catalog.hash
    install(admin, MORE)
    url = f"{URL}/more/uninstall"
    page = admin.get(url)
    assert "Uninstall “More” 1.0.0" in page.text
    admin.post(f"{url}/publish", publishing(page))
    with world.runtime.reading() as unit:
        assert unit.model.catalog.hash == before
    assert admin.get(f"{URL}/none/uninstall").status_code == 404
    required = admin.get(f"{URL}/base/uninstall")
    assert document(required).xpath("//*[@role='alert']//li")


def test_what_the_client_builds_on_waits_for_a_decision(world: Application, admin: Browser) -> None:
    install(admin, MORE)
    relabel(admin, "My size")
    url = f"{URL}/more/uninstall"
    page = admin.get(url)
    assert "Please decide where nothing is chosen yet." in page.text
    assert publishing(page) == {}
    assert unchanged(world, lambda: admin.post(f"{url}/publish")).status_code == 422
    name = "choice:entities/client.json#fields/size"
    page = admin.post(f"{url}/decide", {name: "keep"})
    admin.post(f"{url}/publish", publishing(page))
    assert label_of(world) == "My size"


def test_only_administrators_handle_packages(world: Application) -> None:
    seller = world.browser(SELLER)
    for path in ("", "/more/uninstall", "/upload/1"):
        assert seller.get(f"{URL}{path}").status_code == 403
    assert unchanged(world, lambda: upload(seller, zipped(MORE))).status_code == 403
    strange = world.browser(ADMIN)
    assert strange.get(f"{URL}/upload/9999").status_code == 404
    assert strange.get(f"{URL}/upload/x").status_code == 404


def test_every_property_says_where_it_comes_from(world: Application, admin: Browser) -> None:
    install(admin, MORE)
    relabel(admin, "My size")
    panel = admin.get("/-/admin/entity/client/field/size")
    (url,) = document(panel).xpath("//p[@class='hint']/a[contains(@href, '/sources/')]/@href")
    page = admin.get(url)
    rows = [texts(page, f"//tbody/tr[{number}]/td") for number in (1, 2, 3)]
    assert [row[2] for row in rows] == ["More 1.0.0", "More 1.0.0", "Yours"]
    assert rows[2][:2] == ["Label", "My size"]
    assert rows[2][3] == "Ada Admin"
    assert rows[2][5] == "No. 4"
    assert admin.get("/-/admin/sources/lists/client/all").status_code == 200
    assert admin.get("/-/admin/sources/client").status_code == 200
    assert admin.get("/-/admin/sources/none").status_code == 404
