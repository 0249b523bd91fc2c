"""The firms of the market: who they are and how they stand to us, before anything is written down about them."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from tools.sample_data.books import MANAGERS, SELLERS, seller_for
from tools.sample_data.chance import chance, pick
from tools.sample_data.firms import INDUSTRIES, Industry, domain, firm_name
from tools.sample_data.places import PLACES, RUSSIAN_SPEAKING, Place

COMPANIES = 2000
STATUSES = {"customer": 33.0, "prospect": 20, "lead": 26, "dormant": 7, "lost": 12, "blocked": 2}
SIZES = {"s1": 20.0, "s10": 34, "s50": 28, "s250": 13, "s1000": 5}
_EMPLOYEES = {"s1": (1, 9), "s10": (10, 49), "s50": (50, 249), "s250": (250, 999), "s1000": (1000, 9000)}
_COUNTRIES = {"ru": 42.0, "kz": 4, "by": 4, "pl": 17, "de": 17, "at": 3, "ch": 2, "gb": 9, "ie": 2}


@dataclass(frozen=True, slots=True)
class Firm:
    """A firm as all tables see it."""

    number: int
    name: str
    domain: str
    place: Place
    industry: Industry
    status: str
    size: str
    employees: int
    owner: str
    founded: int

    @property
    def ref(self) -> str:
        """Its stable name in the package's data."""
        return f"company_{self.number:04d}"

    @property
    def russian(self) -> bool:
        """Whether people write to it in Russian."""
        return self.place.country in RUSSIAN_SPEAKING

    @property
    def language(self) -> str:
        """The language of its letters."""
        if self.russian:
            return "ru"
        return {"pl": "pl", "gb": "en", "ie": "en"}.get(self.place.country, "de")

    @property
    def weight(self) -> int:
        """How much it buys, compared with others."""
        return {"s1": 1, "s10": 2, "s50": 4, "s250": 8, "s1000": 14}[self.size]

    def dice(self, topic: str) -> Random:
        """Return its dice for one topic."""
        return chance(f"{self.ref} {topic}")


def market() -> list[Firm]:
    """Return all firms; no two have the same name or domain."""
    names: set[str] = set()
    domains: set[str] = set()
    return [_firm(number, names, domains) for number in range(1, COMPANIES + 1)]


def _firm(number: int, names: set[str], domains: set[str]) -> Firm:
    dice = chance(f"firm {number}")
    country = pick(dice, _COUNTRIES)
    place = pick(dice, {each: float(each.weight) for each in PLACES if each.country == country})
    industry = pick(dice, {each: float(each.weight) for each in INDUSTRIES})
    name = "Ромашка" if number == 1 else firm_name(dice, place, industry)
    while name in names:
        name = firm_name(dice, place, industry)
    names.add(name)
    size = "s50" if number == 1 else pick(dice, SIZES)
    status = "customer" if number == 1 else pick(dice, STATUSES)
    founded = round(2024 - dice.triangular(0, 60 if country in RUSSIAN_SPEAKING else 110, 8))
    if country in RUSSIAN_SPEAKING:
        founded = max(founded, 1991)
    owner = _owner(dice, place, size, status)
    employees = dice.randint(*_EMPLOYEES[size])
    return Firm(number, name, domain(name, domains), place, industry, status, size, employees, owner, founded)


def _owner(dice: Random, place: Place, size: str, status: str) -> str:
    """Territory decides; the largest go to a sales manager, some are a colleague's, new leads wait for somebody."""
    roll = dice.random()
    if status == "lead" and roll < 0.12:
        return ""
    if size == "s1000" and roll < 0.5:
        return MANAGERS[place.country in RUSSIAN_SPEAKING]
    if roll > 0.95:
        return dice.choice(SELLERS)
    return seller_for(place.country, place.region_code)


def parents(firms: list[Firm]) -> dict[str, str]:
    """Return which firm belongs to which: some belong to a large one of the same language, listed before them."""
    large: dict[bool, list[Firm]] = {True: [], False: []}
    found: dict[str, str] = {}
    for firm in firms:
        dice, mothers = firm.dice("parent"), large[firm.russian]
        if firm.size in ("s10", "s50") and mothers and dice.random() < 0.08:
            found[firm.ref] = dice.choice(mothers).ref
        elif firm.size in ("s250", "s1000"):
            mothers.append(firm)
    return found


def partners(firms: list[Firm]) -> dict[str, list[Firm]]:
    """Return the firms that resell our products, by country: a few service and wholesale firms of each."""
    found: dict[str, list[Firm]] = {}
    for firm in firms:
        known = found.setdefault(firm.place.country, [])
        if firm.industry.ref in ("services", "wholesale") and firm.status == "customer" and len(known) < 6:
            known.append(firm)
    return found
