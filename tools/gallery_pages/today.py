"""The home page of the gallery, full and empty."""

from __future__ import annotations

from msgspec.structs import replace

from kartoteka.forms.contexts import (
    RelatedItem,
    TodayGroup,
    TodayItem,
    TodayPage,
    TodayStage,
)
from kartoteka.platform.web.contexts import (
    Action,
    Cell,
    Empty,
    Shell,
    Toast,
)
from tools.gallery_pages.firm import FIRMS, Pages, Say, at, tabs


def today(say: Say, shell: Shell) -> Pages:
    """Return the home page, full and empty."""
    kinds = tabs(say)

    def task(number: int, en: str, ru: str, when: str, icon: str, firm: int, late: bool = False) -> TodayItem:
        phone = Cell("phone", "+7 495 123-45-67", "tel:+74951234567") if icon == "phone" else None
        about = Cell("link", say(*FIRMS[firm][:2]), "/client/1", tab=kinds["client"])
        return TodayItem(str(number), say(en, ru), when, "2026-11-21", icon, "/task/1", about, phone, late)

    groups = (
        TodayGroup(
            say("Overdue", "Просрочено"),
            (
                task(
                    1,
                    "Call back about the delivery date",
                    "Перезвонить о сроке поставки",
                    say("2 days", "2 дня"),
                    "phone",
                    0,
                    True,
                ),
                task(
                    2,
                    "Send the signed contract",
                    "Отправить подписанный договор",
                    say("yesterday", "вчера"),
                    "mail",
                    3,
                    True,
                ),
            ),
            "2",
            "late",
        ),
        TodayGroup(
            say("Due today", "На сегодня"),
            (
                task(3, "Agree the price of the second batch", "Согласовать цену второй партии", "10:30", "phone", 1),
                task(
                    4, "Prepare the offer for glazing", "Подготовить предложение на остекление", "12:00", "file-text", 2
                ),
                task(5, "Ask about the paid invoice", "Уточнить про оплату счёта", "15:00", "phone", 5),
                task(6, "Visit: show the new samples", "Встреча: показать новые образцы", "17:30", "map-pin", 7),
            ),
            "4",
        ),
        TodayGroup(
            say("This week", "На этой неделе"),
            (
                task(
                    7, "Renew the service agreement", "Продлить договор обслуживания", say("Tue", "вт"), "file-text", 6
                ),
                task(
                    8,
                    "Check that the claim is settled",
                    "Проверить, что рекламация закрыта",
                    say("Thu", "чт"),
                    "phone",
                    4,
                ),
            ),
            "2",
        ),
    )
    stages = tuple(
        TodayStage(say(en, ru), colour, count, amount, share, "/deal?f.stage=1")
        for en, ru, colour, count, amount, share in (
            ("New", "Новые", "slate", "6", "1 240 000 ₽", 48),
            ("Offer sent", "Предложение", "blue", "4", "2 580 000 ₽", 100),
            ("Negotiation", "Переговоры", "amber", "3", "1 905 000 ₽", 74),
            ("Contract", "Договор", "green", "1", "640 000 ₽", 25),
        )
    )
    recent = tuple(
        (RelatedItem(say(*FIRMS[n][:2]), "/client/1", when), kinds[kind])
        for n, kind, when in (
            (0, "client", "9:12"),
            (1, "deal", "9:05"),
            (2, "client", say("yesterday", "вчера")),
            (6, "person", say("yesterday", "вчера")),
        )
    )
    page = TodayPage(
        at(
            shell,
            say("Today", "Сегодня"),
            "/",
            toasts=(Toast(say("Deleted Romashka", "Удалено: Ромашка"), "/-/undo/1"),),
        ),
        say("Good morning, Anna", "Доброе утро, Анна"),
        say("Saturday, 21 November", "суббота, 21 ноября"),
        groups,
        stages,
        say("My open deals", "Мои открытые сделки"),
        "6 365 000 ₽",
        "/deal?list=mine",
        tuple(item for item, _ in recent),
        tuple(tab for _, tab in recent),
    )
    nothing = Empty(
        "nothing_yet",
        say("Nothing to do today", "На сегодня дел нет"),
        say(
            "Tasks and next steps that are due will stand here.",
            "Здесь появятся задачи и следующие шаги, когда подойдёт их срок.",
        ),
        "calendar-check",
        (Action(say("New task", "Новая задача"), "/task/new", "plus", style="primary"),),
    )
    idle = replace(page, groups=(), stages=(), empty=nothing, shell=replace(page.shell, toasts=()))
    return {
        "today": ("forms/today.html", {"page": page, "shell": page.shell}),
        "today-empty": ("forms/today.html", {"page": idle, "shell": idle.shell}),
    }
