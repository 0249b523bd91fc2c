"""The small sample with reports of every shape, running on either database."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from kartoteka.metadata.fieldtypes.money import Money
from kartoteka.metadata.packages import read_package
from tests import services
from tests.application import Application, running

SMALL = Path(__file__).parent.parent / "samples" / "small"
AMOUNT = {"function": "sum", "field": "amount"}
REPORTS: dict[str, dict[str, Any]] = {
    "by_stage": {
        "entity": "deal",
        "label": {"en": "By stage", "ru": "По стадиям"},
        "groups": ["stage"],
        "measures": [
            {"key": "n"},
            {"key": "amount", **AMOUNT},
            {"key": "average", "function": "average", "field": "margin"},
            {"key": "least", "function": "minimum", "field": "margin"},
        ],
        "chart": {"measure": "amount"},
    },
    "by_client": {
        "entity": "deal",
        "filter": 'stage <> "lost"',
        "groups": ["client", "stage"],
        "measures": [{"key": "n"}, {"key": "average", "function": "average", "field": "margin"}],
        "chart": {"measure": "n"},
    },
    "with_deals": {
        "entity": "deal",
        "groups": ["stage"],
        "measures": [
            {"key": "n"},
            {"key": "margin", "function": "sum", "field": "margin"},
            {"key": "amount", **AMOUNT},
        ],
        "columns": ["subject", "client", "amount", "margin"],
        "sort": [{"field": "margin", "descending": True}],
    },
    "all_clients": {"entity": "client", "columns": ["name", "credit", "met_at", "segment", "code"], "sort": ["name"]},
    "by_city": {"entity": "client", "groups": ["city"], "measures": [{"key": "n"}]},
    "by_quarter": {
        "entity": "client",
        "groups": [{"field": "met_at", "by": "quarter"}, {"field": "founded", "by": "year"}, "active", "rank"],
        "measures": [{"key": "n"}, {"key": "credit", "function": "sum", "field": "credit"}],
    },
    "by_credit": {
        "entity": "client",
        "groups": ["segment"],
        "measures": [{"key": "credit", "function": "sum", "field": "credit"}, {"key": "n"}],
    },
    "of_rich": {"entity": "client", "filter": "credit > 5", "measures": [{"key": "n"}]},
    "by_rank": {"entity": "client", "groups": ["rank"], "measures": [{"key": "n"}]},
}
CURRENCIES = ("EUR", "EUR", "USD")


def reported_world(folder: Path, database_url: str) -> Iterator[Application]:
    """Run the small sample with reports, people of each role, and some deals."""
    extra = folder / "extra"
    (extra / "reports").mkdir(parents=True)
    manifest = {"format": 1, "key": "extra", "version": "1.0.0", "requires": {"packages": {"small": "1.0.0"}}}
    (extra / "kartoteka.json").write_text(json.dumps(manifest))
    (extra / "lists" / "deal").mkdir(parents=True)
    (extra / "lists" / "deal" / "all.json").write_text('{"entity": "deal", "key": "all", "columns": ["subject"]}')
    for key, report in REPORTS.items():
        (extra / "reports" / f"{key}.json").write_text(json.dumps({"key": key, **report}))
    with running(folder / "workspace", database_url, read_package(SMALL), read_package(extra)) as application:
        for role in ("administrator", "seller", "reader"):
            application.add_person(f"{role}@test.example", role)
        fill(application)
        yield application


def fill(application: Application) -> None:
    """Make clients and deals, with gaps, negative amounts and several currencies."""
    clients = [
        application.create(
            "client",
            name=("=Cmd", "Ёлка", 'Quote "Q"', "Łąka", "Zoo")[number],
            city=("North", None, "South; East", "=1+1", "North")[number],
            rank=(None, 1, 1, -3, 0)[number],
            credit=Money(Decimal(f"{number}.50"), CURRENCIES[number % 3]) if number else None,
            met_at=datetime(2026, 3, 31, 22, 30 + number, tzinfo=UTC) if number != 3 else None,
            founded=date(2020 + number, 12, 31) if number else None,
            owner=application.people["seller@test.example"] if number % 2 else None,
        )
        for number in range(5)
    ]
    for number in range(17):
        application.create(
            "deal",
            subject=f"Deal {number}",
            client=clients[number % 5] if number % 6 else None,
            amount=Money(Decimal(number * 7) - 20, CURRENCIES[number % 3]) if number % 5 else None,
            margin=(Decimal(number) / 7 - 1).quantize(Decimal("0.001")) if number % 4 else None,
            stage=("open", "won", "lost")[number % 3],
        )


@pytest.fixture
def world(tmp_path: Path, database_url: str) -> Iterator[Application]:
    """Run the small sample with reports on either database, for a test that changes something."""
    yield from reported_world(tmp_path, database_url)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def standing(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    """Run the same for all tests of a module that only read."""
    folder = tmp_path_factory.mktemp("standing")
    if request.param == "sqlite":
        yield from reported_world(folder, "")
        return
    with services.own_schema(request.getfixturevalue("postgresql_database")) as url:
        yield from reported_world(folder, url)
