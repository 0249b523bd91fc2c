"""The overview and the journal: what was published, taken back in any order that the changes allow."""

import pytest

from kartoteka.admin import journal
from kartoteka.metadata.definitions import Identity
from kartoteka.platform import drafts
from kartoteka.platform.drafts import Trees
from kartoteka.platform.publishing import publish as publish_plan
from tests.admin.conftest import ADMIN
from tests.admin.pages import document, follow, publish, send, sentences, texts, values
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
    number = newest(admin).rsplit("/", 1)[1]
    page = follow(admin, admin.post(f"{URL}/{number}/undo"))
    assert f"Taken back: No. {number}" in page.text
    with both.runtime.reading() as unit:
        assert unit.model.catalog.hash == before
    again = unchanged(both, lambda: admin.post(f"{URL}/{number}/undo"))
    assert again.status_code == 409
    assert f"No. {number} is taken back already" in again.text
    listed = texts(admin.get(URL), "//ol[contains(@class, 'journal')]/li/p")
    assert f"takes back No. {number}" in listed[0]
    assert "taken back by" in listed[1]


def newest(admin: Browser) -> str:
    """Return the address of the newest entry."""
    return str(document(admin.get(URL)).xpath("//ol[contains(@class, 'journal')]/li[1]/p/a/@href")[0])


def test_an_undo_is_looked_at_first_and_is_what_was_seen(world: Application, admin: Browser) -> None:
    label(admin, "city", "Town")
    entry = newest(admin)
    assert sentences(admin.get(f"{entry}/undo"))[0].endswith("changes: label.")
    stale = unchanged(world, lambda: admin.post(f"{entry}/undo", {"expected": "another plan"}))
    assert stale.status_code == 409


def test_an_entry_has_a_page_with_all_that_is_known_of_it(world: Application, admin: Browser) -> None:
    send(admin, f"{FIELD}/city", label__en="Town")
    publish(admin, why="  People  said so  ")
    page = admin.get(newest(admin))
    facts = dict(zip(texts(page, "//dl/div/dt"), texts(page, "//dl/div/dd"), strict=True))
    assert (facts["Who"], facts["Why"]) == ("Ada Admin", "People said so")
    assert facts["Took"].endswith(" ms")
    assert texts(page, "//ol[contains(@class, 'entry-lines')]/li") == ["Field “Town” of “Client” changes: label."]
    undone = follow(admin, send(admin, f"{newest(admin)}/undo", why="It was better before"))
    facts = dict(zip(texts(undone, "//dl/div/dt"), texts(undone, "//dl/div/dd"), strict=True))
    assert facts["Why"] == "It was better before"
    assert document(undone).xpath("//*[@data-action='undo']")


def test_what_was_changed_since_is_decided_by_the_person(world: Application, admin: Browser) -> None:
    label(admin, "city", "Town")
    first = newest(admin)
    send(admin, f"{FIELD}/city", label__en="Place", help__en="Where they live")
    publish(admin)
    answer = unchanged(world, lambda: admin.post(f"{first}/undo"))
    assert answer.status_code == 409
    name = "choice:entity/client/fields/city/label"
    assert texts(answer, "//fieldset/legend") == ["Field “Place” of “Client” label"]
    assert texts(answer, "//fieldset//b[not(ancestor::legend)]") == ["Place", "nothing set"]
    assert "Ada Admin" in texts(answer, "//fieldset//small")[0]
    assert document(answer).xpath("//form[@id='collisions']/@method") == ["get"]
    shown = admin.get(f"{first}/undo", params={name: "take"})
    assert sentences(shown) == ["Field “City” of “Client” changes: label."]
    follow(admin, admin.post(f"{first}/undo", values(shown, form="")))
    with world.runtime.reading() as unit:
        city = unit.model.catalog.fields("client")["city"]
    assert (city.label, city.help) == (None, "Where they live")


def test_nothing_is_left_to_take_back_where_every_newer_value_stays(world: Application, admin: Browser) -> None:
    label(admin, "city", "Town")
    first = newest(admin)
    label(admin, "city", "Place")
    kept = {"choice:entity/client/fields/city/label": "keep"}
    shown = admin.get(f"{first}/undo", params=kept)
    assert "is left to take back" in shown.text
    assert document(shown).xpath("//main//form[@method='post' and contains(@action, '/undo')]") == []
    assert unchanged(world, lambda: admin.post(f"{first}/undo", kept)).status_code == 409


def test_what_others_use_is_told_with_the_way_to_it(world: Application, admin: Browser) -> None:
    send(admin, "/-/admin/entity/client/new-field?type=text", label__en="Hobby", section="-", lists=[], do="publish")
    first = newest(admin)

    def with_hobby(trees: Trees) -> None:
        trees[Identity("list", "client", "all")]["columns"].append({"field": "x_hobby"})

    with world.runtime.reading() as unit:
        plan = drafts.plan_of(unit, drafts.edited(unit, unit.model.catalog, with_hobby))
    later = publish_plan(world.runtime.database, plan, actor="Second Admin")
    assert later
    shown = admin.get(f"{first}/undo")
    assert texts(shown, f"//main//a[@href='{URL}/{later.number}']") == [f"No. {later.number} · Second Admin"]
    assert len(texts(shown, "//p[@role='alert']")) == 1
    assert unchanged(world, lambda: admin.post(f"{first}/undo")).status_code == 422


def test_older_entries_are_a_page_away(world: Application, admin: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "MOST_ENTRIES", 2)
    for text in ("Town", "Place", "Where"):
        label(admin, "city", text)
    page = admin.get(URL)
    older = document(page).xpath("//a[contains(@href, '?before=')]/@href")[0]
    assert len(texts(page, "//ol[contains(@class, 'journal')]/li")) == 2
    assert "No." in texts(admin.get(older), "//ol[contains(@class, 'journal')]/li/p")[0]
    assert admin.get(f"{URL}?before=x").status_code == 404
