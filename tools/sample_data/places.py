"""Cities with what follows from them: region, phone area, postal code, tax region, clock, coordinates."""

from __future__ import annotations

from random import Random
from typing import NamedTuple

from tools.sample_data.chance import digits


class Place(NamedTuple):
    """A city. `area` is what a phone number of it begins with, `#` stands for a digit."""

    country: str
    city: str
    region: str
    region_code: str
    area: str
    postal: str
    clock: str
    latitude: float
    longitude: float
    weight: int
    tax_region: str = ""


_LINES = """
ru|Москва|Москва|RU-MOW|+7495 0######|1#####|moscow|55.75|37.62|24|77
ru|Химки|Московская область|RU-MOS|+7495 0######|1414##|moscow|55.89|37.44|6|50
ru|Подольск|Московская область|RU-MOS|+7495 0######|1421##|moscow|55.43|37.55|5|50
ru|Санкт-Петербург|Санкт-Петербург|RU-SPE|+7812 0######|19####|moscow|59.94|30.31|15|78
ru|Калининград|Калининградская область|RU-KGD|+7401 22#####|2360##|kaliningrad|54.71|20.51|6|39
ru|Тула|Тульская область|RU-TUL|+7487 20#####|3000##|moscow|54.19|37.62|4|71
ru|Ярославль|Ярославская область|RU-YAR|+7485 20#####|1500##|moscow|57.63|39.87|4|76
ru|Воронеж|Воронежская область|RU-VOR|+7473 0######|3940##|moscow|51.66|39.20|5|36
ru|Ростов-на-Дону|Ростовская область|RU-ROS|+7863 0######|3440##|moscow|47.23|39.72|5|61
ru|Краснодар|Краснодарский край|RU-KDA|+7861 0######|3500##|moscow|45.04|38.98|6|23
ru|Нижний Новгород|Нижегородская область|RU-NIZ|+7831 0######|6030##|moscow|56.33|44.00|5|52
ru|Казань|Республика Татарстан|RU-TA|+7843 0######|4200##|moscow|55.79|49.12|7|16
ru|Самара|Самарская область|RU-SAM|+7846 0######|4430##|samara|53.20|50.15|5|63
ru|Пермь|Пермский край|RU-PER|+7342 20#####|6140##|yekaterinburg|58.01|56.25|4|59
ru|Екатеринбург|Свердловская область|RU-SVE|+7343 0######|6200##|yekaterinburg|56.84|60.60|8|66
ru|Челябинск|Челябинская область|RU-CHE|+7351 0######|4540##|yekaterinburg|55.16|61.40|5|74
ru|Новосибирск|Новосибирская область|RU-NVS|+7383 0######|6300##|novosibirsk|55.03|82.92|6|54
ru|Красноярск|Красноярский край|RU-KYA|+7391 20#####|6600##|novosibirsk|56.01|92.87|3|24
kz|Алматы|Алматы|KZ-75|+7727 20#####|0500##|almaty|43.24|76.89|5
kz|Астана|Астана|KZ-71|+7717 20#####|0100##|almaty|51.17|71.45|4
by|Минск|Минск|BY-HM|+37517 201####|2200##|minsk|53.90|27.57|6
by|Гродно|Гродненская область|BY-HR|+37515 201####|2300##|minsk|53.67|23.83|2
pl|Warszawa|Mazowieckie|PL-14|+4822 0######|0#-###|warsaw|52.23|21.01|9
pl|Kraków|Małopolskie|PL-12|+4812 0######|3#-###|warsaw|50.06|19.94|5
pl|Wrocław|Dolnośląskie|PL-02|+4871 0######|5#-###|warsaw|51.11|17.03|5
pl|Poznań|Wielkopolskie|PL-30|+4861 0######|6#-###|warsaw|52.41|16.93|5
pl|Gdańsk|Pomorskie|PL-22|+4858 0######|8#-###|warsaw|54.35|18.65|4
pl|Katowice|Śląskie|PL-24|+4832 0######|4#-###|warsaw|50.26|19.02|4
pl|Łódź|Łódzkie|PL-10|+4842 0######|9#-###|warsaw|51.76|19.46|3
de|Berlin|Berlin|DE-BE|+4930 23125###|1####|berlin|52.52|13.40|5
de|Hamburg|Hamburg|DE-HH|+4940 66969###|2####|berlin|53.55|9.99|5
de|München|Bayern|DE-BY|+4989 99998###|8####|berlin|48.14|11.58|5
de|Nürnberg|Bayern|DE-BY|+49911 01#####|904##|berlin|49.45|11.08|3
de|Köln|Nordrhein-Westfalen|DE-NW|+49221 4710###|5####|berlin|50.94|6.96|5
de|Dortmund|Nordrhein-Westfalen|DE-NW|+49231 01#####|441##|berlin|51.51|7.47|3
de|Frankfurt am Main|Hessen|DE-HE|+4969 90009###|6####|berlin|50.11|8.68|4
de|Stuttgart|Baden-Württemberg|DE-BW|+49711 01#####|7####|berlin|48.78|9.18|4
de|Leipzig|Sachsen|DE-SN|+49341 01#####|041##|berlin|51.34|12.37|3
at|Wien|Wien|AT-9|+431 5550###|1##0|berlin|48.21|16.37|4
at|Graz|Steiermark|AT-6|+43316 01####|801#|berlin|47.07|15.44|1
ch|Zürich|Zürich|CH-ZH|+4144 55501##|80##|berlin|47.38|8.54|3
gb|London|Greater London|GB-LND|+4420 7946 0###|EC#A #XX|london|51.51|-0.13|6
gb|Birmingham|West Midlands|GB-BIR|+44121 496 0###|B# #XX|london|52.48|-1.90|3
gb|Manchester|Greater Manchester|GB-MAN|+44161 496 0###|M# #XX|london|53.48|-2.24|3
gb|Leeds|West Yorkshire|GB-LDS|+44113 496 0###|LS# #XX|london|53.80|-1.55|2
gb|Edinburgh|Scotland|GB-EDH|+44131 496 0###|EH# #XX|london|55.95|-3.19|2
ie|Dublin|Leinster|IE-L|+3531 555 0###|D0# X#X#|london|53.35|-6.26|2
"""


