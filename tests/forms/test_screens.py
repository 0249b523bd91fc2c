"""The record screens as a person uses them, without JavaScript."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import pytest

from kartoteka.metadata.locales import LANGUAGES
from kartoteka.platform.actors import SYSTEM
from kartoteka.platform.people import set_password
from kartoteka.platform.query import Query, get
from kartoteka.platform.records import update_record
from tests.application import Application, Browser, unchanged

ADMIN = "admin@test.example"
SELLER = "seller@test.example"


def value_of(application: Application, entity: str, record_id: int, key: str) -> Any:
    """Return what a record holds."""
    with application.runtime.reading() as unit:
        return get(unit, SYSTEM, Query(entity, (key,)), record_id).values[key]


def new_client(browser: Browser, **values: Any) -> Any:
    """Fill in the form for a new client and save it."""
    browser.get("/client/new?all=1")
    return browser.post("/client/new", {"rendered": " ".join(values), **values})


def id_in(answer: Any) -> int:
    """Return the id of the record that a redirect leads to."""
    assert answer.status_code == 303, answer.text[-1500:]
    return int(answer.headers["location"].rsplit("/", 1)[1])


def test_a_stranger_is_asked_to_log_in_and_then_led_on(world: Application) -> None:
    stranger = world.browser()
    answer = stranger.get("/client?q=x")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/-/login?next=%2Fclient%3Fq%3Dx"


def test_a_wrong_password_is_refused_and_says_nothing_about_accounts(world: Application) -> None:
    stranger = world.browser()
    known = unchanged(world, lambda: stranger.log_in(ADMIN, "wrong password"))
    unknown = unchanged(world, lambda: stranger.log_in("nobody@test.example", "wrong password"))
    assert known.status_code == unknown.status_code == 422
    mask = re.compile(r'value="[^"]*"')
    assert mask.sub("", known.text) == mask.sub("", unknown.text)


def test_a_record_is_created_shown_listed_edited_and_deleted_with_undo(world: Application) -> None:
    browser = world.browser(ADMIN)
    record = id_in(new_client(browser, name="Ромашка & Co", city="Łódź", rank="7", credit="1200.50"))
    card = browser.get(f"/client/{record}")
    assert "Ромашка &amp; Co" in card.text
    assert "Łódź" in card.text
    assert "Ромашка &amp; Co" in browser.get("/client").text
    browser.get(f"/client/{record}/edit")
    saved = browser.post(f"/client/{record}/edit", {"rendered": "city", "city": "Kraków", "version": "1"})
    assert saved.status_code == 303
    assert value_of(world, "client", record, "city") == "Kraków"
    assert value_of(world, "client", record, "rank") == 7
    gone = browser.post(f"/client/{record}/delete")
    assert gone.status_code == 303
    assert browser.get(f"/client/{record}").status_code == 404
    undo = re.search(r'action="(/client/-/restore[^"]+)"', browser.get("/client").text)
    assert undo
    assert browser.post(html.unescape(undo.group(1))).status_code == 303
    assert browser.get(f"/client/{record}").status_code == 200


def test_what_is_wrong_is_said_at_the_field_and_everything_typed_is_kept(world: Application) -> None:
    browser = world.browser(ADMIN)
    typed = {"name": "", "inn": "12ab", "rank": "seven", "city": "Gdańsk <b>"}
    answer = unchanged(world, lambda: new_client(browser, **typed))
    assert answer.status_code == 422
    text = html.unescape(answer.text)
    assert 'value="12ab"' in text
    assert 'value="seven"' in text
    assert 'value="Gdańsk <b>"' in text
    for field in ("name", "inn", "rank"):
        assert f'href="#f-{field}"' in text
    assert 'href="#f-city"' not in text


def test_a_field_that_was_not_rendered_is_not_cleared(world: Application) -> None:
    record = world.create("client", name="Kept", city="Here")
    browser = world.browser(ADMIN)
    browser.get(f"/client/{record}/edit")
    browser.post(f"/client/{record}/edit", {"rendered": "name", "name": "New name", "version": "1"})
    assert value_of(world, "client", record, "city") == "Here"
    assert value_of(world, "client", record, "name") == "New name"


def test_two_people_merge_where_they_can_and_are_asked_where_not(world: Application) -> None:
    record = world.create("client", name="Shared", city="Old", rank=1)
    first, second = world.browser(ADMIN), world.browser(ADMIN)
    first.get(f"/client/{record}/edit")
    second.get(f"/client/{record}/edit")
    first.post(f"/client/{record}/edit", {"rendered": "city rank", "city": "First", "rank": "1", "version": "1"})
    merged = second.post(f"/client/{record}/edit", {"rendered": "rank", "rank": "9", "version": "1"})
    assert merged.status_code == 303
    assert value_of(world, "client", record, "city") == "First"
    assert value_of(world, "client", record, "rank") == 9
    clash = unchanged(
        world, lambda: second.post(f"/client/{record}/edit", {"rendered": "city", "city": "Second", "version": "1"})
    )
    assert clash.status_code == 409
    assert "First" in clash.text
    assert "Second" in clash.text
    decided = {"rendered": "city", "city": "Second", "version": "1", "city__keep": "mine"}
    assert second.post(f"/client/{record}/edit", decided).status_code == 303
    assert value_of(world, "client", record, "city") == "Second"


def test_a_list_is_filtered_sorted_and_paged_to_its_end_and_back(world: Application) -> None:
    for number in range(120):
        world.create("client", name=f"Client {number:03}", city="Even" if number % 2 == 0 else "Odd", rank=number % 7)
    browser = world.browser(ADMIN)
    names: list[str] = []
    url = "/client?f.city=Even&sort=-rank"
    while url:
        page = html.unescape(browser.get(url).text)
        names += re.findall(r'<td class="is-link[^"]*"><a href="/client/\d+">(Client \d+)</a>', page)
        following = re.search(r'href="([^"]+)"[^>]*rel="next"', page)
        url = following.group(1) if following else ""
    expected = sorted((n for n in range(120) if n % 2 == 0), key=lambda n: n % 7, reverse=True)
    assert len(names) == 60
    assert len(set(names)) == 60
    assert [int(name[-3:]) % 7 for name in names] == [n % 7 for n in expected]


@pytest.mark.parametrize("address", ["f.nothing=1", "sort=nothing", "where=nothing+%3D+1", "where=name+%3D", "after=x"])
def test_a_question_that_makes_no_sense_is_refused(world: Application, address: str) -> None:
    answer = world.browser(ADMIN).get(f"/client?{address}")
    assert answer.status_code == 400


def test_hidden_and_unknown_fields_are_refused_alike(world: Application) -> None:
    browser = world.browser(SELLER)
    for parameter in ("f.{}=1", "sort={}", "where={}+%3D+1"):
        hidden = browser.get("/client?" + parameter.format("credit"))
        unknown = browser.get("/client?" + parameter.format("credix"))
        assert hidden.status_code == unknown.status_code == 400
        suggestion = re.compile(r"”\..*?</li>")  # made of visible names only: it differs with what was typed
        shown = suggestion.sub("", hidden.text), suggestion.sub("", unknown.text)
        assert shown[0].replace("credit", "credix") == shown[1]


def test_a_person_sees_and_edits_only_what_the_role_allows(world: Application) -> None:
    seller = world.actor(SELLER)
    mine = world.create("client", name="Mine", owner=seller.user_id)
    theirs = world.create("client", name="Theirs", owner=world.people["other@test.example"])
    browser = world.browser(SELLER)
    listed = browser.get("/client").text
    assert "Mine" in listed
    assert "Theirs" not in listed
    assert browser.get(f"/client/{theirs}").status_code == 404
    assert browser.get(f"/client/{mine}").status_code == 200
    form = browser.get(f"/client/{mine}/edit").text
    assert 'name="credit"' not in form
    assert 'name="rank"' not in form
    for field in ("credit", "rank", "id", "version", "created_by", "deleted_at", "code", "risk"):
        values = {"rendered": field, field: "5", "version": "1"}
        before = world.digest()
        answer = browser.post(f"/client/{mine}/edit", values)
        assert world.digest() == before, field
        assert answer.status_code in (303, 422)
    reader = world.browser("reader@test.example")
    assert unchanged(world, lambda: reader.post(f"/client/{mine}/delete")).status_code == 403


def test_requests_without_the_token_or_from_elsewhere_are_refused(world: Application) -> None:
    record = world.create("client", name="Safe")
    browser = world.browser(ADMIN)
    without = unchanged(world, lambda: browser.client.post(f"/client/{record}/delete", data={}))
    assert without.status_code == 403
    elsewhere = {"sec-fetch-site": "cross-site"}
    foreign = unchanged(world, lambda: browser.post(f"/client/{record}/delete", headers=elsewhere))
    assert foreign.status_code == 403


def test_what_was_typed_survives_an_expired_session(world: Application) -> None:
    record = world.create("client", name="Before")
    browser = world.browser(ADMIN)
    browser.get(f"/client/{record}/edit")
    browser.client.cookies.delete("kt_session")
    typed = {"rendered": "name", "name": "Typed while away", "version": "1"}
    expired = unchanged(world, lambda: browser.post(f"/client/{record}/edit", typed))
    assert expired.status_code == 401
    assert "Typed while away" in expired.text
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', html.unescape(expired.text)))
    login = {**fields, "email": ADMIN, "password": "a good password"}
    again = browser.client.post("/-/login", data=login)
    assert again.status_code == 200
    kept = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', html.unescape(again.text)))
    assert browser.client.post(f"/client/{record}/edit", data=kept).status_code == 303
    assert value_of(world, "client", record, "name") == "Typed while away"


def test_a_link_is_picked_by_typing_with_or_without_script(world: Application) -> None:
    parent = world.create("client", name="Головная")
    browser = world.browser(ADMIN)
    assert "Головная" in browser.get("/client/-/pick?q=голов").text
    typed = {"name": "Дочерняя", "parent": "", "parent__title": "", "parent__text": "Головная"}
    child = id_in(new_client(browser, **{**typed, "rendered": "name parent"}))
    assert value_of(world, "client", child, "parent") == parent
    unknown = {**typed, "parent__text": "Nowhere", "rendered": "name parent"}
    answer = unchanged(world, lambda: new_client(browser, **unknown))
    assert answer.status_code == 422


def test_a_fact_is_edited_in_place(world: Application) -> None:
    record = world.create("client", name="Facts", city="Old")
    browser = world.browser(ADMIN)
    browser.get(f"/client/{record}")
    address = f"/client/{record}/-/fact/city"
    assert 'value="Old"' in browser.get(address, headers={"hx-request": "true"}).text
    saved = browser.post(address, {"city": "New", "version": "1"}, headers={"hx-request": "true"})
    assert saved.status_code == 200
    assert "New" in saved.text
    refused = unchanged(
        world, lambda: browser.post(f"/client/{record}/-/fact/rank", {"rank": "x"}, headers={"hx-request": "true"})
    )
    assert refused.status_code == 422
    assert 'value="x"' in refused.text


def test_no_screen_shows_raw_words(world: Application) -> None:
    record = world.create("client", name="Words", segment="key")
    browser = world.browser(ADMIN)
    for language in LANGUAGES:
        browser.get("/")
        browser.post("/-/preferences", {"language": language, "back": "/"})
        for address in ("/", "/client", f"/client/{record}", f"/client/{record}/edit", "/client/new", "/deal"):
            page = browser.get(address)
            assert page.status_code == 200, address
            visible = re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", page.text, flags=re.DOTALL)
            assert not re.search(r"\bNone\b|Undefined|%\(\w+\)s|\{\w+\}", visible), (language, address)


def test_naughty_strings_pass_through_the_form_unchanged(world: Application, real: Any) -> None:
    naughty = [text for text in json.loads((real / "blns.json").read_text()) if text.strip() and len(text) < 255]
    browser = world.browser(ADMIN)
    browser.get("/client/new?all=1")
    for text in naughty[:: max(1, len(naughty) // 60)]:
        answer = browser.post("/client/new", {"rendered": "name remark", "name": text, "remark": text})
        if answer.status_code == 422:
            assert "f-name" in answer.text
            continue
        record = id_in(answer)
        assert value_of(world, "client", record, "name") == text.strip()
        assert text.strip() in html.unescape(browser.get(f"/client/{record}").text)


def test_pages_do_not_trust_others(world: Application) -> None:
    page = world.browser(ADMIN).get("/client")
    policy = page.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert page.headers["x-content-type-options"] == "nosniff"
    assert not re.search(r"<script>|\sstyle=|\son\w+=", page.text)


def test_a_session_ends_with_the_password_or_the_person(world: Application) -> None:
    browser = world.browser(SELLER)
    with world.runtime.writing() as unit:
        set_password(unit, world.people[SELLER], "another good one")
    assert browser.get("/client").status_code == 303
    again = world.browser()
    again.log_in(SELLER, "another good one")
    assert again.get("/client").status_code == 200
    with world.runtime.writing() as unit:
        update_record(unit, SYSTEM, "user", world.people[SELLER], {"active": False})
    assert again.get("/client").status_code == 303


def test_administrators_have_a_gear_at_every_field_and_others_do_not(world: Application) -> None:
    record = world.create("client", name="Geared", owner=world.people[SELLER])
    pages = ("/client", f"/client/{record}", f"/client/{record}/edit")
    admin, seller = world.browser(ADMIN), world.browser(SELLER)
    for page in pages:
        gear = re.search(r'href="(/-/admin/field/client/name\?back=[^"]+)"', admin.get(page).text)
        assert gear, page
        assert admin.get(html.unescape(gear.group(1))).status_code == 200
        assert "/-/admin/field" not in seller.get(page).text
