"""The companies' rows: much is known of customers, little of leads, and something is missing everywhere."""

from __future__ import annotations

from random import Random

from tools.sample_data import sayings
from tools.sample_data.books import SELLERS, SOURCE_WEIGHTS, region_ref
from tools.sample_data.chance import Row, day, digits, money, pick, some, yes
from tools.sample_data.legal import bank, legal
from tools.sample_data.market import Firm, parents, partners
from tools.sample_data.names import person
from tools.sample_data.places import mobile, phone, postal_code, street

KNOWN = ("customer", "dormant", "blocked")
"""Those who have bought, of whom finance, logistics and service know something."""

_CURRENCIES = {"ru": "rub", "kz": "kzt", "by": "byn", "pl": "pln", "gb": "gbp", "ch": "chf"}
_WAREHOUSES = {"pl": "warsaw", "by": "warsaw", "gb": "coventry", "ie": "coventry", "kz": "almaty", "ru": "moscow"}
_CARRIERS = {
    "ru": {"delovye_linii": 5.0, "pek": 3, "cdek": 3, "pickup": 2, "own": 2},
    "pl": {"dpd": 4.0, "inpost": 3, "dhl": 2, "schenker": 1, "own": 1},
    "de": {"dhl": 4.0, "dpd": 3, "schenker": 3, "pickup": 1},
}
_SEGMENTS = {"s1": "micro", "s10": "small", "s50": "medium", "s250": "large", "s1000": "key"}
_EQUIPMENT = ("Zebra", "Honeywell", "Datalogic", "Lumo", "Prisma", "Vega", "Libra", "Mettler", "Bizerba", "CAS")
_COMPETITORS = ("ScanTrade", "Etikon", "LogIdent", "ТехноСкан", "МаркировкаПро", "BarTech", "IdentSys")


def companies(firms: list[Firm]) -> dict[str, Row]:
    """Return a row for each firm by its ref; what follows from deals and activities is added by others."""
    mothers, resellers = parents(firms), partners(firms)
    return {firm.ref: _row(firm, mothers, resellers) for firm in firms}


def _row(firm: Firm, mothers: dict[str, str], resellers: dict[str, list[Firm]]) -> Row:
    dice = firm.dice("row")
    row = {"ref": firm.ref, "name": firm.name, "status": firm.status, "owner": firm.owner, "language": firm.language}
    row |= _communication(dice, firm) | legal(firm) | _addresses(dice, firm) | _segmentation(dice, firm)
    row |= _relations(dice, firm, mothers, resellers) | _preferences(dice, firm)
    if firm.status in KNOWN or firm.status == "lost":
        row |= _terms(dice, firm) | _contract(dice, firm)
    if firm.status in KNOWN:
        row |= _credit(dice, firm)
        row |= bank(firm, row["legal_form"]) if dice.random() < 0.6 else {}
        row |= _logistics(dice, firm) if dice.random() < 0.5 else {}
        row |= _service(dice, firm) if dice.random() < 0.5 else {}
    return {key: value for key, value in row.items() if value}


def _communication(dice: Random, firm: Firm) -> Row:
    box = {"ru": "info", "pl": "biuro", "de": "kontakt"}.get(firm.language, "sales")
    row = {"phone": phone(dice, firm.place), "website": f"https://www.{firm.domain}", "email": f"{box}@{firm.domain}"}
    row["description"] = sayings.business(firm) if dice.random() < 0.6 else ""
    if firm.status in KNOWN:
        orders, invoices = {"ru": ("zakaz", "buh"), "pl": ("zamowienia", "faktury"), "de": ("einkauf", "rechnung")}.get(
            firm.language, ("orders", "invoices")
        )
        row |= {"email_orders": f"{orders}@{firm.domain}"} if dice.random() < 0.6 else {}
        row |= {"email_invoices": f"{invoices}@{firm.domain}"} if dice.random() < 0.7 else {}
    for key, share in (("phone_2", 0.2), ("fax", 0.1)):
        row |= {key: phone(dice, firm.place)} if dice.random() < share else {}
    row |= {"mobile": mobile(dice, firm.place.country)} if dice.random() < 0.3 else {}
    if firm.russian and dice.random() < 0.4:
        row |= {"telegram": "@" + firm.domain.split(".")[0].replace("-", "_")[:30]}
    elif not firm.russian and dice.random() < 0.4:
        row |= {"linkedin": f"https://linkedin.example/company/{firm.domain.split('.', maxsplit=1)[0]}"}
    if firm.industry.ref in ("retail", "online"):
        row |= {"web_shop": f"https://shop.{firm.domain}"}
    row["opening_hours"] = dice.choice(sayings.HOURS[firm.russian]) if dice.random() < 0.6 else ""
    # Some cards were made from a business card or a cold-call list.
    for key, share in (("website", 0.12), ("email", 0.06), ("phone", 0.04)):
        if dice.random() < share:
            row[key] = ""
    return row


