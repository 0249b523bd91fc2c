"""The firm of the gallery: its cards, clients and people, and the frame its salesperson sees."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from kartoteka.platform.web.contexts import (
    IndexTab,
    MenuEntry,
    MenuGroup,
    Option,
    Person,
    Shell,
)

Say = Callable[[str, str], str]
Pages = dict[str, tuple[str, dict[str, Any]]]

FIRMS = (
    ("Romashka", "Ромашка", "Wholesale", "Опт", "green", "Moscow", "Москва"),
    ("Northern Bakery", "Северная пекарня", "Food", "Продукты", "amber", "Tver", "Тверь"),
    ("Steklodom", "Стеклодом", "Building", "Стройка", "blue", "Kazan", "Казань"),
    ("Vector Logistics", "Вектор Логистика", "Transport", "Перевозки", "violet", "Tula", "Тула"),
    ("Baltic Timber", "Балтийский лес", "Wholesale", "Опт", "green", "Vyborg", "Выборг"),
    ("Green Pharmacy", "Зелёная аптека", "Retail", "Розница", "teal", "Samara", "Самара"),
    ("Ural Instruments", "Уралприбор", "Industry", "Заводы", "slate", "Perm", "Пермь"),
    ("Café Polyanka", "Кафе «Полянка»", "Food", "Продукты", "amber", "Moscow", "Москва"),
)
PEOPLE = (
    ("Anna Orlova", "Анна Орлова", "AO", "АО", "violet"),
    ("Ivan Petrov", "Иван Петров", "IP", "ИП", "blue"),
    ("Maria Klimova", "Мария Климова", "MK", "МК", "pink"),
)


def tabs(say: Say) -> dict[str, IndexTab]:
    """Return the index tabs of the firm's kinds of cards."""
    return {
        "client": IndexTab(say("Companies", "Компании"), "building", "teal", "/client"),
        "person": IndexTab(say("Contacts", "Контакты"), "users", "violet", "/person"),
        "deal": IndexTab(say("Deals", "Сделки"), "briefcase", "orange", "/deal"),
        "task": IndexTab(say("Tasks", "Задачи"), "square-check", "blue", "/task"),
        "claim": IndexTab(say("Complaints", "Рекламации"), "alert-triangle", "red", "/claim"),
        "offer": IndexTab(say("Offers", "Предложения"), "file-text", "olive", "/offer"),
    }


def make_shell(say: Say, language: str) -> Shell:
    """Return the frame, as a salesperson who may also configure sees it."""
    kinds = tabs(say)
    entries = {key: MenuEntry(tab.label, tab.url, tab.icon, tab.colour) for key, tab in kinds.items()}
    return Shell(
        title=say("Today", "Сегодня"),
        product="Kartoteka",
        language=language,
        csrf="example",
        person=Person(say("Anna Orlova", "Анна Орлова"), say("AO", "АО"), "violet", "anna@romashka.example", "/-/me"),
        menu=(
            MenuGroup((MenuEntry(say("Today", "Сегодня"), "/", "calendar-check", count="7"),)),
            MenuGroup(
                (entries["client"], entries["person"], entries["deal"], entries["offer"]), say("Sales", "Продажи")
            ),
            MenuGroup((entries["task"], replace(entries["claim"], count="3")), say("Service", "Сервис")),
            MenuGroup((MenuEntry(say("Reports", "Отчёты"), "/-/reports", "chart-bar"),), say("Analysis", "Аналитика")),
        ),
        create=tuple(
            MenuEntry(label, f"/{key}/new", kinds[key].icon, kinds[key].colour)
            for key, label in (
                ("client", say("Company", "Компания")),
                ("person", say("Contact", "Контакт")),
                ("deal", say("Deal", "Сделка")),
                ("task", say("Task", "Задача")),
            )
        ),
        languages=(
            Option("en", "EN", language == "en"),
            Option("ru", "RU", language == "ru"),
            Option("pl", "PL"),
        ),
        themes=(
            Option("auto", say("Auto", "Авто"), True),
            Option("light", say("Light", "Светлая")),
            Option("dark", say("Dark", "Тёмная")),
        ),
        inbox_url="/-/inbox",
        inbox_count="4",
        studio=MenuEntry(say("Studio", "Студия"), "/-/admin", "tool"),
    )


def at(shell: Shell, title: str, path: str, **more: Any) -> Shell:
    """Return the frame of a page at `path`, with its entry of the menu marked."""
    menu = tuple(
        replace(group, entries=tuple(replace(entry, current=entry.url == path) for entry in group.entries))
        for group in shell.menu
    )
    return replace(shell, title=title, path=path, menu=menu, **more)
