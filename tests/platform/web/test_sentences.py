"""Every code has a sentence, and no parameter can make one fail."""

import ast
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from typing import Any

import pytest

from kartoteka.metadata import definitions
from kartoteka.metadata.catalog import catalog_of
from kartoteka.metadata.definitions import Entity, Field
from kartoteka.metadata.expressions.grammar import in_words
from kartoteka.metadata.fieldtypes import FIELD_TYPES as TYPES
from kartoteka.metadata.fieldtypes import Text
from kartoteka.metadata.problems import Message, Problem
from kartoteka.platform.web.environment import load_translations
from kartoteka.platform.web.sentences import FIELD_TYPES, PROPERTIES, SENTENCES, sentence
from kartoteka.platform.web.sentences.gaps import gaps_of
from kartoteka.platform.web.sentences.words import KINDS as KIND_WORDS
from kartoteka.platform.web.sentences.words import PLACES, REASONS
from tests.platform.web import codes

SPACE = "\N{NO-BREAK SPACE}"


def texts_of(code: str) -> tuple[str, ...]:
    """Return the ways in which a sentence can be said."""
    found = SENTENCES[code]
    return (found,) if isinstance(found, str) else found


@cache
def translator(language: str) -> Callable[[str], str]:
    """Return the function that translates the product's own texts."""
    return load_translations(language).gettext


def say(code: str, language: str = "en", /, **params: object) -> str:
    """Return a sentence with the product's own translations."""
    return sentence(Problem(code, params), language, translator(language))


def test_codes_are_found_at_all() -> None:
    found = codes.wanted()
    assert {"required", "field.reserved_word", "duration.no_unit", "change.add_menu", "expression.no_order"} <= found
    assert {"not_found", "access.forbidden", "access.no_edit", "schema.enum", "effect.values_do_not_fit"} <= found


def test_every_code_has_a_sentence() -> None:
    assert {code: codes.spoken().get(code) for code in codes.wanted() - SENTENCES.keys()} == {}


def test_whatever_looks_like_a_code_has_a_sentence() -> None:
    assert codes.lookalikes() - SENTENCES.keys() == set()


def test_every_sentence_is_said_somewhere() -> None:
    assert SENTENCES.keys() - codes.wanted() - codes.lookalikes() == set()


def test_gaps_are_parameters_that_are_given() -> None:
    wrong = {}
    for file, call in codes.calls():
        match call.args:
            case [code, ast.Dict(keys=keys)] if all(isinstance(key, ast.Constant) for key in keys):
                given = {key.value for key in keys if isinstance(key, ast.Constant)}
                for each in set(codes.codes_in(code)) & SENTENCES.keys():
                    missing = {name for name, _ in gaps_of(texts_of(each)[-1])} - given
                    wrong.update({(file, each): missing} if missing else {})
    assert wrong == {}


def test_every_field_type_has_words() -> None:
    assert list(FIELD_TYPES) == [each.name for each in TYPES]


def test_every_property_has_a_name() -> None:
    parts = [part for part in vars(definitions).values() if hasattr(part, "__struct_fields__")]
    names = {name for part in (*parts, *TYPES) for name in part.__struct_fields__}
    assert names ^ PROPERTIES.keys() == set()


def test_words_of_formulas_are_complete() -> None:
    terminals = ({"NAME"}, {"AND"}, {"COMMA"}, {"RPAR"}, {"LPAR"}, {"$END"})
    assert {word for each in terminals for word in in_words(each)} == PLACES.keys()
    assert {made(cls).kind.name for cls in TYPES} <= KIND_WORDS.keys()


def test_reasons_against_excel_have_words() -> None:
    found = {"too_long"}
    for _, node in codes.nodes():
        if isinstance(node, ast.Call) and codes.name_of(node) == "impossible":
            found.update(codes.codes_in(node.args[-1]))
    assert found == REASONS.keys()


def made(cls: Any) -> Any:
    """Return a field type with the options that it can't do without."""
    needed = {"target": "client", "expression": "1", "result": "number"}
    return cls(**{name: needed[name] for name in cls.__struct_fields__ if name in needed})


