"""Puts the tables together, and into each company's card what follows from its deals and activities."""

from __future__ import annotations

from tools.sample_data import activities as diary
from tools.sample_data.activities import Activity
from tools.sample_data.books import industries, lead_sources, regions, users
from tools.sample_data.chance import Row, day, money
from tools.sample_data.companies import companies
from tools.sample_data.contacts import contacts
from tools.sample_data.deals import Deal, deals
from tools.sample_data.market import market
from tools.sample_data.products import products


def tables() -> dict[str, list[Row]]:
    """Return the rows of every entity, in an order in which they can be loaded: links lead to earlier rows."""
    firms = market()
    cards = companies(firms)
    people_rows, people = contacts(firms)
    all_deals = deals(firms, people)
    done = diary.activities(all_deals, firms, people)
    _add_sales(cards, all_deals)
    _add_contact_days(cards, people_rows, done)
    _add_next_steps(all_deals, done)
    return {
        "user": users(),
        "industry": industries(),
        "region": regions(),
        "lead_source": lead_sources(),
        "product": products(),
        "company": list(cards.values()),
        "contact": people_rows,
        "deal": [deal.row for deal in all_deals],
        "activity": [diary.row(number, each) for number, each in enumerate(done, 1)],
    }


def _add_sales(cards: dict[str, Row], all_deals: list[Deal]) -> None:
    """First and last order, sales of two years, and the ABC class that follows from them."""
    won: dict[str, list[Deal]] = {}
    for deal in all_deals:
        if deal.stage == "won":
            won.setdefault(deal.firm.ref, []).append(deal)
    for ref, orders in won.items():
        days = [deal.closed for deal in orders]
        cards[ref] |= {
            "first_order_on": day(min(days)),
            "last_order_on": day(max(days)),
            "orders_total": str(len(days)),
        }
        cards[ref] |= {"customer_since": day(min(days)), "sales_12_months": money(_sum(orders, -365, 0))}
        cards[ref] |= {"sales_before": money(_sum(orders, -730, -365))}
        cards[ref]["xyz_class"] = "x" if len(days) > 3 else "y" if len(days) > 1 else "z"
        cards[ref]["churn_risk"] = "high" if max(days) < -300 else "medium" if max(days) < -150 else "low"
        cards[ref]["trend"] = _trend(_sum(orders, -365, 0), _sum(orders, -730, -365))
    ranked = sorted(won, key=lambda ref: (-_sum(won[ref], -365, 0), ref))
    for place, ref in enumerate(ranked):
        cards[ref]["abc_class"] = "a" if place < len(ranked) / 8 else "b" if place < len(ranked) / 3 else "c"


def _sum(orders: list[Deal], start: int, end: int) -> float:
    return sum(float(deal.row["amount"]) for deal in orders if start < deal.closed <= end)


def _trend(now: float, before: float) -> str:
    if now > before * 1.15:
        return "growing"
    return "shrinking" if now < before * 0.85 else "stable"


def _add_contact_days(cards: dict[str, Row], people: list[Row], done: list[Activity]) -> None:
    """Last and next contact, of companies and of people."""
    by_ref = {**cards, **{row["ref"]: row for row in people}}
    for each in done:
        for ref in (each.firm.ref, each.contact):
            if each.done and ref:
                by_ref[ref]["last_contact_on"] = day(each.day)
                if each.step.kind == "meeting" and ref in cards:
                    cards[ref]["last_visit_on"] = day(each.day)
            elif ref:
                by_ref[ref].setdefault("next_contact_on", day(each.day))


def _add_next_steps(all_deals: list[Deal], done: list[Activity]) -> None:
    """The next step of an open deal is its first activity to do."""
    rows = {deal.row["ref"]: deal.row for deal in all_deals if deal.open}
    for each in done:
        if not each.done and each.deal in rows:
            rows[each.deal].setdefault("next_step", each.step.subject(each.firm.russian))