def _addresses(dice: Random, firm: Firm) -> Row:
    place = firm.place
    address = {"country": place.country, "city": place.city, "street": street(dice, place.country)}
    code = postal_code(dice, place)
    row = {f"legal_{key}": value for key, value in address.items()}
    row |= {"legal_postal_code": code, "legal_region": place.region, "time_zone": place.clock}
    row |= {"latitude": f"{place.latitude + dice.uniform(-0.08, 0.08):.6f}"} if dice.random() < 0.4 else {}
    if "latitude" in row:
        row["longitude"] = f"{place.longitude + dice.uniform(-0.12, 0.12):.6f}"
    same = dice.random() < 0.75
    row["postal_same"] = yes(same)
    if not same:
        row |= {"postal_country": place.country, "postal_city": place.city, "postal_code": postal_code(dice, place)}
        row["postal_street"] = street(dice, place.country)
    if firm.status in KNOWN and dice.random() < 0.4:
        row |= {f"delivery_{key}": value for key, value in address.items()} | {"delivery_postal_code": code}
        row["delivery_street"] = street(dice, place.country)
        keeper = person(dice, place.country)
        row |= {"delivery_contact": f"{keeper.first} {keeper.last}", "delivery_phone": mobile(dice, place.country)}
    return row


def _segmentation(dice: Random, firm: Firm) -> Row:
    row = {"segment": _SEGMENTS[firm.size], "industry": f"industry_{firm.industry.ref}", "size": firm.size}
    if firm.industry.ref == "health" and dice.random() < 0.4:
        row["segment"] = "public"
    row |= {"region": region_ref(firm.place.region_code), "source": f"source_{pick(dice, SOURCE_WEIGHTS)}"}
    row["founded_year"] = str(firm.founded)
    if dice.random() < 0.85:
        row["employees"] = str(firm.employees)
    if dice.random() < 0.6:
        row["annual_revenue"] = money(round(firm.employees * dice.uniform(60, 240)) * 1000)
    if dice.random() < 0.7:
        row["potential"] = money(firm.weight * dice.randint(3, 14) * 1000)
    row["sales_channel"] = pick(dice, {"direct": 6.0, "dealer": 2, "online": 1, "tender": 1})
    row["procurement"] = (
        pick(dice, {"direct": 8.0, "tender": 3, "framework": 1, "platform": 2}) if dice.random() < 0.7 else ""
    )
    if firm.place.country == "ru" and row["segment"] == "public":
        row["procurement"] = "law_44" if dice.random() < 0.7 else "law_223"
    row["sites"] = str(max(1, round(firm.weight * dice.uniform(0.3, 1.6)))) if dice.random() < 0.6 else ""
    row["rating"] = str(pick(dice, {2: 1.0, 3: 4, 4: 4, 5: 2})) if firm.status != "lead" else ""
    row["tags"] = some(dice, sayings.TAGS[firm.russian], 3) if dice.random() < 0.5 else ""
    return row


