"""What must hold on every page: the example pages of the gallery are read as HTML."""

from collections import Counter
from pathlib import Path

import pytest
from lxml import html

from tools import gallery, gallery_pages

WEB = gallery.ROOT / "platform/web"
PAGES = [(language, name) for language in gallery.LANGUAGES for name in gallery_pages.make_pages(language)]
POLICY_BREAKERS = "//@style | //style | //script[not(@src)] | //@*[starts-with(name(), 'on')]"
TRANSLATED = ("ru", "pl")


@pytest.fixture(scope="module")
def pages() -> dict[tuple[str, str], html.HtmlElement]:
    """Return every example page, parsed."""
    parsed = {}
    for language in gallery.LANGUAGES:
        environment = gallery.make_environment(language)
        for name, (template, context) in gallery_pages.make_pages(language).items():
            parsed[language, name] = html.fromstring(environment.get_template(template).render(context))
    return parsed


@pytest.mark.parametrize("page", PAGES)
def test_the_content_policy_is_kept(pages: dict[tuple[str, str], html.HtmlElement], page: tuple[str, str]) -> None:
    assert pages[page].xpath(POLICY_BREAKERS) == []


@pytest.mark.parametrize("page", PAGES)
def test_ids_are_there_once(pages: dict[tuple[str, str], html.HtmlElement], page: tuple[str, str]) -> None:
    times: Counter[str] = Counter(pages[page].xpath("//@id"))
    assert [name for name in times if times[name] > 1] == []


@pytest.mark.parametrize("page", PAGES)
def test_what_is_referred_to_exists(pages: dict[tuple[str, str], html.HtmlElement], page: tuple[str, str]) -> None:
    ids = set(pages[page].xpath("//@id"))
    named = " ".join(pages[page].xpath("//@for | //@aria-describedby | //@aria-labelledby | //@popovertarget"))
    anchors = {link[1:] for link in pages[page].xpath("//a/@href") if link.startswith("#") and len(link) > 1}
    assert {*named.split(), *anchors} - ids == set()


@pytest.mark.parametrize("page", PAGES)
def test_inputs_and_links_have_names(pages: dict[tuple[str, str], html.HtmlElement], page: tuple[str, str]) -> None:
    labelled = set(pages[page].xpath("//label/@for"))
    for field in pages[page].xpath("//input[not(@type='hidden')] | //select | //textarea"):
        inside = field.xpath("boolean(ancestor::label)")
        assert inside or field.get("aria-label") or field.get("id") in labelled, html.tostring(field)
    for link in pages[page].xpath("//a | //button"):
        assert link.text_content().strip() or link.xpath(".//@aria-label"), html.tostring(link)


@pytest.mark.parametrize("page", PAGES)
def test_icons_are_listed(pages: dict[tuple[str, str], html.HtmlElement], page: tuple[str, str]) -> None:
    listed = set((WEB / "icons.txt").read_text(encoding="utf-8").split())
    assert {link.split("#")[1] for link in pages[page].xpath("//use/@href")} - listed == set()


@pytest.mark.parametrize("page", PAGES)
def test_posts_carry_the_token(pages: dict[tuple[str, str], html.HtmlElement], page: tuple[str, str]) -> None:
    for form in pages[page].xpath("//form[@method='post']"):
        assert form.xpath(".//input[@name='csrf']"), html.tostring(form)[:200]


@pytest.mark.parametrize("page", PAGES)
def test_one_heading_of_the_first_level(pages: dict[tuple[str, str], html.HtmlElement], page: tuple[str, str]) -> None:
    assert len(pages[page].xpath("//h1")) == 1


def test_every_template_names_its_context() -> None:
    for room in gallery.ROOMS:
        for path in (gallery.ROOT / room / "templates").rglob("*.html"):
            assert "Context:" in path.read_text(encoding="utf-8").splitlines()[0], path


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_word_of_the_templates_is_translated(language: str) -> None:
    environment = gallery.make_environment(language)
    words = gallery.read_words(language)
    missing = set()
    for room in gallery.ROOMS:
        for path in (gallery.ROOT / room / "templates").rglob("*.html"):
            for _, _, message in environment.extract_translations(read(path)):  # type: ignore[attr-defined]
                word = message[0] if isinstance(message, tuple) else message
                if word not in words._catalog:
                    missing.add(word)
    assert missing == set()


def read(path: Path) -> str:
    """Return the text of a template."""
    return path.read_text(encoding="utf-8")
