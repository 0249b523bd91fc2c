"""The data: a card type of 150 fields of mixed types, what it links to, a salesperson's role, any number of records.

Values come from the field types' own examples, in an order that is the same in every run.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import cycle, islice
from typing import Any

import kartoteka.metadata.definitions as of
from kartoteka.metadata.packages import Package
from kartoteka.metadata.trees import Tree, normal, read_manifest
from kartoteka.platform.actors import SYSTEM
from kartoteka.platform.records import create_many
from kartoteka.platform.rows import insert_rows
from kartoteka.platform.runtime import Runtime

ENTITY = "dossier"
WIDTH = 150
COMPANIES = 1_000
BATCH = 1_000
EXAMPLES = 97
"""Different values of a field; a prime number, so that fields don't repeat in step."""
STAGES = ("new", "open", "won", "lost")
CHOICES = [{"key": key, "label": key.title()} for key in STAGES]
LISTED: list[Tree] = [
    {"key": "name", "type": "text", "required": True, "max_length": 120},
    {"key": "company", "type": "link", "target": "company"},
    {"key": "stage", "type": "choice", "choices": CHOICES, "default": '"new"'},
    {"key": "amount", "type": "money"},
    {"key": "due", "type": "date"},
    {"key": "city", "type": "text", "max_length": 60},
    {"key": "score", "type": "integer"},
    {"key": "owner", "type": "user"},
]
OTHERS: list[Tree] = [
    {"type": "text", "max_length": 100},
    {"type": "integer"},
    {"type": "date"},
    {"type": "choice", "choices": CHOICES},
    {"type": "decimal", "scale": 2},
    {"type": "boolean"},
    {"type": "email"},
    {"type": "long_text"},
    {"type": "money"},
    {"type": "phone"},
    {"type": "multi_choice", "choices": CHOICES},
    {"type": "percent"},
    {"type": "url"},
    {"type": "datetime"},
    {"type": "rating"},
    {"type": "text", "max_length": 60},
    {"type": "tags"},
    {"type": "duration"},
    {"type": "time"},
    {"type": "link", "target": "company"},
]
SYLLABLES = ("ka", "ro", "mi", "tel", "sun", "vo", "der", "lin", "pa", "gor")
CITIES = ("Gdansk", "Kazan", "Leeds", "Lublin", "Omsk", "Perm", "Sopot", "Tula", "York", "Zabrze")


def fields() -> list[Tree]:
    """Return the fields of the wide card type."""
    others = islice(cycle(OTHERS), WIDTH - len(LISTED))
    return LISTED + [{"key": f"{each['type']}_{place}", **each} for place, each in enumerate(others, len(LISTED))]


def package() -> Package:
    """Return the package with the wide card type, its list, form and card, and the role of a salesperson."""
    keys = [field["key"] for field in fields()]
    tabs = [
        {"key": f"tab_{start}", "sections": [{"key": f"section_{start}", "items": keys[start : start + 15]}]}
        for start in range(0, WIDTH, 15)
    ]
    listed = [field["key"] for field in LISTED]
    seller = {"entity": ENTITY, "read": "all", "create": True, "edit": "own", "delete": "own"}
    trees: dict[of.Identity, Tree] = {
        of.Identity("entity", "", "company"): {"key": "company", "fields": [{"key": "name", "type": "text"}]},
        of.Identity("entity", "", ENTITY): {"key": ENTITY, "title": "name", "owner": "owner", "fields": fields()},
        of.Identity("list", ENTITY, "open"): {
            "entity": ENTITY,
            "key": "open",
            "columns": listed,
            "filter": 'stage = "open"',
            "sort": [{"field": "due", "descending": True}],
        },
        of.Identity("form", ENTITY, "main"): {"entity": ENTITY, "key": "main", "tabs": tabs},
        of.Identity("role", "", "seller"): {
            "key": "seller",
            "entities": [seller, {"entity": "company", "read": "all"}, {"entity": "user", "read": "all"}],
        },
    }
    manifest = read_manifest({"format": 1, "key": "bench", "version": "1.0.0"})
    return Package(manifest, {identity: normal(tree) for identity, tree in trees.items()})


def wide_package(entities: int, width: int) -> Package:
    """Return a package of so many card types of so many fields, each with a list and a form."""
    trees: dict[of.Identity, Tree] = {}
    for number in range(entities):
        key = f"thing_{number}"
        kinds = [each for each in OTHERS if each["type"] != "link"]
        own = [{"key": f"field_{n}", **each} for n, each in enumerate(islice(cycle(kinds), width))]
        names = [each["key"] for each in own]
        sections = [{"key": f"part_{start}", "items": names[start : start + 20]} for start in range(0, width, 20)]
        trees[of.Identity("entity", "", key)] = {"key": key, "fields": own}
        trees[of.Identity("list", key, "all")] = {"entity": key, "key": "all", "columns": names[:6], "sort": names[:1]}
        trees[of.Identity("form", key, "main")] = {
            "entity": key,
            "key": "main",
            "tabs": [{"key": "all", "sections": sections}],
        }
    manifest = read_manifest({"format": 1, "key": "wide", "version": "1.0.0"})
    return Package(manifest, {identity: normal(tree) for identity, tree in trees.items()})


def rare_word(number: int) -> str:
    """Return a word that stands in one record only."""
    return "".join(SYLLABLES[int(digit)] for digit in f"{number:07d}")


def records(types: dict[str, of.Field], owner: int, companies: list[int], start: int = 0) -> Iterator[dict[str, Any]]:
    """Yield records without end; every fourth is open, every tenth is the owner's."""
    examples = {key: [each.type.example(n) for n in range(EXAMPLES)] for key, each in types.items()}
    links = [key for key, each in types.items() if each.type.links_to == "company"]
    number = start
    while True:
        values = {key: given[(number + place) % EXAMPLES] for place, (key, given) in enumerate(examples.items())}
        values |= {key: companies[(number * 7 + place) % len(companies)] for place, key in enumerate(links)}
        values["name"] = f"Matter {number} {rare_word(number)}"
        values["stage"] = STAGES[number % 4]
        values["due"] = date(2024, 1, 1) + timedelta(number * 37 % 1500)
        values["city"] = CITIES[number * 7 % len(CITIES)]
        values["score"] = number * 31 % 1000
        values["owner"] = owner if number % 10 == 5 else None
        yield values
        number += 1


def fill(runtime: Runtime, count: int, owner: int) -> float:
    """Write the records, past rules and history; return how many a second."""
    with runtime.writing() as unit:
        names = [{"name": f"Company {number}"} for number in range(COMPANIES)]
        companies = create_many(unit, SYSTEM, "company", names)
        made = records(dict(unit.model.catalog.fields(ENTITY)), owner, companies)
    started = time.perf_counter()
    for begin in range(0, count, BATCH):
        with runtime.writing() as unit:
            insert_rows(unit, SYSTEM, ENTITY, list(islice(made, min(BATCH, count - begin))))
    return count / (time.perf_counter() - started)
