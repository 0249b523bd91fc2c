"""The login and the error pages of the gallery."""

from __future__ import annotations

from kartoteka.platform.web.contexts import (
    Action,
    ErrorPage,
    LoginPage,
    Option,
    Shell,
    Widget,
)
from tools.gallery_pages.firm import Pages, Say


def doors(say: Say, shell: Shell) -> Pages:
    """Return the login and the error pages."""
    login = LoginPage(
        "Kartoteka",
        shell.language,
        "example",
        "/-/login",
        (
            Option("en", "English", shell.language == "en"),
            Option("ru", "Русский", shell.language == "ru"),
            Option("pl", "Polski"),
        ),
        Widget("text", "login", say("E-mail or login", "Эл. почта или логин"), autocomplete="username", required=True),
        Widget("password", "password", say("Password", "Пароль"), autocomplete="current-password", required=True),
        demo=(
            Option("sales", say("Enter as salesperson", "Войти продавцом")),
            Option("admin", say("Enter as administrator", "Войти администратором")),
        ),
        note=say(
            "A demo with sample data. Nothing you do here can break anything.",
            "Демонстрация с примерами данных. Здесь ничего нельзя сломать.",
        ),
    )
    pages: Pages = {"login": ("login.html", {"login": login})}
    home = Action(say("To Today", "На главную"), "/", "calendar-check", style="primary")
    for status, title, text, icon, action in (
        (
            403,
            say("You may not see this", "Это вам не видно"),
            say(
                "Your role does not include deals of other departments. Olga Sidorova can change that.",
                "Ваша роль не включает сделки других отделов. Изменить это может Ольга Сидорова.",
            ),
            "lock",
            home,
        ),
        (
            404,
            say("There is nothing here", "Здесь ничего нет"),
            say(
                "The card may have been deleted, or the address has a typing error.",
                "Возможно, карточку удалили или в адресе опечатка.",
            ),
            "search-off",
            home,
        ),
        (
            409,
            say("The configuration has changed", "Конфигурация изменилась"),
            say(
                "Somebody published a moment ago. Look at the plan again; your draft is kept.",
                "Только что опубликованы другие изменения. Посмотрите план заново: черновик сохранён.",
            ),
            "git-merge",
            Action(say("Look again", "Посмотреть заново"), "#", "refresh", style="primary"),
        ),
        (
            500,
            say("Something broke on our side", "У нас что-то сломалось"),
            say("Your data is as it was before. The error is recorded.", "Данные остались как были. Ошибка записана."),
            "cloud-off",
            Action(say("Try again", "Попробовать ещё раз"), "", "refresh", style="primary"),
        ),
        (
            401,
            say("You have been logged out", "Сеанс закончился"),
            say(
                "Log in and go on: what you entered is kept in this window.",
                "Войдите и продолжайте: введённое сохранено в этом окне.",
            ),
            "clock-pause",
            Action(say("Log in", "Войти"), "/-/login", "arrow-right", style="primary"),
        ),
    ):
        error = ErrorPage(
            status,
            title,
            text,
            icon,
            "Kartoteka",
            shell.language,
            (action,),
            reference="7F3A-21C9" if status == 500 else "",
        )
        pages[f"error-{status}"] = ("errors/error.html", {"error": error})
    return pages
