"""The answer to a search in the gallery."""

from __future__ import annotations

from markupsafe import Markup

from kartoteka.platform.web.contexts import (
    Cell,
    Pager,
    Shell,
)
from kartoteka.search.contexts import Facet, Hit, ResultsPage
from tools.gallery_pages.firm import Pages, Say, at, tabs


def results(say: Say, shell: Shell) -> Pages:
    """Return the answer to a search."""
    kinds = tabs(say)
    word = say("Romashka", "Ромашка")
    hits = tuple(
        Hit(kinds[kind], Markup("{}").format(Markup(title)), "#", Markup(snippet), facts)  # noqa: S704 - written here
        for kind, title, snippet, facts in (
            (
                "client",
                f"<mark>{word}</mark>",
                say(
                    "LLC <mark>Romashka</mark>, flower wholesaler, four shops in Moscow and Tver",
                    "ООО «<mark>Ромашка</mark>», оптовая торговля цветами, четыре магазина в Москве и Твери",
                ),
                (
                    Cell("choice", say("Wholesale", "Опт"), colour="green"),
                    Cell("phone", "+7 495 123-45-67", "tel:"),
                    Cell("text", say("Moscow", "Москва")),
                ),
            ),
            (
                "deal",
                say("Second batch, December", "Вторая партия, декабрь"),
                say(
                    "<mark>Romashka</mark> wants the second batch before the 5th",
                    "<mark>Ромашке</mark> нужна вторая партия до 5 декабря",
                ),
                (Cell("choice", say("Contract", "Договор"), colour="blue"), Cell("number", "640 000 ₽")),
            ),
            (
                "person",
                say("Elena Gromova", "Елена Громова"),
                say(
                    "Head of purchasing at <mark>Romashka</mark>; calls only before noon",
                    "Начальник закупок, «<mark>Ромашка</mark>»; звонить только до полудня",
                ),
                (Cell("phone", "+7 916 555-01-02", "tel:"),),
            ),
            (
                "claim",
                say("Complaint No. 31", "Рекламация № 31"),
                say(
                    "Box damaged on the way to <mark>Romashka</mark>",
                    "Коробка повреждена по пути в «<mark>Ромашку</mark>»",
                ),
                (Cell("choice", say("Settled", "Закрыта"), colour="green"),),
            ),
        )
    )
    page = ResultsPage(
        at(shell, word, "/-/search", search_text=word),
        word,
        say("4 cards with “Romashka”", "4 карточки со словом «Ромашка»"),
        hits,
        (
            Facet(say("Everything", "Всё"), "4", "#", "slate", True),
            *(Facet(kinds[k].label, "1", "#", kinds[k].colour) for k in ("client", "deal", "person", "claim")),
        ),
        Pager(say("1–4 of 4", "1–4 из 4")),
        lag=say(
            "The newest 12 cards were looked up apart; the index is catching up.",
            "12 новейших карточек просмотрены отдельно: индекс догоняет.",
        ),
    )
    return {"search": ("search/results.html", {"page": page, "shell": page.shell})}
