"""What an export writes, an import reads back equal: every field type, hostile texts included."""

from __future__ import annotations

from typing import Any

import pytest

from kartoteka.metadata.definitions import Field, Identity, Manifest
from kartoteka.metadata.fieldtypes import FieldType, InvalidValue
from kartoteka.metadata.locales import Locale
from kartoteka.metadata.packages import Package
from kartoteka.metadata.trees import write
from kartoteka.platform import records
from kartoteka.platform.actors import SYSTEM, Actor
from kartoteka.platform.query import Query, fetch
from tests.forms.imports.office import Office
from tests.metadata.fieldtypes.samples import STORED, examples, naughty_strings

WRITTEN = {
    f"f{number}": each for number, each in enumerate(STORED) if not each.computed and each.name not in ("file", "image")
}
READERS = (Locale("en", "America/New_York"), Locale("ru", "Europe/Moscow"), Locale("pl", "Europe/Warsaw"))


def entity(key: str) -> tuple[Identity, dict[str, Any]]:
    fields = [write(Field(key=name, type=each)) for name, each in WRITTEN.items()]
    fields.append({"key": "mark", "type": "integer", "unique": True})
    return Identity("entity", "", key), {"key": key, "fields": fields}


def prepare(office: Office) -> list[dict[str, Any]]:
    """Make two card types with a field of every type, and records; return their values."""
    named = [(Identity("entity", "", key), {"key": key, "fields": [{"key": "n", "type": "text"}]}) for key in ("deal",)]
    office.apply(
        Package(Manifest(format=1, key="trip", version="1.0.0"), dict([entity("thing"), entity("copy"), *named]))
    )
    for number in range(3):
        office.create("deal", n=str(number))
        office.create("client", name=str(number))
        office.create("user", name=str(number), email=f"p{number}@example.org")
    rows = [{key: value(each, number) for key, each in WRITTEN.items()} | {"mark": number} for number in range(9)]
    for number, text in enumerate(naughty_strings() or ["=1+1", "'quoted', \"twice\"", "NULL", "#12", "-3d"], 9):
        rows.append({key: naughty(each, text) for key, each in WRITTEN.items()} | {"mark": number})
    with office.writing() as unit:
        records.create_many(unit, SYSTEM, "thing", rows)
    return rows


def value(field_type: FieldType, number: int) -> Any:
    return number % 3 + 1 if field_type.links_to else examples(field_type)[number]


def naughty(field_type: FieldType, text: str) -> Any:
    """Return what the type makes of a text, None where it refuses it."""
    if field_type.links_to:
        return None
    try:
        found = field_type.parse_all([text], Locale())
    except InvalidValue:
        return None
    return None if found is None or list(field_type.check(found)) else found


def everything(office: Office, of: str) -> dict[int, dict[str, Any]]:
    with office.reading() as unit:
        rows = fetch(unit, SYSTEM, Query(of, (*WRITTEN, "mark"), limit=None, titles=False)).rows
    return {row.values["mark"]: dict(row.values) for row in rows}


@pytest.mark.parametrize("reader", READERS, ids=lambda each: each.language)
def test_an_export_reads_back_equal_whoever_reads_it(office: Office, reader: Locale) -> None:
    rows = prepare(office)
    text = office.exported("thing", ids=False)
    result = office.bring(text, "copy", Actor(None, "reader", locale=reader, is_system=True))
    assert office.codes() == []
    assert result.created == len(rows)
    assert everything(office, "copy") == everything(office, "thing") == {row["mark"]: row for row in rows}


def test_an_export_read_into_its_own_workspace_changes_nothing(office: Office) -> None:
    rows = prepare(office)
    before = everything(office, "thing")
    result = office.bring(office.exported("thing"), "thing")
    assert (result.unchanged, result.total) == (len(rows), len(rows))
    assert everything(office, "thing") == before


def test_an_export_holds_what_its_reader_may_see(office: Office) -> None:
    office.create("client", name="A", turnover=None)
    clerk = office.person("Clerk", "clerk")
    assert "turnover" in office.exported().splitlines()[0]
    assert "turnover" not in office.exported(actor=clerk).splitlines()[0]
