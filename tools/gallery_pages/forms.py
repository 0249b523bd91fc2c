"""The forms of the gallery, with every widget."""

from __future__ import annotations

from msgspec.structs import replace

from kartoteka.forms.contexts import (
    ConflictLine,
    FormPage,
    FormSection,
    FormTab,
)
from kartoteka.metadata.palette import PALETTE
from kartoteka.platform.web.contexts import (
    ErrorLine,
    FileItem,
    Option,
    Shell,
    Widget,
)
from tools.gallery_pages.firm import FIRMS, Pages, Say, at, tabs


def fields(say: Say) -> tuple[FormTab, ...]:
    """Return a form with every widget."""
    kinds = tabs(say)
    segments = tuple(Option(firm[2], say(firm[2], firm[3]), n == 0, firm[4]) for n, firm in enumerate(FIRMS[:4]))
    stages = (
        Option("new", say("New", "Новый"), colour="slate"),
        Option("active", say("Active", "Работаем"), True, "green"),
        Option("lost", say("Lost", "Потерян"), colour="red"),
    )
    firm = (
        Widget("text", "name", say("Name", "Название"), say("Romashka", "Ромашка"), required=True, max_length=200),
        Widget(
            "text",
            "inn",
            say("Tax number", "ИНН"),
            "770123456",
            errors=(say("A tax number has 10 or 12 digits; this has 9.", "В ИНН 10 или 12 цифр, здесь 9."),),
            max_length=12,
            help=say("10 digits of a firm, 12 of a person", "10 цифр у организации, 12 у предпринимателя"),
        ),
        Widget("radio", "stage", say("State", "Состояние"), options=stages, span=2),
        Widget("choice", "segment", say("Segment", "Сегмент"), options=segments),
        Widget(
            "link",
            "parent",
            say("Parent company", "Головная компания"),
            "7",
            shown=say("Northern Bakery", "Северная пекарня"),
            tab=kinds["client"],
            url="/client/7",
            pick_url="/client/-/pick",
        ),
        Widget(
            "user",
            "owner",
            say("Owner", "Ответственный"),
            "3",
            shown=say("Anna Orlova", "Анна Орлова"),
            pick_url="/user/-/pick",
        ),
        Widget("date", "since", say("Client since", "Клиент с"), "2021-03-14"),
        Widget(
            "long_text",
            "about",
            say("About", "О компании"),
            say(
                "Flower wholesaler, four shops in Moscow and Tver.",
                "Оптовая торговля цветами, четыре магазина в Москве и Твери.",
            ),
            span=2,
            rows=3,
        ),
    )
    reach = (
        Widget("phone", "phone", say("Phone", "Телефон"), "+7 495 123-45-67", autocomplete="tel"),
        Widget("email", "email", say("E-mail", "Эл. почта"), "", wanted=True),
        Widget("url", "site", say("Site", "Сайт"), "https://romashka.example"),
        Widget("time", "hours", say("Calls after", "Звонить после"), "09:30"),
        Widget(
            "multi_choice",
            "channels",
            say("Channels", "Каналы"),
            options=(
                Option("mail", say("Mail", "Почта"), True),
                Option("phone", say("Phone", "Телефон"), True),
                Option("chat", say("Chat", "Чат")),
            ),
            span=2,
        ),
    )
    money = (
        Widget("money", "credit", say("Credit limit", "Кредитный лимит"), "500 000,00", unit="₽"),
        Widget("percent", "discount", say("Discount", "Скидка"), "7", unit="%"),
        Widget("number", "shops", say("Shops", "Магазинов"), "4"),
        Widget("duration", "delay", say("Payment delay", "Отсрочка"), say("14 d", "14 д")),
        Widget(
            "formula",
            "turnover",
            say("Turnover, 12 months", "Оборот за 12 месяцев"),
            shown="3 480 000 ₽",
            help=say("Sum of paid deals", "Сумма оплаченных сделок"),
        ),
        Widget("boolean", "news", say("Wants the newsletter", "Согласен на рассылку"), "1"),
    )
    other = (
        Widget(
            "rating",
            "rating",
            say("Rating", "Оценка"),
            options=tuple(
                Option(str(n) if n else "", say(f"{n} of 5", f"{n} из 5") if n else say("None", "Без оценки"), n == 4)
                for n in range(6)
            ),
        ),
        Widget("tags", "tags", say("Tags", "Метки"), "VIP, ЭДО", options=(Option("VIP", "VIP"), Option("ЭДО", "ЭДО"))),
        Widget("datetime", "visited", say("Last visit", "Последний визит"), "2026-11-12T10:15"),
        Widget(
            "link",
            "friends",
            say("Partners", "Партнёры"),
            options=(Option("2", say(*FIRMS[2][:2])), Option("3", say(*FIRMS[3][:2]))),
            multiple=True,
            pick_url="/client/-/pick",
        ),
        Widget(
            "colour",
            "colour",
            say("Colour", "Цвет"),
            options=tuple(Option(name, name, name == "teal") for name in PALETTE),
            span=2,
        ),
        Widget(
            "file",
            "contract",
            say("Contract", "Договор"),
            files=(
                FileItem("1", say("Contract-2026.pdf", "Договор-2026.pdf"), "/-/files/1", "1,2 MB", "file-type-pdf"),
            ),
            span=2,
            multiple=True,
        ),
        Widget(
            "json", "extra", say("Settings of the exchange", "Настройки обмена"), '{\n  "edo": true\n}', span=2, rows=3
        ),
    )
    return (
        FormTab(
            say("Main", "Главное"),
            (
                FormSection("main", say("Company", "Компания"), firm, errors="1"),
                FormSection("reach", say("Contact", "Связь"), reach),
            ),
        ),
        FormTab(
            say("Work", "Работа"),
            (
                FormSection(
                    "money",
                    say("Terms", "Условия"),
                    money,
                    say("Only sales sees these fields.", "Эти поля видит только отдел продаж."),
                ),
                FormSection("other", say("Other", "Прочее"), other),
            ),
        ),
    )


