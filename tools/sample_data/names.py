"""People's names in the languages of the sample, and how they are written in Latin letters."""

from __future__ import annotations

import re
import unicodedata
from random import Random
from typing import NamedTuple

from tools.sample_data.places import RUSSIAN_SPEAKING


class Person(NamedTuple):
    """A name. `middle` is a patronymic, where there is one."""

    last: str
    first: str
    middle: str
    woman: bool


_MEN = {
    "ru": "Александр Алексей Андрей Антон Артём Борис Вадим Валерий Василий Виктор Виталий Владимир Григорий Денис"
    " Дмитрий Евгений Егор Иван Игорь Илья Кирилл Константин Леонид Максим Михаил Никита Николай Олег Павел Пётр"
    " Роман Руслан Сергей Станислав Степан Тимофей Фёдор Юрий",
    "kz": "Айдар Арман Асхат Бауыржан Данияр Ерлан Кайрат Марат Нурлан Самат Талгат Тимур",
    "pl": "Adam Andrzej Bartosz Dariusz Grzegorz Jacek Jakub Jan Kamil Karol Krzysztof Łukasz Maciej Marcin Mateusz"
    " Michał Paweł Piotr Rafał Robert Sławomir Stanisław Tomasz Wojciech Zbigniew",
    "de": "Alexander Andreas Bernd Christian Daniel Dieter Florian Frank Hans Jan Jens Jörg Jürgen Klaus Lars Lukas"
    " Markus Matthias Michael Oliver Peter Ralf Sebastian Stefan Thomas Uwe Wolfgang",
    "gb": "Adam Alan Andrew Ben Callum Christopher Daniel David Edward George Graham Harry Ian Jack James Liam Mark"
    " Matthew Nigel Oliver Patrick Paul Peter Richard Robert Simon Stephen Stuart Thomas William",
}
_WOMEN = {
    "ru": "Алла Алёна Анастасия Анна Валентина Валерия Вера Виктория Галина Дарья Евгения Екатерина Елена Жанна"
    " Зоя Инна Ирина Кристина Ксения Лариса Людмила Марина Мария Надежда Наталья Нина Оксана Ольга Полина Светлана"
    " София Татьяна Юлия Яна",
    "kz": "Айгуль Айжан Алия Асель Гульнара Динара Жанар Камила Мадина Сауле",
    "pl": "Agnieszka Aleksandra Barbara Beata Dorota Elżbieta Ewa Hanna Iwona Joanna Julia Justyna Karolina"
    " Katarzyna Magdalena Małgorzata Marta Monika Natalia Paulina Renata Sylwia Zofia",
    "de": "Andrea Anja Anke Birgit Britta Christina Claudia Eva Franziska Gabriele Heike Ines Julia Karin Katrin"
    " Laura Lena Martina Monika Nicole Petra Sabine Sandra Silke Stefanie Susanne Ute",
    "gb": "Alice Amy Caroline Catherine Charlotte Claire Diane Eleanor Elizabeth Emma Fiona Grace Hannah Helen"
    " Jane Jessica Karen Laura Louise Lucy Margaret Nicola Olivia Rachel Rebecca Sarah Susan Victoria",
}
_LAST = {
    "ru": "Абрамов Агеев Алексеев Андреев Антонов Баранов Белов Белый Беляев Борисов Быков Васильев Виноградов"
    " Власов Волков Воробьёв Воронин Гаврилов Голубев Горбунов Григорьев Громов Гусев Давыдов Данилов Денисов"
    " Дмитриев Дорофеев Егоров Ершов Ефимов Жуков Зайцев Захаров Зимин Иванов Игнатьев Ильин Исаев Казаков"
    " Калинин Карпов Киселёв Князев Ковалёв Козлов Колесников Комаров Кондратьев Королёв Котов Крылов Кузнецов"
    " Кузьмин Куликов Лазарев Лебедев Логинов Макаров Максимов Марков Мартынов Медведев Мельников Миронов Морозов"
    " Назаров Некрасов Никитин Новиков Носов Озёров Орехов Осипов Павлов Панов Петров Поляков Пономарёв Попов"
    " Прохоров Раевский Родионов Романов Рябов Савельев Самойлов Сафонов Семёнов Сергеев Сидоров Симонов Соболев"
    " Соколов Соловьёв Степанов Суворов Сухарев Сысоев Тарасов Тимофеев Титов Тихонов Третьяков Трофимов Туманов"
    " Тюрин Уваров Ушаков Фёдоров Филиппов Фомин Фролов Харитонов Чернов Чернышёв Шестаков Широков Шубин Щербаков"
    " Юдин Яковлев Островский Вознесенский Лесной",
    "kz": "Абдрахманов Ахметов Байжанов Досанов Ермеков Жумабаев Ибраев Искаков Касымов Мухамедов Нургалиев"
    " Оспанов Сагинтаев Садыков Сулейменов Тлеубаев",
    "pl": "Adamczyk Baran Bąk Borkowski Chmielewski Cieślak Czarnecki Dąbrowski Domański Duda Dudek Gajewski"
    " Górecki Górski Grabowski Jabłoński Jankowski Jaworski Kaczmarek Kalinowski Kamiński Kołodziej Kowalczyk"
    " Kowalski Kozłowski Krajewski Król Krupa Kubiak Lewandowski Lis Majewski Malinowski Maj Mazur Michalak Mroczek"
    " Nowicki Olszewski Ostrowski Pawlak Pawłowski Pietrzak Piotrowski Rutkowski Sadowski Sikora Sobczak"
    " Stępień Szczepański Szulc Szymański Tomczak Urban Walczak Wieczorek Wilk Witkowski Wójcik Wróbel Zając"
    " Zalewski Zawadzki Ziółkowski",
    "de": "Albrecht Arnold Bauer Baumann Beck Berger Böhm Brandt Braun Busch Dietrich Engel Ernst Fischer Frank"
    " Franke Friedrich Fuchs Graf Groß Günther Haas Hahn Hartmann Heinrich Herrmann Hoffmann Horn Huber Jäger"
    " Jansen Kaiser Keller Köhler König Kraus Krüger Kuhn Lang Lange Lehmann Lorenz Ludwig Maier Martin Meyer"
    " Möller Müller Neumann Otto Peters Pfeiffer Pohl Richter Roth Sauer Schäfer Schmidt Schmitz Schneider Scholz"
    " Schreiber Schröder Schubert Schulte Schulz Schuster Seidel Simon Sommer Stein Thomas Vogel Vogt Wagner"
    " Walter Weber Weiß Werner Winkler Winter Wolf Ziegler Zimmermann",
    "gb": "Adams Allen Atkinson Bailey Baker Barnes Bell Bennett Brooks Butler Campbell Carter Chapman Clarke"
    " Cole Collins Cook Cooper Cox Davies Dixon Ellis Evans Fisher Fletcher Foster Fox Gibson Graham Grant Gray"
    " Green Griffiths Hall Harper Harris Harrison Harvey Hill Holmes Howard Hunt Jackson Jenkins Kelly Kennedy"
    " Knight Lawson Lloyd Marshall Mason Matthews Miller Mills Mitchell Morgan Morris Murphy Murray Owen"
    " Palmer Parker Pearson Powell Price Reid Reynolds Richards Roberts Robertson Rogers Russell Scott Shaw"
    " Simpson Spencer Stevens Sullivan Thompson Turner Walker Walsh Ward Watson Webb Wells West White Wood Wright",
}
_LATIN = dict(zip("абвгдеёзийклмнопрстуфыэ", "abvgdeeziyklmnoprstufye", strict=True))
_LATIN |= {"ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sch", "ъ": "", "ь": "", "ю": "yu", "я": "ya"}
_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ł": "l", "ø": "o"})


