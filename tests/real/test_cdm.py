"""Account, Contact, Lead and Opportunity as others defined them: through check, apply, the form and back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kartoteka.metadata.definitions import Field
from kartoteka.metadata.locales import Locale
from kartoteka.metadata.packages import Package, read_package, write_package
from kartoteka.platform.actors import SYSTEM
from kartoteka.platform.configuration import load_stack
from kartoteka.platform.plans import make_plan
from kartoteka.platform.query import Query, get
from tests.application import Application, running
from tests.real.cdm import ENTITIES, key_of, read_package_of

ADMIN = "admin@test.example"
FEWEST = {"account": 130, "contact": 170, "lead": 135, "opportunity": 95}
"""Attributes less ids, which every record has by itself."""


@pytest.fixture(scope="module")
def package(real: Path) -> Package:
    """The four entities as a package."""
    return read_package_of(real / "cdm_versions_core8.json")


@pytest.fixture
def model(tmp_path: Path, database_url: str, package: Package) -> Iterator[Application]:
    """The package, written as files, read back and applied."""
    write_package(package, tmp_path / "cdm")
    with running(tmp_path / "workspace", database_url, read_package(tmp_path / "cdm")) as application:
        application.add_person(ADMIN, "administrator")
        yield application


def typed(field: Field, application: Application, number: int) -> dict[str, Any]:
    """Return what a person types into a field's inputs."""
    if field.type.widget in ("file", "image"):
        return {}
    if field.type.links_to:
        target = field.type.links_to
        linked = application.people[ADMIN] if target == "user" else linked_record(application, target)
        return {field.key: str(linked)}
    texts = field.type.edit(field.type.example(number), Locale())
    return {field.key: "1"} if field.type.widget == "boolean" else {field.key: texts if len(texts) > 1 else texts[0]}


def linked_record(application: Application, target: str) -> int:
    """Return a record to link to, made once."""
    known: dict[str, int] = application.__dict__.setdefault("linked", {})
    if target not in known:
        with application.runtime.reading() as unit:
            required = [f for f in unit.model.catalog.fields(target).values() if f.required or f.key == "name"]
        known[target] = application.create(target, **{f.key: f.type.example(1) for f in required})
    return known[target]


def test_planning_it_again_changes_nothing(model: Application, package: Package) -> None:
    with model.runtime.reading() as unit:
        stack = load_stack(unit.connection).with_package(package)
        assert make_plan(unit.connection, unit.model, stack).changes == ()


@pytest.mark.parametrize("name", ENTITIES)
def test_a_record_with_every_field_filled_through_the_form_reads_back_equal(model: Application, name: str) -> None:
    entity = key_of(name)
    with model.runtime.reading() as unit:
        fields = unit.model.catalog.fields(entity)
    assert len(fields) >= FEWEST[entity]
    inputs: dict[str, Any] = {}
    for number, field in enumerate(fields.values(), 1):
        inputs |= typed(field, model, number)
    browser = model.browser(ADMIN)
    form = browser.get(f"/{entity}/new?all=1")
    assert all(f'data-field="{key}"' in form.text for key in fields)
    answer = browser.post(f"/{entity}/new", {"rendered": " ".join(inputs), **inputs})
    assert answer.status_code == 303, answer.text
    record = int(answer.headers["location"].rsplit("/", 1)[1])
    with model.runtime.reading() as unit:
        row = get(unit, SYSTEM, Query(entity, tuple(inputs), titles=False), record)
    for key, text in inputs.items():
        texts = text if isinstance(text, list) else ["true" if fields[key].type.widget == "boolean" else text]
        assert row.values[key] == fields[key].type.parse_all(texts, Locale()), key
    assert len([value for value in row.values.values() if value is not None]) == len(inputs)
    card = browser.get(f"/{entity}/{record}")
    assert card.status_code == 200
    assert f"/{entity}/{record}" in browser.get(f"/{entity}").text
    found = next(text for key, text in inputs.items() if fields[key].type.name == "text")
    assert f"/{entity}/{record}" in browser.get("/-/search", params={"q": found}).text
    for form in ("csv", "xlsx"):
        exported = browser.get(f"/{entity}.{form}")
        assert exported.status_code == 200
        assert len(exported.content) > 100
