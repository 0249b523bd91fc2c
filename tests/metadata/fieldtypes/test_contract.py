"""What holds of every field type, and of types that are added later: one test runs over all."""

import json
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DataObject
from sqlalchemy import Column, Integer, MetaData, Table, create_engine, insert, select

from kartoteka.metadata.definitions import Field
from kartoteka.metadata.fieldtypes import FIELD_TYPES, FieldType, InvalidValue
from kartoteka.metadata.locales import Locale
from kartoteka.metadata.trees import read_field, write
from tests.conftest import skip_without
from tests.metadata.fieldtypes.samples import ALL, LOCALES, STORED, examples, naughty_strings, title, values

every_type = pytest.mark.parametrize("field_type", ALL, ids=title)
every_stored_type = pytest.mark.parametrize("field_type", STORED, ids=title)


def tried(read: Callable[[], Any]) -> Any:
    """Return the value, None where it is refused; InvalidValue with a code is the only way to refuse one."""
    try:
        return read()
    except InvalidValue as refused:
        if "." not in refused.problem.code:
            raise AssertionError("a refusal needs a code") from refused
        return None


def accepted(field_type: FieldType, texts: Iterable[str], locale: Locale) -> list[Any]:
    """Return the values in order that the type makes of the texts."""
    found = [tried(partial(field_type.parse_all, [text], locale)) for text in texts]
    return [value for value in found if value is not None and not list(field_type.check(value))]


def assert_survives(field_type: FieldType, value: Any) -> None:
    """The value comes back from a form and from JSON as it was, and can be shown."""
    for locale in LOCALES:
        texts = field_type.edit(value, locale)
        assert all(isinstance(text, str) for text in texts)
        assert field_type.parse_over(value, texts, locale) == value
        if not said_twice(value, locale):
            assert field_type.parse_all(texts, locale) == value
        shown = field_type.display(value, locale)
        assert isinstance(shown, str)
        assert "None" not in shown or "None" in str(value)
        field_type.excel(value, locale)
    assert field_type.load(json.loads(json.dumps(field_type.dump(value)))) == value
    assert all(isinstance(text, str) for text in field_type.texts(value))


def said_twice(value: Any, locale: Locale) -> bool:
    """Whether it is a moment whose clock time the night in autumn has for the second time."""
    return hasattr(value, "tzinfo") and value.tzinfo is not None and value.astimezone(locale.zone).fold == 1


@every_type
def test_says_what_others_ask(field_type: FieldType) -> None:
    assert field_type.name
    assert field_type.icon
    assert field_type.widget
    assert field_type.cell
    assert field_type.operators
    assert field_type.kind.name
    assert not list(field_type.option_problems())
    assert field_type.display(None, LOCALES[0]) == ""
    assert field_type.parse_all([], LOCALES[0]) is None
    assert field_type.parse_all(["  "], LOCALES[0]) is None
    assert [spec.role for spec in field_type.columns()][:1] in ([""], [])


def test_names_are_unique() -> None:
    assert len({cls.name for cls in FIELD_TYPES}) == len(FIELD_TYPES)


@every_type
def test_examples_are_values(field_type: FieldType) -> None:
    for value in examples(field_type):
        assert not list(field_type.check(value))
        if field_type.columns():
            assert_survives(field_type, value)


@every_stored_type
def test_what_it_reads_is_as_it_is_kept(field_type: FieldType) -> None:
    for value in examples(field_type):
        assert field_type.assigned(value) == value


@every_stored_type
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(data=st.data())
def test_what_it_loads_survives(field_type: FieldType, data: DataObject) -> None:
    drawn = data.draw(values(field_type))
    value = tried(lambda: field_type.load(drawn))
    if value is not None and not list(field_type.check(value)):
        assert_survives(field_type, value)


@every_type
@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=300))
def test_any_text_is_a_value_or_refused(field_type: FieldType, text: str) -> None:
    for locale in LOCALES:
        for value in accepted(field_type, [text], locale):
            assert_survives(field_type, value)


JUNK: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    1.5,
    float("nan"),
    float("inf"),
    10**400,
    "",
    "test",
    "\0",
    "\ud800",
    [],
    [None],
    {},
    {"a": 1},
)


@every_type
@pytest.mark.parametrize("data", JUNK[1:], ids=repr)
def test_any_json_is_a_value_or_refused(field_type: FieldType, data: Any) -> None:
    value = tried(lambda: field_type.load(data))
    if value is not None and not list(field_type.check(value)) and field_type.columns():
        assert_survives(field_type, value)


@every_stored_type
def test_naughty_strings_survive(field_type: FieldType) -> None:
    naughty = naughty_strings()
    if not naughty:
        skip_without("real input")
    for locale in LOCALES:
        for value in accepted(field_type, naughty, locale):
            assert_survives(field_type, value)


@every_stored_type
def test_comes_back_from_the_database(field_type: FieldType, database_url: str) -> None:
    texts = [*naughty_strings(), *TYPED]
    found = [value for locale in LOCALES for value in accepted(field_type, texts, locale)]
    found += examples(field_type)
    assert stored_and_restored(field_type, found, database_url) == found


TYPED = ("0", "-0", "-1,5", "99", "999999999999999999", "1 000,00", "0.005", "0.015", "2026-02-28", "00:00", "23:59:59")


def stored_and_restored(field_type: FieldType, found: list[Any], url: str) -> list[Any]:
    """Write the values into a table of a real database, and read them back in order."""
    columns = [Column(f"v_{spec.role}", spec.type) for spec in field_type.columns()]
    table = Table("contract", MetaData(), Column("id", Integer, primary_key=True), *columns)
    engine = create_engine(url)
    names = [column.name for column in columns]
    rows = [dict(zip(names, field_type.store(value), strict=True)) for value in found]
    try:
        with engine.begin() as connection:
            table.create(connection)
            connection.execute(insert(table), [dict.fromkeys(names), *rows])
            stored = connection.execute(select(*columns).order_by(table.c.id)).all()
    finally:
        engine.dispose()
    empty, *filled = [field_type.restore(tuple(row)) for row in stored]
    assert empty is None
    return filled


@pytest.mark.parametrize("new", ALL, ids=title)
def test_holds_what_it_says(new: FieldType) -> None:
    """Where a type claims to hold another one's values, each of them restores and is in order."""
    assert new.holds(new)
    for old in STORED:
        if not new.holds(old):
            continue
        assert [(s.role, str(s.type)) for s in new.columns()] == [(s.role, str(s.type)) for s in old.columns()]
        texts = [*naughty_strings(), *TYPED, "x" * 255, "x" * 5000]
        for value in [*examples(old), *(v for locale in LOCALES for v in accepted(old, texts, locale))]:
            kept = new.restore(old.store(value))
            assert not list(new.check(kept)), (old, value)
            assert new.store(kept) == new.store(new.restore(new.store(kept)))


@every_type
def test_definition_round_trip(field_type: FieldType) -> None:
    field = Field(key="it", type=field_type)
    tree = write(field)
    assert tree["type"] == field_type.name
    assert read_field(json.loads(json.dumps(tree))) == field
