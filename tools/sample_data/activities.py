"""The activities: how every deal went, what comes next, and how customers are looked after between deals."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from tools.sample_data import sayings
from tools.sample_data.books import SELLERS
from tools.sample_data.chance import Row, chance, moment, pick, yes
from tools.sample_data.contacts import Contact
from tools.sample_data.deals import Deal
from tools.sample_data.market import Firm
from tools.sample_data.sayings import Step

ACTIVITIES = 12_000
_STAGES = {
    "new": (sayings.FIRST,),
    "qualified": (sayings.FIRST, sayings.QUALIFY),
    "proposal": (sayings.FIRST, sayings.QUALIFY, sayings.OFFER),
    "negotiation": (sayings.FIRST, sayings.QUALIFY, sayings.OFFER, sayings.CLOSE),
    "won": (sayings.FIRST, sayings.QUALIFY, sayings.OFFER, sayings.CLOSE),
    "lost": (sayings.FIRST, sayings.QUALIFY, sayings.OFFER),
}
_NEXT = {
    "new": sayings.QUALIFY,
    "qualified": sayings.OFFER,
    "proposal": (*sayings.OFFER[2:], *sayings.CLOSE[:2]),
    "negotiation": sayings.CLOSE,
}
_OUTCOMES = {
    "call": {"success": 4.0, "agreed": 5, "no_answer": 1, "call_back": 2},
    "meeting": {"success": 4.0, "agreed": 6, "moved": 1},
}


@dataclass(frozen=True, slots=True)
class Activity:
    """An activity before it is written down; its day is counted from the day of loading."""

    step: Step
    firm: Firm
    owner: str
    contact: str
    deal: str
    day: int
    done: bool
    topic: str


def activities(deals: list[Deal], firms: list[Firm], people: dict[str, list[Contact]]) -> list[Activity]:
    """Return all activities, the oldest first."""
    found = [each for deal in deals for each in _history(deal)]
    found += _next_steps(deals)
    found += _care(firms, people, ACTIVITIES - len(found))
    return sorted(found, key=lambda each: (each.day, each.firm.number, each.topic))


def _history(deal: Deal) -> list[Activity]:
    """What was done for a deal, spread over its life; after a won one the delivery, some of it still to come."""
    dice = chance(f"history {deal.row['ref']}")
    end = min(deal.closed, -1) if not deal.open else -1
    groups = _STAGES[deal.stage]
    days = sorted(dice.randint(min(deal.opened, end), end) for _ in groups)
    # Nobody writes everything down.
    done = [(dice.choice(group), when) for group, when in zip(groups, days, strict=True) if dice.random() < 0.62]
    if deal.stage == "won":
        after = zip(sayings.DELIVER, (deal.closed + gap for gap in (1, 6, 14, 35)), strict=True)
        done += [(step, when) for step, when in after if when >= 0 or dice.random() < 0.55]
    elif deal.stage == "lost" and dice.random() < 0.5:
        done.append((dice.choice(sayings.REFUSED), end))
    return [_of_deal(deal, step, when, done=when < 0, topic=f"h{n}") for n, (step, when) in enumerate(done)]


def _of_deal(deal: Deal, step: Step, when: int, *, done: bool, topic: str) -> Activity:
    return Activity(
        step, deal.firm, deal.owner, deal.contact, deal.row["ref"], when, done, f"{deal.row['ref']} {topic}"
    )


def _next_steps(deals: list[Deal]) -> list[Activity]:
    """Each open deal has a next step. Everybody has a few that are overdue and a few for today."""
    running: dict[str, list[Deal]] = {}
    for deal in deals:
        if deal.open:
            running.setdefault(deal.owner, []).append(deal)
    found: list[Activity] = []
    for owner, own in sorted(running.items()):
        chance(f"next steps of {owner}").shuffle(own)
        late, today = (7, 6) if owner in SELLERS else (2, 3)
        for place, deal in enumerate(own):
            dice = chance(f"next {deal.row['ref']}")
            when = -dice.randint(1, 9) if place < late else 0 if place < late + today else _ahead(dice)
            step = dice.choice(_NEXT[deal.stage])
            found.append(_of_deal(deal, step, when, done=False, topic="next"))
    return found


def _ahead(dice: Random) -> int:
    return min(60, 1 + int(dice.expovariate(1 / 13)))


def _care(firms: list[Firm], people: dict[str, list[Contact]], count: int) -> list[Activity]:
    """Calls, visits and notes between deals: mostly past, one in fourteen still ahead."""
    dice = chance("care")
    known = [firm for firm in firms if firm.owner and firm.status in ("customer", "prospect", "dormant")]
    found: list[Activity] = []
    for number, firm in enumerate(dice.choices(known, [firm.weight + 1 for firm in known], k=count)):
        here = [each.ref for each in people.get(firm.ref, ()) if each.here]
        step = dice.choice(sayings.KEEP)
        ahead = number % 14 == 0 and step.kind != "note"
        when = _ahead(dice) if ahead else -round(1 + 700 * dice.random() ** 1.6)
        contact = dice.choice(here) if here else ""
        found.append(Activity(step, firm, firm.owner, contact, "", when, not ahead, f"care {number}"))
    return found


def row(number: int, each: Activity) -> Row:
    """Return an activity as it is written down."""
    dice = chance(f"activity {each.topic}")
    step, start = each.step, dice.choice(range(9 * 60, 17 * 60 + 15, 15))
    result = {"ref": f"activity_{number:05d}", "subject": step.subject(each.firm.russian), "kind": step.kind}
    result |= {"owner": each.owner, "company": each.firm.ref, "contact": each.contact, "deal": each.deal}
    result |= {"done": yes(each.done), "priority": pick(dice, {"normal": 7.0, "high": 2, "low": 1})}
    if step.kind != "note":
        result["due"] = moment(each.day, start)
    if step.kind in ("call", "email"):
        result["direction"] = "out" if dice.random() < 0.75 else "in"
    if step.kind == "meeting":
        result["place"] = sayings.PLACES[each.firm.russian][dice.choice(step.places)]
    if step.minutes:
        result["duration"] = f"{step.minutes // 60}:{step.minutes % 60:02d}"
    if each.done:
        result |= _result(dice, each, start)
    return {key: value for key, value in result.items() if value}


def _result(dice: Random, each: Activity, start: int) -> Row:
    """What came of it. One in seven was done a day or two late, but never after today."""
    late = dice.randint(1, 2) if dice.random() < 0.14 and each.step.kind != "note" else 0
    when = min(each.day + late, -1)
    found = {"done_at": moment(when, start + (each.step.minutes or 20))}
    if each.step.kind in _OUTCOMES:
        found["outcome"] = pick(dice, _OUTCOMES[each.step.kind])
    if found.get("outcome") not in ("no_answer", "moved") and dice.random() < 0.55:
        found["summary"] = dice.choice(sayings.SUMMARIES[each.step.kind][each.firm.russian])
    return found