def _place(line: str) -> Place:
    country, city, region, code, area, postal, clock, latitude, longitude, weight, *tax = line.split("|")
    numbers = (float(latitude), float(longitude), int(weight))
    return Place(country, city, region, code, area, postal, clock, *numbers, *tax)


PLACES = tuple(_place(line) for line in _LINES.strip().splitlines())
RUSSIAN_SPEAKING = ("ru", "kz", "by")

_MOBILES = {
    "ru": ("+7907", "+7935", "+7943", "+7957"),
    "kz": ("+7701",),
    "by": ("+37529 1",),
    "pl": ("+48459",),
    "de": ("+49176 040",),
    "at": ("+43660",),
    "ch": ("+4178 000",),
    "gb": ("+447400",),
    "ie": ("+35387",),
}
_MOBILE_LENGTHS = {"ru": 7, "kz": 7, "by": 6, "pl": 6, "de": 5, "at": 7, "ch": 4, "gb": 6, "ie": 7}

_STREETS = {
    "ru": "ул. Ленина|ул. Заводская|Промышленный проезд|ул. Гагарина|ул. Мира|Складская ул.|ул. Кирова|пр-т Победы"
    "|ул. Садовая|Индустриальная ул.|ул. Лесная|наб. Речная|ул. Чехова|Северный проезд|ул. Строителей|ш. Энтузиастов",
    "pl": "ul. Przemysłowa|ul. Polna|ul. Magazynowa|ul. Kwiatowa|al. Niepodległości|ul. Lipowa|ul. Fabryczna"
    "|ul. Mickiewicza|ul. Słowackiego|ul. Kolejowa|ul. Ogrodowa|ul. Składowa",
    "de": "Industriestraße|Hafenstraße|Bahnhofstraße|Gewerbering|Lindenweg|Am Werk|Lagerstraße|Schillerstraße"
    "|Mühlenweg|Werkstraße|Gartenstraße|Daimlerring",
    "gb": "High Street|Station Road|Victoria Park|Mill Lane|Canal Street|Foundry Way|Church Road|Dock Road"
    "|Kingsway|Harbour Street|Orchard Close|Enterprise Way",
}


def _filled(dice: Random, pattern: str) -> str:
    letters = {"#": "0123456789", "X": "ABDEFGHJLNPQRSTUWXYZ"}
    return "".join(dice.choice(letters[sign]) if sign in letters else sign for sign in pattern)


def phone(dice: Random, place: Place) -> str:
    """Return a landline number of that city, with country code and no spaces."""
    return _filled(dice, place.area).replace(" ", "")


def mobile(dice: Random, country: str) -> str:
    """Return a mobile number of that country."""
    return dice.choice(_MOBILES[country]).replace(" ", "") + digits(dice, _MOBILE_LENGTHS[country])


def postal_code(dice: Random, place: Place) -> str:
    """Return a postal code as that city has them."""
    return _filled(dice, place.postal)


def street(dice: Random, country: str) -> str:
    """Return a street with a house number, written as in that country."""
    similar = {"kz": "ru", "by": "ru", "at": "de", "ch": "de", "ie": "gb"}.get(country, country)
    name, house = dice.choice(_STREETS[similar].split("|")), dice.randint(1, 128)
    if similar == "ru":
        return f"{name}, д. {house}" + (f", стр. {dice.randint(1, 4)}" if dice.random() < 0.2 else "")
    return f"{house} {name}" if similar == "gb" else f"{name} {house}"