def forms(say: Say, shell: Shell) -> Pages:
    """Return the edit form: with mistakes, clean, and with somebody else's changes."""
    kinds = tabs(say)
    form = FormPage(
        shell=at(shell, say("Romashka", "Ромашка"), "/client"),
        tab=kinds["client"],
        title=say("Romashka: edit", "Ромашка: изменение"),
        action="/client/1/edit",
        cancel_url="/client/1",
        tabs=fields(say),
        version="4",
        rendered=("name", "inn"),
        problems=(ErrorLine(say("Tax number: 10 or 12 digits, this has 9", "ИНН: 10 или 12 цифр, здесь 9"), "f-inn"),),
        problems_title=say("Not saved: one field needs mending", "Не сохранено: одно поле нужно поправить"),
        save_label=say("Save", "Сохранить"),
        also=(Option("next", say("Save and next", "Сохранить и дальше")),),
    )
    clean = tuple(
        replace(
            tab,
            sections=tuple(
                replace(section, errors="", widgets=tuple(replace(w, errors=()) for w in section.widgets))
                for section in tab.sections
            ),
        )
        for tab in form.tabs
    )
    torn = replace(
        form,
        problems=(),
        tabs=clean,
        conflict_text=say(
            "Ivan Petrov changed the same field two minutes ago", "Иван Петров изменил то же поле две минуты назад"
        ),
        conflicts=(ConflictLine("discount", say("Discount", "Скидка"), "7 %", "10 %"),),
    )
    short = replace(
        form,
        title=say("New company", "Новая компания"),
        problems=(),
        tabs=(
            FormTab(
                "",
                tuple(
                    replace(
                        s, errors="", widgets=tuple(w for w in s.widgets if w.kind not in ("long_text", "multi_choice"))
                    )
                    for s in clean[0].sections
                ),
            ),
        ),
        all_fields_url="/client/new?all=1",
    )
    return {
        "form": ("forms/form.html", {"page": form, "shell": form.shell}),
        "form-conflict": ("forms/form.html", {"page": torn, "shell": torn.shell}),
        "form-new": ("forms/form.html", {"page": short, "shell": short.shell}),
    }
