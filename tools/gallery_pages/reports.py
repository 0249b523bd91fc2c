"""The report of the gallery."""

from __future__ import annotations

from kartoteka.platform.web.contexts import (
    Action,
    Cell,
    Option,
    Shell,
    Widget,
)
from kartoteka.reports.contexts import Bar, ReportColumn, ReportPage, ReportRow
from tools.gallery_pages.firm import PEOPLE, Pages, Say, at


def reports(say: Say, shell: Shell) -> Pages:
    """Return a report with groups, totals and a chart."""
    columns = tuple(
        ReportColumn(label, kind)
        for label, kind in (
            (say("Stage, owner", "Стадия, ответственный"), "text"),
            (say("Deals", "Сделок"), "number"),
            (say("Amount", "Сумма"), "money"),
            (say("Average", "Средняя"), "money"),
            (say("Probability", "Вероятность"), "percent"),
            (say("Expected", "Ожидаем"), "money"),
        )
    )
    rows: list[ReportRow] = []
    bars: list[Bar] = []
    for n, (en, ru, colour) in enumerate(
        (
            ("New", "Новые", "slate"),
            ("Offer sent", "Предложение", "blue"),
            ("Negotiation", "Переговоры", "amber"),
            ("Contract", "Договор", "green"),
        )
    ):
        amount = (1_240, 2_580, 1_905, 640)[n]
        chance = (10, 35, 60, 90)[n]
        rows.append(report_row(say(en, ru), 3 * (4 - n), amount, chance, "group"))
        rows += [report_row(say(person[0], person[1]), 4 - n, amount // 3, chance, "row") for person in PEOPLE]
        bars.append(Bar(say(en, ru), f"{amount:,} 000 ₽".replace(",", " "), amount / 25.8, colour, "#"))
    rows.append(report_row(say("Total", "Итого"), 30, 6365, 44, "total"))
    page = ReportPage(
        at(shell, say("Pipeline by stage", "Воронка по стадиям"), "/-/reports"),
        say("Pipeline by stage", "Воронка по стадиям"),
        say(
            "Open deals by stage and owner, expected = amount × probability",
            "Открытые сделки по стадиям и ответственным, ожидаем = сумма × вероятность",
        ),
        "/-/reports/pipeline",
        columns,
        tuple(rows),
        (
            Widget("date", "from", say("Closes from", "Закрытие с"), "2026-11-01"),
            Widget("date", "to", say("till", "по"), "2026-12-31"),
            Widget(
                "choice", "owner", say("Owner", "Ответственный"), options=(Option("", say("Everyone", "Все"), True),)
            ),
            Widget("choice", "segment", say("Segment", "Сегмент"), options=(Option("", say("Every", "Любой"), True),)),
        ),
        say("Amount by stage", "Сумма по стадиям"),
        tuple(bars),
        (
            Option("6 365 000 ₽", say("Open", "Открыто"), hint=say("+12 % to October", "+12 % к октябрю")),
            Option("2 746 000 ₽", say("Expected", "Ожидаем"), hint=say("30 deals", "30 сделок")),
            Option("212 000 ₽", say("Average deal", "Средняя сделка"), hint=say("−3 % to October", "−3 % к октябрю")),
        ),
        (
            Action(say("Print", "Печать"), "#", "printer"),
            Action(
                say("Download Excel", "Скачать Excel"), "/-/reports/pipeline.xlsx", "file-spreadsheet", style="primary"
            ),
        ),
        say(
            "As of 21 Nov, 9:30. The workbook has the same figures with live formulas.",
            "На 21 нояб., 9:30. В книге Excel те же числа и живые формулы.",
        ),
    )
    return {"report": ("reports/report.html", {"page": page, "shell": page.shell})}


def report_row(name: str, count: int, amount: int, chance: int, level: str) -> ReportRow:
    """Return a row of the pipeline; `amount` in thousands, `chance` in percent."""
    money = [
        f"{value * 1000:,} ₽".replace(",", "\u00a0") for value in (amount, amount // count, amount * chance // 100)
    ]
    cells = (
        Cell("text", name),
        Cell("number", str(count)),
        Cell("number", money[0]),
        Cell("number", money[1]),
        Cell("number", f"{chance} %"),
        Cell("number", money[2]),
    )
    return ReportRow(cells, level, "/deal?f.stage=new" if level != "total" else "")
