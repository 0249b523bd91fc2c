"""What people write into cards, in English and in Russian. `TEXTS[russian]`: False is English, True is Russian."""

from __future__ import annotations

from typing import NamedTuple

from tools.sample_data.market import Firm

Both = dict[bool, tuple[str, ...]]

HOURS: Both = {
    False: ("Mon–Fri 8–16", "Mon–Fri 9–17", "Mon–Sat 8–18", "Mon–Fri 7:30–15:30"),
    True: ("Пн–Пт 9–18", "Пн–Пт 8–17", "Пн–Сб 9–20", "Ежедневно 8–22"),
}
TIMES: Both = {
    False: ("Before 10", "After lunch", "Not on Mondays", "Tuesday and Thursday mornings", "After 15:00"),
    True: ("До 10 утра", "После обеда", "Не звонить по понедельникам", "Вторник и четверг с утра", "После 15:00"),
}
NOTES: Both = {
    False: (
        "Prefers short e-mails with one price and one date.",
        "Plans a second warehouse, ask again in the autumn.",
        "Everything above 20,000 goes through the head office.",
        "Very exact about delivery dates: never promise what the carrier has not confirmed.",
        "Was let down by the previous supplier's service, so response times matter more than price.",
        "Uses our demo unit in the receiving bay; they like it.",
        "Purchasing is on holiday in August.",
        "Asked for a visit to a reference customer.",
    ),
    True: (
        "Предпочитают короткие письма: одна цена и один срок.",
        "Планируют второй склад, вернуться к разговору осенью.",
        "Всё дороже 2 млн согласуют с головным офисом.",
        "Очень точны в сроках: не обещать того, что не подтвердил перевозчик.",
        "Прошлый поставщик подвёл с сервисом, скорость реакции важнее цены.",
        "На приёмке стоит наш демо-терминал, довольны.",
        "В конце года закупки закрываются 15 декабря.",
        "Просили показать внедрение у другого клиента.",
        "Документы только через ЭДО, бумагу не принимают.",
    ),
}
TAGS: Both = {
    False: (
        "labelling",
        "WMS",
        "cold store",
        "inventory",
        "self-checkout",
        "expansion",
        "food",
        "export",
        "family firm",
    ),
    True: ("маркировка", "склад", "Честный знак", "холодный склад", "инвентаризация", "сеть", "экспорт", "тендеры"),
}
BLOCKED = {
    False: "Deliver only against payment: an old invoice is still open.",
    True: "Отгрузка только по предоплате: есть старый долг.",
}
DRIVERS: Both = {
    False: ("Gate 2, report at the porter's lodge.", "Call half an hour before arrival.", "Height limit 3.6 m."),
    True: ("Ворота 2, отметиться на проходной.", "Позвонить за полчаса до приезда.", "Ограничение высоты 3,6 м."),
}


def business(firm: Firm) -> str:
    """Return a sentence on what a firm does."""
    people = firm.employees // 10 * 10
    if firm.russian:
        about = f", около {people} сотрудников" if people else ", семейная фирма"
        return f"{firm.industry.name_ru}, {firm.place.city}. Работают с {firm.founded} года{about}."
    about = f", about {people} people" if people else ", family-run"
    return f"{firm.industry.name} in {firm.place.city}. Founded in {firm.founded}{about}."


