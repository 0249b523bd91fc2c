"""What a page of the studio says, and forms as a person would send them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from lxml import html

from tests.application import Browser


def document(answer: Any) -> html.HtmlElement:
    """Return an answer as HTML."""
    return html.fromstring(answer.text)


def texts(answer: Any, xpath: str) -> list[str]:
    """Return the texts at a path, without the space round them."""
    found = document(answer).xpath(xpath)
    return [" ".join((each if isinstance(each, str) else each.text_content()).split()) for each in found]


def values(answer: Any, form: str = "properties") -> dict[str, list[str]]:
    """Return what a form would send as it stands on the page."""
    root = document(answer)
    found = root.xpath(f"//form[@id='{form}']") or root.xpath("//form[.//input[@name='csrf']][ancestor::main]")
    sent: dict[str, list[str]] = {}
    for field in found[0].xpath(".//input | .//select | .//textarea"):
        name = field.get("name")
        if name and (
            field.tag != "input" or field.get("type") not in ("checkbox", "radio") or "checked" in field.attrib
        ):
            sent.setdefault(name, []).extend(_of(field))
    return sent


def _of(field: html.HtmlElement) -> list[str]:
    if field.tag == "textarea":
        return [(field.text or "").removeprefix("\n")]
    if field.tag == "select":
        chosen = field.xpath("./option[@selected]") or field.xpath("./option[1]")
        return [option.get("value") for option in chosen]
    return [field.get("value") or ""]


def send(browser: Browser, url: str, **changed: Any) -> Any:
    """Open a page, change some of its inputs and send its form; follow where it leads."""
    shown = browser.get(url)
    assert shown.status_code == 200, shown.text[:300]
    sent = {**values(shown), **{name: value if isinstance(value, list) else [value] for name, value in changed.items()}}
    target = document(shown).xpath("//form[@id='properties']/@action") or document(shown).xpath(
        "//main//form[.//input[@name='csrf']]/@action"
    )
    return browser.post(target[0], sent)


def follow(browser: Browser, answer: Any) -> Any:
    """Go where an answer leads."""
    assert answer.status_code == 303, answer.text[:2000]
    url = urlsplit(answer.headers["location"])
    return browser.get(url.path + (f"?{url.query}" if url.query else ""))


def publish(browser: Browser, **more: str) -> Any:
    """Publish the draft as it is reviewed."""
    shown = browser.get("/-/admin/draft")
    expected = document(shown).xpath("//input[@name='expected']/@value")[0]
    return browser.post("/-/admin/draft/publish", {"expected": expected, **more})


def sentences(answer: Any) -> list[str]:
    """Return the changes that a review tells."""
    return texts(answer, "//li[@class='change']/div/p/b")
