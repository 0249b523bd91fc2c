"""The package `sales`: its definitions fit together, and its sample data is what the definitions allow."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import phonenumbers
import pytest

import kartoteka.packages
from kartoteka.metadata.catalog import Catalog
from kartoteka.metadata.checks import checked_catalog
from kartoteka.metadata.definitions import Field, Identity
from kartoteka.metadata.fieldtypes import Link, MoneyAmount, User
from kartoteka.metadata.locales import Locale
from kartoteka.metadata.packages import Package, read_package
from kartoteka.metadata.trees import Tree
from tools.sample_data.__main__ import file_of, generate
from tools.sample_data.identifiers import weighted
from tools.sample_data.names import latin

PACKAGES = Path(kartoteka.packages.__file__).parent
COUNTS = {"user": 8, "company": 2000, "contact": 5000, "deal": 3000, "activity": 12_000}
LOADING_ORDER = ("user", "industry", "region", "lead_source", "product", "company", "contact", "deal", "activity")
SELLERS = ("user_sales", "user_ivan", "user_darya", "user_thomas", "user_emily")
DAY = re.compile(r"[+-]\d{1,4}d")
MOMENT = re.compile(r"[+-]\d{1,4}d ([01]\d|2[0-3]):[0-5]\d")


@cache
def package(key: str = "sales") -> Package:
    return read_package(PACKAGES / key)


@cache
def catalog() -> Catalog:
    return checked_catalog({**package("base").definitions, **package().definitions})


@cache
def rows(entity: str) -> list[dict[str, str]]:
    text = package().files[file_of(entity)].decode()
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def offset(value: str) -> int:
    return int(value.partition("d")[0])


def labels(tree: Any, inside: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every label, plural, description and help with the path to it."""
    if isinstance(tree, list):
        for place, item in enumerate(tree):
            yield from labels(item, f"{inside}/{place}")
    elif isinstance(tree, dict):
        for name, value in tree.items():
            if name in ("label", "plural", "description", "help", "title") and isinstance(value, str | dict):
                yield f"{inside}/{name}", value
            yield from labels(value, f"{inside}/{name}")


def unlabelled(tree: Tree) -> list[str]:
    """Return the keys of fields, choices, tabs, sections, measures and menu groups that nobody can read."""
    found = [] if "label" in tree or "key" not in tree else [tree["key"]]
    nested = ("fields", "choices", "tabs", "sections", "measures", "groups", "related")
    for name in nested:
        found += [key for item in tree.get(name, ()) if isinstance(item, dict) for key in unlabelled(item)]
    return found


# --- definitions ------------------------------------------------------------------------------------------


def test_definitions_fit_together() -> None:
    assert set(catalog().entities) >= set(LOADING_ORDER)


def test_company_is_as_wide_as_in_real_life() -> None:
    assert len(catalog().fields("company")) >= 150
    assert {entity: len(catalog().fields(entity)) for entity in ("contact", "deal", "product")} == {
        "contact": 49,
        "deal": 45,
        "product": 28,
    }


@pytest.mark.parametrize("identity", package().definitions, ids=lambda identity: identity.path)
def test_every_label_is_in_both_languages(identity: Identity) -> None:
    tree = package().definitions[identity]
    if identity.kind != "entity":
        tree = {name: value for name, value in tree.items() if name != "title"}
    texts = [(path, text) for path, text in labels(tree) if path != "/title"]
    assert [path for path, text in texts if not (isinstance(text, dict) and text.get("en") and text.get("ru"))] == []
    if identity.kind not in ("card", "menu"):
        assert unlabelled(tree) == []


@pytest.mark.parametrize("entity", LOADING_ORDER[1:])
def test_forms_show_every_field_that_people_fill_in(entity: str) -> None:
    form = catalog().form(entity)
    assert form is not None
    shown = {item.field for tab in form.tabs for section in tab.sections for item in section.items}
    assert shown == {key for key, field in catalog().fields(entity).items() if not field.type.computed}
    quick = [item.field for item in form.quick]
    assert len(quick) <= 12
    assert [key for key, field in catalog().fields(entity).items() if field.required and key not in quick] == []


