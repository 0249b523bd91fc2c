"""A page's form as a browser would send it."""

from __future__ import annotations

from collections.abc import Mapping
from html.parser import HTMLParser


class _Reader(HTMLParser):
    """Collects what the inputs, text areas and selects of the form with a given id say."""

    def __init__(self, form: str) -> None:
        super().__init__()
        self.form, self.inside = form, False
        self.found: dict[str, list[str]] = {}
        self._select = ""
        self._area: str | None = None

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag == "form":
            self.inside = self.form in given.get("action", "")
        if not self.inside or "disabled" in given:
            return
        name = given.get("name", "")
        if tag == "input" and name and given.get("type") not in ("file", "submit", "button"):
            if given.get("type") not in ("checkbox", "radio") or "checked" in given:
                self.found.setdefault(name, []).append(given.get("value", ""))
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in given:
            self.found.setdefault(self._select, []).append(given.get("value", ""))
        elif tag == "textarea":
            self._area = name
            self.found.setdefault(name, []).append("")

    def handle_data(self, data: str) -> None:
        if self._area:
            self.found[self._area][-1] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = None
        elif tag == "select":
            self._select = ""
        elif tag == "form":
            self.inside = False


def sent_by(page: str, action: str) -> dict[str, list[str]]:
    """Return what the form with that action would send, by name."""
    reader = _Reader(action)
    reader.feed(page)
    return reader.found


def changed(form: Mapping[str, list[str]], **texts: str) -> dict[str, list[str]]:
    """Return the form with some texts put in."""
    return {**form, **{name: [text] for name, text in texts.items()}}
