"""The people of the selling firm and the reference books."""

from __future__ import annotations

from tools.sample_data.chance import Row, yes
from tools.sample_data.firms import INDUSTRIES
from tools.sample_data.places import PLACES

ANNA, IVAN, DARYA, THOMAS, EMILY = "user_sales", "user_ivan", "user_darya", "user_thomas", "user_emily"
MAREK, ELENA, ADMIN = "user_manager", "user_elena", "user_admin"
SELLERS = (ANNA, IVAN, DARYA, THOMAS, EMILY)
MANAGERS = (MAREK, ELENA)

_USERS = f"""
{ADMIN}|Helen Carter|admin@demo.example|+442079460100|CRM administrator|administrator|en|Europe/London
{MAREK}|Marek Zieliński|marek@demo.example|+48220100101|Sales director, Europe|sales_manager|en|Europe/Warsaw
{ELENA}|Елена Орлова|elena@demo.example|+74950100102|Директор по продажам, СНГ|sales_manager|ru|Europe/Moscow
{ANNA}|Anna Nowak|anna@demo.example|+48220100103|Key account manager|salesperson|en|Europe/Warsaw
{IVAN}|Иван Смирнов|ivan@demo.example|+74950100104|Менеджер по продажам|salesperson|ru|Europe/Moscow
{DARYA}|Дарья Ковалёва|darya@demo.example|+73430100105|Менеджер по продажам|salesperson|ru|Asia/Yekaterinburg
{THOMAS}|Thomas Becker|thomas@demo.example|+493023125106|Account manager|salesperson|en|Europe/Berlin
{EMILY}|Emily Hughes|emily@demo.example|+442079460107|Account manager|salesperson|en|Europe/London
"""

_SOURCES = """
website|Website|Сайт|WEB|online
search_ads|Search advertising|Контекстная реклама|ADS|advertising
newsletter|Newsletter|Рассылка|MAIL|online
marketplace|Marketplace|Маркетплейс|MKT|online
social|Social networks|Социальные сети|SOC|online
trade_fair|Trade fair|Выставка|FAIR|event
webinar|Webinar|Вебинар|WEBINAR|event
recommendation|Recommendation|Рекомендация|REF|personal
cold_call|Cold call|Холодный звонок|CALL|personal
partner|Partner|Партнёр|PART|partner
tender|Tender platform|Тендерная площадка|TEND|partner
trade_press|Trade press|Отраслевая пресса|PRESS|advertising
existing|Existing customer|Действующий клиент|EXIST|personal
"""
SOURCE_WEIGHTS = {
    "website": 20.0,
    "search_ads": 10,
    "newsletter": 5,
    "marketplace": 4,
    "social": 4,
    "trade_fair": 15,
    "webinar": 4,
    "recommendation": 14,
    "cold_call": 10,
    "partner": 7,
    "tender": 5,
    "existing": 2,
}


def users() -> list[Row]:
    """Return the people who work with the CRM."""
    keys = ("ref", "name", "email", "phone", "job", "roles", "language", "time_zone")
    rows = [dict(zip(keys, line.split("|"), strict=True)) for line in _USERS.strip().splitlines()]
    return [{**row, "active": "true"} for row in rows]


def industries() -> list[Row]:
    """Return the reference book of industries."""
    return [
        {"ref": f"industry_{each.ref}", "name": each.name, "name_ru": each.name_ru, "code": each.code, "active": "true"}
        for each in INDUSTRIES
    ]


def lead_sources() -> list[Row]:
    """Return the reference book of sources; nobody advertises in the trade press any more."""
    keys = ("name", "name_ru", "code", "kind")
    rows: list[Row] = []
    for line in _SOURCES.strip().splitlines():
        key, *values = line.split("|")
        row = dict(zip(keys, values, strict=True))
        rows.append({"ref": f"source_{key}", **row, "active": yes(key != "trade_press")})
    return rows


def region_ref(code: str) -> str:
    """Return the ref of the region of that code."""
    return "region_" + code.lower().replace("-", "_")


def seller_for(country: str, region_code: str) -> str:
    """Return whose territory a place is."""
    if country in ("pl", "by") or region_code in ("RU-KGD", "RU-SPE"):
        return ANNA
    if country == "kz" or region_code in ("RU-PER", "RU-SVE", "RU-CHE", "RU-NVS", "RU-KYA", "RU-SAM", "RU-TA"):
        return DARYA
    return {"ru": IVAN, "gb": EMILY, "ie": EMILY}.get(country, THOMAS)


def regions() -> list[Row]:
    """Return the sales regions: those of all cities in the sample."""
    found: dict[str, Row] = {}
    for place in PLACES:
        manager = seller_for(place.country, place.region_code)
        row = {"name": place.region, "code": place.region_code, "country": place.country, "manager": manager}
        found[place.region_code] = {"ref": region_ref(place.region_code), **row, "active": "true"}
    return sorted(found.values(), key=lambda row: row["ref"])