def group_of(country: str) -> str:
    """Return which lists of names a country uses."""
    return {"by": "ru", "at": "de", "ch": "de", "ie": "gb"}.get(country, country)


def person(dice: Random, country: str) -> Person:
    """Return a name usual in that country; in Kazakhstan every third one is Russian."""
    group = group_of(country)
    if group == "kz" and dice.random() < 0.35:
        group = "ru"
    woman = dice.random() < 0.45
    first = dice.choice((_WOMEN if woman else _MEN)[group].split())
    last = dice.choice(_LAST[group].split())
    middle = ""
    if country in RUSSIAN_SPEAKING and dice.random() < 0.9:
        middle = _patronymic(dice.choice(_MEN[group].split()), woman=woman)
    return Person(_feminine(last) if woman else last, first, middle, woman)


def last_name(dice: Random, country: str) -> str:
    """Return a family name in its masculine form, as firms are called."""
    return dice.choice(_LAST[group_of(country)].split())


def _feminine(last: str) -> str:
    if last.endswith(("ский", "ской")):
        return last[:-2] + "ая"
    if last.endswith(("ый", "ой")):
        return last[:-2] + "ая"
    if last.endswith(("ов", "ев", "ёв", "ин", "ын")):
        return last + "а"
    return last[:-1] + "a" if last.endswith(("ski", "cki", "dzki")) else last


_IRREGULAR = {
    "Пётр": "Петров",
    "Павел": "Павлов",
    "Илья": "Ильи",
    "Никита": "Никити",
    "Михаил": "Михайлов",
}


def _patronymic(father: str, *, woman: bool) -> str:
    stem = _IRREGULAR.get(father)
    if stem is None:
        if father.endswith(("ий", "ия")):
            stem = father[:-2] + ("ьев" if father != "Дмитрий" else "иев")
        elif father.endswith(("й", "ь")):
            stem = father[:-1] + "ев"
        else:
            stem = father + "ов"
    if stem.endswith("и"):
        return stem + ("нична" if woman and father == "Илья" else "чна" if woman else "ч")
    return stem + ("на" if woman else "ич")


def latin(text: str) -> str:
    """Return a text in plain lower-case Latin letters, words joined by hyphens: for addresses."""
    lower = text.lower().translate(_GERMAN)
    letters = "".join(_LATIN.get(letter, letter) for letter in lower)
    plain = unicodedata.normalize("NFKD", letters).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