ODD: list[object] = [
    None, "", 0, -1, True, [], {}, (), {"ru": ""}, object(), Decimal("NaN"), float("inf"), 10**400, "x" * 500,
    [[1]], [None], [""], {1, 2}, "9" * 5000,
]  # fmt: skip


@pytest.mark.parametrize("language", ["en", "ru", "pl", "de"])
def test_no_parameter_makes_a_sentence_fail(language: str) -> None:
    for code in SENTENCES:
        names = {name for text in texts_of(code) for name, _ in gaps_of(text)}
        assert say(code, language)
        for value in ODD:
            assert 0 < len(say(code, language, **dict.fromkeys(names, value))) < 800


def test_an_unknown_code_is_carried_in_a_readable_sentence() -> None:
    assert say("moon.too_far", miles=1) == "Something is not right here. For whoever helps you: moon.too_far."
    assert say("moon.too_far", "ru") == "Здесь что-то не так. Для того, кто поможет: moon.too_far."


@pytest.mark.parametrize(
    ("language", "count", "expected"),
    [
        ("en", 1, "1 card goes out of sight"),
        ("en", 2000, "2,000 cards go out of sight"),
        ("ru", 1, "1 карточка скроется из виду"),
        ("ru", 2, "2 карточки скроются из виду"),
        ("ru", 11, "11 карточек скроется из виду"),
        ("ru", 21, "21 карточка скроется из виду"),
        ("ru", 2000, f"2{SPACE}000 карточек скроется из виду"),
        ("pl", 1, "1 karta zniknie z widoku"),
        ("pl", 3, "3 karty znikną z widoku"),
        ("pl", 12, "12 kart zniknie z widoku"),
        ("pl", 21, "21 kart zniknie z widoku"),
    ],
)
def test_words_go_with_their_numbers(language: str, count: int, expected: str) -> None:
    assert say("effect.records_out_of_sight", language, count=count).startswith(expected)


def test_labels_and_properties_are_in_the_readers_language() -> None:
    label = {"en": "Tax number", "ru": "ИНН"}
    params = {"label": label, "entity": "x_client", "properties": ["required", "max_length"]}
    assert say("change.change_field", **params) == "Field “Tax number” of “Client” changes: required and longest text."
    expected = "Меняется поле «ИНН» в «Client»: обязательно и наибольшая длина."
    assert say("change.change_field", "ru", **params) == expected


def test_types_are_called_by_their_names() -> None:
    message = Message("change.change_type", {"label": "NIP", "entity": "client", "from": "text", "to": "money"})
    said = sentence(message, "pl", translator("pl"))
    assert said == "Pole „NIP” w „Client” zmienia typ: „Kwota pieniężna” zamiast „Tekst”."


def test_with_the_catalog_keys_become_labels() -> None:
    name = Field(key="nm", type=Text(), label={"en": "Name", "ru": "Название"})
    client = Entity(key="cl", label={"en": "Client", "ru": "Клиент"}, fields=(name,))
    problem = Problem("record.changed", {"entity": "cl", "fields": ["nm"]})
    said = sentence(problem, "ru", translator("ru"), catalog_of([client]))
    assert said.startswith("Кто-то тем временем изменил те же поля: Название.")


def test_what_is_not_known_is_left_out() -> None:
    assert say("not_unique", value="Acme") == "Another card already has “Acme”. Please enter something else."
    assert say("not_unique", value="") == "Another card already has this value. Please enter something else."
    assert say("expression.unknown_field", field="nmae", suggestion=None).endswith("Please choose one from the list.")


def test_numbers_sizes_and_long_values() -> None:
    assert say("number.too_small", "ru", min="1000.50") == f"Введите не меньше 1{SPACE}000,5."
    assert say("datetime.out_of_range", first=1, last=9999) == "Please enter a year from 1 to 9999."
    assert say("file.too_big", max=25 * 1024 * 1024) == f"This file is too big: at most 25{SPACE}MB fit."
    assert f"“{'x' * 79}…”" in say("choice.unknown", value="x" * 300)