@pytest.mark.parametrize("entity", LOADING_ORDER[1:])
def test_lists_and_cards_stay_readable(entity: str) -> None:
    lists, card = catalog().lists(entity), catalog().card(entity)
    assert lists
    assert [each.key for each in lists if not 0 < len(each.columns) <= 8] == []
    assert len({each.position for each in lists}) == len(lists)
    assert card is not None
    assert 3 <= len(card.header) <= 5
    assert len(card.facts) <= 13


def test_icons_are_in_the_sprite() -> None:
    known = (PACKAGES.parent / "platform/web/icons.txt").read_text(encoding="utf-8").split()
    assert [entity.key for entity in catalog().entities.values() if entity.icon not in known] == []


def test_five_reports_are_in_the_menu() -> None:
    menu = catalog().menu
    assert menu is not None
    shown = {item.report for group in menu.groups for item in group.items if item.report}
    assert shown == set(catalog().reports)
    assert len(shown) == 5


def test_salespeople_do_not_see_costs_and_cannot_set_credit() -> None:
    rights = {right.entity: right for right in catalog().roles["salesperson"].entities}
    company, deal = rights["company"], rights["deal"]
    by_field = {right.field: right.right for right in (*company.fields, *deal.fields, *rights["product"].fields)}
    assert (company.read, company.edit, deal.read) == ("all", "own", "own")
    assert {by_field[key] for key in ("credit_limit", "receivables", "discount")} == {"read"}
    assert {by_field[key] for key in ("cost", "margin", "margin_percent", "risk_class")} == {"hide"}


# --- sample data ------------------------------------------------------------------------------------------


def test_data_is_what_the_generator_writes() -> None:
    """Run `python -m tools.sample_data` after changing the generator or the order of fields."""
    files = generate()
    assert {name for name, data in files.items() if package().files.get(name) != data} == set()
    assert files.keys() == {name for name in package().files if not name.startswith("tests/")}


def test_counts() -> None:
    assert {entity: len(rows(entity)) for entity in COUNTS} == COUNTS
    assert 55 <= len(rows("product")) <= 65


@cache
def refs() -> dict[str, dict[str, int]]:
    """Where each ref stands, by entity."""
    return {entity: {row["ref"]: place for place, row in enumerate(rows(entity))} for entity in LOADING_ORDER}


@pytest.mark.parametrize("entity", LOADING_ORDER)
def test_every_value_is_one_of_its_field(entity: str) -> None:
    columns = list(rows(entity)[0])
    fields = catalog().fields(entity)
    assert columns[0] == "ref"
    assert len(refs()[entity]) == len(rows(entity))
    assert [column for column in columns[1:] if column not in fields or fields[column].type.computed] == []
    for column in columns[1:]:
        values = [row[column] for row in rows(entity) if row[column]]
        for value in set(values):
            problem = fault(fields[column], value)
            assert problem is None, (entity, column, value, problem)
        if fields[column].unique:
            assert [value for value, count in Counter(values).items() if count > 1] == []
        if fields[column].required:
            assert len(values) == len(rows(entity))


def fault(field: Field, value: str) -> object:
    """Return what is wrong with a cell, or None. Refs are looked at by another test."""
    if isinstance(field.type, Link | User):
        return None
    if field.type.name in ("date", "datetime") and value[0] in "+-":
        pattern = DAY if field.type.name == "date" else MOMENT
        return None if pattern.fullmatch(value) else "no relative day"
    if field.type.name in ("tags", "multi_choice"):
        parsed = field.type.parse_all(value.split("|"), Locale())
        return None if len(parsed) == len(value.split("|")) else "lost a value"
    parsed = field.type.parse(value, Locale())
    if isinstance(field.type, MoneyAmount) and not re.fullmatch(r"-?\d+\.\d\d( [A-Z]{3})?", value):
        return "no plain amount"
    return next(iter(field.type.check(parsed)), None)


@pytest.mark.parametrize("entity", LOADING_ORDER)
def test_links_lead_to_rows_that_are_loaded_before(entity: str) -> None:
    before = LOADING_ORDER[: LOADING_ORDER.index(entity)]
    later = []
    for key, field in catalog().fields(entity).items():
        target = field.type.links_to
        if target is None or key not in rows(entity)[0]:
            continue
        for place, row in enumerate(rows(entity)):
            found = refs()[target].get(row[key]) if row[key] else -1
            own = target == entity and found is not None and (found < place or entity == "product")
            if found is None or not (target in before or own or not row[key]):
                later.append((row["ref"], key, row[key]))
    assert later == []


