"""The people at the companies."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from tools.sample_data import sayings
from tools.sample_data.books import SOURCE_WEIGHTS
from tools.sample_data.chance import Row, chance, day, digits, pick, some, yes
from tools.sample_data.market import Firm
from tools.sample_data.names import Person, latin, person
from tools.sample_data.places import mobile, phone

CONTACTS = 5000


@dataclass(frozen=True, slots=True)
class Contact:
    """A person as deals and activities see him or her."""

    ref: str
    role: str
    here: bool
    """Whether he or she still works there."""


def head_counts(firms: list[Firm]) -> dict[str, int]:
    """Return how many people are known at each firm: some three per cent of the cards have nobody yet."""
    counts: dict[str, int] = {}
    for firm in firms:
        known = firm.status in ("customer", "dormant", "blocked")
        most = 1 + min(4, firm.weight // 2) + known
        empty = not known and firm.dice("nobody").random() < 0.07
        counts[firm.ref] = 0 if empty else firm.dice("heads").randint(1, most)
    dice, some_firms = chance("head counts"), [firm for firm in firms if counts[firm.ref]]
    while (missing := CONTACTS - sum(counts.values())) != 0:
        firm = dice.choice(some_firms)
        if missing > 0 and counts[firm.ref] < 2 + firm.weight:
            counts[firm.ref] += 1
        elif missing < 0 and counts[firm.ref] > 1:
            counts[firm.ref] -= 1
    return counts


def contacts(firms: list[Firm]) -> tuple[list[Row], dict[str, list[Contact]]]:
    """Return the rows, and the people by the ref of their company, the main contact first."""
    rows: list[Row] = []
    people: dict[str, list[Contact]] = {}
    counts = head_counts(firms)
    for firm in firms:
        boxes: set[str] = set()
        for place in range(counts[firm.ref]):
            row = _row(firm, place, f"contact_{len(rows) + 1:04d}", boxes)
            chief = people.get(firm.ref)
            if chief and firm.dice(f"chief {place}").random() < 0.25:
                row["reports_to"] = chief[0].ref
            rows.append(row)
            known = Contact(row["ref"], row.get("buying_role", ""), row["status"] != "left")
            people.setdefault(firm.ref, []).append(known)
    return rows, people


def _row(firm: Firm, place: int, ref: str, boxes: set[str]) -> Row:
    dice = firm.dice(f"contact {place}")
    who = person(dice, firm.place.country)
    row = {"ref": ref, "last_name": who.last, "first_name": who.first, "middle_name": who.middle}
    row |= {
        "salutation": "mrs" if who.woman else "mr",
        "company": firm.ref,
        "main": yes(place == 0),
        "owner": firm.owner,
    }
    if firm.language == "de" and dice.random() < 0.08:
        row["academic_title"] = "Dr."
    row |= _work(dice, firm, place) | _reach(dice, firm, who, boxes) | _relation(dice, firm) | _consent(dice)
    if place and dice.random() < 0.05:
        row |= {"status": "left", "left_on": day(-dice.randint(15, 600))}
    return {key: value for key, value in row.items() if value}


def _work(dice: Random, firm: Firm, place: int) -> Row:
    first = {"management": 3.0 if firm.size in ("s1", "s10") else 1, "logistics": 4, "purchasing": 4, "it": 1}
    others = {
        "logistics": 5.0,
        "purchasing": 4,
        "production": 3,
        "it": 3,
        "finance": 2,
        "management": 1,
        "maintenance": 1,
    }
    department = pick(dice, first if place == 0 else others | {"quality": 1.0, "sales": 1, "other": 1})
    english, russian, role = dice.choice(sayings.POSITIONS[department])
    row = {"department": department, "position": russian if firm.russian else english, "status": "active"}
    return row | {"buying_role": role if dice.random() < 0.85 else ""}


def _reach(dice: Random, firm: Firm, who: Person, boxes: set[str]) -> Row:
    row = {"phone": phone(dice, firm.place)} if dice.random() < 0.45 else {}
    if row and firm.weight >= 4:
        row["extension"] = digits(dice, 3)
    if dice.random() < 0.8:
        row["mobile"] = mobile(dice, firm.place.country)
    row["language"] = firm.language
    if dice.random() < 0.92:
        row["email"] = _mailbox(firm, who, boxes)
    name = latin(f"{who.first} {who.last}")
    if firm.russian and dice.random() < 0.35:
        row["telegram"] = "@" + name.replace("-", "_")
    elif not firm.russian and dice.random() < 0.45:
        row["linkedin"] = f"https://linkedin.example/in/{name}-{digits(dice, 3)}"
    if row.get("mobile") and dice.random() < 0.3:
        row["whatsapp"] = row["mobile"]
    row["preferred_channel"] = pick(dice, {"phone": 5.0, "email": 5, "messenger": 4}) if dice.random() < 0.5 else ""
    row["best_time"] = dice.choice(sayings.TIMES[firm.russian]) if dice.random() < 0.15 else ""
    return row | {"city": firm.place.city, "country": firm.place.country}


def _mailbox(firm: Firm, who: Person, boxes: set[str]) -> str:
    """Everybody in a firm has the same kind of address; namesakes get a number."""
    first, last = latin(who.first), latin(who.last)
    kinds = (f"{first}.{last}", f"{first[0]}.{last}", last)
    base = kinds[firm.number % 3]
    number = 1
    while (box := base if number == 1 else f"{base}{number}") in boxes:
        number += 1
    boxes.add(box)
    return f"{box}@{firm.domain}"


def _relation(dice: Random, firm: Firm) -> Row:
    row: Row = {}
    if firm.status != "lead":
        row["attitude"] = pick(dice, {"champion": 2.0, "friendly": 4, "neutral": 5, "critical": 1})
        row["influence"] = str(pick(dice, {1: 1.0, 2: 2, 3: 4, 4: 3, 5: 2}))
    if dice.random() < 0.35:
        row["birthday"] = f"{dice.randint(1962, 2001)}-{dice.randint(1, 12):02d}-{dice.randint(1, 28):02d}"
    row["interests"] = some(dice, sayings.INTERESTS[firm.russian], 2) if dice.random() < 0.15 else ""
    row["gifts_allowed"] = yes(dice.random() < 0.7) if dice.random() < 0.2 else ""
    row["source"] = f"source_{pick(dice, SOURCE_WEIGHTS)}" if dice.random() < 0.7 else ""
    row["notes"] = dice.choice(sayings.PERSONAL[firm.russian]) if dice.random() < 0.12 else ""
    return row


def _consent(dice: Random) -> Row:
    if dice.random() < 0.4:
        return {"consent_given": "false", "do_not_email": yes(True)} if dice.random() < 0.1 else {}
    row = {"consent_given": "true", "consent_on": day(-dice.randint(10, 1300))}
    row |= {"consent_source": pick(dice, {"web_form": 4.0, "trade_fair": 3, "contract": 3, "email": 2, "phone": 1})}
    row["newsletter"] = yes(dice.random() < 0.6)
    if row["newsletter"] == "true":
        row["newsletter_topics"] = some(dice, ("products", "prices", "events", "training", "service"), 3)
    return row