def _relations(dice: Random, firm: Firm, mothers: dict[str, str], resellers: dict[str, list[Firm]]) -> Row:
    near = resellers.get(firm.place.country, [])
    reseller = firm in near
    kinds = ["buyer"] if firm.status in KNOWN else []
    row = {"relations": "|".join([*kinds, *(["reseller", "partner"] if reseller else [])])}
    row["parent"] = mothers.get(firm.ref, "")
    before = [each for each in near if each.number < firm.number]
    if before and not reseller and dice.random() < 0.09:
        row["partner"] = dice.choice(before).ref
    if firm.owner in SELLERS and dice.random() < 0.5:
        row["deputy"] = dice.choice([each for each in SELLERS if each != firm.owner])
    row["equipment"] = some(dice, _EQUIPMENT, 3) if dice.random() < 0.5 else ""
    row["competitors"] = some(dice, _COMPETITORS, 2) if dice.random() < 0.45 else ""
    systems = {"c1": 10.0, "galaktika": 1, "sap": 1, "own": 1, "none": 1} if firm.russian else {}
    systems = systems or {"sap": 4.0, "dynamics": 3, "odoo": 2, "comarch": 2, "own": 1, "none": 1}
    row["erp_system"] = pick(dice, systems) if dice.random() < 0.6 else ""
    return row


def _preferences(dice: Random, firm: Firm) -> Row:
    row = {"preferred_channel": pick(dice, {"phone": 5.0, "email": 5, "messenger": 3, "visit": 1})}
    row["visit_frequency"] = pick(dice, {"monthly": 1.0, "quarterly": 3, "yearly": 4, "on_request": 3})
    row["best_time"] = dice.choice(sayings.TIMES[firm.russian]) if dice.random() < 0.3 else ""
    consent = dice.random() < (0.65 if firm.status in KNOWN else 0.3)
    row["consent_given"] = yes(consent)
    if consent:
        row["consent_on"] = day(-dice.randint(20, 1200))
        row["consent_source"] = pick(dice, {"contract": 4.0, "web_form": 4, "trade_fair": 3, "email": 1, "paper": 1})
        row["newsletter"] = yes(dice.random() < 0.7)
        if row["newsletter"] == "true":
            topics = ("products", "prices", "events", "training", "service", "industry_news")
            row["newsletter_topics"] = some(dice, topics, 3)
    elif dice.random() < 0.06:
        row |= {"consent_withdrawn_on": day(-dice.randint(5, 400)), "do_not_email": "true"}
    row |= {"do_not_call": "true"} if dice.random() < 0.02 else {}
    row |= {"gifts_allowed": yes(dice.random() < 0.7)} if dice.random() < 0.3 else {}
    row |= {"notes": dice.choice(sayings.NOTES[firm.russian])} if dice.random() < 0.35 else {}
    return row


def _terms(dice: Random, firm: Firm) -> Row:
    row = {"currency": _CURRENCIES.get(firm.place.country, "eur"), "payment_method": "transfer"}
    weights = (
        {"prepaid": 5.0, "half": 2, "net14": 2, "net30": 2}
        if firm.russian
        else {"net14": 3.0, "net30": 6, "net45": 1, "prepaid": 1}
    )
    row["payment_terms"] = pick(dice, weights) if firm.status != "blocked" else "prepaid"
    row["price_list"] = (
        "key_account" if firm.size == "s1000" else pick(dice, {"retail": 3.0, "wholesale": 4, "project": 1})
    )
    row["discount"] = f"{min(25, firm.weight * dice.choice((0, 1, 1.5, 2))):.1f}"
    row["delivery_terms"] = pick(
        dice, {"exw": 2.0, "dap": 4, "cpt": 2, "fca": 1} if firm.russian else {"dap": 6.0, "exw": 1, "fca": 1}
    )
    row["warehouse"] = _WAREHOUSES.get(firm.place.country, "hamburg")
    if firm.place.clock in ("yekaterinburg", "novosibirsk"):
        row["warehouse"] = "yekaterinburg"
    return row


