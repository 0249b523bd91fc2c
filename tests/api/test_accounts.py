"""One rule, one verdict: what forbids a write to a person's record forbids it at every outlet."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select

from kartoteka.forms.imports.files import open_table
from kartoteka.forms.imports.run import import_rows
from kartoteka.platform import tables
from tests.api.programs import Program, codes, undisturbed
from tests.application import Application, unchanged

ADMIN, SECOND = "admin@test.example", "second@test.example"


def imported(world: Application, folder: Any, text: str) -> list[str]:
    """Import a table of people as the administrator; return the codes of what failed."""
    file = folder / "people.csv"
    file.write_text(text)
    failed: list[str] = []
    with open_table(file) as table:
        import_rows(
            world.runtime.writing,
            world.actor(ADMIN),
            "user",
            table,
            on_failed=lambda row: failed.extend(each.problem.code for each in row.problems),
        )
    return failed


def test_nobody_takes_the_studio_away_from_oneself_at_any_outlet(
    world: Application, admin: Program, tmp_path: Any
) -> None:
    world.add_person(SECOND, "administrator")
    person = world.people[ADMIN]
    browser = world.browser(ADMIN)
    browser.get(f"/user/{person}/edit")
    with undisturbed(world):
        for values, field in (({"active": False}, "active"), ({"roles": ["seller"]}, "roles")):
            assert codes(admin.change(f"/user/{person}", **values)) == [("people.not_oneself", field)]
        assert codes(admin.call("DELETE", f"/user/{person}")) == [("people.not_oneself", None)]
        assert browser.post("/user/-/bulk", {"do": "delete", "id": str(person)}).status_code == 422
        assert imported(world, tmp_path, f"id,active\n{person},no\n") == ["people.not_oneself"]
    answer = unchanged(
        world, lambda: browser.post(f"/user/{person}/edit", {"rendered": "active roles", "active": "", "roles": ""})
    )
    assert "take the studio away from yourself" in answer.text


def noted_use(world: Application) -> datetime | None:
    with world.runtime.reading() as unit:
        found: datetime | None = unit.connection.execute(select(tables.token.c.used_at)).scalar_one()
        return found


@pytest.mark.parametrize("path", ["/client/99", "/client"])
def test_the_use_of_a_token_is_noted_whatever_is_answered(path: str, world: Application, admin: Program) -> None:
    assert noted_use(world) is None
    admin.get(path)
    first = noted_use(world)
    assert first is not None
    admin.get("/client")
    assert noted_use(world) == first
