"""Industries, and how firms in them are called in each language."""

from __future__ import annotations

import re
from random import Random
from typing import NamedTuple

from tools.sample_data.chance import words
from tools.sample_data.names import group_of, last_name, latin
from tools.sample_data.places import Place


class Industry(NamedTuple):
    """An industry with the words that firms in it put into their names, and how many of all firms are in it."""

    ref: str
    code: str
    name: str
    name_ru: str
    russian: str
    polish: str
    german: str
    english: str
    weight: int


_LINES = """
food|10|Food production|Пищевая промышленность|9
  хлебокомбинат,молочный завод,мясокомбинат,кондитерская фабрика,пивоварня|Zakłady Mięsne,Piekarnia,Mleczarnia|
  Lebensmittel,Feinkost,Backwaren,Molkerei|Foods,Bakeries,Dairy,Brewing
drinks|11|Beverages|Производство напитков|3
  завод напитков,винодельня,чайная компания|Browar,Wytwórnia Napojów|Getränke,Brauerei|Drinks,Tea Company
textile|14|Clothing and textiles|Одежда и текстиль|4
  швейная фабрика,трикотажная фабрика,обувная фабрика|Zakłady Odzieżowe,Tkalnia|Textil,Bekleidung|Textiles,Knitwear
wood|16|Wood and furniture|Деревообработка и мебель|6
  мебельная фабрика,деревообрабатывающий комбинат,лесная компания|Meble,Tartak,Stolarnia|
  Möbelwerke,Holzbau|Furniture,Timber
packaging|17|Packaging and printing|Упаковка и полиграфия|6
  типография,фабрика упаковки,картонажная фабрика|Opakowania,Drukarnia|Verpackungen,Druckerei|Packaging,Print
chemicals|20|Chemicals and plastics|Химия и пластмассы|5
  химический завод,завод полимеров,лакокрасочный завод|Chemia,Tworzywa|Kunststofftechnik,Chemie|Plastics,Chemicals
pharma|21|Pharmaceuticals|Фармацевтика|4
  фармацевтическая компания,аптечная сеть,витаминный завод|Farmacja,Apteki|Pharma,Apotheken|Pharma,Healthcare
building|23|Building materials|Строительные материалы|5
  кирпичный завод,завод железобетона,завод сухих смесей|Materiały Budowlane,Cegielnia|
  Baustoffe,Betonwerk|Building Supplies,Concrete
metal|25|Metalworking|Металлообработка|8
  механический завод,литейный завод,завод металлоконструкций,инструментальный завод|Odlewnia,Obróbka Metali,Konstrukcje|
  Metallbau,Stahlwerke,Präzisionsteile|Engineering,Fabrications,Castings
electronics|26|Electronics|Электроника|5
  приборостроительный завод,завод электроники,конструкторское бюро|Elektronika,Automatyka|
  Elektronik,Messtechnik|Electronics,Instruments
machinery|28|Machinery|Машиностроение|6
  машиностроительный завод,станкостроительный завод,насосный завод|Maszyny,Zakłady Mechaniczne|
  Maschinenbau,Fördertechnik,Antriebe|Machinery,Pumps
automotive|29|Cars and parts|Автомобили и запчасти|5
  автоцентр,завод автокомпонентов,автотехцентр|Auto Części,Motoryzacja|Autoteile,Fahrzeugtechnik|Motors,Auto Parts
agriculture|01|Agriculture|Сельское хозяйство|4
  агрофирма,птицефабрика,тепличный комбинат,агрохолдинг|Gospodarstwo,Ogrodnictwo,Nasiona|Agrar,Saatgut|Farms,Seeds
wholesale|46|Wholesale trade|Оптовая торговля|10
  торговый дом,оптовая база,торговая компания|Hurtownia,Dystrybucja|Großhandel,Handelshaus|Wholesale,Trading
retail|47|Retail chains|Розничные сети|8
  сеть магазинов,универмаг,сеть супермаркетов|Sklepy,Delikatesy|Märkte,Warenhaus|Stores,Supermarkets
online|4791|Online trade|Интернет-торговля|5
  интернет-магазин,маркетплейс,служба доставки|Sklep Internetowy,E-Handel|Versand,Onlinehandel|Online,Direct
logistics|52|Logistics and warehousing|Логистика и склады|10
  логистическая компания,складской комплекс,транспортная компания|Logistyka,Spedycja,Magazyny|
  Logistik,Spedition,Lagerhaus|Logistics,Haulage,Warehousing
health|86|Health care|Здравоохранение|4
  медицинский центр,клиника,лаборатория|Przychodnia,Centrum Medyczne|Klinik,Labor|Clinic,Laboratories
energy|35|Energy|Энергетика|3
  энергосервисная компания,тепловая компания,сетевая компания|Energetyka,Ciepłownia|Energie,Stadtwerke|Energy,Power
services|62|IT and services|ИТ и услуги|4
  сервисный центр,системный интегратор,инженерный центр|Systemy,Serwis|Systemhaus,Service|Systems,Solutions
"""


def _industry(text: str) -> Industry:
    head, *rest = text.splitlines()
    ref, code, name, name_ru, weight = head.split("|")
    russian, polish, german, english = "".join(line.strip() for line in rest).split("|")
    return Industry(ref, code, name, name_ru, russian, polish, german, english, int(weight))


INDUSTRIES = tuple(_industry(text) for text in re.split(r"\n(?! )", _LINES.strip()))

