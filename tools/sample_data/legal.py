"""What registers, tax offices and banks know of a firm."""

from __future__ import annotations

from random import Random

from tools.sample_data import identifiers
from tools.sample_data.chance import Row, digits, money, pick
from tools.sample_data.market import Firm
from tools.sample_data.names import person

_FORMS = {
    "ru": {"ooo": 74.0, "ao": 8, "pao": 1, "ip": 15, "gup": 2},
    "kz": {"too": 1.0},
    "by": {"ooo": 7.0, "odo": 3},
    "pl": {"sp_zoo": 62.0, "sp_j": 10, "sa": 8, "jdg": 20},
    "de": {"gmbh": 60.0, "gmbh_kg": 20, "ag": 6, "ek": 14},
    "at": {"gmbh": 80.0, "ag": 6, "ek": 14},
    "ch": {"ag": 60.0, "gmbh": 40},
    "gb": {"ltd": 84.0, "plc": 8, "llp": 8},
    "ie": {"ltd": 90.0, "plc": 10},
}
_SPELLED = {
    "ooo": "ООО «{}»",
    "ao": "АО «{}»",
    "pao": "ПАО «{}»",
    "gup": "ГУП «{}»",
    "too": "ТОО «{}»",
    "odo": "ОДО «{}»",
    "ip": "ИП {}",
    "sp_zoo": "{} sp. z o.o.",
    "sp_j": "{} sp. j.",
    "sa": "{} S.A.",
    "gmbh": "{} GmbH",
    "gmbh_kg": "{} GmbH & Co. KG",
    "ag": "{} AG",
    "ek": "{} e.K.",
    "ltd": "{} Ltd",
    "plc": "{} plc",
    "llp": "{} LLP",
}
_VAT = {
    "de": identifiers.german_vat,
    "at": identifiers.austrian_vat,
    "ch": identifiers.swiss_vat,
    "gb": identifiers.british_vat,
    "ie": identifiers.irish_vat,
}
_BANKS = {
    "ru": (("Банк «Северный»", "044525901"), ("Банк «Волжский»", "043601902"), ("Уралторгбанк", "046577903")),
    "kz": (("Степной Банк", "STPNKZKA"), ("Алатау Банк", "ALATKZKX")),
    "by": (("Банк «Днепровский»", "DNPRBY2X"),),
    "pl": (("Bank Wiślany S.A.", "WISLPLPW"), ("Bank Bałtycki S.A.", "BALTPLPG")),
    "de": (("Hansebank AG", "HANBDEHH"), ("Rheinische Gewerbebank", "RHGBDEDK"), ("Isarbank", "ISARDEMM")),
    "at": (("Donaubank AG", "DONAATWW"),),
    "ch": (("Limmatbank AG", "LIMMCHZZ"),),
    "gb": (("Thames & Mersey Bank", "THMEGB2L"), ("Pennine Bank", "PENNGB21")),
    "ie": (("Liffey Bank", "LIFFIE2D"),),
}
_TITLES = {
    "ru": ("Генеральный директор", "Директор"),
    "pl": ("Prezes zarządu",),
    "de": ("Geschäftsführer",),
    "en": ("Managing Director",),
}
_TITLES_OF_WOMEN = {"Geschäftsführer": "Geschäftsführerin"}


def legal(firm: Firm) -> Row:
    """Return legal form, names, numbers and who signs."""
    dice = firm.dice("legal")
    country = firm.place.country
    form = pick(dice, _FORMS[country])
    chief = person(dice, country)
    full = " ".join(part for part in (chief.last, chief.first, chief.middle) if part)
    spelled = _SPELLED.get(form, "{}").format(full if form == "ip" else firm.name.replace("«", "„").replace("»", "“"))
    if form == "jdg":
        spelled = f"{firm.name} {chief.first} {chief.last}"
    row = {"legal_name": spelled, "legal_form": form}
    row |= {"registered_on": f"{firm.founded}-{dice.randint(1, 12):02d}-{dice.randint(1, 28):02d}"}
    numbers = {"ru": _russian, "kz": _kazakh, "by": _belarusian, "pl": _polish}.get(country, _western)
    row |= numbers(dice, firm, form)
    if form not in ("ip", "jdg", "ek"):
        title = dice.choice(_TITLES[firm.language])
        row["director_title"] = _TITLES_OF_WOMEN.get(title, title) if chief.woman else title
        row["director_name"] = full if firm.russian else f"{chief.first} {chief.last}"
    return row


