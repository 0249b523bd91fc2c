"""The deals: what was sold, lost and is hoped for. Amounts follow from products, quantities and discounts."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from tools.sample_data import sayings
from tools.sample_data.books import SOURCE_WEIGHTS
from tools.sample_data.chance import Row, chance, day, digits, money, pick, words
from tools.sample_data.companies import KNOWN
from tools.sample_data.contacts import Contact
from tools.sample_data.market import Firm
from tools.sample_data.products import PRODUCTS, Product

WON, LOST = 1250, 1130
OPEN = {"new": 150, "qualified": 180, "proposal": 170, "negotiation": 120}
_PROBABILITIES = {"new": 10, "qualified": 30, "proposal": 50, "negotiation": 75, "won": 100, "lost": 0}
_RATES = {
    "ru": (96.0, "RUB"),
    "kz": (560.0, "KZT"),
    "by": (3.5, "BYN"),
    "pl": (4.27, "PLN"),
    "gb": (0.85, "GBP"),
    "ch": (0.94, "CHF"),
}
_WANTED = {
    "terminals": 5.0,
    "printers": 5,
    "scanners": 5,
    "consumables": 6,
    "services": 4,
    "software": 3,
    "scales": 3,
    "pos": 1,
    "rfid": 1,
}
_EXTRAS = {
    "TD-3": (("BT-V3", 1.0), ("CS-V3", 1.0), ("TD-C4", 0.25)),
    "TD": (("SW-MDM", 1.0), ("SV-STD", 1.0)),
    "PR-20": (("RB-110W", 24.0), ("LB-100150", 48.0), ("PH-20", 0.5)),
    "PR": (("LB-5840", 40.0), ("SV-BAS", 1.0)),
    "SC": (("SV-BAS", 1.0),),
    "WG": (("SV-VER", 1.0),),
}
"""What goes with products whose article number begins so, and how many of it for each."""

_SIDE = ("SV-INS", "SV-TRN", "SV-STD", "SW-LBL", "SW-INV", "SV-AUD")
_ASIDE = words("TD-C4 PS-R80 PS-D1 PS-PC PH-20 BT-V3 CS-V3 SW-LBL SW-MDM SV-AUD SV-INS SV-TRN SV-PRJ SV-VER")
_MAIN = {
    category: [
        each for sku, each in PRODUCTS.items() if each.category == category and each.active and sku not in _ASIDE
    ]
    for category in _WANTED
}
"""What a deal can be about; the rest is only sold along with it."""


@dataclass(frozen=True, slots=True)
class Deal:
    """A deal as activities see it; days are counted from the day of loading."""

    row: Row
    firm: Firm
    stage: str
    opened: int
    closed: int
    contact: str

    @property
    def open(self) -> bool:
        """Whether it is neither won nor lost."""
        return self.stage in OPEN

    @property
    def owner(self) -> str:
        """Whose deal it is."""
        return self.row["owner"]


def deals(firms: list[Firm], people: dict[str, list[Contact]]) -> list[Deal]:
    """Return all deals, the oldest first."""
    drafts: list[tuple[Firm, str, int, int]] = []
    for number, (firm, stage) in enumerate(_slots(firms)):
        dice = chance(f"days {number}")
        closed = _closed(dice, firm, stage)
        lasted = round(dice.triangular(6, 150, 35))
        opened = closed - lasted if stage in ("won", "lost") else -min(lasted, 20 if stage == "new" else 150)
        drafts.append((firm, stage, opened, closed))
    drafts.sort(key=lambda draft: (draft[2], draft[0].number))
    return [_deal(number, draft, people) for number, draft in enumerate(drafts, 1)]


def _slots(firms: list[Firm]) -> list[tuple[Firm, str]]:
    """Say which firm has how many deals of which stage: each status has the past that made it."""
    owned = [firm for firm in firms if firm.owner]
    of = {status: [firm for firm in owned if firm.status == status] for status in ("customer", "dormant", "blocked")}
    of |= {status: [firm for firm in owned if firm.status == status] for status in ("prospect", "lead", "lost")}
    dice = chance("slots")
    bought = of["customer"] + of["dormant"] + of["blocked"]
    won = _spread(dice, bought, of["customer"], WON)
    lost = _spread(dice, of["lost"], of["lost"] + of["prospect"] + of["customer"] * 2 + of["dormant"], LOST)
    fresh = dice.sample(of["lead"], 70)
    running = _spread(dice, of["prospect"], of["customer"], sum(OPEN.values()) - len(fresh))
    dice.shuffle(running)
    stages = [stage for stage, count in OPEN.items() for _ in range(count - (len(fresh) if stage == "new" else 0))]
    slots = [(firm, "won") for firm in won] + [(firm, "lost") for firm in lost] + [(firm, "new") for firm in fresh]
    return slots + list(zip(running, stages, strict=True))


def _spread(dice: Random, once: list[Firm], more: list[Firm], count: int) -> list[Firm]:
    """Return `count` firms: each of `once`, and others of `more`, large ones more often."""
    rest = dice.choices(more, [firm.weight + 1 for firm in more], k=max(0, count - len(once)))
    return (once + rest)[:count]


def _closed(dice: Random, firm: Firm, stage: str) -> int:
    """The day on which it was closed, or is expected to be."""
    if stage not in ("won", "lost"):
        return (
            -dice.randint(1, 25)
            if dice.random() < 0.08
            else dice.randint(2, {"negotiation": 30, "proposal": 60}.get(stage, 120))
        )
    if firm.status in ("dormant", "blocked"):
        return -dice.randint(400, 760)
    age: float = 720 * dice.random() ** 1.12
    return -round(1 + age)


def _deal(number: int, draft: tuple[Firm, str, int, int], people: dict[str, list[Contact]]) -> Deal:
    firm, stage, opened, closed = draft
    dice = chance(f"deal {number}")
    category = pick(dice, {**_WANTED, **({"pos": 6.0, "scales": 5} if firm.industry.ref == "retail" else {})})
    row = {"ref": f"deal_{number:04d}", "name": _name(dice, firm, category), "company": firm.ref, "stage": stage}
    row |= {"owner": firm.owner, "probability": str(_probability(dice, stage)), "opened_on": day(opened)}
    row |= {"kind": _kind(dice, firm, category), "priority": pick(dice, {"normal": 6.0, "high": 2, "low": 1})}
    row |= _products(dice, firm, category) | _people(dice, people.get(firm.ref, []))
    row["source"] = (
        "source_existing"
        if firm.status == "customer" and dice.random() < 0.6
        else f"source_{pick(dice, SOURCE_WEIGHTS)}"
    )
    row["need"] = sayings.NEEDS[category][firm.russian] if dice.random() < 0.6 else ""
    row["expected_close"] = day(closed if stage in OPEN else closed + dice.randint(-25, 12))
    if stage not in ("new", "qualified"):
        row |= _quotation(dice, number, opened, closed)
    if stage == "won":
        row |= _fulfilment(dice, number, closed)
    elif stage == "lost":
        row |= _loss(dice, firm, closed)
    elif dice.random() < 0.4:
        row |= {"budget_confirmed": "true" if dice.random() < 0.6 else "false", "decision_on": day(max(1, closed - 3))}
    return Deal(
        {key: value for key, value in row.items() if value}, firm, stage, opened, closed, row.get("contact", "")
    )


def _name(dice: Random, firm: Firm, category: str) -> str:
    what = sayings.DEALS[category][firm.russian]
    return f"{firm.name}: {what[0].lower()}{what[1:]}" if not what.startswith("RFID") else f"{firm.name}: {what}"


def _probability(dice: Random, stage: str) -> int:
    return _PROBABILITIES[stage] + (dice.choice((-5, 0, 0, 0, 5, 10)) if stage in OPEN else 0)


def _kind(dice: Random, firm: Firm, category: str) -> str:
    if category in ("consumables", "services"):
        return {"consumables": "consumables", "services": "service"}[category]
    return pick(
        dice, {"expansion": 3.0, "replacement": 3, "new_business": 1} if firm.status in KNOWN else {"new_business": 1.0}
    )


def _products(dice: Random, firm: Firm, category: str) -> Row:
    """Choose products and quantities that such a firm needs, and work the sums out."""
    main = dice.choice(_MAIN[category])
    lines = [(main, _quantity(dice, firm, main))]
    for sku, share in _extras(main):
        if dice.random() < 0.5:
            lines.append((PRODUCTS[sku], max(1, round(lines[0][1] * share))))
    side = PRODUCTS[dice.choice(_SIDE)]
    if category not in ("consumables", "services") and side not in [product for product, _ in lines]:
        lines.append((side, dice.randint(1, 4)))
    discount = dice.choice((0, 0, 3, 5, 7.5, 10, 12))
    total = sum(product.price * count for product, count in lines) * (1 - discount / 100)
    cost = sum(product.cost * count for product, count in lines)
    row = {"main_product": main.ref, "quantity": str(lines[0][1]), "amount": money(total), "cost": money(cost)}
    row |= {"products_summary": "\n".join(f"{count} × {_called(product, firm)}" for product, count in lines)}
    row |= {"discount": f"{discount:.1f}"} if discount else {}
    if firm.place.country in _RATES:
        rate, currency = _RATES[firm.place.country]
        row["local_amount"] = money(round(total * rate), currency)
    return row


def _extras(main: Product) -> tuple[tuple[str, float], ...]:
    sku = main.ref.removeprefix("product_").replace("_", "-").upper()
    return next((extras for start, extras in _EXTRAS.items() if sku.startswith(start)), ())


def _called(product: Product, firm: Firm) -> str:
    return product.name_ru if firm.russian else product.name


def _quantity(dice: Random, firm: Firm, product: Product) -> int:
    """Some ten thousand euros for a middling firm, whatever a piece costs."""
    wanted = firm.weight * dice.uniform(500, 4500)
    return min(3000, max(1, round(wanted / product.price)))


def _people(dice: Random, known: list[Contact]) -> Row:
    here = [each for each in known if each.here]
    if not here:
        return {}
    row = {"contact": (here[0] if dice.random() < 0.7 else dice.choice(here)).ref}
    deciders = [each.ref for each in here if each.role in ("decides", "signs")]
    return row | ({"decision_maker": deciders[0]} if deciders and dice.random() < 0.6 else {})


def _quotation(dice: Random, number: int, opened: int, closed: int) -> Row:
    sent = min(-1, opened + max(2, (min(closed, -1) - opened) // 2))
    row = {"quote_no": f"Q-{number + 3000}", "quote_sent_on": day(max(sent, opened)), "quote_until": day(sent + 30)}
    row |= {"payment_terms": pick(dice, {"prepaid": 4.0, "half": 3, "net14": 3, "net30": 4})}
    return row | {"delivery_terms": pick(dice, {"dap": 6.0, "exw": 3, "cpt": 1})}


def _fulfilment(dice: Random, number: int, closed: int) -> Row:
    planned = closed + dice.randint(7, 35)
    row = {"closed_on": day(closed), "delivery_on": day(planned), "order_no": f"PO-{digits(dice, 5)}"}
    if dice.random() < 0.5:
        row |= {"contract_no": f"S-{number + 500}", "contract_on": day(closed)}
    delivered = planned + dice.choice((-2, 0, 0, 0, 1, 3, 6))
    if delivered < 0:
        row["delivered_on"] = day(delivered)
        row["paid"] = "100" if delivered < -60 or dice.random() < 0.6 else "50"
    else:
        row["paid"] = dice.choice(("0", "50", "100"))
    return row


def _loss(dice: Random, firm: Firm, closed: int) -> Row:
    reasons = {
        "price": 7.0,
        "competitor": 5,
        "no_budget": 3,
        "postponed": 4,
        "no_decision": 3,
        "delivery_time": 2,
        "features": 2,
        "no_contact": 2,
    }
    reason = pick(dice, reasons)
    row = {"closed_on": day(closed), "lost_reason": reason}
    if reason in ("price", "competitor"):
        row["competitors"] = dice.choice(
            ("ScanTrade", "Etikon", "LogIdent", "BarTech")
            if not firm.russian
            else ("ТехноСкан", "МаркировкаПро", "ScanTrade")
        )
    return row | ({"lost_note": sayings.LESSONS[reason][firm.russian]} if dice.random() < 0.55 else {})
