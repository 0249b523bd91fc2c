"""The page of results and the panel under the search box, as browsers get them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from lxml import html

from kartoteka.platform.actors import SYSTEM
from kartoteka.platform.records import create_many
from tests.application import Browser
from tests.search.office import BOSS, READER, SELLER, Office, open_office

NAUGHTY = (
    "<script>alert(1)</script>", '"', "''", "\\", "%", "&amp;", "{{7*7}}", "%(text)s", "%s", "\u202e", "🂡", "a" * 5_000,
    "../../etc", "-1", "\x00", "=1+1",
)  # fmt: skip


@pytest.fixture
def shown(tmp_path: Path, sqlite_url: str) -> Iterator[Office]:
    """Give an office with a few cards in it, all of them in the index."""
    with open_office(tmp_path / "office", sqlite_url, "fts5") as office:
        seller = office.application.people[SELLER]
        client = office.create("client", name="Romashka & Co", city="Tver", remark="They sell flowers", owner=seller)
        office.create("client", name="Hidden Romashka", remark="Of somebody else")
        office.create("deal", subject="Flowers for Romashka", client=client)
        office.work()
        yield office


def get(browser: Browser, path: str, **options: object) -> html.HtmlElement:
    answer = browser.get(path, **options)
    assert answer.status_code == 200, answer.text[:500]
    return html.fromstring(answer.text)


def texts(page: html.HtmlElement, path: str) -> list[str]:
    return [" ".join(each.text_content().split()) for each in page.xpath(path)]


def test_hits_have_title_place_and_kind(shown: Office) -> None:
    page = get(shown.application.browser(BOSS), "/-/search?q=flower")
    assert texts(page, "//li[contains(@class, 'hit')]//h2") == ["Flowers for Romashka", "Romashka & Co"]
    assert texts(page, "//mark") == ["Flowers", "flowers"]
    assert page.xpath("//li[contains(@class, 'hit')]//h2/a/@href") == ["/deal/1", "/client/1"]
    assert texts(page, "//nav[@class='facets']/a") == ["Everything 2", "Clients 1", "Deal 1"]
    assert texts(page, "//nav[@class='pager']/span[1]") == ["1–2 of 2"]
    assert len(page.xpath("//h1")) == 1


def test_one_kind_alone_keeps_the_others_in_view(shown: Office) -> None:
    page = get(shown.application.browser(BOSS), "/-/search?q=romashka&kind=client")
    assert texts(page, "//li[contains(@class, 'hit')]//h2") == ["Hidden Romashka", "Romashka & Co"]
    assert texts(page, "//nav[@class='facets']/a[@aria-current]") == ["Clients 2"]
    assert texts(page, "//nav[@class='facets']/a") == ["Everything 3", "Clients 2", "Deal 1"]


def test_nobody_sees_more_than_he_may(shown: Office) -> None:
    seller = shown.application.browser(SELLER)
    assert texts(get(seller, "/-/search?q=romashka"), "//h2/a") == ["Romashka & Co", "Flowers for Romashka"]
    reader = get(shown.application.browser(READER), "/-/search?q=flowers")
    assert "They sell" not in reader.text_content()
    assert shown.application.browser(READER).get("/-/search?q=x&kind=visit").status_code == 404
    assert shown.application.browser(BOSS).get("/-/search?q=x&kind=nothing").status_code == 404


def test_strangers_log_in_first(shown: Office) -> None:
    for path in ("/-/search?q=romashka", "/-/search/quick?q=romashka"):
        answer = shown.application.browser().get(path)
        assert answer.status_code == 303
        assert "Romashka" not in answer.text


def test_pages_follow_each_other(shown: Office) -> None:
    with shown.application.runtime.writing() as unit:
        create_many(unit, SYSTEM, "client", [{"name": f"Common {number}"} for number in range(45)])
    shown.work()
    browser = shown.application.browser(BOSS)
    titles: list[str] = []
    url = "/-/search?q=common"
    for expected in ("1–20 of 45", "21–40 of 45", "41–45 of 45"):
        page = get(browser, url)
        assert texts(page, "//nav[@class='pager']/span[1]") == [expected]
        titles += texts(page, "//h2/a")
        url = (page.xpath("//nav[@class='pager']//a[@rel='next']/@href") or [""])[0]
    assert (url, len(titles), len(set(titles))) == ("", 45, 45)
    for odd in ("0", "-1", "x", "99999999", "²", ""):
        get(browser, f"/-/search?q=common&page={quote(odd)}")


def test_empty_answers_help_on(shown: Office) -> None:
    browser = shown.application.browser(BOSS)
    page = get(browser, "/-/search?q=romahska")
    assert texts(page, "//section[@id='results']/p/a") == ["romashka"]
    assert page.xpath("//div[@class='nothing']/@data-kind") == ["no_match"]
    assert get(browser, "/-/search").xpath("//div[@class='nothing']/@data-kind") == ["nothing_yet"]


def test_what_waits_for_the_index_is_said(shown: Office) -> None:
    shown.create("client", name="Newest")
    browser = shown.application.browser(BOSS)
    page = get(browser, "/-/search?q=newest")
    assert texts(page, "//h2/a") == ["Newest"]
    assert "looked up apart" in page.xpath("string(//p[@class='notice'])")
    shown.finder.index.schemes.clear()
    assert "being built" in get(browser, "/-/search?q=newest").xpath("string(//p[@class='notice'])")


def test_the_panel_shows_hits_and_places_to_go(shown: Office) -> None:
    browser = shown.application.browser(BOSS)
    panel = get(browser, "/-/search/quick?q=romash")
    assert panel.xpath("//a/@href") == ["/client/2", "/client/1", "/deal/1", "/-/search?q=romash"]
    panel = get(browser, "/-/search/quick?q=new%20dea")
    assert panel.xpath("//a/@href")[0] == "/deal/new"
    assert get(browser, "/-/search/quick?q=clie").xpath("//a/@href")[:2] == ["/client", "/client/new"]
    assert "/-/admin/" in get(browser, "/-/search/quick?q=studio").xpath("//a/@href")
    reader = shown.application.browser(READER)
    assert "/client/new" not in reader.get("/-/search/quick?q=clie").text
    assert "/-/admin/" not in reader.get("/-/search/quick?q=studio").text
    assert browser.get("/-/search/quick").text.strip() == ""


@pytest.mark.parametrize("text", NAUGHTY)
def test_any_text_may_be_asked(shown: Office, text: str) -> None:
    browser = shown.application.browser(BOSS)
    shown.create("client", name=text.replace("\x00", "")[:200].strip() or "x") if text.isprintable() else None
    for path in ("/-/search", "/-/search/quick"):
        answer = browser.get(f"{path}?q={quote(text)}")
        assert answer.status_code == 200
        assert "<script>alert" not in answer.text


@pytest.mark.parametrize(("language", "word"), [("ru", "Результаты"), ("pl", "Wyniki")])
def test_speaks_the_reader_s_language(shown: Office, language: str, word: str) -> None:
    shown.application.add_person(f"{language}@x.test", "administrator", language=language)
    page = get(shown.application.browser(f"{language}@x.test"), "/-/search?q=romashka")
    assert word in page.xpath("string(//h1)")