def _russian(dice: Random, firm: Firm, form: str) -> Row:
    alone, region = form == "ip", firm.place.tax_region
    year = max(firm.founded, 2002)
    row = {
        "inn": identifiers.inn(dice, region, person=alone),
        "ogrn": identifiers.ogrn(dice, region, year, person=alone),
    }
    if not alone:
        row |= {
            "kpp": f"{region}{dice.randint(1, 47):02d}01001",
            "share_capital": money(dice.choice((10, 50, 100, 500)) * 1000, "RUB"),
        }
        row["signs_under"] = "charter" if dice.random() < 0.9 else "power_of_attorney"
    simplified = alone or (firm.size in ("s1", "s10") and dice.random() < 0.5)
    row["tax_system"] = "simplified" if simplified else "general"
    row["okved"] = f"{firm.industry.code[:2]}.{dice.randint(1, 9)}{dice.randint(0, 9)}"
    if dice.random() < 0.6:
        row["okpo"] = identifiers.okpo(dice)
    if firm.size in ("s50", "s250", "s1000") and dice.random() < 0.6:
        book = person(dice, "ru")
        row["accountant_name"] = f"{book.last} {book.first} {book.middle}".strip()
    return row


def _kazakh(dice: Random, firm: Firm, form: str) -> Row:
    return {
        "tax_no": identifiers.bin_no(dice, max(firm.founded, 2000)),
        "tax_system": "general",
        "signs_under": "charter",
    }


def _belarusian(dice: Random, firm: Firm, form: str) -> Row:
    return {"tax_no": identifiers.unp(dice), "tax_system": "general", "signs_under": "charter"}


def _polish(dice: Random, firm: Firm, form: str) -> Row:
    nip = identifiers.nip(dice)
    row = {
        "tax_no": nip,
        "vat_no": f"PL{nip}",
        "statistical_no": identifiers.regon(dice),
        "tax_system": "reverse_charge",
    }
    if form != "jdg":
        row |= {
            "registration_no": f"KRS {digits(dice, 6).zfill(10)}",
            "registration_court": f"Sąd Rejonowy, {firm.place.city}",
        }
    return row


def _western(dice: Random, firm: Firm, form: str) -> Row:
    country, row = firm.place.country, {"vat_no": _VAT[firm.place.country](dice)}
    row["tax_system"] = "general" if country in ("gb", "ch") else "reverse_charge"
    if country == "de" and form != "ek":
        row |= {"registration_no": f"HRB {digits(dice, 5)}", "registration_court": f"Amtsgericht {firm.place.city}"}
    elif country == "at":
        row |= {"registration_no": f"FN {digits(dice, 6)}{dice.choice('abdfgmpx')}"}
    elif country in ("gb", "ie"):
        row |= {"registration_no": digits(dice, 8 if country == "gb" else 6)}
    if firm.size in ("s250", "s1000"):
        row["duns"] = digits(dice, 9)
        if country != "ch":
            row["eori"] = row["vat_no"].replace("ATU", "AT") + ("000" if country == "gb" else "")
    return row


def bank(firm: Firm, legal_form: str) -> Row:
    """Return the bank account."""
    dice, country = firm.dice("bank"), firm.place.country
    name, code = dice.choice(_BANKS[country])
    row = {"bank_name": name, "bank_bic": code}
    if country != "ru":
        return row | {"bank_account": identifiers.iban(dice, country.upper())}
    account = identifiers.russian_account(dice, code, person=legal_form == "ip")
    return row | {"bank_account": account, "correspondent_account": identifiers.correspondent_account(code)}
