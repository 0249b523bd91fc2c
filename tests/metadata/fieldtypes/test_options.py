"""Options of field types in definitions: their schema, what is wrong with them, how they are written."""

from typing import Any

import pytest
from jsonschema import Draft202012Validator
from msgspec.json import schema_components

from kartoteka.metadata import schemas
from kartoteka.metadata.definitions import Field
from kartoteka.metadata.fieldtypes import (
    FIELD_TYPES,
    AutoNumber,
    Choice,
    DecimalNumber,
    FieldType,
    MoneyAmount,
    MultiChoice,
    Option,
    Phone,
    Text,
)
from kartoteka.metadata.trees import write
from tests.metadata.fieldtypes.samples import ALL, title


def entity(**field: Any) -> dict[str, Any]:
    return {"key": "deal", "fields": [{"key": "it", **field}]}


def found(**field: Any) -> list[tuple[str, str | None]]:
    return [(problem.code, problem.pointer) for problem in schemas.problems("entity", entity(**field))]


def test_schema_is_valid() -> None:
    Draft202012Validator.check_schema(schemas.schema("entity"))
    Draft202012Validator.check_schema(schemas.partial_schema("entity"))


@pytest.mark.parametrize("cls", FIELD_TYPES, ids=lambda cls: cls.name)
def test_every_option_is_described(cls: type[FieldType]) -> None:
    _, parts = schema_components([cls])
    for name, option in parts[cls.__name__]["properties"].items():
        either = [option, *option.get("anyOf", ())]
        assert any(part.get("description") for part in either), f"{cls.name}.{name}"


@pytest.mark.parametrize("field_type", ALL, ids=title)
def test_what_is_written_passes_the_schema(field_type: FieldType) -> None:
    tree = write(Field(key="it", type=field_type))
    assert not list(schemas.problems("entity", {"key": "deal", "fields": [tree]}))


@pytest.mark.parametrize("cls", FIELD_TYPES, ids=lambda cls: cls.name)
def test_an_unknown_option_is_named(cls: type[FieldType]) -> None:
    needed = {"target": "client"} if cls.name == "link" else {"expression": "1"} if cls.name == "formula" else {}
    assert found(type=cls.name, **needed) == []
    assert found(type=cls.name, **needed, colour_of_sky=1) == [("schema.unknown_property", "/fields/0/colour_of_sky")]


def test_an_option_of_another_type_is_unknown() -> None:
    assert found(type="integer", max_length=5) == [("schema.unknown_property", "/fields/0/max_length")]


@pytest.mark.parametrize(
    ("field", "code", "pointer"),
    [
        ({"type": "decimal", "scale": 11}, "schema.maximum", "/fields/0/scale"),
        ({"type": "decimal", "scale": "two"}, "schema.type", "/fields/0/scale"),
        ({"type": "decimal", "minimum": "much"}, "schema.pattern", "/fields/0/minimum"),
        ({"type": "money", "currency": "euro"}, "schema.pattern", "/fields/0/currency"),
        ({"type": "link"}, "schema.missing_property", "/fields/0"),
        ({"type": "formula"}, "schema.missing_property", "/fields/0"),
        ({"type": "formula", "expression": "1", "result": "money"}, "schema.enum", "/fields/0/result"),
        ({"type": "image", "accept": ["text/html"]}, "schema.pattern", "/fields/0/accept/0"),
        ({"type": "choice", "choices": [{"key": "a", "x": 1}]}, "schema.unknown_property", "/fields/0/choices/0/x"),
        ({"type": "telepathy"}, "schema.enum", "/fields/0/type"),
    ],
)
def test_a_wrong_option_is_named_once(field: dict[str, Any], code: str, pointer: str) -> None:
    assert found(**field) == [(code, pointer)]


def test_a_limit_may_be_a_number_or_digits() -> None:
    assert found(type="decimal", minimum=0, maximum="0.5") == []
    assert found(type="decimal", minimum=0.25, maximum=None) == []


@pytest.mark.parametrize(
    ("field_type", "codes"),
    [
        (Text(pattern="("), [("pattern.broken", "/pattern")]),
        (Text(pattern="(a+)+"), [("pattern.nested", "/pattern")]),
        (DecimalNumber(minimum=2, maximum=1), [("number.empty_range", "/minimum")]),  # type: ignore[arg-type]
        (MoneyAmount(currency="XYZ"), [("money.unknown_currency", "/currency")]),
        (Phone(region="XX"), [("phone.unknown_region", "/region")]),
        (Choice(), [("choice.no_options", "/choices")]),
        (MultiChoice(choices=(Option(key="a"), Option(key="a"))), [("choice.duplicate", "/choices/1")]),
        (Choice(choices=(Option(key="a"), Option(key="b", formerly=("a",)))), [("choice.duplicate", "/choices/1")]),
        (AutoNumber(prefix=" D"), [("auto_number.prefix", "/prefix")]),
    ],
    ids=lambda part: getattr(part, "name", ""),
)
def test_options_that_make_no_sense(field_type: FieldType, codes: list[tuple[str, str]]) -> None:
    assert [(problem.code, problem.pointer) for problem in field_type.option_problems()] == codes


@pytest.mark.parametrize(
    ("new", "old", "holds"),
    [
        (Text(), Text(max_length=10), True),
        (Text(max_length=10), Text(), False),
        (Text(pattern="a"), Text(), False),
        (Text(), Text(pattern="a"), True),
        (Text(), Phone(), True),
        (Phone(), Text(), False),
        (DecimalNumber(scale=3), DecimalNumber(), False),
        (DecimalNumber(), DecimalNumber(minimum=1), True),  # type: ignore[arg-type]
        (DecimalNumber(minimum=1), DecimalNumber(), False),  # type: ignore[arg-type]
        (DecimalNumber(unit="kg"), DecimalNumber(), True),
        (MoneyAmount(currency="PLN"), MoneyAmount(), True),
        (MoneyAmount(), DecimalNumber(), False),
        (Choice(choices=(Option(key="a"), Option(key="b"))), Choice(choices=(Option(key="a"),)), True),
        (Choice(choices=(Option(key="a"),)), Choice(choices=(Option(key="a"), Option(key="b"))), False),
        (Phone(region="PL"), Phone(region="DE"), True),
        (AutoNumber(prefix="D-"), AutoNumber(), True),
        (AutoNumber(), AutoNumber(prefix="D-"), False),
    ],
    ids=lambda part: getattr(part, "name", part),
)
def test_what_fits_into_what(new: FieldType, old: FieldType, holds: bool) -> None:
    assert new.holds(old) is holds