def test_companies_are_filled_in_as_in_real_life() -> None:
    filled = sorted(sum(1 for value in row.values() if value) - 1 for row in rows("company"))
    assert filled[len(filled) // 4] >= 40
    assert 50 <= filled[len(filled) // 2] <= 70
    assert filled[-1] < len(catalog().fields("company"))


def test_half_of_the_companies_are_russian_speaking() -> None:
    russian = sum(row["language"] == "ru" for row in rows("company"))
    assert 900 <= russian <= 1100
    assert {row["language"] for row in rows("company")} == {"ru", "en", "de", "pl"}


def test_numbers_have_right_check_digits() -> None:
    for row in rows("company"):
        inn, ogrn = row["inn"], row["ogrn"]
        if len(inn) == 10:
            assert weighted(inn[:9], (2, 4, 10, 3, 5, 9, 4, 6, 8)) % 11 % 10 == int(inn[9])
        elif inn:
            assert weighted(inn[:10], (7, 2, 4, 10, 3, 5, 9, 4, 6, 8)) % 11 % 10 == int(inn[10])
            assert weighted(inn[:11], (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)) % 11 % 10 == int(inn[11])
        if ogrn:
            assert int(ogrn[:-1]) % (len(ogrn) - 2) % 10 == int(ogrn[-1])
        account = row["bank_account"]
        if account[:2].isalpha():
            assert int("".join(str(int(sign, 36)) for sign in account[4:] + account[:4])) % 97 == 1
        elif account:
            assert weighted(row["bank_bic"][-3:] + account, (7, 1, 3) * 7 + (7, 1)) % 10 == 0


def test_phones_and_addresses_match_places_and_names() -> None:
    companies = {row["ref"]: row for row in rows("company")}
    for row in rows("company"):
        if row["phone"]:
            number = phonenumbers.parse(row["phone"])
            assert phonenumbers.is_valid_number(number)
            assert phonenumbers.region_code_for_number(number) == row["legal_country"].upper()
    for row in rows("contact"):
        company = companies[row["company"]]
        assert row["country"] == company["legal_country"]
        name, _, domain = row["email"].partition("@")
        if row["email"]:
            assert domain.endswith(".example")
            assert latin(row["last_name"]) in name
            assert not company["website"] or company["website"] == f"https://www.{domain}"


def test_deals_tell_a_consistent_story() -> None:
    todo = {row["deal"] for row in rows("activity") if row["done"] == "false"}
    for row in rows("deal"):
        opened = offset(row["opened_on"])
        assert opened < 0
        if row["stage"] in ("won", "lost"):
            assert opened < offset(row["closed_on"]) < 0
            assert bool(row["lost_reason"]) == (row["stage"] == "lost")
            assert row["probability"] == {"won": "100", "lost": "0"}[row["stage"]]
        else:
            assert row["ref"] in todo
            assert row["next_step"]
            assert not row["closed_on"]
        assert float(row["amount"]) > 0
        if row["delivered_on"]:
            assert offset(row["closed_on"]) < offset(row["delivered_on"]) < 0


def test_activities_that_are_done_lie_in_the_past() -> None:
    deals = {row["ref"]: row for row in rows("deal")}
    for row in rows("activity"):
        assert (row["done"] == "true") == bool(row["done_at"])
        assert not row["done_at"] or offset(row["done_at"]) < 0
        if row["deal"]:
            assert deals[row["deal"]]["company"] == row["company"]
            assert deals[row["deal"]]["owner"] == row["owner"]


@pytest.mark.parametrize("seller", SELLERS)
def test_every_salesperson_has_something_to_do_today(seller: str) -> None:
    days = [offset(row["due"]) for row in rows("activity") if row["owner"] == seller and row["done"] == "false"]
    assert 3 <= sum(day < 0 for day in days) <= 12
    assert 3 <= sum(day == 0 for day in days) <= 15
    assert sum(0 < day < 7 for day in days) >= 10
    assert any(row["owner"] == seller and row["stage"] == "negotiation" for row in rows("deal"))
