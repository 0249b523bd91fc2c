"""The overview and the journal: what was published, taken back in any order that the changes allow."""

from tests.admin.conftest import ADMIN
from tests.admin.pages import document, follow, publish, send, sentences, texts
from tests.application import Application, Browser, unchanged

URL = "/-/admin/journal"
FIELD = "/-/admin/entity/client/field"


def label(browser: Browser, field: str, text: str) -> None:
    """Label a field and publish."""
    send(browser, f"{FIELD}/{field}", label__en=text)
    publish(browser)


def test_the_overview_counts(world: Application, admin: Browser) -> None:
    page = admin.get("/-/admin/")
    tiles = texts(page, "//a[@class='tile c-slate' or starts-with(@class, 'tile')]")
    assert any(each.startswith("Clients 15 fields · 3 cards") for each in tiles), tiles
    assert any(each.startswith("Roles") for each in tiles)
    assert any("Last change" in each for each in tiles)


def test_the_journal_tells_who_did_what(world: Application, admin: Browser) -> None:
    label(admin, "city", "Town")
    page = admin.get(URL)
    newest = texts(page, "//ol[contains(@class, 'journal')]/li[1]")[0]
    assert "Ada Admin" in newest
    assert "Field “Town” of “Client” changes: label." in newest


def test_a_publish_is_taken_back_once(both: Application) -> None:
    admin = both.browser(ADMIN)
    with both.runtime.reading() as unit:
        before = unit.model.catalog.hash
    label(admin, "city", "Town")
    number = document(admin.get(URL)).xpath("//ol[contains(@class, 'journal')]/li[1]/a/@href")[0].rsplit("/", 1)[1]
    page = follow(admin, admin.post(f"{URL}/{number}/undo"))
    assert f"Taken back: No. {number}" in page.text
    with both.runtime.reading() as unit:
        assert unit.model.catalog.hash == before
    again = unchanged(both, lambda: admin.post(f"{URL}/{number}/undo"))
    assert again.status_code == 404
    listed = texts(admin.get(URL), "//ol[contains(@class, 'journal')]/li/p")
    assert f"takes back No. {number}" in listed[0]
    assert "taken back by" in listed[1]


def test_an_undo_is_looked_at_first_and_is_what_was_seen(world: Application, admin: Browser) -> None:
    label(admin, "city", "Town")
    newest = document(admin.get(URL)).xpath("//ol[contains(@class, 'journal')]/li[1]/a/@href")[0]
    assert sentences(admin.get(newest))[0].endswith("changes: label.")
    stale = unchanged(world, lambda: admin.post(f"{newest}/undo", {"expected": "another plan"}))
    assert stale.status_code == 409


def test_what_was_changed_since_can_not_be_taken_back(world: Application, admin: Browser) -> None:
    label(admin, "city", "Town")
    first = document(admin.get(URL)).xpath("//ol[contains(@class, 'journal')]/li[1]/a/@href")[0]
    label(admin, "city", "Place")
    answer = unchanged(world, lambda: admin.post(f"{first}/undo"))
    assert answer.status_code == 409
    assert "has changed the same things since" in answer.text
