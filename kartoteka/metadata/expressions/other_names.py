"""What functions are called elsewhere: by Excel, also in Russian and in Polish, and by other products.

Nothing is understood by these names; whoever writes one is told the name that is.
"""

from __future__ import annotations

from collections.abc import Iterable

from kartoteka.metadata.expressions.errors import suggestion

_BY_NAME = {
    "IF": "IIF ЕСЛИ JEŻELI",
    "IFS": "CASE ЕСЛИМН УСЛОВИЯ WARUNKI",
    "SWITCH": "DECODE ПЕРЕКЛЮЧ PRZEŁĄCZ",
    "CHOOSE": "ВЫБОР WYBIERZ",
    "COALESCE": "IFNULL IFEMPTY NVL BLANKVALUE IFERROR",
    "NULL_IF": "NULLIF",
    "IS_EMPTY": "ISBLANK ISNULL ISEMPTY EMPTY BLANK ЕПУСТО CZY.PUSTA",
    "ME": "USER CURRENT_USER CURRENTUSER",
    "SUM": "ADD TOTAL СУММ SUMA",
    "AVERAGE": "AVG MEAN СРЗНАЧ ŚREDNIA",
    "MIN": "LEAST MINIMUM МИН",
    "MAX": "GREATEST MAXIMUM МАКС",
    "ROUND": "ОКРУГЛ ZAOKR",
    "ROUND_UP": "ROUNDUP ОКРУГЛВВЕРХ ZAOKR.GÓRA",
    "ROUND_DOWN": "ROUNDDOWN TRUNC TRUNCATE ОКРУГЛВНИЗ ОТБР ZAOKR.DÓŁ",
    "ROUND_TO": "MROUND ОКРУГЛТ ZAOKR.DO.WIELOKR",
    "FLOOR": "ЦЕЛОЕ ZAOKR.DO.CAŁK",
    "CEILING": "CEIL",
    "MOD": "REMAINDER ОСТАТ",
    "QUOTIENT": "DIV ЧАСТНОЕ",
    "SQRT": "КОРЕНЬ PIERWIASTEK",
    "POWER": "POW СТЕПЕНЬ POTĘGA",
    "LEN": "LENGTH ДЛСТР DŁ",
    "LEFT": "ЛЕВСИМВ LEWY",
    "RIGHT": "ПРАВСИМВ PRAWY",
    "MID": "SUBSTR SUBSTRING ПСТР FRAGMENT.TEKSTU",
    "UPPER": "UCASE TOUPPER ПРОПИСН LITERY.WIELKIE",
    "LOWER": "LCASE TOLOWER СТРОЧН LITERY.MAŁE",
    "CAPITALIZE": "PROPER INITCAP ПРОПНАЧ Z.WIELKIEJ.LITERY",
    "TRIM": "СЖПРОБЕЛЫ USUŃ.ZBĘDNE.ODSTĘPY",
    "CONCAT": "CONCATENATE СЦЕП СЦЕПИТЬ ZŁĄCZ.TEKSTY",
    "JOIN": "TEXTJOIN CONCAT_WS ОБЪЕДИНИТЬ POŁĄCZ.TEKSTY",
    "REPLACE": "SUBSTITUTE ПОДСТАВИТЬ PODSTAW",
    "REPEAT": "REPT ПОВТОР POWT",
    "PAD_LEFT": "LPAD",
    "PAD_RIGHT": "RPAD",
    "FIND": "SEARCH INSTR POSITION INDEXOF НАЙТИ ПОИСК ZNAJDŹ SZUKAJ.TEKST",
    "CONTAINS": "INCLUDES LIKE",
    "TEXT": "STR STRING TO_TEXT ТЕКСТ TEKST",
    "VALUE": "NUMBER TO_NUMBER ЗНАЧЕН WARTOŚĆ",
    "IS_NUMBER": "ISNUMBER ЕЧИСЛО CZY.LICZBA",
    "CHAR": "CHR UNICHAR СИМВОЛ ZNAK",
    "CODE": "ASCII UNICODE КОДСИМВ KOD",
    "TODAY": "CURRENT_DATE СЕГОДНЯ DZIŚ",
    "NOW": "CURRENT_TIMESTAMP ТДАТА TERAZ",
    "DATE": "DATEVALUE TO_DATE ДАТА DATA",
    "YEAR": "ГОД ROK",
    "MONTH": "МЕСЯЦ MIESIĄC",
    "DAY": "ДЕНЬ DZIEŃ",
    "WEEKDAY": "ДЕНЬНЕД DZIEŃ.TYG",
    "WEEK": "WEEKNUM ISOWEEKNUM НОМНЕДЕЛИ NUM.TYG",
    "HOUR": "ЧАС GODZINA",
    "MINUTE": "МИНУТЫ MINUTA",
    "TIME": "ВРЕМЯ CZAS",
    "DAYS": "DATEDIF DATEDIFF РАЗНДАТ ДНИ DNI DATA.RÓŻNICA",
    "YEARS": "AGE",
    "WORKDAYS": "NETWORKDAYS ЧИСТРАБДНИ DNI.ROBOCZE",
    "ADD_WORKDAYS": "WORKDAY РАБДЕНЬ DZIEŃ.ROBOCZY",
    "ADD_DAYS": "DATEADD DATE_ADD ADDDAYS",
    "ADD_MONTHS": "EDATE ADDMONTHS ДАТАМЕС NR.SER.DATY",
    "END_OF_MONTH": "EOMONTH LAST_DAY КОНМЕСЯЦА NR.SER.OST.DN.MIES",
    "COUNT": "SIZE СЧЁТ СЧЕТ",
    "ITEMS": "JOIN_LIST",
}
_FOUND = {other: name for name, others in _BY_NAME.items() for other in others.split()}


def meant_by(wrong: str, known: Iterable[str]) -> str | None:
    """Return the function that was most likely meant: known elsewhere by that name, or spelled much like it."""
    return _FOUND.get(wrong.upper()) or suggestion(wrong, known)
