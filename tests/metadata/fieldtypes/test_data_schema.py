"""The JSON Schema of a type's values describes exactly what comes out and what may go in."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from kartoteka.metadata.fieldtypes import FieldType, InvalidValue
from tests.metadata.fieldtypes.samples import ALL, examples, title, values


@pytest.mark.parametrize("field_type", ALL, ids=title)
def test_schema_is_one(field_type: FieldType) -> None:
    Draft202012Validator.check_schema(field_type.data_schema)


@pytest.mark.parametrize("field_type", ALL, ids=title)
def test_dumped_examples_fit(field_type: FieldType) -> None:
    validator = Draft202012Validator(field_type.data_schema)
    for value in examples(field_type):
        validator.validate(field_type.dump(value))


@pytest.mark.parametrize("field_type", ALL, ids=title)
@given(data=st.data())
def test_whatever_is_taken_comes_out_fitting(field_type: FieldType, data: st.DataObject) -> None:
    validator = Draft202012Validator(field_type.data_schema)
    try:
        value = field_type.load(data.draw(values(field_type)))
    except InvalidValue:
        return
    if value is not None and not any(field_type.check(value)):
        validator.validate(field_type.dump(value))


OTHERS: tuple[Any, ...] = (True, 1, 1.5, "x", [], ["x"], {}, {"amount": "x"}, "2026-13-99", 2**70, -1)


@pytest.mark.parametrize("field_type", [each for each in ALL if each.name != "json"], ids=title)
def test_what_has_another_shape_is_refused(field_type: FieldType) -> None:
    validator = Draft202012Validator(field_type.data_schema)
    for data in OTHERS:
        if not validator.is_valid(data):
            with pytest.raises(InvalidValue):
                _taken(field_type, data)


def _taken(field_type: FieldType, data: Any) -> None:
    """Take data as records do: read, then checked."""
    value = field_type.load(data)
    problem = next(field_type.check(value), None) if value is not None else None
    if problem is not None:
        raise InvalidValue(problem.code)
