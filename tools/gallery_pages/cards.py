"""The card of the gallery."""

from __future__ import annotations

from kartoteka.forms.contexts import (
    CardPage,
    Composer,
    Fact,
    FactGroup,
    Neighbour,
    NextStep,
    RelatedItem,
    RelatedList,
    TimelineItem,
)
from kartoteka.platform.web.contexts import (
    Action,
    Cell,
    Option,
    Shell,
    Widget,
)
from tools.gallery_pages.firm import FIRMS, Pages, Say, at, tabs


def cards(say: Say, shell: Shell) -> Pages:
    """Return a company's card."""
    kinds = tabs(say)
    anna = Cell("person", say("Anna Orlova", "Анна Орлова"), initials=say("AO", "АО"), colour="violet")

    def fact(key: str, en: str, ru: str, cell: Cell) -> Fact:
        return Fact(key, say(en, ru), cell, f"/client/1/-/field/{key}")

    contacts = (
        fact("phone", "Phone", "Телефон", Cell("phone", "+7 495 123-45-67", "tel:+74951234567")),
        fact("email", "E-mail", "Эл. почта", Cell("email", "office@romashka.example")),
        fact("site", "Site", "Сайт", Cell("url", "romashka.example", "https://romashka.example")),
        fact(
            "address",
            "Address",
            "Адрес",
            Cell("text", say("12 Tverskaya, Moscow 125009", "125009, Москва, ул. Тверская, 12")),
        ),
    )
    legal = (
        fact("inn", "Tax number", "ИНН", Cell("number", "7701234567")),
        fact("kpp", "KPP", "КПП", Cell("number", "770101001")),
        fact("legal", "Legal name", "Юр. название", Cell("text", say("Romashka LLC", "ООО «Ромашка»"))),
        fact("since", "Client since", "Клиент с", Cell("date", say("14 Mar 2021", "14 мар. 2021"))),
    )
    work = (
        fact("terms", "Terms", "Условия", Cell("text", say("14 days after delivery", "14 дней после поставки"))),
        fact("discount", "Discount", "Скидка", Cell("number", "7 %")),
        fact("credit", "Credit limit", "Лимит", Cell("number", "500 000 ₽")),
        fact("rating", "Rating", "Оценка", Cell("rating", say("4 of 5", "4 из 5"), level=4)),
        fact("news", "Newsletter", "Рассылка", Cell("boolean", say("Yes", "Да"), on=True)),
        fact(
            "tags",
            "Tags",
            "Метки",
            Cell(
                "tags",
                items=(Option("vip", "VIP", colour="plum"), Option("edo", say("E-documents", "ЭДО"), colour="sky")),
            ),
        ),
    )
    timeline = (
        TimelineItem(
            "1",
            "call",
            "phone",
            say("Ivan Petrov", "Иван Петров"),
            say("called", "позвонил"),
            say("today, 9:12", "сегодня, 9:12"),
            "2026-11-21",
            say(
                "They want the second batch before 5 December. Elena asks for the price with delivery.",
                "Нужна вторая партия до 5 декабря. Елена просит цену с доставкой.",
            ),
        ),
        TimelineItem(
            "2",
            "change",
            "pencil",
            say("Anna Orlova", "Анна Орлова"),
            say("changed", "изменила"),
            say("yesterday, 16:40", "вчера, 16:40"),
            "2026-11-20",
            changes=(
                (say("Discount", "Скидка"), "5 %", "7 %"),
                (say("Terms", "Условия"), say("7 days", "7 дней"), say("14 days", "14 дней")),
            ),
        ),
        TimelineItem(
            "3",
            "mail",
            "mail",
            say("Elena Gromova", "Елена Громова"),
            say("wrote: Re: Offer No. 218", "пишет: Re: Предложение № 218"),
            say("19 Nov, 11:03", "19 нояб., 11:03"),
            "2026-11-19",
            say(
                "Good day! The offer suits us. Please send the contract.",
                "Добрый день! Предложение подходит, пришлите, пожалуйста, договор.",
            ),
        ),
        TimelineItem(
            "4",
            "file",
            "paperclip",
            say("Anna Orlova", "Анна Орлова"),
            say("added Offer-218.xlsx", "добавила Предложение-218.xlsx"),
            say("18 Nov, 15:30", "18 нояб., 15:30"),
            "2026-11-18",
        ),
        TimelineItem(
            "5",
            "note",
            "note",
            say("Maria Klimova", "Мария Климова"),
            say("made a note", "записала"),
            say("12 Nov, 10:15", "12 нояб., 10:15"),
            "2026-11-12",
            say(
                "The new head of purchasing is Elena Gromova; calls only before noon.",
                "Новый начальник закупок — Елена Громова; звонить только до полудня.",
            ),
        ),
    )
    related = (
        RelatedList(
            kinds["deal"],
            (
                RelatedItem(
                    say("Second batch, December", "Вторая партия, декабрь"),
                    "/deal/1",
                    say("till 5 Dec", "до 5 дек."),
                    "640 000 ₽",
                    Cell("choice", say("Contract", "Договор"), colour="green"),
                ),
                RelatedItem(
                    say("Spring assortment", "Весенний ассортимент"),
                    "/deal/2",
                    say("till 1 Mar", "до 1 мар."),
                    "1 120 000 ₽",
                    Cell("choice", say("New", "Новая"), colour="slate"),
                ),
            ),
            "2",
            "/deal",
            "/deal/new",
            say("New deal", "Новая сделка"),
        ),
        RelatedList(
            kinds["person"],
            (
                RelatedItem(
                    say("Elena Gromova", "Елена Громова"),
                    "/person/1",
                    say("Head of purchasing", "Начальник закупок"),
                    "+7 916 555-01-02",
                ),
                RelatedItem(
                    say("Oleg Zimin", "Олег Зимин"), "/person/2", say("Accountant", "Бухгалтер"), "+7 916 555-01-07"
                ),
            ),
            "2",
            "/person",
            "/person/new",
            say("New contact", "Новый контакт"),
        ),
        RelatedList(
            kinds["claim"],
            (),
            "0",
            "/claim",
            "/claim/new",
            say("New complaint", "Новая рекламация"),
            say("No complaints", "Рекламаций нет"),
        ),
        RelatedList(
            kinds["offer"],
            (
                RelatedItem(
                    say("Offer No. 218", "Предложение № 218"),
                    "/offer/1",
                    say("18 Nov, accepted", "18 нояб., принято"),
                    "640 000 ₽",
                ),
            ),
            "1",
            "/offer",
            "/offer/new",
            say("New offer", "Новое предложение"),
        ),
    )
    kinds_of_note = (
        Option("call", say("Call", "Звонок"), True, hint="phone"),
        Option("note", say("Note", "Заметка"), hint="note"),
        Option("task", say("Task", "Задача"), hint="square-check"),
    )
    page = CardPage(
        shell=at(shell, say("Romashka", "Ромашка"), "/client"),
        tab=kinds["client"],
        title=say("Romashka", "Ромашка"),
        subtitle=say("Romashka LLC, Moscow", "ООО «Ромашка», Москва"),
        facts=(
            Fact("segment", say("Segment", "Сегмент"), Cell("choice", say("Wholesale", "Опт"), colour="green")),
            Fact("owner", say("Owner", "Ответственный"), anna),
            Fact("turnover", say("Turnover, 12 months", "Оборот за 12 месяцев"), Cell("number", "3 480 000 ₽")),
            Fact("open", say("Open deals", "Открытые сделки"), Cell("number", "1 760 000 ₽")),
            Fact("debt", say("Overdue debt", "Просроченный долг"), Cell("number", "48 200 ₽", tone="late")),
        ),
        groups=(
            FactGroup(say("Contact", "Связь"), contacts),
            FactGroup(say("Work", "Работа"), work),
            FactGroup(say("Details", "Реквизиты"), legal),
            FactGroup(say("Delivery", "Доставка"), (), False),
        ),
        call=Action(say("Call", "Позвонить"), "tel:+74951234567", "phone", name="call"),
        actions=(Action(say("Edit", "Изменить"), "/client/1/edit", "pencil"),),
        more=(
            Action(say("Copy", "Копировать"), "/client/1/copy", "copy"),
            Action(say("Print", "Печать"), "/client/1?print=1", "printer"),
            Action(say("All history", "Вся история"), "/client/1/history", "history"),
            Action(say("Delete", "Удалить"), "/client/1/delete", "trash", "post", "danger"),
        ),
        next_step=NextStep(
            say("Send the contract to Elena", "Отправить договор Елене"),
            say("today, 15:00", "сегодня, 15:00"),
            "/task/1",
        ),
        composer=Composer(
            "/client/1/-/note",
            kinds_of_note,
            Widget(
                "long_text",
                "text",
                say("What happened", "Что произошло"),
                placeholder=say("What was agreed?", "О чём договорились?"),
            ),
            Widget("text", "next_text", say("Next step", "Следующий шаг")),
            Widget("date", "next_date", say("When", "Когда")),
            "example",
        ),
        timeline=timeline,
        older_url="/client/1/-/events?before=1",
        related=related,
        neighbours=tuple(
            Neighbour(say(firm[0], firm[1]), say(firm[2], firm[3]) + " · " + say(firm[5], firm[6]), "/client/1", n == 0)
            for n, firm in enumerate(FIRMS)
        ),
        neighbours_title=say("Companies: Mine", "Компании: Мои"),
        neighbours_url="/client?list=mine",
    )
    return {"card": ("forms/card.html", {"page": page, "shell": page.shell})}