DEALS: dict[str, tuple[str, str]] = {
    "scanners": ("Scanners for goods-in", "Сканеры на приёмку"),
    "printers": ("Label printing on the line", "Печать этикеток на линии"),
    "terminals": ("Mobile computers for the warehouse", "Терминалы для склада"),
    "scales": ("Weighing at dispatch", "Весы на отгрузку"),
    "rfid": ("RFID gates", "RFID-порталы"),
    "pos": ("New tills", "Новые кассы"),
    "consumables": ("Labels and ribbons for the year", "Этикетки и риббон на год"),
    "software": ("Warehouse software", "Складская программа"),
    "services": ("Service contract", "Сервисный договор"),
}
NEEDS: dict[str, tuple[str, str]] = {
    "scanners": (
        "Goods-in takes too long, wrong items get through.",
        "Приёмка идёт слишком долго, пропускают пересорт.",
    ),
    "printers": (
        "Labels are printed in the office and carried to the line.",
        "Этикетки печатают в офисе и носят на линию.",
    ),
    "terminals": (
        "Picking from paper lists, two errors in a hundred lines.",
        "Сборка по бумажным листам, две ошибки на сто строк.",
    ),
    "scales": ("Weights are written by hand and disputed by carriers.", "Вес пишут от руки, перевозчики спорят."),
    "rfid": ("Returnable containers get lost between sites.", "Оборотная тара теряется между площадками."),
    "pos": ("Queues at peak hours, old tills fail.", "Очереди в час пик, старые кассы отказывают."),
    "consumables": (
        "Wants one supplier and fixed prices for a year.",
        "Нужен один поставщик и фиксированная цена на год.",
    ),
    "software": ("Stock in the ERP is never what lies on the shelf.", "Остатки в учёте не сходятся с полкой."),
    "services": ("A stopped printer stops the dispatch.", "Остановка принтера останавливает отгрузку."),
}
LESSONS: dict[str, tuple[str, str]] = {
    "price": (
        "A third cheaper offer; we showed the savings too late.",
        "Предложили на треть дешевле; экономию показали поздно.",
    ),
    "competitor": ("The competitor had been on site for years.", "Конкурент работает у них много лет."),
    "no_budget": ("The budget went into a new roof.", "Бюджет ушёл на ремонт кровли."),
    "postponed": ("Postponed until the new warehouse is ready.", "Отложили до запуска нового склада."),
    "no_decision": ("Three departments, nobody wanted to sign.", "Три отдела, никто не захотел подписывать."),
    "delivery_time": ("They needed it in two weeks, we could in six.", "Нужно было за две недели, мы могли за шесть."),
    "features": ("Needed a cold-store version with heated screen.", "Нужна была версия с подогревом экрана."),
    "no_contact": ("Our contact left and nobody answers.", "Контакт уволился, никто не отвечает."),
}


class Step(NamedTuple):
    """An activity as it is planned: its kind, subject in English and Russian, minutes it takes, where it may be."""

    kind: str
    english: str
    russian: str
    minutes: int = 0
    places: tuple[int, ...] = (0,)

    def subject(self, russian: bool) -> str:
        """Return the subject in the firm's language."""
        return self.russian if russian else self.english