_RUSSIAN_NAMES = words(
    "Ромашка Берёзка Василёк Родник Заря Восход Рассвет Маяк Горизонт Вектор Импульс Альянс Атлант Прогресс Авангард"
    " Старт Феникс Радуга Звезда Орион Сириус Меридиан Полюс Север Юг Восток Запад Волга Ока Кама Урал Байкал Алтай"
    " Енисей Нева Ладога Онега Двина Балтика Каспий Дон Кубань Сокол Кречет Беркут Стриж Чайка Журавль Снегирь Лев"
    " Медведь Рысь Соболь Витязь Богатырь Былина Русь Традиция Надежда Вера Гармония Уют Очаг Мастер Умелец Кузнец"
    " Гранит Базальт Малахит Янтарь Рубин Сапфир Кристалл Алмаз Топаз Агат Бирюза Магнит Контур Сфера Призма Спектр"
    " Квант Фотон Протон Электрон Искра Пламя Факел Луч Свет Темп Ритм Формат Стандарт Эталон Квадрат Периметр Ракурс"
    " Орбита Зенит Комета Вега Полярис Антарес Гелиос Эверест Эльбрус Монблан Олимп Парнас Прибой Парус Якорь Штурвал"
    " Причал Гавань Фрегат Бриз Пассат Оазис Каравелла Пилигрим Караван Тракт Маршрут Вояж Ключ Опора Фундамент"
    " Каркас Рубеж Форпост Бастион Цитадель Дельта Сигма Омега Альтаир Кедр Дуб Клён Ясень Лиственница Черёмуха"
    " Калина Рябина Облепиха Колос Нива Пашня Урожай Житница Подворье Слобода Посад Ярмарка Гостинец Сударыня"
)
_RUSSIAN_HEADS = words("Тех Пром Строй Агро Транс Метал Энерго Мед Авто Электро Сиб Урал Волга Бел Балт Евро Спец Снаб")
_RUSSIAN_TAILS = words(
    "сервис комплект торг снаб маш альянс групп трейд ресурс партнёр центр контракт импорт система альфа профиль"
)
_SHORT_CITIES = {"Санкт-Петербург": "Петербург", "Ростов-на-Дону": "Ростов", "Нижний Новгород": "Нижний"}
_POLISH_HEADS = words("Bal Met Agro Trans Eko Euro Pol Inter Med Wis Kar Mag Prom Dom Alu Elek San Vis Ter Nord")
_POLISH_TAILS = words("pol ex bud trans plast tech mar met drew pak tex rol stal kom mat wood lux fol term chem")
_GERMAN_HEADS = words("Nord Süd West Ost Rhein Elbe Main Alpen Hansa Isar Neckar Weser Spree Donau Havel Harz")
_ENGLISH_HEADS = words(
    "Northfield Oakwood Ashford Kingsley Redbrook Highgate Westbourne Stonebridge Fairview Greenacre Holloway Hartley"
    " Langdale Thornbury Whitcombe Ravensdale Silverdale Beaumont Millbrook Eastgate Alderley Brampton Caldwell"
    " Dunmore Ellerby Farnham Glenmore Inverleith Kestrel Larkfield Marlow Newhaven Pendle Ridgeway Saltaire Tarrant"
)


def firm_name(dice: Random, place: Place, industry: Industry) -> str:
    """Return what a firm of that industry and place could be called, without its legal form."""
    group = group_of(place.country)
    makers = {"ru": _russian, "kz": _russian, "pl": _polish, "de": _german, "gb": _english}
    return makers[group](dice, place, industry)


def _russian(dice: Random, place: Place, industry: Industry) -> str:
    word = dice.choice(industry.russian.split(","))
    way = dice.random()
    if way < 0.34:
        return dice.choice(_RUSSIAN_NAMES)
    if way < 0.64:
        return dice.choice(_RUSSIAN_HEADS) + dice.choice(_RUSSIAN_TAILS)
    if way < 0.84:
        return f"{word[0].upper()}{word[1:]} «{dice.choice(_RUSSIAN_NAMES)}»"
    return f"{dice.choice(_RUSSIAN_NAMES)}-{_SHORT_CITIES.get(place.city, place.city)}"


def _polish(dice: Random, place: Place, industry: Industry) -> str:
    word = dice.choice(industry.polish.split(","))
    way = dice.random()
    if way < 0.4:
        return dice.choice(_POLISH_HEADS) + dice.choice(_POLISH_TAILS)
    if way < 0.75:
        return f"{word} {last_name(dice, 'pl')}"
    if way < 0.9:
        return f"{last_name(dice, 'pl')} i Synowie"
    return f"{word} {place.city}"


def _german(dice: Random, place: Place, industry: Industry) -> str:
    word = dice.choice(industry.german.split(","))
    way = dice.random()
    if way < 0.5:
        return f"{last_name(dice, 'de')} {word}"
    if way < 0.8:
        return f"{dice.choice(_GERMAN_HEADS)}-{word}"
    if way < 0.9:
        return f"Gebrüder {last_name(dice, 'de')}"
    return f"{last_name(dice, 'de')} & {last_name(dice, 'de')}"


def _english(dice: Random, place: Place, industry: Industry) -> str:
    word = dice.choice(industry.english.split(","))
    way = dice.random()
    if way < 0.45:
        return f"{dice.choice(_ENGLISH_HEADS)} {word}"
    if way < 0.85:
        return f"{last_name(dice, 'gb')} {word}"
    return f"{last_name(dice, 'gb')} & Sons"


def domain(name: str, taken: set[str]) -> str:
    """Return a free domain name made from a firm's name."""
    base = latin(name)[:40].strip("-")
    number = 1
    while (found := base if number == 1 else f"{base}{number}") in taken:
        number += 1
    taken.add(found)
    return f"{found}.example"