def _contract(dice: Random, firm: Firm) -> Row:
    if firm.status == "lost" or dice.random() < 0.4:
        return {}
    signed = -dice.randint(60, 1400)
    expired = dice.random() < 0.1
    until = signed + 365 * (-signed // 365 + (not expired))
    row = {"contract_no": f"K-{digits(dice, 4)}", "contract_on": day(signed)}
    if until > signed:
        row |= {"contract_until": day(until), "contract_renews": yes(not expired and dice.random() < 0.6)}
    row |= {"nda_signed": "true"} if dice.random() < 0.15 else {}
    return row


def _credit(dice: Random, firm: Firm) -> Row:
    row = {"erp_code": f"K{firm.number + 10400}", "payment_rating": str(pick(dice, {2: 1.0, 3: 3, 4: 5, 5: 4}))}
    row["invoice_by"] = pick(
        dice, {"edi": 6.0, "email": 4, "post": 1} if firm.russian else {"email": 8.0, "edi": 1, "portal": 2, "post": 1}
    )
    if row["invoice_by"] == "edi":
        row |= {"edi_operator": "Контур" if firm.russian else "EDI Hub", "edi_id": digits(dice, 13)}
    row["order_no_required"] = yes(firm.size in ("s250", "s1000"))
    row["risk_class"] = "stop" if firm.status == "blocked" else pick(dice, {"low": 6.0, "medium": 3, "high": 1})
    row["average_delay"] = str(dice.randint(45, 160) if firm.status == "blocked" else max(-3, round(dice.gauss(3, 7))))
    if firm.status != "blocked" and dice.random() < (0.8 if firm.size == "s1" else 0.35):
        return row
    limit = firm.weight * dice.choice((2500, 5000, 7500))
    used = round(limit * min(0.95, dice.random() ** 2 * 1.2), 2) if firm.status != "dormant" else 0.0
    late = firm.status == "blocked" or (used > 0 and dice.random() < 0.12)
    row |= {"credit_limit": money(limit), "receivables": money(used), "credit_limit_until": day(dice.randint(5, 360))}
    row |= {"receivables_overdue": money(round(used * dice.uniform(0.2, 1), 2) if late else 0)}
    if firm.status == "blocked":
        row |= {"debt_collection": "true", "warning": sayings.BLOCKED[firm.russian]}
    return row


def _logistics(dice: Random, firm: Firm) -> Row:
    country = firm.place.country
    carriers = _CARRIERS.get("ru" if firm.russian else country, _CARRIERS["de"])
    row = {"carrier": pick(dice, carriers), "lead_time": str(dice.choice((2, 3, 5, 7, 10, 14)))}
    if dice.random() < 0.5:
        row["delivery_days"] = "mon|tue|wed|thu|fri" if dice.random() < 0.7 else "tue|thu"
        row |= {
            "delivery_from": f"{dice.choice((7, 8, 9)):02d}:00",
            "delivery_until": f"{dice.choice((14, 15, 16, 17)):02d}:30",
        }
        row["unloading"] = pick(dice, {"ramp": 4.0, "forklift": 3, "tail_lift": 2, "by_hand": 2})
    if firm.weight >= 4:
        row |= {"pallet": "euro", "partial_delivery": yes(dice.random() < 0.7)}
    row["delivery_note"] = dice.choice(sayings.DRIVERS[firm.russian]) if dice.random() < 0.2 else ""
    return row


_RESPONSES = {"basic": ("8:00", "72:00"), "standard": ("4:00", "48:00"), "premium": ("1:00", "24:00")}


def _service(dice: Random, firm: Firm) -> Row:
    level = pick(dice, {"none": 5.0, "basic": 3, "standard": 2, "premium": firm.weight / 8})
    row = {"service_level": level, "devices": str(round(firm.weight * dice.uniform(1, 12)))}
    if level == "none":
        return row
    response, repair = _RESPONSES[level]
    last = -dice.randint(10, 350)
    row |= {"service_contract_no": f"S-{digits(dice, 4)}", "service_until": day(dice.randint(10, 500))}
    row |= {"response_time": response, "repair_time": repair, "remote_access": yes(dice.random() < 0.6)}
    row |= {"last_service_on": day(last), "next_service_on": day(last + 365)}
    row |= {
        "satisfaction": str(pick(dice, {2: 1.0, 3: 3, 4: 5, 5: 3})),
        "open_complaints": str(pick(dice, {0: 9.0, 1: 2, 2: 1})),
    }
    if dice.random() < 0.5:
        row |= {
            "nps": str(pick(dice, {3: 1.0, 5: 1, 6: 2, 7: 4, 8: 6, 9: 6, 10: 4})),
            "survey_on": day(-dice.randint(10, 300)),
        }
        row["reference_customer"] = yes(int(row["nps"]) >= 9)
    return row
