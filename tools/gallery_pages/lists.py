"""The lists of the gallery: rows of every kind of cell, and nothing."""

from __future__ import annotations

from msgspec.structs import replace

from kartoteka.forms.contexts import (
    Chip,
    Column,
    ListPage,
    Row,
    ViewTab,
)
from kartoteka.platform.web.contexts import (
    Action,
    Cell,
    Empty,
    Option,
    Pager,
    Shell,
)
from tools.gallery_pages.firm import FIRMS, PEOPLE, Pages, Say, at, tabs


def lists(say: Say, shell: Shell) -> Pages:
    """Return a list, the same with every kind of cell, and the empty ones."""
    kinds = tabs(say)
    columns = (
        Column("name", say("Name", "Название"), "link", "asc", "?sort=-name", "lead"),
        Column("segment", say("Segment", "Сегмент"), "choice", "", "?sort=segment", "second"),
        Column("phone", say("Phone", "Телефон"), "phone"),
        Column("city", say("City", "Город"), "text", "", "?sort=city"),
        Column("turnover", say("Turnover", "Оборот"), "money", "", "?sort=turnover", "aside"),
        Column("next", say("Next step", "Следующий шаг"), "date", "", "?sort=next", "second2"),
        Column("owner", say("Owner", "Ответственный"), "person", "", "?sort=owner"),
        Column("tags", say("Tags", "Метки"), "tags"),
        Column("rating", say("Rating", "Оценка"), "rating", "", "?sort=rating"),
        Column("active", say("Active", "Работаем"), "boolean"),
    )

    def row(n: int) -> Row:
        firm, person = FIRMS[n % len(FIRMS)], PEOPLE[n % 3]
        name = say(firm[0], firm[1]) + ("" if n < len(FIRMS) else f" {n // len(FIRMS) + 1}")
        late = n % 7 == 3
        cells = (
            Cell("link", name, f"/client/{n}"),
            Cell("choice", say(firm[2], firm[3]), colour=firm[4]),
            Cell("phone", f"+7 495 {100 + n * 7}-{10 + n}-{20 + n}", "tel:+7495"),
            Cell("text", say(firm[5], firm[6])),
            Cell("number", f"{(n * 7919 % 900 + 12) * 1000:,}".replace(",", "\u00a0") + " ₽"),
            Cell(
                "date",
                say("19 Nov", "19 нояб.") if late else f"{22 + n % 8} " + say("Nov", "нояб."),
                tone="late" if late else "",
            ),
            Cell("person", say(person[0], person[1]), initials=say(person[2], person[3]), colour=person[4]),
            Cell("tags", items=(Option("vip", "VIP", colour="plum"),) if n % 3 == 0 else ()),
            Cell("rating", say(f"{n % 5 + 1} of 5", f"{n % 5 + 1} из 5"), level=n % 5 + 1),
            Cell("boolean", say("Yes", "Да") if n % 4 else say("No", "Нет"), on=bool(n % 4)),
        )
        return Row(str(n), f"/client/{n}", name, cells)

    page = ListPage(
        shell=at(shell, say("Companies", "Компании"), "/client"),
        tab=kinds["client"],
        views=(
            ViewTab(say("All", "Все"), "/client?list=all"),
            ViewTab(say("Mine", "Мои"), "/client?list=mine", True),
            ViewTab(say("No next step", "Без следующего шага"), "/client?list=idle", count="12"),
            ViewTab(say("Key accounts", "Ключевые"), "/client?list=key"),
        ),
        columns=columns,
        rows=tuple(row(n) for n in range(50)),
        pager=Pager(say("1–50 of 10,000+", "1–50 из 10 000+"), "", "/client?after=50", "/client?count=exact"),
        url="/client",
        bulk_url="/client",
        chips=(
            Chip(say("Owner: me", "Ответственный: я"), "/client", "/client"),
            Chip(say("Segment: Wholesale, Food", "Сегмент: Опт, Продукты"), "/client", "/client"),
        ),
        clear_url="/client",
        filter_url="/client/-/filter",
        columns_url="/client/-/columns",
        actions=(
            Action(say("Import", "Загрузить"), "/client/-/import", "upload", name="secondary"),
            Action(say("Excel", "Excel"), "/client.xlsx", "file-spreadsheet", name="secondary"),
            Action(say("New company", "Новая компания"), "/client/new", "plus", style="primary"),
        ),
        downloads=(
            Action(say("Download as CSV", "Скачать как CSV"), "/client.csv", "download"),
            Action(say("Edit in Excel", "Править в Excel"), "/client.xlsx?edit=1", "file-spreadsheet"),
            Action(say("Print", "Печать"), "/client?print=1", "printer"),
        ),
        bulk=(
            Action(say("Change", "Изменить"), "", "pencil", name="edit", style="quiet"),
            Action(say("Assign", "Передать"), "", "user-plus", name="assign", style="quiet"),
            Action(say("Excel", "Excel"), "", "file-spreadsheet", name="xlsx", style="quiet"),
            Action(say("Delete", "Удалить"), "", "trash", name="delete", style="quiet"),
        ),
    )
    empties = {
        "list-nothing": Empty(
            "nothing_yet",
            say("No companies yet", "Компаний пока нет"),
            say(
                "Create the first one, or bring your list from Excel: columns are matched by their headings.",
                "Создайте первую или загрузите список из Excel: столбцы найдутся по заголовкам.",
            ),
            "building",
            (
                Action(say("New company", "Новая компания"), "/client/new", "plus", style="primary"),
                Action(say("Import from Excel", "Загрузить из Excel"), "/client/-/import", "upload"),
            ),
        ),
        "list-nomatch": Empty(
            "no_match",
            say("Nothing matches", "Ничего не подходит"),
            say("No company meets both filters.", "Ни одна компания не подходит под оба условия."),
            "filter-x",
            (Action(say("Clear filters", "Сбросить условия"), "/client", "x"),),
        ),
        "list-noright": Empty(
            "no_right",
            say("You may not see companies", "Компании вам не видны"),
            say(
                "Your role is Warehouse. Olga Sidorova can change that.",
                "Ваша роль — «Склад». Изменить это может Ольга Сидорова.",
            ),
            "lock",
            (Action(say("Write to Olga", "Написать Ольге"), "mailto:olga@example.org", "mail"),),
        ),
    }
    pages: Pages = {"list": ("forms/list.html", {"page": page, "shell": page.shell})}
    for name, empty in empties.items():
        bare = replace(page, rows=(), empty=empty, chips=page.chips if name == "list-nomatch" else ())
        pages[name] = ("forms/list.html", {"page": bare, "shell": bare.shell})
    return pages