FIRST = (
    Step("call", "First call: find out the need", "Первый звонок: выяснить потребность", 15),
    Step("call", "Answer to the enquiry", "Ответ на заявку с сайта", 10),
    Step("email", "Introduce ourselves, send the catalogue", "Представиться, отправить каталог"),
    Step("meeting", "Met at the trade fair", "Знакомство на выставке", 30, (3,)),
)
QUALIFY = (
    Step("meeting", "Walk through the warehouse", "Осмотр склада", 90),
    Step("call", "Clarify quantities and deadlines", "Уточнить количество и сроки", 20),
    Step("meeting", "Video call with IT and logistics", "Видеозвонок с ИТ и логистикой", 45, (1,)),
    Step("task", "Prepare a demo unit", "Подготовить демо-комплект"),
)
OFFER = (
    Step("email", "Send the quotation", "Отправить КП"),
    Step("task", "Calculate the quotation", "Рассчитать КП"),
    Step("call", "Talk through the quotation", "Обсудить КП", 25),
    Step("meeting", "Present the solution", "Презентация решения", 60, (0, 1, 2)),
)
CLOSE = (
    Step("call", "Agree on the payment terms", "Согласовать условия оплаты", 20),
    Step("meeting", "Negotiation with the management", "Переговоры с руководством", 60, (0, 2)),
    Step("email", "Send the contract for signature", "Отправить договор на подпись"),
    Step("task", "Agree the discount with the sales manager", "Согласовать скидку с руководителем"),
)
DELIVER = (
    Step("task", "Order the goods from the warehouse", "Заказать товар со склада"),
    Step("task", "Organise the delivery", "Организовать доставку"),
    Step("meeting", "Start-up and training on site", "Пусконаладка и обучение на объекте", 240),
    Step("call", "Ask how it works after a month", "Узнать, как работает через месяц", 15),
)
REFUSED = (
    Step("note", "Why we lost", "Почему проиграли"),
    Step("email", "Thank them and stay in touch", "Поблагодарить и остаться на связи"),
)
KEEP = (
    Step("call", "Quarterly call", "Плановый звонок раз в квартал", 15),
    Step("meeting", "Visit to the customer", "Визит к клиенту", 60),
    Step("email", "Send the new price list", "Отправить новый прайс-лист"),
    Step("task", "Check open invoices", "Проверить неоплаченные счета"),
    Step("call", "Offer supplies for the season", "Предложить расходники к сезону", 15),
    Step("note", "Note after a chance meeting", "Заметка после случайной встречи"),
)
SUMMARIES: dict[str, Both] = {
    "call": {
        False: (
            "Interested, wants prices for two quantities.",
            "Will talk to the warehouse manager and call back.",
            "Happy with the last delivery. Expects growth next year.",
            "Asked about cold-store versions and delivery time.",
        ),
        True: (
            "Интересно, просят цену на два объёма.",
            "Поговорит с начальником склада и перезвонит.",
            "Последней поставкой довольны. В следующем году ждут роста.",
            "Спрашивали про морозильное исполнение и сроки.",
        ),
    },
    "meeting": {
        False: (
            "Saw goods-in, picking and dispatch. Main pain is goods-in.",
            "Showed the demo unit; shift leader was convinced at once.",
            "Agreed on a pilot at one gate for two weeks.",
        ),
        True: (
            "Посмотрели приёмку, сборку и отгрузку. Главная боль — приёмка.",
            "Показали демо; начальника смены убедило сразу.",
            "Договорились о пилоте на одних воротах на две недели.",
        ),
    },
    "email": {
        False: (
            "Sent with data sheets.",
            "Sent, asked for an answer by Friday.",
            "Answered: looks good, passes it on.",
        ),
        True: (
            "Отправлено с описаниями.",
            "Отправлено, просили ответ до пятницы.",
            "Ответили: устраивает, передают дальше.",
        ),
    },
    "task": {
        False: ("Done.", "Done, confirmed by the warehouse.", "Done a day later than planned."),
        True: ("Сделано.", "Сделано, склад подтвердил.", "Сделано на день позже срока."),
    },
    "note": {
        False: (
            "New logistics manager from next month.",
            "They are building a hall for 2,000 pallets.",
            "Competitor's contract ends in spring.",
        ),
        True: (
            "Со следующего месяца новый директор по логистике.",
            "Строят склад на 2000 паллетомест.",
            "Договор с конкурентом кончается весной.",
        ),
    },
}
PLACES: Both = {
    False: ("At the customer's", "Video call", "Our office", "Trade fair"),
    True: ("У клиента", "Видеозвонок", "Наш офис", "Выставка"),
}

POSITIONS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "management": (
        ("Managing director", "Генеральный директор", "decides"),
        ("Chief operating officer", "Исполнительный директор", "decides"),
        ("Owner", "Владелец", "decides"),
    ),
    "purchasing": (
        ("Head of purchasing", "Начальник отдела закупок", "signs"),
        ("Buyer", "Специалист по закупкам", "buys"),
    ),
    "logistics": (
        ("Head of logistics", "Директор по логистике", "decides"),
        ("Warehouse manager", "Начальник склада", "influences"),
        ("Shift leader", "Старший смены", "uses"),
    ),
    "production": (
        ("Production manager", "Начальник производства", "influences"),
        ("Technologist", "Технолог", "uses"),
    ),
    "it": (("Head of IT", "Директор по ИТ", "influences"), ("System administrator", "Системный администратор", "uses")),
    "finance": (("Financial director", "Финансовый директор", "signs"), ("Accountant", "Бухгалтер", "filters")),
    "sales": (("Store manager", "Управляющий магазином", "uses"),),
    "maintenance": (("Chief engineer", "Главный инженер", "influences"),),
    "quality": (("Quality manager", "Менеджер по качеству", "influences"),),
    "other": (("Office manager", "Офис-менеджер", "filters"),),
}
INTERESTS: Both = {
    False: ("football", "sailing", "cycling", "theatre", "gardening", "running", "jazz", "hiking"),
    True: ("рыбалка", "футбол", "лыжи", "театр", "дача", "путешествия", "хоккей", "шахматы"),
}
PERSONAL: Both = {
    False: (
        "Answers e-mails late in the evening.",
        "Decides quickly once the numbers are clear.",
        "Came from a competitor's customer.",
    ),
    True: (
        "Отвечает на письма поздно вечером.",
        "Решает быстро, если понятны цифры.",
        "Раньше работал у клиента конкурента.",
    ),
}
