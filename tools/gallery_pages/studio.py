"""The studio and a plan in the gallery."""

from __future__ import annotations

from msgspec.structs import replace

from kartoteka.admin.contexts import Draft
from kartoteka.admin.layout_contexts import Properties, StudioPage, TreeNode
from kartoteka.admin.plan_contexts import Deciding, Mending, PlanChange, PlanGroup, PlanPage
from kartoteka.platform.web.contexts import (
    Action,
    Option,
    Shell,
    Widget,
)
from tools.gallery_pages.firm import FIRMS, Pages, Say, at, tabs
from tools.gallery_pages.forms import fields


def studio(say: Say, shell: Shell) -> Pages:
    """Return the studio at a field, and a plan."""
    kinds = tabs(say)
    leaf = TreeNode
    children = (
        leaf(
            say("Tax number", "ИНН"),
            "#",
            "typography",
            current=True,
            mark="changed",
            mark_label=say("changed", "изменено"),
        ),
        leaf(say("Segment", "Сегмент"), "#", "list", say("choice", "выбор")),
        leaf(say("Parent company", "Головная компания"), "#", "link", say("link", "ссылка")),
        leaf(say("Discount", "Скидка"), "#", "percentage", say("percent", "процент")),
        leaf(say("Loyalty level", "Уровень лояльности"), "#", "star", mark="new", mark_label=say("new", "новое")),
        leaf(say("Fax", "Факс"), "#", "typography", mark="retired", mark_label=say("retired", "выведено")),
    )
    tree = (
        leaf(
            say("Companies", "Компании"),
            "#",
            "building",
            colour="teal",
            open=True,
            children=(
                leaf(say("Fields", "Поля"), "#", "forms", open=True, detail="42", children=children),
                leaf(say("Forms", "Формы"), "#", "layout-list", "3"),
                leaf(say("Card", "Карточка"), "#", "cards"),
                leaf(say("Lists", "Списки"), "#", "table", "6"),
                leaf(say("Rules", "Правила"), "#", "shield", "4"),
            ),
        ),
        *(leaf(tab.label, "#", tab.icon, colour=tab.colour) for tab in list(kinds.values())[1:]),
        leaf(say("Roles", "Роли"), "#", "users-group", "5"),
        leaf(say("Reports", "Отчёты"), "#", "chart-bar", "12"),
        leaf(say("Packages", "Пакеты"), "#", "package", "2"),
        leaf(say("Journal", "Журнал"), "#", "history"),
    )
    clean = tuple(
        replace(
            tab,
            sections=tuple(
                replace(section, errors="", widgets=tuple(replace(w, errors=()) for w in section.widgets))
                for section in tab.sections
            ),
        )
        for tab in fields(say)
    )
    properties = Properties(
        say("Tax number", "ИНН"),
        say("text", "текст"),
        "typography",
        "/-/admin/client/fields/inn",
        (
            Widget("text", "label_en", say("Label, English", "Название, английский"), "Tax number", required=True),
            Widget("text", "label_ru", say("Label, Russian", "Название, русский"), "ИНН"),
            Widget("number", "max_length", say("Longest text", "Длина, не больше"), "12"),
            Widget("boolean", "required", say("Must be filled", "Обязательно"), ""),
            Widget("boolean", "unique", say("No two alike", "Без повторов"), "1"),
            Widget(
                "text",
                "valid",
                say("Valid when", "Верно, если"),
                "LEN(inn) IN (10, 12)",
                help=say("A condition; fields by their keys", "Условие; поля по их ключам"),
            ),
            Widget(
                "long_text",
                "help",
                say("Help under the field", "Подсказка под полем"),
                say("10 digits of a firm, 12 of a person", "10 цифр у организации, 12 у предпринимателя"),
                rows=2,
            ),
        ),
        Option("#", say("Source: Sales 2.1, length set by you", "Источник: «Продажи» 2.1, длина — своё")),
        (
            Option("#", say("Main form", "Главная форма")),
            Option("#", say("All companies", "Все компании")),
            Option("#", say("Debtors", "Должники")),
        ),
        (
            Action(say("Change type", "Сменить тип"), "#", "refresh"),
            Action(say("Retire", "Вывести из работы"), "#", "archive", style="danger"),
        ),
    )
    draft = Draft(
        say("3 unpublished changes", "3 неопубликованных изменения"),
        "/-/admin/draft",
        "/-/admin/publish",
        "/-/admin/discard",
    )
    page = StudioPage(
        at(
            shell,
            say("Tax number", "ИНН"),
            "/-/admin",
            studio=replace(shell.studio, current=True) if shell.studio else None,
        ),
        say("Main form", "Главная форма"),
        kinds["client"],
        (Option("#", say("Companies", "Компании")), Option("#", say("Forms", "Формы"))),
        tree,
        (
            Option("#", say("Form", "Форма"), True),
            Option("#", say("Card", "Карточка")),
            Option("#", say("List", "Список")),
            Option("#", say("Phone", "Телефон")),
        ),
        clean,
        draft,
        properties,
        (Action(say("Add field", "Добавить поле"), "#", "plus"),),
    )
    plan = PlanPage(
        page.shell,
        say("What will change", "Что изменится"),
        say(
            "Three changes, made for configuration 41. Nobody has to stop working.",
            "Три изменения к конфигурации 41. Прерывать работу никому не придётся.",
        ),
        (
            Option("none", say("1 harmless", "1 безвредное")),
            Option("note", say("1 worth a look", "1 стоит проверить")),
            Option("loss", say("1 loses data", "1 с потерей данных")),
        ),
        (
            PlanGroup(
                kinds["client"],
                (
                    PlanChange(
                        "plus",
                        say("Add the field “Loyalty level” (choice)", "Добавить поле «Уровень лояльности» (выбор)"),
                        "none",
                        say("harmless", "безвредно"),
                        say(
                            "2,000 companies, none changed. At the end of “Main form”.",
                            "2 000 компаний, ни одна не изменится. В конце «Главной формы».",
                        ),
                    ),
                    PlanChange(
                        "refresh",
                        say(
                            "Change the type of “Discount” from text to percent",
                            "Сменить тип поля «Скидка»: был текст, станет процент",
                        ),
                        "loss",
                        say("12 values do not fit", "12 значений не подходят"),
                        say(
                            "1,934 clean, 54 rounded, 12 can't be read. Old values are kept for undo.",
                            "1 934 без потерь, 54 с округлением, 12 не читаются. Старые значения хранятся.",
                        ),
                        (
                            (say(*FIRMS[0][:2]), say("seven", "семь"), "–"),
                            (say(*FIRMS[2][:2]), "5,25 %", "5,3 %"),
                            (say(*FIRMS[5][:2]), "?", "–"),
                        ),
                        Deciding(
                            "client.discount",
                            "/-/admin/draft/decide",
                            (
                                Widget(
                                    "boolean",
                                    "lossy__client__discount",
                                    say("They may lose something.", "Они могут потерять часть."),
                                ),
                            ),
                            (Mending("seven", say("seven", "семь"), "12", say("not a number", "не число")),),
                            "/-/admin/draft/values/client/discount",
                            "/-/admin/draft/mend",
                        ),
                    ),
                ),
            ),
            PlanGroup(
                kinds["deal"],
                (
                    PlanChange(
                        "archive",
                        say("Retire the field “Fax”", "Вывести из работы поле «Факс»"),
                        "note",
                        say("used in one report", "есть в одном отчёте"),
                        say(
                            "318 values are kept. The report “Contacts” loses a column.",
                            "318 значений сохранятся. В отчёте «Контакты» станет на столбец меньше.",
                        ),
                    ),
                ),
            ),
        ),
        "/-/admin/publish",
        "hash",
        "/-/admin",
        duration=say("about 2 seconds", "около 2 секунд"),
        downloads=(Action(say("As a workbook", "В Excel"), "/-/admin/plan.xlsx", "file-spreadsheet"),),
    )
    return {
        "studio": ("admin/studio.html", {"page": page, "shell": page.shell}),
        "plan": ("admin/plan.html", {"page": plan, "shell": plan.shell}),
    }
